"""What a save of cells reads: the criteria with what is kept of a bid, and what the law asks of one cell or of a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation.desk import BELOW, FACTS
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_rules import InterviewState
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, Several
from tender_app.store.context import Context
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderState

CELL = (  # what the law asks of one cell; made once, for it is asked at every save
    sa.select(
        Tender.state,
        Criterion.top,
        Bid.id.label("bid"),
        Score.id,
        Score.points,
        Score.edition,
        sa.exists()
        .where(
            Interview.tender_id == Tender.id,
            Interview.bid_id == sa.bindparam("bid"),
            Interview.state != InterviewState.CANCELLED,
        )
        .label("has_interview"),
    )
    .select_from(Tender)
    .outerjoin(
        Criterion,
        sa.and_(
            Criterion.tender_id == Tender.id,
            Criterion.id == sa.bindparam("leaf"),
            ~sa.exists().where(BELOW.tender_id == Criterion.tender_id, BELOW.parent_id == Criterion.id),
        ),
    )
    .outerjoin(
        Bid,
        sa.and_(Bid.tender_id == Tender.id, Bid.id == sa.bindparam("bid"), Bid.state == BidState.UNDER_EVALUATION),
    )
    .outerjoin(
        Score,
        sa.and_(
            Score.sheet_id == sa.bindparam("sheet"),
            Score.bid_id == sa.bindparam("bid"),
            Score.criterion_id == sa.bindparam("leaf"),
        ),
    )
    .where(Tender.id == sa.bindparam("tender"))
)
COLUMNS = (Criterion.id, Criterion.parent_id, Criterion.title, Criterion.weight, Criterion.top, Criterion.least)
KEPT = aliased(Score)  # of the one cell: rows of all the others would be looked at again by its update
OF_BID = (
    sa.select(*COLUMNS, Score.points, KEPT)
    .outerjoin(
        Score,
        sa.and_(
            Score.criterion_id == Criterion.id,
            Score.sheet_id == sa.bindparam("sheet"),
            Score.bid_id == sa.bindparam("bid"),
        ),
    )
    .outerjoin(KEPT, sa.and_(KEPT.id == Score.id, KEPT.criterion_id == sa.bindparam("leaf")))
    .where(Criterion.tender_id == sa.bindparam("tender"))
    .order_by(Criterion.position, Criterion.id)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a cell."""

    points: Decimal | None
    edition: int


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What the law asks of cells: the stage, the tops of leaves, the bids under evaluation, and what is kept.

    `no_interview` tells that none stands of the one bid that was asked about: nothing more is to be read of it.
    """

    tender_state: TenderState
    tops: Mapping[int, Decimal]
    bids: frozenset[int]
    kept: Mapping[tuple[int, int], Kept]
    no_interview: bool = False


def of_bid(ctx: Context, sheet: ScoreSheet, bid_id: int, leaf_id: int) -> tuple[Sequence[Any], Score | None]:
    """Return the criteria of a sheet's tender as plain rows with the points of the bid, and what is kept of one cell."""
    place = {"tender": sheet.tender_id, "sheet": sheet.id, "bid": bid_id, "leaf": leaf_id}
    rows = ctx.session.execute(OF_BID, place).all()
    return rows, next((kept for *_, kept in rows if kept is not None), None)


def cells(ctx: Context, sheet: ScoreSheet, what: Scored | Several) -> CellFacts:
    """Return what the law asks of the cells that are scored: of one cell, or of the whole sheet where there are several."""
    key = ((what.bid_id, what.criterion_id) if isinstance(what, Scored) else Several, sheet.id)
    if key not in ctx.facts:
        ctx.facts[key] = _cell(ctx, sheet, what) if isinstance(what, Scored) else _every_cell(ctx, sheet)
    found: CellFacts = ctx.facts[key]
    return found


def _cell(ctx: Context, sheet: ScoreSheet, what: Scored) -> CellFacts:
    """Read one cell's facts, in one query."""
    place = {"tender": sheet.tender_id, "sheet": sheet.id, "bid": what.bid_id, "leaf": what.criterion_id}
    row = ctx.session.execute(CELL, place).one()
    return CellFacts(
        row.state,
        {} if row.top is None else {what.criterion_id: row.top},
        frozenset(() if row.bid is None else (row.bid,)),
        {} if row.id is None else {(what.bid_id, what.criterion_id): Kept(row.points, row.edition)},
        no_interview=not row.has_interview,
    )


def _every_cell(ctx: Context, sheet: ScoreSheet) -> CellFacts:
    facts = FACTS.of(ctx, sheet)
    criteria = ctx.session.execute(
        sa.select(Criterion.id, Criterion.parent_id, Criterion.top).where(Criterion.tender_id == sheet.tender_id)
    ).all()
    groups = {c.parent_id for c in criteria}
    rows = ctx.session.execute(
        sa.select(Score.bid_id, Score.criterion_id, Score.points, Score.edition).where(Score.sheet_id == sheet.id)
    )
    return CellFacts(
        facts.tender_state,
        {c.id: c.top for c in criteria if c.id not in groups},
        frozenset(facts.done),
        {(r.bid_id, r.criterion_id): Kept(r.points, r.edition) for r in rows},
    )
