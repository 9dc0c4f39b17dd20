"""What the documents fixed before scoring decides at the lock and in the ranking: aggregation, least points, the tie rule."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState
from tender_app.dossier import case_tables
from tender_app.evaluation import queries
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.rank_file import ranked_file
from tender_app.evaluation.rules import Locking, SheetState
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Aggregation, TenderAct, TenderState, TieRule
from tender_app.workflow.engine import advance
from tests.evaluation.ground import Ground, bid_in, criteria_in, ground_in, ranked_tender, sheet_in, tender_in
from tests.make import session_of


def locked(ground: Ground, points: Mapping[str, Sequence[str]], least: str | None = None, **facts: Any) -> Tender:
    """Lock the scores of one bid under two criteria of equal weight; the first has a least of its own."""
    tender = tender_in(ground, TenderState.TECHNICAL, **{"minimum_score": Decimal(60), **facts})
    leaves = criteria_in(ground, tender, dict.fromkeys(points, 50))
    first = next(iter(leaves.values()))
    first.least = None if least is None else Decimal(least)
    bid = bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
    for place, row in enumerate(zip(*points.values(), strict=True), 1):
        given = [(bid, leaf, p) for leaf, p in zip(leaves.values(), row, strict=True)]
        sheet_in(ground, tender, f"evaluator{place}", SheetState.CONFIRMED, given)
    advance(ground.by(Role.HEAD), tender, TenderAct.LOCK_SCORES, Locking("سنجیده شد."))
    return tender


def only(ground: Ground, model: type[Any]) -> Any:
    return ground.session.query(model).one()


@pytest.mark.parametrize(
    ("aggregation", "trim", "score"),
    [
        (Aggregation.MEAN, 0, "70"),  # (30+90+90)/3 = 70
        (Aggregation.TRIMMED_MEAN, 1, "80"),  # 90 and 70
        (Aggregation.TRIMMED_MEAN, 2, "70"),  # more would be left out than there are: the plain mean
        (Aggregation.CONSENSUS, 1, "70"),
    ],
)
def test_r23_scores_are_brought_together_as_the_documents_fix_it(
    app: Flask, aggregation: Aggregation, trim: int, score: str
) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        points = {"روش": ("30", "90", "90"), "تیم": ("70", "70", "70")}
        locked(ground, points, aggregation=aggregation, trim=trim)
        result = only(ground, TechnicalResult)
        assert result.score == score
        assert list(result.working["means"].values()) == ["90" if score == "80" else "70", "70"]


@pytest.mark.parametrize(
    ("least", "state"),
    [
        ("66.66", BidState.QUALIFIED),
        ("66.67", BidState.BELOW_MINIMUM),  # the mean is exactly 200/3: shown as 66.67, and below it
        (None, BidState.QUALIFIED),
    ],
)
def test_r25_a_bid_under_the_least_of_a_criterion_falls_out_whatever_its_total(
    app: Flask, least: str | None, state: BidState
) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = locked(ground, {"شایستگی تیم": ("66", "67", "67"), "روش": ("100", "100", "100")}, least)
        assert only(ground, Bid).state is state
        is_out = state is BidState.BELOW_MINIMUM
        assert queries.shortfalls(ground.by(Role.HEAD), tender) == ({"شرکت A": ["شایستگی تیم"]} if is_out else {})


def test_exactly_the_least_is_enough(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        locked(ground, {"تیم": ("60", "70", "50"), "روش": ("60", "60", "60")}, "60")
        assert only(ground, Bid).state is BidState.QUALIFIED


def test_r25_the_refusal_names_the_criterion(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        locked(ground, {"شایستگی تیم": ("40", "40", "40"), "روش": ("100", "100", "100")}, "50")
        bid = only(ground, Bid)
        bid.state = BidState.UNDER_EVALUATION
        session.flush()
        with pytest.raises(NotNow, match="در «شایستگی تیم» کمتر از حداقل همان معیار"):
            advance(ground.by(Role.HEAD), bid, BidAct.QUALIFY)


def test_the_case_file_leaves_out_a_bid_that_the_format_of_the_command_does_not_know(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        points = {"تیم": ("40", "40", "40"), "روش": ("100", "100", "100")}
        tender = locked(ground, points, "50", aggregation=Aggregation.TRIMMED_MEAN, trim=1)
        case = case_tables.case_of(session, tender)
        assert (case["bids"], case["aggregation"], case["trim"], case["trim_at"]) == ([], "trimmed_mean", "1", "leaf")
        assert case["criteria"][0]["least"] == "50"
        assert [row["score"] for row in case_tables.scores(session, tender)["results"]] == ["70"]
        assert ranked_file(json.dumps([case])) == []


TIED = [("A", "80", 9_200_000_000), ("B", "90", 9_600_000_000)]  # WP-3: both exactly 10,000,000,000 at i = 0.4


@pytest.mark.parametrize(
    ("tie", "order"),
    [
        (TieRule.TECHNICAL, [("B", 1, False), ("A", 2, False)]),
        (TieRule.PRICE, [("A", 1, False), ("B", 2, False)]),
        (TieRule.LOT, [("A", 1, True), ("B", 1, True)]),
    ],
)
def test_r28_equals_are_placed_by_the_tie_rule_of_the_documents(
    app: Flask, tie: TieRule, order: list[tuple[str, int, bool]]
) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, TIED, impact=Decimal("0.4"), tie_rule=tie)
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert [(r.firm[-1], r.place, r.needs_lot) for r in view.rows] == order
        assert {r.rank for r in view.rows} == {1}
