"""Reasons against acts on score sheets, and those of tender and bid that turn on scores."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.bids.facts import COUNTS
from tender_app.bids.models import Bid, OpenedEnvelope, OpenedFile
from tender_app.bids.rules import BidState, EnvelopeKind
from tender_app.evaluation import cell_facts, desk, digests, queries
from tender_app.evaluation.models import ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import OPEN, Invitation, Locking, Replacement, Scored, Several, SheetState
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.words import _
from tender_app.people.models import Person
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import law_of
from tender_app.tenders.facts import FACTS as TENDERS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

FACTS = desk.FACTS


def load_sheets(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Mapping[SheetState, int]]:
    """Count the sheets of the tenders by state, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(ScoreSheet.tender_id, ScoreSheet.state, sa.func.count()).where(ScoreSheet.tender_id.in_(ids))
    rows = ctx.session.execute(query.group_by(ScoreSheet.tender_id, ScoreSheet.state)).all()
    return {i: {state: count for tender_id, state, count in rows if tender_id == i} for i in ids}


SHEETS = Facts(load_sheets)


def tender_of_invitation(what: Invitation) -> Tender:
    """An evaluator is invited to a tender."""
    tender: Tender = what.tender
    return tender


def tender_is_technical(ctx: Context, sheet: ScoreSheet, what: Any) -> str | None:
    """Scores are given after ب is opened and before they are locked (R24)."""
    facts = cell_facts.cells(ctx, sheet, what) if isinstance(what, Scored) else FACTS.of(ctx, sheet)
    if facts.tender_state is TenderState.TECHNICAL:
        return None
    return _("ارزیابی فنی این مناقصه باز نیست؛ امتیازها پس از قطعی شدن دگرگون نمی‌شود (ماده ۱۹).")


def points_fit(ctx: Context, sheet: ScoreSheet, what: Scored | Several | None) -> str | None:
    """Points lie between 0 and the leaf's top, for a bid under evaluation."""
    if what is None:
        return None
    facts = cell_facts.cells(ctx, sheet, what)
    for cell in what.cells:
        top = facts.tops.get(cell.criterion_id)
        if top is None or cell.bid_id not in facts.bids:
            return _("این معیار یا پیشنهاد در این ارزیابی نیست.")
        if cell.points is not None and not 0 <= cell.points <= top:
            return _("امتیاز این معیار میان ۰ و {top} است.").format(top=decimal_text(top))
    return None


def pages_are_of_the_bid(ctx: Context, _sheet: ScoreSheet, what: Scored | Several | None) -> str | None:
    """What a score stands on is a page of a file of that bid's envelope ب."""
    noted = {(cell.bid_id, file) for cell in (what.cells if what else ()) for file, _page in cell.pages}
    if not noted:
        return None
    query = (
        sa.select(OpenedEnvelope.bid_id, OpenedFile.id)
        .join(OpenedFile, OpenedFile.opened_envelope_id == OpenedEnvelope.id)
        .where(OpenedFile.id.in_({file for _bid, file in noted}), OpenedEnvelope.kind == EnvelopeKind.B)
    )
    known = set(ctx.session.execute(query))
    return None if noted <= known else _("صفحه‌ای که نوشته‌اید از پیوست‌های پاکت ب این پیشنهاد نیست.")


def edition_is_current(ctx: Context, sheet: ScoreSheet, what: Scored | Several | None) -> str | None:
    """What is typed over an older edition does not overwrite a newer one."""
    if what is None:
        return None
    facts = cell_facts.cells(ctx, sheet, what)
    for cell in what.cells:
        kept = facts.kept.get((cell.bid_id, cell.criterion_id))
        if kept is not None and kept.edition != cell.edition:
            points = "—" if kept.points is None else decimal_text(kept.points)
            said = _("این امتیاز در جای دیگری تازه شده است (اکنون {points})؛ هر دو نوشته را ببینید و یکی را برگزینید.")
            return said.format(points=points)
    return None


def every_score_given(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """A sheet is confirmed when every leaf of every bid has points and a reason."""
    left = FACTS.of(ctx, sheet).left
    return persian_digits(_("{left} امتیاز یا دلیل هنوز نوشته نشده است.").format(left=left)) if left else None


def all_sheets_confirmed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are locked when every evaluator confirmed or stepped aside."""
    sheets = SHEETS.of(ctx, tender)
    left = sum(sheets.get(state, 0) for state in OPEN)
    return persian_digits(_("{left} ارزیاب هنوز برگه خود را تأیید نکرده است.").format(left=left)) if left else None


def differences_have_a_reason(ctx: Context, tender: Tender, what: Locking | None) -> str | None:
    """Where evaluators lie farther apart than the law lets pass, the head writes why the scores are locked all the same (R23)."""
    if what is None or what.note.strip() or not queries.comparison(ctx, tender).gaps:
        return None
    return _("اختلاف ارزیابان بیش از اندازه است؛ دلیل پذیرفتن آن را بنویسید.")


def three_evaluators(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """So many evaluators as the law asks judged the bids, three by Art. 2 (R23)."""
    least = law_of(ctx, tender)[Parameter.EVALUATORS]
    if SHEETS.of(ctx, tender).get(SheetState.CONFIRMED, 0) >= least:
        return None
    return persian_digits(
        _("کمتر از {evaluators} برگه تأییدشده هست؛ به جای ارزیابی که کناره گرفت، دیگری را بگمارید.").format(
            evaluators=least
        )
    )


def some_bid_qualified(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Prices are opened when some bid reached the minimum; else they stay sealed (Art. 19-d)."""
    if COUNTS.of(ctx, tender).bids.get(BidState.QUALIFIED):
        return None
    return _("هیچ پیشنهادی به حداقل امتیاز نرسیده است؛ پاکت‌های ج گشوده نمی‌شود و کمیسیون درباره تجدید رأی می‌دهد.")


def scores_are_the_locked_ones(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Prices are opened over the very scores that were locked: the act quotes their digest, and it is computed anew."""
    if what is None:
        return None
    if not tender.scores_digest or digests.of_stored(ctx, tender) != tender.scores_digest:
        return _("امتیازهای ثبت‌شده با اثر انگشت امتیازهای قطعی یکی نیست؛ قیمت‌ها گشوده نمی‌شود تا حسابرس علت را بیابد.")
    same = getattr(what, "scores_digest", "") == tender.scores_digest
    return None if same else _("اثر انگشتی که دیدید از امتیازهای قطعی این مناقصه نیست؛ صفحه را تازه کنید.")


def reached_minimum(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid qualifies by its exact score, not by the rounded one, and by its points under each criterion that has a least."""
    result = _result(ctx, bid)
    if result is not None and result.is_qualified:
        return None
    if short := queries.short_of(ctx, bid):
        told = _("امتیاز این پیشنهاد در «{criteria}» کمتر از حداقل همان معیار است؛ جمع امتیازها آن را جبران نمی‌کند.")
        return told.format(criteria="»، «".join(short))
    return _("این پیشنهاد به حداقل امتیاز نرسیده است.")


def missed_minimum(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid falls out by its exact score alone: in all, or under a criterion that has a least of its own."""
    result = _result(ctx, bid)
    if result is not None and not result.is_qualified:
        return None
    return _("این پیشنهاد نه در کل و نه در هیچ معیاری زیر حداقل امتیاز است.")


def where_viewer_confirmed(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer confirmed a sheet of the same tender."""
    own = sa.orm.aliased(ScoreSheet)
    confirmed = sa.select(own.tender_id).where(own.person_id == ctx.actor.person_id, own.state == SheetState.CONFIRMED)
    return ScoreSheet.tender_id.in_(confirmed)


def where_viewer_scores_nothing(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer has no sheet of the same tender to confirm: how far colleagues are stays closed."""
    return ScoreSheet.tender_id.not_in(_to_confirm(ctx))


def where_no_own_sheet_waits(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer, whatever else they are, has no sheet of the tender to confirm."""
    return Tender.id.not_in(_to_confirm(ctx))


def where_scores_locked(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the sheet's tender has its scores locked."""
    return ScoreSheet.tender_id.in_(sa.select(Tender.id).where(Tender.scores_digest != ""))


def where_no_sheet_open(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that every evaluator of the sheet's tender confirmed or stepped aside."""
    other = sa.orm.aliased(ScoreSheet)
    working = sa.select(other.tender_id).where(other.state.in_(OPEN))
    return ScoreSheet.tender_id.not_in(working)


def replacement_is_proper(ctx: Context, tender: Tender, what: Replacement | None) -> str | None:
    """A new evaluator is of the organisation, and neither judges, prepared, nor had a sheet of the tender before."""
    if what is None:
        return None
    person = ctx.session.get(Person, what.person_id)
    if person is None or person.organisation_id != tender.organisation_id:
        return _("ارزیاب تازه باید از کارکنان همین سازمان باشد.")
    if what.person_id == tender.prepared_by or what.person_id in {s.person_id for s in TENDERS.of(ctx, tender).seats}:
        return _("کسی که در این مناقصه سمتی دارد یا اسناد آن را تهیه کرده، ارزیاب نمی‌شود.")
    return None


def evaluator_is_missing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """An evaluator is named anew when, with those who stepped aside, fewer than the law asks would judge (R23)."""
    sheets = SHEETS.of(ctx, tender)
    working = sum(count for state, count in sheets.items() if state is not SheetState.RECUSED)
    if working < law_of(ctx, tender)[Parameter.EVALUATORS]:
        return None
    return _("شمار ارزیابان کافی است؛ ارزیاب تازه فقط به جای کناره‌گرفته گماشته می‌شود.")


def _to_confirm(ctx: Context) -> sa.Select[int]:
    """Return the question for the tenders in which the actor's own sheet is not confirmed yet and still counts."""
    own = sa.orm.aliased(ScoreSheet)
    running = sa.select(Tender.id).where(Tender.scores_digest == "")
    return sa.select(own.tender_id).where(
        own.person_id == ctx.actor.person_id,
        own.state.in_((SheetState.INVITED, SheetState.SCORING)),
        own.tender_id.in_(running),
    )


def _result(ctx: Context, bid: Bid) -> TechnicalResult | None:
    return ctx.session.scalars(sa.select(TechnicalResult).where(TechnicalResult.bid_id == bid.id)).one_or_none()
