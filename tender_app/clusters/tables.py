"""Tables in workbooks, for every stage: text that stays text when written, and sheets read by their headings with faults by address."""

import contextlib
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from tender_app.clusters.sheets import Cell, Sheet, address
from tender_app.documents.fonts import MissingGlyph, unprintable
from tender_app.kernel.persian import ascii_digits, persian_digits, search_key
from tender_app.kernel.words import _
from tender_app.web.fields import read_number

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Tahoma", "font_size": 10},
}
HEAD = {"bold": True, "bg_color": "#DDE5CB", "text_wrap": True, "valign": "top"}
THOUSANDS = re.compile(r"[0-9]{1,3}([,٬،][0-9]{3})+")
EXAMPLE_WIDTH = 14


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be read: where, and why."""

    sheet: str
    address: str
    reason: str


@contextlib.contextmanager
def book(buffer: io.BytesIO, at: dt.datetime, title: str) -> Iterator[tuple[Any, Any]]:
    """Give a new workbook and the format of its headings; what is written as text stays text, whatever it begins with."""
    with xlsxwriter.Workbook(buffer, OPTIONS) as made:
        made.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        yield made, made.add_format(HEAD)


def page(book: Any, name: str, head: Any, headings: Sequence[str]) -> Any:
    """Begin a sheet from right to left, with its headings in the first row."""
    made = book.add_worksheet(name)
    made.right_to_left()
    made.freeze_panes(1, 2)
    made.set_column(0, len(headings) - 1, EXAMPLE_WIDTH)
    for column, heading in enumerate(headings):
        made.write_string(0, column, heading, head)
    return made


def guide(made: Any, name: str, lines: Sequence[str]) -> None:
    """Add a sheet that says how to fill the others."""
    sheet = made.add_worksheet(name)
    sheet.right_to_left()
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


class Table:
    """A sheet with its headings: cells by heading, faults into the reading."""

    def __init__(self, sheet: Sheet, known: Sequence[str], faults: list[Fault], *, needs: Sequence[str]) -> None:
        self.sheet, self.faults = sheet, faults
        self.columns: dict[str, int] = {}
        self.others: dict[str, int] = {}
        names = {search_key(name): name for name in known}
        for merged in sheet.merged:
            self._fault(merged, _("خانه‌های ادغام‌شده خوانده نمی‌شود؛ ادغام را بردارید و هر خانه را جدا بنویسید."))
        for column in range(sheet.width):
            self._head(sheet.at(0, column), column, names)
        for name in needs:
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
        cell = self.at(row, name)
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
            return read_figure(cell.text, most, whole=whole)
        except ValueError as wrong:
            self._fault(cell.address, _("«{text}»: {reason}").format(text=cell.text[:40], reason=wrong))
            return None

    def figure(self, row: int, name: str, most: Decimal, *, whole: bool = False) -> Decimal | None:
        """Return the number under a heading."""
        return self.number(row, self.columns[name], most, whole=whole) if name in self.columns else None

    def at(self, row: int, name: str) -> Cell:
        """Return the cell of a row under a heading."""
        column = self.columns.get(name)
        return Cell(address(row, 0), None) if column is None else self.sheet.at(row, column)

    def _fault(self, place: str, reason: str) -> None:
        self.faults.append(Fault(self.sheet.name, place, reason))

    def fault(self, row: int, name: str, reason: str) -> None:
        """Say what is wrong in a row, at a heading."""
        self._fault(self.at(row, name).address, reason)


def read_figure(text: str, most: Decimal, *, whole: bool) -> Decimal:
    """Return the number that a cell shows: an apostrophe before it is nothing, a comma as a decimal sign is refused (Persian)."""
    plain = ascii_digits(text).lstrip("'’‘").strip()
    if whole and THOUSANDS.fullmatch(plain):
        plain = re.sub("[,٬،]", "", plain)
    if re.search("[,،٬]", plain):
        raise ValueError(_("ممیز را با نقطه یا ٫ بنویسید، نه با ویرگول."))
    value = read_number(plain, Decimal(0), most)
    if whole and value != value.to_integral_value():
        raise ValueError(_("عدد باید درست و بدون ممیز باشد."))
    return value
