"""Reasons against acts on a version of the cluster map."""

import datetime as dt

import sqlalchemy as sa

from tender_app.clusters import map_queries as queries
from tender_app.clusters.differences import proposal_of
from tender_app.clusters.map_rules import (
    Adoption,
    CandidateEdit,
    CriteriaLines,
    MapState,
    NewMap,
    Restoration,
    Withdrawal,
    edition_of,
    remaining,
    weight_of,
)
from tender_app.clusters.models import Cluster, ClusterMap, MapCandidate
from tender_app.clusters.rules import Candidate
from tender_app.clusters.workbook import Taking
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid, Stale
from tender_app.kernel.persian import decimal_text, persian_digits, search_key
from tender_app.kernel.words import _
from tender_app.people.models import Organisation
from tender_app.store.context import Context

NAMED = 5  # so many candidates are named in a refusal; the page shows them all


def place_of_new_map(what: NewMap | None) -> Organisation | None:
    """A version is begun in an organisation."""
    return what.organisation if what else None


def no_other_draft(ctx: Context, what: NewMap | None) -> str | None:
    """An organisation has one version under way."""
    draft = queries.draft_of(ctx, what.organisation.id) if what else None
    if draft is None:
        return None
    return _("پیش‌نویس نقشه سال {year} هنوز تصویب نشده است؛ همان را ویرایش کنید.").format(
        year=persian_digits(draft.year)
    )


def year_is_new(ctx: Context, what: NewMap | None) -> str | None:
    """A version is of a year after that of the current one (Invalid names the field)."""
    current = queries.current_map(ctx, what.organisation.id) if what else None
    if what is None or current is None or what.year > current.year:
        return None
    message = _("نقشه سال {year} تصویب شده است؛ نسخه تازه از سال پس از آن است.").format(
        year=persian_digits(current.year)
    )
    raise Invalid(message, {"year": message})


def map_is_draft(_ctx: Context, what: Candidate | None) -> str | None:
    """A cluster is identified on a draft: an adopted version never changes."""
    if what is None or what.map.state is MapState.DRAFT:
        return None
    return _("این نسخه نقشه تصویب شده است و دیگر تغییر نمی‌کند؛ نامزد تازه را در نسخه سال بعد بیفزایید.")


def place_of_candidate(what: Candidate | None) -> ClusterMap | None:
    """A candidate is identified on a version of the map."""
    version: ClusterMap | None = what.map if what else None
    return version


def criteria_are_theirs(ctx: Context, version: ClusterMap, what: CriteriaLines | None) -> str | None:
    """Nobody was faster, and no two criteria have one title."""
    if what is None:
        return None
    present = queries.lines_of(queries.criteria_of(ctx, version))
    if what.edition and what.edition != edition_of([line.plain() for line in present]):
        raise Stale
    titles = [search_key(line.title) for line in what.lines]
    if len(set(titles)) != len(titles):
        return _("دو معیار یک عنوان دارند؛ عنوان یکی را عوض کنید.")
    return None


def candidate_is_theirs(ctx: Context, version: ClusterMap, what: CandidateEdit | None) -> str | None:
    """The candidate is of this version, its name is nobody else's, and nobody was faster (Invalid names the field)."""
    if what is None:
        return None
    rows = queries.rows_of(ctx, version)
    criteria = queries.lines_of(queries.criteria_of(ctx, version))
    own = next((row for row in rows if row.candidate_id == what.candidate_id), None)
    if what.candidate_id is not None and own is None:
        return _("این نامزد در این نسخه نقشه نیست.")
    if own is not None and what.edition and what.edition != edition_of(queries.line_of(own, criteria).plain()):
        raise Stale
    same = [row for row in rows if row is not own and search_key(row.name) == search_key(what.line.name)]
    if same:
        message = _("نامزد دیگری همین نام را دارد؛ نامی بنویسید که آن را از «{name}» جدا کند.").format(
            name=same[0].name
        )
        raise Invalid(message, {"name": message})
    return None


def candidate_stands(ctx: Context, version: ClusterMap, what: Withdrawal | None) -> str | None:
    """A candidate that is withdrawn stood until now."""
    if what is None or _is_withdrawn(ctx, version, what.candidate_id) is False:
        return None
    return _("این نامزد در این نسخه نیست یا پیش‌تر کنار گذاشته شده است.")


def candidate_is_withdrawn(ctx: Context, version: ClusterMap, what: Restoration | None) -> str | None:
    """A candidate that is restored was withdrawn."""
    if what is None or _is_withdrawn(ctx, version, what.candidate_id):
        return None
    return _("این نامزد کنار گذاشته نشده است.")


def workbook_is_as_previewed(ctx: Context, version: ClusterMap, what: Taking | None) -> str | None:
    """A workbook is taken as it was previewed: whole, once, with the very changes that were shown."""
    if what is None:
        return None
    found = queries.workbook_of(ctx, version, what.workbook_id)
    if found is None or found.taken_at is not None:
        return _("این پرونده پیش‌تر پذیرفته شده است یا برای این نقشه نیست؛ آن را دوباره بارگذاری کنید.")
    proposal = proposal_of(ctx, version, found)
    if proposal.faults:
        return _("در پرونده خانه‌های ناخوانا هست؛ آن‌ها را درست و پرونده را دوباره بارگذاری کنید.")
    if proposal.digest != what.digest:
        return _("پیش‌نویس پس از پیش‌نمایش تغییر کرده است؛ پیش‌نمایش تازه را ببینید و سپس بپذیرید.")
    return None if proposal.changes else _("این پرونده چیزی را تغییر نمی‌دهد.")


def adopter_did_not_prepare(ctx: Context, version: ClusterMap, _what: Adoption | None) -> str | None:
    """Who prepared a version does not adopt it: two persons."""
    if ctx.actor.person_id not in queries.editors_of(ctx, version):
        return None
    return _("شما در تهیه این نسخه دست داشته‌اید؛ مدیر دیگری آن را تصویب می‌کند.")


def weights_are_whole(ctx: Context, version: ClusterMap, _what: Adoption | None) -> str | None:
    """The weights of the criteria sum to exactly 100."""
    total = weight_of(queries.lines_of(queries.criteria_of(ctx, version)))
    left = remaining(total)
    if not left:
        return None
    how = _("{left} کم است") if left > 0 else _("{left} زیاد است")
    return _("جمع وزن معیارها {total} است و باید ۱۰۰ باشد: {how}؛ وزن‌ها را درست کنید.").format(
        total=decimal_text(total), how=how.format(left=decimal_text(abs(left)))
    )


def candidates_are_scored(ctx: Context, version: ClusterMap, _what: Adoption | None) -> str | None:
    """Every candidate that stands has a score under every criterion."""
    rows = [row for row in queries.rows_of(ctx, version) if not row.withdrawn]
    if not rows:
        return _("نقشه هنوز نامزدی ندارد؛ نامزدها را بیفزایید و امتیاز دهید.")
    missing = [row.name for row in rows if row.total is None]
    if not missing:
        return None
    named = "، ".join(missing[:NAMED]) + (_(" و دیگران") if len(missing) > NAMED else "")
    return _("امتیاز این نامزدها کامل نیست: {named}؛ امتیازها را کامل کنید یا نامزد را کنار بگذارید.").format(
        named=named
    )


def adoption_letter_fits(ctx: Context, version: ClusterMap, what: Adoption | None) -> str | None:
    """The committee's letter has its scan, is not of the future, nor older than that of the version before."""
    if what is None:
        return None
    if what.scan is None:
        message = _("تصویر نامه کمیته استانی را پیوست کنید.")
        raise Invalid(message, {"file": message})
    before = queries.version_before(ctx, version)
    if fault := day_fault(what.day, calendar.today(ctx.now), before.letter_day if before else None):
        raise Invalid(fault, {"day": fault})
    return None


def day_fault(day: dt.date, today: dt.date, last: dt.date | None) -> str:
    """Return what is wrong with a letter's day: of the future, or older than the letter that it follows."""
    if day > today:
        return _("تاریخ نامه نمی‌تواند در آینده باشد؛ روزی را بنویسید که نامه امضا شده است.")
    if last and day < last:
        return _("تاریخ نامه نمی‌تواند پیش از نامه مرحله قبل ({last}) باشد.").format(last=calendar.numeric(last))
    return ""


def _is_withdrawn(ctx: Context, version: ClusterMap, candidate_id: int) -> bool | None:
    query = sa.select(MapCandidate.withdrawn_at.is_not(None)).where(
        MapCandidate.id == candidate_id, MapCandidate.map_id == version.id
    )
    return ctx.session.scalar(query)


def slugs_of(ctx: Context, organisation_id: int) -> set[str]:
    """Return the identifiers that an organisation's clusters have."""
    return set(ctx.session.scalars(sa.select(Cluster.slug).where(Cluster.organisation_id == organisation_id)))
