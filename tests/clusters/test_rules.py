"""The weighted total and the ranks of a cluster map."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tender_app.clusters.map_rules import CriterionLine, standings, total_of
from tender_app.clusters.rules import NEXT_STEP, ClusterState

WEIGHTS = (15, 10, 10, 10, 5, 10, 15, 10, 5, 10)
CRITERIA = tuple(CriterionLine(f"معیار {n}", Decimal(w)) for n, w in enumerate(WEIGHTS))
HALVES = (CriterionLine("الف", Decimal(50)), CriterionLine("ب", Decimal(50)))


def scores(*values: object) -> dict[str, Decimal]:
    return {c.title: Decimal(str(v)) for c, v in zip(CRITERIA, values, strict=False)}


def test_the_vector_of_the_cluster_map() -> None:
    assert total_of(CRITERIA, scores(8, 7, 6, 9, 5, 6, 7, 8, 10, 6)) == Decimal("72.0")


def test_full_scores_make_a_hundred_and_none_make_nothing() -> None:
    assert total_of(CRITERIA, scores(*[10] * 10)) == 100
    assert total_of(CRITERIA, scores(*[0] * 10)) == 0


def test_tenths_are_summed_exactly() -> None:
    thirds = (CriterionLine("الف", Decimal("33.3")), CriterionLine("ب", Decimal("66.7")))
    assert total_of(thirds, {"الف": Decimal("0.1"), "ب": Decimal("0.2")}) == Decimal("1.667")


def test_a_missing_score_is_no_zero() -> None:
    assert total_of(CRITERIA, scores(*[10] * 9)) is None
    assert standings(HALVES, [{"الف": Decimal(1)}, {"الف": Decimal(0), "ب": Decimal(0)}]) == [
        (None, None),
        (Decimal(0), 1),
    ]


def test_equal_totals_share_a_rank_and_the_next_one_is_left_out() -> None:
    rows = [{"الف": Decimal(a), "ب": Decimal(b)} for a, b in (("7.2", "7.2"), (9, 7), (7, "7.4"), (1, 1))]
    assert [rank for _total, rank in standings(HALVES, rows)] == [2, 1, 2, 4]


def test_the_maps_own_choice_parts_equal_totals_by_willingness_and_then_by_employment() -> None:
    criteria = (
        CriterionLine("تراکم", Decimal(40)),
        CriterionLine("اشتغال", Decimal(30), 2),
        CriterionLine("آمادگی", Decimal(30), 1),
    )
    rows = [
        {"تراکم": Decimal(5), "اشتغال": Decimal(6), "آمادگی": Decimal(4)},
        {"تراکم": Decimal(5), "اشتغال": Decimal(4), "آمادگی": Decimal(6)},
        {"تراکم": Decimal("4.25"), "اشتغال": Decimal(5), "آمادگی": Decimal(6)},
        {"تراکم": Decimal(5), "اشتغال": Decimal(4), "آمادگی": Decimal(6)},
    ]
    assert standings(criteria, rows) == [(Decimal(50), 4), (Decimal(50), 2), (Decimal(50), 1), (Decimal(50), 2)]


SCORES = st.decimals(0, 10, places=2)


@given(
    st.lists(
        st.tuples(st.decimals("0.01", 50, places=2), st.sampled_from([None, None, 1, 2, 3])), min_size=1, max_size=5
    ),
    st.data(),
)
def test_ranks_are_those_of_an_independent_reference_on_fractions(
    shape: list[tuple[Decimal, int | None]], data: st.DataObject
) -> None:
    criteria = [CriterionLine(f"م{n}", weight, turn) for n, (weight, turn) in enumerate(shape)]
    row = st.tuples(*[SCORES for _ in criteria])
    table = data.draw(st.lists(row, max_size=8))
    got = standings(criteria, [{f"م{n}": s for n, s in enumerate(r)} for r in table])

    def key(r: tuple[Decimal, ...]) -> list[Fraction]:
        total = sum((Fraction(w) * Fraction(s) for (w, _t), s in zip(shape, r, strict=True)), Fraction(0)) / 10
        turns = sorted((t, n) for n, (_w, t) in enumerate(shape) if t)
        return [total, *(Fraction(r[n]) for _t, n in turns)]

    best_first = sorted((key(r) for r in table), reverse=True)
    assert [Fraction(total or 0) for total, _rank in got] == [key(r)[0] for r in table]
    assert [rank for _total, rank in got] == [1 + best_first.index(key(r)) for r in table]


def test_every_state_says_what_comes_next() -> None:
    assert set(NEXT_STEP) == set(ClusterState)
