"""A ranked tender as plain values: what its winner depends on, and who wins where one of its numbers is another (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tender_app.evaluation import methods, scoring
from tender_app.evaluation.methods import Figures
from tender_app.evaluation.scoring import Aggregation, Node, Number, Offer, Place, Price, Sheet
from tender_app.tenders.rules import Method

Points = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who is first: several where a lot decides, nobody where none qualifies.

    `sealed` are the bids whose price nobody knows and on whom it would turn: then nobody can tell who is first.
    """

    winners: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stand:
    """The scores, prices and figures while one number is another; `priced` is the bid whose price that number is."""

    technical: Mapping[str, Fraction]
    prices: Mapping[str, Price | None]
    figures: Figures
    priced: str = ""


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
        scores = {bid: scoring.technical_score(self.nodes, self.given(bid), self.how) for bid in self.prices}
        return Stand(scores, self.prices, self.figures)

    def qualified(self, stand: Stand) -> list[str]:
        """Return the bids that reach the minimum."""
        return [bid for bid, score in stand.technical.items() if score >= self.threshold]

    def can_tell(self, stand: Stand) -> bool:
        """Tell whether the places follow from what is known: by quality alone a sealed price does not count."""
        is_open = all(stand.prices[bid] is not None for bid in self.qualified(stand))
        return is_open or self.method in methods.NEGOTIATED

    def places(self, stand: Stand) -> list[Place]:
        """Return the places of the qualified bids, by the tender's method."""
        offers = [Offer(bid, stand.technical[bid], stand.prices[bid]) for bid in self.qualified(stand)]
        return methods.places(self.method, offers, stand.figures)

    def outcome(self, stand: Stand) -> Outcome:
        """Return who is first, as far as the prices are known."""
        sealed = frozenset(bid for bid in self.qualified(stand) if stand.prices[bid] is None)
        if not self.can_tell(stand):
            return Outcome(sealed=sealed)
        places = self.places(stand)
        first = frozenset(p.offer.id for p in places if p.rank == 1)
        if len(first) > 1 and first & sealed:
            return Outcome(sealed=first & sealed)
        return Outcome(frozenset(p.offer.id for p in places if p.place == 1))

    def gap(self, stand: Stand, one: str, other: str) -> Fraction:
        """Return by how much `one` is ahead of `other`, scaled so that it changes evenly with any single number."""
        scores, (mine, theirs) = stand.technical, (_price(stand, one), _price(stand, other))
        if self.method is Method.WEIGHTED_PRICE:
            impact = Fraction(stand.figures.impact)
            divisors = [scoring.HUNDRED - impact * (scoring.HUNDRED - scores[bid]) for bid in (one, other)]
            return divisors[0] * theirs - divisors[1] * mine
        if self.method is Method.LEAST_COST:
            return theirs - mine
        if self.method is not Method.QCBS:
            return scores[one] - scores[other]
        shares = stand.figures.technical_share, stand.figures.price_share
        lowest = min(_price(stand, bid) for bid in self.qualified(stand))
        ahead = [scoring.combined_score(_price(stand, b), scores[b], lowest, shares) for b in (one, other)]
        return (ahead[0] - ahead[1]) * (mine * theirs / lowest if stand.priced in (one, other) else 1)


def without(contest: Contest, evaluator: str) -> Contest:
    """Return the contest without one evaluator's sheet."""
    left = {name: sheet for name, sheet in contest.sheets.items() if name != evaluator}
    return Contest(contest.method, contest.figures, contest.nodes, left, contest.prices, contest.threshold, contest.how)


def means(contest: Contest, bid: str) -> Points:
    """Return the mean of the evaluators at each leaf, as the documents bring them together."""
    leaves = [leaf.id for node in contest.nodes for leaf in node.leaves()]
    sheets = contest.given(bid)
    return {leaf: scoring.trimmed_mean([s[leaf] for s in sheets], contest.how.trim) for leaf in leaves}


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
