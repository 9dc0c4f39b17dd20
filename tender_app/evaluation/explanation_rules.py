"""The words and values of a price's explanation: asked of a bidder, answered until an instant, decided by the commission.

Which prices are worth asking about is a sum over the prices that were read, and no more than a suggestion (Art. 20-b).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.kernel.vocabulary import Named, Role

MEMBERS = 3
MAJORITY = 2
MOST_FILES = 5
LAST_HOUR = dt.time(14)


class ExplanationState(Named):
    """Where the explanation of a price stands."""

    ASKED = "asked", "در انتظار توضیح شرکت"
    ANSWERED = "answered", "توضیح رسید"
    ACCEPTED = "accepted", "قیمت پذیرفته شد"
    REJECTED = "rejected", "قیمت نامتعارف پایین شناخته شد"


class ExplanationAct(Named):
    """What is done about a price that looks too low."""

    ASK = "ask_price_explanation", "خواستن توضیح قیمت"
    ANSWER = "explain_price", "فرستادن توضیح قیمت"
    VOTE = "vote_on_price", "رأی درباره قیمت"
    ACCEPT = "accept_price", "پذیرش قیمت"
    REJECT = "refuse_price", "رد قیمت نامتعارف پایین"


OPEN = (ExplanationState.ASKED, ExplanationState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A price beside the estimate and the mean of the others: by how many percent it is under each (below 0: above)."""

    bid_id: int
    price: int
    under_estimate: Fraction | None
    under_others: Fraction | None
    is_low: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the commission wants explained of a bid's price (the rows of tender and bid), and until when at least."""

    tender: Any
    bid: Any
    question: str = ""
    until_on: dt.date | None = None

    def record(self) -> dict[str, Any]:
        """Keep whose price it is; the instant is noted by the act."""
        return {"bid": self.bid.id, "question": self.question}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with an explanation."""

    file_name: str
    media_type: str
    file_key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a firm explains, with its files."""

    text: str
    files: tuple[Enclosed, ...] = ()

    def record(self) -> dict[str, Any]:
        """Keep the digests of what came."""
        return {"files": [file.digest for file in self.files]}


@dataclass(frozen=True, slots=True)
class Opinion:
    """A member's vote on the price, with the reason."""

    rejects: bool
    reason: str

    def record(self) -> dict[str, Any]:
        """Keep the vote."""
        return {"rejects": self.rejects, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Finding:
    """The commission's reasons for its decision."""

    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """The votes of a price's members."""

    seats: frozenset[Role]
    against: int

    @property
    def is_complete(self) -> bool:
        """Tell whether all three stated an opinion (Art. 5)."""
        return len(self.seats) >= MEMBERS

    @property
    def rejects(self) -> bool:
        """Tell whether two of them are for the rejection."""
        return self.against >= MAJORITY


def suspects(prices: Mapping[int, int], estimate: int | None, least: tuple[Decimal, Decimal]) -> Sequence[Suspect]:
    """Return every price with its distances; low is one that is under both by the percents in `least`, or more.

    Where there is no estimate, or no other price, the distance that is known decides.
    """
    return [
        _suspect(bid, price, [p for b, p in prices.items() if b != bid], estimate, least)
        for bid, price in prices.items()
    ]


def _suspect(
    bid: int, price: int, others: Sequence[int], estimate: int | None, least: tuple[Decimal, Decimal]
) -> Suspect:
    under = (
        _under(price, Fraction(estimate)) if estimate else None,
        _under(price, Fraction(sum(others), len(others))) if others else None,
    )
    known = [found >= Fraction(bound) for found, bound in zip(under, least, strict=True) if found is not None]
    return Suspect(bid, price, *under, is_low=bool(known) and all(known))


def _under(price: int, mark: Fraction) -> Fraction:
    return 100 * (mark - price) / mark
