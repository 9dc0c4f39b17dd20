"""Jalali dates, Tehran time, terms and working days: the vectors of the domain, and an independent calendar."""

import datetime as dt

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from tender_app.kernel import calendar
from tender_app.regulation.days import USUAL

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


@pytest.mark.parametrize(
    "text",
    [
        "1404/12/30",
        "1405/13/01",
        "1405/00/10",
        "1405/07/31",
        "1405/01/32",
        "1405/01/00",
        "1405/9",
        "1405/09/02/01",
        "۱۴۰۵٫۰۹٫۰۲",
        "فردا",
        "",
        "1299/12/29",
        "1501/01/01",
    ],
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        calendar.parse_date(text)


@pytest.mark.parametrize(
    "text", ["۱۴۰۵/۰۹/۰۲", "١٤٠٥/٠٩/٠٢", "1405-9-2", " 1405/09/02 ", "1405.09.02", "\u200e۱۴۰۵/۰۹/۰۲\u200f"]
)
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
    assert calendar.plain(calendar.add_working_days(calendar.parse_date(start), 15, USUAL.is_closed)) == end


@pytest.mark.parametrize(
    ("start", "end"), [("1404/12/24", "1405/01/19"), ("1405/02/01", "1405/02/19"), ("1405/09/02", "1405/09/19")]
)
def test_fifteen_working_days_with_friday_alone_closed(start: str, end: str) -> None:
    public = country_holidays("IR")
    found = calendar.add_working_days(
        calendar.parse_date(start), 15, lambda day: day.weekday() == calendar.FRIDAY or day in public
    )
    assert calendar.plain(found) == end


def test_calendar_days_count_every_day() -> None:
    assert calendar.plain(calendar.from_jalali(1405, 9, 20) + dt.timedelta(days=10)) == "1405/09/30"


def test_an_open_day_is_its_own_next_working_day() -> None:
    monday, thursday = calendar.from_jalali(1405, 9, 2), calendar.from_jalali(1405, 9, 5)
    assert calendar.next_working_day(monday, USUAL.is_closed) == monday
    assert calendar.plain(calendar.next_working_day(thursday, USUAL.is_closed)) == "1405/09/07"


def test_leap_years_follow_the_cycle_of_thirty_three() -> None:
    long = [year for year in range(1300, 1501) if calendar.month_length(year, 12) == 30]
    assert long == [year for year in range(1300, 1501) if year % 33 in {1, 5, 9, 13, 17, 22, 26, 30}]


def test_the_refusal_of_an_impossible_date_says_how_long_the_month_is() -> None:
    with pytest.raises(ValueError, match=r"^اسفند ۱۴۰۴، ۲۹ روز دارد؛ روز ۳۰ در آن نیست.$"):
        calendar.parse_date("۱۴۰۴/۱۲/۳۰")


def test_the_hours_before_and_after_the_last_summer_time() -> None:
    before = dt.datetime(2022, 9, 21, 19, 29, 59, tzinfo=dt.UTC)
    assert f"{calendar.tehran(before):%H:%M:%S%z}" == "23:59:59+0430"
    assert f"{calendar.tehran(before + dt.timedelta(seconds=1)):%H:%M:%S%z}" == "23:00:00+0330"


def test_a_jalali_day_begins_at_midnight_in_tehran() -> None:
    last = dt.datetime(2026, 11, 23, 20, 29, 59, tzinfo=dt.UTC)
    assert calendar.numeric(calendar.today(last)) == "۱۴۰۵/۰۹/۰۲"
    assert calendar.numeric(calendar.today(last + dt.timedelta(seconds=1))) == "۱۴۰۵/۰۹/۰۳"
    assert calendar.instant(dt.date(2026, 11, 24), dt.time()) == last + dt.timedelta(seconds=1)


@pytest.mark.parametrize("text", ["۱۴:۳۰", "14.30", "١٤:٣٠", " 14 : 30 "])
def test_an_hour_is_read_in_every_script(text: str) -> None:
    assert calendar.parse_time(text) == dt.time(14, 30)


@pytest.mark.parametrize("text", ["24:00", "14:60", "14", "", "ظهر"])
def test_an_hour_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[آ-ی]"):
        calendar.parse_time(text)


def test_a_moment_names_weekday_date_hour_and_zone() -> None:
    at = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
    assert calendar.moment(at) == "دوشنبه ۲ آذر ۱۴۰۵، ساعت ۱۴:۰۰ به وقت تهران"


@pytest.mark.parametrize(
    ("jalali", "words"),
    [
        ("1404/10/15", "پانزدهم دی‌ماه یک‌هزار و چهارصد و چهار"),
        ("1405/09/02", "دوم آذرماه یک‌هزار و چهارصد و پنج"),
        ("1403/12/30", "سی‌ام اسفندماه یک‌هزار و چهارصد و سه"),
        ("1400/01/31", "سی‌ویکم فروردین‌ماه یک‌هزار و چهارصد"),
        ("1406/08/01", "یکم آبان‌ماه یک‌هزار و چهارصد و شش"),
        ("1406/02/20", "بیستم اردیبهشت‌ماه یک‌هزار و چهارصد و شش"),
    ],
)
def test_a_date_in_words(jalali: str, words: str) -> None:
    assert calendar.date_in_words(calendar.parse_date(jalali)) == words


def test_a_long_date_names_the_weekday() -> None:
    assert calendar.long_date(dt.date(2025, 3, 20)) == "پنجشنبه ۳۰ اسفند ۱۴۰۳"
    assert calendar.long_date(dt.date(2025, 3, 21)) == "جمعه ۱ فروردین ۱۴۰۴"


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (dt.timedelta(hours=3, minutes=18, seconds=5), "۳ ساعت و ۱۸ دقیقه"),
        (dt.timedelta(days=2, minutes=5), "۲ روز"),
        (dt.timedelta(seconds=61), "۱ دقیقه و ۱ ثانیه"),
        (dt.timedelta(), "۰ ثانیه"),
        (dt.timedelta(days=-1), "۰ ثانیه"),
    ],
)
def test_what_is_left_is_told_in_two_units(left: dt.timedelta, told: str) -> None:
    assert calendar.remaining(left) == told
