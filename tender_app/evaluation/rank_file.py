"""Ranking from plain figures in a file, without a database: the format of `flask rank` (numbers are decimal text)."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.evaluation import methods, scoring
from tender_app.evaluation.methods import Figures
from tender_app.evaluation.scoring import Aggregation, Node, Offer, Place
from tender_app.kernel.persian import ascii_digits
from tender_app.tenders.rules import Method

PLACES = 6
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)
LONGEST = 100  # digits before or after the point: 1e999999999 would fill the memory
Row = dict[str, Any]


class BadCaseError(ValueError):
    """A case that cannot be ranked; the text names it, in one line whatever the file's names hold."""

    def __init__(self, text: str) -> None:
        super().__init__(" ".join(text.split()))


def ranked_file(text: str) -> list[Row]:
    """Return the rows of RESULT.json for the text of CASES.json; raise BadCaseError naming the first bad case."""
    try:
        cases = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as broken:
        raise BadCaseError(f"not JSON: {broken}") from broken
    if not isinstance(cases, list):
        raise BadCaseError("the file holds no list of cases")
    return [row for place, case in enumerate(cases, 1) for row in _rows_of(case, place)]


def _rows_of(case: Any, place: int) -> list[Row]:
    name = str(case.get("id", f"#{place}")) if isinstance(case, dict) else f"#{place}"
    try:
        return list(_ranked(_object(case, "case"), name))
    except ValueError as fault:
        raise BadCaseError(f"case {name}: {fault}") from fault
    except RecursionError as deep:
        raise BadCaseError(f"case {name}: criteria are nested too deep") from deep


def _ranked(case: Row, name: str) -> Iterator[Row]:
    method = str(_field(case, "method"))
    if method not in METHODS:
        raise ValueError(f"unknown method {method}")
    offers = _offers(case)
    threshold = Fraction(_number(case.get("threshold", "0"), "threshold"))
    qualified = [o for o in offers if o.technical >= threshold]
    places = {p.offer.id: p for p in methods.places(Method(method), qualified, METHODS[method](case))}
    known = {o.id for o in qualified}
    for offer in offers:
        status = "below_threshold" if offer.id not in known else "ranked" if offer.id in places else "over_budget"
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


def _criteria(case: Row) -> list[Node]:
    """Return the tree: a list of siblings, or one root whose own weight means nothing."""
    raw = _field(case, "criteria")
    roots = [{"id": "root", **raw, "weight": "1"}] if isinstance(raw, dict) else _list(raw, "criteria")
    nodes = _siblings(roots, "criteria")
    if not nodes:
        raise ValueError("no criteria")
    _demand_unlike([leaf.id for node in nodes for leaf in node.leaves()], "leaf")
    return nodes


def _siblings(raw: Sequence[Any], above: str) -> list[Node]:
    nodes = [_node(_object(one, "criterion")) for one in raw]
    if any(n.weight < 0 for n in nodes):
        raise ValueError(f"{above}: a weight is below 0")
    if nodes and not any(n.weight for n in nodes):
        raise ValueError(f"{above}: weights sum to 0")
    return nodes


def _node(raw: Row) -> Node:
    name = str(_field(raw, "id"))
    children = tuple(_siblings(_list(raw.get("children") or [], f"children of {name}"), name))
    top = Decimal(scoring.HUNDRED) if children else _number(raw.get("max", "100"), f"max of {name}")
    if top <= 0:
        raise ValueError(f"max of {name} must be above 0")
    return Node(name, _number(_field(raw, "weight"), f"weight of {name}"), children, top)


def _offers(case: Row) -> list[Offer]:
    nodes, how = _criteria(case), _aggregation(case)
    bids = [_object(bid, "bid") for bid in _list(_field(case, "bids"), "bids")]
    scores = {str(_field(bid, "id")): _object(_field(bid, "scores"), f"scores of {bid['id']}") for bid in bids}
    _demand_unlike([str(bid["id"]) for bid in bids], "bid")
    evaluators = list(dict.fromkeys(name for given in scores.values() for name in given))
    if bids and not evaluators:
        raise ValueError("no evaluator")
    offers = []
    for bid in bids:
        name = str(bid["id"])
        sheets = [_sheet(scores[name], evaluator, nodes, name) for evaluator in evaluators]
        offers.append(Offer(name, scoring.technical_score(nodes, sheets, how), _price(bid)))
    return offers


def _sheet(scores: Row, evaluator: str, nodes: Sequence[Node], bid: str) -> dict[str, Decimal]:
    """Return one evaluator's points; every evaluator of the case scores every leaf of every bid."""
    if evaluator not in scores:
        raise ValueError(f"bid {bid}: evaluator {evaluator} is missing")
    given = _object(scores[evaluator], f"scores of {bid} by {evaluator}")
    sheet = {}
    for leaf in (leaf for node in nodes for leaf in node.leaves()):
        if leaf.id not in given:
            raise ValueError(f"bid {bid}: evaluator {evaluator} has no points for {leaf.id}")
        sheet[leaf.id] = _number(given[leaf.id], f"bid {bid}, evaluator {evaluator}, {leaf.id}:")
        if not 0 <= sheet[leaf.id] <= leaf.top:
            raise ValueError(f"bid {bid}: evaluator {evaluator}, points for {leaf.id} not between 0 and {leaf.top}")
    return sheet


def _aggregation(case: Row) -> Aggregation:
    kind, at = case.get("aggregation", "mean"), case.get("trim_at", "leaf")
    if kind not in ("mean", "trimmed_mean"):
        raise ValueError(f"unknown aggregation {kind}")
    if at not in ("leaf", "total"):
        raise ValueError(f"unknown trim_at {at}")
    if kind == "mean":
        return Aggregation()
    trim = _of(case, "trim")
    if trim < 0 or trim != trim.to_integral_value():
        raise ValueError(f"trim {trim} is no count")
    return Aggregation(int(trim), at_total=at == "total")


def _price(bid: Row) -> Fraction | None:
    if bid.get("price") is None:
        return None
    price = _number(bid["price"], f"price of {bid['id']}")
    if price <= 0:
        raise ValueError(f"price of {bid['id']} must be above 0")
    return Fraction(price)


def _shares(case: Row) -> Figures:
    technical, price = _of(case, "wt"), _of(case, "wf")
    if technical < 0 or price < 0 or Fraction(technical) + Fraction(price) != 1:
        raise ValueError(f"wt {technical} and wf {price} are not 1 together")
    return Figures(technical_share=technical, price_share=price)


def _of(case: Row, name: str) -> Decimal:
    return _number(_field(case, name), name)


def _number(raw: Any, name: str) -> Decimal:
    """Return the value of decimal text, in figures of any script; JSON's numbers were left as their text."""
    text = ascii_digits(raw.strip()).replace("٫", ".") if isinstance(raw, str) else ""
    value = Decimal(text) if DECIMAL.fullmatch(text) else None
    if value is None or abs(value.adjusted()) > LONGEST:
        raise ValueError(f"{name} {json.dumps(raw, ensure_ascii=False)} is no number")
    return value


def _field(raw: Mapping[str, Any], name: str) -> Any:
    if name not in raw:
        raise ValueError(f"{name} is missing")
    return raw[name]


def _object(raw: Any, name: str) -> Row:
    if not isinstance(raw, dict):
        raise ValueError(f"{name} is no object")  # noqa: TRY004 -- the file is wrong, not the program
    return raw


def _list(raw: Any, name: str) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError(f"{name} is no list")  # noqa: TRY004 -- the file is wrong, not the program
    return raw


def _demand_unlike(names: Sequence[str], kind: str) -> None:
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"{kind} {twice} appears twice")


METHODS: dict[str, Callable[[Row], Figures]] = {
    "weighted_price": lambda case: Figures(impact=_of(case, "i")),
    "qcbs": _shares,
    "least_cost": lambda _case: Figures(),
    "quality_only": lambda _case: Figures(),
    "fixed_budget": lambda case: Figures(budget=_of(case, "budget")),
    "single_source": lambda _case: Figures(),
}
