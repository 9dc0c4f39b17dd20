"""Periods on an axis of Jalali years as whole-number geometry, the earliest at the right; for wide and narrow screens."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _

TOP, LETTER = 24, 8


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time in a row: `look` is the class with which it is drawn, `told` its word."""

    starts: dt.date
    ends: dt.date
    look: str
    told: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn period; its word stands inside where there is room."""

    x: int
    y: int
    width: int
    look: str
    told: str

    @property
    def middle(self) -> int:
        """Return the middle of the bar."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Row:
    """A named row with its bars."""

    name: str
    name_y: int
    rule_y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The chart in one width."""

    kind: str
    width: int
    height: int
    floor: int
    thick: int
    right: int
    ticks: tuple[tuple[int, str], ...]
    today: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Periods:
    """The chart in both widths, with a description in words."""

    views: tuple[View, View]
    description: str


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: str
    width: int
    right: int  # where the axis begins: names stand right of it, or above their bars
    step: int
    drop: int  # of a bar below the top of its row
    thick: int
    years: int  # ticks at most


WIDE = _Shape("chart-w", 1120, 920, 45, 14, 30, 10)
NARROW = _Shape("chart-n", 340, 332, 56, 32, 22, 5)


def period_chart(rows: Sequence[tuple[str, Sequence[Period]]], today: dt.date) -> Periods:
    """Return the chart of (name, periods) rows, in order, with `today` marked."""
    dates = [day for _unused, periods in rows for p in periods for day in (p.starts, p.ends)] or [today]
    first, last = calendar.jalali_year(min(*dates, today)), calendar.jalali_year(max(*dates, today)) + 1
    told = "؛ ".join(f"{name}: {'، '.join(map(_tell, periods))}" for name, periods in rows if periods)
    begins = [(calendar.from_jalali(year, 1, 1), persian_digits(year)) for year in range(first, last + 1)]
    views = (_view(WIDE, rows, begins, today), _view(NARROW, rows, begins, today))
    return Periods(views, told)


def month_chart(rows: Sequence[tuple[str, Sequence[Period]]], today: dt.date) -> Periods:
    """Return the chart of (name, periods) rows on an axis of Jalali months, with `today` marked."""
    dates = [day for _unused, periods in rows for p in periods for day in (p.starts, p.ends)] or [today]
    year, month, _unused = calendar.to_jalali(min(*dates, today))
    first = calendar.from_jalali(year, month, 1)
    begins = [first]
    while begins[-1] <= max(*dates, today):
        begins.append(calendar.add_months(first, len(begins)))
    ticks = [(day, calendar.MONTHS[calendar.to_jalali(day)[1] - 1]) for day in begins]
    told = "؛ ".join(f"{name}: {'، '.join(map(_tell, periods))}" for name, periods in rows if periods)
    return Periods((_view(WIDE, rows, ticks, today), _view(NARROW, rows, ticks, today)), told)


def _view(
    shape: _Shape, rows: Sequence[tuple[str, Sequence[Period]]], begins: Sequence[tuple[dt.date, str]], today: dt.date
) -> View:
    """Draw the rows between the first and the last of `begins`, each of which but the last is told on the axis."""
    start, end = begins[0][0].toordinal(), begins[-1][0].toordinal()
    left = 8

    def place(day: dt.date) -> int:
        return shape.right - (shape.right - left) * (day.toordinal() - start) // (end - start)

    stride = -(-(len(begins) - 1) // shape.years)
    ticks = tuple((place(day), told) for day, told in begins[:-1:stride])
    floor = TOP + shape.step * len(rows)
    drawn = tuple(_row(shape, TOP + n * shape.step, row, place) for n, row in enumerate(rows))
    return View(shape.kind, shape.width, floor + 22, floor, shape.thick, shape.right, ticks, place(today), drawn)


def _row(shape: _Shape, top: int, row: tuple[str, Sequence[Period]], place: Callable[[dt.date], int]) -> Row:
    name, periods = row
    bars = []
    for period in periods:
        x, far = place(period.ends), place(period.starts)
        width = max(far - x, 3)
        fits = shape is WIDE and width > LETTER * (len(period.told) + 1)
        bars.append(Bar(x, top + shape.drop, width, period.look, period.told if fits else ""))
    name_y = top + (34 if shape is WIDE else 24)
    return Row(name, name_y, top + shape.step, tuple(bars))


def _tell(period: Period) -> str:
    return _("{told} از {starts} تا {ends}").format(
        told=period.told, starts=calendar.numeric(period.starts), ends=calendar.numeric(period.ends)
    )
