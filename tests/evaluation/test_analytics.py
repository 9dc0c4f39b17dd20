"""What is said of evaluators: agreement as published, a planted severity, a planted effect of order."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tender_app.evaluation import analytics
from tender_app.evaluation.analytics import Analysis, Judge
from tender_app.evaluation.scoring import Aggregation, Node

NODES = [Node("a", Decimal(60)), Node("b", Decimal(40), (), Decimal(10))]
TRUTH = {"A": (70, 6), "B": (80, 7), "C": (55, 9), "D": (65, 5), "E": (75, 8)}
ORDER = list(TRUTH)


def found(
    severities: Mapping[str, int], orders: Mapping[str, list[str]] | None = None, tired: Mapping[str, int] | None = None
) -> Analysis:
    """Give every evaluator the truth of each bid, with a severity of 100, and so much less for each later bid."""
    orders = orders or dict.fromkeys(severities, ORDER)
    sheets: dict[str, dict[str, dict[str, Decimal]]] = {}
    for name, severity in severities.items():
        sheets[name] = {}
        for bid, (a, b) in TRUTH.items():
            off = severity - (tired or {}).get(name, 0) * orders[name].index(bid)
            sheets[name][bid] = {"a": Decimal(a + off), "b": Decimal(b) + Decimal(off) / 10}
    return analytics.analysis(NODES, sheets, orders)


def judge(of: Analysis, name: str) -> Judge:
    return next(j for j in of.judges if j.evaluator == name)


def test_alpha_is_the_published_one_for_interval_data() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, interval: 0.849."""
    rows = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")
    given = {
        str(n): {(str(unit), "k"): Fraction(value) for unit, value in enumerate(row.split()) if value != "."}
        for n, row in enumerate(rows)
    }
    assert analytics.alpha(given) == Decimal("0.849")


def test_evaluators_who_agree_have_an_alpha_of_one_and_no_severity() -> None:
    same = found({"x": 0, "y": 0, "z": 0})
    assert same.alpha == 1
    assert {figure for j in same.judges for figure in (j.severity, j.spread, j.drift)} == {0}
    assert {j.agreement for j in same.judges} == {1}


def test_a_planted_severity_is_found_and_taken_off_exactly() -> None:
    planted = found({"x": 0, "y": 0, "strict": -15})
    assert {j.evaluator: j.severity for j in planted.judges} == {"x": 5, "y": 5, "strict": -10}
    strict = judge(planted, "strict")
    assert strict.spread == 0
    assert strict.agreement == 1
    assert strict.by_leaf == {"a": -10, "b": -10}
    assert planted.alpha is not None
    assert planted.alpha < Decimal("0.8")


def test_where_all_judge_all_bids_the_mean_stays_as_it_is_without_severities() -> None:
    planted = found({"x": 3, "y": 4, "strict": -15})
    assert {row.raw == row.adjusted for row in planted.bids} == {True}


def test_a_trimmed_mean_is_another_without_severities() -> None:
    sheets = {
        name: {"A": {"a": Decimal(a), "b": Decimal(5)}, "B": {"a": Decimal(b), "b": Decimal(5)}}
        for name, a, b in (("x", 60, 70), ("y", 62, 64), ("z", 40, 50))
    }
    of = analytics.analysis(NODES, sheets, {}, Aggregation(1))
    assert [row.raw == row.adjusted for row in of.bids] == [False, False]


def test_a_planted_effect_of_order_is_found_whatever_the_order_was() -> None:
    orders = {"x": ORDER, "y": ORDER[::-1], "tired": ["C", "A", "E", "B", "D"]}
    planted = found({"x": 0, "y": 0, "tired": 0}, orders, {"tired": 3})
    tired = judge(planted, "tired")
    assert tired.drift == -2
    assert tired.follows == -1
    assert abs(judge(planted, "x").drift) < 1


def test_one_evaluator_alone_agrees_with_nobody() -> None:
    alone = found({"x": 0})
    assert alone.alpha is None
    assert alone.judges[0].agreement is None
    assert alone.judges[0].severity == 0
