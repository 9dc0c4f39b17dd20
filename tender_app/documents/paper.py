"""A paper: blocks set on A4 pages with a running head, page numbers and the code by which a copy is checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tender_app.documents.blocks import RULE, SMALL, Block, Row, Verification
from tender_app.documents.lines import Align, break_lines
from tender_app.documents.marks import ltr
from tender_app.documents.pen import PAGE_HEIGHT, PAGE_WIDTH, Pen
from tender_app.kernel.persian import persian_digits

SIDE, TOP, BOTTOM = 58.0, 74.0, 66.0
MEASURE = PAGE_WIDTH - 2 * SIDE
ROOM = PAGE_HEIGHT - TOP - BOTTOM


@dataclass(frozen=True, slots=True)
class Stamp:
    """The code printed on a paper, and the address at which it is checked."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What is typeset: who issues it, its title and number for the running head, and its blocks."""

    organisation: str
    title: str
    number: str
    blocks: Sequence[Block]
    stamp: Stamp | None


def render(paper: Paper) -> bytes:
    """Return the paper as PDF; the same paper gives the same bytes."""
    pages = _paged([*(row for block in paper.blocks for row in block.rows(MEASURE)), *_stamp(paper)])
    pen = Pen(title=f"{paper.title} {paper.number}", author=paper.organisation, subject=paper.number)
    for place, rows in enumerate(pages, 1):
        _frame(pen, paper, place, len(pages))
        top = TOP
        for row in rows:
            if row.outline:
                pen.outline(row.outline, top, 0)
            row.draw(pen, SIDE, top, MEASURE)
            top += row.height
        pen.turn_page()
    return pen.finish()


def _stamp(paper: Paper) -> list[Row]:
    return Verification(paper.stamp.code, paper.stamp.url).rows(MEASURE) if paper.stamp else []


def _paged(rows: Sequence[Row]) -> list[list[Row]]:
    """Put rows on pages: rows that hold the next one go over together, tables take their head with them."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for group in _groups(rows):
        height = sum(row.height for row in group)
        if pages[-1] and used + height > ROOM:
            pages.append([])
            used = 0.0
            if header := group[0].header:
                pages[-1].append(replace(header, holds=False))
                used = header.height
        pages[-1].extend(group)
        used += height
    return pages


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    is_held = False
    for row in rows:
        if is_held:
            groups[-1].append(row)
        else:
            groups.append([row])
        is_held = row.holds
    return groups


def _frame(pen: Pen, paper: Paper, place: int, count: int) -> None:
    head = replace(SMALL, align=Align.RIGHT)
    pen.text(break_lines(paper.organisation, head, MEASURE * 0.6)[0], head, SIDE + MEASURE * 0.4, 44, MEASURE * 0.6)
    number = replace(SMALL, align=Align.LEFT)
    pen.text(break_lines(ltr(paper.number), number, MEASURE * 0.4)[0], number, SIDE, 44, MEASURE * 0.4)
    pen.rule((SIDE, 52, SIDE + MEASURE, 52), RULE)
    foot = PAGE_HEIGHT - 38
    pen.rule((SIDE, foot - 14, SIDE + MEASURE, foot - 14), RULE)
    page = persian_digits(f"صفحه {place} از {count}")
    pen.text(break_lines(page, head, MEASURE / 3)[0], head, SIDE + MEASURE * 2 / 3, foot, MEASURE / 3)
    title = replace(SMALL, align=Align.CENTRE)
    pen.text(break_lines(paper.title, title, MEASURE / 2)[0], title, SIDE + MEASURE / 4, foot, MEASURE / 2)
    code = ltr(paper.stamp.code) if paper.stamp else " "
    pen.text(break_lines(code, number, MEASURE / 3)[0], number, SIDE, foot, MEASURE / 3)
