"""Scores and rankings in exact fractions (domain.md §3); nothing here is rounded, and nothing is a binary float."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce
from math import lcm

from tender_app.tenders.rules import TieRule

Ratio = tuple[int, int]
Number = Decimal | Fraction  # a figure of the documents, or one tried in its place
Sheet = Mapping[str, Number]  # leaf → points, of one evaluator for one bid
Price = Fraction | int  # rial; plain figures from a file may hold a part of one
HUNDRED = 100
EXACT = Context(prec=1000, traps=[Inexact])  # raises rather than rounds


@dataclass(frozen=True, slots=True)
class Node:
    """A criterion: `weight` among its siblings; a leaf (no children) is scored from 0 to `top`.

    `least`, where the documents fix one, is how many points a bid must have under that leaf, whatever its total.
    """

    id: str
    weight: Decimal
    children: tuple["Node", ...] = ()
    top: Decimal = Decimal(HUNDRED)
    least: Decimal | None = None

    def leaves(self) -> list["Node"]:
        """Return the leaves below, or the node itself."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How evaluators are brought together: plain mean (trim 0), or a mean without `trim` at each end."""

    trim: int = 0
    at_total: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid to rank: its exact technical score of 100 and its price in rial (None where no price counts)."""

    id: str
    technical: Fraction
    price: Price | None


@dataclass(frozen=True, slots=True)
class Place:
    """A ranked bid: `rank` is shared by equals (1, 1, 3); `place` is after the tie rule; equals there need a lot.

    `final` is exact: its text is the working that a page shows, as 1459/20.
    """

    offer: Offer
    final: Fraction
    rank: int
    place: int
    needs_lot: bool


def total(nodes: Sequence[Node], points: Mapping[str, Number]) -> Fraction:
    """Return the score of 100 of sibling criteria: the mean of theirs by weight; a leaf is 100·points/top."""
    weights, scores = [n.weight.as_integer_ratio() for n in nodes], [_score(n, points) for n in nodes]
    gained, parts = _sum([(w * s, u * d) for (w, u), (s, d) in zip(weights, scores, strict=True)])
    whole, unit = _sum(weights)
    return Fraction(gained * unit, parts * whole)


def technical_score(nodes: Sequence[Node], sheets: Sequence[Sheet], how: Aggregation = Aggregation()) -> Fraction:
    """Return a bid's technical score of 100 from the evaluators' sheets."""
    if how.at_total:
        return trimmed_mean([total(nodes, sheet) for sheet in sheets], how.trim)
    return total(nodes, leaf_points(nodes, sheets, how))


def leaf_points(
    nodes: Sequence[Node], sheets: Sequence[Sheet], how: Aggregation = Aggregation()
) -> dict[str, Fraction]:
    """Return what a bid has under each leaf: the points of the evaluators brought together."""
    leaves = [leaf.id for node in nodes for leaf in node.leaves()]
    return {leaf: trimmed_mean([sheet[leaf] for sheet in sheets], how.trim) for leaf in leaves}


def short_leaves(nodes: Sequence[Node], points: Mapping[str, Fraction]) -> list[str]:
    """Return the leaves under which a bid has fewer points than the documents ask; exactly as many are enough."""
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    return [leaf.id for leaf in leaves if leaf.least is not None and points[leaf.id] < Fraction(leaf.least)]


def trimmed_mean(values: Sequence[Number], trim: int) -> Fraction:
    """Return the mean without the `trim` smallest and largest; the plain mean unless more than 2·trim remain."""
    if len(values) == 1:
        return Fraction(values[0])
    kept = sorted(values)[trim:-trim] if trim and len(values) > 2 * trim else values
    whole, unit = _added(kept)
    return Fraction(whole, unit * len(kept))


def weighted_price(price: Price, technical: Fraction, impact: Number) -> Fraction:
    """Return the balanced price (قیمت تراز شده) L = 100·C / (100 − i·(100 − t)), in rial.

    Raises ValueError where i and t together leave nothing to divide by.
    """
    (i, of), (t, unit), (rial, part) = (value.as_integer_ratio() for value in (impact, technical, price))
    divisor = HUNDRED * of * unit - i * (HUNDRED * unit - t)  # whole numbers, reduced once: a ranking asks it often
    if divisor <= 0:
        raise ValueError(f"i {impact} leaves no balanced price for a technical score of {half_up(technical, 2)}")
    return Fraction(HUNDRED * rial * of * unit, part * divisor)


def combined_score(price: Price, technical: Fraction, lowest: Price, shares: tuple[Number, Number]) -> Fraction:
    """Return S = T·St + P·Sf with Sf = 100·Fmin/F; `lowest` is the lowest price among qualified bids alone."""
    return Fraction(shares[0]) * technical + Fraction(shares[1]) * Fraction(HUNDRED * lowest) / price


def by_weighted_price(offers: Sequence[Offer], impact: Number, tie: TieRule = TieRule.TECHNICAL) -> list[Place]:
    """Rank by balanced price, the smallest first."""
    return placed(offers, lambda o: weighted_price(_price(o), o.technical, impact), tie, is_lower_better=True)


def by_quality_and_cost(
    offers: Sequence[Offer], technical_share: Number, price_share: Number, tie: TieRule = TieRule.TECHNICAL
) -> list[Place]:
    """Rank by combined score, the highest first."""
    lowest = min((_price(o) for o in offers), default=0)
    shares = technical_share, price_share
    return placed(offers, lambda o: combined_score(_price(o), o.technical, lowest, shares), tie, is_lower_better=False)


def by_price(offers: Sequence[Offer], tie: TieRule = TieRule.TECHNICAL) -> list[Place]:
    """Rank by price, the lowest first."""
    return placed(offers, lambda o: Fraction(_price(o)), tie, is_lower_better=True)


def by_quality(offers: Sequence[Offer], tie: TieRule = TieRule.TECHNICAL) -> list[Place]:
    """Rank by technical score, the highest first."""
    return placed(offers, lambda o: o.technical, tie, is_lower_better=False)


def within_budget(offers: Sequence[Offer], budget: Number) -> list[Offer]:
    """Return the offers whose price the budget covers; a price equal to it is within."""
    return [o for o in offers if _price(o) <= Fraction(budget)]


def placed(
    offers: Sequence[Offer],
    final: Callable[[Offer], Fraction],
    tie: TieRule = TieRule.TECHNICAL,
    *,
    is_lower_better: bool,
) -> list[Place]:
    """Return the offers in order: by `final`, then the tie rule of the documents; what is still equal needs a lot."""
    finals = [(final(offer), offer) for offer in offers]
    unit = (1 if is_lower_better else -1) * lcm(*[figure.denominator for figure, _ in finals])
    groups: dict[int, list[tuple[Fraction, Offer]]] = {}  # whole numbers over one denominator: found and sorted fast
    for figure, offer in finals:
        groups.setdefault(figure.numerator * (unit // figure.denominator), []).append((figure, offer))
    rows: list[Place] = []
    for _key, level in sorted(groups.items()):
        rank = len(rows) + 1
        level.sort(key=lambda pair: TIES[tie](pair[1]))
        keys = [TIES[tie](offer) for _, offer in level] if len(level) > 1 else [()]
        for (figure, offer), key in zip(level, keys, strict=True):
            before, upto = bisect_left(keys, key), bisect_right(keys, key)
            rows.append(Place(offer, figure, rank, rank + before, upto - before > 1))
    return rows


TIES: Mapping[TieRule, Callable[[Offer], tuple[Price, ...]]] = {  # of equals, the smallest first
    TieRule.TECHNICAL: lambda o: (-o.technical, o.price or 0),
    TieRule.PRICE: lambda o: (o.price or 0, -o.technical),
    TieRule.LOT: lambda _o: (),
}


def runner_up(places: Sequence[Place], guarantee: int | None, *, weighted: bool) -> Place | None:
    """Return the second winner: the next in order whose gap to the first is strictly less than the guarantee (Art. 20).

    Where the law names no second winner, `guarantee` is None and there is none (R30).
    The gap is measured on nominal prices, or on `final` when `weighted` (domain.md §1.14).
    """
    if guarantee is None or len(places) < 2:  # noqa: PLR2004 -- a second needs a first
        return None
    first, second = places[0], places[1]
    gap = second.final - first.final if weighted else Fraction(_price(second.offer) - _price(first.offer))
    return second if gap < guarantee else None


def half_up(value: Fraction, places: int) -> str:
    """Return a fraction as decimal text, rounded half up, for showing only."""
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    digits = f"{whole:0{places + 1}}"
    sign = "-" if value < 0 and whole else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _score(node: Node, points: Mapping[str, Number]) -> Ratio:
    if node.children:
        return total(node.children, points).as_integer_ratio()
    (given, unit), (top, of) = points[node.id].as_integer_ratio(), node.top.as_integer_ratio()
    return HUNDRED * given * of, unit * top


def _added(values: Sequence[Number]) -> Ratio:
    """Return the sum of numbers of one kind: of decimals exactly or not at all."""
    if isinstance(values[0], Decimal):
        return reduce(EXACT.add, values).as_integer_ratio()  # type: ignore[arg-type]
    return _sum([value.as_integer_ratio() for value in values])


def _sum(ratios: Sequence[Ratio]) -> Ratio:
    """Return the sum of fractions as whole numbers over their common denominator, not reduced: exact, and fast."""
    unit = lcm(*[below for _, below in ratios])
    return sum([above * (unit // below) for above, below in ratios]), unit


def _price(offer: Offer) -> Price:
    if offer.price is None:
        raise ValueError(f"bid {offer.id} has no price")
    return offer.price
