"""What the pages of evaluation read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid
from tender_app.evaluation import scoring
from tender_app.evaluation.guards import FACTS, SheetFacts
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import RunnerUpBasis
from tender_app.workflow.sight import where_visible

WIDE_GAP = Fraction(20)


@dataclass(frozen=True, slots=True)
class BidProgress:
    """A bid on an evaluator's list: how many of its cells are complete."""

    id: int
    firm: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row of the ranking as a page shows it; fractions are exact."""

    bid_id: int
    firm: str
    technical: Fraction
    price: int
    final: Fraction
    rank: int
    place: int
    needs_lot: bool


@dataclass(frozen=True, slots=True)
class RankingView:
    """The ranking with its working: the rows in order, the second winner if there is one, and the gap."""

    rows: tuple[Ranked, ...]
    runner_up: Ranked | None
    gap: Fraction | None
    digest: str
    ranking_id: int


def own_sheet(ctx: Context, tender: Tender) -> ScoreSheet | None:
    """Return the actor's sheet of the tender."""
    query = sa.select(ScoreSheet).where(
        ScoreSheet.tender_id == tender.id, where_visible(ctx, ScoreSheet, Sight.OWN)
    )
    return ctx.session.scalars(query.where(ScoreSheet.person_id == ctx.actor.person_id)).one_or_none()


def bids_to_score(ctx: Context, tender: Tender, sheet: ScoreSheet) -> list[BidProgress]:
    """Return the bids that the actor may read, with what is done of each."""
    facts = FACTS.of(ctx, sheet)
    rows = ctx.session.execute(
        sa.select(Bid.id, Firm.name)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.TECHNICAL))
        .order_by(Bid.submitted_at, Bid.id)
    )
    return [BidProgress(r.id, r.name, _done(facts, r.id), len(facts.tops)) for r in rows]


def leaves(tender: Tender) -> list[tuple[str, Criterion]]:
    """Return (title of the group, leaf) of the tender's criteria, in order."""
    groups = {c.parent_id for c in tender.criteria}
    titles = {c.id: c.title for c in tender.criteria}
    return [(titles.get(c.parent_id or 0, ""), c) for c in tender.criteria if c.id not in groups]


def scores(ctx: Context, sheet: ScoreSheet, bid: Bid) -> dict[int, Score]:
    """Return the sheet's scores of a bid by leaf."""
    query = sa.select(Score).where(Score.sheet_id == sheet.id, Score.bid_id == bid.id)
    return {s.criterion_id: s for s in ctx.session.scalars(query)}


def sheets(ctx: Context, tender: Tender) -> Sequence[ScoreSheet]:
    """Return the sheets of a tender whose standing the actor may see."""
    query = sa.select(ScoreSheet).where(
        ScoreSheet.tender_id == tender.id, where_visible(ctx, ScoreSheet, Sight.BIDDERS)
    )
    return ctx.session.scalars(query.options(selectinload(ScoreSheet.person)).order_by(ScoreSheet.id)).all()


def results(ctx: Context, tender: Tender) -> list[tuple[str, Fraction, bool]]:
    """Return (firm, exact score, whether qualified) of the locked scores, the best first."""
    rows = ctx.session.execute(
        sa.select(Firm.name, TechnicalResult.score, TechnicalResult.is_qualified)
        .join(Bid, Bid.id == TechnicalResult.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(TechnicalResult.tender_id == tender.id)
    )
    return sorted(((r.name, Fraction(r.score), r.is_qualified) for r in rows), key=lambda r: -r[1])


def wide_gaps(ctx: Context, tender: Tender) -> list[tuple[str, str, Decimal, Decimal]]:
    """Return (firm, leaf, lowest, highest) where evaluators differ by more than 20 points of 100 (R23)."""
    confirmed = sa.and_(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED)
    rows = ctx.session.execute(
        sa.select(Firm.name, Criterion.title, Criterion.top, Score.bid_id, Score.criterion_id, Score.points)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .join(Bid, Bid.id == Score.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(confirmed)
        .order_by(Score.bid_id, Score.criterion_id)
    ).all()
    cells: dict[Any, list[Any]] = {}
    for row in rows:
        cells.setdefault((row.bid_id, row.criterion_id), []).append(row)
    found = []
    for cell in cells.values():
        low, high = min(r.points for r in cell), max(r.points for r in cell)
        if Fraction(high - low) * 100 / Fraction(cell[0].top) > WIDE_GAP:
            found.append((cell[0].name, cell[0].title, low, high))
    return found


def ranking(ctx: Context, tender: Tender) -> RankingView | None:
    """Return the ranking of a tender with the second winner by its own basis; None before the prices are opened."""
    kept = ctx.session.scalars(sa.select(Ranking).where(Ranking.tender_id == tender.id)).one_or_none()
    if kept is None:
        return None
    rows = ctx.session.execute(
        sa.select(RankingRow, Firm.name)
        .join(Bid, Bid.id == RankingRow.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(RankingRow.ranking_id == kept.id)
        .order_by(RankingRow.place, RankingRow.id)
    ).all()
    shown = tuple(
        Ranked(r.bid_id, name, Fraction(r.technical), r.price, Fraction(r.final), r.rank, r.place, r.needs_lot)
        for r, name in rows
    )
    places = [_place(row) for row in shown]
    weighted = tender.runner_up_basis is RunnerUpBasis.WEIGHTED
    second = scoring.runner_up(places, tender.guarantee or 0, weighted=weighted)
    gap = None
    if len(shown) > 1:
        gap = shown[1].final - shown[0].final if weighted else Fraction(shown[1].price - shown[0].price)
    named = next((r for r in shown if second and str(r.bid_id) == second.offer.id), None)
    return RankingView(shown, named, gap, kept.digest, kept.id)


def _place(row: Ranked) -> scoring.Place:
    offer = scoring.Offer(str(row.bid_id), row.technical, row.price)
    return scoring.Place(offer, row.final, row.rank, row.place, row.needs_lot)


def _done(facts: SheetFacts, bid_id: int) -> int:
    given = [facts.given.get((bid_id, leaf), (None, "", 0)) for leaf in facts.tops]
    return sum(points is not None and bool(reason) for points, reason, _ in given)
