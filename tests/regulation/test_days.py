"""Working days: the package's list until a year is entered, then the table; both in two questions at most."""

import datetime as dt

from flask import Flask
from holidays import country_holidays

from tender_app.kernel import calendar
from tender_app.kernel.holidays import listed
from tender_app.people.models import Organisation
from tender_app.regulation.commands import enter_year
from tender_app.regulation.days import USUAL, Closure, HolidayAct, HolidayKind, HolidayState
from tender_app.regulation.models import Holiday
from tender_app.regulation.queries import working_calendar
from tender_app.regulation.rules import Why
from tender_app.workflow.engine import advance, begin
from tests.make import context_of, people_in, questions_to, session_of


def test_the_list_of_a_year_is_the_packages_with_two_holidays_of_one_day_apart() -> None:
    for year in (1403, 1405, 1407):
        public = country_holidays("IR")
        first = calendar.from_jalali(year, 1, 1)
        days = [first + dt.timedelta(days=n) for n in range(365 + (calendar.month_length(year, 12) == 30))]
        assert {row.day for row in listed(year)} == {day for day in days if day in public}
    shared = [row for row in listed(1405) if row.day == calendar.from_jalali(1405, 1, 1)]
    assert [(row.title, row.is_lunar) for row in shared] == [("جشن نوروز", False), ("عید سعید فطر", True)]


def test_a_year_that_was_entered_is_answered_by_the_table_alone(app: Flask) -> None:
    people_in(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        year = calendar.jalali_year(calendar.today(ctx.now)) + 1
        before = working_calendar(ctx)
        assert enter_year(ctx, year) == len(listed(year))
        assert enter_year(ctx, year) == 0
        days = working_calendar(ctx)
        first = calendar.from_jalali(year, 1, 1)
        whole = [first + dt.timedelta(days=n) for n in range(365)]
        assert [day for day in whole if days.is_closed(day) is not before.is_closed(day)] == []
        weekday = next(
            row
            for row in session.query(Holiday).order_by(Holiday.id)
            if row.holiday_kind is HolidayKind.SOLAR
            and row.day.weekday() not in days.weekend(row.day)
            and len(days.holidays(row.day)) == 1
        )
        advance(ctx, weekday, HolidayAct.WITHDRAW, Why("اعلام شد"))
        ctx.facts.clear()
        assert weekday.state is HolidayState.WITHDRAWN
        assert not working_calendar(ctx).is_closed(weekday.day)
        assert USUAL.is_closed(weekday.day)


def test_working_days_cost_two_questions_and_a_closure_is_its_own_organisations(app: Flask) -> None:
    organisation_id, _people = people_in(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        day = USUAL.working(calendar.today(ctx.now) + dt.timedelta(days=40))
        own = session.get_one(Organisation, organisation_id)
        begin(ctx, Holiday, HolidayAct.CLOSE, Closure(own, day, "برف", "۱"))
    with session_of(app) as session, questions_to(app) as asked:
        ctx = context_of(app, session, None)
        asked.clear()
        ours = working_calendar(ctx, organisation_id)
        assert [ours.is_closed(day), ours.working(day) > day, "برف" in ours.why(day)] == [True, True, True]
        working_calendar(ctx, organisation_id)
        assert len(asked) == 2
        assert not working_calendar(ctx).is_closed(day)
