"""The words and values of a complaint's life (Tender Act, Arts. 7, 8, 25)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _

MOST_FILES = 5
END_OF_DAY = dt.time(23, 59)


class ComplaintState(Named):
    """Where a complaint stands."""

    SUBMITTED = "submitted", "در رسیدگی دستگاه"
    UPHELD = "upheld", "وارد دانسته شد"
    REJECTED = "rejected", "وارد دانسته نشد"
    SETTLED = "settled", "اقدام شد"
    REFERRED = "referred", "نزد هیأت رسیدگی"
    RULED = "ruled", "رأی هیأت صادر شد"
    WITHDRAWN = "withdrawn", "پس گرفته شد"


class ComplaintAct(Named):
    """What is done with a complaint."""

    COMPLAIN = "complain", "تسلیم شکایت"
    WITHDRAW = "withdraw", "پس گرفتن شکایت"
    UPHOLD = "uphold", "وارد دانستن شکایت"
    REJECT = "reject", "وارد ندانستن شکایت"
    SETTLE = "settle", "ثبت اقدام دستگاه"
    REFER = "refer", "ارجاع به هیأت رسیدگی"
    RECORD_RULING = "record_ruling", "ثبت رأی هیأت رسیدگی"


class ComplaintGround(Named):
    """What a complaint is about; the board does not reach the last two (Art. 8, note 1)."""

    NOTICE = "notice", "فراخوان و آگهی"
    DOCUMENTS = "documents", "اسناد مناقصه و توضیح آن"
    OPENING = "opening", "دریافت و گشایش پیشنهادها"
    FORMAL_CHECK = "formal_check", "ارزیابی شکلی و تضمین"
    EVALUATION = "evaluation", "روند ارزیابی فنی"
    AWARD = "award", "تعیین برنده و نتیجه"
    GUARANTEE = "guarantee", "بازگرداندن یا ضبط تضمین"
    RENEWAL = "renewal", "تجدید یا لغو"
    CRITERIA = "criteria", "خود معیارها و روش‌های ارزیابی"
    PREFERENCE = "preference", "ترجیح پیشنهاددهندگان داخلی"


class Ruling(Named):
    """What the board ruled."""

    REJECT = "reject", "رد شکایت"
    RENEW = "renew", "تجدید مناقصه"
    CANCEL = "cancel", "لغو مناقصه"


class Enclosed(Named):
    """Whose paper an enclosed file is."""

    EVIDENCE = "evidence", "پیوست شکایت"
    RULING = "ruling", "رأی هیأت"


OPEN = frozenset({ComplaintState.SUBMITTED, ComplaintState.UPHELD, ComplaintState.REFERRED})
OUT_OF_REACH = frozenset({ComplaintGround.CRITERIA, ComplaintGround.PREFERENCE})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that was received and stored."""

    file_name: str
    media_type: str
    file_key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Lodged:
    """A complaint on the standard form (the rows of the firm and the tender), with at least one paper."""

    firm: Any
    tender: Any
    ground: ComplaintGround
    article: str
    text: str
    demand: str
    signer: str
    enclosed: tuple[Enclosure, ...] = ()

    def record(self) -> dict[str, Any]:
        """Keep what it is about and the digests of its papers; its text stays with those whom it concerns."""
        kept = {"tender": self.tender.number, "ground": self.ground.value, "article": self.article}
        return kept | {"enclosed": [paper.digest for paper in self.enclosed]}


@dataclass(frozen=True, slots=True)
class Answered:
    """The agency's answer: the reason for which the complaint is upheld or rejected."""

    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What the agency did about an upheld complaint."""

    text: str


@dataclass(frozen=True, slots=True)
class Referral:
    """The complaint's number and day at the board."""

    number: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Ruled:
    """The board's ruling, with its scan."""

    ruling: Ruling
    number: str
    day: dt.date
    text: str
    scan: tuple[Enclosure, ...] = field(default=())

    def record(self) -> dict[str, Any]:
        """Keep the ruling, its number and day, and the digest of the scan."""
        kept = {"ruling": self.ruling.value, "number": self.number, "day": self.day.isoformat(), "note": self.text}
        return kept | {"enclosed": [paper.digest for paper in self.scan]}


@dataclass(frozen=True, slots=True)
class Age:
    """How old a complaint is in working days, against the days that the agency has."""

    days: int
    of: int

    @property
    def is_overdue(self) -> bool:
        """Tell whether the term of the answer is over."""
        return self.days > self.of

    def told(self) -> str:
        """Return it as a page shows it, «روز ۷ از ۱۵»."""
        if self.is_overdue:
            late = self.days - self.of
            return persian_digits(_("{late} روز کاری از مهلت گذشته است").format(late=late))
        return persian_digits(_("روز {days} از {of}").format(days=self.days, of=self.of))


def age(submitted_at: dt.datetime, now: dt.datetime, of: int, closed: calendar.Closed) -> Age:
    """Return the age in working days against those that the agency has: the day of receipt does not count (R33)."""
    return Age(calendar.working_days_between(calendar.today(submitted_at), calendar.today(now), closed), of)


def answer_by(submitted_at: dt.datetime, days: int, closed: calendar.Closed) -> dt.date:
    """Return the last day of the agency's answer, in working days (R33)."""
    return calendar.add_working_days(calendar.today(submitted_at), days, closed)


def end_of(day: dt.date | None) -> dt.datetime | None:
    """Return the last minute of a day."""
    return None if day is None else calendar.instant(day, END_OF_DAY)


def hints(
    ground: ComplaintGround, day: dt.date, *, heard_until: dt.date | None, is_winner_with_contract: bool
) -> Iterator[str]:
    """Yield what may keep the board from hearing a complaint of a day (R34); they inform, and never refuse."""
    if ground in OUT_OF_REACH:
        yield _(
            "«{ground}» در صلاحیت هیأت رسیدگی نیست (ماده ۸)؛ دستگاه همچنان پاسخ می‌دهد. اگر نقض ماده‌ای از قانون در میان است، "
            "همان را موضوع شکایت کنید."
        ).format(ground=ground.label)
    if heard_until is not None and day > heard_until:
        yield _(
            "مهلت اعتراض، که چندی پس از پایان اعتبار پیشنهادهاست، {until} گذشته است؛ هیأت رسیدگی به چنین اعتراضی نمی‌پردازد "
            "(ماده ۸)."
        ).format(until=calendar.numeric(heard_until))
    if is_winner_with_contract:
        yield _(
            "قرارداد با همین شرکت بسته شده است؛ شکایت برنده پس از بستن قرارداد در صلاحیت هیأت رسیدگی نیست (ماده ۸) و به حل "
            "اختلاف قرارداد می‌رود."
        )
