"""The weighted total and the ranks of a cluster map."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tender_app.clusters.rules import NEXT_STEP, ClusterState, ranks, weighted_total

WEIGHTS = [Decimal(w) for w in (15, 10, 10, 10, 5, 10, 15, 10, 5, 10)]


def test_the_vector_of_the_cluster_map() -> None:
    scores = [Decimal(x) for x in (8, 7, 6, 9, 5, 6, 7, 8, 10, 6)]
    assert weighted_total(WEIGHTS, scores) == Decimal("72.0")


def test_full_scores_make_a_hundred_and_none_make_nothing() -> None:
    assert weighted_total(WEIGHTS, [Decimal(10)] * 10) == 100
    assert weighted_total(WEIGHTS, [Decimal(0)] * 10) == 0


def test_tenths_are_summed_exactly() -> None:
    assert weighted_total([Decimal("33.3"), Decimal("66.7")], [Decimal("0.1"), Decimal("0.2")]) == Decimal("1.667")


def test_a_missing_score_is_no_zero() -> None:
    with pytest.raises(ValueError, match="shorter"):
        weighted_total(WEIGHTS, [Decimal(10)] * 9)


def test_equal_totals_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert ranks([Decimal("72.0"), Decimal("81.5"), Decimal(72), Decimal(10)]) == [2, 1, 2, 4]


@given(st.lists(st.decimals(0, 100, places=2), max_size=12))
def test_a_rank_counts_the_totals_above_it(totals: list[Decimal]) -> None:
    assert all(rank == 1 + len([t for t in totals if t > own]) for rank, own in zip(ranks(totals), totals, strict=True))


def test_every_state_says_what_comes_next() -> None:
    assert set(NEXT_STEP) == set(ClusterState)
