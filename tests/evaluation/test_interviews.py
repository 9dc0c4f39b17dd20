"""Interviews: the same questions for all, slots apart, presence to the instant, and nothing after the lock."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier.desk import tasks
from tender_app.evaluation.interview_facts import attendance, part_of
from tender_app.evaluation.interview_models import Interview, InterviewPresence
from tender_app.evaluation.interview_rules import (
    AbsenceDecided,
    Attending,
    Dropped,
    Held,
    InterviewAct,
    InterviewCancelled,
    InterviewState,
    Plan,
    Remote,
    SlotMoved,
    overlap,
    share,
)
from tender_app.evaluation.rules import Scored, SheetAct, SheetState
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.notifications.models import Message
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import may_see, where_visible
from tests.awards.reading import text_of
from tests.evaluation.ground import NOW, Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import session_of

FIRST = NOW + dt.timedelta(hours=2)
PEOPLE = ("evaluator1", "evaluator2", "evaluator3")
MINUTE = dt.timedelta(minutes=1)


class Room:
    """Two bids under two leaves, of which the interview informs the first; three evaluators who score."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.tender = tender_in(ground, TenderState.TECHNICAL, prices_open_at=NOW + dt.timedelta(days=3))
        self.asked, self.other = criteria_in(ground, self.tender, {"تیم": 60, "روش": 40}).values()
        self.bids = [bid_in(ground, self.tender, name, BidState.UNDER_EVALUATION) for name in ("A", "B")]
        self.sheets = [sheet_in(ground, self.tender, who, SheetState.SCORING) for who in PEOPLE]

    def plan(self, *starts: dt.datetime, minutes: int = 40, who: str = Role.SECRETARY) -> list[Interview]:
        begins = starts or (FIRST, FIRST + 60 * MINUTE)
        slots = tuple((bid.id, at) for bid, at in zip(self.bids, begins, strict=False))
        what = Plan(((self.asked.id, "تیم شما کیست؟"),), slots, minutes, "سالن یک")
        advance(self.ground.by(who), self.tender, TenderAct.PLAN_INTERVIEWS, what)
        query = sa.select(Interview).where(Interview.tender_id == self.tender.id).order_by(Interview.id.desc()).limit(2)
        return sorted(self.ground.session.scalars(query), key=lambda i: i.id)

    def do(self, who: str, interview: Interview, act: InterviewAct, what: object = None, *, at: int = 0) -> None:
        """Let somebody act so many minutes after the slot begins."""
        self.ground.now = interview.starts_at + at * MINUTE
        advance(self.ground.by(who), interview, act, what)

    def hold(self, interview: Interview, *, without: str = "") -> None:
        self.do(Role.HEAD, interview, InterviewAct.BEGIN_INTERVIEW)
        for who in PEOPLE:
            if who != without:
                self.do(who, interview, InterviewAct.JOIN)
        self.do(Role.HEAD, interview, InterviewAct.CLOSE_INTERVIEW, Held("پرسیده و پاسخ داده شد."), at=40)

    def score(self, place: int, bid: int, leaf: int, points: str = "70") -> None:
        what = Scored(self.bids[bid].id, leaf, Decimal(points), "دلیل", 0)
        advance(self.ground.by(PEOPLE[place]), self.sheets[place], SheetAct.SCORE, what)


def papers(room: Room, kind: DocumentKind) -> list[IssuedDocument]:
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == room.tender.id, IssuedDocument.kind == kind)
    return list(room.ground.session.scalars(query.order_by(IssuedDocument.id)))


def test_a_plan_asks_all_the_same_and_each_firm_has_its_letter(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, second = room.plan()
        assert first.plan is second.plan
        letters = papers(room, DocumentKind.INTERVIEW_LETTER)
        assert [letter.firm_id for letter in letters] == [bid.firm_id for bid in room.bids]
        assert all("تیم شما کیست؟" in text_of(app, letter) for letter in letters)
        told = session.scalars(sa.select(Message).where(Message.subject == "به مصاحبه دعوت شدید")).all()
        assert {m.person_id for m in told} == {room.ground.people[f"firm {name}"].id for name in ("A", "B")}
        with pytest.raises(NotNow, match="برنامه‌ریزی شده است"):
            room.plan()


@pytest.mark.parametrize(
    ("starts", "minutes", "said"),
    [
        ((FIRST, FIRST + 39 * MINUTE), 40, "روی هم می‌افتد"),
        ((FIRST, FIRST + 40 * MINUTE), 29, "دست‌کم ۳۰ دقیقه"),
        ((NOW - MINUTE, FIRST), 40, "در آینده"),
        ((FIRST, NOW + dt.timedelta(days=3) - 39 * MINUTE), 40, "پیش از گشایش قیمت‌ها"),
        ((FIRST,), 40, "برای هر پیشنهاد"),
    ],
)
def test_slots_that_do_not_fit_are_refused(
    app: Flask, starts: tuple[dt.datetime, ...], minutes: int, said: str
) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        with pytest.raises(NotNow, match=said):
            room.plan(*starts, minutes=minutes)
        assert session.scalars(sa.select(Interview)).all() == []


def test_an_interview_is_not_planned_once_a_sheet_is_confirmed(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        room.sheets[0].state = SheetState.CONFIRMED
        session.flush()
        with pytest.raises(NotNow, match=r"^یکی از ارزیابان برگه خود را تأیید کرده است"):
            room.plan()


def test_a_firm_sees_and_confirms_its_own_slot_alone(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, second = room.plan()
        ctx = room.ground.by("firm A")
        seen = sa.or_(where_visible(ctx, Interview, Sight.OWN), where_visible(ctx, Interview, Sight.WORK))
        assert session.scalars(sa.select(Interview.id).where(seen)).all() == [first.id]
        assert not may_see(ctx, second, Sight.OWN)
        assert [t.case for t in tasks(ctx) if t.act is InterviewAct.CONFIRM_SLOT] == [first]
        advance(ctx, first, InterviewAct.CONFIRM_SLOT, Attending((("مدیر الف", "مدیرعامل"),)))
        assert first.attending == [["مدیر الف", "مدیرعامل"]]
        assert [t.case for t in tasks(ctx) if t.act is InterviewAct.CONFIRM_SLOT] == []
        with pytest.raises(NotAllowed):
            advance(ctx, second, InterviewAct.CONFIRM_SLOT, Attending((("مدیر الف", ""),)))
        room.do(Role.HEAD, first, InterviewAct.MOVE_SLOT, SlotMoved(FIRST + 200 * MINUTE, "سفر"), at=-30)
        assert (first.confirmed_at, len(papers(room, DocumentKind.INTERVIEW_LETTER))) == (None, 3)


def test_a_member_who_drops_and_returns_is_kept_to_the_instant(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        held, _second = room.plan()
        far = room.ground.people["evaluator3"]
        room.do(Role.HEAD, held, InterviewAct.MARK_REMOTE, Remote((far.id,)), at=-10)
        with pytest.raises(NotNow, match="هنوز آغاز نشده"):
            room.do("evaluator3", held, InterviewAct.JOIN, at=-1)
        with pytest.raises(NotNow, match="نرسیده است"):
            room.do(Role.HEAD, held, InterviewAct.BEGIN_INTERVIEW, at=-1)
        room.do(Role.HEAD, held, InterviewAct.BEGIN_INTERVIEW)
        room.do("evaluator3", held, InterviewAct.JOIN, at=1)
        with pytest.raises(NotNow, match="شما در مصاحبه حاضرید"):
            room.do("evaluator3", held, InterviewAct.JOIN, at=2)
        room.do(Role.SECRETARY, held, InterviewAct.NOTE_DROP, Dropped(far.id), at=10)
        room.do("evaluator3", held, InterviewAct.JOIN, at=15)
        room.do("evaluator3", held, InterviewAct.LEAVE, at=30)
        with pytest.raises(NotNow, match="شما در مصاحبه نیستید"):
            room.do("evaluator3", held, InterviewAct.LEAVE, at=31)
        room.do(Role.HEAD, held, InterviewAct.CLOSE_INTERVIEW, Held("پاسخ داد."), at=40)
        spans = [
            ((p.joined_at - FIRST) // MINUTE, ((p.left_at or FIRST) - FIRST) // MINUTE, p.is_remote, p.was_dropped)
            for p in session.scalars(sa.select(InterviewPresence).where(InterviewPresence.person_id == far.id))
        ]
        assert spans == [(1, 10, True, True), (15, 30, True, False)]
        assert part_of(held, far.id) == Fraction(24, 40)
        minutes = text_of(app, papers(room, DocumentKind.INTERVIEW_MINUTES)[0])
        assert [
            w for w in ("از راه دور، ارتباط قطع شد", "۶۰٪", "کمتر از حد لازم", "پاسخ داد.") if w not in minutes
        ] == []


def test_a_bylaw_interviews_minutes_and_message_name_its_own_board(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        room.tender.procedure = "consulting_bylaw"
        session.flush()
        first, _second = room.plan()
        room.hold(first, without="evaluator3")
        minutes = text_of(app, papers(room, DocumentKind.INTERVIEW_MINUTES)[0])
        assert ("رئیس هیأت انتخاب" in minutes, "کمیسیون" in minutes) == (True, False)
        absent = room.ground.people["evaluator3"].id
        room.do(
            Role.HEAD,
            first,
            InterviewAct.DECIDE_ABSENCE,
            AbsenceDecided(absent, is_admitted=True, reason="فیلم را دید"),
            at=41,
        )
        told = session.scalars(sa.select(Message.subject).where(Message.person_id == absent)).all()
        assert "رئیس هیأت انتخاب درباره حضور شما در مصاحبه تصمیم گرفت" in told


def test_what_the_interview_informs_is_scored_by_who_heard_it_or_whom_the_head_admits(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, second = room.plan()
        room.score(0, 0, room.other.id)
        with pytest.raises(NotNow, match="هنوز برگزار نشده"):
            room.score(0, 0, room.asked.id)
        room.hold(first, without="evaluator3")
        room.hold(second)
        room.score(0, 0, room.asked.id)
        with pytest.raises(NotNow, match="به اندازه لازم حاضر نبوده‌اید"):
            room.score(2, 0, room.asked.id)
        assert [(a.person.username, a.waits) for a in attendance(room.ground.by(Role.HEAD), first)] == [
            ("evaluator1", False),
            ("evaluator2", False),
            ("evaluator3", True),
        ]
        assert InterviewAct.DECIDE_ABSENCE in {t.act for t in tasks(room.ground.by(Role.HEAD))}
        absent = room.ground.people["evaluator3"].id
        wrong = AbsenceDecided(room.ground.people["evaluator1"].id, is_admitted=True, reason="دلیل")
        with pytest.raises(NotNow, match="به اندازه لازم حاضر بوده"):
            advance(room.ground.by(Role.HEAD), first, InterviewAct.DECIDE_ABSENCE, wrong)
        for is_admitted in (False, True):
            what = AbsenceDecided(absent, is_admitted=is_admitted, reason="صورتجلسه را خواند")
            advance(room.ground.by(Role.HEAD), first, InterviewAct.DECIDE_ABSENCE, what)
            if not is_admitted:
                with pytest.raises(NotNow, match="حاضر نبوده‌اید"):
                    room.score(2, 0, room.asked.id)
        room.score(2, 0, room.asked.id)
        room.score(2, 0, room.other.id)
        for leaf in (room.asked.id, room.other.id):
            room.score(2, 1, leaf)
        advance(room.ground.by("evaluator3"), room.sheets[2], SheetAct.CONFIRM)


def test_scores_wait_for_every_interview_and_a_cancelled_one_binds_nobody(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, second = room.plan()
        room.hold(first)
        for place in range(len(PEOPLE)):
            for leaf in (room.asked.id, room.other.id):
                room.score(place, 0, leaf)
            room.score(place, 1, room.other.id)
        room.do(Role.HEAD, second, InterviewAct.CANCEL_INTERVIEW, InterviewCancelled("شرکت نیامد"), at=5)
        for place, who in enumerate(PEOPLE):
            room.score(place, 1, room.asked.id)
            advance(room.ground.by(who), room.sheets[place], SheetAct.CONFIRM)
        second.state = InterviewState.PLANNED
        session.flush()
        with pytest.raises(NotNow, match="۱ مصاحبه نه برگزار شده"):
            advance(room.ground.by(Role.HEAD), room.tender, TenderAct.LOCK_SCORES)
        second.state = InterviewState.CANCELLED
        session.flush()
        advance(room.ground.by(Role.HEAD), room.tender, TenderAct.LOCK_SCORES)
        with pytest.raises(NotNow, match="شدنی نیست"):
            room.plan()


@pytest.mark.parametrize("state", [TenderState.TECHNICAL_LOCKED, TenderState.PRICES_OPENED, TenderState.CANCELLED])
def test_nothing_of_an_interview_goes_on_after_the_lock(app: Flask, state: TenderState) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, second = room.plan()
        room.do(Role.HEAD, first, InterviewAct.BEGIN_INTERVIEW)
        room.tender.state = state
        session.flush()
        tried = [
            ("firm B", second, InterviewAct.CONFIRM_SLOT, Attending((("ب", ""),))),
            (Role.HEAD, second, InterviewAct.MOVE_SLOT, SlotMoved(FIRST + 300 * MINUTE, "دلیل")),
            (Role.HEAD, second, InterviewAct.BEGIN_INTERVIEW, None),
            ("evaluator1", first, InterviewAct.JOIN, None),
            (Role.HEAD, first, InterviewAct.CLOSE_INTERVIEW, Held("متن")),
            (Role.HEAD, first, InterviewAct.CANCEL_INTERVIEW, InterviewCancelled("دلیل")),
        ]
        for who, interview, act, what in tried:
            with pytest.raises(NotNow, match="پیش از قطعی شدن امتیاز فنی"):
                room.do(who, interview, act, what, at=1)
        acts = set(InterviewAct)
        for who in (Role.HEAD, Role.SECRETARY, "evaluator1", "firm B"):
            assert {t.act for t in tasks(room.ground.by(who))} & acts == set()


def test_observers_and_strangers_see_no_interview_before_the_lock(app: Flask) -> None:
    with session_of(app) as session:
        room = Room(ground_in(app, session))
        first, _second = room.plan()
        for who in (None, "firm B"):
            assert not may_see(room.ground.by(who), first, Sight.WORK)
        for who in ("evaluator1", Role.HEAD, Role.AUDITOR):
            assert may_see(room.ground.by(who), first, Sight.WORK)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8, unique=True).filter(lambda cuts: len(cuts) % 2 == 0))
def test_a_share_is_the_exact_part_that_was_spent_inside(cuts: list[int]) -> None:
    marks = sorted(cuts)
    spans = [(NOW + a * MINUTE, NOW + b * MINUTE) for a, b in zip(marks[::2], marks[1::2], strict=True)]
    inside = {m for a, b in zip(marks[::2], marks[1::2], strict=True) for m in range(max(a, 10), min(b, 90))}
    assert share(spans, (NOW + 10 * MINUTE, NOW + 90 * MINUTE)) == Fraction(len(inside), 80)


def test_spans_that_only_touch_do_not_overlap() -> None:
    one = (NOW, NOW + MINUTE)
    assert not overlap(one, (NOW + MINUTE, NOW + 2 * MINUTE))
    assert overlap(one, (NOW, NOW + 2 * MINUTE))
