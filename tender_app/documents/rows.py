"""Rows, which pages hold, and blocks, which become rows; the styles that all blocks share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Line, Style, break_lines
from tender_app.documents.pen import Pen

BODY = Style()
SMALL = Style(size=8.5, leading=14, align=Align.RIGHT, colour="#59604c")
CELL = Style(size=9.2, leading=15, align=Align.RIGHT)
FIGURES = replace(CELL, is_tabular=True)
HEAD = replace(CELL, weight=Weight.BOLD)
TITLE = Style(size=15, leading=26, weight=Weight.BOLD, align=Align.CENTRE)
SUBTITLE = Style(size=10, leading=18, align=Align.CENTRE, colour="#59604c")
SECTION = Style(size=11.5, leading=21, weight=Weight.BOLD, align=Align.RIGHT, colour="#3f5220")
RULE = "#c9cfbb"
BAND = "#eef1e4"
PAD = 6.0
LOW = 60.0  # a row up to here is not left alone on a page for the sake of its table
MOST_LINES, FEW_LINES = 20, 5  # a row of more lines is divided into strips of a few, which pages may part


@dataclass(frozen=True)
class Row:
    """A strip of a page; `header` is drawn again above it when it begins a page inside its table.

    One that `holds` never ends a page; nor does one that `leans`, as long as a page has room for all that would go over with it.
    Strips of one table, or of one list of facts, name it as their `run`.
    """

    height: float
    draw: Callable[[Pen, float, float, float], None]  # pen, left, top, measure
    holds: bool = False
    leans: bool = False
    header: "Row | None" = None
    outline: str = ""
    run: object = None


class Block:
    """Something that becomes rows in a measure of so many points; a tied one never begins a page without what precedes it."""

    is_tied: ClassVar = False

    def rows(self, measure: float) -> list[Row]:
        """Return the rows, top to bottom."""
        raise NotImplementedError


def divided(cells: Sequence[Sequence[Line]], strip: Callable[..., Row], *, whole: bool = False) -> list[Row]:
    """Return the strips of a row whose cells hold these lines: one, or several where a page could not hold it."""
    count = max(map(len, cells))
    step = count if whole or count <= MOST_LINES else FEW_LINES
    starts = range(0, count, step)
    return [strip([cell[at : at + step] for cell in cells], is_last=at == starts[-1]) for at in starts]


def draw_cell(pen: Pen, lines: Sequence[Line], style: Style, place: tuple[float, float, float]) -> None:
    """Draw lines under each other in a cell, given its left edge, top and width."""
    left, top, width = place
    for number, line in enumerate(lines):
        pen.text(line, style, left, top + CELL.leading * (number + 0.75), width)


def paragraph(text: str, style: Style, measure: float) -> list[Row]:
    """Set text in lines, a row for each."""

    def row(line: Line) -> Row:
        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            pen.text(line, style, left, top + style.leading * 0.72, measure)

        return Row(style.leading, draw)

    return [row(line) for line in break_lines(text, style, measure)]
