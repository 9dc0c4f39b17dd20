"""Reading a workbook that a stranger sent: what it is, that it is no bomb, and its cells with their addresses.

The cells are read by calamine, which makes room for the whole rectangle of a sheet: so sizes and places are looked at
before, in the archive and in each sheet's own text, and formulas and merged cells are found on the way.
"""

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.parsers import expat

import python_calamine

from tender_app.kernel.persian import fold, persian_digits
from tender_app.kernel.words import N_, _

LARGEST, LARGEST_INSIDE, MOST_PARTS = 2 * 1024 * 1024, 24 * 1024 * 1024, 200
MOST_ROWS, MOST_COLUMNS = 1_000, 80
CHUNK = 64 * 1024
OLD = b"\xd0\xcf\x11\xe0"
PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")

NO_WORKBOOK = N_(
    "این پرونده کارپوشه اکسل (xlsx) نیست؛ جدول را در اکسل باز و با قالب «Excel Workbook (.xlsx)» ذخیره کنید."
)
OLD_OR_LOCKED = N_("این پرونده یا قالب قدیمی xls دارد یا رمز دارد؛ آن را در اکسل بی‌رمز و با قالب xlsx ذخیره کنید.")
DAMAGED = N_("این پرونده آسیب دیده یا ناتمام است؛ آن را در اکسل باز و دوباره ذخیره کنید.")


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something: its address as Excel writes it, and a text or a number; `fault` says why it is neither."""

    address: str
    value: str | Decimal | None
    fault: str = ""

    @property
    def text(self) -> str:
        """Return it as text."""
        if isinstance(self.value, Decimal):
            return format(self.value.normalize(), "f")
        return self.value or ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: rows of cells by (row, column) from 0, and its merged ranges."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[str, ...]

    def at(self, row: int, column: int) -> Cell:
        """Return a cell, an empty one where there is nothing."""
        return self.cells.get((row, column), Cell(address(row, column), None))

    @property
    def height(self) -> int:
        """Return the number of rows down to the last that holds something."""
        return max((row for row, _column in self.cells), default=-1) + 1

    @property
    def width(self) -> int:
        """Return the number of columns up to the last that holds something."""
        return max((column for _row, column in self.cells), default=-1) + 1


def sheets(content: bytes, most_rows: int = MOST_ROWS) -> dict[str, Sheet]:
    """Return the sheets of a workbook by name; UnreadableError says why there are none."""
    marks = _inspected(content, most_rows)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _sheet(book, name, marks[name]) for name in book.sheet_names if name in marks}
    except (python_calamine.CalamineError, python_calamine.PasswordError, python_calamine.XmlError) as broken:
        raise UnreadableError(_(DAMAGED)) from broken
    except (python_calamine.ZipError, ValueError, OSError) as broken:
        raise UnreadableError(_(DAMAGED)) from broken


def address(row: int, column: int) -> str:
    """Return the address of a cell as Excel writes it: B7."""
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row + 1}"


class _Marks:
    """What a sheet's own text says: formulas, merged ranges; a cell too far away ends the reading."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self.formulas: set[tuple[int, int]] = set()
        self.merged: list[str] = []
        self._row, self._column = -1, -1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit("}", 1)[-1]
        if tag == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self._row + 1
            self._column = -1
        elif tag == "c":
            self._go_to(attributes.get("r"))
        elif tag == "f":
            self.formulas.add((self._row, self._column))
        elif tag == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        if tag in {"v", "is", "f"} and not (0 <= self._row < self.most_rows and 0 <= self._column < MOST_COLUMNS):
            raise UnreadableError(_too_large(self.most_rows))

    def _go_to(self, place: str | None) -> None:
        found = PLACE.fullmatch(place or "")
        if place and not found:
            raise UnreadableError(_(DAMAGED))
        if found is None:
            self._column += 1
            return
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - 64
        self._row, self._column = int(found[2]) - 1, column - 1


def _too_large(most_rows: int) -> str:
    return persian_digits(
        _("جدول از {rows} سطر یا {columns} ستون بزرگ‌تر است؛ سطرها و ستون‌های اضافی را پاک کنید.").format(
            rows=most_rows, columns=MOST_COLUMNS
        )
    )


def _inspected(content: bytes, most_rows: int) -> dict[str, _Marks]:
    """Return the marks of each sheet by its name, once the archive was found to be small, whole and a workbook."""
    if len(content) > LARGEST:
        raise UnreadableError(
            persian_digits(
                _("پرونده از {size} مگابایت بزرگ‌تر است؛ فقط برگه‌های همین جدول را نگه دارید.").format(size=LARGEST >> 20)
            )
        )
    if content.startswith(OLD):
        raise UnreadableError(_(OLD_OR_LOCKED))
    if not content.startswith(b"PK"):
        raise UnreadableError(_(NO_WORKBOOK))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _marks(_parts(archive), most_rows)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as broken:
        raise UnreadableError(_(DAMAGED)) from broken
    except expat.ExpatError as broken:
        raise UnreadableError(_(DAMAGED)) from broken


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpack an archive that is small inside too; what unpacks to more than it says is broken (zipfile sees it)."""
    infos = archive.infolist()
    names = {info.filename.lower() for info in infos}
    inside = sum(info.file_size for info in infos)
    if len(infos) > MOST_PARTS or len(names) != len(infos) or inside > LARGEST_INSIDE:
        raise UnreadableError(
            _("این پرونده پس از باز شدن بیش از اندازه بزرگ است و خوانده نمی‌شود؛ فقط برگه‌های همین جدول را نگه دارید.")
        )
    if "xl/workbook.xml" not in names:
        raise UnreadableError(_(NO_WORKBOOK))
    return {info.filename: _unpacked(archive, info) for info in infos}


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    parts = bytearray()
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            parts += chunk
    return bytes(parts)


def _marks(parts: Mapping[str, bytes], most_rows: int) -> dict[str, _Marks]:
    """Walk the text of every sheet; return what it says by the sheet's name."""
    names: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rsplit("}", 1)[-1] == "sheet":
            key = next((v for k, v in attributes.items() if k.rsplit("}", 1)[-1] == "id"), "")
            names[attributes.get("name", "")] = key

    def relation(_name: str, attributes: dict[str, str]) -> None:
        if "Id" in attributes:
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("xl", attributes.get("Target", "")))

    _walk(parts.get("xl/workbook.xml", b""), sheet)
    _walk(parts.get("xl/_rels/workbook.xml.rels", b""), relation)
    walked = {
        path: _walked(text, most_rows)
        for path, text in parts.items()
        if path.startswith("xl/worksheets/") and path.endswith(".xml")
    }
    return {name: walked[path] for name, key in names.items() if (path := targets.get(key, "").lstrip("/")) in walked}


def _walked(text: bytes, most_rows: int) -> _Marks:
    marks = _Marks(most_rows)
    _walk(text, marks.start)
    return marks


def _walk(text: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.Parse(text, True)


def _no_doctype(*_what: Any) -> None:
    raise UnreadableError(_(DAMAGED))


def _sheet(book: python_calamine.CalamineWorkbook, name: str, marks: _Marks) -> Sheet:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    cells = {}
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            cell = _cell(address(row, column), value, is_formula=(row, column) in marks.formulas)
            if cell is not None:
                cells[row, column] = cell
    for row, column in marks.formulas - cells.keys():
        cells[row, column] = Cell(address(row, column), None, _(FORMULA))
    return Sheet(name, cells, tuple(marks.merged))


FORMULA = N_("فرمول پذیرفته نیست؛ مقدار آن را بنویسید (رونوشت و «چسباندن مقدار»).")


def _cell(place: str, value: Any, *, is_formula: bool) -> Cell | None:
    if is_formula:
        return Cell(place, None, _(FORMULA))
    if isinstance(value, bool):
        return Cell(place, None, _("درست یا نادرست (TRUE/FALSE) پذیرفته نیست."))
    if isinstance(value, int | float):
        return Cell(place, Decimal(repr(value)))  # the shortest text that reads back as what Excel shows
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Cell(place, None, _("اکسل این خانه را تاریخ یا ساعت خوانده است؛ قالب خانه را «عدد» یا «متن» کنید."))
    text = fold(str(value))
    return Cell(place, text) if text else None
