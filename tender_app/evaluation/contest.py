"""A ranked tender as plain values: what its winner depends on, and who wins where one of its numbers is another (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tender_app.evaluation import methods, scoring
from tender_app.evaluation.methods import Figures
from tender_app.evaluation.scoring import Aggregation, Node, Number, Offer, Place, Price, Sheet
from tender_app.tenders.rules import Method

Points = Mapping[str, Number]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who is first: several where a lot decides, nobody where none qualifies.

    `sealed` are the bids whose price nobody knows and on whom it would turn: then nobody can tell who is first.
    """

    winners: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stand:
    """The scores, prices and figures while one number is another; `priced` is the bid whose price that number is.

    `short` are the bids that have fewer points under some leaf than the documents ask there.
    """

    technical: Mapping[str, Fraction]
    prices: Mapping[str, Price | None]
    figures: Figures
    priced: str = ""
    short: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contest:
    """The bids of a tender with what ranks them; a price is None while its envelope stays sealed."""

    method: Method
    figures: Figures
    nodes: tuple[Node, ...]
    sheets: Mapping[str, Mapping[str, Sheet]]  # evaluator → bid → leaf → points
    prices: Mapping[str, Price | None]
    threshold: Fraction
    how: Aggregation

    def given(self, bid: str) -> list[Sheet]:
        """Return the sheets of a bid, in the order of the evaluators."""
        return [sheet[bid] for sheet in self.sheets.values()]

    def stand(self) -> Stand:
        """Return what holds as things are."""
        points = {bid: means(self, bid) for bid in self.prices}
        scores = {
            bid: scoring.technical_score(self.nodes, self.given(bid), self.how)
            if self.how.at_total
            else scoring.total(self.nodes, own)
            for bid, own in points.items()
        }
        short = frozenset(bid for bid, own in points.items() if scoring.short_leaves(self.nodes, own))
        return Stand(scores, self.prices, self.figures, short=short)

    def qualified(self, stand: Stand) -> list[str]:
        """Return the bids that reach the minimum, in all and under every leaf."""
        return [bid for bid, score in stand.technical.items() if score >= self.threshold and bid not in stand.short]

    def can_tell(self, stand: Stand) -> bool:
        """Tell whether the places follow from what is known: by quality alone a sealed price does not count."""
        return self.method in methods.NEGOTIATED or not self.sealed(stand)

    def sealed(self, stand: Stand) -> frozenset[str]:
        """Return the qualified bids whose price nobody knows."""
        hidden = [bid for bid, price in stand.prices.items() if price is None]
        return frozenset(self.qualified(stand)).intersection(hidden) if hidden else frozenset()

    def places(self, stand: Stand) -> list[Place]:
        """Return the places of the qualified bids, by the tender's method."""
        offers = [Offer(bid, stand.technical[bid], stand.prices[bid]) for bid in self.qualified(stand)]
        return methods.places(self.method, offers, stand.figures)

    def outcome(self, stand: Stand) -> Outcome:
        """Return who is first, as far as the prices are known."""
        sealed = self.sealed(stand)
        if sealed and self.method not in methods.NEGOTIATED:
            return Outcome(sealed=sealed)
        places = self.places(stand)
        first = frozenset(p.offer.id for p in places if p.rank == 1)
        if len(first) > 1 and first & sealed:
            return Outcome(sealed=first & sealed)
        return Outcome(frozenset(p.offer.id for p in places if p.place == 1))

    def lowest(self, stand: Stand, inside: Sequence[str]) -> Fraction:
        """Return the lowest price known of these bids, by which the others are measured; 1 where nothing is."""
        return min((_price(stand, bid) for bid in inside if stand.prices[bid] is not None), default=ONE)

    def gap(self, stand: Stand, one: str, other: str, lowest: Fraction) -> Fraction:
        """Return by how much `one` is ahead of `other`, scaled so that it changes evenly with any single number."""
        scores, (mine, theirs) = stand.technical, (_price(stand, one), _price(stand, other))
        if self.method is Method.WEIGHTED_PRICE:
            impact = Fraction(stand.figures.impact)
            left = scoring.HUNDRED * (1 - impact)
            return (left + impact * scores[one]) * theirs - (left + impact * scores[other]) * mine
        if self.method is Method.LEAST_COST:
            return theirs - mine
        if self.method is not Method.QCBS:
            return scores[one] - scores[other]
        by_score = Fraction(stand.figures.technical_share) * (scores[one] - scores[other])
        by_price = Fraction(stand.figures.price_share) * scoring.HUNDRED * (theirs - mine)
        scale = mine * theirs / lowest
        return by_score * scale + by_price if stand.priced in (one, other) else by_score + by_price / scale


def without(contest: Contest, evaluator: str) -> Contest:
    """Return the contest without one evaluator's sheet."""
    left = {name: sheet for name, sheet in contest.sheets.items() if name != evaluator}
    return Contest(contest.method, contest.figures, contest.nodes, left, contest.prices, contest.threshold, contest.how)


def means(contest: Contest, bid: str) -> dict[str, Fraction]:
    """Return the mean of the evaluators at each leaf, as the documents bring them together."""
    return scoring.leaf_points(contest.nodes, contest.given(bid), contest.how)


def parts(nodes: Sequence[Node]) -> dict[str, Fraction]:
    """Return which part of the whole each criterion is."""
    whole = sum((Fraction(node.weight) for node in nodes), Fraction(0))
    found: dict[str, Fraction] = {}
    for node in nodes:
        own = Fraction(node.weight) / whole
        found[node.id] = own
        found |= {below: own * part for below, part in parts(node.children).items()} if node.children else {}
    return found


def _price(stand: Stand, bid: str) -> Fraction:
    return Fraction(stand.prices[bid] or 0)
