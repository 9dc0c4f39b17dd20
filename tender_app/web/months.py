"""Jalali months as tables of weeks from Saturday, with what falls on each day and why it is closed."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits

WEEK = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that falls on a day: its number in the list beside the month, its name, and where it is told."""

    number: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day with its marks; `closed` says why offices are closed, and is empty where they are open."""

    number: int
    closed: str
    is_estimate: bool
    is_today: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A Jalali month in weeks; days of other months are None."""

    title: str
    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


def sheets(
    months: Sequence[tuple[int, int]],
    marks: Mapping[dt.date, Sequence[Mark]],
    closed: Callable[[dt.date], tuple[str, bool]],
    today: dt.date,
) -> list[Sheet]:
    """Return these (year, month) as tables; `closed` gives the reason for a closed day, and whether it is an estimate."""
    return [_sheet(year, month, marks, closed, today) for year, month in months]


def months_of(days: Sequence[dt.date]) -> list[tuple[int, int]]:
    """Return every month in which one of the days lies, in order."""
    return sorted({calendar.to_jalali(day)[:2] for day in days})


def _sheet(
    year: int,
    month: int,
    marks: Mapping[dt.date, Sequence[Mark]],
    closed: Callable[[dt.date], tuple[str, bool]],
    today: dt.date,
) -> Sheet:
    first = calendar.from_jalali(year, month, 1)
    dates = [first + dt.timedelta(days=n) for n in range(calendar.month_length(year, month))]
    days = [Cell(n, *closed(d), d == today, tuple(marks.get(d, ()))) for n, d in enumerate(dates, 1)]
    blank = (first.weekday() - calendar.SATURDAY) % WEEK
    cells: list[Cell | None] = [*(None,) * blank, *days, *(None,) * (-(blank + len(days)) % WEEK)]
    name = calendar.MONTHS[month - 1]
    weeks = tuple(tuple(cells[n : n + WEEK]) for n in range(0, len(cells), WEEK))
    return Sheet(persian_digits(f"{name} {year}"), name, weeks)
