"""Every vector of the domain for weighted price, combined score, ties and the runner-up (domain.md §3.1, §3.2)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tender_app.evaluation.scoring import (
    Node,
    Offer,
    by_quality_and_cost,
    by_weighted_price,
    half_up,
    runner_up,
    technical_score,
)

M = 1_000_000


def offers(rows: str) -> list[Offer]:
    found = []
    for row in rows.split(" · "):
        name, score, price = row.split()
        found.append(Offer(name, Fraction(score), int(price) * M))
    return found


WEIGHTED = {
    "WP-1": (
        "0.3",
        "65",
        "A 70 9000 · B 90 10000 · C 100 11000",
        "A 9890109890.109890 B 10309278350.515464 C 11000000000.000000",
    ),
    "WP-2": ("0.2", "65", "A 64.99 8000 · B 65 9500 · C 82.5 9800", "C 10155440414.507772 B 10215053763.440860"),
    "WP-3": ("0.4", "60", "A 80 9200 · B 90 9600", "B 10000000000.000000 A 10000000000.000000"),
    "WP-4": ("0.3", "60", "A 80 9400 · B 90 9700", "B 10000000000.000000 A 10000000000.000000"),
    "WP-5": ("0.25", "60", "A 78 9450", "A 10000000000.000000"),
    "WP-6 low": ("0.1", "60", "A 70 9500 · B 90 10000", "A 9793814432.989691 B 10101010101.010101"),
    "WP-6 high": ("0.4", "60", "A 70 9500 · B 90 10000", "B 10416666666.666667 A 10795454545.454545"),
    "WP-6 0.2": ("0.2", "60", "A 70 9500 · B 90 10000", "A 10106382978.723404 B 10204081632.653061"),
    "WP-6 0.3": ("0.3", "60", "A 70 9500 · B 90 10000", "B 10309278350.515464 A 10439560439.560440"),
    "WP-7": (
        "0.2",
        "65",
        "A 80 9000 · B 80 9600 · C 72 9300",
        "A 9375000000.000000 C 9851694915.254237 B 10000000000.000000",
    ),
    "WP-8": ("0.3", "65", "A 50 9000 · B 55 9500", ""),
    "WP-9": (
        "0.35",
        "65",
        "A 64.99 8000 · B 72.95 9100 · C 88.40 9750 · D 95 10900",
        "B 10051638914.202082 C 10162601626.016260 D 11094147582.697201",
    ),
    "WP-11 0.6": (
        "0.6",
        "65",
        "B 72.95 9100 · C 88.40 9750 · D 95 10900",
        "C 10479363714.531384 B 10863077474.036051 D 11237113402.061856",
    ),
    "WP-11 0.8": (
        "0.8",
        "65",
        "B 72.95 9100 · C 88.40 9750 · D 95 10900",
        "C 10747354497.354497 D 11354166666.666667 B 11613067891.781521",
    ),
}


@pytest.mark.parametrize(("impact", "floor", "rows", "order"), WEIGHTED.values(), ids=WEIGHTED)
def test_bids_rank_by_balanced_price(impact: str, floor: str, rows: str, order: str) -> None:
    qualified = [o for o in offers(rows) if o.technical >= Fraction(floor)]
    places = by_weighted_price(qualified, Decimal(impact))
    assert " ".join(f"{p.offer.id} {half_up(p.final, 6)}" for p in places) == order


def test_equals_share_a_rank_and_the_tie_rule_gives_the_place() -> None:
    places = by_weighted_price(offers("A 80 9200 · B 90 9600"), Decimal("0.4"))
    assert [(p.offer.id, p.rank, p.place, p.needs_lot) for p in places] == [("B", 1, 1, False), ("A", 1, 2, False)]


def test_full_equals_need_a_lot() -> None:
    places = by_weighted_price(offers("A 80 9200 · B 80 9200"), Decimal("0.4"))
    assert [(p.place, p.needs_lot) for p in places] == [(1, True), (1, True)]


RUNNERS_UP = {
    "WP-1 nominal": ("0.3", "A 70 9000 · B 90 10000 · C 100 11000", 500, False, None),
    "WP-1 weighted": ("0.3", "A 70 9000 · B 90 10000 · C 100 11000", 500, True, "B"),
    "WP-2 dearer winner": ("0.2", "B 65 9500 · C 82.5 9800", 490, False, "B"),
    "WP-5 single": ("0.25", "A 78 9450", 500, False, None),
    "WP-7": ("0.2", "A 80 9000 · B 80 9600 · C 72 9300", 500, False, "C"),
    "WP-9": ("0.35", "B 72.95 9100 · C 88.40 9750 · D 95 10900", 492, False, None),
    "WP-10 gap equals guarantee": ("0.2", "A 80 9000 · B 80 9500", 500, False, None),
}


@pytest.mark.parametrize(("impact", "rows", "guarantee", "weighted", "second"), RUNNERS_UP.values(), ids=RUNNERS_UP)
def test_the_runner_up_is_within_the_guarantee(
    impact: str,
    rows: str,
    guarantee: int,
    weighted: bool,  # noqa: FBT001 -- the vector's own column
    second: str | None,
) -> None:
    places = by_weighted_price(offers(rows), Decimal(impact))
    found = runner_up(places, guarantee * M, weighted=weighted)
    assert (found.offer.id if found else None) == second


COMBINED = {
    "QC-1": ("0.8", "70", "A 75 9000 · B 88 10000 · C 95 12000", "C 91.0 B 88.4 A 80.0"),
    "QC-2": ("0.7", "70", "A 75 9000 · B 88 10000 · C 95 12000", "C 89.0 B 88.6 A 82.5"),
    "QC-3": ("0.5", "70", "A 75 9000 · B 88 10000 · C 95 12000", "B 89.0 A 87.5 C 85.0"),
    "QC-4": ("0.7", "70", "A 69.99 7000 · B 70 8000 · C 80 10000", "C 80.0 B 79.0"),
    "QC-5": ("0.8", "70", "A 80 8000 · B 85 10000", "B 84.0 A 84.0"),
    "QC-6": ("0.8", "70", "A 83.25 8000", "A 86.6"),
}


@pytest.mark.parametrize(("share", "floor", "rows", "order"), COMBINED.values(), ids=COMBINED)
def test_bids_rank_by_combined_score(share: str, floor: str, rows: str, order: str) -> None:
    qualified = [o for o in offers(rows) if o.technical >= Fraction(floor)]
    places = by_quality_and_cost(qualified, Decimal(share), 1 - Decimal(share))
    assert " ".join(f"{p.offer.id} {half_up(p.final, 1)}" for p in places) == order


def test_evaluators_are_averaged_at_each_criterion() -> None:
    nodes = [Node(name, Decimal(weight)) for name, weight in zip("abcd", (30, 30, 25, 15), strict=True)]
    rows = {"a": (80, 75, 85), "b": (70, 72, 65), "c": (60, 66, 60), "d": (90, 80, 85)}
    sheets = [{leaf: Decimal(points[n]) for leaf, points in rows.items()} for n in range(3)]
    assert technical_score(nodes, sheets) == Fraction("72.95")


def test_a_score_that_only_displays_as_the_floor_stays_below_it() -> None:
    assert half_up(Fraction("64.995"), 2) == "65.00"
    assert (Fraction("64.995") >= Fraction(65)) is False
