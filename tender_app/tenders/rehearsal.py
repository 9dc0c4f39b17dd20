"""The weight rehearsal: plausible bids drawn from a seed and ranked by a draft's own rules, before anybody bids.

Pure and exact: scores and prices are whole numbers, rankings compare them by cross-multiplication, and a share is
rounded only when it is shown. The same terms and the same seed give the same answer, in whatever portions it is computed.
"""

import hashlib
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

MODEL = 1  # how bids are drawn; another way of drawing them is another number, for old results name theirs
TENDERS = 2_000
FEWEST = 3  # bids in a simulated tender: three to six
LEAST_PRICE, PRICE_ROOM = 820, 220  # thousandths of the estimate: from 820, bell-shaped, to 1,040
LEAST_QUALITY, QUALITY_ROOM = 45, 50  # points of a firm as a whole: from 45, bell-shaped, to 95
LEAF_ROOM = 36  # by how many points its criteria scatter around that
DEARER = 2  # of every point of quality a firm asks half a thousandth more (1 / DEARER)
HUNDRED, THOUSAND = 100, 1_000
BELL = 765  # the most that three bytes add up to

Bid = tuple[int, int, tuple[int, ...]]  # score (in parts of a point), price (rial), points by criterion
Tally = dict[str, Any]
Key = tuple[int, int]  # numerator and denominator of what ranks a bid: the greater fraction is the better bid


@dataclass(frozen=True, slots=True)
class Leaf:
    """A criterion that is scored: its title, its weight in the whole, and its least points where it has one, both of 100."""

    title: str
    weight: Fraction
    least: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """What ranks the bids: `effect` is the impact coefficient, or the technical share of a combined score."""

    method: str
    minimum: Fraction
    effect: Fraction
    estimate: int
    leaves: tuple[Leaf, ...]
    ceiling: int = 0  # of a fixed budget; a dearer bid is not ranked
    tie: str = "technical"

    def record(self) -> dict[str, Any]:
        """Return the terms as plain values."""
        return {
            "model": MODEL,
            "method": self.method,
            "minimum": str(self.minimum),
            "effect": str(self.effect),
            "estimate": self.estimate,
            "ceiling": self.ceiling,
            "leaves": [
                [leaf.title, str(leaf.weight), *([str(leaf.least)] if leaf.least else [])] for leaf in self.leaves
            ],
            **({} if self.tie == "technical" else {"tie": self.tie}),
        }


def digest_of(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of plain values."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read(record: Mapping[str, Any]) -> Terms:
    """Return the terms that were recorded."""
    leaves = tuple(Leaf(title, *map(Fraction, figures)) for title, *figures in record["leaves"])
    minimum, effect = Fraction(record["minimum"]), Fraction(record["effect"])
    return Terms(
        record["method"], minimum, effect, record["estimate"], leaves, record["ceiling"], record.get("tie", "technical")
    )


class Scale:
    """The terms in whole numbers: weights over one denominator, so that a score is a sum of products."""

    def __init__(self, terms: Terms) -> None:
        common = math.lcm(*(leaf.weight.denominator for leaf in terms.leaves))
        self.terms = terms
        self.weights = [int(leaf.weight * common) for leaf in terms.leaves]
        self.point = sum(self.weights)  # one point of the technical score of 100
        self.least = math.ceil(terms.minimum * self.point)
        self.leasts = [(n, math.ceil(leaf.least)) for n, leaf in enumerate(terms.leaves) if leaf.least]
        self.tie = TIES[terms.tie]
        self.key = KEYS[terms.method]
        self.up, self.down = terms.effect.numerator, terms.effect.denominator
        self.whole = HUNDRED * self.point

    def keys(self, bids: Sequence[Bid]) -> list[Key]:
        """Return what ranks each bid among these."""
        lowest = min(bid[1] for bid in bids)
        return [self.key(self, bid[0], bid[1], lowest) for bid in bids]

    def qualified(self, bids: Sequence[Bid]) -> list[int]:
        """Return the places of the bids that reach every minimum, within the budget where one is fixed."""
        ceiling = self.terms.ceiling
        return [
            place
            for place, bid in enumerate(bids)
            if bid[0] >= self.least
            and not 0 < ceiling < bid[1]
            and all(bid[2][leaf] >= least for leaf, least in self.leasts)
        ]

    def order(self, bids: Sequence[Bid], among: Sequence[int]) -> list[int]:
        """Return the first and the second of the bids at these places, as far as there are so many."""
        keys = self.keys([bids[place] for place in among]) if among else []
        first = second = -1
        for n in range(len(among)):
            if first < 0 or self._is_better(keys[n], bids[among[n]], keys[first], bids[among[first]]):
                first, second = n, first
            elif second < 0 or self._is_better(keys[n], bids[among[n]], keys[second], bids[among[second]]):
                second = n
        return [among[n] for n in (first, second) if n >= 0]

    def _is_better(self, key: Key, bid: Bid, other_key: Key, other: Bid) -> bool:
        """Tell whether a bid ranks before another: by its fraction, then the tie rule; the lot falls on the earlier one."""
        mine, theirs = key[0] * other_key[1], other_key[0] * key[1]
        if mine != theirs:
            return mine > theirs
        return self.tie(bid) > self.tie(other)


TIES: dict[str, Callable[[Bid], tuple[int, ...]]] = {  # of equals, the greatest first
    "technical": lambda bid: (bid[0], -bid[1]),
    "price": lambda bid: (-bid[1], bid[0]),
    "lot": lambda _bid: (),
}


def _by_weighted_price(scale: Scale, score: int, price: int, _lowest: int) -> Key:
    """The balanced price C·100/(100 − i·(100 − t)), turned over: the smallest is the best."""
    return scale.whole * scale.down - scale.up * (scale.whole - score), price


def _by_quality_and_cost(scale: Scale, score: int, price: int, lowest: int) -> Key:
    """The combined score T·t + P·100·Fmin/F, both sides multiplied by the price."""
    return scale.up * score * price + (scale.down - scale.up) * scale.whole * lowest, price


def _by_price(_scale: Scale, _score: int, price: int, _lowest: int) -> Key:
    return 1, price


def _by_quality(_scale: Scale, score: int, _price: int, _lowest: int) -> Key:
    return score, 1


KEYS: dict[str, Callable[[Scale, int, int, int], Key]] = {
    "weighted_price": _by_weighted_price,
    "qcbs": _by_quality_and_cost,
    "least_cost": _by_price,
    "quality_only": _by_quality,
    "fixed_budget": _by_quality,
}


def draw(scale: Scale, seed: int, place: int) -> list[Bid]:
    """Return the bids of the simulated tender at a place: each has its own draws, whatever was drawn before it."""
    bits = random.Random(f"{MODEL}:{seed}:{place}").getrandbits  # noqa: S311 -- to be repeated, not to be secret
    estimate, bids = scale.terms.estimate, []
    for _unused in range(FEWEST + bits(2)):
        quality = LEAST_QUALITY + _bell(bits(24), QUALITY_ROOM)
        points = tuple(
            min(max(quality + _bell(bits(24), LEAF_ROOM) - LEAF_ROOM // 2, 0), HUNDRED) for _unused in scale.weights
        )
        thousandths = LEAST_PRICE + _bell(bits(24), PRICE_ROOM) + (quality - LEAST_QUALITY) // DEARER
        price = estimate * thousandths // THOUSAND + bits(16)  # odd amounts, as offered sums are
        bids.append((sum(map(int.__mul__, scale.weights, points)), price, points))
    return bids


def _bell(bits: int, room: int) -> int:
    """Return a whole number from 0 to `room`, most often in its middle: the sum of three bytes."""
    return ((bits & 255) + (bits >> 8 & 255) + (bits >> 16)) * room // BELL


def simulate(terms: Terms, seed: int, places: range) -> Tally:
    """Return the counts of the simulated tenders at these places."""
    scale, tally = Scale(terms), blank(terms)
    for place in places:
        _count(scale, draw(scale, seed, place), tally)
    return tally


def blank(terms: Terms) -> Tally:
    """Return counts of nothing."""
    names = (
        "tenders bids qualified below near_below near_above contested nearly_won one_point "
        "by_both by_price by_quality by_neither quality_spread price_spread"
    )
    return dict.fromkeys(names.split(), 0) | {"flips": [0] * len(terms.leaves), "scores": [0] * (HUNDRED + 1)}


def merged(one: Tally, other: Tally) -> Tally:
    """Return the counts of two portions together."""
    return {
        name: [a + b for a, b in zip(value, other[name], strict=True)]
        if isinstance(value, list)
        else value + other[name]
        for name, value in one.items()
    }


def _count(scale: Scale, bids: Sequence[Bid], tally: Tally) -> None:
    among = scale.qualified(bids)
    tally["tenders"] += 1
    tally["bids"] += len(bids)
    tally["qualified"] += len(among)
    tally["below"] += sum(bid[0] < scale.least for bid in bids)
    for score, _price, _points in bids:
        tally["scores"][score // scale.point] += 1
        tally["near_below"] += scale.least - scale.point <= score < scale.least
        tally["near_above"] += scale.least <= score < scale.least + scale.point
    _count_fallen(scale, bids, among, tally)
    if len(among) > 1:
        tally["contested"] += 1
        _count_contest(scale, bids, among, tally)


def _count_fallen(scale: Scale, bids: Sequence[Bid], among: Sequence[int], tally: Tally) -> None:
    """Count a tender in which a bid less than a point under the minimum would have won."""
    raised = [(bid[0] + scale.point, *bid[1:]) for bid in bids]
    fallen = set(scale.qualified(raised)) - set(among)
    tally["nearly_won"] += any(scale.order(bids, [*among, n])[0] == n for n in fallen)


def _count_contest(scale: Scale, bids: Sequence[Bid], among: Sequence[int], tally: Tally) -> None:
    winner, second = scale.order(bids, among)
    cheapest, best = min(bids[n][1] for n in among), max(bids[n][0] for n in among)
    by_price, by_quality = bids[winner][1] == cheapest, bids[winner][0] == best
    tally[_kind(by_price=by_price, by_quality=by_quality)] += 1
    _count_spread(scale, [bids[n] for n in among], tally)
    raised = list(bids)
    raised[second] = (bids[second][0] + scale.point, *bids[second][1:])
    tally["one_point"] += scale.order(raised, among)[0] != winner
    for leaf, weight in enumerate(scale.weights):
        tally["flips"][leaf] += _winner_without(scale, bids, leaf, weight) != winner


def _kind(*, by_price: bool, by_quality: bool) -> str:
    if by_price:
        return "by_both" if by_quality else "by_price"
    return "by_quality" if by_quality else "by_neither"


def _winner_without(scale: Scale, bids: Sequence[Bid], leaf: int, weight: int) -> int | None:
    """Return the winner had every firm the same points, their mean, under a criterion."""
    mean = sum(bid[2][leaf] for bid in bids) // len(bids)
    levelled = [(bid[0] + weight * (mean - bid[2][leaf]), bid[1], bid[2]) for bid in bids]
    return next(iter(scale.order(levelled, scale.qualified(levelled))), None)


def _count_spread(scale: Scale, bids: Sequence[Bid], tally: Tally) -> None:
    """Add how far scores (in hundredths of a point) and prices (in thousandths of the estimate) lie apart, squared."""
    count = len(bids)
    scores = [bid[0] * HUNDRED // scale.point for bid in bids]
    prices = [bid[1] * THOUSAND // scale.terms.estimate for bid in bids]
    tally["quality_spread"] += count * sum(s * s for s in scores) - sum(scores) ** 2
    tally["price_spread"] += count * sum(p * p for p in prices) - sum(prices) ** 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What one technical point is worth in rial: to a bid at the estimate, with this score."""

    score: Fraction
    rial: int


def costs(terms: Terms, tally: Tally) -> list[Cost]:
    """Return what one point is worth at the minimum, at the median of the qualified, and at the top."""
    return [Cost(at, worth(terms, at)) for at in (terms.minimum, Fraction(median(terms, tally)), Fraction(HUNDRED))]


def worth(terms: Terms, score: Fraction) -> int:
    """Return by how many rial a bid at the estimate may be dearer for one point more and rank as before."""
    if terms.method == "weighted_price":
        return int(terms.estimate * terms.effect / (HUNDRED - terms.effect * (HUNDRED - score)))
    if terms.method == "qcbs":
        price = (1 - terms.effect) * HUNDRED - terms.effect
        return int(terms.estimate * terms.effect / price) if price > 0 else 0
    return 0


def median(terms: Terms, tally: Tally) -> int:
    """Return the middle whole point of the scores that reach the minimum."""
    scores = [0 if place < int(terms.minimum) else count for place, count in enumerate(tally["scores"])]
    half, passed = (sum(scores) + 1) // 2, 0
    for place, count in enumerate(scores):
        passed += count
        if passed >= half:
            return place
    return HUNDRED


def technical_share(terms: Terms, tally: Tally) -> Fraction:
    """Return how much of what sets bids apart is their technical score, of 1: both spreads measured in rial."""
    if terms.method == "least_cost":
        return Fraction(0)
    if terms.method in {"quality_only", "fixed_budget"}:
        return Fraction(1)
    rate = Fraction(worth(terms, Fraction(median(terms, tally))) * THOUSAND, terms.estimate * HUNDRED)
    quality, price = rate * rate * tally["quality_spread"], Fraction(tally["price_spread"])
    return quality / (quality + price) if quality + price else Fraction(0)


def share(count: int, of: int) -> Fraction:
    """Return a count as a share of 100."""
    return Fraction(count * HUNDRED, of) if of else Fraction(0)
