"""The shape of a glyph as PDF path operators, for what is drawn and not written."""

from functools import lru_cache

from tender_app.documents.fonts import Weight, font

Point = tuple[float, float]


class _Outline:
    """HarfBuzz tells the outline to this pen, by fontTools' names; TrueType's quadratic curves become cubic."""

    def __init__(self) -> None:
        self.operators: list[str] = []
        self._at = (0.0, 0.0)

    def moveTo(self, to: Point) -> None:  # noqa: N802
        """Begin a contour."""
        self._add("m", to)

    def lineTo(self, to: Point) -> None:  # noqa: N802
        """Draw a straight line."""
        self._add("l", to)

    def qCurveTo(self, bend: Point, to: Point) -> None:  # noqa: N802
        """Draw a quadratic curve."""
        first, second = ((x + (bend[0] - x) * 2 / 3, y + (bend[1] - y) * 2 / 3) for x, y in (self._at, to))
        self.curveTo(first, second, to)

    def curveTo(self, first: Point, second: Point, to: Point) -> None:  # noqa: N802
        """Draw a cubic curve."""
        self._add("c", first, second, to)

    def closePath(self) -> None:  # noqa: N802
        """Close the contour."""
        self._add("h")

    def _add(self, operator: str, *points: Point) -> None:
        self.operators.append(" ".join([*(f"{n:.1f}" for point in points for n in point), operator]))
        if points:
            self._at = points[-1]


@lru_cache(maxsize=256)
def outline(index: int, weight: Weight) -> str:
    """The operators that fill the glyph, in font units from its origin."""
    pen = _Outline()
    font(weight).shaper.draw_glyph_with_pen(index, pen)
    return " ".join([*pen.operators, "f"])
