"""The first point at which a winner changes while one number moves: exact, for whatever is linear piece by piece (pure)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from tender_app.evaluation.contest import Contest, Outcome, Stand


@dataclass(frozen=True, slots=True)
class Path:
    """A number on its way from `start` to `end` (None: without end); `nodes` are where the course of a figure breaks."""

    at: Callable[[Fraction], Stand]
    start: Fraction
    end: Fraction | None
    holds_end: bool = True
    nodes: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the winner changes: at `bound` itself, or (strict) only beyond it, however little."""

    bound: Fraction
    is_strict: bool
    outcome: Outcome


def first_crossing(contest: Contest, path: Path) -> Crossing | None:
    """Return the first point of the path at which somebody else is first; None where nobody ever is."""
    sign = -1 if path.end is not None and path.end < path.start else 1

    def outcome(place: Fraction) -> Outcome:
        return contest.outcome(path.at(sign * place))

    stays, end = outcome(sign * path.start), None if path.end is None else sign * path.end
    for low, high in _intervals(contest, path, sign, stays):
        beyond = outcome(_inside(low, high))
        if beyond != stays:
            return Crossing(sign * low, is_strict=True, outcome=beyond)
        if high is None or (high == end and not path.holds_end):
            return None
        reached = outcome(high)
        if reached != stays:
            return Crossing(sign * high, is_strict=False, outcome=reached)
    return None


Interval = tuple[Fraction, Fraction | None]


def _intervals(contest: Contest, path: Path, sign: int, stays: Outcome) -> Iterator[Interval]:
    """Give the open intervals in which nobody passes those who are first, in order, upwards (by the sign)."""
    start, end = sign * path.start, None if path.end is None else sign * path.end
    nodes = sorted({sign * n for n in path.nodes})
    for whole in _cut((start, end), nodes):
        ends = _stands(path, sign, whole)
        marks = [_root(whole, [s.technical[bid] - contest.threshold for s in ends]) for bid in ends[0].technical]
        for piece in _cut(whole, marks):
            yield from _cut(piece, _passings(contest, stays, piece, _stands(path, sign, piece)))


def _passings(
    contest: Contest, stays: Outcome, piece: Interval, ends: tuple[Stand, Stand]
) -> Iterator[Fraction | None]:
    """Give where somebody draws level with one of the first: in the method's figure, or then in the tie rule's."""
    inside = contest.qualified(ends[0])
    if not contest.can_tell(ends[0]):
        return
    for one in stays.winners.intersection(inside):
        for other in inside:
            if other != one:
                ahead = [contest.gap(stand, one, other) for stand in ends]
                yield _root(piece, ahead)
                if not any(ahead):  # equal all along: the tie rule decides
                    yield _root(piece, [stand.technical[one] - stand.technical[other] for stand in ends])
                    yield _root(piece, [Fraction(s.prices[one] or 0) - Fraction(s.prices[other] or 0) for s in ends])


def _cut(interval: Interval, marks: Iterable[Fraction | None]) -> list[Interval]:
    """Return the interval, cut where a mark lies inside it."""
    low, high = interval
    inside = sorted({m for m in marks if m is not None and low < m and (high is None or m < high)})
    edges = [low, *inside]
    pieces: list[Interval] = [*zip(edges, inside, strict=False)]
    return pieces if high is not None and edges[-1] == high else [*pieces, (edges[-1], high)]


def _stands(path: Path, sign: int, interval: Interval) -> tuple[Stand, Stand]:
    one, two = _two(interval)
    return path.at(sign * one), path.at(sign * two)


def _root(interval: Interval, values: list[Fraction]) -> Fraction | None:
    """Return where an even course through these values, at the two places inside, is nothing."""
    if values[0] == values[1]:
        return None
    one, two = _two(interval)
    return one - values[0] * (two - one) / (values[1] - values[0])


def _two(interval: Interval) -> tuple[Fraction, Fraction]:
    low, high = interval
    step = Fraction(1) if high is None else (high - low) / 3
    return low + step, low + 2 * step


def _inside(low: Fraction, high: Fraction | None) -> Fraction:
    return low + 1 if high is None else (low + high) / 2
