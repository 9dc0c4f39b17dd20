"""A version of the map as a workbook: written for people to fill, and read again as lines with their addresses."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from tender_app.clusters.map_rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    TOP,
    Chart,
    CriterionLine,
)
from tender_app.clusters.sheets import Cell, Sheet, UnreadableError, address, sheets
from tender_app.documents.fonts import MissingGlyph, unprintable
from tender_app.kernel.persian import ascii_digits, persian_digits, search_key
from tender_app.kernel.words import _
from tender_app.web.fields import read_number

CANDIDATES, CRITERIA, GUIDE = "نامزدها", "معیارها", "راهنما"
SLUG, NAME, FIRMS, TEXT, OUT = "شناسه", "نام خوشه", "شمار بنگاه‌ها", "شرح", "کنار گذاشته (دلیل)"
FACTS = (SLUG, NAME, FIRMS, TEXT, OUT)
TITLE, WEIGHT, TIE = "معیار", "وزن (جمع ۱۰۰)", "نوبت در رفع تساوی"
COLUMNS = (TITLE, WEIGHT, TIE)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDANCE = (
    "برگه «نامزدها»: هر سطر یک نامزد؛ ستون‌های پس از «کنار گذاشته (دلیل)» معیارهای نقشه‌اند و هر امتیاز از ۰ تا ۱۰ است.",
    "شناسه نامزدهای کنونی را عوض نکنید؛ برای نامزد تازه آن را خالی بگذارید.",
    "خانه خالی چیزی را عوض نمی‌کند؛ سطری که پاک شود در نقشه می‌ماند. برای کنار گذاشتن، دلیل را بنویسید.",
    "برگه «معیارها»: وزن‌ها در پایان باید ۱۰۰ شود. نوبت در رفع تساوی: ۱ برای نخستین معیار، ۲ برای دومین؛ خالی یعنی هیچ.",
    "فرمول و خانه ادغام‌شده پذیرفته نیست. پیش از پذیرفتن، سامانه همه تغییرها را نشان می‌دهد.",
)
THOUSANDS = re.compile(r"[0-9]{1,3}([,٬،][0-9]{3})+")
MOST_FIRMS = 1_000_000
MOST_TURNS = 20
EXAMPLE_WIDTH, WIDE = 14, 30


@dataclass(frozen=True, slots=True)
class Taking:
    """A workbook to take, with the digest of the changes that were previewed."""

    workbook_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be read: where, and why."""

    sheet: str
    address: str
    reason: str


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
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Tahoma", "font_size": 10},
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#DDE5CB", "text_wrap": True, "valign": "top"})
        _write_candidates(_page(book, CANDIDATES, head, [*FACTS, *(c.title for c in chart.criteria)]), chart)
        _write_criteria(_page(book, CRITERIA, head, COLUMNS), chart.criteria)
        guide = book.add_worksheet(GUIDE)
        guide.right_to_left()
        guide.set_column(0, 0, 110)
        for row, line in enumerate(GUIDANCE):
            guide.write_string(row, 0, line)
    return buffer.getvalue()


def _page(book: Any, name: str, head: Any, headings: Sequence[str]) -> Any:
    page = book.add_worksheet(name)
    page.right_to_left()
    page.freeze_panes(1, 2)
    page.set_column(0, len(headings) - 1, EXAMPLE_WIDTH)
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, head)
    return page


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


class _Table:
    """A sheet with its headings: cells by heading, faults into the reading."""

    def __init__(self, sheet: Sheet, known: Sequence[str], reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.columns: dict[str, int] = {}
        self.others: dict[str, int] = {}
        names = {search_key(name): name for name in known}
        for merged in sheet.merged:
            self._fault(merged, _("خانه‌های ادغام‌شده خوانده نمی‌شود؛ ادغام را بردارید و هر خانه را جدا بنویسید."))
        for column in range(sheet.width):
            self._head(sheet.at(0, column), column, names)
        for name in known[:1] if known[0] != SLUG else (NAME,):
            if name not in self.columns:
                self._fault(address(0, 0), _("ستون «{name}» در سطر نخست نیست.").format(name=name))

    def _head(self, cell: Cell, column: int, names: dict[str, str]) -> None:
        key = search_key(cell.text)
        if cell.fault:
            self._fault(cell.address, cell.fault)
        elif key in names and names[key] not in self.columns:
            self.columns[names[key]] = column
        elif key and key not in map(search_key, (*self.columns, *self.others)):
            self.others[cell.text] = column
        elif key:
            self._fault(cell.address, _("ستون «{name}» دو بار آمده است.").format(name=cell.text))
        elif any(self.sheet.at(row, column).value is not None for row in range(1, self.sheet.height)):
            self._fault(cell.address, _("این ستون عنوان ندارد."))

    def rows(self) -> Iterator[int]:
        """Yield the rows in which something is written."""
        written = {row for row, _column in self.sheet.cells if row > 0}
        yield from sorted(written)

    def text(self, row: int, name: str, longest: int) -> str:
        """Return the text under a heading; a fault where it is none, too long, or not printable."""
        cell = self._at(row, name)
        if cell.fault:
            self._fault(cell.address, cell.fault)
            return ""
        text = cell.text
        if len(text) > longest:
            self._fault(cell.address, persian_digits(_("بیش از {most} نویسه است.").format(most=longest)))
            return ""
        if found := unprintable(text):
            self._fault(cell.address, MissingGlyph(found[0]).reason)
            return ""
        return text

    def number(self, row: int, column: int, most: Decimal, *, whole: bool = False) -> Decimal | None:
        """Return the number in a cell; a fault where there is another thing."""
        cell = self.sheet.at(row, column)
        if cell.fault:
            self._fault(cell.address, cell.fault)
            return None
        if not cell.text:
            return None
        try:
            return _number(cell.text, most, whole=whole)
        except ValueError as wrong:
            self._fault(cell.address, _("«{text}»: {reason}").format(text=cell.text[:40], reason=wrong))
            return None

    def figure(self, row: int, name: str, most: Decimal, *, whole: bool = False) -> Decimal | None:
        """Return the number under a heading."""
        return self.number(row, self.columns[name], most, whole=whole) if name in self.columns else None

    def _at(self, row: int, name: str) -> Cell:
        column = self.columns.get(name)
        return Cell(address(row, 0), None) if column is None else self.sheet.at(row, column)

    def _fault(self, place: str, reason: str) -> None:
        self.reading.faults.append(Fault(self.sheet.name, place, reason))

    def fault(self, row: int, name: str, reason: str) -> None:
        """Say what is wrong in a row, at a heading."""
        self._fault(self._at(row, name).address, reason)


def _number(text: str, most: Decimal, *, whole: bool) -> Decimal:
    plain = ascii_digits(text).lstrip("'’‘").strip()
    if whole and THOUSANDS.fullmatch(plain):
        plain = re.sub("[,٬،]", "", plain)
    if re.search("[,،٬]", plain):
        raise ValueError(_("ممیز را با نقطه یا ٫ بنویسید، نه با ویرگول."))
    value = read_number(plain, Decimal(0), most)
    if whole and value != value.to_integral_value():
        raise ValueError(_("عدد باید درست و بدون ممیز باشد."))
    return value


def _read_criteria(sheet: Sheet, reading: Reading) -> None:
    table = _Table(sheet, COLUMNS, reading)
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
    table = _Table(sheet, FACTS, reading)
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
