"""The talk of the evaluators between their confirmed sheets and the lock: points change in it only as the notice allows.

The sheets stay as they were confirmed; what changes stands beside them (`score_revision`), by its owner's own act alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tender_app.evaluation import desk, digests, guards, queries, working
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.evaluation.talk_models import ScoreRevision, Talk, TalkCell
from tender_app.evaluation.talk_rules import Opened, Revised, TalkClosed, TalkState
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.people.models import Person
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import Aggregation, TenderState


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, int]:
    """Count the open talks of the tenders, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(Talk.tender_id, sa.func.count()).where(Talk.tender_id.in_(ids), Talk.state == TalkState.OPEN)
    found = dict(ctx.session.execute(query.group_by(Talk.tender_id)).all())
    return {i: found.get(i, 0) for i in ids}


OPEN = Facts[Tender, int](load)


def tender_of_talk(what: Opened) -> Tender:
    """A talk is opened in a tender."""
    tender: Tender = what.tender
    return tender


def no_talk_is_open(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are not locked while they are talked about."""
    if not OPEN.of(ctx, tender):
        return None
    return _("گفت‌وگویی درباره امتیازها در جریان است؛ نخست آن را با یادداشت ببندید.")


def talk_may_open(ctx: Context, what: Opened) -> str | None:
    """A talk opens when enough sheets are confirmed and none is open, before the lock, one at a time (R23, R24)."""
    tender = what.tender
    if tender.state is not TenderState.TECHNICAL:
        return _("گفت‌وگو درباره امتیازها پیش از قطعی شدن آنهاست؛ ارزیابی فنی این مناقصه باز نیست (ماده ۱۹).")
    ready = guards.all_sheets_confirmed(ctx, tender, None) or guards.three_evaluators(ctx, tender, None)
    return ready or no_talk_is_open(ctx, tender, None)


def cells_are_scored(ctx: Context, what: Opened) -> str | None:
    """What is talked about are cells of the sheets, each once."""
    if what.cells is None:
        return None
    if not what.cells:
        return _("دست‌کم یک معیار از یک پیشنهاد را نشان کنید.")
    sheet = ctx.session.scalars(sa.select(ScoreSheet).where(ScoreSheet.tender_id == what.tender.id).limit(1)).one()
    bids, leaves = desk.FACTS.of(ctx, sheet).done, {leaf.id for _group, leaf in working.leaves_of(what.tender.criteria)}
    known = all(bid in bids and leaf in leaves for bid, leaf in what.cells)
    return None if known else _("این معیار یا پیشنهاد در این ارزیابی نیست.")


def make_talk(ctx: Context, what: Opened) -> Talk:
    """Make a talk about the cells."""
    return Talk(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        subject=what.subject,
        opened_at=ctx.now,
        opened_by=ctx.actor.person_id,
        cells=[TalkCell(bid_id=bid, criterion_id=leaf) for bid, leaf in dict.fromkeys(what.cells or ())],
    )


def tell_of_talk(ctx: Context, talk: Talk, _what: Any) -> None:
    """Tell the evaluators that a talk began."""
    _tell(ctx, talk, "گفت‌وگو درباره امتیازها آغاز شد")


def is_before_lock(_ctx: Context, talk: Talk, _what: Any) -> str | None:
    """Nothing of a talk goes on once the scores are locked, or the tender is over."""
    if talk.tender.state is TenderState.TECHNICAL:
        return None
    return _("ارزیابی فنی این مناقصه باز نیست؛ امتیازها پس از قطعی شدن دگرگون نمی‌شود (ماده ۱۹).")


def notice_chose_consensus(_ctx: Context, talk: Talk, _what: Any) -> str | None:
    """Confirmed points change only where the notice said that they may."""
    if talk.tender.aggregation is Aggregation.CONSENSUS:
        return None
    return _("آگهی این مناقصه «اجماع» را برنگزیده است؛ گفت‌وگو با یادداشت ثبت می‌شود و امتیازی دگرگون نمی‌شود.")


def sheet_is_confirmed(ctx: Context, talk: Talk, _what: Any) -> str | None:
    """Who revises has a confirmed sheet of their own."""
    if _own_sheet(ctx, talk) is not None:
        return None
    return _("برگه تأییدشده‌ای در این مناقصه به نام شما نیست.")


def revision_fits(ctx: Context, talk: Talk, what: Revised | None) -> str | None:
    """New points are in a cell that is talked about, on its scale, and other than those that stand."""
    sheet = _own_sheet(ctx, talk)
    if what is None or sheet is None:
        return None
    if (what.bid_id, what.criterion_id) not in {(c.bid_id, c.criterion_id) for c in talk.cells}:
        return _("این معیار و پیشنهاد در این گفت‌وگو نیست؛ رئیس کمیسیون موضوع گفت‌وگو را برمی‌گزیند.")
    top = next(c.top for c in talk.tender.criteria if c.id == what.criterion_id)
    if not 0 <= what.points <= top:
        return _("امتیاز این معیار میان ۰ و {top} است.").format(top=decimal_text(top))
    standing, _reason = queries.given_in(ctx, [sheet.id])[sheet.id][what.bid_id][str(what.criterion_id)]
    if what.points == standing:
        return _("این همان امتیازی است که اکنون دارید ({points}).").format(points=decimal_text(standing))
    return None


def revision_is_told(ctx: Context, talk: Talk, what: Revised | None) -> str | None:
    """A change names who proposed it, one of those who talk, and why."""
    if what is None:
        return None
    if what.proposed_by not in {person.id for person in proposers(ctx, talk.tender)}:
        return _("پیشنهاددهنده دگرگونی یکی از ارزیابان یا رئیس کمیسیون است.")
    return None if what.reason else _("دلیل دگرگونی امتیاز را بنویسید؛ در گزارش می‌آید.")


def nothing_to_revise(ctx: Context, talk: Talk, what: Any) -> str | None:
    """Nobody waits to revise where nothing may change."""
    return is_before_lock(ctx, talk, what) or notice_chose_consensus(ctx, talk, what)


def keep_revision(ctx: Context, talk: Talk, what: Revised) -> None:
    """Keep the new points beside the original, which stay; the entry quotes the digest of the change."""
    sheet = _own_sheet(ctx, talk)
    if sheet is None:
        raise LookupError(f"person {ctx.actor.person_id} has no confirmed sheet in talk {talk.id}")
    original, _reason = queries.originals_in(ctx, [sheet.id])[sheet.id][what.bid_id][str(what.criterion_id)]
    made = ScoreRevision(
        talk_id=talk.id,
        sheet_id=sheet.id,
        bid_id=what.bid_id,
        criterion_id=what.criterion_id,
        original=original,
        points=what.points,
        reason=what.reason,
        proposed_by=what.proposed_by,
        revised_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()
    ctx.session.expire(talk, ["revisions"])
    ctx.noted["revision"] = digests.digest(digests.row_of(made))


def note_is_written(_ctx: Context, _talk: Talk, what: TalkClosed | None) -> str | None:
    """A talk ends with what came of it, in words."""
    return _("نتیجه گفت‌وگو را بنویسید؛ در گزارش می‌آید.") if what is not None and not what.note else None


def close_talk(ctx: Context, talk: Talk, what: TalkClosed) -> None:
    """Close with the head's note, and tell the evaluators."""
    talk.closed_at, talk.note = ctx.now, what.note
    _tell(ctx, talk, "گفت‌وگو درباره امتیازها بسته شد")


def proposers(ctx: Context, tender: Tender) -> Sequence[Person]:
    """Return who may have proposed a change: whose sheet is confirmed, and the head."""
    confirmed = sa.select(ScoreSheet.person_id).where(
        ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED
    )
    who = sa.or_(Person.id.in_(confirmed), Person.id.in_(seated(ctx, tender, [Role.HEAD])))
    return ctx.session.scalars(sa.select(Person).where(who).order_by(Person.id)).all()


def where_viewer_confirmed(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer confirmed a sheet of the talk's tender."""
    own = aliased(ScoreSheet)
    confirmed = sa.select(own.tender_id).where(own.person_id == ctx.actor.person_id, own.state == SheetState.CONFIRMED)
    return Talk.tender_id.in_(confirmed)


def where_locked(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the scores of the talk's tender are locked."""
    return Talk.tender_id.in_(sa.select(Tender.id).where(Tender.scores_digest != ""))


def _own_sheet(ctx: Context, talk: Talk) -> ScoreSheet | None:
    query = sa.select(ScoreSheet).where(
        ScoreSheet.tender_id == talk.tender_id,
        ScoreSheet.person_id == ctx.actor.person_id,
        ScoreSheet.state == SheetState.CONFIRMED,
    )
    return ctx.session.scalars(query).one_or_none()


def _tell(ctx: Context, talk: Talk, subject: str) -> None:
    tender = talk.tender
    confirmed = sa.select(ScoreSheet.person_id).where(
        ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED
    )
    people = list(ctx.session.scalars(confirmed))
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/talks", tender_id=tender.id)
