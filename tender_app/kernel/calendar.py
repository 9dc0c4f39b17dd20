"""Jalali dates, Tehran time, terms and working days; the only user of jdatetime."""

import datetime as dt
import functools
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import jdatetime  # noqa: TID251 -- the one module that may

from tender_app.kernel.persian import ZWNJ, ascii_digits, fold, persian_digits
from tender_app.kernel.words import _

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST_YEAR, LAST_YEAR = 1300, 1500
MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")  # as date.weekday() counts
DAYS = (
    "یکم دوم سوم چهارم پنجم ششم هفتم هشتم نهم دهم یازدهم دوازدهم سیزدهم چهاردهم پانزدهم شانزدهم هفدهم هجدهم نوزدهم "
    "بیستم بیست‌ویکم بیست‌ودوم بیست‌وسوم بیست‌وچهارم بیست‌وپنجم بیست‌وششم بیست‌وهفتم بیست‌وهشتم بیست‌ونهم سی‌ام سی‌ویکم"
).split()
UNJOINED = "ادذرزژو"  # letters that never join the next
THURSDAY, FRIDAY, SATURDAY = 3, 4, 5  # as date.weekday() counts; the week begins with Saturday
LONG_MONTHS, YEAR_MONTHS = 6, 12

Closed = Callable[[dt.date], bool]


def from_jalali(year: int, month: int, day: int) -> dt.date:
    """Return the day with this Jalali date; raise ValueError (Persian) when there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("سال باید میان {first_year} و {last_year} باشد.").format(
            first_year=persian_digits(FIRST_YEAR), last_year=persian_digits(LAST_YEAR)
        )
        raise ValueError(message)
    if not 1 <= month <= YEAR_MONTHS:
        message = _("ماه {month} در سال نیست؛ ماه‌ها ۱ تا ۱۲ است.").format(month=persian_digits(month))
        raise ValueError(message)
    last = month_length(year, month)
    if not 1 <= day <= last:
        message = persian_digits(
            _("{month} {year}، {last} روز دارد؛ روز {day} در آن نیست.").format(
                month=MONTHS[month - 1], year=year, last=last, day=day
            )
        )
        raise ValueError(message)
    found: dt.date = jdatetime.date(year, month, day).togregorian()
    return found


@functools.lru_cache(4096)
def to_jalali(day: dt.date) -> tuple[int, int, int]:
    """Return the Jalali year, month and day of a day."""
    found = jdatetime.date.fromgregorian(date=day)
    return found.year, found.month, found.day


def month_length(year: int, month: int) -> int:
    """Return how many days a Jalali month has."""
    if month <= LONG_MONTHS:
        return 31
    if month < YEAR_MONTHS:
        return 30
    return 30 if jdatetime.date(year, 1, 1).isleap() else 29


def jalali_year(day: dt.date) -> int:
    """Return the Jalali year of a day."""
    return to_jalali(day)[0]


def parse_date(text: str) -> dt.date:
    """Read a Jalali date such as ۱۴۰۵/۰۹/۰۲; raise ValueError with a Persian message."""
    match = re.fullmatch(r"([0-9]{4})\s*[/\-.]\s*([0-9]{1,2})\s*[/\-.]\s*([0-9]{1,2})", ascii_digits(fold(text)))
    if match is None:
        message = _("تاریخ را به شکل سال/ماه/روز بنویسید، مانند ۱۴۰۵/۰۹/۰۲.")
        raise ValueError(message)
    return from_jalali(*(int(part) for part in match.groups()))


def parse_time(text: str) -> dt.time:
    """Read an hour such as ۱۴:۳۰; raise ValueError with a Persian message."""
    match = re.fullmatch(r"([01]?\d|2[0-3])\s*[:.]\s*([0-5]\d)", ascii_digits(fold(text)))
    if match is None:
        message = _("ساعت را به شکل ساعت:دقیقه بنویسید، مانند ۱۴:۰۰.")
        raise ValueError(message)
    return dt.time(int(match[1]), int(match[2]))


def instant(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the instant, in UTC, of an hour on a day in Tehran."""
    return dt.datetime.combine(day, time, tzinfo=TEHRAN).astimezone(dt.UTC)


def tehran(at: dt.datetime) -> dt.datetime:
    """Return an instant as Tehran's clock shows it."""
    return at.astimezone(TEHRAN)


def today(at: dt.datetime) -> dt.date:
    """Return the day in Tehran on which an instant falls."""
    return tehran(at).date()


def plain(day: dt.date) -> str:
    """Return a Jalali date in ASCII figures, 1405/09/02."""
    return "{:04}/{:02}/{:02}".format(*to_jalali(day))


def numeric(day: dt.date) -> str:
    """Return a Jalali date in Persian figures, ۱۴۰۵/۰۹/۰۲."""
    return persian_digits(plain(day))


def long_date(day: dt.date) -> str:
    """Return a Jalali date with its weekday, «دوشنبه ۲ آذر ۱۴۰۵»."""
    year, month, number = to_jalali(day)
    return persian_digits(f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[month - 1]} {year}")


def date_in_words(day: dt.date) -> str:
    """Return a Jalali date in words, «دوم آذرماه یک‌هزار و چهارصد و پنج»."""
    from tender_app.kernel.money import in_words  # noqa: PLC0415 -- money knows numbers, not dates

    year, month, number = to_jalali(day)
    thousands = in_words(year).replace("یک هزار", "یک‌هزار")
    name = MONTHS[month - 1]
    joint = "" if name[-1] in UNJOINED else ZWNJ  # آذرماه, but دی‌ماه and آبان‌ماه
    return f"{DAYS[number - 1]} {name}{joint}ماه {thousands}"


def moment(at: dt.datetime) -> str:
    """Return weekday, Jalali date, hour and zone: the only form in which a deadline is written."""
    local = tehran(at)
    return f"{long_date(local.date())}، ساعت {persian_digits(f'{local:%H:%M}')} به وقت تهران"


def remaining(left: dt.timedelta) -> str:
    """Return what is left, in its two largest units."""
    seconds = max(int(left.total_seconds()), 0)
    units = (
        (seconds // 86400, "روز"),
        (seconds % 86400 // 3600, "ساعت"),
        (seconds % 3600 // 60, "دقیقه"),
        (seconds % 60, "ثانیه"),
    )
    first = next((place for place, (count, _unused) in enumerate(units) if count), 3)
    told = [f"{persian_digits(count)} {name}" for count, name in units[first : first + 2] if count]
    return " و ".join(told) or "۰ ثانیه"


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the day so many Jalali months later, no further than that month's end."""
    year, month, number = to_jalali(day)
    years, place = divmod(month - 1 + months, YEAR_MONTHS)
    return from_jalali(year + years, place + 1, min(number, month_length(year + years, place + 1)))


def add_years(day: dt.date, years: int) -> dt.date:
    """Return the day so many Jalali years later, no further than that month's end."""
    return add_months(day, years * YEAR_MONTHS)


def last_day_of_term(start: dt.date, years: int) -> dt.date:
    """Return the last day, inclusive, of a term of so many years that begins on `start`."""
    return add_years(start, years) - dt.timedelta(days=1)


def next_working_day(day: dt.date, closed: Closed) -> dt.date:
    """Return the day itself if offices are open on it, else the next on which they are."""
    while closed(day):
        day += dt.timedelta(days=1)
    return day


def add_working_days(day: dt.date, count: int, closed: Closed) -> dt.date:
    """Return the day on which the `count`-th working day after `day` falls; the day itself does not count."""
    for _unused in range(count):
        day = next_working_day(day + dt.timedelta(days=1), closed)
    return day


def working_days_between(after: dt.date, until: dt.date, closed: Closed) -> int:
    """Return how many working days there are after a day, up to and with another."""
    return sum(not closed(after + dt.timedelta(days=n)) for n in range(1, (until - after).days + 1))
