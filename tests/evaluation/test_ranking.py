"""The vectors of the domain through the acts themselves, on a real database (domain.md §3.1, §3.2)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation import queries
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.rules import Locking, SheetState
from tender_app.evaluation.scoring import half_up
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.store.files import files_of
from tender_app.tenders.rules import Method, RunnerUpBasis, TenderAct, TenderState
from tender_app.workflow.engine import advance
from tests.documents.reading import extracted
from tests.evaluation.ground import Ground, bid_in, criteria_in, ground_in, ranked_tender, sheet_in, tender_in
from tests.make import session_of

M = 1_000_000


@dataclass(frozen=True)
class Vector:
    """Bids (firm, score, million rial), the guarantee in rial, and what the ranking must say."""

    impact: str
    floor: int
    guarantee: int
    bids: str
    order: str
    second: str | None = None
    gap: int | None = None


VECTORS = {
    "WP-1": Vector(
        "0.3",
        65,
        500 * M,
        "A 70 9000 · B 90 10000 · C 100 11000",
        "A 9890109890.109890 · B 10309278350.515464 · C 11000000000.000000",
        None,
        1_000 * M,
    ),
    "WP-2": Vector(
        "0.2",
        65,
        490 * M,
        "A 64.99 8000 · B 65 9500 · C 82.5 9800",
        "C 10155440414.507772 · B 10215053763.440860",
        "B",
        -300 * M,
    ),
    "WP-3": Vector(
        "0.4", 60, 500 * M, "A 80 9200 · B 90 9600", "B 10000000000.000000 · A 10000000000.000000", "A", -400 * M
    ),
    "WP-4": Vector(
        "0.3", 60, 500 * M, "A 80 9400 · B 90 9700", "B 10000000000.000000 · A 10000000000.000000", "A", -300 * M
    ),
    "WP-5": Vector("0.25", 60, 500 * M, "A 78 9450", "A 10000000000.000000"),
    "WP-6": Vector(
        "0.4", 60, 500 * M, "A 70 9500 · B 90 10000", "B 10416666666.666667 · A 10795454545.454545", "A", -500 * M
    ),
    "WP-7": Vector(
        "0.2",
        65,
        500 * M,
        "A 80 9000 · B 80 9600 · C 72 9300",
        "A 9375000000.000000 · C 9851694915.254237 · B 10000000000.000000",
        "C",
        300 * M,
    ),
    "WP-9": Vector(
        "0.35",
        65,
        492_500_000,
        "A 64.99 8000 · B 72.95 9100 · C 88.40 9750 · D 95 10900",
        "B 10051638914.202082 · C 10162601626.016260 · D 11094147582.697201",
        None,
        650 * M,
    ),
    "WP-10": Vector(
        "0.2", 60, 500 * M, "A 80 9000 · B 80 9500", "A 9375000000.000000 · B 9895833333.333333", None, 500 * M
    ),
}


def rows_of(text: str) -> list[tuple[str, str, int]]:
    found = [row.split() for row in text.split(" · ")]
    return [(name, score, int(price) * M) for name, score, price in found]


def told(ground: Ground, view: queries.RankingView) -> str:
    names = {firm.name: name for name, firm in ground.firms.items()}
    return " · ".join(f"{names[r.firm]} {half_up(r.final, 6)}" for r in view.rows)


@pytest.mark.parametrize("vector", list(VECTORS.values()), ids=list(VECTORS))
def test_a_tender_is_ranked_as_its_vector_says(app: Flask, vector: Vector) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        facts = {
            "impact": Decimal(vector.impact),
            "minimum_score": Decimal(vector.floor),
            "guarantee": vector.guarantee,
        }
        tender = ranked_tender(ground, rows_of(vector.bids), **facts)
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert told(ground, view) == vector.order
        assert view.gap == vector.gap
        runner_up = view.runner_up.firm if view.runner_up else None
        assert runner_up == (ground.firms[vector.second].name if vector.second else None)


def test_the_second_winner_may_be_measured_on_balanced_prices(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, rows_of(VECTORS["WP-1"].bids), runner_up_basis=RunnerUpBasis.WEIGHTED)
        view = queries.ranking(ground.by(Role.HEAD), tender)
        assert view is not None
        assert view.gap is not None
        assert half_up(view.gap, 6) == "419168460.405574"
        assert view.runner_up is not None
        assert view.runner_up.firm == ground.firms["B"].name


def test_quality_and_cost_takes_the_lowest_price_among_the_qualified_alone(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        bids = rows_of("A 69.99 7000 · B 70 8000 · C 80 10000")
        facts = {"method": Method.QCBS, "technical_share": Decimal("0.7"), "minimum_score": Decimal(70)}
        view = queries.ranking(ground.by(Role.HEAD), ranked_tender(ground, bids, **facts))
        assert view is not None
        assert told(ground, view) == "C 80.000000 · B 79.000000"


def test_r28_equals_in_score_and_price_need_a_lot(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        view = queries.ranking(ground.by(Role.HEAD), ranked_tender(ground, rows_of("A 80 9000 · B 80 9000")))
        assert view is not None
        assert [(r.rank, r.place, r.needs_lot) for r in view.rows] == [(1, 1, True), (1, 1, True)]


AG_1 = {"روش": (30, "80 75 85"), "تیم": (30, "70 72 65"), "سابقه": (25, "60 66 60"), "شناخت محلی": (15, "90 80 85")}


def scored(ground: Ground, minimum: str) -> Bid:
    """Return a bid that three evaluators scored as in AG-1, in a tender that waits for the locking."""
    tender = tender_in(ground, TenderState.TECHNICAL, minimum_score=Decimal(minimum))
    leaves = criteria_in(ground, tender, {title: weight for title, (weight, _) in AG_1.items()})
    bid = bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
    for place in range(3):
        points = [(bid, leaves[title], given.split()[place]) for title, (_, given) in AG_1.items()]
        sheet_in(ground, tender, f"evaluator{place + 1}", SheetState.CONFIRMED, points)
    return bid


@pytest.mark.parametrize(("minimum", "state"), [("72.95", BidState.QUALIFIED), ("72.96", BidState.BELOW_MINIMUM)])
def test_locking_keeps_the_exact_score_and_holds_it_to_the_minimum(app: Flask, minimum: str, state: BidState) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        bid = scored(ground, minimum)
        advance(ground.by(Role.HEAD), bid.tender, TenderAct.LOCK_SCORES, Locking("اختلافی نیست."))
        result = session.query(TechnicalResult).one()
        assert Fraction(result.score) == Fraction("72.95")
        assert set(result.working["means"].values()) == {"80", "69", "62", "85"}
        assert bid.state is state
        assert len(bid.tender.scores_digest) == 64
        report = session.query(IssuedDocument).one()
        assert report.kind is DocumentKind.TECHNICAL_REPORT
        text = extracted(files_of(app.extensions["settings"]).read(report.file_key))
        assert "۷۲٫۹۵" in text
        assert "اختلافی نیست" in text
        signing = text.split("امضاها")[1]
        assert "رئیس کمیسیون" in signing
        assert "commission_head شخص\nقطعی کردن" in signing
        assert text.count("سنجیده") == 3 * len(AG_1)  # each evaluator's reason under each criterion


def test_a_score_is_held_to_the_minimum_before_rounding(app: Flask) -> None:
    """64.995 shows as 65.00 and fails a minimum of 65."""
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL, minimum_score=Decimal(65))
        leaves = criteria_in(ground, tender, {"روش": 50, "تیم": 50})
        bid = bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
        points = [(bid, leaves["روش"], "65"), (bid, leaves["تیم"], "64.99")]
        for place in (1, 2, 3):
            sheet_in(ground, tender, f"evaluator{place}", SheetState.CONFIRMED, points)
        advance(ground.by(Role.HEAD), tender, TenderAct.LOCK_SCORES)
        assert half_up(Fraction(session.query(TechnicalResult).one().score), 2) == "65.00"
        assert bid.state is BidState.BELOW_MINIMUM


def test_r23_two_sheets_are_not_enough_and_one_open_sheet_blocks(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        for who, state in (("evaluator1", SheetState.CONFIRMED), ("evaluator2", SheetState.CONFIRMED)):
            sheet_in(ground, tender, who, state)
        third = sheet_in(ground, tender, "evaluator3", SheetState.SCORING)
        with pytest.raises(NotNow, match="۱ ارزیاب هنوز"):
            advance(ground.by(Role.HEAD), tender, TenderAct.LOCK_SCORES)
        third.state = SheetState.RECUSED
        session.flush()
        with pytest.raises(NotNow, match="کمتر از ۳ برگه"):
            advance(ground.by(Role.HEAD), tender, TenderAct.LOCK_SCORES)


def test_r25_prices_stay_sealed_when_all_are_under_the_minimum(app: Flask) -> None:
    """WP-8."""
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL_LOCKED)
        for name, score in (("A", "50"), ("B", "55")):
            bid_in(ground, tender, name, BidState.BELOW_MINIMUM, score=score)
        with pytest.raises(NotNow):
            advance(ground.by(Role.HEAD), tender, TenderAct.OPEN_PRICES)
        assert queries.ranking(ground.by(Role.HEAD), tender) is None
