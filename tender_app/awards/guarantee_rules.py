"""The words and values of a bid security's life after its envelope was opened (Tender Act, Arts. 18, 20, 21; by-law of 1394)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tender_app.kernel.vocabulary import Named

SOON = dt.timedelta(days=10)  # so long before a guarantee expires it is warned of


class SecurityState(Named):
    """Where a guarantee stands."""

    HELD = "held", "نزد دستگاه"
    RELEASE_DUE = "release_due", "باید آزاد شود"
    RELEASED = "released", "آزاد شد"
    HANDED_OVER = "handed_over", "تحویل شد"
    FORFEITED = "forfeited", "ضبط شد"


class SecurityAct(Named):
    """What is done with a guarantee."""

    HOLD = "hold", "نگهداری تضمین"
    FALL_DUE = "fall_due", "سررسید آزادسازی"
    KEEP = "keep", "نگه داشتن دوباره تضمین"
    RELEASE = "release", "آزادسازی تضمین"
    HAND_OVER = "hand_over", "ثبت تحویل اصل تضمین"
    FORFEIT = "forfeit", "ضبط تضمین"


class ReleaseGround(Named):
    """By which row of the law a guarantee goes back."""

    UNOPENED = "unopened", "پیشنهادی از شرکت گشوده نشد (مواد ۱۵ تا ۱۷)"
    REJECTED = "rejected", "رد پیشنهاد در گشایش الف یا ب (ماده ۱۸)"
    NOT_KEPT = "not_kept", "جز دو پیشنهاد نخست پس از گشایش قیمت (ماده ۲۰)"
    NOT_NAMED = "not_named", "برنده اول یا دوم شناخته نشد (ماده ۲۰)"
    CONTRACT = "contract", "بسته شدن قرارداد (ماده ۲۱)"
    ENDED = "ended", "تجدید یا لغو مناقصه (ماده ۲۴)"
    LEFT = "left", "نپذیرفتن تمدید اعتبار (ماده ۲۱)"


@dataclass(frozen=True, slots=True)
class Opened:
    """A guarantee that an opened envelope stated (the rows of the guarantee and its bid)."""

    guarantee: Any
    bid: Any

    def record(self) -> dict[str, Any]:
        """Keep whose it is and what it is worth."""
        return {"bid": self.bid.id, "number": self.guarantee.number, "amount": self.guarantee.amount}


@dataclass(frozen=True, slots=True)
class InHand:
    """An original that was handed over for a bid whose envelope الف told nothing (the rows of both)."""

    original: Any
    bid: Any
    guarantee: None = None

    def record(self) -> dict[str, Any]:
        """Keep whose it is; what it is worth was never read."""
        return {"bid": self.bid.id, "number": self.original.number}


@dataclass(frozen=True, slots=True)
class Due:
    """Why a guarantee goes back."""

    ground: ReleaseGround

    def record(self) -> dict[str, Any]:
        """Keep the row of the law."""
        return {"ground": self.ground.value}


@dataclass(frozen=True, slots=True)
class HandOver:
    """To whom the original was handed, when, on which evidence."""

    name: str
    day: dt.date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Forfeiture:
    """Why a guarantee is forfeited."""

    reason: str
