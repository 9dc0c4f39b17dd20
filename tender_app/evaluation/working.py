"""The criteria tree and the means behind a technical score, as every page and paper shows them (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from tender_app.evaluation import scoring
from tender_app.evaluation.spread import Spread, spread_of
from tender_app.kernel.money import grouped
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _

LONGEST_DECIMAL = 8
NOTHING: tuple[Decimal | None, str] = (None, "")
Sheet = Mapping[str, tuple[Decimal, str]]  # leaf → points and the reason for them, of one evaluator for one bid
Given = Mapping[int, Mapping[int, Sheet]]  # sheet → bid → leaf


@dataclass(frozen=True, slots=True)
class Cell:
    """What the evaluators gave one bid under one leaf, and why; None where a sheet has nothing.

    `mean` is what the points amount to, as the documents bring the evaluators together.
    """

    leaf: str
    title: str
    weight: Decimal
    top: Decimal
    points: tuple[Decimal | None, ...]
    reasons: tuple[str, ...]
    mean: Fraction | None
    deviation: Decimal  # by which two evaluators may differ, of 100
    least: Decimal | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether every sheet has points here."""
        return all([points is not None for points in self.points])  # noqa: C419 -- a list is twice as fast

    @property
    def is_wide(self) -> bool:
        """Tell whether two evaluators differ by more than the law lets pass without a reason (R23)."""
        return is_wide([p for p in self.points if p is not None], self.top, self.deviation)

    @property
    def is_short(self) -> bool:
        """Tell whether the bid has fewer points here than the documents ask, whatever its total."""
        return self.mean is not None and self.least is not None and self.mean < Fraction(self.least)

    @property
    def spread(self) -> Spread | None:
        """Return how far apart the evaluators lie."""
        return spread_of(self.points, self.top)


def criteria_tree(criteria: Sequence[Any]) -> list[scoring.Node]:
    """Return criteria rows (id, parent_id, weight, top, least) as a tree for scoring."""
    below: dict[int | None, list[Any]] = {}
    for row in criteria:
        below.setdefault(row.parent_id, []).append(row)

    def nodes(parent: int | None) -> list[scoring.Node]:
        return [scoring.Node(str(c.id), c.weight, tuple(nodes(c.id)), c.top, c.least) for c in below.get(parent, [])]

    return nodes(None)


def leaves_of(criteria: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return (title of the group, leaf) of criteria rows, in their order."""
    groups = {c.parent_id for c in criteria}
    titles = {c.id: c.title for c in criteria}
    return [(titles.get(c.parent_id, ""), c) for c in criteria if c.id not in groups]


def is_wide(points: Sequence[Decimal], top: Decimal, deviation: Decimal) -> bool:
    """Tell whether the points of several evaluators lie further apart than so many of 100."""
    return bool(points) and 100 * Fraction(max(points) - min(points)) / Fraction(top) > Fraction(deviation)


def cells_of(
    criteria: Sequence[Any], sheets: Sequence[Sheet], deviation: Decimal, how: scoring.Aggregation
) -> tuple[Cell, ...]:
    """Return one bid's cells under every leaf, with the evaluators in the order of their sheets."""
    found = []
    for _group, leaf in leaves_of(criteria):
        key = str(leaf.id)
        rows = [sheet.get(key, NOTHING) for sheet in sheets]
        points = tuple([points for points, _reason in rows])
        given = [p for p in points if p is not None]
        mean = scoring.trimmed_mean(given, how.trim) if given else None
        reasons = tuple([reason for _points, reason in rows])
        found.append(Cell(key, leaf.title, leaf.weight, leaf.top, points, reasons, mean, deviation, leaf.least))
    return tuple(found)


def score_of(criteria: Sequence[Any], cells: Sequence[Cell]) -> Fraction | None:
    """Return a bid's exact score of 100 from what its cells came to; None while one of them is empty."""
    means = {cell.leaf: cell.mean for cell in cells if cell.mean is not None and cell.is_whole}
    return scoring.total(criteria_tree(criteria), means) if len(means) == len(cells) else None


def verdict(*, is_qualified: bool, short: Sequence[str], price: str) -> str:
    """Return what a locked score means for a bid; `short` are the criteria under whose own least it stayed."""
    if is_qualified:
        return _("به حداقل رسید")
    where = _("«{criteria}»").format(criteria="»، «".join(short))
    told = _("کمتر از حداقل معیار {where}").format(where=where) if short else _("زیر حداقل")
    return _("{told}؛ {price} گشوده نمی‌شود").format(told=told, price=price)


def plain(value: Fraction) -> str:
    """Return an exact value in Persian figures: a decimal where it has an end, else a division of whole numbers."""
    places = next((n for n in range(LONGEST_DECIMAL + 1) if (value * 10**n).denominator == 1), None)
    if places is None:
        return f"{grouped(value.numerator)} ÷ {grouped(value.denominator)}"
    whole, _, part = scoring.half_up(value, places).partition(".")
    return grouped(int(whole)) + (f"٫{persian_digits(part)}" if part else "")


def factor(value: Fraction) -> str:
    """Return an exact value as a factor of a product: a division in brackets."""
    text = plain(value)
    return f"({text})" if "÷" in text else text


def weighted_price(price: int, technical: Fraction, impact: scoring.Number, final: Fraction) -> str:
    """Return how a balanced price came about, in figures."""
    made = f"۱۰۰ × {grouped(price)} ÷ (۱۰۰ − {plain(Fraction(impact))} × (۱۰۰ − {factor(technical)}))"
    return _equation(made, final, 0)


def combined_score(
    price: int, technical: Fraction, lowest: int, shares: tuple[scoring.Number, scoring.Number], final: Fraction
) -> str:
    """Return how a combined score came about, in figures."""
    of_price = f"{plain(Fraction(shares[1]))} × (۱۰۰ × {grouped(lowest)} ÷ {grouped(price)})"
    return _equation(f"{plain(Fraction(shares[0]))} × {factor(technical)} + {of_price}", final, 4)


def so_far(criteria: Sequence[Any], points: Mapping[str, Decimal]) -> tuple[Fraction, Fraction]:
    """Return what one evaluator's points add up to of 100, and how much of the weight they cover."""
    with localcontext(scoring.EXACT):
        return _share(criteria_tree(criteria), points)


def _equation(made: str, value: Fraction, places: int) -> str:
    exact, (whole, _point, part) = plain(value), scoring.half_up(value, places).partition(".")
    shown = grouped(int(whole)) + (f"٫{persian_digits(part)}" if part else "")
    return f"{made} = {exact}" + (f" ≈ {shown}" if "÷" in exact else "")


def _share(nodes: Sequence[scoring.Node], points: Mapping[str, Decimal]) -> tuple[Fraction, Fraction]:
    """Return what points add up to of 100 and what they cover; leaves are summed in decimals, for each top apart."""
    weights = sum((n.weight for n in nodes), Decimal(0)) or Decimal(1)
    earned, covered, direct = Fraction(0), Fraction(0), Decimal(0)
    given: dict[Decimal, Decimal] = {}
    for node in nodes:
        if node.children:
            below = _share(node.children, points)
            earned, covered = earned + Fraction(node.weight) * below[0], covered + Fraction(node.weight) * below[1]
        elif node.id in points:
            given[node.top] = given.get(node.top, Decimal(0)) + node.weight * points[node.id]
            direct += node.weight
    earned += sum((100 * Fraction(total) / Fraction(top) for top, total in given.items()), Fraction(0))
    return earned / Fraction(weights), (covered + 100 * Fraction(direct)) / Fraction(weights)
