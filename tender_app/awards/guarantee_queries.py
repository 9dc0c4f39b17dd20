"""What the registers of guarantees read: what is held, what is due, what is about to expire."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SOON, SecurityState
from tender_app.bids.models import OriginalReceived
from tender_app.bids.rules import sepam_warning
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible

MOST = 200
TURN = (
    SecurityState.RELEASE_DUE,
    SecurityState.RELEASED,
    SecurityState.HELD,
    SecurityState.FORFEITED,
    SecurityState.HANDED_OVER,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A guarantee on a register, with what it asks for."""

    security: Security
    warnings: tuple[str, ...]


def of_tender(ctx: Context, tender: Tender) -> list[Entry]:
    """Return the guarantees of a tender that the actor may see, those that wait for something first."""
    return _entries(ctx, Security.tender_id == tender.id)


def of_organisations(ctx: Context) -> list[Entry]:
    """Return the guarantees within the actor's reach that are still in the agency's hands, what is due first."""
    kept = (SecurityState.HELD, SecurityState.RELEASE_DUE, SecurityState.RELEASED)
    return _entries(ctx, Security.state.in_(kept))


def other_originals(ctx: Context, tender: Tender) -> Sequence[tuple[str, str, dt.datetime]]:
    """Return (firm, number, received) of originals that are in no register: their envelopes are still sealed, or no bid was begun."""
    known = sa.select(Security.firm_id).where(Security.tender_id == tender.id)
    query = (
        sa.select(Firm.name, OriginalReceived.number, OriginalReceived.received_at)
        .join(Firm, Firm.id == OriginalReceived.firm_id)
        .where(OriginalReceived.tender_id == tender.id, OriginalReceived.firm_id.not_in(known))
    )
    return [(name, number, at) for name, number, at in ctx.session.execute(query.order_by(OriginalReceived.id))]


def warnings_of(security: Security, today: dt.date) -> tuple[str, ...]:
    """Return what is wrong with a held guarantee: it expires too early or soon, or its number cannot be looked up."""
    if security.state is not SecurityState.HELD:
        return ()
    until, needed, found = security.expires_on, security.tender.valid_until, security.guarantee
    if until is None or found is None:
        return ()
    told = []
    if until < today:
        told.append(_("اعتبار آن پایان یافته است."))
    elif needed is not None and until < needed:
        told.append(_("پیش از پایان اعتبار پیشنهاد ({needed}) پایان می‌یابد.").format(needed=calendar.numeric(needed)))
    elif until <= today + SOON:
        told.append(_("تا چند روز دیگر پایان می‌یابد."))
    return (*told, *filter(None, [sepam_warning(found.kind, found.sepam_no)]))


def _entries(ctx: Context, which: sa.ColumnElement[bool]) -> list[Entry]:
    seen = sa.or_(where_visible(ctx, Security, Sight.WORK), where_visible(ctx, Security, Sight.OWN))
    turn = sa.case({state: place for place, state in enumerate(TURN)}, value=Security.state)
    query = sa.select(Security).where(which, seen).order_by(turn, Security.id.desc()).limit(MOST)
    query = query.options(*(joinedload(part) for part in (Security.tender, Security.firm, Security.guarantee)))
    today = calendar.today(ctx.now)
    rows = [Entry(row, warnings_of(row, today)) for row in ctx.session.scalars(query.options(joinedload(Security.bid)))]
    return sorted(rows, key=lambda e: (TURN.index(e.security.state), not e.warnings))
