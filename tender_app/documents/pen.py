"""The only hand that draws: lines of set text, rules, boxes, paths and QR codes on the pages of one PDF.

Points are measured from the top left corner of the page, downwards, as a page is read.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from tender_app.documents.embedding import EmbeddedFont
from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Line, Piece, Style
from tender_app.documents.shaping import Glyph

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89  # A4 in points
# How far a justified space may grow, in ems; a line that would need more stays ragged.
_WIDEST_GAP = 0.9
_INK = "#1f2419"
_QUIET = 2  # modules of white around a QR code; the page around it is white too


class Pen:
    """Draws on one document and hands over its bytes; the same strokes give the same bytes."""

    def __init__(self, *, title: str, author: str, subject: str) -> None:
        self._buffer = BytesIO()
        self._canvas: Any = Canvas(
            self._buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, lang="fa-IR", pageCompression=1
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("tender_app")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._forget_helvetica()
        self._fonts: dict[Weight, EmbeddedFont] = {}

    def text(self, line: Line, style: Style, left: float, baseline: float, measure: float) -> None:
        """One line of a paragraph in its measure, whose left edge and baseline are given."""
        gap = _gap(line, style, measure)
        width = line.width * style.size + gap * line.spaces
        start = left + {Align.LEFT: 0.0, Align.CENTRE: (measure - width) / 2}.get(style.align, measure - width)
        self._canvas.setFillColor(HexColor(style.colour))
        self._show(line.visual(), style.size, start, PAGE_HEIGHT - baseline, gap)

    def rule(self, ends: tuple[float, float, float, float], colour: str, weight: float = 0.5) -> None:
        """A straight line from one point (x, y) to another."""
        x1, y1, x2, y2 = ends
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(weight)
        self._canvas.line(x1, PAGE_HEIGHT - y1, x2, PAGE_HEIGHT - y2)

    def dashes(self, ends: tuple[float, float, float, float], colour: str) -> None:
        """A dotted line, for a place to write by hand."""
        self._canvas.setDash(0.8, 2.2)
        self.rule(ends, colour, 0.6)
        self._canvas.setDash()

    def box(
        self,
        edges: tuple[float, float, float, float],
        *,
        fill: str | None = None,
        border: str | None = None,
        radius: float = 0,
    ) -> None:
        """A rectangle given by left, top, width and height; filled, bordered or both."""
        left, top, width, height = edges
        if fill:
            self._canvas.setFillColor(HexColor(fill))
        if border:
            self._canvas.setStrokeColor(HexColor(border))
            self._canvas.setLineWidth(0.6)
        bottom = PAGE_HEIGHT - top - height
        self._canvas.roundRect(left, bottom, width, height, radius, stroke=int(bool(border)), fill=int(bool(fill)))

    def qr(self, value: str, left: float, top: float, side: float) -> None:
        """A QR code of the value with its left and top edges there, its quiet zone inside the side."""
        modules = segno.make_qr(value, error="m").matrix
        step = side / (len(modules) + 2 * _QUIET)
        path = self._canvas.beginPath()
        for row, line in enumerate(modules):
            start = 0
            for is_dark, run in groupby(line):
                length = len(list(run))
                if is_dark:
                    x, y = left + (_QUIET + start) * step, PAGE_HEIGHT - top - (_QUIET + row + 1) * step
                    path.rect(x, y, length * step, step)
                start += length
        self._canvas.setFillColor(HexColor(_INK))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def watermark(self, line: Line, style: Style) -> None:
        """A line of large pale text across the page, under what is drawn afterwards."""
        self._canvas.saveState()
        self._canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        self._canvas.rotate(52)
        self._canvas.setFillColor(HexColor(style.colour))
        self._show(line.visual(), style.size, -line.width * style.size / 2, -style.size / 3, 0)
        self._canvas.restoreState()

    def outline(self, title: str, top: float, level: int) -> None:
        """An entry in the reader's table of contents that leads to this place."""
        key = f"s{len(self._canvas._doc.Outlines.destinationnamestotitles)}"  # noqa: SLF001 -- no public count
        self._canvas.bookmarkHorizontal(key, 0, PAGE_HEIGHT - top)
        self._canvas.addOutlineEntry(title, key, level)

    def turn_page(self) -> None:
        """Close the page; what follows is drawn on the next."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The whole document."""
        self._canvas.save()
        return self._buffer.getvalue()

    def _forget_helvetica(self) -> None:
        """Drop the unembedded font that ReportLab puts on every page before anything is drawn."""
        self._canvas._preamble = "1 0 0 1 0 0 cm"  # noqa: SLF001 -- there is no public way
        document = self._canvas._doc  # noqa: SLF001
        document.fontMapping.clear()
        document.idToObject["BasicFonts"].dict.clear()
        name = document.numberToId.pop(document.objectcounter)  # the font was the last object to be registered
        del document.idToObject[name], document.idToObjectNumberAndVersion[name]
        document.objectcounter -= 1

    def _font(self, weight: Weight) -> EmbeddedFont:
        if weight not in self._fonts:
            document = self._canvas._doc  # noqa: SLF001 -- fonts of our own are added to the document itself
            self._fonts[weight] = EmbeddedFont(document, weight, f"F{len(self._fonts) + 1}")
        return self._fonts[weight]

    def _show(self, pieces: Sequence[Piece], size: float, x: float, y: float, gap: float) -> None:
        """The line's glyphs, each run of one face as one array of codes; then its raised marks, as shapes.

        A reader takes a glyph off the baseline for another line, so a raised mark's letter stands unseen in its place.
        """
        out, shapes = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"], []
        for face, run in groupby(pieces, lambda piece: self._font(piece.weight)):
            array = _Array(face, size)
            for piece in run:
                shapes += [(face, glyph, x + dx, y) for glyph, dx in array.add(piece, gap if piece.is_space else 0.0)]
            x += array.width
            out.append(f"/{face.name} {size:g} Tf {array.shown()}")
        out.append("ET")
        out += [face.outlined(glyph, left, baseline, size) for face, glyph, left, baseline in shapes]
        self._canvas._code.append(" ".join(out))  # noqa: SLF001 -- text objects know no glyph codes


def _gap(line: Line, style: Style, measure: float) -> float:
    """What each space of a justified line is widened by, in points."""
    if style.align is not Align.JUSTIFY or line.is_last or not line.spaces:
        return 0.0
    gap = (measure - line.width * style.size) / line.spaces
    return gap if 0 < gap <= _WIDEST_GAP * style.size else 0.0


class _Array:
    """What one TJ shows: codes, and the thousandths of an em by which the pen is moved back between them."""

    def __init__(self, face: EmbeddedFont, size: float) -> None:
        self._face, self._size = face, size
        self._parts: list[str] = []
        self._back = self.width = 0.0

    def add(self, piece: Piece, gap: float) -> Iterator[tuple[Glyph, float]]:
        """Take a piece; yield each of its raised marks with its distance from the start of the array."""
        face, em = self._face, self._size / 1000
        for glyph in piece.shaped.glyphs:
            if glyph.y:
                yield glyph, self.width + face.thousandths(glyph.x) * em
            aside = 0 if glyph.y else glyph.x
            self._move(self._back - face.thousandths(aside))
            self._parts.append(f"<{face.code(glyph):04X}>")
            self._back = face.thousandths(face.width(glyph) + aside - glyph.advance) - gap / em
            self.width += face.thousandths(glyph.advance) * em + gap

    def shown(self) -> str:
        """The operator that shows it."""
        self._move(self._back)
        return f"[{''.join(self._parts)}] TJ"

    def _move(self, back: float) -> None:
        if round(back, 3):
            self._parts.append(f"{round(back, 3):g}")
