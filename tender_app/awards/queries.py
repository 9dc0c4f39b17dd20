"""What the page of the decision reads."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.negotiation import RANKED, agreed_price
from tender_app.evaluation.queries import Ranked, RankingView, ranking
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.people.models import Firm, Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.rules import Matter
from tender_app.workflow.sight import may_see

KINDS = (
    DocumentKind.TECHNICAL_REPORT,
    DocumentKind.RANKING,
    DocumentKind.PRICE_MINUTES,
    DocumentKind.FINAL_MINUTES,
    DocumentKind.AWARD_LETTER,
    DocumentKind.REGRET_LETTER,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it was cast."""

    name: str
    role: Role
    matter: Matter
    round: int
    is_for: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that stands: first and second winner as the commission named them, a lot included."""

    winner: Ranked
    price: int  # the one agreed where it was negotiated
    runner_up: Ranked | None
    reason: str
    decided_at: dt.datetime


def in_the_running(ctx: Context, tender: Tender) -> RankingView | None:
    """Return the ranking, where the next is asked without those who were chosen and are gone."""
    view = ranking(ctx, tender)
    if not tender.basis.asks_next:
        return view
    left = {row.bid_id for row, _held in RANKED.of(ctx, tender)}
    return replace(view, rows=tuple(row for row in view.rows if row.bid_id in left)) if view else None


def decided(ctx: Context, tender: Tender, view: RankingView | None) -> Decided | None:
    """Return the decision that stands, read in the ranking; None before it or after its return."""
    query = sa.select(Award).where(Award.tender_id == tender.id, Award.returned_at.is_(None))
    award = ctx.session.scalars(query).one_or_none()
    if award is None or view is None:
        return None
    rows = {r.bid_id: r for r in view.rows}
    second = rows[award.runner_up_bid_id] if award.runner_up_bid_id else None
    winner = rows[award.winner_bid_id]
    price = agreed_price(ctx, winner.bid_id) or winner.price
    return Decided(winner, price, second, award.reason, award.decided_at)


def ballots(ctx: Context, tender: Tender) -> list[Cast]:
    """Return every vote cast on the tender, in order, with the names of then."""
    query = sa.select(Vote, Person.name).join(Person, Person.id == Vote.person_id)
    rows = ctx.session.execute(query.where(Vote.tender_id == tender.id).order_by(Vote.id))
    return [Cast(name, v.role, v.matter, v.round, v.is_for, v.reason) for v, name in rows]


def papers(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    """Return the papers of the decision that staff may read."""
    if not may_see(ctx, tender, Sight.WORK):
        return []
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.in_(KINDS))
    return ctx.session.scalars(query.order_by(IssuedDocument.id)).all()


def firms_of_bids(ctx: Context, ids: Collection[int]) -> dict[int, str]:
    """Return the firms' names of these bids, by bid."""
    query = sa.select(Bid.id, Firm.name).join(Firm, Firm.id == Bid.firm_id).where(Bid.id.in_(ids))
    return dict(ctx.session.execute(query).all())
