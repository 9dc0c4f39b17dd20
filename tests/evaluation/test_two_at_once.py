"""Two windows that save the same cell at the same moment: one is kept, the other is told."""

import threading
from decimal import Decimal

import pytest
from flask import Flask

from tender_app.bids.rules import BidState
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct, SheetState
from tender_app.kernel.errors import Refusal
from tender_app.people.models import Person
from tender_app.store.database import Database
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import advance
from tests.evaluation.ground import Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of


def save(app: Flask, sheet_id: int, what: Scored, ready: threading.Barrier, refused: list[Refusal]) -> None:
    database: Database = app.extensions["database"]
    ready.wait()
    try:
        with database.transaction() as session:
            sheet = session.get_one(ScoreSheet, sheet_id)
            ground = Ground(app, session, sheet.tender.organisation)
            advance(ground.by(session.get_one(Person, sheet.person_id)), sheet, SheetAct.SCORE, what)
    except Refusal as refusal:
        refused.append(refusal)


def two_at_once(app: Flask, edition: int) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        leaf = criteria_in(ground, tender, {"روش": 100})["روش"]
        bid = bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
        sheet = sheet_in(ground, tender, "evaluator1", SheetState.SCORING, [(bid, leaf, "1")] if edition else [])
        whats = [Scored(bid.id, leaf.id, Decimal(points), "دلیل", edition) for points in (70, 80)]
        sheet_id = sheet.id
    ready, refused = threading.Barrier(2), list[Refusal]()
    threads = [threading.Thread(target=save, args=(app, sheet_id, what, ready, refused)) for what in whats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with session_of(app) as session:
        kept = session.query(Score).one()
        assert (kept.edition, kept.points in {Decimal(70), Decimal(80)}) == (edition + 1, True)


@pytest.mark.parametrize("edition", [0, 1])
def test_of_two_saves_at_once_one_is_kept_and_the_other_is_told(app: Flask, edition: int) -> None:
    two_at_once(app, edition)


@pytest.mark.postgresql
@pytest.mark.parametrize("edition", [0, 1])
def test_of_two_saves_at_once_one_is_kept_on_postgresql(postgresql_app: Flask, edition: int) -> None:
    two_at_once(postgresql_app, edition)
