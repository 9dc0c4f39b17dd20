"""The page on how evaluators judged: who reads it, from when on, and by which order of the bids."""

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.bids.rules import BidState
from tender_app.evaluation import desk
from tender_app.evaluation.judging import orders_of
from tender_app.evaluation.models import Score
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.filters import exact, score
from tests.evaluation.ground import NOW, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of, signed_in

RANKED = "QZ-1405-CDA-01"
FIGURE = re.compile("[-−+][۰-۹]|[۰-۹][-−+]")


def under_evaluation(app: Flask) -> str:
    """Return the number of the demonstration's tender whose evaluators still score."""
    with session_of(app) as session:
        return session.query(Tender).filter_by(state=TenderState.TECHNICAL).one().number


@pytest.mark.parametrize("who", ["head", "evaluator1"])
def test_those_who_read_every_sheet_see_how_evaluators_judged_once_all_are_confirmed(demo: Flask, who: str) -> None:
    answer = signed_in(demo, who).get(f"/tenders/{RANKED}/technical/analytics")
    assert answer.status_code == 200
    assert "تحلیل امتیازدهی" in answer.text


@pytest.mark.parametrize("who", ["head", "evaluator1", "evaluator2"])
def test_before_that_neither_the_head_nor_an_evaluator_does(demo: Flask, who: str) -> None:
    answer = signed_in(demo, who).get(f"/tenders/{under_evaluation(demo)}/technical/analytics")
    assert answer.status_code == 403
    assert "پس از تأیید همه برگه‌ها" in answer.text


def test_bids_stand_in_the_order_of_the_seed_and_without_one_as_they_were_scored(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        bids = [bid_in(ground, tender, name, BidState.UNDER_EVALUATION) for name in "ABCDE"]
        leaf = criteria_in(ground, tender, {"توان": 100})["توان"]
        seeded, plain = (
            sheet_in(ground, tender, who, SheetState.CONFIRMED, [(bid, leaf, "80") for bid in bids])
            for who in ("evaluator1", "evaluator2")
        )
        seeded.seed = "a1" * 16
        for turn, bid in enumerate(reversed(bids)):
            at = NOW + dt.timedelta(minutes=turn)
            session.execute(sa.update(Score).where(Score.bid_id == bid.id).values(saved_at=at))
        orders = orders_of(ground.by(Role.HEAD), [seeded, plain])
        ids = [bid.id for bid in bids]
        assert orders[str(plain.id)] == [str(bid) for bid in reversed(ids)]
        assert orders[str(seeded.id)] == [str(bid) for bid in sorted(ids, key=lambda b: desk.place(seeded, b))]
        assert orders[str(seeded.id)] != orders[str(plain.id)]


def apart(app: Flask) -> str:
    """Put a tender on the table whose evaluators agree less than chance would; return its number."""
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL_LOCKED)
        bids = [bid_in(ground, tender, name, BidState.QUALIFIED) for name in "ABC"]
        leaf = criteria_in(ground, tender, {"توان": 100})["توان"]
        for who, given in (("evaluator1", "50 90 70"), ("evaluator2", "90 50 70"), ("evaluator3", "60 62 95")):
            points = [(bid, leaf, p) for bid, p in zip(bids, given.split(), strict=True)]
            sheet_in(ground, tender, who, SheetState.CONFIRMED, points)
        return tender.number


def test_every_sign_on_the_page_stands_at_the_left_of_its_figures_and_says_what_it_means(sqlite_app: Flask) -> None:
    number = apart(sqlite_app)
    page = signed_in(sqlite_app, Role.HEAD).get(f"/tenders/{number}/technical/analytics").text
    alpha = page.split("آلفای کریپندورف</dt><dd>")[1].split(" <small>")[0]
    assert alpha.startswith("\u2066−۰٫")
    assert alpha.endswith("\u2069")
    assert FIGURE.findall(re.sub("\u2066[−+][۰-۹٫]+\u2069", "", page)) == []
    assert '<th scope="col">فاصله از میانگین (+ آسان‌گیرتر، − سختگیرتر)</th>' in page
    assert "سختگیری</th>" not in page


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("-0.013", 3, "\u2066−۰٫۰۱۳\u2069"),
        ("-0.0004", 3, "۰٫۰۰۰"),
        ("0.0125", 3, "۰٫۰۱۳"),
        ("-7.5", 0, "\u2066−۸\u2069"),
    ],
)
def test_a_figure_below_nothing_keeps_its_minus_at_its_left(value: str, places: int, shown: str) -> None:
    assert exact(Fraction(value), places) == score(Decimal(value), places) == shown
