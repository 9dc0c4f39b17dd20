"""The arithmetic behind the pages of scores: means, wide gaps, the evaluator's own total so far."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

from tender_app.evaluation import scoring, working


def leaf(key: int, weight: int, parent: int | None = None, top: int = 100) -> SimpleNamespace:
    return SimpleNamespace(
        id=key, parent_id=parent, weight=Decimal(weight), top=Decimal(top), title=f"m{key}", least=None
    )


def sheet(*points: int) -> working.Sheet:
    return {str(key): (Decimal(given), f"r{given}") for key, given in enumerate(points, 1)}


GAP, MEAN = Decimal(20), scoring.Aggregation()
FLAT = [leaf(1, 60), leaf(2, 40)]
TREE = [leaf(1, 50), leaf(2, 30, 1), leaf(3, 70, 1, 10), leaf(4, 50)]


def test_a_gap_of_twenty_is_no_warning_and_one_above_it_is() -> None:
    assert not working.is_wide([Decimal(60), Decimal(80)], Decimal(100), GAP)
    assert working.is_wide([Decimal(60), Decimal("80.01")], Decimal(100), GAP)
    assert working.is_wide([Decimal(5), Decimal(8)], Decimal(10), GAP)


def test_the_score_needs_every_cell_of_every_sheet() -> None:
    whole = working.cells_of(FLAT, [sheet(80, 60), sheet(70, 50)], GAP, MEAN)
    assert working.score_of(FLAT, whole) == Fraction(67)
    assert [cell.reasons for cell in whole] == [("r80", "r70"), ("r60", "r50")]
    part = working.cells_of(FLAT, [sheet(80, 60), sheet(70)], GAP, MEAN)
    assert [cell.reasons for cell in part] == [("r80", "r70"), ("r60", "")]
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


def test_a_figure_is_a_decimal_where_it_has_an_end_and_a_division_where_it_has_none() -> None:
    assert working.plain(Fraction("73.55")) == "۷۳٫۵۵"
    assert working.plain(Fraction(10_000_000_000)) == "۱۰٬۰۰۰٬۰۰۰٬۰۰۰"
    assert working.plain(Fraction(184, 3)) == "۱۸۴ ÷ ۳"


def test_the_working_of_a_balanced_price_shows_every_figure_and_both_results() -> None:
    final = scoring.weighted_price(9_000_000_000, Fraction(70), Decimal("0.3"))
    assert working.weighted_price(9_000_000_000, Fraction(70), Decimal("0.3"), final) == (
        "۱۰۰ × ۹٬۰۰۰٬۰۰۰٬۰۰۰ ÷ (۱۰۰ − ۰٫۳ × (۱۰۰ − ۷۰)) = ۹۰۰٬۰۰۰٬۰۰۰٬۰۰۰ ÷ ۹۱ ≈ ۹٬۸۹۰٬۱۰۹٬۸۹۰"
    )
    assert working.weighted_price(9_000, Fraction(184, 3), Decimal(0), Fraction(9_000)) == (
        "۱۰۰ × ۹٬۰۰۰ ÷ (۱۰۰ − ۰ × (۱۰۰ − (۱۸۴ ÷ ۳))) = ۹٬۰۰۰"
    )


def test_the_working_of_a_combined_score_shows_the_lowest_price_and_both_shares() -> None:
    shares = Decimal("0.8"), Decimal("0.2")
    assert working.combined_score(10_000, Fraction(88), 9_000, shares, Fraction("88.4")) == (
        "۰٫۸ × ۸۸ + ۰٫۲ × (۱۰۰ × ۹٬۰۰۰ ÷ ۱۰٬۰۰۰) = ۸۸٫۴"
    )
