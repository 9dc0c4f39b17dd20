"""Working days: the weekend by date, the holidays of the table and an organisation's own closures, as one plain value."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.holidays import Listed, listed
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter

ONE_DAY = dt.timedelta(days=1)


class HolidayKind(Named):
    """What kind of closed day it is."""

    SOLAR = "solar", "ثابت شمسی"
    LUNAR = "lunar", "قمری"
    SPECIAL = "special", "تعطیلی ویژه"
    CLOSURE = "closure", "تعطیلی استانی"


class HolidayState(Named):
    """Where a holiday stands."""

    STANDING = "standing", "برقرار"
    WITHDRAWN = "withdrawn", "برداشته"


class HolidayAct(Named):
    """What is done with a holiday."""

    ENTER = "enter", "ثبت روز تعطیل"
    CLOSE = "close", "ثبت تعطیلی استان"
    CONFIRM = "confirm", "تأیید روز"
    MOVE = "move", "جابه‌جا کردن روز"
    WITHDRAW = "withdraw", "برداشتن تعطیلی"
    REOPEN = "reopen", "برداشتن تعطیلی استان"


@dataclass(frozen=True, slots=True)
class Entered:
    """A holiday of the whole country to enter; `listing` names its place in the package's list, if it came from there."""

    day: dt.date
    title: str
    kind: HolidayKind
    source: str
    is_estimate: bool = False
    listing: str | None = None

    def record(self) -> dict[str, Any]:
        """Keep it."""
        return {"day": self.day.isoformat(), "title": self.title, "kind": self.kind.value, "source": self.source}


@dataclass(frozen=True, slots=True)
class Closure:
    """A day on which one organisation's offices are closed (its row), by which letter."""

    organisation: Any
    day: dt.date
    title: str
    letter: str

    def record(self) -> dict[str, Any]:
        """Keep it."""
        return {"day": self.day.isoformat(), "title": self.title, "letter": self.letter}


@dataclass(frozen=True, slots=True)
class Moved:
    """The day to which a holiday moves, and by what announcement."""

    day: dt.date
    source: str

    def record(self) -> dict[str, Any]:
        """Keep it."""
        return {"day": self.day.isoformat(), "source": self.source}


@dataclass(frozen=True, slots=True)
class Announced:
    """By what announcement a day was confirmed."""

    source: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a day is closed: its holiday, and whether its date is still an estimate."""

    title: str
    is_estimate: bool = False


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are closed for an organisation.

    A Jalali year whose holidays were never entered is answered by the package's list, its lunar days as estimates.
    """

    weekends: Sequence[tuple[dt.date, frozenset[int]]] = ((dt.date.min, Parameter.WEEKEND.terms.default),)
    entered: Mapping[dt.date, tuple[Closed, ...]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_closed(self, day: dt.date) -> bool:
        """Tell whether offices are closed."""
        return day.weekday() in self.weekend(day) or bool(self.holidays(day))

    def working(self, day: dt.date) -> dt.date:
        """Return the day, or the next on which offices are open."""
        return calendar.next_working_day(day, self.is_closed)

    def working_before(self, day: dt.date) -> dt.date:
        """Return the day, or the last before it on which offices are open."""
        while self.is_closed(day):
            day -= ONE_DAY
        return day

    def after(self, day: dt.date, count: int) -> dt.date:
        """Return the day on which so many working days after a day are over; the day itself does not count."""
        return calendar.add_working_days(day, count, self.is_closed)

    def weekend(self, day: dt.date) -> frozenset[int]:
        """Return the days of the week that are closed on this date."""
        return next((days for since, days in reversed(self.weekends) if since <= day), frozenset())

    def holidays(self, day: dt.date) -> tuple[Closed, ...]:
        """Return the holidays and closures of a day, beside its weekend."""
        entered = self.entered.get(day, ())
        year = calendar.jalali_year(day)
        return entered if year in self.years else (*entered, *_listed(year).get(day, ()))

    def why(self, day: dt.date) -> str:
        """Return why offices are closed on a day; nothing where they are open."""
        titles = [holiday.title for holiday in self.holidays(day)]
        if day.weekday() in self.weekend(day):
            titles.insert(0, calendar.WEEKDAYS[day.weekday()])
        return _("، ").join(titles)

    def estimates(self, first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
        """Return the holidays from one day to another whose date is still an estimate."""
        span = [first + ONE_DAY * n for n in range((last - first).days + 1)]
        return [(day, holiday.title) for day in span for holiday in self.holidays(day) if holiday.is_estimate]


def unentered_in(days: WorkingCalendar, years: Iterable[int]) -> list[int]:
    """Return the Jalali years, of these, whose holidays nobody entered yet: their lunar days are guessed."""
    return sorted(set(years) - days.years)


USUAL = WorkingCalendar()  # before any decree or table: Thursday, Friday and the package's list


def _listed(year: int) -> Mapping[dt.date, tuple[Closed, ...]]:
    if year not in _BY_DAY:
        _BY_DAY[year] = _by_day(listed(year))
    return _BY_DAY[year]


def _by_day(rows: Sequence[Listed]) -> Mapping[dt.date, tuple[Closed, ...]]:
    found: dict[dt.date, tuple[Closed, ...]] = {}
    for row in rows:
        found[row.day] = (*found.get(row.day, ()), Closed(row.title, row.is_lunar))
    return found


_BY_DAY: dict[int, Mapping[dt.date, tuple[Closed, ...]]] = {}
