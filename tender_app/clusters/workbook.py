"""A version of the map as a workbook: written for people to fill, and read again as lines with their addresses."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tender_app.clusters.map_rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    TOP,
    Chart,
    CriterionLine,
)
from tender_app.clusters.sheets import Sheet, UnreadableError, address, sheets
from tender_app.clusters.tables import Fault, Table, book, guide, page
from tender_app.kernel.persian import search_key
from tender_app.kernel.words import _

CANDIDATES, CRITERIA, GUIDE = "نامزدها", "معیارها", "راهنما"
SLUG, NAME, FIRMS, TEXT, OUT = "شناسه", "نام خوشه", "شمار بنگاه‌ها", "شرح", "کنار گذاشته (دلیل)"
FACTS = (SLUG, NAME, FIRMS, TEXT, OUT)
TITLE, WEIGHT, TIE = "معیار", "وزن (جمع ۱۰۰)", "نوبت در رفع تساوی"
COLUMNS = (TITLE, WEIGHT, TIE)
GUIDANCE = (
    "برگه «نامزدها»: هر سطر یک نامزد؛ ستون‌های پس از «کنار گذاشته (دلیل)» معیارهای نقشه‌اند و هر امتیاز از ۰ تا ۱۰ است.",
    "شناسه نامزدهای کنونی را عوض نکنید؛ برای نامزد تازه آن را خالی بگذارید.",
    "خانه خالی چیزی را عوض نمی‌کند؛ سطری که پاک شود در نقشه می‌ماند. برای کنار گذاشتن، دلیل را بنویسید.",
    "برگه «معیارها»: وزن‌ها در پایان باید ۱۰۰ شود. نوبت در رفع تساوی: ۱ برای نخستین معیار، ۲ برای دومین؛ خالی یعنی هیچ.",
    "فرمول و خانه ادغام‌شده پذیرفته نیست. پیش از پذیرفتن، سامانه همه تغییرها را نشان می‌دهد.",
)
MOST_FIRMS = 1_000_000
MOST_TURNS = 20
WIDE = 30


@dataclass(frozen=True, slots=True)
class Taking:
    """A workbook to take, with the digest of the changes that were previewed."""

    workbook_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class ReadCriterion:
    """A row of the sheet of criteria; None where a cell is empty."""

    title: str
    weight: Decimal | None
    tie: int | None


@dataclass(frozen=True, slots=True)
class ReadCandidate:
    """A row of the sheet of candidates; empty cells say nothing."""

    address: str
    slug: str
    name: str
    firms_count: int | None
    description: str
    withdrawn: str
    scores: dict[str, Decimal]


@dataclass
class Reading:
    """What was read, and what could not be."""

    criteria: list[ReadCriterion] = field(default_factory=list)
    candidates: list[ReadCandidate] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)  # (address, title) of the columns of scores
    faults: list[Fault] = field(default_factory=list)


def write(chart: Chart, at: dt.datetime, *, title: str = "") -> bytes:
    """Return the workbook of a version: candidates, criteria, guidance; text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    with book(buffer, at, title) as (made, head):
        _write_candidates(page(made, CANDIDATES, head, [*FACTS, *(c.title for c in chart.criteria)]), chart)
        _write_criteria(page(made, CRITERIA, head, COLUMNS), chart.criteria)
        guide(made, GUIDE, GUIDANCE)
    return buffer.getvalue()


def _write_candidates(page: Any, chart: Chart) -> None:
    page.set_column(1, 1, WIDE)
    page.set_column(3, 4, WIDE)
    for row, line in enumerate(chart.candidates, 1):
        for column, text in ((0, line.slug), (1, line.name), (3, line.description), (4, line.withdrawn)):
            if text:
                page.write_string(row, column, text)
        if line.firms_count is not None:
            page.write_number(row, 2, line.firms_count)
        for column, criterion in enumerate(chart.criteria, len(FACTS)):
            if criterion.title in line.scores:
                page.write_number(row, column, line.scores[criterion.title])
    if chart.criteria:
        allowed = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10}
        last = len(FACTS) + len(chart.criteria) - 1
        page.data_validation(1, len(FACTS), max(len(chart.candidates), 1) + 50, last, allowed)


def _write_criteria(page: Any, criteria: Sequence[CriterionLine]) -> None:
    page.set_column(0, 0, 50)
    for row, line in enumerate(criteria, 1):
        page.write_string(row, 0, line.title)
        page.write_number(row, 1, line.weight)
        if line.tie is not None:
            page.write_number(row, 2, line.tie)


def read(content: bytes) -> Reading:
    """Return what a workbook says; UnreadableError where the file as a whole says nothing."""
    found = {search_key(name): sheet for name, sheet in sheets(content).items()}
    reading = Reading()
    candidates, criteria = found.get(search_key(CANDIDATES)), found.get(search_key(CRITERIA))
    if candidates is None and criteria is None:
        names = "، ".join(f"«{sheet.name}»" for sheet in found.values())
        raise UnreadableError(
            _(
                "برگه «نامزدها» یا «معیارها» در این پرونده نیست (برگه‌ها: {names})؛ نمونه را دریافت کنید و در همان بنویسید."
            ).format(names=names or "—")
        )
    if criteria is not None:
        _read_criteria(criteria, reading)
    if candidates is not None:
        _read_candidates(candidates, reading)
    return reading


def _read_criteria(sheet: Sheet, reading: Reading) -> None:
    table = Table(sheet, COLUMNS, reading.faults, needs=(TITLE,))
    seen: set[str] = set()
    for row in table.rows():
        title = table.text(row, TITLE, LONGEST_TITLE)
        weight = table.figure(row, WEIGHT, Decimal(100))
        turn = table.figure(row, TIE, Decimal(MOST_TURNS), whole=True)
        if title and search_key(title) in seen:
            table.fault(row, TITLE, _("معیار «{name}» دو بار آمده است.").format(name=title))
        elif title:
            seen.add(search_key(title))
            reading.criteria.append(ReadCriterion(title, weight, int(turn) if turn else None))
        elif weight is not None or turn is not None:
            table.fault(row, TITLE, _("عنوان این معیار را بنویسید."))


def _read_candidates(sheet: Sheet, reading: Reading) -> None:
    table = Table(sheet, FACTS, reading.faults, needs=(NAME,))
    reading.headings = [(sheet.at(0, column).address, title) for title, column in table.others.items()]
    for row in table.rows():
        scores = {title: table.number(row, column, TOP) for title, column in table.others.items()}
        firms = table.figure(row, FIRMS, Decimal(MOST_FIRMS), whole=True)
        line = ReadCandidate(
            address(row, table.columns.get(NAME, 0)),
            table.text(row, SLUG, LONGEST_NAME),
            table.text(row, NAME, LONGEST_NAME).replace("\n", " "),
            None if firms is None else int(firms),
            table.text(row, TEXT, LONGEST_TEXT),
            table.text(row, OUT, LONGEST_REASON),
            {title: score for title, score in scores.items() if score is not None},
        )
        if line.slug or line.name:
            reading.candidates.append(line)
        else:
            table.fault(row, NAME, _("نام یا شناسه نامزد این سطر را بنویسید."))
