"""The words and values of a contract's life."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named


class ContractState(Named):
    """Where a contract stands; in which year it runs is derived from its dates."""

    DRAFT = "draft", "پیش‌نویس"
    SIGNED_BY_AGENT = "signed_by_agent", "امضای عامل"
    ISSUED = "issued", "صادرشده"
    COMPLETED = "completed", "پایان‌یافته"
    LAPSED = "lapsed", "بسته نشد"


class ContractAct(Named):
    """What is done with a contract."""

    DRAFT = "draft", "تهیه پیش‌نویس قرارداد"
    EDIT = "edit", "ویرایش پیش‌نویس"
    SIGN_AS_AGENT = "sign_as_agent", "امضای عامل"
    ISSUE = "issue", "امضا و صدور قرارداد"
    RECORD_EVENT = "record_event", "ثبت رویداد قرارداد"
    PAY = "pay", "ثبت پرداخت"
    DECIDE_YEAR = "decide_year", "تصمیم پایان سال"
    COMPLETE = "complete", "پایان قرارداد"
    LAPSE = "lapse", "کنار گذاشتن پیش‌نویس"


SHARES = {3: (20, 25, 25, 20, 10), 4: (20, 20, 20, 15, 15, 10), 5: (15, 15, 15, 15, 15, 15, 10)}
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A contract to draft for an awarded tender (its row)."""

    tender: Any

    def record(self) -> dict[str, Any]:
        """Keep the tender."""
        return {"tender": self.tender.number}


@dataclass(frozen=True, slots=True)
class Revised:
    """Changes to a draft: its term, supervisor, special terms, and the share of each phase in order.

    `edition` says which facts the person saw; empty where nobody looked at a page.
    """

    starts_on: dt.date
    years: int
    supervisor: str
    special_terms: str
    shares: tuple[Decimal, ...]
    edition: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the changes, the shares as they were typed."""
        kept = {"starts_on": self.starts_on.isoformat(), "years": self.years, "supervisor": self.supervisor}
        return kept | {"special_terms": self.special_terms, "shares": [str(share) for share in self.shares]}


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A signature; the agent's comes with the performance guarantee's number, and names who signs for the firm."""

    guarantee_no: str = ""
    signatory_id: int | None = None
    despite: str = ""  # why the manager issues although a complaint is open (Art. 25)


def shares_of(years: int) -> tuple[int, ...]:
    """Return the usual shares of the phases, in percent; they sum to 100."""
    if years in SHARES:
        return SHARES[years]
    each = 70 // years
    return (20, *(each,) * (years - 1), 70 - each * (years - 1), 10)


def slug_of(code: str, year: int, serial: int) -> str:
    """Return a contract's number in ASCII, as QZ-C-1405-03."""
    return f"{code}-C-{year}-{serial:02}"


def printed(slug: str) -> str:
    """Return a contract's number as it is printed, ۱۴۰۵/۰۳."""
    _, year, serial = slug.rsplit("-", 2)
    return persian_digits(f"{year}/{serial}")


def year_of(starts_on: dt.date, day: dt.date) -> int:
    """Return in which year of a contract a day falls; its first day begins year 1."""
    return next(year for year in count(1) if day <= calendar.last_day_of_term(starts_on, year))


def percents(amounts: Sequence[int]) -> list[Decimal]:
    """Return the share of each amount in their sum, in percent with two places; the last absorbs the rounding."""
    total = sum(amounts)
    parts = [(Decimal(100) * a / total).quantize(Decimal("0.01"), ROUND_HALF_UP) for a in amounts[:-1]]
    return [*parts, WHOLE - sum(parts, Decimal(0))]


def deliverables(years: int) -> list[str]:
    """Return what each phase hands over: the study, each year's plan and reports, the exit (domain.md §5.4)."""
    study = "گزارش آغازین، مطالعه شناختی، چشم‌انداز و راهبرد، برنامه عملیاتی سال نخست"
    year = "گزارش‌های دوماهه، شاخص‌های خوشه، صورت اقدام‌ها"
    exit_ = "گزارش اثر، ثبت شبکه فراگیر، صورتجلسه واگذاری"
    return [study, *(f"{year}، برنامه سال بعد" for _ in range(years - 1)), year, exit_]
