"""Officers are reminded of guarantees that run out while the tender is not at its end."""

import datetime as dt

import sqlalchemy as sa

from tender_app.bids.models import Bid, Guarantee
from tender_app.bids.rules import BidState
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.reminders import DAY, Reason, ReminderKind
from tender_app.tenders.rules import TenderState

RUNNING = frozenset(
    {
        TenderState.OPENED_A,
        TenderState.TECHNICAL,
        TenderState.TECHNICAL_LOCKED,
        TenderState.PRICES_OPENED,
        TenderState.DECIDED,
        TenderState.AWARDED,
    }
)
REFUSED = (BidState.GUARANTEE_REJECTED, BidState.WITHDRAWN)


def _first_to_run_out(ctx: Context, tender: Tender) -> dt.datetime | None:
    """Return the end of the first day on which a guarantee of a bid in the running ends, from today on."""
    query = (
        sa.select(sa.func.min(Guarantee.expires_on))
        .join(Bid, Bid.id == Guarantee.bid_id)
        .where(Bid.tender_id == tender.id, Bid.state.not_in(REFUSED))
        .where(Guarantee.expires_on >= calendar.today(ctx.now))
    )
    day = ctx.session.scalar(query)
    return calendar.instant(day + DAY, dt.time()) if day else None


def _who_looks_after(ctx: Context, tender: Tender) -> list[int]:
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    return [*officers, *seated(ctx, tender, [Role.SECRETARY, Role.FINANCE])]


GUARANTEE = Reason(ReminderKind.GUARANTEE, RUNNING, 14 * DAY, _first_to_run_out, _who_looks_after)
