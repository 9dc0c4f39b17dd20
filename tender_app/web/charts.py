"""Charts as whole-number geometry: a bid's two prices on one axis, a contract's phases as shares of its price."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from tender_app.kernel.money import grouped
from tender_app.kernel.words import _
from tender_app.web.filters import signed

MILLION = 1_000_000
TICKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on the axis."""

    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A bid's two dots and the line between them."""

    name: str
    name_y: int
    y: int
    first: int
    second: int
    left: int
    length: int
    first_label: str
    second_label: str
    first_anchor: str
    second_anchor: str


@dataclass(frozen=True, slots=True)
class View:
    """The chart in one width."""

    kind: str
    width: int
    height: int
    floor: int
    ticks: tuple[Mark, ...]
    mark: Mark | None
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart for wide and for narrow screens, with a description in words."""

    wide: View
    narrow: View
    description: str


def pair_chart(rows: Sequence[tuple[str, int, Fraction]], mark: int | None = None) -> Chart:
    """Return the chart of (name, price, balanced price) rows, in million rial; `mark` draws the estimate."""
    values = [v for _unused, price, final in rows for v in (Fraction(price), final)] + (
        [Fraction(mark)] if mark else []
    )
    low, high = min(values), max(values)
    spread = (high - low) or Fraction(high, 10) or Fraction(1)
    low, high = low - spread / 8, high + spread / 8
    told = "؛ ".join(
        _("{name}: قیمت {price} و تراز شده {final}").format(name=name, price=_label(Fraction(p)), final=_label(f))
        for name, p, f in rows
    )
    return Chart(
        _view("chart-w", 760, rows, mark, (low, high)),
        _view("chart-n", 340, rows, mark, (low, high)),
        _("به میلیون ریال. {told}").format(told=told),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A phase as a part of the bar, the first one at the right."""

    title: str
    share: Decimal
    x: int
    width: int
    is_current: bool

    @property
    def middle(self) -> int:
        """Return the middle of the part."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Shares:
    """A bar of 740 units; `today` is a place on it, inside the phase under way."""

    parts: tuple[Part, ...]
    today: int | None


BAR, GAP = 740, 4


def share_chart(rows: Sequence[tuple[str, Decimal, dt.date]], starts_on: dt.date, today: dt.date | None) -> Shares:
    """Return the bar of (title, share of 100, last day) phases, with `today` marked where it is given."""
    whole = sum((share for _unused, share, _rest in rows), Decimal(0)) or Decimal(1)
    parts: list[Part] = []
    place: int | None = None
    right, before = BAR, starts_on
    for title, share, last in rows:
        width = int(BAR * share / whole)
        is_current = today is not None and place is None and today <= last
        if today is not None and is_current:
            passed = max((today - before).days, 0) * width // max((last - before).days, 1)
            place = right - min(passed, width)
        parts.append(Part(title, share, right - width + GAP // 2, max(width - GAP, 0), is_current))
        right, before = right - width, last
    return Shares(tuple(parts), place)


def _view(
    kind: str,
    width: int,
    rows: Sequence[tuple[str, int, Fraction]],
    mark: int | None,
    ends: tuple[Fraction, Fraction],
) -> View:
    def place(value: Fraction) -> int:
        return width - 40 - int((width - 80) * (value - ends[0]) / (ends[1] - ends[0]))

    step = (ends[1] - ends[0]) / (TICKS + 1)
    count = 2 if kind == "chart-n" else TICKS
    stride = TICKS // count
    ticks = tuple(Mark(place(v), _label(v)) for v in (ends[0] + step * n for n in range(1, TICKS + 1, stride)))
    pairs = tuple(_pair(n, row, place) for n, row in enumerate(rows))
    floor = 44 + 76 * len(rows)
    line = Mark(place(Fraction(mark)), _("برآورد")) if mark else None
    return View(kind, width, floor + 32, floor, ticks, line, pairs)


def _pair(n: int, row: tuple[str, int, Fraction], place: Callable[[Fraction], int]) -> Pair:
    name, price, final = row
    first, second = place(Fraction(price)), place(final)
    y = 78 + 76 * n
    first_is_left = first <= second
    return Pair(
        name,
        y - 22,
        y,
        first,
        second,
        min(first, second),
        abs(first - second),
        _label(Fraction(price)),
        _label(final),
        "end" if first_is_left else "start",
        "start" if first_is_left else "end",
    )


def _label(value: Fraction) -> str:
    return grouped((value * 2 + MILLION) // (2 * MILLION))


@dataclass(frozen=True, slots=True)
class Pillar:
    """A pillar of a histogram; one under the line is drawn pale."""

    x: int
    y: int
    width: int
    height: int
    is_under: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values fall into each step, the smallest at the right; `mark` is the line that they must reach."""

    kind: str
    width: int
    height: int
    floor: int
    pillars: tuple[Pillar, ...]
    ticks: tuple[Mark, ...]
    mark: Mark


HIGH, HEAD = 180, 34  # of the tallest pillar, and of the line's label above it


def histogram(counts: Sequence[int], ends: tuple[int, int], line: Fraction, label: str) -> tuple[Histogram, Histogram]:
    """Return the histogram of `counts` over whole steps from one end to the other, for wide and for narrow screens."""
    return _histogram("chart-w", 760, counts, ends, (line, label)), _histogram(
        "chart-n", 340, counts, ends, (line, label)
    )


def _histogram(
    kind: str, width: int, counts: Sequence[int], ends: tuple[int, int], line: tuple[Fraction, str]
) -> Histogram:
    first, last = ends
    highest, room = max(*counts, 1), width - 40

    def place(value: Fraction | int) -> int:
        return width - 20 - int(room * (value - first) / (last - first))

    step = Fraction(last - first, len(counts))
    floor = HEAD + HIGH
    pillars = []
    for n, count in enumerate(counts):
        begins = first + n * step
        right, left, high = place(begins), place(begins + step), HIGH * count // highest
        pillars.append(Pillar(left + 1, floor - high, max(right - left - 2, 1), high, begins + step <= line[0]))
    stride = 10 if kind == "chart-w" else 20
    ticks = tuple(Mark(place(v), grouped(v)) for v in range(first, last + 1, stride))
    return Histogram(kind, width, floor + 30, floor, tuple(pillars), ticks, Mark(place(line[0]), line[1]))


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a bar: its place, its share of 100 in whole figures, and the mark that its legend repeats."""

    label: str
    x: int
    width: int
    share: int
    tone: str


TONES = ("a", "b", "c", "d")


def stack(rows: Sequence[tuple[str, int]]) -> tuple[Slice, ...]:
    """Return one bar divided by counts, the first part at the right."""
    whole = sum(count for _unused, count in rows) or 1
    right, slices = BAR, []
    for (label, count), tone in zip(rows, TONES, strict=True):
        width = BAR * count // whole
        slices.append(Slice(label, right - width, width, (200 * count + whole) // (2 * whole), tone))
        right -= width
    return tuple(slices)


@dataclass(frozen=True, slots=True)
class Lean:
    """A dot on its own line, and the line from the middle to it."""

    name: str
    value: str
    y: int
    x: int
    left: int
    length: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Values around nothing: above it at the right, below it at the left."""

    kind: str
    width: int
    height: int
    middle: int
    ticks: tuple[Mark, ...]
    rows: tuple[Lean, ...]


def balance_chart(rows: Sequence[tuple[str, Fraction]]) -> tuple[Balance, Balance]:
    """Return the chart of (name, value) around nothing, for wide and for narrow screens."""
    return _balance("chart-w", 760, rows), _balance("chart-n", 340, rows)


def _balance(kind: str, width: int, rows: Sequence[tuple[str, Fraction]]) -> Balance:
    far = max([abs(value) for _unused, value in rows] + [Fraction(5)])
    middle = width // 2

    def place(value: Fraction) -> int:
        return middle + int((width - 100) / 2 * value / far)

    half = ceil(far) // 2
    ticks = tuple(Mark(place(Fraction(v)), signed(Fraction(v), 0)) for v in (-half, 0, half))
    leans = []
    for n, (name, value) in enumerate(rows):
        x = place(value)
        leans.append(Lean(name, signed(value, 1), 58 + 62 * n, x, min(x, middle), abs(x - middle)))
    return Balance(kind, width, 62 * len(rows) + 52, middle, ticks, tuple(leans))
