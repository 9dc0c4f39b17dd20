"""Commit, then reveal; then a talk in which each changes their own points alone, and what was confirmed stays."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.desk import tasks
from tender_app.dossier.rules_after import scores_stayed_locked
from tender_app.evaluation import digests, queries
from tender_app.evaluation.drift import drift_of
from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import Locking, SheetAct, SheetState
from tender_app.evaluation.talk_models import ScoreRevision, Talk
from tender_app.evaluation.talk_rules import Opened, Revised, TalkAct, TalkClosed
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.capacities import grant
from tender_app.tenders.messages import shown
from tender_app.tenders.rules import Aggregation, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin
from tender_app.workflow.sight import may_see, where_visible
from tests.awards.reading import text_of
from tests.evaluation.ground import NOW, Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of

GIVEN = {"A": ("90", "60", "65"), "B": ("80", "82", "84")}
PEOPLE = ("evaluator1", "evaluator2", "evaluator3")


class Room:
    """Two bids under one leaf, judged by three: they lie thirty apart on the first bid, four on the second."""

    def __init__(self, ground: Ground, aggregation: Aggregation = Aggregation.CONSENSUS) -> None:
        self.ground = ground
        self.tender = tender_in(ground, TenderState.TECHNICAL, aggregation=aggregation)
        self.leaf = criteria_in(ground, self.tender, {"روش": 100})["روش"]
        self.bids = {name: bid_in(ground, self.tender, name, BidState.UNDER_EVALUATION) for name in GIVEN}
        self.sheets = [
            sheet_in(
                ground,
                self.tender,
                who,
                SheetState.CONFIRMED,
                [(self.bids[name], self.leaf, given[place]) for name, given in GIVEN.items()],
            )
            for place, who in enumerate(PEOPLE)
        ]
        for sheet in self.sheets:
            sheet.digest = digests.of_sheet(ground.by(None), sheet)
        ground.session.flush()

    def open(self, *names: str) -> Talk:
        cells = tuple((self.bids[name].id, self.leaf.id) for name in names)
        return begin(self.ground.by(Role.HEAD), Talk, TalkAct.OPEN_TALK, Opened(self.tender, cells, "روش اجرا"))

    def revise(
        self, talk: Talk, who: str, points: str, *, bid: str = "A", by: str = "", reason: str = "قانع شدم"
    ) -> None:
        proposer = self.ground.people[by or who].id
        what = Revised(self.bids[bid].id, self.leaf.id, Decimal(points), reason, proposer)
        advance(self.ground.by(who), talk, TalkAct.REVISE, what)

    def close(self, talk: Talk) -> None:
        advance(self.ground.by(Role.HEAD), talk, TalkAct.CLOSE_TALK, TalkClosed("به هم نزدیک شدند"))

    def lock(self) -> None:
        advance(self.ground.by(Role.HEAD), self.tender, TenderAct.LOCK_SCORES)


def paper_of(room: Room, kind: DocumentKind) -> IssuedDocument | None:
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == room.tender.id, IssuedDocument.kind == kind)
    return room.ground.session.scalars(query).one_or_none()


def results(session: Session) -> list[Fraction]:
    return [Fraction(r.score) for r in session.scalars(sa.select(TechnicalResult).order_by(TechnicalResult.bid_id))]


def test_r23_scores_that_lie_far_apart_are_locked_with_a_reason_alone(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), Aggregation.MEAN)
        head = room.ground.by(Role.HEAD)
        with pytest.raises(NotNow, match="دلیل پذیرفتن"):
            advance(head, room.tender, TenderAct.LOCK_SCORES, Locking(" "))
        advance(head, room.tender, TenderAct.LOCK_SCORES, Locking("برداشت‌ها از روش یکی نیست و هر دو پذیرفتنی است."))


def test_after_the_reveal_the_spread_and_what_lies_wide_are_told(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        wide, near = (bid.cells[0] for bid in queries.comparison(room.ground.by(Role.HEAD), room.tender).bids)
        assert wide.spread is not None
        assert (wide.spread.least, wide.spread.median, wide.spread.most) == (Decimal(60), Fraction(65), Decimal(90))
        assert (wide.is_wide, near.is_wide) == (True, False)


def test_a_changed_score_keeps_the_original_with_the_reason_and_who_proposed_it(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        talk = room.open("A")
        room.revise(talk, "evaluator1", "75", by="evaluator3")
        kept = session.scalars(sa.select(ScoreRevision)).one()
        assert (kept.original, kept.points, kept.reason) == (Decimal(90), Decimal(75), "قانع شدم")
        assert kept.proposed_by == room.ground.people["evaluator3"].id
        query = sa.select(Score.points).where(Score.sheet_id == room.sheets[0].id, Score.bid_id == room.bids["A"].id)
        assert session.scalar(query) == Decimal(90)
        assert digests.of_sheet(room.ground.by(None), room.sheets[0]) == room.sheets[0].digest
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TalkAct.REVISE)).one()
        assert entry.detail["revision"] == digests.digest(digests.row_of(kept))
        assert "75" not in str({k: v for k, v in entry.detail.items() if k != "revision"})


def test_points_change_only_where_the_notice_chose_consensus_yet_a_talk_has_its_note(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session), Aggregation.MEAN)
        talk = room.open("A")
        with pytest.raises(NotNow, match="اجماع"):
            room.revise(talk, "evaluator1", "75")
        room.close(talk)
        room.lock()
        report = paper_of(room, DocumentKind.DRIFT_REPORT)
        assert report is not None
        told = text_of(app, report)
        assert "به هم نزدیک شدند" in told
        assert told.count("شخص") == 2 * 4  # three evaluators and the head: in the list, and in a place to sign
        assert "commission_head شخص قطعی کردن" in told
        assert results(session) == [Fraction(215, 3), Fraction(82)]


def test_nobody_changes_anothers_points_nor_a_cell_that_is_not_talked_about(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        talk = room.open("A")
        for who in (Role.HEAD, Role.SECRETARY, Role.OFFICER, Role.AUDITOR):
            with pytest.raises(NotAllowed):
                room.revise(talk, who, "75")
        with pytest.raises(NotNow, match="در این گفت‌وگو نیست"):
            room.revise(talk, "evaluator1", "75", bid="B")
        with pytest.raises(NotNow, match="میان ۰ و ۱۰۰"):
            room.revise(talk, "evaluator1", "100.5")
        with pytest.raises(NotNow, match="همان امتیازی"):
            room.revise(talk, "evaluator1", "90")
        with pytest.raises(NotNow, match="دلیل"):
            room.revise(talk, "evaluator1", "75", reason="")
        with pytest.raises(NotNow, match="ارزیابان یا رئیس"):
            room.revise(talk, "evaluator1", "75", by=Role.OFFICER)
        assert session.scalars(sa.select(ScoreRevision)).all() == []


def test_scores_wait_for_an_open_talk_and_the_points_that_stand_are_locked(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        before = digests.of_locked([], [], [])
        talk = room.open("A")
        with pytest.raises(NotNow, match="گفت‌وگویی درباره امتیازها در جریان است"):
            room.lock()
        with pytest.raises(NotNow, match="در جریان"):
            room.open("B")
        room.revise(talk, "evaluator1", "70")
        room.revise(talk, "evaluator1", "76")
        room.close(talk)
        room.lock()
        assert results(session) == [Fraction(67), Fraction(82)]
        assert digests.of_stored(room.ground.by(None), room.tender) == room.tender.scores_digest != before
        report = paper_of(room, DocumentKind.DRIFT_REPORT)
        assert report is not None
        told = text_of(app, report)
        assert [
            word for word in ("قانع شدم", "۹۰", "۷۰", "۷۶", "خود ارزیاب", "۷۱٫۶۷", "۶۷٫۰۰") if word not in told
        ] == []


def test_the_digest_of_the_locked_scores_covers_what_was_revised(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        talk = room.open("A")
        room.revise(talk, "evaluator1", "75")
        room.close(talk)
        room.lock()
        case = CaseFacts(room.ground.by(Role.AUDITOR), room.tender)
        assert scores_stayed_locked(case) is None
        session.scalars(sa.select(ScoreRevision)).one().reason = "دلیل دیگر"
        session.flush()
        assert "نمی‌خواند" in (scores_stayed_locked(case) or "")


def test_the_drift_adds_up_exactly(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        talk = room.open("A", "B")
        room.revise(talk, "evaluator2", "88.5")
        room.revise(talk, "evaluator3", "88")
        room.revise(talk, "evaluator3", "80", bid="B")
        drift = drift_of(room.ground.by(Role.HEAD), room.tender)
        first, second = drift.effects
        assert (first.before, first.after) == (Fraction(215, 3), Fraction(2665, 30))
        assert (second.before, second.after) == (Fraction(82), Fraction(242, 3))
        assert [(e.place_before, e.place_after) for e in drift.effects] == [(2, 1), (1, 2)]
        moved = sum((Fraction(c.points - c.original) for c in drift.standing), Fraction(0)) / len(PEOPLE)
        assert moved == sum((e.after - e.before for e in drift.effects), Fraction(0))
        assert drift.balance == (2, 1)
        assert drift.by_evaluator == [
            ("شخص evaluator2", 1, Fraction(57, 2), Fraction(57, 2)),
            ("شخص evaluator3", 2, Fraction(27, 2), Fraction(23)),
        ]


def test_a_talk_opens_after_every_sheet_and_nothing_of_it_goes_on_after_the_lock(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        room.sheets[2].state = SheetState.SCORING
        session.flush()
        with pytest.raises(NotNow, match="۱ ارزیاب هنوز"):
            room.open("A")
        room.sheets[2].state = SheetState.CONFIRMED
        session.flush()
        talk = room.open("A")
        room.tender.state = TenderState.TECHNICAL_LOCKED
        session.flush()
        with pytest.raises(NotNow, match="باز نیست"):
            room.revise(talk, "evaluator1", "75")
        with pytest.raises(NotNow, match="باز نیست"):
            room.close(talk)
        with pytest.raises(NotNow, match="پیش از قطعی شدن"):
            room.open("B")


def test_a_talk_is_read_by_the_head_and_those_who_confirmed_and_by_others_once_locked(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        talk = room.open("A")
        others = (Role.OFFICER, Role.SECRETARY, Role.AUDITOR, Role.FINANCE, "firm A", None)
        assert [who for who in others if may_see(room.ground.by(who), talk, Sight.SCORES)] == []
        assert all(may_see(room.ground.by(who), talk, Sight.SCORES) for who in (Role.HEAD, *PEOPLE))
        assert TalkAct.REVISE in {t.act for t in tasks(room.ground.by("evaluator2"))}
        room.sheets[1].state = SheetState.RECUSED
        session.flush()
        assert not may_see(room.ground.by("evaluator2"), talk, Sight.SCORES)
        room.tender.scores_digest = "d" * 64
        session.flush()
        seen = [who for who in others if may_see(room.ground.by(who), talk, Sight.SCORES)]
        assert seen == [Role.OFFICER, Role.SECRETARY, Role.AUDITOR, Role.FINANCE]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.AUDITOR])
def test_an_evaluator_who_is_also_staff_learns_nothing_of_colleagues_before_confirming(app: Flask, role: Role) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        ground, own = room.ground, room.sheets[2]
        own.state = SheetState.SCORING
        session.flush()
        grant(ground.by(None), own.person_id, role, scope=Scope.ORGANISATION, scope_id=room.tender.organisation_id)
        ground.now += dt.timedelta(hours=1)
        ctx = ground.by("evaluator3")
        session.add(
            Message(person_id=ground.people[Role.HEAD].id, tender_id=room.tender.id, subject="تأیید کرد", at=NOW)
        )
        session.flush()

        def learns() -> dict[str, object]:
            sheets = sa.select(ScoreSheet.id).where(where_visible(ctx, ScoreSheet, Sight.BIDDERS))
            told = sa.select(Message.id).where(Message.tender_id == room.tender.id, shown(ctx, room.tender))
            return {
                "sheets": len(session.scalars(sheets).all()),
                "ledger": may_see(ctx, room.tender, Sight.LEDGER),
                "file": may_see(ctx, room.tender, Sight.CASE_FILE),
                "messages": len(session.scalars(told.where(Message.person_id != own.person_id)).all()),
            }

        assert learns() == {"sheets": 0, "ledger": False, "file": False, "messages": 0}
        advance(ctx, own, SheetAct.CONFIRM)
        assert learns()["ledger"] is True
        assert learns()["file"] is (role is Role.AUDITOR)
