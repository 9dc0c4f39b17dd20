"""Which change of one evaluator's one score makes somebody else first: by the bid's total, or by the least of the leaf (pure)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial

from tender_app.evaluation import scoring
from tender_app.evaluation.contest import Contest, Outcome, Stand, means, parts
from tender_app.evaluation.scoring import Node
from tender_app.evaluation.sweep import Crossing, Path, first_crossing

ZERO, WHOLE = Fraction(0), Fraction(scoring.HUNDRED)
Onward = Callable[[Fraction], Crossing | None]  # from a total of the bid, the first crossing beyond it


@dataclass(frozen=True, slots=True)
class Turned:
    """A score of an evaluator (of `top` points) and the first points at which another is first."""

    about: tuple[str, str, str]  # an evaluator, a bid and a criterion
    was: Fraction
    top: Fraction
    is_up: bool
    crossing: Crossing


def turned(contest: Contest) -> Iterator[Turned]:
    """Give for each evaluator's each score, in both directions, the first change of the winner."""
    stand, shares = contest.stand(), parts(contest.nodes)
    leaves = [leaf for node in contest.nodes for leaf in node.leaves()]
    for bid in contest.prices:
        short = scoring.short_leaves(contest.nodes, means(contest, bid)) if bid in stand.short else []
        if len(short) > 1:  # no single score brings it back
            continue
        inside = replace(stand, short=stand.short - {bid})
        for end in (WHOLE, ZERO):
            onward = cache(lambda start, bid=bid, end=end, at=inside: _onward(contest, at, bid, start, end))
            for leaf in leaves:
                if not short or (short == [leaf.id] and end):
                    yield from _Single(contest, stand, bid, leaf, shares[leaf.id], end > 0).turns(onward)


def _onward(contest: Contest, stand: Stand, bid: str, start: Fraction, end: Fraction) -> Crossing | None:
    return first_crossing(contest, Path(partial(_scored, stand, bid), start, end))


def _scored(stand: Stand, bid: str, score: Fraction) -> Stand:
    return replace(stand, technical={**stand.technical, bid: score})


@dataclass(frozen=True, slots=True)
class _Mean:
    """Values of which the (trimmed) mean counts."""

    values: Sequence[Fraction]
    trim: int

    @property
    def counted(self) -> int:
        """Return how many of them count."""
        return len(self.values) - 2 * self.trim

    def value_for(self, goal: Fraction, turn: int, *, is_up: bool, strict: bool) -> Fraction | None:
        """Return which value in this turn takes the mean to the goal (strict: beyond it, however little), if any does.

        A trimmed mean moves with one value only while that value is not itself trimmed.
        """
        rest = sorted([*self.values[:turn], *self.values[turn + 1 :]])
        value = goal * self.counted - sum(rest[self.trim : len(rest) - self.trim], ZERO)
        if not self.trim:
            return value
        edge = rest[-self.trim] if is_up else rest[self.trim - 1]
        left = edge - value if is_up else value - edge
        return value if left > 0 or (left == 0 and not strict) else None


@dataclass(frozen=True, slots=True)
class _Single:
    """The scores of one bid under one leaf, in one direction; the leaf is such a share of the whole."""

    contest: Contest
    stand: Stand
    bid: str
    leaf: Node
    share: Fraction
    is_up: bool

    def turns(self, onward: Onward) -> Iterator[Turned]:
        """Give where each evaluator's score changes the winner, if it does anywhere."""
        sheets, top = self.contest.given(self.bid), Fraction(self.leaf.top)
        trim = self.contest.how.trim if len(sheets) > 2 * self.contest.how.trim else 0
        score, is_out = self.stand.technical[self.bid], self.bid in self.stand.short
        ahead = None if is_out else onward(score)
        worth = self.share * scoring.HUNDRED / top
        counted = len(sheets) - 2 * trim
        if ahead and abs(ahead.bound - score) * counted > worth * top:
            ahead = None  # further than one score can move the whole
        has_least = self.leaf.least is not None and (is_out or not self.is_up)
        if ahead is None and not has_least:
            return
        here = _Mean([Fraction(sheet[self.leaf.id]) for sheet in sheets], trim)
        for turn, evaluator in enumerate(self.contest.sheets):
            own = self._by_total(here, turn, ahead)
            if has_least:
                own = self._back(here, turn, onward) if is_out else self._within(here, turn, own)
            if own is not None:
                yield Turned((evaluator, self.bid, self.leaf.id), here.values[turn], top, self.is_up, own)

    def _by_total(self, here: _Mean, turn: int, crossing: Crossing | None) -> Crossing | None:
        """Return the crossing of the bid's total as one of this score."""
        worth = self.share * scoring.HUNDRED / Fraction(self.leaf.top)
        if crossing is None or not worth:
            return None
        if not self.contest.how.at_total:
            goal = scoring.trimmed_mean(here.values, here.trim)
            goal += (crossing.bound - self.stand.technical[self.bid]) / worth
            return self._at(here.value_for(goal, turn, is_up=self.is_up, strict=crossing.is_strict), crossing)
        totals = self._totals(here.trim)
        value = totals.value_for(crossing.bound, turn, is_up=self.is_up, strict=crossing.is_strict)
        if value is None:
            return None
        return self._at(here.values[turn] + (value - totals.values[turn]) / worth, crossing)

    def _within(self, here: _Mean, turn: int, own: Crossing | None) -> Crossing | None:
        """Return the crossing, or that of the bid which falls out under this leaf before it."""
        out = self._falls(here, turn)
        if out is None or (own and (own.bound, not own.is_strict) >= (out.bound, True)):
            return own
        return None if out.outcome == self.contest.outcome(self.stand) else out

    def _falls(self, here: _Mean, turn: int) -> Crossing | None:
        without = replace(self.stand, short=self.stand.short | {self.bid})
        return self._least(here, turn, Crossing(self._goal, is_strict=True, outcome=self.contest.outcome(without)))

    def _back(self, here: _Mean, turn: int, onward: Onward) -> Crossing | None:
        """Return where a bid that comes back under this leaf makes another first: at once, or further on."""
        reached = self._least(here, turn, Crossing(self._goal, is_strict=False, outcome=Outcome()))
        if reached is None:
            return None
        total = self._total_with(turn, reached.bound)
        inside = replace(_scored(self.stand, self.bid, total), short=self.stand.short - {self.bid})
        outcome = self.contest.outcome(inside)
        if outcome != self.contest.outcome(self.stand):
            return replace(reached, outcome=outcome)
        return self._by_total(here, turn, onward(total))

    @property
    def _goal(self) -> Fraction:
        return Fraction(self.leaf.least or 0)

    def _least(self, here: _Mean, turn: int, crossing: Crossing) -> Crossing | None:
        return self._at(here.value_for(crossing.bound, turn, is_up=self.is_up, strict=crossing.is_strict), crossing)

    def _at(self, points: Fraction | None, crossing: Crossing) -> Crossing | None:
        """Return the crossing at these points, where a score can have them (strict: and go beyond)."""
        top = Fraction(self.leaf.top)
        if points is None or not 0 <= points <= top:
            return None
        if crossing.is_strict and points == (top if self.is_up else 0):
            return None
        return replace(crossing, bound=points)

    def _totals(self, trim: int) -> _Mean:
        return _Mean([scoring.total(self.contest.nodes, sheet) for sheet in self.contest.given(self.bid)], trim)

    def _total_with(self, turn: int, points: Fraction) -> Fraction:
        exact = [{leaf: Fraction(p) for leaf, p in sheet.items()} for sheet in self.contest.given(self.bid)]
        exact[turn][self.leaf.id] = points
        return scoring.technical_score(self.contest.nodes, exact, self.contest.how)
