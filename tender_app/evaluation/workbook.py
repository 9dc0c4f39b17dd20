"""One's own score sheet as a workbook: written to be filled in, and read again as changes, each from what to what."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.clusters.differences import Change
from tender_app.clusters.sheets import Sheet, UnreadableError, address, sheets
from tender_app.clusters.tables import Fault, Table, book, guide, page
from tender_app.evaluation.models import Score
from tender_app.evaluation.rules import Pages, Scored
from tender_app.kernel.persian import decimal_text, fold, search_key
from tender_app.kernel.words import _

SCORES, GUIDE = "امتیازها", "راهنما"
LEAF, BID, EDITION = "شناسه معیار", "شناسه پیشنهاد", "نوبت ذخیره"
CRITERION, FIRM, WEIGHT, TOP, POINTS, REASON = "معیار", "پیشنهاد", "وزن", "از", "امتیاز", "دلیل"
COLUMNS = (LEAF, BID, EDITION, CRITERION, FIRM, WEIGHT, TOP, POINTS, REASON)
GUIDANCE = (
    "هر سطر یک معیار در یک پیشنهاد است؛ فقط ستون‌های «امتیاز» و «دلیل» را بنویسید.",
    "امتیاز از ۰ تا عدد ستون «از» است، با رقم فارسی یا لاتین؛ ممیز را با نقطه یا ٫ بنویسید، نه با ویرگول.",
    "خانه خالی چیزی را عوض نمی‌کند. فرمول پذیرفته نیست؛ مقدار آن را بنویسید.",
    "سه ستون نخست پنهان است و نباید عوض شود. جابه‌جا کردن سطرها آزاد است.",
    "پیش از نشستن، سامانه همه تغییرها را نشان می‌دهد؛ آنچه پس از دریافت این پرونده در سامانه تازه شده، دست نمی‌خورد.",
)
MOST_ROWS = 10_000
GREATEST = Decimal(2**53)  # to which Excel counts exactly
LONGEST = 2000
Kept = Mapping[tuple[int, int], Score]


@dataclass(frozen=True, slots=True)
class Ground:
    """Of what a workbook speaks: the sheet's bids (id, firm) and leaves in order, and what is kept."""

    bids: Sequence[tuple[int, str]]
    leaves: Sequence[Any]
    kept: Kept


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a workbook would change: the cells as they would be scored, each change in words, and what is not taken."""

    cells: tuple[Scored, ...] = ()
    changes: tuple[Change, ...] = ()
    stale: tuple[Change, ...] = ()  # newer here than in the file: left as they are
    faults: tuple[Fault, ...] = ()


def write(ground: Ground, at: dt.datetime, title: str) -> bytes:
    """Return the workbook of a sheet: one row for each bid under each leaf; text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    with book(buffer, at, title) as (made, head):
        table = page(made, SCORES, head, COLUMNS)
        table.freeze_panes(1, 5)
        table.set_column(0, 2, None, None, {"hidden": True})
        table.set_column(3, 4, 34)
        table.set_column(5, 7, 9)
        table.set_column(8, 8, 70)
        open_cell = made.add_format({"locked": False, "text_wrap": True, "valign": "top"})
        for row, (leaf, (bid, firm)) in enumerate(_rows(ground), 1):
            _write(table, row, (leaf, bid, firm, ground.kept.get((bid, leaf.id))), open_cell)
        table.autofilter(0, 0, max(len(ground.bids) * len(ground.leaves), 1), len(COLUMNS) - 1)
        free = ("sort", "autofilter", "format_columns", "format_rows", "format_cells")
        table.protect("", dict.fromkeys(free, True))  # against a slip of the hand alone: whoever wants can lift it
        guide(made, GUIDE, GUIDANCE)
    return buffer.getvalue()


def proposed(content: bytes, ground: Ground) -> Proposal:
    """Read a workbook against what is kept now; what cannot be read is told by its address."""
    try:
        found = {search_key(name): sheet for name, sheet in sheets(content, MOST_ROWS).items()}
    except UnreadableError as wrong:
        return Proposal(faults=(Fault(SCORES, address(0, 0), str(wrong)),))
    sheet = found.get(search_key(SCORES))
    if sheet is None:
        said = _("برگه «{name}» در این پرونده نیست؛ برگه خود را دریافت کنید و در همان بنویسید.")
        return Proposal(faults=(Fault(SCORES, address(0, 0), said.format(name=SCORES)),))
    return _Reading(sheet, ground).proposal()


class _Reading:
    """The rows of the sheet of scores, one after another."""

    def __init__(self, sheet: Sheet, ground: Ground) -> None:
        self.ground, self.faults = ground, list[Fault]()
        self.table = Table(sheet, COLUMNS, self.faults, needs=COLUMNS[:3] + COLUMNS[-2:])
        self.leaves = {leaf.id: leaf for leaf in ground.leaves}
        self.firms = dict(ground.bids)
        self.cells: list[Scored] = []
        self.changes: list[Change] = []
        self.stale: list[Change] = []

    def proposal(self) -> Proposal:
        seen: set[tuple[int, int]] = set()
        for row in self.table.rows() if not self.faults else ():
            bid, leaf, edition = (self._whole(row, name) for name in (BID, LEAF, EDITION))
            if bid not in self.firms or leaf not in self.leaves:
                self.table.fault(row, LEAF, _("این سطر از برگه شما نیست؛ ستون‌های پنهان شناسه را عوض نکنید."))
            elif (bid, leaf) in seen:
                self.table.fault(row, LEAF, _("این خانه دو بار آمده است؛ یکی از دو سطر را پاک کنید."))
            else:
                seen.add((bid, leaf))
                self._row(row, bid, self.leaves[leaf], edition)
        if self.faults:
            return Proposal(faults=tuple(self.faults))
        return Proposal(tuple(self.cells), tuple(self.changes), tuple(self.stale))

    def _whole(self, row: int, name: str) -> int:
        figure = self.table.figure(row, name, GREATEST, whole=True)
        return -1 if figure is None else int(figure)

    def _row(self, row: int, bid: int, leaf: Any, edition: int) -> None:
        kept = self.ground.kept.get((bid, leaf.id))
        old_points, old_reason = (kept.points, kept.reason) if kept else (None, "")
        points = self.table.figure(row, POINTS, leaf.top)
        points = old_points if points is None else points
        cell = self.table.at(row, REASON)
        is_same = not cell.fault and fold(cell.text) == old_reason  # what is kept already needs no second look
        reason = old_reason if is_same else self.table.text(row, REASON, LONGEST) or old_reason
        if (points, reason) == (old_points, old_reason):
            return
        place = f"{self.firms[bid]}، {leaf.title}"
        pairs = [(POINTS, _shown(old_points), _shown(points)), (REASON, old_reason, reason)]
        found = [Change(place, what, old, new) for what, old, new in pairs if old != new]
        if kept is not None and kept.edition != edition:
            self.stale += found
            return
        self.changes += found
        self.cells.append(Scored(bid, leaf.id, points, reason, edition, _pages(kept)))


def _rows(ground: Ground) -> Iterator[tuple[Any, tuple[int, str]]]:
    for leaf in ground.leaves:
        for bid in ground.bids:
            yield leaf, bid


def _write(table: Any, row: int, what: tuple[Any, int, str, Score | None], open_cell: Any) -> None:
    leaf, bid, firm, kept = what
    for column, number in enumerate((leaf.id, bid, kept.edition if kept else 0)):
        table.write_number(row, column, number)
    table.write_string(row, 3, leaf.title)
    table.write_string(row, 4, firm)
    table.write_number(row, 5, leaf.weight)
    table.write_number(row, 6, leaf.top)
    if kept and kept.points is not None:
        table.write_number(row, 7, kept.points, open_cell)
    else:
        table.write_blank(row, 7, None, open_cell)
    if kept and kept.reason:
        table.write_string(row, 8, kept.reason, open_cell)
    else:
        table.write_blank(row, 8, None, open_cell)


def _pages(kept: Score | None) -> Pages:
    return tuple((int(file), int(number)) for file, number in kept.pages) if kept else ()


def _shown(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)
