"""The file of plain figures: every method, both means, exact equality, and what is refused by the case's name."""

import copy
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tender_app.evaluation.rank_file import BadCaseError, ranked_file
from tender_app.evaluation.scoring import Aggregation, Node, Offer, by_price, by_quality, technical_score, within_budget

LEAF = [{"id": "x", "weight": 100, "max": 100}]
PRICES = {"A": ("70", 9000), "B": ("90", 10000), "C": ("100", 11000)}


def case(method: str, bids: dict[str, tuple[str, int]] = PRICES, **more: Any) -> dict[str, Any]:
    rows = [{"id": name, "price": price, "scores": {"e": {"x": t}}} for name, (t, price) in bids.items()]
    return {"id": "K", "method": method, "criteria": LEAF, "aggregation": "mean", "threshold": 65, "bids": rows, **more}


def rows_of(one: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(r["bid"], r["technical"], r["final"], r["rank"], r["status"]) for r in ranked_file(json.dumps([one]))]


def outcome(one: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(bid, final, rank) for bid, _, final, rank, _ in rows_of(one)]


def test_rows_carry_the_case_and_exact_text() -> None:
    assert ranked_file(json.dumps([case("weighted_price", {"A": ("70", 9000)}, i="0.3")])) == [
        {"case": "K", "bid": "A", "technical": "70.000000", "final": "9890.109890", "rank": 1, "status": "ranked"}
    ]


def test_final_is_by_method_the_balanced_price_the_combined_score_the_price_or_the_technical_score() -> None:
    assert outcome(case("weighted_price", i="0.3")) == [
        ("A", "9890.109890", 1),
        ("B", "10309.278351", 2),
        ("C", "11000.000000", 3),
    ]
    assert outcome(case("qcbs", wt="0.8", wf="0.2")) == [
        ("A", "76.000000", 3),
        ("B", "90.000000", 2),
        ("C", "96.363636", 1),
    ]
    assert outcome(case("least_cost")) == [("A", "9000.000000", 1), ("B", "10000.000000", 2), ("C", "11000.000000", 3)]
    assert outcome(case("quality_only")) == [("A", "70.000000", 3), ("B", "90.000000", 2), ("C", "100.000000", 1)]


def test_a_price_equal_to_the_budget_is_within_it() -> None:
    assert rows_of(case("fixed_budget", budget=10000)) == [
        ("A", "70.000000", "70.000000", 2, "ranked"),
        ("B", "90.000000", "90.000000", 1, "ranked"),
        ("C", "100.000000", None, None, "over_budget"),
    ]


def test_the_threshold_is_inclusive_and_judged_before_the_budget() -> None:
    bids = {"A": ("64.99", 20000), "B": ("65", 9000)}
    assert rows_of(case("fixed_budget", bids, budget=9000)) == [
        ("A", "64.990000", None, None, "below_threshold"),
        ("B", "65.000000", "65.000000", 1, "ranked"),
    ]


def test_a_score_that_rounds_to_the_threshold_stays_below_it() -> None:
    bids = {"A": ("64.9999999", 9000)}
    assert rows_of(case("quality_only", bids)) == [("A", "65.000000", None, None, "below_threshold")]


def test_the_lowest_price_is_sought_among_qualified_bids_alone() -> None:
    bids = {"A": ("69.99", 7000), "B": ("70", 8000), "C": ("80", 10000)}
    assert outcome(case("qcbs", bids, wt="0.7", wf="0.3", threshold=70)) == [
        ("A", None, None),
        ("B", "79.000000", 2),
        ("C", "80.000000", 1),
    ]


def test_equal_exact_values_share_a_rank_before_any_tie_rule() -> None:
    bids = {"A": ("80", 9200), "B": ("90", 9600), "C": ("90", 12000)}
    assert outcome(case("weighted_price", bids, i="0.4")) == [
        ("A", "10000.000000", 1),
        ("B", "10000.000000", 1),
        ("C", "12500.000000", 3),
    ]


def test_a_difference_past_the_sixth_place_is_a_difference() -> None:
    bids = {"A": ("80.00000001", 9000), "B": ("80.00000002", 9000)}
    assert outcome(case("quality_only", bids)) == [("A", "80.000000", 2), ("B", "80.000000", 1)]


def test_no_figure_passes_through_a_binary_float() -> None:
    text = json.dumps([case("quality_only", {"A": ("1", 9000)}, threshold="0.1")])
    exact = text.replace('"threshold": "0.1"', '"threshold": 0.1').replace('"x": "1"', '"x": 0.1000000000000000000001')
    assert ranked_file(exact)[0]["status"] == "ranked"
    below = text.replace('"threshold": "0.1"', '"threshold": 0.1').replace('"x": "1"', '"x": 0.0999999999999999999999')
    assert ranked_file(below)[0]["status"] == "below_threshold"


@pytest.mark.parametrize("points", ["70.5", "۷۰٫۵", "٧٠٫٥", "7.05e1", "705E-1", " 70.50 "])
def test_figures_are_read_in_any_script_and_with_an_exponent(points: str) -> None:
    assert rows_of(case("quality_only", {"A": (points, 9000)}))[0][1] == "70.500000"


@pytest.mark.parametrize("points", ["7_0", "70,5", "۷٬۰", "0x46", "--70", "7 0", ""])
def test_what_is_no_decimal_text_is_refused(points: str) -> None:
    with pytest.raises(BadCaseError, match="is no number"):
        rows_of(case("quality_only", {"A": (points, 9000)}))


def nested(depth: int) -> dict[str, Any]:
    criteria: dict[str, Any] = {"id": "x", "weight": 3, "max": 100}
    for level in range(depth):
        criteria = {"id": f"g{level}", "weight": 2, "children": [criteria]}
    return {**case("quality_only", {"A": ("70", 9000)}), "criteria": [criteria]}


def test_a_tree_may_be_deep_and_one_past_all_measure_is_refused_by_its_name() -> None:
    assert rows_of(nested(100))[0][1] == "70.000000"
    with pytest.raises(BadCaseError, match=r"^case K: criteria are nested too deep$"):
        rows_of(nested(450))


def test_a_refusal_is_one_line_whatever_the_names_hold() -> None:
    with pytest.raises(BadCaseError, match=r"^case a b: unknown method cheap est$"):
        rows_of({**case("cheap\nest"), "id": "a\r\nb"})


def scored(*points: str) -> dict[str, Any]:
    scores = {f"e{n}": {"x": p} for n, p in enumerate(points)}
    bids = [{"id": "A", "price": 1, "scores": scores}]
    return {**case("quality_only", {}), "bids": bids, "threshold": 0, "aggregation": "trimmed_mean", "trim": 1}


@pytest.mark.parametrize(
    ("points", "technical"),
    [(("10", "70", "80", "100"), "75.000000"), (("10", "70", "100"), "70.000000"), (("10", "70"), "40.000000")],
)
def test_a_mean_is_trimmed_only_while_more_than_both_ends_remain(points: tuple[str, ...], technical: str) -> None:
    assert rows_of(scored(*points))[0][1] == technical


def test_trimming_each_leaf_and_trimming_the_totals_differ() -> None:
    criteria = [{"id": "a", "weight": 50, "max": 100}, {"id": "b", "weight": 50, "max": 10}]
    sheets = {"e1": {"a": 100, "b": 0}, "e2": {"a": 0, "b": 10}, "e3": {"a": 60, "b": 5}, "e4": {"a": 60, "b": 7}}
    one = {**scored(), "criteria": criteria, "bids": [{"id": "A", "price": 1, "scores": sheets}]}
    assert rows_of({**one, "trim_at": "leaf"})[0][1] == "60.000000"
    assert rows_of({**one, "trim_at": "total"})[0][1] == "52.500000"


def test_a_node_is_the_mean_of_its_children_by_weight_among_its_siblings() -> None:
    leaves = [{"id": "a", "weight": "1", "max": 10}, {"id": "b", "weight": "2", "max": 5}]
    tree = [{"id": "g", "weight": 3, "children": leaves}, {"id": "c", "weight": 1, "max": 100}]
    bids = [{"id": "A", "price": 1, "scores": {"e": {"a": 7, "b": "2.5", "c": 50}}}]
    one = {**case("quality_only", {}), "criteria": tree, "bids": bids, "threshold": 0}
    assert rows_of(one)[0][1] == "55.000000"
    assert rows_of({**one, "criteria": {"id": "root", "children": tree}})[0][1] == "55.000000"


def test_the_working_is_kept_as_an_exact_fraction() -> None:
    nodes = [Node(name, Decimal(weight)) for name, weight in zip("abcd", (30, 30, 25, 15), strict=True)]
    rows = {"a": (80, 75, 85), "b": (70, 72, 65), "c": (60, 66, 60), "d": (90, 80, 85)}
    sheets = [{leaf: Decimal(points[n]) for leaf, points in rows.items()} for n in range(3)]
    (place,) = by_quality([Offer("A", technical_score(nodes, sheets, Aggregation()), None)])
    assert str(place.final) == "1459/20"


def test_equal_prices_are_placed_by_the_higher_score() -> None:
    offers = [Offer("A", Fraction(70), 9000), Offer("B", Fraction(80), 9000), Offer("C", Fraction(99), 9001)]
    found = [(p.offer.id, p.rank, p.place, p.needs_lot) for p in by_price(offers)]
    assert found == [("B", 1, 1, False), ("A", 1, 2, False), ("C", 3, 3, False)]


def test_a_bid_without_a_price_is_never_taken_to_be_within_the_budget() -> None:
    with pytest.raises(ValueError, match="bid A has no price"):
        within_budget([Offer("A", Fraction(70), None)], Decimal(9000))


def two() -> dict[str, Any]:
    criteria = [{"id": "a", "weight": 60, "max": 100}, {"id": "b", "weight": 40, "max": 10}]
    scores = {"e1": {"a": 80, "b": 8}, "e2": {"a": 70, "b": 7}}
    bids = [{"id": name, "price": 9000, "scores": copy.deepcopy(scores)} for name in "AB"]
    return {**case("weighted_price", {}, i="0.2"), "criteria": criteria, "bids": bids}


def test_the_ground_of_the_refusals_is_itself_a_good_case() -> None:
    assert outcome(two()) == [("A", "9473.684211", 1), ("B", "9473.684211", 1)]


FAULTS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "an evaluator who scored another bid": (("bids", 1, "scores", "e2"), None, "bid B: evaluator e2 is missing"),
    "a leaf": (("bids", 1, "scores", "e1", "b"), None, "bid B: evaluator e1 has no points for b"),
    "a method": (("method",), "cheapest", "unknown method cheapest"),
    "no method": (("method",), None, "method is missing"),
    "an aggregation": (("aggregation",), "median", "unknown aggregation median"),
    "weights": (("criteria",), [{"id": "a", "weight": 0}, {"id": "b", "weight": "0.0"}], "criteria: weights sum to 0"),
    "a weight below 0": (("criteria", 0, "weight"), -60, "criteria: a weight is below 0"),
    "a top of 0": (("criteria", 0, "max"), 0, "max of a must be above 0"),
    "a point too many": (("bids", 0, "scores", "e1", "b"), "10.01", "between 0 and 10"),
    "text": (("bids", 0, "scores", "e1", "b"), "ten", 'b: "ten" is no number'),
    "a truth value": (("i",), True, "i true is no number"),
    "an endless number": (("i",), "1e999999999", "is no number"),
    "no impact": (("i",), None, "i is missing"),
    "an impact that leaves nothing": (("i",), 5, "leaves no balanced price"),
    "no price": (("bids", 0, "price"), None, "bid A has no price"),
    "a price of 0": (("bids", 0, "price"), 0, "price of A must be above 0"),
    "the same bid twice": (("bids", 1, "id"), "A", "bid A appears twice"),
    "no evaluator": (("bids",), [{"id": "A", "price": 1, "scores": {}}], "no evaluator"),
    "no criteria": (("criteria",), [], "no criteria"),
    "bids that are no list": (("bids",), "A", "bids is no list"),
}


@pytest.mark.parametrize(("path", "value", "message"), FAULTS.values(), ids=FAULTS)
def test_a_bad_case_is_refused_by_its_name(path: tuple[Any, ...], value: Any, message: str) -> None:
    one: Any = two()
    at = one
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    with pytest.raises(BadCaseError) as refused:
        ranked_file(json.dumps([case("quality_only"), {**one, "id": "bad one"}]))
    assert str(refused.value).startswith("case bad one: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_nested_weights_that_sum_to_zero_are_refused() -> None:
    leaves = [{"id": "a", "weight": 0, "max": 100}, {"id": "b", "weight": 0, "max": 10}]
    with pytest.raises(BadCaseError, match=r"^case K: g: weights sum to 0$"):
        ranked_file(json.dumps([{**two(), "criteria": [{"id": "g", "weight": 1, "children": leaves}]}]))


@pytest.mark.parametrize(
    ("method", "missing"),
    [("qcbs", "wt is missing"), ("fixed_budget", "budget is missing"), ("weighted_price", "i is")],
)
def test_what_a_method_needs_is_asked_for(method: str, missing: str) -> None:
    with pytest.raises(BadCaseError, match=missing):
        ranked_file(json.dumps([case(method)]))


def test_shares_of_quality_and_price_are_one_together() -> None:
    with pytest.raises(BadCaseError, match="are not 1 together"):
        ranked_file(json.dumps([case("qcbs", wt="0.8", wf="0.3")]))


@pytest.mark.parametrize("text", ["", "{", '{"id": 1}', "[1]", "[[]]"])
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(BadCaseError):
        ranked_file(text)
