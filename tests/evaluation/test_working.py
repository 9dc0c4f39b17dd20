"""The arithmetic behind the pages of scores: means, wide gaps, the evaluator's own total so far."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

from tender_app.evaluation import working


def leaf(key: int, weight: int, parent: int | None = None, top: int = 100) -> SimpleNamespace:
    return SimpleNamespace(id=key, parent_id=parent, weight=Decimal(weight), top=Decimal(top), title=f"m{key}")


FLAT = [leaf(1, 60), leaf(2, 40)]
TREE = [leaf(1, 50), leaf(2, 30, 1), leaf(3, 70, 1, 10), leaf(4, 50)]


def test_a_gap_of_twenty_is_no_warning_and_one_above_it_is() -> None:
    assert not working.is_wide([Decimal(60), Decimal(80)], Decimal(100))
    assert working.is_wide([Decimal(60), Decimal("80.01")], Decimal(100))
    assert working.is_wide([Decimal(5), Decimal(8)], Decimal(10))


def test_the_score_needs_every_cell_of_every_sheet() -> None:
    whole = working.cells_of(FLAT, [{"1": Decimal(80), "2": Decimal(60)}, {"1": Decimal(70), "2": Decimal(50)}])
    assert working.score_of(FLAT, whole) == Fraction(67)
    part = working.cells_of(FLAT, [{"1": Decimal(80), "2": Decimal(60)}, {"1": Decimal(70)}])
    assert working.score_of(FLAT, part) is None


def test_the_total_so_far_counts_only_the_weight_that_was_scored() -> None:
    assert working.so_far(TREE, {}) == (Fraction(0), Fraction(0))
    assert working.so_far(TREE, {"3": Decimal(5)}) == (Fraction("17.5"), Fraction(35))
    assert working.so_far(TREE, {"2": Decimal(100), "3": Decimal(10), "4": Decimal(50)}) == (
        Fraction(75),
        Fraction(100),
    )


def test_leaves_come_with_the_title_of_their_group() -> None:
    assert [(group, row.id) for group, row in working.leaves_of(TREE)] == [("m1", 2), ("m1", 3), ("", 4)]
