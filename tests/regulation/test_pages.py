"""The pages of dated settings and of closed days, as their people use them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.kernel import calendar
from tender_app.kernel.holidays import listed
from tender_app.kernel.persian import persian_digits
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.regulation.days import HolidayKind, HolidayState
from tender_app.regulation.models import DatedSetting, Holiday
from tender_app.regulation.queries import in_force, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store import clock
from tender_app.tenders import schedule
from tests.make import context_of, people_in, session_of, signed_in
from tests.tenders import ground


def today_of(app: Flask) -> dt.date:
    with session_of(app) as session:
        return calendar.today(clock.now(session, demo=True))


def test_a_coming_value_is_entered_shown_as_coming_and_taken_back_with_the_reason(app: Flask) -> None:
    people_in(app)
    admin, later = signed_in(app, "admin"), today_of(app) + dt.timedelta(days=60)
    what = {"value": "۱۲", "effective_from": calendar.numeric(later), "decree_no": "۴۵۶", "note": "بخشنامه"}
    assert admin.post("/regulation/settings/bid_days/new", data=what).status_code == 302
    listing = admin.get("/regulation/settings").get_data(as_text=True)
    assert "آینده" in listing
    assert f"۱۲ روز از {calendar.numeric(later)}" in " ".join(listing.replace("</small>", "").split())
    assert "۴۵۶" in admin.get("/regulation/settings/bid_days").get_data(as_text=True)
    with session_of(app) as session:
        row = session.scalars(sa.select(DatedSetting).where(DatedSetting.parameter == "bid_days")).one()
    address = f"/regulation/settings/rows/{row.id}/withdraw"
    assert admin.post(address, data={"reason": ""}).status_code == 422
    assert admin.post(address, data={"reason": "اشتباه"}).status_code == 302
    assert "پس‌گرفته" in admin.get("/regulation/settings/bid_days").get_data(as_text=True)
    assert admin.post(address, data={"reason": "دوباره"}).status_code == 409


@pytest.mark.parametrize(
    ("parameter", "typed", "told"),
    [
        ("bid_days", "۹۹۹", "میان"),
        ("small_ceiling", "۰", "صفر"),
        ("retention", "ده", "رقم"),
        ("impact_least", "۰٫۹", "بیشتر می‌شود"),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nothing_typed_is_lost(
    app: Flask, parameter: str, typed: str, told: str
) -> None:
    people_in(app)
    what = {"value": typed, "effective_from": calendar.numeric(today_of(app)), "note": "یادداشت من"}
    answer = signed_in(app, "admin").post(f"/regulation/settings/{parameter}/new", data=what)
    page = answer.get_data(as_text=True)
    assert answer.status_code in {409, 422}
    assert told in page
    assert typed in page
    assert "یادداشت من" in page


def test_a_past_day_lists_the_tenders_published_since_and_asks_to_be_confirmed(app: Flask) -> None:
    number = ground.published(app)
    admin, before = signed_in(app, "admin"), today_of(app) - dt.timedelta(days=3)
    what = {"value": "۸", "effective_from": calendar.numeric(before)}
    first = admin.post("/regulation/settings/insurance/new", data=what)
    assert first.status_code == 422
    assert f"/tenders/{number}" in first.get_data(as_text=True)
    assert admin.post("/regulation/settings/insurance/new", data={**what, "understood": "y"}).status_code == 302
    with session_of(app) as session:
        assert in_force(context_of(app, session, None), Parameter.INSURANCE) == 8


def test_weekdays_are_ticked_and_an_officer_only_reads(app: Flask) -> None:
    people_in(app)
    officer, admin = signed_in(app, "officer"), signed_in(app, "admin")
    assert "پنجشنبه و جمعه" in officer.get("/regulation/settings").get_data(as_text=True)
    assert officer.get("/regulation/settings/weekend/new").status_code == 403
    later = today_of(app) + dt.timedelta(days=7)
    what = {"value": ["4", "5"], "effective_from": calendar.numeric(later)}
    assert admin.post("/regulation/settings/weekend/new", data=what).status_code == 302
    with session_of(app) as session:
        days = working_calendar(context_of(app, session, None))
    week = [later + dt.timedelta(days=n) for n in range(7)]
    assert [d.weekday() for d in week if d.weekday() in days.weekend(d)] == sorted(
        [4, 5], key=lambda n: (n - later.weekday()) % 7
    )
    assert days.weekend(later - dt.timedelta(days=1)) == frozenset({3, 4})


def test_a_years_list_is_entered_once_and_a_lunar_day_is_an_estimate_until_it_is_confirmed_or_moved(app: Flask) -> None:
    people_in(app)
    admin, year = signed_in(app, "admin"), calendar.jalali_year(today_of(app)) + 1
    assert "هنوز در جدول ثبت نشده است" in admin.get(f"/regulation/holidays?year={year}").get_data(as_text=True)
    for _time in range(2):
        assert admin.post(f"/regulation/holidays/years/{year}").status_code == 302
    with session_of(app) as session:
        rows = session.scalars(sa.select(Holiday).order_by(Holiday.id)).all()
        assert len(rows) == len(listed(year))
        assert {row.is_estimate for row in rows if row.holiday_kind is HolidayKind.LUNAR} == {True}
        assert {row.is_estimate for row in rows if row.holiday_kind is HolidayKind.SOLAR} == {False}
        confirmed, moved = [row for row in rows if row.is_estimate][:2]
    source = {"source": "اعلام ستاد استهلال"}
    assert admin.post(f"/regulation/holidays/{confirmed.id}/confirm", data=source).status_code == 302
    assert admin.post(f"/regulation/holidays/{confirmed.id}/confirm", data=source).status_code == 409
    to = moved.day + dt.timedelta(days=1)
    far = {**source, "day": calendar.numeric(moved.day + dt.timedelta(days=30))}
    assert admin.post(f"/regulation/holidays/{moved.id}/move", data=far).status_code == 409
    assert (
        admin.post(f"/regulation/holidays/{moved.id}/move", data={**source, "day": calendar.numeric(to)}).status_code
        == 302
    )
    with session_of(app) as session:
        days = working_calendar(context_of(app, session, None))
        assert not days.estimates(confirmed.day, confirmed.day)
        assert moved.title in days.why(to)
        assert moved.title not in days.why(moved.day)


def test_a_closure_of_the_province_lists_and_tells_the_deadlines_and_moves_none(app: Flask) -> None:
    number = ground.published(app)
    with session_of(app) as session:
        before = ground.tender_of(session, number)
        officer_id = session.scalars(sa.select(Person.id).where(Person.username == "officer")).one()
    assert before.closes_at is not None
    day = calendar.today(before.closes_at)
    officer = signed_in(app, "officer")
    what = {
        "organisation": str(before.organisation_id),
        "day": calendar.numeric(day),
        "title": "آلودگی هوا",
        "letter": "۱۲۳",
    }
    answer = officer.post("/regulation/holidays/close", data=what)
    assert answer.status_code == 302
    page = officer.get(answer.location).get_data(as_text=True)
    assert f"/tenders/{number}" in page
    assert schedule.STEPS["closes_at"] in page
    assert officer.post("/regulation/holidays/close", data=what).status_code == 409
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        after = ground.tender_of(session, number)
        told = session.scalars(
            sa.select(Message).where(Message.person_id == officer_id, Message.path.startswith("/regulation/"))
        ).all()
        assert (after.closes_at, after.opens_at) == (before.closes_at, before.opens_at)
        assert working_calendar(ctx, before.organisation_id).is_closed(day)
        assert not working_calendar(ctx).is_closed(day)
    assert [message.body.count("مهلت تسلیم") for message in told] == [1]
    holiday_id = answer.location.rsplit("/", 1)[1]
    assert officer.post(f"/regulation/holidays/{holiday_id}/reopen", data={"reason": "لغو شد"}).status_code == 302
    with session_of(app) as session:
        assert session.get_one(Holiday, int(holiday_id)).state is HolidayState.WITHDRAWN
        assert not working_calendar(context_of(app, session, None), before.organisation_id).is_closed(day)


def test_a_holiday_of_the_country_is_entered_and_withdrawn_by_the_administrator_alone(app: Flask) -> None:
    people_in(app)
    admin, officer = signed_in(app, "admin"), signed_in(app, "officer")
    day = today_of(app) + dt.timedelta(days=20)
    what = {"day": calendar.numeric(day), "title": "تعطیلی عمومی", "kind": "special", "source": "مصوبه"}
    assert officer.post("/regulation/holidays/new", data=what).status_code == 403
    answer = admin.post("/regulation/holidays/new", data=what)
    assert answer.status_code == 302
    assert admin.post("/regulation/holidays/new", data=what).status_code == 409
    holiday_id = int(answer.location.rsplit("/", 1)[1])
    assert officer.post(f"/regulation/holidays/{holiday_id}/withdraw", data={"reason": "لغو"}).status_code == 403
    assert officer.post(f"/regulation/holidays/{holiday_id}/reopen", data={"reason": "لغو"}).status_code == 403
    assert admin.post(f"/regulation/holidays/{holiday_id}/withdraw", data={"reason": "لغو شد"}).status_code == 302
    assert "لغو شد" in officer.get(f"/regulation/holidays/{holiday_id}").get_data(as_text=True)


def test_a_changed_weekend_lists_and_tells_the_deadlines_that_it_touches_and_moves_none(app: Flask) -> None:
    number = ground.published(app)
    with session_of(app) as session:
        closes = ground.tender_of(session, number).closes_at
    assert closes is not None
    admin, closed = signed_in(app, "admin"), calendar.tehran(closes).weekday()
    assert "مهلت‌هایی که این تغییر" not in admin.get("/regulation/settings/weekend").text
    what = {"value": ["4", str(closed)], "effective_from": calendar.numeric(today_of(app) + dt.timedelta(days=1))}
    entered = admin.post("/regulation/settings/weekend/new", data=what, follow_redirects=True).text
    assert "هیچ مهلتی خودبه‌خود جابه‌جا نشد" in entered
    listed_now = entered.partition('id="deadlines-h"')[2].partition("</section>")[0]
    assert f"/tenders/{number}" in listed_now
    assert schedule.STEPS["closes_at"] in listed_now
    with session_of(app) as session:
        assert ground.tender_of(session, number).closes_at == closes
        told = session.scalars(sa.select(Message).where(Message.subject.contains("روزهای تعطیل هفته"))).all()
        officer = session.scalars(sa.select(Person.id).where(Person.username == "officer")).one()
        assert officer in {m.person_id for m in told}
        assert {m.path for m in told} == {"/regulation/settings/weekend"}
        assert all(schedule.STEPS["closes_at"] in m.body for m in told)
        row = session.scalars(sa.select(DatedSetting.id).where(DatedSetting.parameter == "weekend")).one()
    assert admin.post(f"/regulation/settings/rows/{row}/withdraw", data={"reason": "اشتباه"}).status_code == 302
    assert "مهلت‌هایی که این تغییر" not in admin.get("/regulation/settings/weekend").text
    with session_of(app) as session:
        again = session.scalars(sa.select(Message).where(Message.subject.contains("روزهای تعطیل هفته"))).all()
        assert len(again) == 2 * len(told)


def test_a_year_that_dates_reach_and_nobody_entered_is_told_on_the_calendar_and_the_administrators_desk(
    app: Flask,
) -> None:
    number = ground.draft(app, ground.settle(app))
    ground.complete(app, number)
    admin, officer, address = signed_in(app, "admin"), signed_in(app, "officer"), f"/tenders/{number}/edit/calendar"
    with session_of(app) as session:
        until = ground.tender_of(session, number).valid_until
    assert until is not None
    years = range(calendar.jalali_year(today_of(app)), calendar.jalali_year(until) + 1)
    last = persian_digits(years[-1])
    assert f"تعطیلی‌های سال {last}</a> هنوز ثبت نشده است" in officer.get(address).text
    assert f"تعطیلی‌های سال {last} ثبت نشده است" in admin.get("/desk").text
    assert "ثبت نشده است.</b> زمان‌های مناقصه‌ها" not in officer.get("/desk").text
    for year in years:
        assert admin.post(f"/regulation/holidays/years/{year}").status_code == 302
    assert "هنوز ثبت نشده است: تا آن زمان" not in officer.get(address).text
    assert "ثبت نشده است.</b> زمان‌های مناقصه‌ها" not in admin.get("/desk").text
