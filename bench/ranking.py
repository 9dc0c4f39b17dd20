"""What scoring and ranking 50 bids × 60 criteria × 9 evaluators cost, and what would change the winner, beside adding bare."""

import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any

from bench.measure import Measure
from tender_app.evaluation import methods, robustness, scoring, working
from tender_app.evaluation.contest import Contest
from tender_app.tenders.rules import Method

BIDS, GROUPS, LEAVES, EVALUATORS = 50, 6, 10, 9
TURNS, FEW = 9, 3
LEAST = Fraction(65)
TWENTY = Decimal(20)
Sheets = list[list[working.Sheet]]  # by bid, of each evaluator


def rank_50x60x9() -> Measure:
    """Score and rank from the evaluators' sheets, in turns with the floor; in milliseconds."""
    criteria, sheets, prices = _criteria(), _sheets(), _prices()
    ours, floor = [], []
    for _unused in range(TURNS):
        ours.append(_timed(partial(ranked, criteria, sheets, prices)))
        floor.append(_timed(partial(_floor, sheets)))
    mine, bare, worst = statistics.median(ours), statistics.median(floor), max(ours)
    return Measure("rank_50x60x9", mine, bare, mine / bare, "ms", mine, worst, TURNS)


def fragility_50x60x9() -> Measure:
    """Find every change that would make another first, in turns with the floor; in milliseconds."""
    sheets = _sheets()
    contest = _contest(_criteria(), sheets, _prices())
    ours, floor = [], []
    for _unused in range(FEW):
        ours.append(_timed(partial(_fragility, contest)))
        floor.append(_timed(partial(_floor, sheets)))
    mine, bare, worst = statistics.median(ours), statistics.median(floor), max(ours)
    return Measure("fragility_50x60x9", mine, bare, mine / bare, "ms", mine, worst, FEW)


def _fragility(contest: Contest) -> None:
    for kind in (robustness.figures, robustness.prices, robustness.weights, robustness.scores, robustness.left_out):
        kind(contest)


def _contest(criteria: list[Any], sheets: Sheets, prices: list[int]) -> Contest:
    """Return the same bids as one contest, by evaluator."""
    given = {
        str(turn): {
            str(bid): {leaf: points or TWENTY for leaf, (points, _reason) in own[turn].items()}
            for bid, own in enumerate(sheets)
        }
        for turn in range(EVALUATORS)
    }
    read = {str(bid): price for bid, price in enumerate(prices)}
    nodes, figures = tuple(working.criteria_tree(criteria)), methods.Figures(Decimal("0.3"))
    return Contest(Method.WEIGHTED_PRICE, figures, nodes, given, read, LEAST, scoring.Aggregation())


def ranked(criteria: list[Any], sheets: Sheets, prices: list[int]) -> list[scoring.Place]:
    """Do what locking the scores and opening the prices compute, without a database."""
    offers = []
    for turn, (own, price) in enumerate(zip(sheets, prices, strict=True)):
        score = working.score_of(criteria, working.cells_of(criteria, own, TWENTY, scoring.Aggregation()))
        assert score is not None
        offers.append(scoring.Offer(str(turn), score, price))
    return methods.places(Method.WEIGHTED_PRICE, offers, methods.Figures(Decimal("0.3")))


def _floor(sheets: Sheets) -> Decimal:
    """Add every number once, as it is."""
    return sum((points or TWENTY for own in sheets for sheet in own for points, _ in sheet.values()), Decimal(0))


def _criteria() -> list[Any]:
    weights = [Decimal(w) for w in (20, 20, 20, 15, 15, 10)]
    rows = [_row(group, None, weight) for group, weight in enumerate(weights, 1)]
    leaves = range(GROUPS * LEAVES)
    return rows + [_row(100 + leaf, leaf % GROUPS + 1, Decimal(10)) for leaf in leaves]


def _row(key: int, parent: int | None, weight: Decimal) -> Any:
    return SimpleNamespace(id=key, parent_id=parent, weight=weight, top=Decimal(100), least=None, title=f"معیار {key}")


def _sheets() -> Sheets:
    draw = random.Random(1405).randrange  # noqa: S311 -- to be repeated, not to be secret

    def sheet() -> working.Sheet:
        return {str(100 + leaf): (Decimal(draw(5000, 10001)) / 100, "دلیل") for leaf in range(GROUPS * LEAVES)}

    return [[sheet() for _unused in range(EVALUATORS)] for _bid in range(BIDS)]


def _prices() -> list[int]:
    draw = random.Random(20).randrange  # noqa: S311 -- to be repeated, not to be secret
    return [draw(8_000_000_000, 11_000_000_000) for _unused in range(BIDS)]


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
