"""The values of the commission's decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.tenders.rules import CancellationReason, Matter, RenewalReason

MEMBERS, MAJORITY = 3, 2


@dataclass(frozen=True, slots=True)
class Ballot:
    """A member's vote on a matter; a vote against gives its reason (dissent is minuted)."""

    matter: Matter
    is_for: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """The decision: why, and where equals had to draw, the bid that the lot named first."""

    reason: str = ""
    drawn_bid_id: int | None = None


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
