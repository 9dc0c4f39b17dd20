"""The values of the commission's decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.evaluation.scoring import Place, runner_up
from tender_app.tenders.rules import CancellationReason, Matter, RenewalReason

MEMBERS, MAJORITY = 3, 2
TWO = 2  # equals that fill both places need one lot


@dataclass(frozen=True, slots=True)
class Ballot:
    """A member's vote on a matter; a vote against gives its reason (dissent is minuted)."""

    matter: Matter
    is_for: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """The decision: why."""

    reason: str = ""


class LotNeededError(LookupError):
    """Equals that no rule orders: a lot is drawn among them first (domain.md §3.1)."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Renewal or cancellation: one of the law's closed reasons, and a note."""

    reason: RenewalReason | CancellationReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a decision goes back to the commission."""

    text: str


@dataclass(frozen=True, slots=True)
class Round:
    """A round of voting on a matter."""

    number: int
    votes: tuple[Any, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether all three voted."""
        return len(self.votes) == MEMBERS

    @property
    def has_passed(self) -> bool:
        """Tell whether two of three are for it."""
        return self.is_complete and sum(v.is_for for v in self.votes) >= MAJORITY


def current_round(votes: Sequence[Any], *, spent: int = 0) -> Round:
    """Return the round that counts now: a new one after a round that failed, or whose decision was sent back.

    `spent` is the number of passed rounds whose decision was returned.
    """
    last = max((v.round for v in votes), default=1)
    rounds = [Round(n, tuple(v for v in votes if v.round == n)) for n in range(1, last + 1)]
    passed = sum(r.has_passed for r in rounds)
    newest = rounds[-1]
    is_over = newest.is_complete and (not newest.has_passed or passed <= spent)
    return Round(last + 1, ()) if is_over else newest


def in_drawn_order(places: Sequence[Place], lots: Sequence[str]) -> list[Place]:
    """Return the places with equals in the order of the lot; those that were not drawn follow."""
    drawn = {bid: turn for turn, bid in enumerate(lots)}
    return sorted(places, key=lambda p: (p.place, drawn.get(p.offer.id, len(drawn))))


def winners(
    places: Sequence[Place], guarantee: int | None, *, weighted: bool, lots: Sequence[str] = ()
) -> tuple[Place, Place | None]:
    """Return first and second winner; raise LotNeededError where equals compete for a place and none was drawn."""
    ordered = in_drawn_order(places, lots)
    first = _drawn(ordered, ordered[0].place, lots)
    rest = [p for p in ordered if p is not first]
    second = runner_up([first, *rest], guarantee, weighted=weighted)
    return first, second and _drawn(rest, second.place, lots)


def equals_of(
    places: Sequence[Place], guarantee: int | None, *, weighted: bool
) -> tuple[Sequence[Place], Sequence[Place]]:
    """Return the equals among whom a lot names the first, and those among whom it names the second winner."""
    first = [p for p in places if p.place == places[0].place] if places else []
    if runner_up(places, guarantee, weighted=weighted) is None:
        return first, []
    rest = first if len(first) > 1 else [p for p in places if p.place == places[1].place]
    return first, rest if len(rest) > len(first) or len(first) > TWO else []


def _drawn(ordered: Sequence[Place], place: int, lots: Sequence[str]) -> Place:
    equals = [p for p in ordered if p.place == place]
    if len(equals) > 1 and equals[0].offer.id not in lots:
        raise LotNeededError
    return equals[0]
