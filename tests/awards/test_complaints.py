"""Complaints (Tender Act, Arts. 7-8, 25): who may complain, in what time, what the board's ruling brings about."""

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from tender_app.awards.complaint_guards import no_complaint_is_open
from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_queries import hints_of
from tender_app.awards.complaint_rules import (
    Answered,
    ComplaintAct,
    ComplaintGround,
    ComplaintState,
    Enclosure,
    Lodged,
    Referral,
    Ruled,
    Ruling,
    Settled,
    age,
    answer_by,
    hints,
)
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.regulation.days import WorkingCalendar
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.awards.reading import text_of
from tests.evaluation.ground import NOW, Ground, bid_in, ground_in, tender_in
from tests.make import session_of

WEEK = WorkingCalendar()
PAPER = Enclosure("notice.pdf", "application/pdf", "ab/cd", "a" * 64, 12)
UNDER_WAY = (
    TenderState.PUBLISHED,
    TenderState.OPENED_A,
    TenderState.TECHNICAL,
    TenderState.TECHNICAL_LOCKED,
    TenderState.PRICES_OPENED,
    TenderState.DECIDED,
    TenderState.AWARDED,
)


def lodged(ground: Ground, tender: Tender, name: str = "A", **changes: object) -> Lodged:
    what = Lodged(
        ground.firms[name],
        tender,
        ComplaintGround.OPENING,
        "ماده ۱۸",
        "پاکت الف در غیبت عضو مالی گشوده شد.",
        "تجدید گشایش",
        "مدیر",
        (PAPER,),
    )
    return replace(what, **changes)  # type: ignore[arg-type]


def complained(ground: Ground, tender: Tender) -> Complaint:
    bid_in(ground, tender, "A", BidState.PRICED)
    return begin(ground.by("firm A"), Complaint, ComplaintAct.COMPLAIN, lodged(ground, tender))


def referred(ground: Ground, tender: Tender) -> Complaint:
    complaint = complained(ground, tender)
    advance(ground.by(Role.MANAGER), complaint, ComplaintAct.REJECT, Answered("همه اعضا حاضر بودند."))
    advance(ground.by("firm A"), complaint, ComplaintAct.REFER, Referral("۱۲/الف", calendar.today(ground.now)))
    return complaint


def ruled(ground: Ground, complaint: Complaint, ruling: Ruling) -> None:
    what = Ruled(ruling, "۹۸", calendar.today(ground.now), "", (PAPER,))
    advance(ground.by(Role.MANAGER), complaint, ComplaintAct.RECORD_RULING, what)


def test_r33_a_complaint_is_a_participants_and_comes_with_a_paper(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        bid_in(ground, tender, "A", BidState.UNDER_EVALUATION)
        bid_in(ground, tender_in(ground, TenderState.TECHNICAL, "QZ-1405-CDA-02"), "B", BidState.UNDER_EVALUATION)
        with pytest.raises(NotNow, match="در آن ثبت نشده"):
            begin(ground.by("firm B"), Complaint, ComplaintAct.COMPLAIN, lodged(ground, tender, "B"))
        with pytest.raises(NotNow, match="دست‌کم یک سند"):
            begin(ground.by("firm A"), Complaint, ComplaintAct.COMPLAIN, lodged(ground, tender, enclosed=()))
        for other in (Role.MANAGER, Role.OFFICER, "firm B", Role.HEAD):
            with pytest.raises(NotAllowed):
                begin(ground.by(other), Complaint, ComplaintAct.COMPLAIN, lodged(ground, tender))
        made = begin(ground.by("firm A"), Complaint, ComplaintAct.COMPLAIN, lodged(ground, tender))
        assert made.answer_due_on == answer_by(NOW, 15, WEEK.is_closed)
        told = {m.person_id for m in session.query(Message)}
        assert {ground.people[Role.MANAGER].id, ground.people["firm A"].id} <= told
        entry = session.query(LedgerEntry).filter_by(case_kind="complaint").one()
        assert entry.detail["enclosed"] == [PAPER.digest]
        assert "غیبت" not in str(entry.detail)


def test_r33_the_answer_is_due_in_fifteen_working_days_and_its_age_is_told() -> None:
    received = calendar.instant(calendar.parse_date("1405/09/02"), dt.time(10))
    due = answer_by(received, 15, WEEK.is_closed)
    assert calendar.plain(due) == "1405/09/23"  # two weeks of Thursdays and Fridays left out
    on = calendar.instant
    assert age(received, received, 15, WEEK.is_closed).told() == "روز ۰ از ۱۵"
    assert age(received, on(due, dt.time(10)), 15, WEEK.is_closed).told() == "روز ۱۵ از ۱۵"
    late = age(received, on(due + dt.timedelta(days=3), dt.time(10)), 15, WEEK.is_closed)
    assert late.is_overdue
    assert not age(received, on(due, dt.time(23)), 15, WEEK.is_closed).is_overdue


def test_r33_the_board_waits_for_the_answer_and_silence_does_not_bar_it(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        complaint = complained(ground, tender_in(ground, TenderState.TECHNICAL))
        what = Referral("۱۲", calendar.today(ground.now))
        with pytest.raises(NotNow, match="مهلت دارد"):
            advance(ground.by("firm A"), complaint, ComplaintAct.REFER, what)
        ground.now = calendar.instant(complaint.answer_due_on + dt.timedelta(days=1), dt.time(9))
        with pytest.raises(NotNow, match="تاریخ باید"):
            advance(ground.by("firm A"), complaint, ComplaintAct.REFER, Referral("۱۲", NOW.date() - dt.timedelta(9)))
        today = calendar.today(ground.now)
        advance(ground.by("firm A"), complaint, ComplaintAct.REFER, Referral("۱۲", today))
        assert complaint.board_due_on == today + dt.timedelta(days=15)
        with pytest.raises(NotNow, match="تصویر رأی"):
            advance(
                ground.by(Role.MANAGER), complaint, ComplaintAct.RECORD_RULING, Ruled(Ruling.REJECT, "۹", today, "")
            )
        ruled(ground, complaint, Ruling.REJECT)
        assert complaint.state is ComplaintState.RULED
        assert complaint.tender.state is TenderState.TECHNICAL


def test_an_answer_is_a_reasoned_letter_and_an_upheld_complaint_stays_open_until_it_is_settled(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.TECHNICAL)
        complaint = complained(ground, tender)
        for other in (Role.OFFICER, Role.HEAD, "firm A"):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), complaint, ComplaintAct.UPHOLD, Answered("وارد است."))
        advance(ground.by(Role.MANAGER), complaint, ComplaintAct.UPHOLD, Answered("امضای عضو مالی نبود."))
        letter = session.query(IssuedDocument).filter_by(kind=DocumentKind.COMPLAINT_ANSWER).one()
        assert letter.firm_id == complaint.firm_id
        text = text_of(app, letter)
        for part in ("امضای عضو مالی نبود", "وارد دانسته شد", "ماده ۱۸", "هیأت رسیدگی", "تجدید گشایش"):
            assert part in text
        assert no_complaint_is_open(ground.by(Role.HEAD), tender, None) is not None
        advance(ground.by(Role.OFFICER), complaint, ComplaintAct.SETTLE, Settled("جلسه دوباره برگزار شد."))
        assert no_complaint_is_open(ground.by(Role.HEAD), tender, None) is None
        assert refusal_of(ground.by(Role.MANAGER), complaint, ComplaintAct.REJECT) is not None


def test_a_complaint_is_withdrawn_by_its_firm_alone(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        complaint = complained(ground, tender_in(ground, TenderState.TECHNICAL))
        with pytest.raises(NotAllowed):
            advance(ground.by(Role.MANAGER), complaint, ComplaintAct.WITHDRAW)
        advance(ground.by("firm A"), complaint, ComplaintAct.WITHDRAW)
        assert complaint.state is ComplaintState.WITHDRAWN


@pytest.mark.parametrize("state", UNDER_WAY)
@pytest.mark.parametrize("ruling", [Ruling.RENEW, Ruling.CANCEL])
def test_r37_a_ruling_ends_the_tender_wherever_it_runs(app: Flask, state: TenderState, ruling: Ruling) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, state)
        complaint = referred(ground, tender)
        assert tender.state is state  # a complaint stops nothing by itself
        ruled(ground, complaint, ruling)
        expected = TenderState.RENEWED if ruling is Ruling.RENEW else TenderState.CANCELLED
        assert (tender.state, tender.end_reason) == (expected, "board_ruling")
        assert "۹۸" in tender.end_note
        assert ground.people["firm A"].id in {m.person_id for m in session.query(Message) if "مناقصه" in m.subject}


def test_a_ruling_after_the_contract_is_recorded_and_moves_nothing(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.AWARDED)
        complaint = referred(ground, tender)
        tender.state = TenderState.CONTRACTED
        session.flush()
        ruled(ground, complaint, Ruling.CANCEL)
        assert tender.state is TenderState.CONTRACTED
        entry = session.query(LedgerEntry).filter_by(act=ComplaintAct.RECORD_RULING.value).one()
        assert entry.detail["tender"] == "contracted"


def test_r34_hints_inform_and_never_refuse(app: Flask) -> None:
    day, until = dt.date(2026, 11, 23), dt.date(2026, 10, 20)
    heard = calendar.add_months(until, 1)
    assert "صلاحیت هیأت" in next(hints(ComplaintGround.CRITERIA, day, heard_until=None, is_winner_with_contract=False))
    late = list(hints(ComplaintGround.AWARD, day, heard_until=heard, is_winner_with_contract=True))
    assert ["مهلت اعتراض" in late[0], "پس از بستن قرارداد" in late[1]] == [True, True]
    assert not list(hints(ComplaintGround.AWARD, heard, heard_until=heard, is_winner_with_contract=False))
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = tender_in(ground, TenderState.AWARDED, valid_until=until)
        bid_in(ground, tender, "A", BidState.PRICED)
        what = replace(lodged(ground, tender), ground=ComplaintGround.PREFERENCE)
        made = begin(ground.by("firm A"), Complaint, ComplaintAct.COMPLAIN, what)
        assert len(hints_of(ground.by(Role.MANAGER), made)) == 2
