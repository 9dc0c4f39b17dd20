"""Scores and places against an independent reference: random trees, every aggregation, least points, every tie rule.

The reference below shares nothing with the code: it spreads a tree into leaves with their weight in the whole, throws out
extremes one by one, and finds a place by counting who is better.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tender_app.evaluation import methods, scoring, working
from tender_app.evaluation.methods import Figures
from tender_app.evaluation.rank_file import ranked_file
from tender_app.evaluation.scoring import Aggregation, Node, Offer
from tender_app.tenders import rules
from tender_app.tenders.rules import Method, TieRule

TOPS = ("100", "10", "5", "7.5")
WEIGHT = st.integers(1, 9_999).map(lambda n: Decimal(n) / 100)
Spread = list[tuple[str, Fraction, Fraction]]  # leaf, weight in the whole of 1, top


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> list[Node]:
    def grown(level: int, path: str) -> Node:
        count = draw(st.integers(0, 3)) if level else 0
        children = tuple(grown(level - 1, f"{path}.{n}") for n in range(count))
        top = Decimal(100) if children else Decimal(draw(st.sampled_from(TOPS)))
        least = None if children else draw(st.none() | st.integers(0, int(top * 100)).map(lambda n: Decimal(n) / 100))
        return Node(path, draw(WEIGHT), children, top, least)

    return [grown(depth, str(n)) for n in range(draw(st.integers(1, 3)))]


def spread(nodes: Sequence[Node], share: Fraction = Fraction(1)) -> Spread:
    whole = sum(Fraction(str(n.weight)) for n in nodes)
    found: Spread = []
    for node in nodes:
        own = share * Fraction(str(node.weight)) / whole
        found += spread(node.children, own) if node.children else [(node.id, own, Fraction(str(node.top)))]
    return found


def without_extremes(values: Sequence[Fraction], trim: int) -> Fraction:
    left = list(values)
    if len(left) > trim + trim:
        for _ in range(trim):
            left.remove(max(left))
            left.remove(min(left))
    return sum(left) / Fraction(len(left))


def reference(nodes: Sequence[Node], sheets: Sequence[dict[str, Decimal]], trim: int, *, at_total: bool) -> Fraction:
    leaves = spread(nodes)
    parts = [[share * 100 * Fraction(str(sheet[leaf])) / top for leaf, share, top in leaves] for sheet in sheets]
    if at_total:
        return without_extremes([sum(row, Fraction(0)) for row in parts], trim)
    return sum((without_extremes(column, trim) for column in zip(*parts, strict=True)), Fraction(0))


@st.composite
def scored(draw: st.DrawFn, depth: int = 2) -> tuple[list[Node], list[dict[str, Decimal]], int]:
    nodes = draw(trees(depth))
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    count = draw(st.integers(1, 7))
    sheets = [
        {leaf.id: Decimal(draw(st.integers(0, int(leaf.top * 100)))) / 100 for leaf in leaves} for _ in range(count)
    ]
    return nodes, sheets, draw(st.integers(0, 3))


@given(scored(), st.sampled_from(["leaf", "total"]))
def test_a_technical_score_is_the_references(
    case: tuple[list[Node], list[dict[str, Decimal]], int], trim_at: str
) -> None:
    nodes, sheets, trim = case
    made = scoring.technical_score(nodes, sheets, Aggregation(trim, at_total=trim_at == "total"))
    assert made == reference(nodes, sheets, trim, at_total=trim_at == "total")


@given(scored())
def test_the_leaves_under_their_least_are_the_references(
    case: tuple[list[Node], list[dict[str, Decimal]], int],
) -> None:
    nodes, sheets, trim = case
    points = scoring.leaf_points(nodes, sheets, Aggregation(trim))
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    given_points = {leaf.id: [Fraction(str(sheet[leaf.id])) for sheet in sheets] for leaf in leaves}
    expected = [
        leaf.id
        for leaf in leaves
        if leaf.least is not None and without_extremes(given_points[leaf.id], trim) < Fraction(str(leaf.least))
    ]
    assert scoring.short_leaves(nodes, points) == expected


def rows_of(nodes: Sequence[Node]) -> list[Any]:
    """Return a tree as the rows of a tender, numbered in order."""
    rows: list[Any] = []

    def put(node: Node, parent: int | None) -> None:
        key = len(rows) + 1
        rows.append(
            SimpleNamespace(id=key, parent_id=parent, title=node.id, weight=node.weight, top=node.top, least=node.least)
        )
        for child in node.children:
            put(child, key)

    for node in nodes:
        put(node, None)
    return rows


@given(scored(depth=1), st.sampled_from(rules.Aggregation))
def test_a_page_shows_the_score_of_the_reference_whatever_the_documents_fix(
    case: tuple[list[Node], list[dict[str, Decimal]], int], kind: rules.Aggregation
) -> None:
    nodes, sheets, trim = case
    rows = rows_of(nodes)
    ids = {row.title: str(row.id) for row in rows}
    how = methods.aggregation_of(SimpleNamespace(aggregation=kind, trim=trim))
    told = [{ids[leaf]: (points, "دلیل") for leaf, points in sheet.items()} for sheet in sheets]
    cells = working.cells_of(rows, told, Decimal(20), how)
    counted = trim if kind is rules.Aggregation.TRIMMED_MEAN else 0
    assert working.score_of(rows, cells) == reference(nodes, sheets, counted, at_total=False)
    short = scoring.short_leaves(nodes, scoring.leaf_points(nodes, sheets, Aggregation(counted)))
    assert [cell.title for cell in cells if cell.is_short] == short


def plain_tree(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    return [
        {"id": n.id, "weight": str(n.weight)}
        | ({"children": plain_tree(n.children)} if n.children else {"max": str(n.top)})
        for n in nodes
    ]


@given(scored(), st.sampled_from(["leaf", "total"]))
def test_the_command_computes_the_score_of_the_reference(
    case: tuple[list[Node], list[dict[str, Decimal]], int], trim_at: str
) -> None:
    nodes, sheets, trim = case
    figures = {str(n): {leaf: str(points) for leaf, points in sheet.items()} for n, sheet in enumerate(sheets)}
    asked = {
        "method": "quality_only",
        "criteria": plain_tree(nodes),
        "aggregation": "trimmed_mean",
        "trim": trim,
        "trim_at": trim_at,
        "bids": [{"id": "A", "scores": figures}],
    }
    row = ranked_file(json.dumps([asked]))[0]
    assert row["technical"] == scoring.half_up(reference(nodes, sheets, trim, at_total=trim_at == "total"), 6)


BETTER: dict[TieRule, Callable[[Offer, Offer], bool]] = {
    TieRule.TECHNICAL: lambda a, b: (
        a.technical > b.technical or (a.technical == b.technical and (a.price or 0) < (b.price or 0))
    ),
    TieRule.PRICE: lambda a, b: (a.price or 0) < (b.price or 0) or (a.price == b.price and a.technical > b.technical),
    TieRule.LOT: lambda _a, _b: False,
}
EQUALS = st.sampled_from([(80, 9_200), (90, 9_600), (80, 9_200), (70, 9_000), (100, 10_000)])  # WP-3 at i = 0.4


@given(st.lists(EQUALS, min_size=1, max_size=6), st.sampled_from(TieRule), st.sampled_from(["weighted", "quality"]))
def test_equals_take_their_places_by_the_rule_of_the_documents(
    drawn: list[tuple[int, int]], tie: TieRule, kind: str
) -> None:
    offers = [Offer(str(n), Fraction(t), price) for n, (t, price) in enumerate(drawn)]
    if kind == "weighted":
        made = methods.places(Method.WEIGHTED_PRICE, offers, Figures(impact=Decimal("0.4"), tie=tie))
        final = {o.id: -Fraction(o.price or 0) * 100 / (100 - Fraction(2, 5) * (100 - o.technical)) for o in offers}
    else:
        made = methods.places(Method.QUALITY_ONLY, offers, Figures(tie=tie))
        final = {o.id: o.technical for o in offers}
    better = BETTER[tie]
    for place in made:
        own, others = place.offer, [o for o in offers if o.id != place.offer.id]
        ahead = [o for o in others if final[o.id] > final[own.id]]
        equal = [o for o in others if final[o.id] == final[own.id]]
        before = [o for o in equal if better(o, own)]
        level = [o for o in equal if not better(o, own) and not better(own, o)]
        assert place.rank == 1 + len(ahead)
        assert place.place == 1 + len(ahead) + len(before)
        assert place.needs_lot is bool(level)
    assert [p.place for p in made] == sorted(p.place for p in made)
