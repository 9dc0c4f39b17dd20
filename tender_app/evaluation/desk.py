"""What an evaluator's own pages and the guards of their sheet read: the order of the bids, what is done, single cells."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from tender_app.bids.models import Bid, OpenedEnvelope, OpenedFile
from tender_app.bids.rules import SCORED, BidState, EnvelopeKind
from tender_app.evaluation import queries, working
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.sight import where_visible

WHOLE = sa.and_(Score.points.is_not(None), Score.reason != "")
BELOW = aliased(Criterion)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """How far a sheet is: the stage of its tender, its leaves, and of each bid that is or was evaluated the cells that are whole."""

    tender_state: TenderState
    leaves: int
    done: Mapping[int, int]

    @property
    def left(self) -> int:
        """Return how many cells of the whole sheet lack points or a reason."""
        return len(self.done) * self.leaves - sum(self.done.values())


@dataclass(frozen=True, slots=True)
class BidProgress:
    """A bid on an evaluator's list, and how many of its cells are whole."""

    id: int
    firm: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell on the map of a sheet: "whole", "begun" (points or a reason alone) or "blank"."""

    leaf: int
    title: str
    state: str


def load(ctx: Context, sheets: Sequence[ScoreSheet]) -> Mapping[int, SheetFacts]:
    """Read how far the sheets are, in one query."""
    tenders = {s.tender_id for s in sheets}
    groups = sa.select(BELOW.parent_id).where(BELOW.tender_id.in_(tenders), BELOW.parent_id.is_not(None))
    leaves = (  # counted once, not beside every bid
        sa.select(Criterion.tender_id, sa.func.count().label("of"))
        .where(Criterion.tender_id.in_(tenders), Criterion.id.not_in(groups))
        .group_by(Criterion.tender_id)
        .subquery()
    )
    is_judged = sa.and_(Bid.tender_id == Tender.id, Bid.state.in_(SCORED))
    counted = (
        sa.select(ScoreSheet.id, Bid.id, sa.func.count(Score.id))
        .select_from(ScoreSheet)
        .join(Tender, Tender.id == ScoreSheet.tender_id)
        .outerjoin(leaves, leaves.c.tender_id == Tender.id)
        .outerjoin(Bid, is_judged)
        .outerjoin(Score, sa.and_(Score.sheet_id == ScoreSheet.id, Score.bid_id == Bid.id, WHOLE))
        .where(ScoreSheet.id.in_([s.id for s in sheets]))
        .group_by(ScoreSheet.id, Tender.state, leaves.c.of, Bid.id)
        .add_columns(Tender.state, leaves.c.of)
    )
    found: dict[int, SheetFacts] = {}
    for sheet_id, bid_id, done, state, of in ctx.session.execute(counted):
        before = found[sheet_id].done if sheet_id in found else {}
        found[sheet_id] = SheetFacts(state, of or 0, before if bid_id is None else {**before, bid_id: done})
    return found


FACTS = Facts(load)


def sheet_of(ctx: Context, number: str) -> ScoreSheet | None:
    """Return the actor's sheet of the tender of this number, with the tender, in one query."""
    query = (
        sa.select(ScoreSheet)
        .join(ScoreSheet.tender)
        .where(Tender.number == number, ScoreSheet.person_id == ctx.actor.person_id)
        .where(where_visible(ctx, ScoreSheet, Sight.OWN))
        .options(contains_eager(ScoreSheet.tender))
    )
    return ctx.session.scalars(query).one_or_none()


def place(sheet: ScoreSheet, bid_id: int) -> str:
    """Return the key by which a bid stands among others on the evaluator's pages: anybody can compute it from the seed."""
    return hashlib.sha256(f"{sheet.seed}:{bid_id}".encode()).hexdigest()


def bids_to_score(ctx: Context, tender: Tender, sheet: ScoreSheet) -> list[BidProgress]:
    """Return the bids that the actor may read in the order of their own sheet, with what is done of each."""
    facts = FACTS.of(ctx, sheet)
    rows = ctx.session.execute(
        sa.select(Bid.id, Firm.name)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.TECHNICAL))
        .where(Bid.state != BidState.ENVELOPE_B_REJECTED)
        .order_by(Bid.submitted_at, Bid.id)
    )
    found = [BidProgress(r.id, r.name, facts.done.get(r.id, 0), facts.leaves) for r in rows]
    return sorted(found, key=lambda bid: place(sheet, bid.id)) if sheet.seed else found


def totals(ctx: Context, tender: Tender, sheet: ScoreSheet) -> dict[int, Fraction]:
    """Return what one's own points add up to of 100, for every bid that has some."""
    given = queries.given_in(ctx, [sheet.id])[sheet.id]
    return {
        bid: working.so_far(tender.criteria, {leaf: points for leaf, (points, _reason) in cells.items()})[0]
        for bid, cells in given.items()
    }


def score(ctx: Context, sheet: ScoreSheet, bid_id: int, leaf_id: int) -> Score | None:
    """Return what is kept of one cell."""
    query = sa.select(Score).where(Score.sheet_id == sheet.id, Score.bid_id == bid_id, Score.criterion_id == leaf_id)
    return ctx.session.scalars(query).one_or_none()


def scores(ctx: Context, sheet: ScoreSheet, bid_id: int) -> dict[int, Score]:
    """Return the sheet's scores of a bid by leaf; the tender's criteria are read by the way, in the same query."""
    own = sa.and_(Score.criterion_id == Criterion.id, Score.sheet_id == sheet.id, Score.bid_id == bid_id)
    query = sa.select(Criterion, Score).outerjoin(Score, own).where(Criterion.tender_id == sheet.tender_id)
    rows = ctx.session.execute(query.order_by(Criterion.position, Criterion.id)).all()
    set_committed_value(sheet.tender, "criteria", [criterion for criterion, _score in rows])
    return {criterion.id: score for criterion, score in rows if score is not None}


def scores_under(ctx: Context, sheet: ScoreSheet, leaf_id: int) -> dict[int, Score]:
    """Return the sheet's scores under a leaf by bid."""
    query = sa.select(Score).where(Score.sheet_id == sheet.id, Score.criterion_id == leaf_id)
    return {s.bid_id: s for s in ctx.session.scalars(query)}


def every_score(ctx: Context, sheet: ScoreSheet) -> dict[tuple[int, int], Score]:
    """Return the scores of the whole sheet by (bid, leaf)."""
    rows = ctx.session.scalars(sa.select(Score).where(Score.sheet_id == sheet.id))
    return {(s.bid_id, s.criterion_id): s for s in rows}


def done_under(ctx: Context, sheet: ScoreSheet) -> dict[int, int]:
    """Return how many bids are whole under each criterion; the tender's criteria are read by the way, in the same query."""
    whole = (
        sa.select(Score.criterion_id, sa.func.count().label("done"))
        .join(Bid, Bid.id == Score.bid_id)
        .where(Score.sheet_id == sheet.id, WHOLE, Bid.state.in_(SCORED))
        .group_by(Score.criterion_id)
        .subquery()
    )
    query = sa.select(Criterion, whole.c.done).outerjoin(whole, whole.c.criterion_id == Criterion.id)
    query = query.where(Criterion.tender_id == sheet.tender_id).order_by(Criterion.position, Criterion.id)
    rows = ctx.session.execute(query).all()
    set_committed_value(sheet.tender, "criteria", [criterion for criterion, _done in rows])
    return {criterion.id: done for criterion, done in rows if done is not None}


def spots(ctx: Context, tender: Tender, sheet: ScoreSheet) -> dict[int, list[Spot]]:
    """Return the map of a sheet: for each bid that has any score, its cells in the order of the criteria."""
    rows = ctx.session.execute(
        sa.select(Score.bid_id, Score.criterion_id, WHOLE.label("whole")).where(
            Score.sheet_id == sheet.id, sa.or_(Score.points.is_not(None), Score.reason != "")
        )
    )
    states = {(r.bid_id, r.criterion_id): "whole" if r.whole else "begun" for r in rows}
    leaves = [leaf for _group, leaf in working.leaves_of(tender.criteria)]
    return {
        bid: [Spot(leaf.id, leaf.title, states.get((bid, leaf.id), "blank")) for leaf in leaves]
        for bid in FACTS.of(ctx, sheet).done
    }


def files(ctx: Context, bids: Sequence[int]) -> dict[int, list[OpenedFile]]:
    """Return the files of envelope ب of the bids, in the order in which they are numbered."""
    query = (
        sa.select(OpenedEnvelope.bid_id, OpenedFile)
        .join(OpenedFile, OpenedFile.opened_envelope_id == OpenedEnvelope.id)
        .where(OpenedEnvelope.bid_id.in_(bids), OpenedEnvelope.kind == EnvelopeKind.B)
        .order_by(OpenedFile.id)
    )
    found: dict[int, list[OpenedFile]] = {bid: [] for bid in bids}
    for bid_id, file in ctx.session.execute(query):
        found[bid_id].append(file)
    return found
