"""What would have made a bid the first: the least score at its own price, and the highest price at its own score (pure, exact)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tender_app.evaluation.scoring import HUNDRED, Offer, Place

STEP = 100  # a score is looked for in hundredths of a point
Rank = Callable[[Sequence[Offer]], Sequence[Place]]


@dataclass(frozen=True, slots=True)
class Needed:
    """What alone would have sufficed: a score with the same price, a price with the same score; None where none would."""

    score: Fraction | None
    price: int | None
    was_first: bool = False


def needed(own: Offer, others: Sequence[Offer], rank: Rank) -> Needed:
    """Return what would have put a bid first with nobody beside it, everything else being as it was.

    Every trial is the tender's own ranking of all the offers, so a price that changes what others are measured by (the
    lowest one) is reckoned with. A better score, or a lower price, never worsens a place: halving finds the bound.
    """

    def is_first(trial: Offer) -> bool:
        best = next((p for p in rank([trial, *others]) if p.offer.id == trial.id), None)
        return best is not None and best.place == 1 and not best.needs_lot

    if is_first(own):
        return Needed(None, None, was_first=True)
    least = int(own.technical * STEP) + 1
    score = _bound(least, HUNDRED * STEP, lambda n: is_first(replace(own, technical=Fraction(n, STEP))))
    return Needed(None if score is None else Fraction(score, STEP), _price(own, is_first))


def _price(own: Offer, is_first: Callable[[Offer], bool]) -> int | None:
    if own.price is None or own.price <= 1:
        return None
    top = int(own.price)
    drop = _bound(1, top - 1, lambda n: is_first(replace(own, price=top - n)))
    return None if drop is None else top - drop


def _bound(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """Return the least whole number from `low` to `high` for which it holds, given that it holds from there on."""
    if low > high or not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
