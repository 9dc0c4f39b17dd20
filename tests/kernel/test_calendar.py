"""Jalali dates, Tehran time, terms and working days: the vectors of the domain, and an independent calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from tender_app.kernel import calendar
from tender_app.kernel.holidays import is_closed

VECTORS = {
    "1403/12/30": "2025-03-20",
    "1404/01/01": "2025-03-21",
    "1399/12/30": "2021-03-20",
    "1408/12/30": "2030-03-20",
    "1391/06/01": "2012-08-22",
    "1404/09/15": "2025-12-06",
    "1405/12/29": "2027-03-20",
    "1400/01/01": "2021-03-21",
    "1401/01/01": "2022-03-21",
    "1402/01/01": "2023-03-21",
    "1403/01/01": "2024-03-20",
    "1405/01/01": "2026-03-21",
    "1406/01/01": "2027-03-21",
    "1407/01/01": "2028-03-20",
    "1408/01/01": "2029-03-20",
    "1409/01/01": "2030-03-21",
}


@pytest.mark.parametrize(("jalali", "day"), VECTORS.items())
def test_a_date_goes_there_and_back(jalali: str, day: str) -> None:
    assert calendar.parse_date(jalali) == dt.date.fromisoformat(day)
    assert calendar.plain(dt.date.fromisoformat(day)) == jalali


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)))
def test_every_day_agrees_with_an_independent_calendar(day: dt.date) -> None:
    other = JalaliDate(day)  # type: ignore[no-untyped-call]
    assert calendar.to_jalali(day) == (other.year, other.month, other.day)


@pytest.mark.parametrize("text", ["1404/12/30", "1405/13/01", "1405/00/10", "1405/07/31", "1405/9", "", "1205/01/01"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        calendar.parse_date(text)


@pytest.mark.parametrize("text", ["۱۴۰۵/۰۹/۰۲", "١٤٠٥/٠٩/٠٢", "1405-9-2", " 1405/09/02 ", "1405.09.02"])
def test_digits_of_every_script_and_common_separators_are_read(text: str) -> None:
    assert calendar.parse_date(text) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "offset"),
    [("2021-07-01", 4.5), ("2022-07-01", 4.5), ("2022-09-22", 3.5), ("2023-07-01", 3.5), ("2026-07-01", 3.5)],
)
def test_tehran_kept_summer_time_until_1401(day: str, offset: float) -> None:
    at = calendar.instant(dt.date.fromisoformat(day), dt.time(12))
    assert calendar.tehran(at).utcoffset() == dt.timedelta(hours=offset)


def test_a_three_year_term_ends_the_day_before() -> None:
    start = calendar.from_jalali(1404, 10, 15)
    assert calendar.plain(calendar.last_day_of_term(start, 3)) == "1407/10/14"


def test_months_and_years_clamp_to_the_end_of_a_month() -> None:
    assert calendar.plain(calendar.add_years(calendar.from_jalali(1403, 12, 30), 1)) == "1404/12/29"
    assert calendar.plain(calendar.add_months(calendar.from_jalali(1405, 3, 31), 4)) == "1405/07/30"


@pytest.mark.parametrize(
    ("start", "end"), [("1404/12/24", "1405/01/23"), ("1405/02/01", "1405/02/22"), ("1405/09/02", "1405/09/23")]
)
def test_fifteen_working_days_with_thursday_and_friday_closed(start: str, end: str) -> None:
    assert calendar.plain(calendar.add_working_days(calendar.parse_date(start), 15, is_closed)) == end


def test_a_moment_names_weekday_date_hour_and_zone() -> None:
    at = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
    assert calendar.moment(at) == "دوشنبه ۲ آذر ۱۴۰۵، ساعت ۱۴:۰۰ به وقت تهران"


def test_a_date_in_words() -> None:
    assert calendar.date_in_words(calendar.from_jalali(1404, 10, 15)) == "پانزدهم دی‌ماه یک‌هزار و چهارصد و چهار"


def test_what_is_left_is_told_in_two_units() -> None:
    assert calendar.remaining(dt.timedelta(hours=3, minutes=18, seconds=5)) == "۳ ساعت و ۱۸ دقیقه"
