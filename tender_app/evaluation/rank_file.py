"""Ranking from plain figures in a file, without a database: the format of `flask rank` (numbers are decimal text)."""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tender_app.evaluation import scoring
from tender_app.evaluation.scoring import Aggregation, Node, Offer, Place

PLACES = 6
Row = dict[str, Any]


class BadCaseError(ValueError):
    """A case that cannot be ranked; the text names it."""


def ranked_file(text: str) -> list[Row]:
    """Return the rows of RESULT.json for the text of CASES.json; raise BadCaseError naming the first bad case."""
    try:
        cases = json.loads(text, parse_float=str, parse_int=str)
    except ValueError as broken:
        raise BadCaseError(f"not JSON: {broken}") from broken
    if not isinstance(cases, list):
        raise BadCaseError("the file holds no list of cases")
    return [row for place, case in enumerate(cases, 1) for row in _rows_of(case, place)]


def _rows_of(case: Any, place: int) -> list[Row]:
    name = str(case.get("id", f"#{place}")) if isinstance(case, dict) else f"#{place}"
    try:
        return list(_ranked(case, name))
    except (KeyError, TypeError, AttributeError, InvalidOperation, ValueError, ZeroDivisionError) as fault:
        missing = f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)
        raise BadCaseError(f"case {name}: {missing}") from fault


def _ranked(case: Row, name: str) -> Iterator[Row]:
    method = METHODS.get(case["method"])
    if method is None:
        raise ValueError(f"unknown method {case['method']}")
    nodes = [_node(n) for n in case["criteria"]]
    how = _aggregation(case)
    threshold = _number(case.get("threshold", "0"))
    offers = [_offer(bid, nodes, how) for bid in case["bids"]]
    qualified = [o for o in offers if o.technical >= Fraction(threshold)]
    over = _over_budget(case, qualified)
    places = {p.offer.id: p for p in method(case, [o for o in qualified if o.id not in over])}
    known = {o.id for o in qualified}
    for offer in offers:
        status = "below_threshold" if offer.id not in known else "over_budget" if offer.id in over else "ranked"
        yield _row(name, offer, places.get(offer.id), status)


def _row(name: str, offer: Offer, place: Place | None, status: str) -> Row:
    return {
        "case": name,
        "bid": offer.id,
        "technical": scoring.half_up(offer.technical, PLACES),
        "final": scoring.half_up(place.final, PLACES) if place else None,
        "rank": place.rank if place else None,
        "status": status,
    }


def _node(raw: Row) -> Node:
    children = tuple(_node(child) for child in raw.get("children") or ())
    top = Decimal(100) if children else _number(raw.get("max", "100"))
    if top <= 0:
        raise ValueError(f"leaf {raw['id']}: max must be above 0")
    node = Node(str(raw["id"]), _number(raw["weight"]), children, top)
    _demand_weights(children)
    return node


def _demand_weights(nodes: Sequence[Node]) -> None:
    if nodes and sum(n.weight for n in nodes) == 0:
        raise ValueError("weights sum to 0")


def _offer(bid: Row, nodes: Sequence[Node], how: Aggregation) -> Offer:
    _demand_weights(nodes)
    if not nodes:
        raise ValueError("no criteria")
    leaves = [leaf.id for node in nodes for leaf in node.leaves()]
    sheets = []
    if not bid["scores"]:
        raise ValueError(f"bid {bid['id']}: no evaluator")
    for evaluator, points in bid["scores"].items():
        absent = [leaf for leaf in leaves if leaf not in points]
        if absent:
            raise ValueError(f"bid {bid['id']}: evaluator {evaluator} has no points for {absent[0]}")
        sheets.append({leaf: _number(points[leaf]) for leaf in leaves})
    price = bid.get("price")
    return Offer(str(bid["id"]), scoring.technical_score(nodes, sheets, how), None if price is None else _whole(price))


def _aggregation(case: Row) -> Aggregation:
    kind = case.get("aggregation", "mean")
    if kind not in {"mean", "trimmed_mean"}:
        raise ValueError(f"unknown aggregation {kind}")
    at = case.get("trim_at", "leaf")
    if at not in {"leaf", "total"}:
        raise ValueError(f"unknown trim_at {at}")
    trim = _whole(case.get("trim", "0")) if kind == "trimmed_mean" else 0
    return Aggregation(trim, at_total=at == "total" and kind == "trimmed_mean")


def _over_budget(case: Row, offers: Sequence[Offer]) -> set[str]:
    if case["method"] != "fixed_budget":
        return set()
    budget = _number(case["budget"])
    return {o.id for o in offers if o.price is not None and o.price > budget}


def _number(raw: Any) -> Decimal:
    value = Decimal(str(raw))
    if not value.is_finite():
        raise ValueError(f"{raw} is no number")
    return value


def _whole(raw: Any) -> int:
    value = _number(raw)
    if value != value.to_integral_value():
        raise ValueError(f"{raw} is no whole number")
    return int(value)


def _quality(_case: Row, offers: Sequence[Offer]) -> list[Place]:
    return scoring.placed(offers, lambda o: o.technical, is_lower_better=False)


METHODS: dict[str, Callable[[Row, Sequence[Offer]], list[Place]]] = {
    "weighted_price": lambda case, offers: scoring.by_weighted_price(offers, _number(case["i"])),
    "qcbs": lambda case, offers: scoring.by_quality_and_cost(offers, _number(case["wt"]), _number(case["wf"])),
    "least_cost": lambda _case, offers: scoring.placed(offers, lambda o: Fraction(_price(o)), is_lower_better=True),
    "quality_only": _quality,
    "fixed_budget": _quality,
}


def _price(offer: Offer) -> int:
    if offer.price is None:
        raise ValueError(f"bid {offer.id}: no price")
    return offer.price
