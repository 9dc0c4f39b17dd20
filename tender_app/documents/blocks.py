"""What papers are made of: headings, paragraphs, articles, tables, signatures; each becomes rows that a page holds.

A row knows its height and how to draw itself; `holds` ties it to the next one, so that no title ends a page alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Style, break_lines
from tender_app.documents.marks import NBSP, bold, clause_number, ltr
from tender_app.documents.pen import Pen

BODY = Style()
SMALL = Style(size=8.5, leading=14, align=Align.RIGHT, colour="#59604c")
CELL = Style(size=9.2, leading=15, align=Align.RIGHT)
FIGURES = Style(size=9.2, leading=15, align=Align.LEFT, is_tabular=True)
HEAD = Style(size=9.2, leading=15, weight=Weight.BOLD, align=Align.RIGHT)
HEAD_OF_FIGURES = replace(HEAD, align=Align.LEFT)
TITLE = Style(size=15, leading=26, weight=Weight.BOLD, align=Align.CENTRE)
SUBTITLE = Style(size=10, leading=18, align=Align.CENTRE, colour="#59604c")
SECTION = Style(size=11.5, leading=21, weight=Weight.BOLD, align=Align.RIGHT, colour="#3f5220")
RULE = "#c9cfbb"
BAND = "#eef1e4"
PAD = 6.0
INDENT = 26.0


@dataclass(frozen=True)
class Row:
    """A strip of a page; `header` is drawn again above it when it begins a page inside its table."""

    height: float
    draw: Callable[[Pen, float, float, float], None]  # pen, left, top, measure
    holds: bool = False
    header: "Row | None" = None
    outline: str = ""


class Block:
    """Something that becomes rows in a measure of so many points."""

    def rows(self, measure: float) -> list[Row]:
        """Return the rows, top to bottom."""
        raise NotImplementedError


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
    indent: float = 0.0
    after: float = 4.0
    holds: bool = False

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each line."""
        made = _lines(self.text, self.style, measure - self.indent)
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
        made = _lines(self.text, TITLE, measure) + (_lines(self.under, SUBTITLE, measure) if self.under else [])
        return [*(Row(r.height, r.draw, holds=True) for r in made), Row(8, lambda *_: None)]


@dataclass(frozen=True)
class Heading(Block):
    """The title of a section."""

    text: str

    def rows(self, measure: float) -> list[Row]:
        """Return the title, tied to what follows."""
        made = _lines(self.text, SECTION, measure)
        first = Row(6, lambda *_: None, holds=True, outline=self.text)
        return [first, *(Row(r.height, r.draw, holds=True) for r in made)]


@dataclass(frozen=True)
class Article(Block):
    """An article of a contract: its title, then numbered clauses (a single one needs no number)."""

    number: int
    title: str
    clauses: Sequence[str | Block]

    def rows(self, measure: float) -> list[Row]:
        """Return the title tied to the first clause, then the clauses."""
        rows = Heading(f"ماده {clause_number(self.number)} – {self.title}").rows(measure)
        texts = [c for c in self.clauses if isinstance(c, str)]
        place = 0
        for clause in self.clauses:
            if isinstance(clause, str):
                place += 1
                mark = f"{bold(clause_number(self.number, place))}{NBSP} " if len(texts) > 1 else ""
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
        """Return the head tied to the first row, the rows, and some space."""
        head = self._row([c.head for c in self.columns], measure, is_head=True)
        rows = [self._row(cells, measure) for cells in self.body]
        if self.foot:
            rows.append(self._row([bold(c) for c in self.foot], measure))
        tied = [Row(r.height, r.draw, header=head) for r in rows]
        return [Row(head.height, head.draw, holds=True), *tied, Row(8, lambda *_: None)]

    def _row(self, cells: Sequence[str], measure: float, *, is_head: bool = False) -> Row:
        whole = sum(c.share for c in self.columns)
        widths = [measure * c.share / whole for c in self.columns]
        plain, figures = (HEAD, HEAD_OF_FIGURES) if is_head else (CELL, FIGURES)
        styles = [figures if c.is_number else plain for c in self.columns]
        set_cells = [
            break_lines(text, style, width - 2 * PAD) for text, style, width in zip(cells, styles, widths, strict=True)
        ]
        height = max(len(lines) for lines in set_cells) * CELL.leading + PAD

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            if is_head:
                pen.box((left, top, measure, height), fill=BAND)
            edge = left + measure
            for lines, style, width in zip(set_cells, styles, widths, strict=True):
                edge -= width
                for place, line in enumerate(lines):
                    baseline = top + PAD / 2 + CELL.leading * (place + 0.72)
                    pen.text(line, style, edge + PAD, baseline, width - 2 * PAD)
            pen.rule((left, top + height, left + measure, top + height), RULE)

        return Row(height, draw)


@dataclass(frozen=True)
class Facts(Block):
    """Pairs of a label and a value, one under another."""

    pairs: Sequence[tuple[str, str]]
    share: float = 0.3

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each pair."""
        return [self._pair(label, value, measure) for label, value in self.pairs] + [Row(6, lambda *_: None)]

    def _pair(self, label: str, value: str, measure: float) -> Row:
        width = measure * self.share
        labels = break_lines(label, SMALL, width - PAD)
        values = break_lines(value, CELL, measure - width)
        height = max(len(labels), len(values)) * CELL.leading + 3

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            for place, line in enumerate(labels):
                pen.text(line, SMALL, left + measure - width + PAD, top + CELL.leading * (place + 0.75), width - PAD)
            for place, line in enumerate(values):
                pen.text(line, CELL, left, top + CELL.leading * (place + 0.75), measure - width)
            pen.rule((left, top + height, left + measure, top + height), "#e5e8da")

        return Row(height, draw)


@dataclass(frozen=True)
class Numbers(Block):
    """Pairs side by side, each label over its value: numbers stand on a line of their own, and are copied whole."""

    pairs: Sequence[tuple[str, str]]

    def rows(self, measure: float) -> list[Row]:
        """Return one row, tied to what follows."""
        width, height = measure / len(self.pairs), 44.0
        label_style = Style(size=8, leading=13, align=Align.CENTRE, colour="#59604c")
        value_style = Style(size=10, leading=16, weight=Weight.BOLD, align=Align.CENTRE)

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            pen.box((left, top, measure, height - 8), border=RULE, radius=5)
            for texts, style, baseline in (
                ([label for label, _ in self.pairs], label_style, top + 13),
                ([value for _, value in self.pairs], value_style, top + 29),
            ):
                for place, text in enumerate(texts, 1):
                    (line,) = break_lines(text, style, measure)
                    pen.text(line, style, left + measure - width * place, baseline, width)

        return [Row(height, draw, holds=True)]


@dataclass(frozen=True)
class Signatures(Block):
    """Places to sign, up to three beside each other: a name, a capacity, and when it was signed in the application."""

    people: Sequence[tuple[str, str, str]]

    def rows(self, measure: float) -> list[Row]:
        """Return a row for each three."""
        return [Row(10, lambda *_: None, holds=True)] + [
            self._strip(self.people[start : start + 3], measure) for start in range(0, len(self.people), 3)
        ]

    def _strip(self, people: Sequence[tuple[str, str, str]], measure: float) -> Row:
        width, height = measure / 3, 92.0

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            for place, (name, capacity, signed) in enumerate(people):
                edge = left + measure - width * (place + 1)
                pen.box((edge + 4, top, width - 8, height - 8), border=RULE, radius=5)
                centre = Style(size=9.2, leading=15, align=Align.CENTRE)
                strong = Style(size=9.6, leading=15, weight=Weight.BOLD, align=Align.CENTRE)
                small = Style(size=8, leading=13, align=Align.CENTRE, colour="#59604c")
                rows = [(capacity, centre), (name, strong)] + ([(signed, small)] if signed else [])
                y = top + 6
                for text, style in rows:
                    for line in break_lines(text, style, width - 20):
                        pen.text(line, style, edge + 10, y + style.leading * 0.75, width - 20)
                        y += style.leading
                pen.dashes((edge + 24, top + height - 20, edge + width - 24, top + height - 20), "#8a917c")

        return Row(height, draw)


@dataclass(frozen=True)
class Verification(Block):
    """The QR code, code and address by which anyone checks a copy."""

    code: str
    url: str

    def rows(self, measure: float) -> list[Row]:
        """Return one row."""
        words = "برای راستی‌آزمایی، رمزینه را بخوانید یا در نشانی زیر، کد سند یا خود پرونده را بیازمایید."
        lines = [
            *break_lines(words, SMALL, measure - 90),
            *break_lines(f"کد سند: {bold(ltr(self.code))}", SMALL, measure - 90),
            *break_lines(ltr(self.url.partition("?")[0]), SMALL, measure - 90),
        ]

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            pen.qr(self.url, left + measure - 78, top + 4, 74)
            for place, line in enumerate(lines):
                pen.text(line, SMALL, left, top + 22 + SMALL.leading * place, measure - 90)

        return [Row(86, draw)]


def _lines(text: str, style: Style, measure: float) -> list[Row]:
    def row(line_draw: Callable[[Pen, float, float, float], None]) -> Row:
        return Row(style.leading, line_draw)

    made = []
    for line in break_lines(text, style, measure):

        def draw(pen: Pen, left: float, top: float, _measure: float, line: object = line) -> None:
            pen.text(line, style, left, top + style.leading * 0.72, measure)  # type: ignore[arg-type]

        made.append(row(draw))
    return made
