"""The numbers that a paper is known by, side by side in a frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.fonts import Weight
from tender_app.documents.lines import Align, Style, break_lines
from tender_app.documents.pen import Pen
from tender_app.documents.rows import RULE, Block, Row


@dataclass(frozen=True)
class Numbers(Block):
    """Pairs side by side, two in a row, each label over its value: numbers stand on a line of their own, and are copied whole."""

    pairs: Sequence[tuple[str, str]]

    def rows(self, measure: float) -> list[Row]:
        """Return one row, tied to what follows."""
        label_style = Style(size=8, leading=13, align=Align.CENTRE, colour="#59604c")
        value_style = Style(size=10, leading=16, weight=Weight.BOLD, align=Align.CENTRE)
        width, step = measure / 2, 32.0
        height = step * ((len(self.pairs) + 1) // 2) + 4

        def draw(pen: Pen, left: float, top: float, _measure: float) -> None:
            pen.box((left, top, measure, height), border=RULE, radius=5)
            for place, pair in enumerate(self.pairs):
                edge, base = left + width * (1 - place % 2), top + step * (place // 2)
                for text, style, baseline in zip(pair, (label_style, value_style), (base + 14, base + 29), strict=True):
                    pen.text(break_lines(text, style, measure)[0], style, edge, baseline, width)

        return [Row(height + 8, draw, holds=True)]
