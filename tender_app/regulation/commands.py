"""Effects of the acts on dated settings and closed days, and the entering of a year's holidays."""

import datetime as dt

from tender_app.kernel import calendar
from tender_app.kernel.holidays import Listed, listed
from tender_app.regulation.days import Announced, Closure, Entered, HolidayAct, HolidayKind, Moved
from tender_app.regulation.models import DatedSetting, Holiday
from tender_app.regulation.queries import working_calendar
from tender_app.regulation.rules import Enacted, Why, stored
from tender_app.store.context import Context
from tender_app.workflow.engine import begin

PACKAGE = "فهرست تقویم رسمی (بسته holidays)"


def make_setting(ctx: Context, what: Enacted) -> DatedSetting:
    """Keep a value from a day on."""
    ctx.facts.clear()  # from here on it may be in force
    return DatedSetting(
        parameter=what.parameter.value,
        value=stored(what.value),
        effective_from=what.effective_from,
        decree_no=what.decree_no,
        decree_date=what.decree_date,
        note=what.note,
        entered_by=ctx.actor.person_id,
        entered_at=ctx.now,
    )


def withdraw_setting(ctx: Context, setting: DatedSetting, what: Why) -> None:
    """Keep when and why the value was taken back; the value before it is in force again."""
    setting.withdrawn_at, setting.withdrawn_for = ctx.now, what.reason


def make_holiday(ctx: Context, what: Entered) -> Holiday:
    """Enter a holiday of the whole country."""
    ctx.facts.clear()
    return Holiday(
        organisation_id=None,
        day=what.day,
        title=what.title,
        holiday_kind=what.kind,
        source=what.source,
        is_estimate=what.is_estimate,
        listing=what.listing,
        entered_by=ctx.actor.person_id,
        entered_at=ctx.now,
    )


def make_closure(ctx: Context, what: Closure) -> Holiday:
    """Enter a day on which an organisation's offices are closed."""
    ctx.facts.clear()
    return Holiday(
        organisation_id=what.organisation.id,
        day=what.day,
        title=what.title,
        holiday_kind=HolidayKind.CLOSURE,
        source=what.letter,
        entered_by=ctx.actor.person_id,
        entered_at=ctx.now,
    )


def confirm(_ctx: Context, holiday: Holiday, what: Announced) -> None:
    """Let the day be certain."""
    holiday.is_estimate, holiday.source = False, what.source


def move(ctx: Context, holiday: Holiday, what: Moved) -> None:
    """Move the holiday to the announced day, which is certain; the entry keeps the day before."""
    ctx.noted["day_before"] = holiday.day.isoformat()
    holiday.day, holiday.source, holiday.is_estimate = what.day, what.source, False


def withdraw_holiday(_ctx: Context, holiday: Holiday, what: Why) -> None:
    """Keep why offices are open on that day after all."""
    holiday.withdrawn_for = what.reason


def enter_year(ctx: Context, year: int) -> int:
    """Enter the package's holidays of a Jalali year that was not entered yet, one act each; return how many."""
    if year in working_calendar(ctx).years:
        return 0
    today = calendar.today(ctx.now)
    rows = listed(year)
    for place, row in enumerate(rows, 1):
        begin(ctx, Holiday, HolidayAct.ENTER, _entered(row, f"{year}-{place:03}", today))
    return len(rows)


def _entered(row: Listed, listing: str, today: dt.date) -> Entered:
    kind = HolidayKind.SOLAR if row.is_solar else HolidayKind.SPECIAL if row.is_special else HolidayKind.LUNAR
    return Entered(row.day, row.title, kind, PACKAGE, row.is_lunar and row.day > today, listing)
