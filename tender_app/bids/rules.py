"""The words and values of a bid's life."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.kernel import calendar, money
from tender_app.kernel.persian import ascii_digits, decimal_text
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter


class BidState(Named):
    """Where a bid stands."""

    DRAFT = "draft", "پیش‌نویس، تسلیم نشده"
    SUBMITTED = "submitted", "تسلیم‌شده"
    REPLACED = "replaced", "جایگزین‌شده"
    WITHDRAWN = "withdrawn", "پس‌گرفته"
    DISCARDED = "discarded", "کنارگذاشته"
    RETURNED = "returned", "ناگشوده بازگردانده شد"
    GUARANTEE_ACCEPTED = "guarantee_accepted", "تضمین پذیرفته"
    GUARANTEE_REJECTED = "guarantee_rejected", "تضمین ردشده"
    UNDER_EVALUATION = "under_evaluation", "در ارزیابی فنی"
    ENVELOPE_B_REJECTED = "envelope_b_rejected", "پاکت ب ردشده"
    QUALIFIED = "qualified", "دارای حداقل امتیاز"
    BELOW_MINIMUM = "below_minimum", "زیر حداقل امتیاز، پاکت ج گشوده نشد"
    PRICED = "priced", "قیمت خوانده شد"
    PRICE_REJECTED = "price_rejected", "پاکت ج ردشده"
    WON = "won", "برنده اول"
    RUNNER_UP = "runner_up", "برنده دوم"
    LOST = "lost", "برنده نشد"
    REFUSED = "refused", "از بستن قرارداد خودداری کرد"
    LEFT = "left", "تمدید اعتبار را نپذیرفت و بیرون رفت"


class BidAct(Named):
    """What is done to a bid."""

    START = "start", "آماده کردن پیشنهاد"
    SEAL = "seal", "مهر و موم پاکت"
    REGISTER = "register", "ثبت اثر انگشت پاکت"
    DELIVER = "deliver", "رساندن پاکت ثبت‌شده"
    SUBMIT = "submit", "تسلیم پیشنهاد"
    REPLACE = "replace", "جایگزین شدن"
    WITHDRAW = "withdraw", "پس گرفتن پیشنهاد"
    DISCARD = "discard", "کنار گذاشتن پیش‌نویس"
    CONFIRM = "confirm_addendum", "تأیید پیشنهاد پس از الحاقیه"
    RETURN = "return_unopened", "بازگرداندن ناگشوده"
    ACCEPT_GUARANTEE = "accept_guarantee", "پذیرش تضمین"
    REJECT_GUARANTEE = "reject_guarantee", "رد تضمین"
    EVALUATE = "evaluate", "سپردن به ارزیابی فنی"
    REJECT_B = "reject_b", "رد پاکت ب"
    ASK_CURE = "ask_cure", "درخواست رفع نقص"
    DELIVER_CURE = "deliver_cure", "فرستادن مدرک رفع نقص"
    ACCEPT_CURE = "accept_cure", "پذیرش مدرک‌های رفع نقص"
    REJECT_UNCURED = "reject_uncured", "رد پیشنهاد برای نقص رفع‌نشده"
    QUALIFY = "qualify", "رسیدن به حداقل امتیاز"
    FAIL = "fail", "نرسیدن به حداقل امتیاز"
    PRICE = "price", "خواندن قیمت"
    REJECT_PRICE = "reject_price", "رد پاکت ج"
    REJECT_LOW = "reject_low_price", "رد قیمت نامتعارف پایین"
    WIN = "win", "برنده اول شدن"
    SECOND = "second", "برنده دوم شدن"
    LOSE = "lose", "برنده نشدن"
    AGREE_VALIDITY = "agree_validity", "پذیرش تمدید اعتبار"
    DECLINE_VALIDITY = "decline_validity", "نپذیرفتن تمدید اعتبار"
    REFUSE = "refuse", "خودداری از بستن قرارداد"
    LAPSE = "lapse", "پایان اعتبار بی تمدید"
    PROMOTE = "promote", "رسیدن نوبت برنده بعدی"


class EnvelopeKind(Named):
    """The three envelopes of a bid (Tender Act, Art. 16)."""

    A = "a", "پاکت الف (تضمین)"
    B = "b", "پاکت ب (فنی)"
    C = "c", "پاکت ج (قیمت)"


class GuaranteeKind(Named):
    """Accepted instruments (guarantee by-law, Art. 4)."""

    BANK = "bank", "ضمانت‌نامه بانکی"
    CASH = "cash", "رسید واریز نقدی"
    INSURER = "insurer", "ضمانت‌نامه بیمه"
    NOTE = "note", "سفته"
    RECEIVABLE = "receivable", "گواهی خالص مطالبات"
    BONDS = "bonds", "اوراق مشارکت"
    MORTGAGE = "mortgage", "رهن ملک"
    FUND = "fund", "ضمانت‌نامه صندوق‌ها"


GONE = frozenset({BidState.REFUSED, BidState.LEFT})  # ranked once, but no longer there to be chosen
SCORED = frozenset(  # whose technical proposal is being scored, or was
    {
        BidState.UNDER_EVALUATION,
        BidState.QUALIFIED,
        BidState.BELOW_MINIMUM,
        BidState.PRICED,
        BidState.PRICE_REJECTED,
        BidState.WON,
        BidState.RUNNER_UP,
        BidState.LOST,
        BidState.REFUSED,
    }
)
ASIDE = frozenset({BidState.REPLACED, BidState.WITHDRAWN, BidState.DISCARDED})
LIVE = frozenset(set(BidState) - ASIDE - {BidState.DRAFT})

Haircuts = Mapping[GuaranteeKind, Fraction]  # the share of its face at which each instrument counts


@dataclass(frozen=True, slots=True)
class Start:
    """A bid to begin (the rows of the firm and the tender)."""

    firm: Any
    tender: Any

    def record(self) -> dict[str, Any]:
        """Keep the tender."""
        return {"tender": self.tender.number}


@dataclass(frozen=True, slots=True)
class Placed:
    """A sealed envelope to put in its place in a bid (`sealed` is sealing.envelope.Sealed)."""

    kind: EnvelopeKind
    sealed: Any

    def record(self) -> dict[str, Any]:
        """Keep the digest and where it was sealed: it proves later what was sealed now."""
        return {"kind": self.kind.value, "digest": self.sealed.digest, "sealed_in": self.sealed.sealed_in.value}


@dataclass(frozen=True, slots=True)
class Delivered:
    """The bytes of an envelope whose digest was registered first (`sealed` is sealing.envelope.Sealed)."""

    kind: EnvelopeKind
    sealed: Any

    def record(self) -> dict[str, Any]:
        """Keep whose bytes came."""
        return {"kind": self.kind.value, "digest": self.sealed.digest}


@dataclass(frozen=True, slots=True)
class Submission:
    """A bid's submission: its receipt number, and what is sealed in it."""

    receipt_no: str
    digests: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        """Keep all of it."""
        return {"receipt_no": self.receipt_no, "digests": dict(self.digests)}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a bid stands after these addenda (their numbers), as the firm saw them."""

    addenda: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Keep which addenda."""
        return {"addenda": list(self.addenda)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an envelope is rejected."""

    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member saw on the scan and the original before accepting a guarantee: in whose favour it is (R21)."""

    beneficiary: str


@dataclass(frozen=True, slots=True)
class Original:
    """The paper original of a guarantee, handed over for a firm."""

    firm_id: int
    number: str


@dataclass(frozen=True, slots=True)
class GuaranteeTerms:
    """The bid security as envelope الف states it."""

    kind: GuaranteeKind
    issuer: str
    number: str
    amount: int
    expires_on: dt.date
    sepam_no: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The price as envelope ج states it: phases are (title, rial)."""

    total: int
    phases: tuple[tuple[str, int], ...]
    includes_tax: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement of a guarantee: what is required, whether it is met, and what was found."""

    label: str
    is_met: bool
    told: str


class UnfitError(ValueError):
    """What an envelope holds cannot be taken; the text is a Persian sentence for the minutes."""


STUDY, HANDOVER = "مطالعه شناختی و برنامه عملیاتی", "واگذاری به شبکه و خروج"
YEARS = ("اول", "دوم", "سوم", "چهارم", "پنجم")
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter or figure that is read as another


def phases_of(years: int) -> list[str]:
    """Return the phases that a price is split into: the study, each year's actions, and the hand-over."""
    return [STUDY, *(f"اجرای سال {YEARS[year]}" for year in range(years)), HANDOVER]


def haircuts_of(law: Mapping[Parameter, Any]) -> Haircuts:
    """Return the share at which each instrument counts, as the law has it in force (guarantee by-law, Art. 4)."""
    return {kind: Fraction(law[Parameter(f"haircut_{kind.value}")]) / 100 for kind in GuaranteeKind}


def sepam_warning(kind: GuaranteeKind, sepam_no: str) -> str:
    """Return what keeps a bank guarantee from being looked up by its SEPAM number; nothing for any other (R21)."""
    if kind is not GuaranteeKind.BANK or (sepam_no and ascii_digits(sepam_no).isdecimal()):
        return ""
    if not sepam_no:
        return _("شناسه سپام ندارد؛ درستی ضمانت‌نامه بانکی را از بانک استعلام کنید.")
    return _("شناسه سپام فقط رقم است؛ «{sepam_no}» را دوباره ببینید.").format(sepam_no=sepam_no)


def worth(amount: int, haircut: Fraction) -> int:
    """Return what a guarantee counts for, rounded down."""
    return int(amount * haircut)


def guarantee_checks(
    found: GuaranteeTerms, haircut: Fraction, *, required: int | None, valid_until: dt.date | None, has_original: bool
) -> list[Check]:
    """Hold a guarantee, counted at this share of its face, against what the documents ask for (R21)."""
    value = worth(found.amount, haircut)
    amount = _("{amount} ریال").format(amount=money.grouped(found.amount))
    if value != found.amount:
        amount += _(" × {haircut}٪ = {value} ریال").format(
            haircut=decimal_text(Decimal(haircut.numerator) * 100 / haircut.denominator), value=money.grouped(value)
        )
    until = calendar.numeric(found.expires_on)
    asked = _("؛ لازم است {required} ریال").format(required=money.grouped(required)) if required else ""
    lasting = (
        _("؛ پیشنهاد تا {valid_until} اعتبار دارد").format(valid_until=calendar.numeric(valid_until))
        if valid_until
        else ""
    )
    return [
        Check(_("ارزش تضمین"), value >= (required or 0), amount + asked),
        Check(
            _("اعتبار تضمین"),
            valid_until is None or found.expires_on >= valid_until,
            _("تا {until}{lasting}").format(until=until, lasting=lasting),
        ),
        Check(_("اصل تضمین"), has_original, _("دریافت شده است") if has_original else _("دریافت آن ثبت نشده است")),
    ]


def receipt_number() -> str:
    """Return a receipt number such as R-7K3M-9QPD: random, so that it tells nothing of how many there are."""
    one, two = ("".join(secrets.choice(LETTERS) for _unused in range(4)) for _unused in range(2))
    return f"R-{one}-{two}"
