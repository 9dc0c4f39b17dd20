"""The one cure period of the formal check: which papers may be asked for afterwards, and until when (Art. 6-b; R22).

The list is closed. What is scored, what was promised under seal and every figure of the price can never be asked for.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.calendar import Closed
from tender_app.kernel.vocabulary import Named

LAST_HOUR = dt.time(14)  # at which the period ends on its last day, as every deadline of a tender does


class CureKind(Named):
    """A paper that may be missing and is asked for once: it proves what already was, and changes no content."""

    GAZETTE_NOTICE = "gazette_notice", "رونوشت آگهی روزنامه رسمی (تأسیس یا آخرین تغییرات)"
    SIGNATORY_NOTICE = "signatory_notice", "آگهی صاحبان امضای مجاز"
    QUALIFICATION = "qualification", "رونوشت گواهی صلاحیت"
    TAX_CERTIFICATE = "tax_certificate", "رونوشت گواهی مالیات بر ارزش افزوده یا شناسه مالیاتی"
    STAMPED_PAGE = "stamped_page", "صفحه مهر و امضاشده اسناد مناقصه"
    IDENTITY_COPY = "identity_copy", "رونوشت شناسنامه یا کارت ملی امضاکنندگان"


class CureRejection(Named):
    """Why a bid is set aside after its cure period."""

    NOT_DELIVERED = "not_delivered", "مدرک خواسته‌شده تا پایان مهلت نرسید"
    UNFIT = "unfit", "مدرک رسیده همان نیست که خواسته شد یا خوانا نیست"
    EXPIRED = "expired", "مدرک رسیده در روز تسلیم پیشنهاد معتبر نبوده است"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a bid: kinds of papers, each with what exactly is missing."""

    items: tuple[tuple[CureKind, str], ...]

    def record(self) -> dict[str, Any]:
        """Keep the kinds in the ledger."""
        return {"asked": [kind.value for kind, _unused in self.items]}


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper that a firm brings for what was asked."""

    item_id: int
    name: str
    media_type: str
    file_key: str
    digest: str
    size: int

    def record(self) -> dict[str, Any]:
        """Keep what came, by its digest."""
        return {"item": self.item_id, "digest": self.digest, "size": self.size}


@dataclass(frozen=True, slots=True)
class Uncured:
    """Why an asked paper does not cure: a reason of the closed list, and what was found."""

    reason: CureRejection
    note: str = ""

    @property
    def finding(self) -> str:
        """Return the sentence for the minutes and the firm."""
        return f"{self.reason.persian}. {self.note}".strip() if self.note else f"{self.reason.persian}."


@dataclass(frozen=True, slots=True)
class Cured:
    """What the commission found of the papers that came."""

    note: str = ""


def cure_until(now: dt.datetime, days: int, closed: Closed) -> dt.datetime:
    """Return the instant at which a period of so many working days ends that is given now."""
    return calendar.instant(calendar.add_working_days(calendar.today(now), days, closed), LAST_HOUR)


def unlisted(items: Sequence[tuple[CureKind, str]]) -> bool:
    """Tell whether a kind is asked for twice."""
    return len({kind for kind, _unused in items}) != len(items)
