"""How a lot is drawn so that anybody can draw it again: from what nobody could know when its instant was announced (pure).

The seed is the SHA-256 (hex) over lines: the root (hex) of the first head of the receipt log that covers the instant, the
instant in UTC with microseconds, and the receipt numbers of the equal bids, sorted. A bid's turn is the SHA-256 of
"seed:receipt"; the smallest comes first.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEAST = dt.timedelta(minutes=2)  # a leaf of the log ends every minute: no head that anybody knows may decide a lot


@dataclass(frozen=True, slots=True)
class LotCall:
    """The instant at which a lot will be drawn."""

    draws_at: dt.datetime

    def record(self) -> dict[str, Any]:
        """Keep the instant as the seed will hold it."""
        return {"draws_at": instant(self.draws_at)}


def instant(at: dt.datetime) -> str:
    """Return an instant as the seed holds it."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def seed_of(root: str, draws_at: dt.datetime, receipts: Sequence[str]) -> str:
    """Return the seed of a lot."""
    return hashlib.sha256("\n".join([root, instant(draws_at), *sorted(receipts)]).encode()).hexdigest()


def turn_of(seed: str, receipt: str) -> str:
    """Return what a bid drew: the smallest of the equals comes first."""
    return hashlib.sha256(f"{seed}:{receipt}".encode()).hexdigest()


def drawn(seed: str, receipts: Sequence[str]) -> list[str]:
    """Return the receipts in the order of the lot."""
    return sorted(receipts, key=lambda receipt: turn_of(seed, receipt))
