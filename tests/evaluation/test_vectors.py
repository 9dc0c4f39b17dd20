"""Every vector of the domain for weighted price, combined score, ties and the runner-up (domain.md §3.1, §3.2)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from tender_app.evaluation.scoring import (
    Node,
    Offer,
    Place,
    by_quality_and_cost,
    by_weighted_price,
    combined_score,
    half_up,
    runner_up,
    technical_score,
    total,
    weighted_price,
)

M = 1_000_000


def offers(rows: str) -> list[Offer]:
    found = []
    for row in rows.split(" · "):
        name, score, price = row.split()
        found.append(Offer(name, Fraction(score), int(price) * M))
    return found


def gap_to_first(places: Sequence[Place], *, weighted: bool) -> Fraction:
    """Return how far the second in order is from the first, by balanced or by proposed price."""
    first, second = places[:2]
    if weighted:
        return second.final - first.final
    return Fraction((second.offer.price or 0) - (first.offer.price or 0))


def price_score(offer: Offer, qualified: Sequence[Offer]) -> Fraction:
    """Return Sf: the combined score where the technical score has no share."""
    lowest = min(o.price for o in qualified if o.price)
    return combined_score(offer.price or 0, offer.technical, lowest, (Decimal(0), Decimal(1)))


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
    "WP-8 least impact": ("0.1", "65", "A 50 9000 · B 55 9500", ""),
    "WP-8 most impact": ("0.9", "65", "A 50 9000 · B 55 9500", ""),
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
def test_r28_bids_rank_by_balanced_price(impact: str, floor: str, rows: str, order: str) -> None:
    qualified = [o for o in offers(rows) if o.technical >= Fraction(floor)]
    places = by_weighted_price(qualified, Decimal(impact))
    assert " ".join(f"{p.offer.id} {half_up(p.final, 6)}" for p in places) == order


@pytest.mark.parametrize(
    ("impact", "rows"), [("0.4", "A 80 9200 · B 90 9600"), ("0.3", "A 80 9400 · B 90 9700")], ids=["WP-3", "WP-4"]
)
def test_r28_equals_share_a_rank_and_the_higher_score_has_the_place(impact: str, rows: str) -> None:
    places = by_weighted_price(offers(rows), Decimal(impact))
    assert [p.final for p in places] == [Fraction(10_000 * M)] * 2
    assert [(p.offer.id, p.rank, p.place, p.needs_lot) for p in places] == [("B", 1, 1, False), ("A", 1, 2, False)]


def test_the_order_flips_where_the_impact_crosses_ten_of_forty_one() -> None:
    """WP-6: i* = 50/205 = 0.243902439…, where both balanced prices are the same fraction."""
    pair = offers("A 70 9500 · B 90 10000")
    first = {i: by_weighted_price(pair, Decimal(i))[0].offer.id for i in ("0.243902439", "0.243902440")}
    assert first == {"0.243902439": "A", "0.243902440": "B"}
    assert half_up(Fraction(50, 205), 9) == "0.243902439"
    equal = [Fraction(100 * o.price) / (100 - Fraction(50, 205) * (100 - o.technical)) for o in pair if o.price]
    assert equal[0] == equal[1]


@pytest.mark.parametrize("impact", ["0", "0.1", "0.4", "0.9"])
def test_a_full_score_or_no_impact_leaves_the_price_as_it_is(impact: str) -> None:
    assert weighted_price(9_000 * M, Fraction(100), Decimal(impact)) == 9_000 * M
    assert weighted_price(9_000 * M, Fraction(70), Decimal(0)) == 9_000 * M


def test_full_equals_need_a_lot() -> None:
    places = by_weighted_price(offers("A 80 9200 · B 80 9200"), Decimal("0.4"))
    assert [(p.place, p.needs_lot) for p in places] == [(1, True), (1, True)]


SECOND_OF_WP_1 = "A 70 9000 · B 90 10000 · C 100 11000"
RUNNERS_UP = {
    "WP-1 nominal": ("0.3", SECOND_OF_WP_1, 500_000_000, False, "1000000000.000000", None),
    "WP-1 weighted": ("0.3", SECOND_OF_WP_1, 500_000_000, True, "419168460.405574", "B"),
    "WP-2 dearer winner": ("0.2", "B 65 9500 · C 82.5 9800", 490_000_000, False, "-300000000.000000", "B"),
    "WP-7": ("0.2", "A 80 9000 · B 80 9600 · C 72 9300", 500_000_000, False, "300000000.000000", "C"),
    "WP-9": ("0.35", "B 72.95 9100 · C 88.40 9750 · D 95 10900", 492_500_000, False, "650000000.000000", None),
    "WP-10 gap equals guarantee": ("0.2", "A 80 9000 · B 80 9500", 500_000_000, False, "500000000.000000", None),
    "WP-10 a rial below it": ("0.2", "A 80 9000 · B 80 9500", 500_000_001, False, "500000000.000000", "B"),
}


@pytest.mark.parametrize(
    ("impact", "rows", "guarantee", "weighted", "gap", "second"), RUNNERS_UP.values(), ids=RUNNERS_UP
)
def test_the_runner_up_is_within_the_guarantee(
    impact: str,
    rows: str,
    guarantee: int,
    weighted: bool,  # noqa: FBT001 -- the vector's own column
    gap: str,
    second: str | None,
) -> None:
    places = by_weighted_price(offers(rows), Decimal(impact))
    assert half_up(gap_to_first(places, weighted=weighted), 6) == gap
    found = runner_up(places, guarantee, weighted=weighted)
    assert (found.offer.id if found else None) == second


def test_a_single_bid_has_no_runner_up() -> None:
    """WP-5."""
    assert runner_up(by_weighted_price(offers("A 78 9450"), Decimal("0.25")), 500_000_000, weighted=False) is None


COMBINED = {
    "QC-1": ("0.8", "70", "A 75 9000 · B 88 10000 · C 95 12000", "C 75 91 · B 90 88.4 · A 100 80"),
    "QC-2": ("0.7", "70", "A 75 9000 · B 88 10000 · C 95 12000", "C 75 89 · B 90 88.6 · A 100 82.5"),
    "QC-3": ("0.5", "70", "A 75 9000 · B 88 10000 · C 95 12000", "B 90 89 · A 100 87.5 · C 75 85"),
    "QC-4": ("0.7", "70", "A 69.99 7000 · B 70 8000 · C 80 10000", "C 80 80 · B 100 79"),
    "QC-5": ("0.8", "70", "A 80 8000 · B 85 10000", "B 80 84 · A 100 84"),
    "QC-6": ("0.8", "70", "A 83.25 8000", "A 100 86.6"),
}


@pytest.mark.parametrize(("share", "floor", "rows", "order"), COMBINED.values(), ids=COMBINED)
def test_bids_rank_by_combined_score(share: str, floor: str, rows: str, order: str) -> None:
    """`order` gives each bid's price score Sf and combined score S, both exact, the best first."""
    qualified = [o for o in offers(rows) if o.technical >= Fraction(floor)]
    places = by_quality_and_cost(qualified, Decimal(share), 1 - Decimal(share))
    expected = [(name, Fraction(sf), Fraction(s)) for name, sf, s in (row.split() for row in order.split(" · "))]
    assert [(p.offer.id, price_score(p.offer, qualified), p.final) for p in places] == expected


def test_equal_combined_scores_share_a_rank_and_the_higher_technical_score_has_the_place() -> None:
    """QC-5."""
    places = by_quality_and_cost(offers("A 80 8000 · B 85 10000"), Decimal("0.8"), Decimal("0.2"))
    assert [(p.offer.id, p.rank, p.place, p.needs_lot) for p in places] == [("B", 1, 1, False), ("A", 1, 2, False)]


def test_a_price_that_stays_sealed_is_not_the_lowest_price() -> None:
    """QC-4: with the price of A, which is under the floor, B would have 75.25 and C 77.00."""
    shares = Decimal("0.7"), Decimal("0.3")
    wrong = [combined_score(price * M, Fraction(t), 7000 * M, shares) for t, price in ((70, 8000), (80, 10000))]
    assert wrong == [Fraction("75.25"), Fraction(77)]
    qualified = offers("B 70 8000 · C 80 10000")
    right = [p.final for p in by_quality_and_cost(qualified, *shares)]
    assert right == [Fraction(80), Fraction(79)]


AG_1 = {  # leaf: weight, points of three evaluators, their mean, what it adds to the score
    "method": ("30", "80 75 85", "80", "24.00"),
    "team": ("30", "70 72 65", "69", "20.70"),
    "experience": ("25", "60 66 60", "62", "15.50"),
    "local": ("15", "90 80 85", "85", "12.75"),
}


def test_evaluators_are_averaged_at_each_criterion() -> None:
    """AG-1."""
    nodes = [Node(leaf, Decimal(weight)) for leaf, (weight, *_) in AG_1.items()]
    sheets = [{leaf: Decimal(row[1].split()[n]) for leaf, row in AG_1.items()} for n in range(3)]
    alone = {leaf: technical_score([Node(leaf, Decimal(100))], sheets) for leaf in AG_1}
    assert alone == {leaf: Fraction(mean) for leaf, (_, _, mean, _) in AG_1.items()}
    parts = {
        leaf: total(nodes, {other: alone[other] if other == leaf else Fraction(0) for other in AG_1}) for leaf in AG_1
    }
    assert parts == {leaf: Fraction(part) for leaf, (_, _, _, part) in AG_1.items()}
    assert technical_score(nodes, sheets) == Fraction("72.95")


def test_a_score_that_only_displays_as_the_floor_stays_below_it() -> None:
    assert half_up(Fraction("64.995"), 2) == "65.00"
    assert (Fraction("64.995") >= Fraction(65)) is False
