"""How little must change for somebody else to be first: one weight, one figure, one score, one price, one evaluator (pure).

Every bound is an exact fraction, and the winner beside it is found by the very ranking of the method. A change of a score
may take the first bid below the minimum (of all, or of a leaf), or bring another over it whose price nobody knows: then
nobody knows who is first. Bids that are short under a leaf stay out while weights, figures and prices change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial

from tender_app.evaluation import scoring
from tender_app.evaluation.contest import Contest, Outcome, Points, Stand, means, parts, without
from tender_app.evaluation.scoring import Node, Place
from tender_app.evaluation.single_score import turned
from tender_app.evaluation.sweep import Path, first_crossing
from tender_app.tenders.rules import Method

ZERO, ONE = Fraction(0), Fraction(1)


class Kind(Enum):
    """Which number it is that changes."""

    WEIGHT = "weight"
    FIGURE = "figure"
    SCORE = "score"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one number, in one direction, after which another is first.

    `bound` suffices unless it `is_strict`: then the number must pass it, however little. `size` is the change as a part
    of the number's whole range (of itself, for a price), so that changes of different kinds compare.
    """

    kind: Kind
    about: tuple[str, ...]  # a criterion; nothing; an evaluator, a bid and a criterion; a bid
    was: Fraction
    bound: Fraction
    is_up: bool
    is_strict: bool
    outcome: Outcome
    size: Fraction

    @property
    def is_known(self) -> bool:
        """Tell whether one can say who is first then."""
        return not self.outcome.sealed


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What would be without one evaluator: who is first, and the places (none where a sealed price would count)."""

    evaluator: str
    outcome: Outcome
    places: tuple[Place, ...]


def smallest(changes: Sequence[Change]) -> Change | None:
    """Return the smallest of the changes whose outcome is known."""
    return min((c for c in changes if c.is_known), key=order, default=None)


def order(change: Change) -> tuple[Fraction, bool, bool]:
    """Return what changes are sorted by: the smallest first, and of equals the one that need not be passed."""
    return change.size, change.is_strict, not change.is_up


def weights(contest: Contest) -> list[Change]:
    """Return for each weight what changes the winner while its siblings share the rest in proportion."""
    stand, shares = contest.stand(), parts(contest.nodes)
    given = {bid: [_all_scores(contest.nodes, points) for points in _points(contest, bid)] for bid in contest.prices}
    return [
        change
        for group, siblings, share in _families("", contest.nodes, ONE, shares)
        for node in siblings
        for change in _weight(contest, stand, (group, siblings, node, share), given)
    ]


def figures(contest: Contest) -> list[Change]:
    """Return what change of the impact coefficient, or of the technical share, changes the winner; none by other methods."""
    stand, now = contest.stand(), contest.figures
    if contest.method is Method.WEIGHTED_PRICE:
        was = Fraction(now.impact)

        def at(x: Fraction) -> Stand:
            return replace(stand, figures=replace(now, impact=x))
    elif contest.method is Method.QCBS:
        was = Fraction(now.technical_share)

        def at(x: Fraction) -> Stand:
            return replace(stand, figures=replace(now, technical_share=x, price_share=1 - x))
    else:
        return []
    is_whole = contest.method is Method.QCBS  # a coefficient of 1 divides by nothing where a score is nothing
    ways = [Path(at, was, ONE, holds_end=is_whole), Path(at, was, ZERO)]
    return list(_changes(contest, Kind.FIGURE, (), was, ways, ONE))


def prices(contest: Contest) -> list[Change]:
    """Return what change of a price that was read changes the winner."""
    stand, found = contest.stand(), list[Change]()
    for bid in contest.qualified(stand):
        if (price := contest.prices[bid]) is not None:
            was = Fraction(price)
            others = [
                Fraction(p) for b in contest.qualified(stand) if b != bid and (p := contest.prices[b]) is not None
            ]
            nodes = (*([min(others)] if others else []), Fraction(contest.figures.budget))
            at = partial(_priced, stand, bid)
            ways = [Path(at, was, None, nodes=nodes), Path(at, was, ZERO, holds_end=False, nodes=nodes)]
            found += _changes(contest, Kind.PRICE, (bid,), was, ways, was)
    return found


def scores(contest: Contest) -> list[Change]:
    """Return for each evaluator's each score what changes the winner."""
    return [
        Change(
            Kind.SCORE,
            one.about,
            one.was,
            one.crossing.bound,
            one.is_up,
            one.crossing.is_strict,
            one.crossing.outcome,
            abs(one.crossing.bound - one.was) / one.top,
        )
        for one in turned(contest)
    ]


def left_out(contest: Contest) -> list[LeftOut]:
    """Return the effect of leaving out each evaluator; nothing where there is one alone."""
    if len(contest.sheets) < 2:  # noqa: PLR2004 -- somebody has to be left
        return []
    found = []
    for evaluator in contest.sheets:
        rest = without(contest, evaluator)
        stand = rest.stand()
        outcome = rest.outcome(stand)
        found.append(LeftOut(evaluator, outcome, () if outcome.sealed else tuple(rest.places(stand))))
    return found


def _changes(
    contest: Contest, kind: Kind, about: tuple[str, ...], was: Fraction, ways: Sequence[Path], whole: Fraction
) -> Iterator[Change]:
    for way in ways:
        found = first_crossing(contest, way)
        if found is not None:
            is_up = way.end is None or way.end > was
            size = abs(found.bound - was) / whole
            yield Change(kind, about, was, found.bound, is_up, found.is_strict, found.outcome, size)


Family = tuple[str, tuple[Node, ...], Fraction]


def _families(group: str, nodes: tuple[Node, ...], share: Fraction, shares: dict[str, Fraction]) -> Iterator[Family]:
    """Give the groups whose criteria compete, with the part of the whole that they are together."""
    if share and len(nodes) > 1:
        yield group, nodes, share
    for node in nodes:
        yield from _families(node.id, node.children, shares[node.id], shares)


def _all_scores(nodes: tuple[Node, ...], points: Points, group: str = "") -> dict[str, Fraction]:
    """Return the score of 100 of every criterion and group, and of the whole (named by nothing)."""
    found = {group: scoring.total(nodes, points)}
    for node in nodes:
        alone = replace(node, weight=Decimal(1))
        found |= (
            _all_scores(node.children, points, node.id) if node.children else {node.id: scoring.total([alone], points)}
        )
    return found


def _points(contest: Contest, bid: str) -> list[Points]:
    """Return the points of which a bid's score is the (trimmed) mean: the means, or each evaluator's own."""
    return list(contest.given(bid)) if contest.how.at_total else [means(contest, bid)]


Line = tuple[Fraction, Fraction]  # a score now, and by how much it moves with the number
Spot = tuple[str, tuple[Node, ...], Node, Fraction]


def _weight(
    contest: Contest, stand: Stand, place: Spot, given: dict[str, list[dict[str, Fraction]]]
) -> Iterator[Change]:
    group, siblings, node, share = place
    whole, was = sum((Fraction(n.weight) for n in siblings), ZERO), Fraction(node.weight)
    if was == whole:
        return
    part = share / (whole - was)
    lines = {bid: [(s[""], part * (s[node.id] - s[group])) for s in sets] for bid, sets in given.items()}
    trim = contest.how.trim if contest.how.at_total else 0

    def at(x: Fraction) -> Stand:
        moved = {b: scoring.trimmed_mean([_along(line, x - was) for line in own], trim) for b, own in lines.items()}
        return replace(stand, technical=moved)

    nodes = tuple(was + x for own in lines.values() for x in _meetings(own)) if trim else ()
    ways = [Path(at, was, whole, nodes=nodes), Path(at, was, ZERO, nodes=nodes)]
    yield from _changes(contest, Kind.WEIGHT, (node.id,), was, ways, whole)


def _along(line: Line, way: Fraction) -> Fraction:
    """Return the score when the number has moved so far: reduced once."""
    (now, unit), (by, of), (far, part) = (value.as_integer_ratio() for value in (*line, way))
    return Fraction(now * of * part + by * far * unit, unit * of * part)


def _meetings(lines: Sequence[Line]) -> Iterator[Fraction]:
    """Give by how much the number has moved where two evaluators' totals meet, so that their order changes."""
    for place, (now, by) in enumerate(lines):
        for other, by_other in lines[place + 1 :]:
            if by != by_other:
                yield (other - now) / (by - by_other)


def _priced(stand: Stand, bid: str, price: Fraction) -> Stand:
    return replace(stand, prices={**stand.prices, bid: price}, priced=bid)
