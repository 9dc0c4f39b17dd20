"""The words and values of an addendum (الحاقیه): what it may change of a published tender, and what only a renewal may.

An addendum changes texts, days, the guarantee's amount, the least number of bids and the documents. Method, criteria,
weights, levels, minimum, aggregation, tie rule, impact, shares of the score, envelopes, years and keys stay as they were published: who would judge
otherwise ends the tender by Art. 24 and publishes a new one.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_, _
from tender_app.tenders.schedule import DAYS, STEPS


class AddendumState(Named):
    """Where an addendum stands."""

    DRAFT = "draft", "پیش‌نویس"
    ISSUED = "issued", "صادر شد"
    DROPPED = "dropped", "کنار گذاشته شد"


class AddendumAct(Named):
    """What is done with an addendum."""

    BEGIN = "begin_addendum", "تهیه الحاقیه"
    REVISE = "revise_addendum", "ویرایش الحاقیه"
    ENCLOSE = "enclose", "افزودن سند به الحاقیه"
    TAKE_OUT = "take_out", "برداشتن سند از الحاقیه"
    RESCHEDULE = "reschedule", "پذیرفتن زمان‌های پیشنهادی"
    ISSUE = "issue_addendum", "صدور الحاقیه"
    DROP = "drop_addendum", "کنار گذاشتن الحاقیه"


HANDLING = dt.timedelta(days=1)  # from the proposal to the manager's act
TEXTS = {
    "subject": N_("موضوع و شرح کار"),
    "terms": N_("شرح خدمات عامل"),
    "opening_place": N_("محل گشایش پاکت‌ها"),
    "prebid_place": N_("محل یا نشانی جلسه توضیح اسناد"),
}
INSTANTS = {**STEPS, "prebid_at": N_("جلسه توضیح اسناد")}
NUMBERS = {"guarantee": N_("مبلغ تضمین (ریال)"), "minimum_bids": N_("کمترین شمار پیشنهادها")}
CHANGEABLE: Mapping[str, str] = {**TEXTS, **INSTANTS, **DAYS, **NUMBERS}
MEETING = frozenset({"prebid_at", "prebid_place"})  # announcing a meeting changes no terms
BINDING = ("closes_at", "opens_at", "prices_open_at")  # the instants that outsiders compute with
ONLY_LATER = (*STEPS, *DAYS)
FIXED = N_(
    "روش رتبه‌بندی، معیارها با وزن و سطح‌هایشان، حداقل‌ها، یکی شدن امتیاز ارزیابان، قاعده برابری، ضریب‌ها، پاکت‌ها، مدت قرارداد و "
    "کلیدها با الحاقیه عوض نمی‌شود؛ راه آن تجدید "
    "مناقصه است (مواد ۲۰ و ۲۴)."
)


@dataclass(frozen=True, slots=True)
class Begun:
    """An addendum to prepare for a tender (its row)."""

    tender: Any

    def record(self) -> dict[str, Any]:
        """Keep the tender."""
        return {"tender": self.tender.number}


@dataclass(frozen=True, slots=True)
class Revision:
    """The content of a draft: why, what is explained, which facts change to what; seen while it stood at `edition`."""

    reason: str
    text: str
    is_material: bool
    changes: Mapping[str, Any] = field(default_factory=dict)
    edition: str = ""

    def record(self) -> dict[str, Any]:
        """Keep which facts are to change."""
        return {"fields": sorted(self.changes), "material": self.is_material}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A document that the addendum adds, or puts in the place of an older one (its id)."""

    title: str
    file_name: str
    media_type: str
    file_key: str
    digest: str
    size: int
    replaces_id: int | None = None

    def record(self) -> dict[str, Any]:
        """Keep what was enclosed."""
        return {"title": self.title, "digest": self.digest, "replaces": self.replaces_id}


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A document to take out of the draft."""

    document_id: int


@dataclass(frozen=True, slots=True)
class Issued:
    """The act of issuing what was seen."""

    edition: str = ""

    def record(self) -> dict[str, Any]:
        """Keep nothing more: the tender's own entry says what changed."""
        return {}


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an issued addendum changes of its tender (the rows of both); values before and after, by name."""

    addendum: Any
    number: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        """Keep number, reason and changed facts, and the binding instants that move, as outsiders read them."""
        moved = {n: plain_of(self.after[n]) for n in BINDING if n in self.after}
        were = {n.replace("_at", "_before"): plain_of(self.before[n]) for n in moved}
        row = self.addendum
        said = {"addendum": self.number, "reason": row.reason, "material": row.is_material}
        return {**said, "fields": sorted(self.after), **moved, **were}


def plain_of(value: Any) -> Any:
    """Return a changed value as JSON keeps it: instants in UTC with microseconds, days as dates."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, dt.date) else value


def value_of(name: str, plain: Any) -> Any:
    """Return a value from what JSON kept of it."""
    if plain is None:
        return None
    if name in INSTANTS:
        return dt.datetime.fromisoformat(plain)
    return dt.date.fromisoformat(plain) if name in DAYS else plain


def told(name: str, value: Any) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return "—"
    if name in INSTANTS:
        return calendar.moment(value)
    if name in DAYS:
        return calendar.long_date(value)
    if name == "guarantee":
        return _("{amount} ریال").format(amount=money.grouped(value))
    return persian_digits(value) if name in NUMBERS else str(value)


def lines(text: str) -> str:
    """Return a text with one kind of line end, whatever a browser sent."""
    return text.replace("\r\n", "\n").strip()


def same(name: str, one: Any, other: Any) -> bool:
    """Tell whether two values of a fact are the same to a reader: a page shows instants to the minute."""
    if name in TEXTS:
        return lines(one or "") == lines(other or "")
    return one == other or (one is not None and other is not None and told(name, one) == told(name, other))


def edition_of(*facts: object) -> str:
    """Return a short digest of what was seen."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
