"""How far apart several evaluators' points lie: the middle, the ends, and where they stand on a bar of a hundred (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the most of some points; the last three are whole hundredths of the scale, for drawing."""

    least: Decimal
    median: Fraction
    most: Decimal
    from_: int
    to: int
    middle: int


def spread_of(points: Sequence[Decimal | None], top: Decimal) -> Spread | None:
    """Return the spread of what was given; None where fewer than two evaluators gave something."""
    given = sorted(p for p in points if p is not None)
    if len(given) < 2:  # noqa: PLR2004 -- one alone lies apart from nobody
        return None
    half = len(given) // 2
    median = Fraction(given[half]) if len(given) % 2 else Fraction(given[half - 1] + given[half]) / 2
    return Spread(
        given[0], median, given[-1], *(int(100 * Fraction(v) / Fraction(top)) for v in (given[0], given[-1], median))
    )
