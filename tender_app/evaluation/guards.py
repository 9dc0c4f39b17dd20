"""Reasons against acts on score sheets, and those of tender and bid that turn on scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tender_app.bids.guards import COUNTS
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import Invitation, Scored, SheetState
from tender_app.kernel.persian import persian_digits
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import EVALUATORS, TenderState

LOCKED = (
    TenderState.TECHNICAL_LOCKED,
    TenderState.PRICES_OPENED,
    TenderState.DECIDED,
    TenderState.AWARDED,
    TenderState.CONTRACTED,
    TenderState.RENEWED,
    TenderState.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the guards need to know of a sheet; `given` maps (bid, leaf) to (points, reason, edition)."""

    tender_state: TenderState
    tops: Mapping[int, Decimal]
    bids: frozenset[int]
    given: Mapping[tuple[int, int], tuple[Decimal | None, str, int]]


def load(ctx: Context, sheets: Sequence[ScoreSheet]) -> Mapping[int, SheetFacts]:
    """Read the facts of the sheets, in four queries."""
    ids, tenders = [s.id for s in sheets], {s.tender_id for s in sheets}
    states = dict(ctx.session.execute(sa.select(Tender.id, Tender.state).where(Tender.id.in_(tenders))).tuples().all())
    criteria = ctx.session.execute(
        sa.select(Criterion.tender_id, Criterion.id, Criterion.parent_id, Criterion.top).where(
            Criterion.tender_id.in_(tenders)
        )
    ).all()
    groups = {c.parent_id for c in criteria}
    bids = ctx.session.execute(
        sa.select(Bid.tender_id, Bid.id).where(Bid.tender_id.in_(tenders), Bid.state == BidState.UNDER_EVALUATION)
    ).all()
    scores = ctx.session.scalars(sa.select(Score).where(Score.sheet_id.in_(ids))).all()
    return {
        s.id: SheetFacts(
            states[s.tender_id],
            {c.id: c.top for c in criteria if c.tender_id == s.tender_id and c.id not in groups},
            frozenset(b.id for b in bids if b.tender_id == s.tender_id),
            {(r.bid_id, r.criterion_id): (r.points, r.reason, r.edition) for r in scores if r.sheet_id == s.id},
        )
        for s in sheets
    }


FACTS = Facts(load)


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


def tender_is_technical(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """Scores are given after ب is opened and before they are locked (R24)."""
    if FACTS.of(ctx, sheet).tender_state is TenderState.TECHNICAL:
        return None
    return "ارزیابی فنی این مناقصه باز نیست؛ امتیازها پس از قطعی شدن دگرگون نمی‌شود (ماده ۱۹)."


def points_fit(ctx: Context, sheet: ScoreSheet, what: Scored | None) -> str | None:
    """Points lie between 0 and the leaf's top, for a bid under evaluation."""
    if what is None:
        return None
    facts = FACTS.of(ctx, sheet)
    top = facts.tops.get(what.criterion_id)
    if top is None or what.bid_id not in facts.bids:
        return "این معیار یا پیشنهاد در این ارزیابی نیست."
    if what.points is not None and not 0 <= what.points <= top:
        return persian_digits(f"امتیاز این معیار میان ۰ و {top.normalize():f} است.")
    return None


def edition_is_current(ctx: Context, sheet: ScoreSheet, what: Scored | None) -> str | None:
    """What is typed over an older edition does not overwrite a newer one."""
    if what is None:
        return None
    kept = FACTS.of(ctx, sheet).given.get((what.bid_id, what.criterion_id))
    if kept is None or kept[2] == what.edition:
        return None
    points = "—" if kept[0] is None else persian_digits(f"{kept[0].normalize():f}")
    return f"این امتیاز در جای دیگری تازه شده است (اکنون {points})؛ صفحه را تازه کنید."


def every_score_given(ctx: Context, sheet: ScoreSheet, _what: Any) -> str | None:
    """A sheet is confirmed when every leaf of every bid has points and a reason."""
    left = unscored(FACTS.of(ctx, sheet))
    return persian_digits(f"{left} امتیاز یا دلیل هنوز نوشته نشده است.") if left else None


def unscored(facts: SheetFacts) -> int:
    """Return how many of a sheet's cells lack points or a reason."""
    cells = [facts.given.get((bid, leaf), (None, "", 0)) for bid in facts.bids for leaf in facts.tops]
    return sum(points is None or not reason for points, reason, _ in cells)


def all_sheets_confirmed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Scores are locked when every evaluator confirmed or stepped aside."""
    sheets = SHEETS.of(ctx, tender)
    left = sheets.get(SheetState.INVITED, 0) + sheets.get(SheetState.SCORING, 0)
    return persian_digits(f"{left} ارزیاب هنوز برگه خود را تأیید نکرده‌اند.") if left else None


def three_evaluators(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Three evaluators at least judged the bids (R23)."""
    if SHEETS.of(ctx, tender).get(SheetState.CONFIRMED, 0) >= EVALUATORS:
        return None
    return persian_digits(f"کمتر از {EVALUATORS} برگه تأییدشده است؛ ارزیابی با این شمار پذیرفته نیست.")


def some_bid_qualified(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Prices are opened when some bid reached the minimum; else they stay sealed (Art. 19-d)."""
    if COUNTS.of(ctx, tender).bids.get(BidState.QUALIFIED):
        return None
    return "هیچ پیشنهادی به حداقل امتیاز نرسیده است؛ پاکت‌های ج گشوده نمی‌شود و کمیسیون درباره تجدید رأی می‌دهد."


def reached_minimum(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid qualifies by its exact score, not by the rounded one."""
    result = _result(ctx, bid)
    return None if result is not None and result.is_qualified else "این پیشنهاد به حداقل امتیاز نرسیده است."


def missed_minimum(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid falls out by its exact score alone."""
    result = _result(ctx, bid)
    return None if result is not None and not result.is_qualified else "این پیشنهاد زیر حداقل امتیاز نیست."


def where_no_conflict_declared(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer declared no conflict in the bid's tender."""
    declared = (SheetState.SCORING, SheetState.CONFIRMED)
    own = sa.select(ScoreSheet.tender_id).where(
        ScoreSheet.person_id == ctx.actor.person_id, ScoreSheet.state.in_(declared)
    )
    return Bid.tender_id.in_(own)


def where_viewer_confirmed(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer confirmed a sheet of the same tender."""
    own = sa.orm.aliased(ScoreSheet)
    confirmed = sa.select(own.tender_id).where(
        own.person_id == ctx.actor.person_id, own.state == SheetState.CONFIRMED
    )
    return ScoreSheet.tender_id.in_(confirmed)


def where_scores_locked(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the sheet's tender has its scores locked."""
    return ScoreSheet.tender_id.in_(sa.select(Tender.id).where(Tender.state.in_(LOCKED)))


def _result(ctx: Context, bid: Bid) -> TechnicalResult | None:
    return ctx.session.scalars(sa.select(TechnicalResult).where(TechnicalResult.bid_id == bid.id)).one_or_none()
