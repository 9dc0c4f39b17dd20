"""The words of conflicts of interest: the two declarations, what is signed, and what is decided on an alert."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named

FIRST = (
    "هنوز نمی‌دانم چه کسانی در این مناقصه پیشنهاد داده‌اند. اعلام می‌کنم در نتیجه آن سودی ندارم و با کسی درباره آن قراری "
    "نگذاشته‌ام؛ آنچه می‌بینم و می‌شنوم محرمانه نگه می‌دارم و جز در این ارزیابی به کار نمی‌برم؛ و اگر پس از دیدن نام "
    "پیشنهاددهندگان یا هر زمان دیگر رابطه‌ای با یکی از آنان بیابم، بی‌درنگ می‌گویم و کناره می‌گیرم."
)
SECOND = (
    "با دانستن نام پیشنهاددهندگان اعلام می‌کنم خود یا بستگانم در {years} سال گذشته با هیچ‌یک از آنان رابطه مالکیت، مدیریت، "
    "استخدام، مشاوره یا دعوا نداشته‌ایم؛ اگر چنین رابطه‌ای بیابم بی‌درنگ کناره می‌گیرم."
)


class Turn(Named):
    """Which of an evaluator's declarations: what is signed is its Persian text."""

    FIRST = "first", "پیش از دیدن نام پیشنهاددهندگان"
    SECOND = "second", "پس از دیدن نام پیشنهاددهندگان"


class Verdict(Named):
    """What an alert comes to."""

    NO_CONFLICT = "no_conflict", "تعارض نیست"
    STEP_ASIDE = "step_aside", "باید کنار برود"
    REFERRED = "referred", "تعارض هست؛ به رأی درباره تجدید سپرده شد"


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration signed by who makes it: by password, and `code` of a second factor; `seen` is the digest of the text shown."""

    password: str = field(repr=False)
    seen: str
    code: str = field(default="", repr=False)

    def record(self) -> dict[str, Any]:
        """Keep what was signed, and that a second factor stood for it beside the password; no code and no password."""
        return {"text": self.seen} | ({"second_factor": True} if self.code else {})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on an alert, and why."""

    person_id: int
    firm_id: int
    alert: str
    verdict: Verdict
    reason: str


def text_of(turn: Turn, years: int) -> str:
    """Return what an evaluator declares, in the words that are signed."""
    return FIRST if turn is Turn.FIRST else SECOND.format(years=persian_digits(years))


def digest_of(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
