"""The deadlines that fall on a day that became closed, or open again: listed and told to the officers, moved by nobody."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.notifications.outbox import holders, tell
from tender_app.regulation.models import Holiday
from tender_app.regulation.reach import Reached, says_deadlines, says_decided
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.guards import RUNNING
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible

MOST = 200


@says_deadlines
def visible_deadlines(ctx: Context, day: dt.date, organisation_id: int | None) -> list[Reached]:
    """Return the deadlines of a day in the running tenders and drafts that the actor may see."""
    seen = sa.or_(where_visible(ctx, Tender, Sight.PAGE), where_visible(ctx, Tender, Sight.WORK))
    return [reached for _unused, reached in _on(ctx, day, organisation_id, seen)]


@says_decided
def published_since(ctx: Context, day: dt.date) -> list[Reached]:
    """Return the tenders that were published from a day on."""
    since = calendar.instant(day, dt.time())
    query = (
        sa.select(Tender)
        .where(Tender.published_at >= since, where_visible(ctx, Tender, Sight.PAGE))
        .order_by(Tender.published_at.desc())
    )
    return [
        Reached(f"/tenders/{t.number}", t.title, schedule.PUBLISHED, t.published_at or ctx.now)
        for t in ctx.session.scalars(query.limit(MOST))
    ]


def tell_of_closing(ctx: Context, holiday: Holiday, _what: Any) -> None:
    """Tell the officers which deadlines fall on a day that is closed from now on."""
    _tell(ctx, holiday, f"{calendar.long_date(holiday.day)} تعطیل است ({holiday.title})")


def tell_of_opening(ctx: Context, holiday: Holiday, _what: Any) -> None:
    """Tell the officers which deadlines fall on a day that is no longer closed."""
    _tell(ctx, holiday, f"{calendar.long_date(holiday.day)} دیگر برای «{holiday.title}» تعطیل نیست")


def _tell(ctx: Context, holiday: Holiday, subject: str) -> None:
    if holiday.day < calendar.today(ctx.now):
        return
    found: dict[int, list[Reached]] = {}
    for organisation_id, reached in _on(ctx, holiday.day, holiday.organisation_id, sa.true()):
        found.setdefault(organisation_id, []).append(reached)
    for organisation_id, deadlines in found.items():
        people = holders(ctx, [Role.OFFICER], Scope.ORGANISATION, [organisation_id])
        told = "؛ ".join(f"{r.label} در «{r.title}»" for r in deadlines)
        body = f"{told}. هیچ مهلتی خودبه‌خود جابه‌جا نشد؛ اگر باید جابه‌جا شود، در خود مناقصه اقدام کنید."
        tell(ctx, people, subject, body=body, path=f"/regulation/holidays/{holiday.id}")


def _on(
    ctx: Context, day: dt.date, organisation_id: int | None, seen: sa.ColumnElement[bool]
) -> list[tuple[int, Reached]]:
    """Return (organisation, deadline) of every date of a running tender or draft that falls on the day."""
    first = calendar.instant(day, dt.time())
    last = first + dt.timedelta(days=1)
    steps = [sa.and_(getattr(Tender, name) >= first, getattr(Tender, name) < last) for name in schedule.STEPS]
    days = [getattr(Tender, name) == day for name in schedule.DAYS]
    query = sa.select(Tender).where(Tender.state.in_(RUNNING), sa.or_(*steps, *days), seen)
    if organisation_id is not None:
        query = query.where(Tender.organisation_id == organisation_id)
    found = []
    for tender in ctx.session.scalars(query.order_by(Tender.id).limit(MOST)):
        for name, label in (schedule.STEPS | schedule.DAYS).items():
            value = getattr(tender, name)
            if value is not None and schedule.day_of(value) == day:
                at = value if isinstance(value, dt.datetime) else first
                found.append((tender.organisation_id, Reached(f"/tenders/{tender.number}", tender.title, label, at)))
    return found
