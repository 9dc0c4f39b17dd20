"""Who looks after guarantees is reminded of one that runs out while the agency must hold it."""

import datetime as dt

import sqlalchemy as sa

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SOON, SecurityState
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


def _first_to_run_out(ctx: Context, tender: Tender) -> dt.datetime | None:
    """Return the end of the first day, from today on, with which a held guarantee of the tender runs out."""
    held = sa.and_(Security.tender_id == tender.id, Security.state == SecurityState.HELD)
    query = sa.select(sa.func.min(Security.expires_on)).where(held, Security.expires_on >= calendar.today(ctx.now))
    day = ctx.session.scalar(query)
    return calendar.instant(day + DAY, dt.time()) if day else None


def _who_looks_after(ctx: Context, tender: Tender) -> list[int]:
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    return [*officers, *seated(ctx, tender, [Role.SECRETARY, Role.FINANCE])]


GUARANTEE = Reason(ReminderKind.GUARANTEE, RUNNING, SOON, _first_to_run_out, _who_looks_after, "guarantees")
