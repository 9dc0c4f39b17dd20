"""The deadlines that fall on days that became closed, or open again: listed and told to the officers, moved by nobody."""

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.notifications.outbox import holders, tell
from tender_app.regulation.models import DatedSetting, Holiday
from tender_app.regulation.reach import Days, Reached, says_deadlines, says_decided
from tender_app.regulation.rules import Parameter
from tender_app.regulation.weekends import days_changed
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.guards import RUNNING
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible

MOST = 200
LATEST = sa.select(*(sa.func.max(getattr(Tender, name)) for name in (*schedule.STEPS, *schedule.DAYS))).where(
    Tender.state.in_(RUNNING)
)


@says_deadlines
def visible_deadlines(ctx: Context, days: Days, organisation_id: int | None) -> list[Reached]:
    """Return the deadlines of some days in the running tenders and drafts that the actor may see."""
    seen = sa.or_(where_visible(ctx, Tender, Sight.PAGE), where_visible(ctx, Tender, Sight.WORK))
    return [reached for _unused, reached in _on(ctx, days, organisation_id, seen)]


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


def tell_of_weekend(ctx: Context, setting: DatedSetting, _what: Any) -> None:
    """Tell the officers which deadlines fall on days that another weekend closes or opens, or its taking back."""
    if setting.parameter != Parameter.WEEKEND.value:
        return
    days, today = days_changed(ctx, setting), calendar.today(ctx.now)
    subject = f"روزهای تعطیل هفته از {calendar.long_date(setting.effective_from)} دگرگون شد"
    _tell_of(ctx, replace(days, first=max(days.first, today)), None, subject, "/regulation/settings/weekend")


def years_reached(ctx: Context) -> list[int]:
    """Return the Jalali years from now on that the dates of running tenders and drafts reach."""
    last = max((schedule.day_of(at) for at in ctx.session.execute(LATEST).one() if at is not None), default=None)
    first = calendar.jalali_year(calendar.today(ctx.now))
    return list(range(first, calendar.jalali_year(last) + 1)) if last else []


def _tell(ctx: Context, holiday: Holiday, subject: str) -> None:
    if holiday.day >= calendar.today(ctx.now):
        path = f"/regulation/holidays/{holiday.id}"
        _tell_of(ctx, Days(holiday.day, holiday.day), holiday.organisation_id, subject, path)


def _tell_of(ctx: Context, days: Days, of: int | None, subject: str, path: str) -> None:
    found: dict[int, list[Reached]] = {}
    for organisation_id, reached in _on(ctx, days, of, sa.true()):
        found.setdefault(organisation_id, []).append(reached)
    for organisation_id, deadlines in found.items():
        people = holders(ctx, [Role.OFFICER], Scope.ORGANISATION, [organisation_id])
        told = "؛ ".join(f"{r.label} در «{r.title}»" for r in deadlines)
        body = f"{told}. هیچ مهلتی خودبه‌خود جابه‌جا نشد؛ اگر باید جابه‌جا شود، در خود مناقصه اقدام کنید."
        tell(ctx, people, subject, body=body, path=path)


def _on(
    ctx: Context, days: Days, organisation_id: int | None, seen: sa.ColumnElement[bool]
) -> list[tuple[int, Reached]]:
    """Return (organisation, deadline) of every date of a running tender or draft that falls on one of the days."""
    last = days.last or dt.date.max - dt.timedelta(days=1)
    begins, ends = calendar.instant(days.first, dt.time()), calendar.instant(last, dt.time()) + dt.timedelta(days=1)
    steps = [sa.and_(getattr(Tender, name) >= begins, getattr(Tender, name) < ends) for name in schedule.STEPS]
    dates = [getattr(Tender, name).between(days.first, last) for name in schedule.DAYS]
    query = sa.select(Tender).where(Tender.state.in_(RUNNING), sa.or_(*steps, *dates), seen)
    if organisation_id is not None:
        query = query.where(Tender.organisation_id == organisation_id)
    found = []
    for tender in ctx.session.scalars(query.order_by(Tender.id).limit(MOST)):
        for name, label in (schedule.STEPS | schedule.DAYS).items():
            value = getattr(tender, name)
            if value is not None and schedule.day_of(value) in days:
                at = value if isinstance(value, dt.datetime) else calendar.instant(value, dt.time())
                found.append((tender.organisation_id, Reached(f"/tenders/{tender.number}", tender.title, label, at)))
    return found
