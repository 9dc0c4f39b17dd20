"""A chart of ranks then and now: one line for each row, the earlier column at the right, as Persian is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _

STEP, TOP_SPACE, FOOT = 34, 46, 14
WIDE = ("chart-w", 720, 470, 250)  # width, and where the two columns stand
NARROW = ("chart-n", 340, 320, 180)  # names at the later column alone


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the chart: two dots and the line between them; a place is None where there is no rank."""

    name: str
    before_y: int | None
    after_y: int | None
    before: str
    after: str
    kind: str


@dataclass(frozen=True, slots=True)
class Slopes:
    """The chart in one width."""

    kind: str
    width: int
    height: int
    right: int
    left: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SlopeChart:
    """The chart for wide and for narrow screens, with a description in words."""

    wide: Slopes
    narrow: Slopes
    description: str


def slope_chart(rows: Sequence[tuple[str, int | None, int | None]]) -> SlopeChart:
    """Return the chart of (name, rank before, rank after); rows that share a rank stand under each other."""
    before, after = _places([r[1] for r in rows]), _places([r[2] for r in rows])
    lines = tuple(
        Line(name, y1, y2, _rank(old), _rank(new), _kind(old, new))
        for (name, old, new), y1, y2 in zip(rows, before, after, strict=True)
    )
    most = max((y for y in (*before, *after) if y), default=TOP_SPACE)
    told = "؛ ".join(_told(*row) for row in rows)
    return SlopeChart(_view(WIDE, lines, most), _view(NARROW, lines, most), told)


def _view(shape: tuple[str, int, int, int], lines: tuple[Line, ...], most: int) -> Slopes:
    kind, width, right, left = shape
    return Slopes(kind, width, most + FOOT + STEP // 2, right, left, lines)


def _places(ranks: Sequence[int | None]) -> list[int | None]:
    """Return the height of each rank; the second of two equal ranks stands one step below."""
    order = sorted((rank, n) for n, rank in enumerate(ranks) if rank is not None)
    found: list[int | None] = [None] * len(ranks)
    for place, (_unused, n) in enumerate(order):
        found[n] = TOP_SPACE + STEP * place
    return found


def _kind(old: int | None, new: int | None) -> str:
    if old is None or new is None or old == new:
        return "c"
    return "a" if new < old else "b"


def _rank(rank: int | None) -> str:
    return "" if rank is None else persian_digits(rank)


def _told(name: str, old: int | None, new: int | None) -> str:
    if old is None:
        return _("{name}: تازه، رتبه {new}").format(name=name, new=_rank(new))
    if new is None:
        return _("{name}: از رتبه {old} کنار رفت").format(name=name, old=_rank(old))
    return _("{name}: از {old} به {new}").format(name=name, old=_rank(old), new=_rank(new))
