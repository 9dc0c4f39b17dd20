"""The first point at which a winner changes while one number moves: exact, for whatever is linear piece by piece (pure)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tender_app.evaluation import methods
from tender_app.evaluation.contest import Contest, Outcome, Stand
from tender_app.tenders.rules import Method


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

    @cache
    def at(place: Fraction) -> Stand:
        return path.at(sign * place)

    def outcome(place: Fraction) -> Outcome:
        return contest.outcome(at(place))

    stays, end = outcome(sign * path.start), None if path.end is None else sign * path.end
    for low, high in _intervals(contest, at, (sign * path.start, end), [sign * n for n in path.nodes], stays):
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
Marks = list[Fraction | None]


def _intervals(
    contest: Contest, at: Callable[[Fraction], Stand], way: Interval, nodes: Sequence[Fraction], stays: Outcome
) -> Iterator[Interval]:
    """Give the open intervals of the way in which nobody passes those who are first, in order.

    What draws level is asked once for all of an even course, and again only where the lowest price is another.
    """
    is_measured = contest.method is Method.QCBS
    for whole in _cut(way, nodes):
        one, two = (at(place) for place in _two(whole))
        marks = [
            _root(whole, (score - contest.threshold, two.technical[bid] - contest.threshold))
            for bid, score in one.technical.items()
            if score is not two.technical[bid] and bid not in one.short
        ]
        known: dict[tuple[Fraction, Fraction], Marks] = {}
        for piece in _cut(whole, marks):
            inside = contest.qualified(at(_inside(*piece))) if is_measured else []
            lowest = contest.lowest(one, inside), contest.lowest(two, inside)
            if lowest not in known:
                known[lowest] = list(_passings(contest, stays, whole, (one, two), lowest))
            yield from _cut(piece, known[lowest])


def _passings(
    contest: Contest, stays: Outcome, whole: Interval, ends: tuple[Stand, Stand], lowest: tuple[Fraction, Fraction]
) -> Iterator[Fraction | None]:
    """Give where somebody draws level with one of the first: in the method's figure, or then in the tie rule's."""
    first, last = ends
    is_known = {bid for bid in first.prices if contest.method in methods.NEGOTIATED or first.prices[bid] is not None}
    rivals = is_known - first.short
    is_steady = first.figures is last.figures and lowest[0] == lowest[1]
    moving = {
        bid
        for bid in rivals
        if first.technical[bid] is not last.technical[bid] or first.prices[bid] is not last.prices[bid]
    }
    for one in stays.winners & rivals:
        for other in rivals if not is_steady or one in moving else moving:
            if other != one:
                ahead = contest.gap(first, one, other, lowest[0]), contest.gap(last, one, other, lowest[1])
                yield _root(whole, ahead)
                if not any(ahead):  # equal all along: the tie rule decides
                    yield _root(whole, _behind(ends, one, other, lambda s, bid: s.technical[bid]))
                    yield _root(whole, _behind(ends, one, other, lambda s, bid: Fraction(s.prices[bid] or 0)))


def _behind(
    ends: tuple[Stand, Stand], one: str, other: str, of: Callable[[Stand, str], Fraction]
) -> tuple[Fraction, Fraction]:
    first, last = ends
    return of(first, one) - of(first, other), of(last, one) - of(last, other)


def _cut(interval: Interval, marks: Iterable[Fraction | None]) -> list[Interval]:
    """Return the interval, cut where a mark lies inside it."""
    low, high = interval
    inside = sorted({m for m in marks if m is not None and low < m and (high is None or m < high)})
    edges = [low, *inside]
    pieces: list[Interval] = [*zip(edges, inside, strict=False)]
    return pieces if high is not None and edges[-1] == high else [*pieces, (edges[-1], high)]


def _root(interval: Interval, values: tuple[Fraction, Fraction]) -> Fraction | None:
    """Return where an even course through these values, at the two places inside, is nothing, if that lies in the interval."""
    (above, of), (above_next, of_next) = values[0].as_integer_ratio(), values[1].as_integer_ratio()
    ahead, fall = above * of_next, above * of_next - above_next * of  # whole numbers: most courses reach nothing inside
    if fall < 0:
        ahead, fall = -ahead, -fall
    if not fall or ahead <= -fall or (ahead >= 2 * fall and interval[1] is not None):
        return None
    one, two = _two(interval)
    return one + Fraction(ahead, fall) * (two - one)


def _two(interval: Interval) -> tuple[Fraction, Fraction]:
    low, high = interval
    step = Fraction(1) if high is None else (high - low) / 3
    return low + step, low + 2 * step


def _inside(low: Fraction, high: Fraction | None) -> Fraction:
    return low + 1 if high is None else (low + high) / 2
