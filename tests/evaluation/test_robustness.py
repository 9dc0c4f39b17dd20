"""What changes the winner, against a ranking written here anew and tried over fine grids."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tender_app.evaluation import robustness
from tender_app.evaluation.contest import Contest
from tender_app.evaluation.methods import Figures
from tender_app.evaluation.robustness import Change, Kind
from tender_app.evaluation.scoring import Aggregation, Node
from tender_app.tenders.rules import Method

Number = tuple[Any, Fraction, Fraction, Callable[[Fraction], Any]]  # which, from where, to where, the case with another
Case = dict[str, Any]  # plain fractions: what the ranking below reads
EVEN_LESS = Fraction(1, 10**12)
GRID = 8


def brute_first(case: Case) -> Any:
    """Rank once more, by the law's own words: return who is first, or the bids on whose sealed price it turns."""
    scores = {bid: brute_score(case, bid) for bid in case["prices"]}
    inside = brute_inside(case, scores)
    hidden = {bid for bid in inside if case["prices"][bid] is None}
    if hidden and case["method"] is not Method.QUALITY_ONLY:
        return ("sealed", frozenset(hidden))
    if case["method"] is Method.FIXED_BUDGET:
        inside = [bid for bid in inside if case["prices"][bid] <= case["budget"]]
    cost = {bid: brute_cost(case, scores, inside, bid) for bid in inside}
    best = [bid for bid in inside if cost[bid] == min(cost.values())]
    if len(best) > 1 and hidden & set(best):
        return ("sealed", frozenset(hidden & set(best)))
    best = [bid for bid in best if scores[bid] == max(scores[b] for b in best)]
    if len(best) > 1:
        best = [bid for bid in best if case["prices"][bid] == min(case["prices"][b] for b in best)]
    return ("first", frozenset(best))


def brute_inside(case: Case, scores: dict[str, Fraction]) -> list[str]:
    """Return the bids that reach the minimum of all, and under each leaf its own."""

    def is_short(bid: str) -> bool:
        return any(
            brute_mean([sheet[bid][leaf] for sheet in case["sheets"].values()], case["trim"]) < least
            for leaf, least in case["least"].items()
        )

    return [bid for bid in scores if scores[bid] >= case["threshold"] and not is_short(bid)]


def brute_cost(case: Case, scores: dict[str, Fraction], inside: Sequence[str], bid: str) -> Fraction:
    """Return what is smallest for the first."""
    price = case["prices"][bid]
    if case["method"] is Method.WEIGHTED_PRICE:
        return Fraction(100 * price / (100 - case["impact"] * (100 - scores[bid])))
    if case["method"] is Method.QCBS:
        lowest = min(case["prices"][b] for b in inside)
        return Fraction(-case["share"] * scores[bid] - (1 - case["share"]) * 100 * Fraction(lowest) / price)
    return Fraction(price) if case["method"] is Method.LEAST_COST else -scores[bid]


def brute_score(case: Case, bid: str) -> Fraction:
    """Return 100·points/top by weight: group a of a1 and a2, and b beside it."""
    sheets, weights = [sheet[bid] for sheet in case["sheets"].values()], case["weights"]

    def whole(points: dict[str, Fraction]) -> Fraction:
        of = {leaf: 100 * points[leaf] / case["tops"][leaf] for leaf in points}
        group = (weights["a1"] * of["a1"] + weights["a2"] * of["a2"]) / (weights["a1"] + weights["a2"])
        return Fraction((weights["a"] * group + weights["b"] * of["b"]) / (weights["a"] + weights["b"]))

    if case["at_total"]:
        return brute_mean([whole(sheet) for sheet in sheets], case["trim"])
    return whole({leaf: brute_mean([sheet[leaf] for sheet in sheets], case["trim"]) for leaf in case["tops"]})


def brute_mean(values: Sequence[Fraction], trim: int) -> Fraction:
    """Return the mean after the extremes are taken away one by one."""
    left = list(values)
    for _unused in range(trim if len(values) > 2 * trim else 0):
        left.remove(max(left))
        left.remove(min(left))
    return sum(left, Fraction(0)) / len(left)


def contest_of(case: Case) -> Contest:
    """Return the same case for the code under test."""
    w, tops = case["weights"], case["tops"]
    least = {leaf: Decimal(int(points)) for leaf, points in case["least"].items()}
    a1, a2, b = (Node(k, Decimal(int(w[k])), (), Decimal(int(top)), least.get(k)) for k, top in tops.items())
    nodes = (Node("a", Decimal(int(w["a"])), (a1, a2)), b)
    share = case["share"]
    return Contest(
        case["method"],
        Figures(case["impact"], share, 1 - share, Fraction(case["budget"])),
        nodes,
        {
            e: {b: {k: Decimal(int(p)) for k, p in s.items()} for b, s in own.items()}
            for e, own in case["sheets"].items()
        },
        case["prices"],
        Fraction(case["threshold"]),
        Aggregation(case["trim"], case["at_total"]),
    )


def with_weight(case: Case, name: str, value: Fraction) -> Case:
    """Change a weight; its only sibling takes the rest."""
    sibling = {"a": "b", "b": "a", "a1": "a2", "a2": "a1"}[name]
    whole = case["weights"][name] + case["weights"][sibling]
    return case | {"weights": case["weights"] | {name: value, sibling: whole - value}}


def with_figure(case: Case, value: Fraction) -> Case:
    return case | {"impact" if case["method"] is Method.WEIGHTED_PRICE else "share": value}


def with_price(case: Case, bid: str, value: Fraction) -> Case:
    return case | {"prices": case["prices"] | {bid: value}}


def with_score(case: Case, about: tuple[str, str, str], value: Fraction) -> Case:
    evaluator, bid, leaf = about
    own = case["sheets"][evaluator]
    changed = own | {bid: own[bid] | {leaf: value}}
    return case | {"sheets": case["sheets"] | {evaluator: changed}}


METHODS = [Method.WEIGHTED_PRICE, Method.QCBS, Method.LEAST_COST, Method.QUALITY_ONLY, Method.FIXED_BUDGET]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a small case, full of ties: few bids, few evaluators, small whole numbers."""
    bids, evaluators = "ABC"[: draw(st.integers(2, 3))], "xyzw"[: draw(st.integers(1, 4))]
    tops = {"a1": Fraction(100), "a2": Fraction(10), "b": Fraction(draw(st.sampled_from([5, 100])))}

    def points(top: Fraction) -> Fraction:
        return Fraction(draw(st.integers(0, 5)) * int(top) // 5)

    weights = {name: Fraction(draw(st.integers(1, 4))) for name in ("a", "b", "a1", "a2")}
    case: Case = {
        "method": draw(st.sampled_from(METHODS)),
        "impact": Fraction(draw(st.integers(0, 9)), 10),
        "share": Fraction(draw(st.integers(0, 10)), 10),
        "budget": draw(st.integers(5, 12)),
        "threshold": Fraction(draw(st.sampled_from([0, 30, 50]))),
        "trim": draw(st.sampled_from([0, 0, 1])),
        "at_total": draw(st.booleans()),
        "weights": weights,
        "tops": tops,
        "least": {leaf: points(top) for leaf, top in tops.items() if draw(st.integers(0, 3)) == 0},
        "sheets": {e: {b: {leaf: points(top) for leaf, top in tops.items()} for b in bids} for e in evaluators},
        "prices": dict.fromkeys(bids),
    }
    inside = brute_inside(case, {bid: brute_score(case, bid) for bid in bids})
    return case | {"prices": {bid: draw(st.integers(4, 12)) if bid in inside else None for bid in bids}}


def outcome_of(change: Change) -> Any:
    told = change.outcome
    return ("sealed", told.sealed) if told.sealed else ("first", told.winners)


def hold(case: Case, changes: Sequence[Change], numbers: Sequence[Number]) -> None:
    """Demand of every number, in both directions, that its change is the first there is, and that there is none else."""
    now = brute_first(case)
    told = {(c.about, c.is_up): c for c in changes}
    assert len(told) == len(changes)
    for about, was, end, changed in numbers:
        change = told.pop((about, end > was), None)
        limit = end if change is None else change.bound
        tried = [was + (limit - was) * Fraction(step, GRID) for step in range(GRID)]
        if change is None:
            tried.append(end - (end - was) * EVEN_LESS)
        assert {brute_first(changed(x)) for x in tried} == {now}
        if change is None:
            continue
        way = 1 if change.is_up else -1
        assert change.was == was
        assert min(was, end) <= change.bound <= max(was, end)
        if change.is_strict:
            assert brute_first(changed(change.bound)) == now
            assert brute_first(changed(change.bound + way * EVEN_LESS)) == outcome_of(change) != now
        else:
            assert brute_first(changed(change.bound)) == outcome_of(change) != now
    assert not told


CAREFULLY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CAREFULLY
@given(cases())
def test_a_weight_changes_the_winner_first_where_it_is_said_to(case: Case) -> None:
    numbers: list[Number] = []
    for name, sibling in {"a": "b", "b": "a", "a1": "a2", "a2": "a1"}.items():
        was = case["weights"][name]
        change = partial(with_weight, case, name)
        numbers += [((name,), was, end, change) for end in (was + case["weights"][sibling], Fraction(0))]
    hold(case, robustness.weights(contest_of(case)), numbers)


@CAREFULLY
@given(cases())
def test_the_coefficient_or_the_share_changes_the_winner_first_where_it_is_said_to(case: Case) -> None:
    changes = robustness.figures(contest_of(case))
    if case["method"] not in {Method.WEIGHTED_PRICE, Method.QCBS}:
        assert changes == []
        return
    was = case["impact" if case["method"] is Method.WEIGHTED_PRICE else "share"]
    numbers = [((), was, end, lambda x: with_figure(case, x)) for end in (Fraction(1), Fraction(0)) if end != was]
    hold(case, changes, numbers)


@CAREFULLY
@given(cases())
def test_a_price_changes_the_winner_first_where_it_is_said_to(case: Case) -> None:
    numbers: list[Number] = []
    for bid, price in case["prices"].items():
        if price is not None:
            change = partial(with_price, case, bid)
            numbers += [((bid,), Fraction(price), end, change) for end in (Fraction(100_000), Fraction(0))]
    hold(case, robustness.prices(contest_of(case)), numbers)


@CAREFULLY
@given(cases())
def test_a_score_changes_the_winner_first_where_it_is_said_to(case: Case) -> None:
    numbers: list[Number] = []
    for evaluator, own in case["sheets"].items():
        for bid, sheet in own.items():
            for leaf, was in sheet.items():
                about = (evaluator, bid, leaf)
                change = partial(with_score, case, about)
                numbers += [(about, was, end, change) for end in (case["tops"][leaf], Fraction(0)) if end != was]
    hold(case, robustness.scores(contest_of(case)), numbers)


@CAREFULLY
@given(cases())
def test_without_an_evaluator_the_first_is_who_the_others_make_first(case: Case) -> None:
    told = robustness.left_out(contest_of(case))
    if len(case["sheets"]) == 1:
        assert told == []
        return
    for row in told:
        rest = case | {"sheets": {e: s for e, s in case["sheets"].items() if e != row.evaluator}}
        outcome = ("sealed", row.outcome.sealed) if row.outcome.sealed else ("first", row.outcome.winners)
        assert outcome == brute_first(rest)


def two(method: Method, scores: str, prices: str, **facts: Any) -> Contest:
    """Return a contest of one evaluator with one criterion."""
    names = "ABCD"
    points = {name: {"k": Decimal(score)} for name, score in zip(names, scores.split(), strict=False)}
    money = {name: None if p == "-" else int(p) for name, p in zip(names, prices.split(), strict=False)}
    figures = facts.pop("figures", Figures())
    threshold = Fraction(facts.pop("threshold", 0))
    return Contest(method, figures, (Node("k", Decimal(100)),), {"x": points}, money, threshold, Aggregation())


def test_wp_6_the_rank_flips_at_fifty_of_two_hundred_and_five() -> None:
    """Domain vector WP-6: at i* both prices are equal, and the better score has the tie."""
    contest = two(
        Method.WEIGHTED_PRICE, "70 90", "9500000000 10000000000", figures=Figures(Decimal("0.1")), threshold="60"
    )
    [change] = robustness.figures(contest)
    assert (change.bound, change.is_strict, change.is_up) == (Fraction(50, 205), False, True)
    assert change.outcome.winners == {"B"}


def test_a_bid_that_comes_over_the_minimum_with_a_sealed_price_leaves_the_winner_unknown() -> None:
    contest = two(Method.LEAST_COST, "80 60", "9000 -", threshold="65")
    up = [c for c in robustness.scores(contest) if c.about == ("x", "B", "k")]
    assert [(c.bound, c.is_strict, c.outcome.sealed, c.is_known) for c in up] == [
        (Fraction(65), False, frozenset("B"), False)
    ]


def test_the_first_bid_that_falls_below_the_minimum_leaves_the_place_to_the_next() -> None:
    contest = two(Method.LEAST_COST, "80 70", "9000 9500", threshold="65")
    down = [c for c in robustness.scores(contest) if c.about[1] == "A"]
    assert [(c.bound, c.is_strict, c.outcome.winners) for c in down] == [(Fraction(65), True, frozenset("B"))]


def short_of(least: str, *sheets: str) -> Contest:
    """Return a contest by price of A (cheaper) and B, with a criterion whose least is this; sheets: points of A under it."""
    nodes = (Node("k", Decimal(50), (), Decimal(100), Decimal(least)), Node("m", Decimal(50)))
    given = {
        f"x{turn}": {"A": {"k": Decimal(k), "m": Decimal(90)}, "B": {"k": Decimal(80), "m": Decimal(80)}}
        for turn, k in enumerate(sheets)
    }
    is_short = sum(int(k) for k in sheets) < int(least) * len(sheets)
    money = {"A": None if is_short else 9000, "B": 9500}
    return Contest(Method.LEAST_COST, Figures(), nodes, given, money, Fraction(60), Aggregation())


def test_a_bid_short_under_a_leaf_is_out_whatever_its_total() -> None:
    contest = short_of("60", "50", "60")
    stand = contest.stand()
    assert (contest.qualified(stand), contest.outcome(stand).winners) == (["B"], frozenset("B"))
    assert robustness.weights(contest) == []
    up = [c for c in robustness.scores(contest) if c.about[1] == "A"]
    assert [(c.about, c.bound, c.is_up, c.is_strict, c.outcome.sealed) for c in up] == [
        (("x0", "A", "k"), Fraction(60), True, False, frozenset("A")),
        (("x1", "A", "k"), Fraction(70), True, False, frozenset("A")),
    ]


def test_the_first_bid_that_falls_short_under_a_leaf_leaves_the_place_to_the_next() -> None:
    contest = short_of("60", "65", "65")
    down = [c for c in robustness.scores(contest) if c.about == ("x0", "A", "k")]
    assert [(c.bound, c.is_up, c.is_strict, c.outcome.winners) for c in down] == [
        (Fraction(55), False, True, frozenset("B"))
    ]


def test_without_an_evaluator_a_bid_comes_back_under_its_leaf() -> None:
    told = {row.evaluator: row.outcome for row in robustness.left_out(short_of("60", "40", "70"))}
    assert {name: (outcome.winners, outcome.sealed) for name, outcome in told.items()} == {
        "x0": (frozenset(), frozenset("A")),
        "x1": (frozenset("B"), frozenset()),
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_tie_that_needs_a_lot_is_undone_by_any_change_of_a_score_that_counts(method: Method) -> None:
    contest = two(
        method, "80 80", "9000 9000", figures=Figures(Decimal("0.3"), Decimal("0.8"), Decimal("0.2"), Decimal(9000))
    )
    changes = robustness.scores(contest)
    assert {(c.bound, c.is_strict, c.size) for c in changes} == {(Fraction(80), True, Fraction(0))}
    assert {c.about[1]: c.outcome.winners for c in changes if c.is_up} == {"A": {"A"}, "B": {"B"}}


def test_the_smallest_change_is_the_smallest_part_of_its_range() -> None:
    contest = two(
        Method.WEIGHTED_PRICE, "70 90", "9500000000 10000000000", figures=Figures(Decimal("0.24")), threshold="60"
    )
    every = [*robustness.figures(contest), *robustness.scores(contest), *robustness.prices(contest)]
    least = robustness.smallest(every)
    assert least is not None
    assert (least.kind, least.about) == (Kind.PRICE, ("B",))
    assert least.size == min(c.size for c in every)
