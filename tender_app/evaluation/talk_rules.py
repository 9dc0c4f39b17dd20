"""The words and values of a talk on scores: what is opened, what an evaluator changes, how it is closed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.kernel.vocabulary import Named

Cell = tuple[int, int]  # bid, leaf


class TalkState(Named):
    """Where a talk stands."""

    OPEN = "open", "در جریان"
    CLOSED = "closed", "بسته"


class TalkAct(Named):
    """What is done in a talk."""

    OPEN_TALK = "open_talk", "آغاز گفت‌وگو درباره امتیازها"
    REVISE = "revise_score", "بازنگری امتیاز خود"
    CLOSE_TALK = "close_talk", "بستن گفت‌وگو"


@dataclass(frozen=True, slots=True)
class Opened:
    """The cells of a tender (its row) that are talked about, and what about; no cells: not chosen yet."""

    tender: Any
    cells: tuple[Cell, ...] | None = None
    subject: str = ""

    def record(self) -> dict[str, Any]:
        """Keep how many cells: which ones tells where evaluators differ."""
        return {"cells": len(self.cells or ())}


@dataclass(frozen=True, slots=True)
class Revised:
    """An evaluator's own new points under a cell, why, and who proposed it."""

    bid_id: int
    criterion_id: int
    points: Decimal
    reason: str
    proposed_by: int

    def record(self) -> dict[str, Any]:
        """Keep what was revised, not how: the digest of the change is noted beside it."""
        return {"bid": self.bid_id, "criterion": self.criterion_id}


@dataclass(frozen=True, slots=True)
class TalkClosed:
    """What came of the talk, in the head's words."""

    note: str

    def record(self) -> dict[str, Any]:
        """Keep nothing of it: it may speak of points, and the report tells it once they are locked."""
        return {}
