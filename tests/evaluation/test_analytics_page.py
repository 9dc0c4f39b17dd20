"""The page on how evaluators judged: who reads it, from when on, and by which order of the bids."""

import datetime as dt

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
from tests.evaluation.ground import NOW, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of, signed_in

RANKED = "QZ-1405-CDA-01"


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
