"""An evaluator's own sheet: conflict first, scores with reasons, nothing of colleagues before confirming."""

from decimal import Decimal

import pytest
from flask import Flask

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.demo.story import declare, signed
from tender_app.dossier.desk import tasks
from tender_app.evaluation import queries
from tender_app.evaluation.guards import where_no_sheet_open, where_scores_locked
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Replacement, Scored, SheetAct, SheetState
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.people.capacities import grant
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see, where_visible
from tests.evaluation.ground import Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of


class Room:
    """A tender under evaluation with one bid, one criterion, and a sheet for each evaluator."""

    def __init__(self, ground: Ground, *states: SheetState) -> None:
        self.ground = ground
        self.tender: Tender = tender_in(ground, TenderState.TECHNICAL)
        self.leaf: Criterion = criteria_in(ground, self.tender, {"روش": 100})["روش"]
        self.bid: Bid = bid_in(ground, self.tender, "A", BidState.UNDER_EVALUATION)
        self.sheets: list[ScoreSheet] = []
        for place, state in enumerate(states, 1):
            given = [(self.bid, self.leaf, "70")] if state is SheetState.CONFIRMED else []
            self.sheets.append(sheet_in(ground, self.tender, f"evaluator{place}", state, given))

    def score(self, place: int, points: str | None, reason: str = "دلیل", edition: int = 0) -> None:
        what = Scored(self.bid.id, self.leaf.id, None if points is None else Decimal(points), reason, edition)
        advance(self.ground.by(f"evaluator{place}"), self.sheets[place - 1], SheetAct.SCORE, what)


def test_names_are_seen_after_the_first_declaration_and_content_after_the_second(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.INVITED)
        ctx, sheet = room.ground.by("evaluator1"), room.sheets[0]
        seen = []
        for act in (SheetAct.PLEDGE, SheetAct.DECLARE_NO_CONFLICT, None):
            names = [b.firm for b in queries.bidders(ctx, room.tender)]
            seen.append((names, may_see(ctx, room.tender, Sight.BIDDERS), may_see(ctx, room.bid, Sight.TECHNICAL)))
            if act is not None:
                advance(ctx, sheet, act, signed(ctx, sheet))
        named = [room.ground.firms["A"].name]
        assert seen == [([], False, False), (named, True, False), (named, True, True)]


def test_r23_nobody_declares_freedom_who_acts_or_signs_for_a_bidder(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.KNOWS_BIDDERS, SheetState.KNOWS_BIDDERS)
        ground, firm = room.ground, room.ground.firms["A"]
        grant(ground.by(None), ground.people["evaluator1"].id, Role.FIRM, scope=Scope.FIRM, scope_id=firm.id)
        ground.people["evaluator2"].national_code = firm.signatories[0].national_code
        session.flush()
        for place in (1, 2):
            with pytest.raises(NotNow, match=firm.name):
                declare(ground.by(f"evaluator{place}"), room.sheets[place - 1])
            advance(ground.by(f"evaluator{place}"), room.sheets[place - 1], SheetAct.RECUSE)


def test_a_sheet_is_its_evaluators_own(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.SCORING, SheetState.SCORING)
        what = Scored(room.bid.id, room.leaf.id, Decimal(70), "دلیل", 0)
        for who in ("evaluator2", Role.HEAD, Role.OFFICER, Role.AUDITOR):
            with pytest.raises(NotAllowed):
                advance(room.ground.by(who), room.sheets[0], SheetAct.SCORE, what)
            assert not may_see(room.ground.by(who), room.sheets[0], Sight.OWN)


@pytest.mark.parametrize("points", ["-0.01", "100.01"])
def test_points_outside_the_scale_are_refused(app: Flask, points: str) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.SCORING)
        with pytest.raises(NotNow, match="میان ۰ و ۱۰۰"):
            room.score(1, points)


def test_an_older_edition_does_not_overwrite_a_newer_one(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.SCORING)
        room.score(1, "70")
        room.score(1, "75", edition=1)
        with pytest.raises(NotNow, match="اکنون ۷۵"):
            room.score(1, "60", edition=1)
        kept = session.query(Score).one()
        session.refresh(kept)
        assert (kept.points, kept.edition) == (Decimal(75), 2)


def test_a_sheet_is_confirmed_whole_and_then_closed(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.SCORING)
        ctx = room.ground.by("evaluator1")
        room.score(1, "70", reason="")
        with pytest.raises(NotNow, match="۱ امتیاز یا دلیل"):
            advance(ctx, room.sheets[0], SheetAct.CONFIRM)
        room.score(1, "70", edition=1)
        advance(ctx, room.sheets[0], SheetAct.CONFIRM)
        assert len(room.sheets[0].digest) == 64
        with pytest.raises(NotNow):
            room.score(1, "80", edition=2)
        with pytest.raises(NotNow):
            advance(ctx, room.sheets[0], SheetAct.RECUSE)


def test_r24_nothing_is_scored_once_the_scores_are_locked(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.SCORING)
        room.tender.state = TenderState.TECHNICAL_LOCKED
        session.flush()
        with pytest.raises(NotNow, match="ماده ۱۹"):
            room.score(1, "70")


def seen_by(room: Room, who: str) -> list[int]:
    """Return the places of the sheets whose scores somebody may read, by the list and one by one alike."""
    ctx = room.ground.by(who)
    listed = set(ctx.session.query(ScoreSheet.id).where(where_visible(ctx, ScoreSheet, Sight.SCORES)).all())
    single = {(s.id,) for s in room.sheets if may_see(ctx, s, Sight.SCORES)}
    assert listed == single
    return [place for place, sheet in enumerate(room.sheets, 1) if (sheet.id,) in listed]


def test_r23_a_colleagues_scores_are_hidden_until_ones_own_are_confirmed(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), SheetState.CONFIRMED, SheetState.SCORING, SheetState.INVITED)
        assert seen_by(room, "evaluator1") == [1]
        assert seen_by(room, "evaluator2") == []
        assert seen_by(room, "evaluator3") == []
        room.score(2, "50")
        advance(room.ground.by("evaluator2"), room.sheets[1], SheetAct.CONFIRM)
        assert seen_by(room, "evaluator1") == [1, 2]
        assert seen_by(room, "evaluator2") == [1, 2]


def test_the_head_sees_the_sheets_when_all_are_closed_and_the_others_when_they_are_locked(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), *[SheetState.CONFIRMED] * 2, SheetState.SCORING)
        assert seen_by(room, Role.HEAD) == []
        room.score(3, "40")
        advance(room.ground.by("evaluator3"), room.sheets[2], SheetAct.CONFIRM)
        assert seen_by(room, Role.HEAD) == [1, 2, 3]
        assert [seen_by(room, who) for who in (Role.FINANCE, Role.AUDITOR, Role.OFFICER)] == [[], [], []]
        gaps = queries.comparison(room.ground.by(Role.HEAD), room.tender).gaps
        assert [(firm, cell.points) for firm, cell in gaps] == [
            (room.ground.firms["A"].name, (Decimal(70), Decimal(70), Decimal(40)))
        ]
        advance(room.ground.by(Role.HEAD), room.tender, TenderAct.LOCK_SCORES)
        assert [seen_by(room, who) for who in (Role.FINANCE, Role.AUDITOR)] == [[1, 2, 3]] * 2
        cells = queries.comparison(room.ground.by(Role.AUDITOR), room.tender).bids[0].cells
        assert [cell.reasons for cell in cells] == [("سنجیده evaluator1", "سنجیده evaluator2", "دلیل")]
        assert where_scores_locked(room.ground.by(None)) is not None
        assert where_no_sheet_open(room.ground.by(None)) is not None


def test_an_evaluator_who_stepped_aside_is_replaced_by_one_without_a_seat(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), *[SheetState.CONFIRMED] * 2, SheetState.SCORING)
        ground, head = room.ground, room.ground.by(Role.HEAD)
        newcomer = Replacement(ground.people[Role.MANAGER].id)
        assert refusal_of(head, room.tender, TenderAct.REPLACE_EVALUATOR) is not None
        advance(ground.by("evaluator3"), room.sheets[2], SheetAct.RECUSE)
        head = ground.by(Role.HEAD)
        assert [task.act for task in tasks(head) if not task.waiting] == [TenderAct.REPLACE_EVALUATOR]
        for taken in (Role.FINANCE, Role.OFFICER, "evaluator3"):
            with pytest.raises(NotNow):
                advance(head, room.tender, TenderAct.REPLACE_EVALUATOR, Replacement(ground.people[taken].id))
        advance(head, room.tender, TenderAct.REPLACE_EVALUATOR, newcomer)
        sheet = session.query(ScoreSheet).filter_by(person_id=newcomer.person_id).one()
        assert sheet.state is SheetState.INVITED
        assert may_see(ground.by(Role.MANAGER), sheet, Sight.OWN)
        assert refusal_of(ground.by(Role.HEAD), room.tender, TenderAct.REPLACE_EVALUATOR) is not None
