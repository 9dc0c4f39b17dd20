"""What a running contract owes and is owed: statements and their deductions, study, visits, years, exit (R39-R43).

Pure: no session, no clock. Amounts are whole rial, computed exactly and rounded half up to the rial.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import _


class Event(Named):
    """What is recorded of a running contract."""

    STUDY = "study", "تحویل مطالعه شناختی"
    COUNCIL = "council", "تصویب برنامه عمل در شورای راهبری"
    VISIT = "visit", "بازدید ناظر فنی"
    PLAN = "plan", "آغاز برنامه سال"
    CLEARANCE = "clearance", "مفاصاحساب بیمه (ماده ۳۸)"
    NETWORK = "network", "ثبت شبکه فراگیر (انجمن یا اتحادیه)"
    HANDOVER = "handover", "صورتجلسه واگذاری به شبکه"


class Renewal(Named):
    """What is decided at the end of a contract's year (domain.md §5.4)."""

    CONTINUE = "continue", "ادامه"
    WITH_CONDITIONS = "with_conditions", "ادامه با شرط"
    TERMINATE = "terminate", "پایان دادن"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something to record: its day, the number of its letter or minutes, and what the kind asks beside."""

    event: Event
    day: dt.date
    number: str
    year: int = 1
    title: str = ""
    legal_id: str = ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The decision at the end of a year, with its reason."""

    year: int
    decision: Renewal
    reason: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A statement to pay: its gross amount without tax, or an advance against its guarantee."""

    gross: int
    number: str
    day: dt.date
    is_advance: bool = False
    guarantee_no: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """The deductions in force on the day of a statement, in percent."""

    vat: Decimal
    retention: Decimal
    insurance: Decimal
    advance: Decimal  # the most that is paid in advance


@dataclass(frozen=True, slots=True)
class Payable:
    """A statement with its deductions: `net` is what is paid."""

    gross: int
    vat: int
    retention: int
    insurance: int
    recovered: int

    @property
    def net(self) -> int:
        """Return what is paid."""
        return self.gross + self.vat - self.retention - self.insurance - self.recovered


@dataclass(frozen=True, slots=True)
class Paid:
    """What was claimed of a contract so far: statements, the advance given, and what of it came back."""

    gross: int = 0
    advance: int = 0
    recovered: int = 0


@dataclass(frozen=True, slots=True)
class Spans:
    """In months: how long the study may take, and how far apart the supervisor's visits are in it and later."""

    study: int
    visits_in_study: int
    visits_later: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A running contract as its rules see it."""

    starts_on: dt.date
    years: int
    happened: Sequence[tuple[Event, int, dt.date]]  # kind, year, day
    spans: Spans

    def first(self, event: Event, year: int | None = None) -> dt.date | None:
        """Return the earliest day on which this was recorded, for one year if one is named."""
        days = [day for kind, of, day in self.happened if kind is event and year in (None, of)]
        return min(days, default=None)


def deducted(gross: int, rates: Rates, paid: Paid, amount: int) -> Payable:
    """Return a statement with its deductions; the advance comes back in its own share, the last statement takes the rest.

    Tax on top, retention and insurance held back (R39; domain.md §4.3, §4.5, §4.6).
    """
    owed = paid.advance - paid.recovered
    share = owed if is_final(gross, paid, amount) else min(owed, _rounded(Fraction(gross * paid.advance, amount)))
    return Payable(
        gross, _percent(gross, rates.vat), _percent(gross, rates.retention), _percent(gross, rates.insurance), share
    )


def is_final(gross: int, paid: Paid, amount: int) -> bool:
    """Tell whether a statement completes the contract's amount: then it is the last payment."""
    return paid.gross + gross >= amount


def most_in_advance(amount: int, rates: Rates) -> int:
    """Return the most that is paid in advance."""
    return int(Fraction(amount) * Fraction(rates.advance) / 100)


def study_due(facts: Facts) -> dt.date:
    """Return until when the cognition study is handed over (R40)."""
    return calendar.add_months(facts.starts_on, facts.spans.study)


def visits_due(facts: Facts, today: dt.date) -> list[dt.date]:
    """Return the ends of the spans that passed without a visit: monthly in the study, every two months later (R41)."""
    days = [day for kind, _year, day in facts.happened if kind is Event.VISIT]
    missed: list[dt.date] = []
    start = facts.starts_on
    study_end = facts.first(Event.STUDY) or study_due(facts)
    over = calendar.add_years(facts.starts_on, facts.years)
    months = 0
    while True:
        months += facts.spans.visits_in_study if start < study_end else facts.spans.visits_later
        end = calendar.add_months(facts.starts_on, months)
        if end > min(today, over):
            return missed
        if not any(start <= day < end for day in days):
            missed.append(end)
        start = end


def advice(facts: Facts, today: dt.date) -> list[str]:
    """Return what a running contract is behind with, each with its way out (R40, R41)."""
    return [told for told in (study_late(facts, today), visit_missing(facts, today)) if told]


def study_late(facts: Facts, today: dt.date) -> str | None:
    """Return that the cognition study is, or was, late (R40)."""
    due, study = study_due(facts), facts.first(Event.STUDY)
    if study is None and today > due:
        return _("مطالعه شناختی باید تا {due} تحویل می‌شد؛ آن را از عامل بخواهید و تحویلش را ثبت کنید.").format(
            due=calendar.numeric(due)
        )
    if study is not None and study > due:
        return _("مطالعه شناختی پس از مهلت {due} تحویل شد.").format(due=calendar.numeric(due))
    return None


def visit_missing(facts: Facts, today: dt.date) -> str | None:
    """Return that the supervisor's newest visit that was due is not recorded (R41)."""
    missed = visits_due(facts, today)
    if not missed:
        return None
    return _("بازدید ناظر فنی در دوره‌ای که {day} پایان یافت ثبت نشده است؛ بازدید را انجام دهید و ثبت کنید.").format(
        day=calendar.numeric(missed[-1])
    )


def council_missing(facts: Facts) -> str | None:
    """The steering council approves the action plan before actions of the first year are paid (R40)."""
    if facts.first(Event.STUDY) is None or facts.first(Event.COUNCIL) is not None:
        return None
    return _("برنامه عمل هنوز در شورای راهبری تصویب نشده است؛ پیش از پرداخت اقدام‌های سال نخست، مصوبه شورا را ثبت کنید.")


def as_record(what: Any) -> dict[str, Any]:
    """Return plain fields for the ledger."""
    return {
        name: str(getattr(what, name)) for name in what.__dataclass_fields__ if getattr(what, name) not in ("", None)
    }


def _percent(amount: int, rate: Decimal) -> int:
    return _rounded(Fraction(amount) * Fraction(rate) / 100)


def _rounded(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)
