"""The values of the commission's sittings: who observes, who represents whom, and by which letter."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tender_app.kernel.vocabulary import Named


class ObserverBody(Named):
    """For whom an observer sits in the sessions, without a vote."""

    ISIPO = "isipo", "سازمان صنایع کوچک و شهرک‌های صنعتی ایران"
    TRADE_ASSOCIATION = "trade_association", "تشکل یا انجمن صنفی"
    SUPERVISION = "supervision", "دستگاه نظارتی"


@dataclass(frozen=True, slots=True)
class NewObserver:
    """Who observes, for which body and organisation, by which letter."""

    person_id: int
    body: ObserverBody
    organisation_name: str
    letter_no: str
    letter_on: dt.date

    def record(self) -> dict[str, Any]:
        """Keep who observes for whom."""
        letter = {"number": self.letter_no, "day": self.letter_on.isoformat()}
        return {"observer": self.person_id, "body": self.body.value, "name": self.organisation_name, **letter}


@dataclass(frozen=True, slots=True)
class EndedObserver:
    """An observer's seat that ends."""

    seat_id: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter by its number and day."""

    letter_no: str
    letter_on: dt.date

    def record(self) -> dict[str, Any]:
        """Keep both."""
        return {"number": self.letter_no, "day": self.letter_on.isoformat()}


@dataclass(frozen=True, slots=True)
class Postponed:
    """Another hour for the price session, seen while it stood at `before`, and why."""

    before: dt.datetime
    opens_at: dt.datetime
    reason: str
