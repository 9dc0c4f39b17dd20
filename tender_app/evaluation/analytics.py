"""How the evaluators judged: severity, consistency, agreement and the effect of order (pure; nothing of it changes a score).

Points are of 100 of their criterion. The panel is the mean of all evaluators, so that their severities add up to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.evaluation import scoring
from tender_app.evaluation.scoring import Aggregation, Node, Sheet

Cell = tuple[str, str]  # bid, leaf
Judged = Mapping[str, Mapping[Cell, Fraction]]  # evaluator → cell → points of 100
ZERO = Fraction(0)
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Judge:
    """One evaluator beside the panel: `severity` above nothing is mild, below it severe.

    `spread` is how far the points lie from the panel's once the severity is taken off; `agreement` is the correlation with
    the mean of the others (None where one of the two never varies); `drift` is what each later bid got more, by the order in
    which the evaluator met them, and `follows` how closely that fits (a correlation).
    """

    evaluator: str
    severity: Fraction
    spread: Decimal
    agreement: Decimal | None
    drift: Fraction
    follows: Decimal | None
    by_leaf: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A bid's score as it is, and as it would be with every evaluator's severity taken off: never used."""

    bid: str
    raw: Fraction
    adjusted: Fraction


@dataclass(frozen=True, slots=True)
class Analysis:
    """All of it; `alpha` is Krippendorff's, on points of 100 as an interval scale (None where nothing varies)."""

    judges: tuple[Judge, ...]
    alpha: Decimal | None
    bids: tuple[Adjusted, ...]


def analysis(
    nodes: Sequence[Node],
    sheets: Mapping[str, Mapping[str, Sheet]],
    orders: Mapping[str, Sequence[str]],
    how: Aggregation = Aggregation(),  # noqa: B008 -- frozen
) -> Analysis:
    """Return what whole sheets say of their evaluators; `orders` are the bids as each of them met them."""
    tops = {leaf.id: Fraction(leaf.top) for node in nodes for leaf in node.leaves()}
    given: Judged = {
        name: {
            (bid, leaf): scoring.HUNDRED * Fraction(points) / tops[leaf]
            for bid, own in sheet.items()
            for leaf, points in own.items()
        }
        for name, sheet in sheets.items()
    }
    cells = list(next(iter(given.values()))) if given else []
    panel = {cell: _mean([own[cell] for own in given.values()]) for cell in cells}
    judges = tuple(_judge(name, given, panel, orders.get(name, ())) for name in given)
    severities = {judge.evaluator: judge.severity for judge in judges}
    bids = tuple(_adjusted(nodes, sheets, bid, severities, how) for bid in dict.fromkeys(bid for bid, _ in cells))
    return Analysis(judges, alpha(given), bids)


def alpha(given: Judged) -> Decimal | None:
    """Return Krippendorff's alpha for interval data, to three places; None where all agree on one value, or one judged alone."""
    values = {points for own in given.values() for points in own.values()}
    if len(given) < FEWEST or len(values) < FEWEST:
        return None
    from nltk.metrics.agreement import AnnotationTask  # noqa: PLC0415 -- takes a second to load, for one page
    from nltk.metrics.distance import interval_distance  # noqa: PLC0415

    rows = [(name, cell, points) for name, own in given.items() for cell, points in own.items()]
    found: Any = AnnotationTask(data=rows, distance=interval_distance).alpha()
    return round(Decimal(found), 3)


def _judge(name: str, given: Judged, panel: Mapping[Cell, Fraction], order: Sequence[str]) -> Judge:
    own = given[name]
    apart = {cell: points - panel[cell] for cell, points in own.items()}
    severity = _mean(list(apart.values()))
    spread = _root(_mean([(gap - severity) ** 2 for gap in apart.values()]))
    others = [sheet for other, sheet in given.items() if other != name]
    rest = [_mean([sheet[cell] for sheet in others]) for cell in own] if others else []
    by_bid = [_mean([gap for (at, _), gap in apart.items() if at == bid]) for bid in order]
    turns = [Fraction(turn) for turn in range(1, len(order) + 1)]
    leaves = dict.fromkeys(leaf for _, leaf in own)
    return Judge(
        name,
        severity,
        spread,
        correlation(list(own.values()), rest) if others else None,
        _slope(turns, by_bid),
        correlation(turns, by_bid),
        {leaf: _mean([gap for (_, at), gap in apart.items() if at == leaf]) for leaf in leaves},
    )


def correlation(ones: Sequence[Fraction], others: Sequence[Fraction]) -> Decimal | None:
    """Return Pearson's correlation to three places; None where one side never varies."""
    one, other = _centred(ones), _centred(others)
    both = sum((a * b for a, b in zip(one, other, strict=True)), ZERO)
    squares = sum((a * a for a in one), ZERO) * sum((b * b for b in other), ZERO)
    if not squares:
        return None
    root = _root(both * both / squares)
    return round(root if both >= 0 else -root, 3)


def _adjusted(
    nodes: Sequence[Node],
    sheets: Mapping[str, Mapping[str, Sheet]],
    bid: str,
    severities: Mapping[str, Fraction],
    how: Aggregation,
) -> Adjusted:
    raw = scoring.technical_score(nodes, [sheet[bid] for sheet in sheets.values()], how)
    tops = {leaf.id: Fraction(leaf.top) for node in nodes for leaf in node.leaves()}
    milder = [
        {leaf: Fraction(p) - severities[name] * tops[leaf] / scoring.HUNDRED for leaf, p in sheet[bid].items()}
        for name, sheet in sheets.items()
    ]
    return Adjusted(bid, raw, scoring.technical_score(nodes, milder, how))


def _slope(turns: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    apart = _centred(turns)
    whole = sum((turn * turn for turn in apart), ZERO)
    return sum((t * v for t, v in zip(apart, values, strict=True)), ZERO) / whole if whole else ZERO


def _centred(values: Sequence[Fraction]) -> list[Fraction]:
    middle = _mean(values) if values else ZERO
    return [value - middle for value in values]


def _mean(values: Sequence[Fraction]) -> Fraction:
    return scoring.trimmed_mean(values, 0)


def _root(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
