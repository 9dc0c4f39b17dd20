"""The only hand that draws: lines of set text, rules, boxes, paths and QR codes on the pages of one PDF.

Points are measured from the top left corner of the page, downwards, as a page is read.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from tender_app.documents.embedding import EmbeddedFont
from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Line, Piece, Style

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89  # A4 in points
# How far a justified space may grow, in ems; a line that would need more stays ragged.
_WIDEST_GAP = 0.9


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

    def place(self, left: float, top: float, scale: float) -> Any:
        """ReportLab's canvas with its origin moved there and growing downwards, for a drawing; close with `lift`."""
        self._canvas.saveState()
        self._canvas.translate(left, PAGE_HEIGHT - top)
        self._canvas.scale(scale, -scale)
        return self._canvas

    def lift(self) -> None:
        """End a drawing begun with `place`."""
        self._canvas.restoreState()

    def qr(self, value: str, left: float, top: float, side: float) -> None:
        """A QR code of the value with its left and top edges there, its quiet zone inside the side."""
        # ReportLab's graphics bring half a second of imports, which only a paper with a code needs.
        from reportlab.graphics import renderPDF  # noqa: PLC0415
        from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415
        from reportlab.graphics.shapes import Drawing  # noqa: PLC0415

        widget = QrCodeWidget(value, barLevel="M", barBorder=2, barFillColor=HexColor("#1f2419"))
        x1, y1, x2, y2 = widget.getBounds()
        drawing = Drawing(side, side, transform=[side / (x2 - x1), 0, 0, side / (y2 - y1), 0, 0])
        drawing.add(widget)
        renderPDF.draw(drawing, self._canvas, left, PAGE_HEIGHT - top - side)

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
        self._canvas._doc.fontMapping.clear()  # noqa: SLF001
        self._canvas._doc.idToObject["BasicFonts"].dict.clear()  # noqa: SLF001

    def _font(self, weight: Weight) -> EmbeddedFont:
        if weight not in self._fonts:
            document = self._canvas._doc  # noqa: SLF001 -- fonts of our own are added to the document itself
            self._fonts[weight] = EmbeddedFont(document, weight, f"F{len(self._fonts) + 1}")
        return self._fonts[weight]

    def _show(self, pieces: Sequence[Piece], size: float, x: float, y: float, gap: float) -> None:
        out = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        current: EmbeddedFont | None = None
        for piece in pieces:
            face = self._font(piece.weight)
            if face is not current:
                out.append(f"/{face.name} {size:g} Tf")
                current = face
            out.append(_strokes(piece, face, size, gap if piece.is_space else 0.0))
        self._canvas._code.append(" ".join([*out, "ET"]))  # noqa: SLF001 -- text objects know no glyph codes


def _gap(line: Line, style: Style, measure: float) -> float:
    """What each space of a justified line is widened by, in points."""
    if style.align is not Align.JUSTIFY or line.is_last or not line.spaces:
        return 0.0
    gap = (measure - line.width * style.size) / line.spaces
    return gap if 0 < gap <= _WIDEST_GAP * style.size else 0.0


def _strokes(piece: Piece, face: EmbeddedFont, size: float, gap: float) -> str:
    """The operators that show a piece's glyphs; raised marks move the baseline and put it back."""
    parts: list[str] = []
    for glyph in piece.shaped.glyphs:
        before = -face.thousandths(glyph.x)
        after = face.thousandths(face.width(glyph) + glyph.x - glyph.advance) - gap * 1000 / size
        shown = (
            f"[{before:g} <{face.code(glyph):04X}> {after:g}] TJ".replace("[0 ", "[")
            .replace(" 0]", "]")
            .replace("[-0 ", "[")
        )
        rise = face.thousandths(glyph.y) * size / 1000
        parts.append(f"{rise:.3f} Ts {shown} 0 Ts" if glyph.y else shown)
    return " ".join(parts)
