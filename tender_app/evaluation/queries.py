"""What the guards and pages of evaluation read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.evaluation import methods, scoring, working
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.evaluation.talk_models import ScoreRevision
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Method, RunnerUpBasis
from tender_app.workflow.sight import where_visible


@dataclass(frozen=True, slots=True)
class Bidder:
    """A bidder as an evaluator must know them before declaring no conflict."""

    firm: str
    legal_id: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A bid's cells by evaluator, and the score of 100 that follows; None while a sheet is missing."""

    bid_id: int
    firm: str
    cells: tuple[working.Cell, ...]
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sheets that the viewer may read, side by side."""

    evaluators: tuple[str, ...]
    bids: tuple[Compared, ...]
    deviation: Decimal  # by which evaluators may differ without a reason

    @property
    def gaps(self) -> list[tuple[str, working.Cell]]:
        """Return (firm, cell) where evaluators differ by more than the law lets pass without a reason (R23)."""
        return [(bid.firm, cell) for bid in self.bids for cell in bid.cells if cell.is_wide]


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
    computed_at: dt.datetime

    @property
    def places(self) -> list[scoring.Place]:
        """Return the rows as scoring knows them."""
        return [_place(row) for row in self.rows]


def bidders(ctx: Context, tender: Tender) -> list[Bidder]:
    """Return who bids and who signs for them: what an evaluator needs to judge their own conflict, and no content."""
    query = (
        sa.select(Firm)
        .join(Bid, Bid.firm_id == Firm.id)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.BIDDERS))
        .options(selectinload(Firm.signatories))
        .order_by(Bid.submitted_at, Bid.id)
    )
    return [
        Bidder(f.name, f.legal_id, tuple(f"{s.name}، {s.position}" for s in f.signatories))
        for f in ctx.session.scalars(query)
    ]


def sheets(ctx: Context, tender: Tender) -> Sequence[ScoreSheet]:
    """Return the sheets of a tender whose standing the actor may see."""
    query = sa.select(ScoreSheet).where(
        ScoreSheet.tender_id == tender.id, where_visible(ctx, ScoreSheet, Sight.BIDDERS)
    )
    return ctx.session.scalars(query.options(selectinload(ScoreSheet.person)).order_by(ScoreSheet.id)).all()


def confirmed_sheets(ctx: Context, tender: Tender) -> Sequence[ScoreSheet]:
    """Return every confirmed sheet of a tender, for the act that locks them."""
    query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED)
    return ctx.session.scalars(query.options(selectinload(ScoreSheet.person)).order_by(ScoreSheet.id)).all()


def sees_every_sheet(ctx: Context, tender: Tender) -> bool:
    """Tell whether all sheets of a tender are confirmed, save those given up, and the actor may read each of them."""
    every = sa.select(ScoreSheet.id).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state != SheetState.RECUSED)
    seen = set(ctx.session.scalars(every.where(where_visible(ctx, ScoreSheet, Sight.SCORES))))
    return bool(seen) and seen == set(ctx.session.scalars(every))


def originals_in(ctx: Context, sheet_ids: Sequence[int]) -> dict[int, dict[int, dict[str, tuple[Decimal, str]]]]:
    """Return points and reasons by sheet, bid and leaf, as the sheets hold them."""
    found: dict[int, dict[int, dict[str, tuple[Decimal, str]]]] = {s: {} for s in sheet_ids}
    query = sa.select(Score.sheet_id, Score.bid_id, Score.criterion_id, Score.points, Score.reason)
    for row in ctx.session.execute(query.where(Score.sheet_id.in_(sheet_ids), Score.points.is_not(None))):
        found[row.sheet_id].setdefault(row.bid_id, {})[str(row.criterion_id)] = (row.points, row.reason)
    return found


def given_in(ctx: Context, sheet_ids: Sequence[int]) -> working.Given:
    """Return the points that stand, with their reasons: what was revised in a talk counts in place of the original."""
    found = originals_in(ctx, sheet_ids)
    query = sa.select(ScoreRevision).where(ScoreRevision.sheet_id.in_(sheet_ids)).order_by(ScoreRevision.id)
    for row in ctx.session.scalars(query):
        found[row.sheet_id].setdefault(row.bid_id, {})[str(row.criterion_id)] = (row.points, row.reason)
    return found


def comparison(ctx: Context, tender: Tender) -> Comparison:
    """Return the sheets whose scores the actor may read, side by side for every scored bid, in four queries."""
    query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, where_visible(ctx, ScoreSheet, Sight.SCORES))
    seen = ctx.session.scalars(query.options(selectinload(ScoreSheet.person)).order_by(ScoreSheet.id)).all()
    deviation = law_of(ctx, tender)[Parameter.DEVIATION]
    if not seen:
        return Comparison((), (), deviation)
    rows = ctx.session.execute(
        sa.select(Bid.id, Firm.name)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.TECHNICAL))
        .where(Bid.state != BidState.ENVELOPE_B_REJECTED)
        .order_by(Bid.submitted_at, Bid.id)
    )
    given = given_in(ctx, [s.id for s in seen])
    bids = [_compared(tender, r, [given[s.id].get(r.id, {}) for s in seen], deviation) for r in rows]
    return Comparison(tuple(s.person.name for s in seen), tuple(bids), deviation)


def bids_in(ctx: Context, tender: Tender, state: BidState) -> Sequence[Bid]:
    """Return the bids of a tender in a state with their firms, in the order of their submission."""
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state)
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def results(ctx: Context, tender: Tender) -> list[tuple[str, Fraction, bool]]:
    """Return (firm, exact score, whether qualified) of the locked scores, the best first."""
    rows = ctx.session.execute(
        sa.select(Firm.name, TechnicalResult.score, TechnicalResult.is_qualified)
        .join(Bid, Bid.id == TechnicalResult.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(TechnicalResult.tender_id == tender.id)
    )
    return sorted(((r.name, Fraction(r.score), r.is_qualified) for r in rows), key=lambda r: -r[1])


def shortfalls(ctx: Context, tender: Tender) -> dict[str, list[str]]:
    """Return, by firm, the criteria under whose own least a locked score stayed; firms without any are not in it."""
    titles = {str(c.id): c.title for c in tender.criteria}
    rows = ctx.session.execute(
        sa.select(Firm.name, TechnicalResult.working)
        .join(Bid, Bid.id == TechnicalResult.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(TechnicalResult.tender_id == tender.id)
    )
    found = {name: titles_of(made, titles) for name, made in rows}
    return {name: short for name, short in found.items() if short}


def short_of(ctx: Context, bid: Bid) -> list[str]:
    """Return the criteria under whose own least a bid's locked score stayed."""
    made = ctx.session.scalar(sa.select(TechnicalResult.working).where(TechnicalResult.bid_id == bid.id))
    return titles_of(made or {}, {str(c.id): c.title for c in bid.tender.criteria})


def titles_of(made: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Return the titles of the criteria that the working of a locked score marks as too low."""
    return [titles[leaf] for leaf in made.get("short", ())]


def unopened(ctx: Context, tender: Tender) -> list[str]:
    """Return the firms whose envelope ج stays sealed because their score is under the minimum."""
    query = sa.select(Firm.name).join(Bid, Bid.firm_id == Firm.id)
    query = query.where(Bid.tender_id == tender.id, Bid.state == BidState.BELOW_MINIMUM)
    return list(ctx.session.scalars(query.order_by(Bid.id)))


def ranking(ctx: Context, tender: Tender) -> RankingView | None:
    """Return the ranking of a tender with the second winner by its own basis; None before the prices are opened."""
    stands = sa.select(Ranking).where(Ranking.tender_id == tender.id, Ranking.superseded_at.is_(None))
    kept = ctx.session.scalars(stands).one_or_none()
    return None if kept is None else _view(ctx, tender, kept)


def superseded(ctx: Context, tender: Tender) -> list[tuple[RankingView, dt.datetime, str]]:
    """Return each ranking that stands no more, the oldest first, with when and why it was superseded."""
    query = sa.select(Ranking).where(Ranking.tender_id == tender.id, Ranking.superseded_at.is_not(None))
    kept = ctx.session.scalars(query.order_by(Ranking.id)).all()
    return [(_view(ctx, tender, r), r.superseded_at, r.superseded_for) for r in kept if r.superseded_at is not None]


def _view(ctx: Context, tender: Tender, kept: Ranking) -> RankingView:
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
    weighted = gap_is_weighted(tender)
    second = scoring.runner_up([_place(row) for row in shown], guarantee_of(tender), weighted=weighted)
    gap = None
    if len(shown) > 1:
        gap = shown[1].final - shown[0].final if weighted else Fraction(shown[1].price - shown[0].price)
    named = next((r for r in shown if second and str(r.bid_id) == second.offer.id), None)
    return RankingView(shown, named, gap, kept.digest, kept.id, kept.computed_at)


def over_budget(ctx: Context, tender: Tender) -> list[tuple[str, Fraction, int]]:
    """Return (firm, exact score, price) of the bids whose price was read and is above the fixed budget."""
    ranked = sa.select(RankingRow.bid_id).join(Ranking, Ranking.id == RankingRow.ranking_id)
    rows = ctx.session.execute(
        sa.select(Firm.name, TechnicalResult.score, Price.total)
        .join(Bid, Bid.firm_id == Firm.id)
        .join(TechnicalResult, TechnicalResult.bid_id == Bid.id)
        .join(Price, Price.bid_id == Bid.id)
        .where(Bid.tender_id == tender.id, Bid.state != BidState.PRICE_REJECTED)
        .where(Bid.id.not_in(ranked.where(Ranking.tender_id == tender.id)))
        .order_by(Bid.id)
    )
    return [(r.name, Fraction(r.score), r.total) for r in rows]


def guarantee_of(tender: Tender) -> int | None:
    """Return the guarantee (rial) to which the second winner's gap is held; None where the law names no second winner."""
    return tender.guarantee or 0 if tender.basis.names_runner_up else None


def gap_is_weighted(tender: Tender) -> bool:
    """Tell whether the second winner's gap is measured on balanced prices; a combined score has none."""
    return tender.runner_up_basis is RunnerUpBasis.WEIGHTED and tender.method is Method.WEIGHTED_PRICE


def _compared(tender: Tender, row: Any, sheets: Sequence[working.Sheet], deviation: Decimal) -> Compared:
    how = methods.aggregation_of(tender)
    cells = working.cells_of(tender.criteria, sheets, deviation, how)
    return Compared(row.id, row.name, cells, working.score_of(tender.criteria, cells))


def _place(row: Ranked) -> scoring.Place:
    offer = scoring.Offer(str(row.bid_id), row.technical, row.price)
    return scoring.Place(offer, row.final, row.rank, row.place, row.needs_lot)
