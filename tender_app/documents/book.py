"""A book: a cover, a table of contents with page numbers, and parts that each begin a page; a draft says so on every page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tender_app.documents.blocks import Facts, Space, Title, Verification
from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Style, break_lines, natural_width
from tender_app.documents.paper import MEASURE, ROOM, SIDE, TOP, Paper, frame, paged, rows_of
from tender_app.documents.pen import PAGE_HEIGHT, Pen
from tender_app.documents.rows import RULE, Block, Row
from tender_app.kernel.persian import persian_digits

PART = Style(size=10.5, leading=22, weight=Weight.BOLD, align=Align.RIGHT, colour="#3f5220")
ENTRY = Style(size=9.6, leading=17, align=Align.RIGHT)
PALE = Style(size=110, leading=110, weight=Weight.BOLD, align=Align.CENTRE, colour="#f0ecdf")
NAME = Style(size=13, leading=24, weight=Weight.BOLD, align=Align.CENTRE, colour="#3f5220")
GREAT = Style(size=24, leading=40, weight=Weight.BOLD, align=Align.CENTRE)
CALM = Style(size=12, leading=24, align=Align.CENTRE)
INDENT, GAP = 16.0, 8.0
CONTENTS = "فهرست"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a book: its title, its blocks, whether their headings stand in the table of contents, and how it is paged."""

    title: str
    blocks: Sequence[Block]
    is_listed: bool = True
    is_apart: bool = False  # each block begins a page of its own, as forms do

    def pages(self) -> list[list[Row]]:
        """Return its pages; small tables and lists of facts stay whole."""
        first, *rest = ([Title(self.title), block] for block in self.blocks) if self.is_apart else [self._whole()]
        return [
            page
            for blocks in (first, *(blocks[1:] for blocks in rest))
            for page in paged(rows_of(blocks, ROOM / 2), ROOM)
        ]

    def _whole(self) -> list[Block]:
        return [Title(self.title), *self.blocks]


@dataclass(frozen=True, slots=True)
class Book:
    """What is typeset: a paper whose blocks are parts, with what its cover says; a `mark` lies across every page."""

    paper: Paper
    subtitle: str
    cover: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    title: str
    page: int
    is_part: bool


def render_book(book: Book) -> bytes:
    """Return the book as PDF; the same book gives the same bytes."""
    parts = [part.pages() for part in book.parts]
    ahead = 1 + len(_contents(list(_entries(book, parts, 0))))
    contents = _contents(list(_entries(book, parts, ahead)))
    count = ahead + sum(len(pages) for pages in parts)
    paper = book.paper
    pen = Pen(title=f"{paper.title} {paper.number}", author=paper.organisation, subject=paper.number)
    _draw_cover(pen, book)
    titles = [CONTENTS, *(part.title for part in book.parts)]
    place = 1
    for title, pages in zip(titles, [contents, *parts], strict=True):
        for number, rows in enumerate(pages):
            place += 1
            _underlay(pen, book)
            frame(pen, paper, place, count)
            if not number:
                pen.outline(title, TOP, 0)
            _draw(pen, rows)
            pen.turn_page()
    return pen.finish()


def _draw(pen: Pen, rows: Sequence[Row]) -> None:
    top = TOP
    for row in rows:
        if row.outline:
            pen.outline(row.outline, top, 1)
        row.draw(pen, SIDE, top, MEASURE)
        top += row.height


def _underlay(pen: Pen, book: Book) -> None:
    if book.mark:
        pen.watermark(break_lines(book.mark, PALE, PAGE_HEIGHT)[0], PALE)


def _entries(book: Book, parts: Sequence[Sequence[Sequence[Row]]], ahead: int) -> Iterator[Entry]:
    """Yield what the table of contents lists; `ahead` pages come before the first part."""
    place = ahead
    for part, pages in zip(book.parts, parts, strict=True):
        yield Entry(part.title, place + 1, is_part=True)
        for rows in pages:
            place += 1
            if part.is_listed:
                yield from (Entry(row.outline, place, is_part=False) for row in rows if row.outline)


def _contents(entries: Sequence[Entry]) -> list[list[Row]]:
    rows = [_line(entry, holds=entry.is_part) for entry in entries]
    return paged([*rows_of([Title(CONTENTS)]), *rows], ROOM)


def _line(entry: Entry, *, holds: bool) -> Row:
    style = PART if entry.is_part else ENTRY
    indent = 0.0 if entry.is_part else INDENT
    left_style = replace(style, align=Align.LEFT)
    title, page = (
        break_lines(entry.title, style, MEASURE * 3)[0],
        break_lines(persian_digits(entry.page), left_style, 60)[0],
    )
    told, number = natural_width(entry.title, style), natural_width(persian_digits(entry.page), style)

    def draw(pen: Pen, left: float, top: float, measure: float) -> None:
        baseline = top + style.leading * 0.72
        pen.text(title, style, left, baseline, measure - indent)
        pen.text(page, left_style, left, baseline, measure)
        ends = (left + number + GAP, baseline, left + measure - indent - told - GAP, baseline)
        if ends[2] > ends[0]:
            pen.dashes(ends, "#c9cfbb")

    return Row(style.leading, draw, holds=holds)


def _draw_cover(pen: Pen, book: Book) -> None:
    """The cover: who calls, for what, the numbers and days, and the code by which a copy is checked."""
    paper = book.paper
    _underlay(pen, book)
    pen.outline(paper.title, 0, 0)
    pen.box((SIDE - 18, 52, MEASURE + 36, PAGE_HEIGHT - 104), border=RULE, radius=10)
    top = 150.0
    for text, style in ((paper.organisation, NAME), (paper.title, GREAT), (book.subtitle, CALM)):
        for line in break_lines(text, style, MEASURE - 40):
            pen.text(line, style, SIDE + 20, top, MEASURE - 40)
            top += style.leading
        top += 30
    foot: list[Block] = [Verification(paper.stamp.code, paper.stamp.url)] if paper.stamp else []
    rows = rows_of([Facts(book.cover), Space(18), *foot])
    top = max(top, PAGE_HEIGHT - 84 - sum(row.height for row in rows))
    for row in rows:
        row.draw(pen, SIDE, top, MEASURE)
        top += row.height
    pen.turn_page()
