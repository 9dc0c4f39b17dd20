"""The words of an evaluator's score sheet."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.kernel.vocabulary import Named


class SheetState(Named):
    """Where an evaluator's sheet stands."""

    INVITED = "invited", "در انتظار اعلام نخست"
    KNOWS_BIDDERS = "knows_bidders", "نام‌ها را دیده؛ در انتظار اعلام دوم"
    SCORING = "scoring", "در حال امتیازدهی"
    CONFIRMED = "confirmed", "تأییدشده"
    RECUSED = "recused", "کنار رفته برای تعارض منافع"


OPEN = (SheetState.INVITED, SheetState.KNOWS_BIDDERS, SheetState.SCORING)


class SheetAct(Named):
    """What is done with a sheet."""

    INVITE_EVALUATOR = "invite_evaluator", "سپردن برگه امتیاز به ارزیاب"
    PLEDGE = "pledge", "اعلام نخست: بی‌طرفی و رازداری"
    DECLARE_NO_CONFLICT = "declare_no_conflict", "اعلام دوم: نبود تعارض منافع"
    RECUSE = "recuse", "اعلام تعارض و کناره‌گیری"
    SET_ASIDE = "set_aside", "کنار گذاشتن ارزیاب برای تعارض منافع"
    SCORE = "score", "ثبت امتیاز"
    CONFIRM = "confirm", "تأیید برگه امتیاز"


class Outcome(Named):
    """What became of a negotiation of the price."""

    AGREED = "agreed", "توافق شد"
    FAILED = "failed", "به توافق نرسید"


Pages = tuple[tuple[int, int], ...]  # (file, page) of what a score stands on


@dataclass(frozen=True, slots=True)
class Invitation:
    """An evaluator to whom a sheet of the tender (its row) is handed."""

    tender: Any
    person_id: int

    def record(self) -> dict[str, Any]:
        """Keep who was invited."""
        return {"person": self.person_id}


@dataclass(frozen=True, slots=True)
class Scored:
    """Points and a reason for a bid under a leaf, typed over edition `edition` (0: none was there)."""

    bid_id: int
    criterion_id: int
    points: Decimal | None
    reason: str
    edition: int
    pages: Pages = ()

    @property
    def cells(self) -> "tuple[Scored, ...]":
        """Return itself: one cell, as several are told."""
        return (self,)

    def record(self) -> dict[str, Any]:
        """Keep what was scored, not how: points enter the ledger with the sheet's digest."""
        return {"bid": self.bid_id, "criterion": self.criterion_id}


@dataclass(frozen=True, slots=True)
class Several:
    """Cells that are scored together, all or none."""

    cells: tuple[Scored, ...]

    def record(self) -> dict[str, Any]:
        """Keep which cells were scored, not how."""
        return {"cells": [[cell.bid_id, cell.criterion_id] for cell in self.cells]}


@dataclass(frozen=True, slots=True)
class Locking:
    """What the head says of the scores when locking them, above all where evaluators lie far apart (R23)."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A person named to evaluate in place of one who stepped aside."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Negotiated:
    """A negotiation with the bid whose turn it is: the price agreed (rial), or None where it failed, and why."""

    bid_id: int
    agreed: int | None
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the bid, the price and the note: outsiders read them."""
        return {"bid": self.bid_id, "agreed": self.agreed, "note": self.note}
