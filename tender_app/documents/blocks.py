"""What papers are made of: headings, paragraphs, articles, tables, signatures; each becomes rows that a page holds.

A row knows its height and how to draw itself; `holds` ties it to the next one, so that no title ends a page alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Line, Style, break_lines
from tender_app.documents.marks import NBSP, bold, clause_number, ltr
from tender_app.documents.pen import Pen
from tender_app.documents.rows import (
    BAND,
    BODY,
    CELL,
    FIGURES,
    HEAD,
    LOW,
    PAD,
    RULE,
    SECTION,
    SMALL,
    SUBTITLE,
    TITLE,
    Block,
    Row,
    divided,
    draw_cell,
    paragraph,
)


@dataclass(frozen=True)
class Space(Block):
    """Empty space of so many points."""

    height: float = 8.0

    def rows(self, measure: float) -> list[Row]:
        """Return one empty row."""
        del measure
        return [Row(self.height, lambda *_: None)]


@dataclass(frozen=True)
class Text(Block):
    """A paragraph; two lines at least stay together at either end."""

    text: str
    style: Style = BODY
    after: float = 4.0
    holds: bool = False

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each line."""
        made = paragraph(self.text, self.style, measure)
        last = len(made) - 1
        rows = [
            Row(row.height, row.draw, holds=self.holds or last == 1 or (place in {0, last - 1} and place < last))
            for place, row in enumerate(made)
        ]
        if rows and not self.holds:
            rows[-1] = Row(rows[-1].height + self.after, rows[-1].draw)
        return rows


@dataclass(frozen=True)
class Title(Block):
    """The paper's own title, with a line under it."""

    text: str
    under: str = ""

    def rows(self, measure: float) -> list[Row]:
        """Return the title's rows, tied to what follows."""
        made = paragraph(self.text, TITLE, measure) + (paragraph(self.under, SUBTITLE, measure) if self.under else [])
        return [*(Row(r.height, r.draw, holds=True) for r in made), Row(8, lambda *_: None)]


@dataclass(frozen=True)
class Heading(Block):
    """The title of a section."""

    text: str

    def rows(self, measure: float) -> list[Row]:
        """Return the title, tied to what follows."""
        made = paragraph(self.text, SECTION, measure)
        first = Row(6, lambda *_: None, holds=True, outline=self.text)
        return [first, *(Row(r.height, r.draw, holds=True) for r in made)]


@dataclass(frozen=True)
class Article(Block):
    """An article of a contract: its title, then numbered clauses (a single one needs no number); or an annex, whose paragraphs have none."""

    number: int
    title: str
    clauses: Sequence[str | Block]
    word: str = "ماده"

    @property
    def is_numbered(self) -> bool:
        """Whether the clauses carry numbers."""
        return self.word == "ماده" and sum(isinstance(clause, str) for clause in self.clauses) > 1

    def rows(self, measure: float) -> list[Row]:
        """Return the title tied to the first clause, then the clauses."""
        rows = Heading(f"{self.word} {clause_number(self.number)} – {self.title}").rows(measure)
        place = 0
        for clause in self.clauses:
            if isinstance(clause, str):
                place += 1
                mark = f"{bold(clause_number(self.number, place))}{NBSP} " if self.is_numbered else ""
                rows += Text(mark + clause).rows(measure)
            else:
                rows += clause.rows(measure)
        return rows


@dataclass(frozen=True)
class Column:
    """A column: its head, its share of the measure, and whether it holds figures."""

    head: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class Table(Block):
    """A table read from the right; its head is repeated on each page; `foot` is a last row in bold."""

    columns: Sequence[Column]
    body: Sequence[Sequence[str]]
    foot: Sequence[str] = field(default=())

    def rows(self, measure: float) -> list[Row]:
        """Return the head tied to the first row, the rows, of which none is left alone, and some space tied to the last."""
        (head,) = self._strips([c.head for c in self.columns], measure, is_head=True)
        rows = [strip for cells in self.body for strip in self._strips(cells, measure)]
        if self.foot:
            rows += self._strips([bold(c) for c in self.foot], measure)
        last = len(rows) - 1
        tied = [
            Row(r.height, r.draw, place == last, place in {0, last - 1} and r.height <= LOW, head, run=self)
            for place, r in enumerate(rows)
        ]
        return [Row(head.height, head.draw, holds=True, run=self), *tied, Row(8, lambda *_: None, run=self)]

    def _strips(self, cells: Sequence[str], measure: float, *, is_head: bool = False) -> list[Row]:
        """A row of the table, in as many strips as its longest cell needs."""
        whole = sum(c.share for c in self.columns)
        widths = [measure * c.share / whole for c in self.columns]
        styles = [HEAD if is_head else FIGURES if c.is_number else CELL for c in self.columns]
        set_cells = [
            break_lines(text, style, width - 2 * PAD) for text, style, width in zip(cells, styles, widths, strict=True)
        ]

        def strip(lines: Sequence[Sequence[Line]], *, is_last: bool) -> Row:
            height = max(map(len, lines)) * CELL.leading + PAD * is_last

            def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
                if is_head:
                    pen.box((left, top, measure, height), fill=BAND)
                edge = left + measure
                for cell, style, width in zip(lines, styles, widths, strict=True):
                    edge -= width
                    draw_cell(pen, cell, style, (edge + PAD, top + PAD / 2, width - 2 * PAD))
                if is_last:
                    pen.rule((left, top + height, left + measure, top + height), RULE)

            return Row(height, draw)

        return divided(set_cells, strip, whole=is_head)


@dataclass(frozen=True)
class Facts(Block):
    """Pairs of a label and a value, one under another."""

    pairs: Sequence[tuple[str, str]]
    share: float = 0.3

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each pair."""
        pairs = [replace(row, run=self) for label, value in self.pairs for row in self._pair(label, value, measure)]
        pairs[-1:] = [replace(row, holds=True) for row in pairs[-1:]]
        return [*pairs, Row(6, lambda *_: None, run=self)]

    def _pair(self, label: str, value: str, measure: float) -> list[Row]:
        width = measure * self.share
        cells = [break_lines(label, SMALL, width - PAD), break_lines(value, CELL, measure - width)]

        def strip(lines: Sequence[Sequence[Line]], *, is_last: bool) -> Row:
            height = max(map(len, lines)) * CELL.leading + 3 * is_last

            def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
                draw_cell(pen, lines[0], SMALL, (left + measure - width + PAD, top, width - PAD))
                draw_cell(pen, lines[1], CELL, (left, top, measure - width))
                if is_last:
                    pen.rule((left, top + height, left + measure, top + height), "#e5e8da")

            return Row(height, draw)

        return divided(cells, strip)


@dataclass(frozen=True)
class Verification(Block):
    """The QR code, code and address by which anyone checks a copy."""

    code: str
    url: str
    is_tied: ClassVar = True

    def rows(self, measure: float) -> list[Row]:
        """Return one row."""
        return [Row(76, self.drawn(measure))]

    def drawn(self, measure: float) -> Callable[[Pen, float, float, float], None]:
        """Return how it is drawn in a measure."""
        words = "برای راستی‌آزمایی، رمزینه را بخوانید یا در نشانی زیر، کد سند یا خود پرونده را بیازمایید."
        lines = [
            *break_lines(words, SMALL, measure - 90),
            *break_lines(f"کد سند: {bold(ltr(self.code))}", SMALL, measure - 90),
            *break_lines(ltr(self.url.partition("?")[0]), SMALL, measure - 90),
        ]

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            pen.qr(self.url, left + measure - 74, top + 4, 70)
            for place, line in enumerate(lines):
                pen.text(line, SMALL, left, top + 20 + SMALL.leading * place, measure - 90)

        return draw


@dataclass(frozen=True)
class Signatures(Block):
    """Places to sign, up to three beside each other: a name, a capacity, and when it was signed; `code` stands beside the last."""

    people: Sequence[tuple[str, str, str]]
    code: Verification | None = None
    is_tied: ClassVar = True

    @property
    def has_room(self) -> bool:
        """Tell whether the last row has room for the code."""
        return len(self.people) % 3 == 1

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each three."""
        starts = range(0, len(self.people), 3)
        strips = [
            self._strip(self.people[at : at + 3], measure / 3, self.code if at == starts[-1] else None) for at in starts
        ]
        return [
            Row(10, lambda *_: None, holds=True),
            *(replace(strip, leans=True) for strip in strips[:-1]),
            *strips[-1:],
        ]

    def _strip(self, people: Sequence[tuple[str, str, str]], width: float, code: Verification | None) -> Row:
        boxes = [_signature(person, width - 20) for person in people]
        height = 42.0 + max(42.0, *(sum(style.leading for _, style in box) for box in boxes))

        def draw(pen: Pen, left: float, top: float, measure: float) -> None:
            for place, box in enumerate(boxes, 1):
                edge = left + measure - width * place
                pen.box((edge + 4, top, width - 8, height - 8), border=RULE, radius=5)
                y = top + 6
                for line, style in box:
                    pen.text(line, style, edge + 10, y + style.leading * 0.75, width - 20)
                    y += style.leading
                pen.dashes((edge + 24, top + height - 20, edge + width - 24, top + height - 20), "#8a917c")
            if code:
                room = measure - width - 16
                code.drawn(room)(pen, left, top, room)

        return Row(height, draw)


def _signature(person: tuple[str, str, str], measure: float) -> list[tuple[Line, Style]]:
    """The lines in a place to sign: the capacity, the name, when it was signed."""
    name, capacity, signed = person
    centre = Style(size=9.2, leading=15, align=Align.CENTRE)
    strong = Style(size=9.6, leading=15, weight=Weight.BOLD, align=Align.CENTRE)
    small = Style(size=8, leading=13, align=Align.CENTRE, colour="#59604c")
    texts = [(capacity, centre), (name, strong), (signed, small)]
    return [(line, style) for text, style in texts if text for line in break_lines(text, style, measure)]
