"""Which prices look too low, by the law's dated percents, and which were set aside: read from the ranking and the prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.evaluation.explanation_rules import Suspect, suspects
from tender_app.evaluation.queries import RankingView
from tender_app.people.models import Firm
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class SetAside:
    """A bid whose price was rejected, as unreadable (no price) or as too low, and why."""

    firm: str
    price: int | None
    finding: str


def bounds(ctx: Context, tender: Tender) -> tuple[Decimal, Decimal]:
    """Return by how many percent a low price is under the estimate, and under the mean of the others."""
    law = law_of(ctx, tender)
    return law[Parameter.LOW_PRICE_ESTIMATE], law[Parameter.LOW_PRICE_OTHERS]


def suggestions(ctx: Context, tender: Tender, view: RankingView) -> Mapping[int, Suspect]:
    """Return how every ranked price lies to the estimate and to the others, by bid."""
    prices = {row.bid_id: row.price for row in view.rows}
    return {found.bid_id: found for found in suspects(prices, tender.estimate, bounds(ctx, tender))}


def set_aside(ctx: Context, tender: Tender) -> list[SetAside]:
    """Return the bids whose prices were rejected, in the order of their bids."""
    query = (
        sa.select(Firm.name, Price.total, Bid.finding)
        .join(Bid, Bid.firm_id == Firm.id)
        .outerjoin(Price, Price.bid_id == Bid.id)
        .where(Bid.tender_id == tender.id, Bid.state == BidState.PRICE_REJECTED)
    )
    return [SetAside(*row) for row in ctx.session.execute(query.order_by(Bid.submitted_at, Bid.id))]
