"""The days of a tender, as plain values."""

import datetime as dt

import pytest

from tender_app.kernel import calendar
from tender_app.regulation.days import USUAL, WorkingCalendar
from tender_app.regulation.rules import DEFAULTS, Parameter
from tender_app.tenders import schedule

NOW = calendar.instant(calendar.from_jalali(1405, 9, 2), dt.time(10))
NEVER = WorkingCalendar((), {}, frozenset(range(1300, 1500)))  # closed
ANY_SEASON = {**DEFAULTS, Parameter.NEW_YEAR_FROM: 31, Parameter.NEW_YEAR_UNTIL: 0}
MINUTE = dt.timedelta(minutes=1)


def days() -> dict[str, dt.datetime | dt.date]:
    return schedule.proposed(calendar.today(NOW), USUAL, DEFAULTS)


def blamed(**changes: object) -> list[str]:
    return [fault.field for fault in schedule.faults({**days(), **changes}, NOW, DEFAULTS)]


def at(name: str) -> dt.datetime:
    value = days()[name]
    assert isinstance(value, dt.datetime)
    return value


def test_the_proposed_schedule_is_lawful_on_every_day_of_a_year() -> None:
    for place in range(366):
        day = calendar.today(NOW) + dt.timedelta(days=place)
        values = schedule.proposed(day, USUAL, DEFAULTS)
        begins = calendar.instant(day, dt.time(23, 59))
        assert schedule.faults(values, begins, DEFAULTS) == [], day
        assert schedule.warnings(values, USUAL, ANY_SEASON) == [], day
        assert schedule.absent(values) == []


@pytest.mark.parametrize("name", schedule.STEPS)
def test_a_moment_before_publication_is_refused_at_its_own_field(name: str) -> None:
    found = schedule.faults({name: NOW}, NOW, DEFAULTS)
    assert [fault.field for fault in found] == [name]
    assert "در گذشته است" in found[0].text
    assert schedule.faults({name: NOW + MINUTE}, NOW, DEFAULTS) == []


def test_documents_end_ten_full_days_before_the_deadline() -> None:
    closes = at("documents_until") + dt.timedelta(days=DEFAULTS[Parameter.BID_DAYS])
    late = {"questions_until": closes - 2 * MINUTE, "opens_at": at("opens_at")}
    assert blamed(closes_at=closes, **late) == []
    found = schedule.faults({**days(), **late, "closes_at": closes - MINUTE}, NOW, DEFAULTS)
    assert [(f.field, calendar.moment(closes) in f.text) for f in found] == [("closes_at", True)]


def test_each_step_follows_the_one_before() -> None:
    assert blamed(questions_until=at("documents_until") - MINUTE) == ["questions_until"]
    assert blamed(questions_until=at("documents_until")) == []
    assert blamed(questions_until=at("closes_at")) == ["closes_at"]
    assert blamed(opens_at=at("closes_at") - MINUTE) == ["opens_at"]
    assert blamed(opens_at=at("closes_at")) == []
    assert blamed(prices_open_at=at("opens_at")) == ["prices_open_at"]


def test_the_contract_follows_the_prices_and_bids_stay_valid_until_it() -> None:
    prices = calendar.today(at("prices_open_at"))
    assert blamed(contract_by=prices) == []
    assert blamed(contract_by=prices - dt.timedelta(days=1)) == ["contract_by"]
    assert blamed(contract_by=prices, valid_until=prices) == []
    assert blamed(contract_by=prices, valid_until=prices - dt.timedelta(days=1)) == ["valid_until"]


def test_absent_days_are_named_and_contradict_nothing() -> None:
    assert schedule.faults({}, NOW, DEFAULTS) == []
    assert schedule.absent({}) == [*schedule.STEPS.values(), *schedule.DAYS.values()]


def test_a_round_of_the_notice_appears_while_documents_can_be_had() -> None:
    today, until = calendar.today(NOW), at("documents_until")
    last = calendar.today(until)
    fits = [schedule.round_fault(day, until, today) is None for day in (last, last + dt.timedelta(days=1))]
    assert fits == [True, False]
    assert schedule.round_fault(last + dt.timedelta(days=1), None, today) is None
    year = dt.timedelta(days=365)
    fits = [schedule.round_fault(today - gone, until, today) is None for gone in (year, year + dt.timedelta(days=1))]
    assert fits == [True, False]


def test_a_holiday_and_a_short_validity_are_told_and_stop_nothing() -> None:
    friday = calendar.instant(calendar.from_jalali(1405, 9, 20), dt.time(10))
    assert calendar.tehran(friday).weekday() == calendar.FRIDAY
    short = {"closes_at": at("closes_at"), "valid_until": calendar.today(at("closes_at")) + dt.timedelta(days=89)}
    assert [text.split("»")[0] for text in schedule.warnings({"opens_at": friday}, USUAL, DEFAULTS)] == [
        "«گشایش پاکت‌های الف و ب"
    ]
    assert ["۹۰ روز" in text for text in schedule.warnings(short, NEVER, DEFAULTS)] == [True]


def test_envelopes_are_opened_when_no_bytes_may_come_any_more() -> None:
    until = at("closes_at") + dt.timedelta(hours=4)
    assert blamed(bytes_hours=4, opens_at=until) == []
    assert blamed(bytes_hours=4, opens_at=until - MINUTE) == ["opens_at"]
    assert blamed(bytes_hours=0, opens_at=at("closes_at")) == []
    told = schedule.window_fault({**days(), "bytes_hours": 4, "opens_at": until - MINUTE})
    assert told is not None
    assert calendar.moment(until) in told


def test_r10_bids_of_an_international_tender_are_prepared_for_a_month() -> None:
    documents = calendar.instant(calendar.from_jalali(1405, 9, 20), dt.time(14))
    month_later = calendar.instant(calendar.from_jalali(1405, 10, 20), dt.time(14))
    given = {"documents_until": documents, "is_international": True}
    found = schedule.faults({**given, "closes_at": month_later - MINUTE}, NOW, DEFAULTS)
    assert [(f.field, "دست‌کم ۱ ماه" in f.text, calendar.moment(month_later) in f.text) for f in found] == [
        ("closes_at", True, True)
    ]
    assert schedule.faults({**given, "closes_at": month_later}, NOW, DEFAULTS) == []
    assert schedule.faults({**given, "closes_at": month_later - MINUTE, "is_international": False}, NOW, DEFAULTS) == []


def test_r10_the_months_of_an_international_tender_are_a_dated_setting() -> None:
    documents = calendar.instant(calendar.from_jalali(1405, 9, 20), dt.time(14))
    longer = {**DEFAULTS, Parameter.BID_MONTHS_INTERNATIONAL: 2}
    given = {"documents_until": documents, "is_international": True}
    for month, blamed_field in ((10, ["closes_at"]), (11, [])):
        closes = calendar.instant(calendar.from_jalali(1405, month, 20), dt.time(14))
        assert [f.field for f in schedule.faults({**given, "closes_at": closes}, NOW, longer)] == blamed_field


def test_r10_the_proposed_schedule_of_an_international_tender_is_lawful_on_every_day_of_a_year() -> None:
    for place in range(366):
        day = calendar.today(NOW) + dt.timedelta(days=place)
        values = schedule.proposed(day, USUAL, DEFAULTS, is_international=True)
        begins = calendar.instant(day, dt.time(23, 59))
        assert schedule.faults({**values, "is_international": True}, begins, DEFAULTS) == [], day
