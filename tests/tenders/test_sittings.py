"""Who sits beside the commission: members by their roles, a head's representative, experts by letter, observers who only see."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.price_session import Later
from tender_app.bids.rules import BidAct
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.models import Capacity
from tender_app.procedures import ALL
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.rules import Enacted, Parameter, SettingAct
from tender_app.tenders.guards import price_hour_reached
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.observers import observers_of
from tender_app.tenders.rules import Present, TenderAct, TenderState
from tender_app.tenders.rules import Session as Meeting
from tender_app.tenders.session_models import CommitteeLetter, ObserverSeat, Postponement
from tender_app.tenders.session_rules import EndedObserver, Letter, NewObserver, ObserverBody, Postponed
from tender_app.workflow.engine import advance, begin, refusal_of
from tender_app.workflow.sight import may_see
from tests.bids import ground
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, bids_of, number_of, tender_on
from tests.bids.test_opening import score_and_lock
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import draft, ids_of, seating, settle, tender_of

DAY = dt.timedelta(days=1)


def letter_of(app: Flask, session: Session) -> Letter:
    """Return a letter that was signed yesterday."""
    return Letter("۱۲/۳۴", calendar.today(context_of(app, session, None).now) - DAY)


def newcomer(app: Flask, session: Session, **changes: object) -> NewObserver:
    """Return the demonstration's observer as somebody to be seated."""
    signed = calendar.today(context_of(app, session, None).now) - DAY
    usual = NewObserver(ids_of(session)["observer"], ObserverBody.TRADE_ASSOCIATION, "انجمن زیتون", "۷", signed)
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_r06_the_three_members_are_three_persons_none_of_a_bidder_and_with_a_board_resolution(app: Flask) -> None:
    number = draft(app, settle(app))
    with session_of(app) as session:
        tender, officer, ids = tender_of(session, number), context_of(app, session, "officer"), ids_of(session)
        for wrong, told in (
            ({"finance": ids["head"]}, "سه عضو کمیسیون باید سه شخص باشند"),
            ({"secretary": ids["technical"]}, "دبیر کمیسیون نمی‌تواند عضو آن باشد"),
            ({"head": ids["firm1"]}, "همه باید از کارکنان فعال همین سازمان باشند"),
            ({"evaluators": (ids["head"], ids["evaluator1"], ids["evaluator2"])}, "ارزیاب نمی‌تواند عضو"),
        ):
            with pytest.raises(NotNow, match=told):
                advance(officer, tender, TenderAct.SEAT, seating(session, **wrong))
        advance(officer, tender, TenderAct.SEAT, seating(session))
        refused = refusal_of(officer, tender, TenderAct.SEND_FOR_APPROVAL) or ""
        assert "شدنی" not in refused
        assert tender.board_resolution == ""


def test_r06_somebody_who_acts_for_a_firm_takes_no_seat(app: Flask) -> None:
    number = draft(app, settle(app))
    with session_of(app) as session:
        tender, ids = tender_of(session, number), ids_of(session)
        firm = session.scalars(sa.select(Capacity).where(Capacity.role == Role.FIRM)).first()
        assert firm is not None
        begins = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        session.add(
            Capacity(
                person_id=ids["finance"], role=Role.FIRM, scope=Scope.FIRM, scope_id=firm.scope_id, starts_at=begins
            )
        )
        session.flush()
        with pytest.raises(NotNow, match="نماینده یک شرکت پیشنهاددهنده است"):
            advance(context_of(app, session, "officer"), tender, TenderAct.SEAT, seating(session))


def test_r18_in_a_two_stage_tender_the_head_sends_nobody_unless_the_setting_allows_it(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    with session_of(demo) as session:
        tender, manager = tender_on(session, LEATHER), context_of(demo, session, "manager")
        with pytest.raises(NotNow, match="جلسه با حضور خود رئیس دستگاه تشکیل می‌شود"):
            advance(manager, tender, TenderAct.RECORD_REPRESENTATION, letter_of(demo, session))
        allowed = Enacted(Parameter.HEAD_REPRESENTED, value=True, effective_from=calendar.today(manager.now))
        begin(context_of(demo, session, "admin"), DatedSetting, SettingAct.ENACT, allowed)
        manager = context_of(demo, session, "manager")
        with pytest.raises(NotAllowed):
            advance(
                context_of(demo, session, "head"), tender, TenderAct.RECORD_REPRESENTATION, letter_of(demo, session)
            )
        unsigned = replace(letter_of(demo, session), letter_on=calendar.today(manager.now) + DAY)
        with pytest.raises(NotNow, match="تاریخ نامه هنوز نرسیده است"):
            advance(manager, tender, TenderAct.RECORD_REPRESENTATION, unsigned)
        advance(manager, tender, TenderAct.RECORD_REPRESENTATION, letter_of(demo, session))
        with pytest.raises(NotNow, match="با نامه ثبت شده است"):
            advance(manager, tender, TenderAct.RECORD_REPRESENTATION, letter_of(demo, session))
    assert "نماینده به موجب نامه ۱۲/۳۴" in signed_in(demo, "auditor").get(f"/tenders/{number}/commission").text


def test_r18_two_of_three_members_open_nothing(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, secretary = tender_on(session, LEATHER), context_of(demo, session, "secretary")
        ids = ids_of(session)
        two = Present((ids["head"], ids["finance"], ids["observer"]), ())
        advance(secretary, tender, TenderAct.REGISTER_ATTENDANCE, two)
        with pytest.raises(NotNow, match="جلسه رسمیت ندارد؛ حضور عضو فنی کمیسیون ثبت نشده است"):
            with_keys(demo, session, tender, TenderAct.OPEN_A)
        rows = session.execute(sa.select(Attendance.name, Attendance.role).where(Attendance.tender_id == tender.id))
        assert {role for _, role in rows} == {Role.HEAD, Role.FINANCE, Role.OBSERVER}


def test_r23_the_technical_committee_is_three_experts_who_were_appointed_by_a_letter(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, manager = tender_on(session, LEATHER), context_of(demo, session, "manager")
        session.execute(sa.delete(CommitteeLetter).where(CommitteeLetter.tender_id == tender.id))
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        for bid in bids_of(session, tender):
            advance(context_of(demo, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE)
        with pytest.raises(NotNow, match="حکم کمیته فنی ثبت نشده است"):
            with_keys(demo, session, tender, TenderAct.OPEN_B)
        one = session.scalars(
            sa.select(Capacity).where(Capacity.role == Role.EVALUATOR, Capacity.scope_id == tender.id)
        ).first()
        assert one is not None
        one.ends_at = manager.now - DAY
        session.flush()
        with pytest.raises(NotNow, match="کمیته فنی دست‌کم ۳ کارشناس دارد"):
            advance(manager, tender, TenderAct.RECORD_COMMITTEE, letter_of(demo, session))
        one.ends_at = None
        session.flush()
        advance(context_of(demo, session, "manager"), tender, TenderAct.RECORD_COMMITTEE, letter_of(demo, session))
        entry = session.scalars(
            sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.RECORD_COMMITTEE).order_by(LedgerEntry.id.desc())
        ).first()
        assert entry is not None
        assert len(entry.detail["experts"]) == 3
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        assert tender.state is TenderState.TECHNICAL


def test_an_observer_is_seated_by_letter_sees_and_leaves_and_nobody_with_an_interest_is_seated(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer, ids = tender_on(session, OLIVE), context_of(demo, session, "officer"), ids_of(session)
        seat = observers_of(officer, tender)[0].seat
        advance(officer, tender, TenderAct.END_OBSERVER, EndedObserver(seat.id))
        assert not may_see(context_of(demo, session, "observer"), tender, Sight.LIVE)
        with pytest.raises(NotNow, match="این ناظر دیگر کرسی ندارد"):
            advance(officer, tender, TenderAct.END_OBSERVER, EndedObserver(seat.id))
        for who, told in (
            ("firm1", "ناظر از بیرون می‌آید"),
            ("head", "در همین مناقصه سمتی دارد"),
            ("officer", "در همین مناقصه سمتی دارد"),
            ("nm.auditor", "ناظر از بیرون می‌آید"),
        ):
            with pytest.raises(NotNow, match=told):
                advance(officer, tender, TenderAct.SEAT_OBSERVER, newcomer(demo, session, person_id=ids[who]))
        unsigned = newcomer(demo, session, letter_on=calendar.today(officer.now) + DAY)
        with pytest.raises(NotNow, match="تاریخ نامه هنوز نرسیده است"):
            advance(officer, tender, TenderAct.SEAT_OBSERVER, unsigned)
        later = context_of(demo, session, "officer")
        advance(later, tender, TenderAct.SEAT_OBSERVER, newcomer(demo, session))
        with pytest.raises(NotNow, match="در همین مناقصه سمتی دارد"):
            advance(later, tender, TenderAct.SEAT_OBSERVER, newcomer(demo, session))
        assert may_see(context_of(demo, session, "observer"), tender, Sight.LIVE)
        seats = session.scalars(sa.select(ObserverSeat).where(ObserverSeat.tender_id == tender.id)).all()
        assert [s.ended_at is None for s in seats] == [False, True]


def test_an_observer_is_seated_and_leaves_on_the_pages(demo: Flask) -> None:
    number, secretary = number_of(demo, OLIVE), signed_in(demo, "secretary")
    with session_of(demo) as session:
        seat = observers_of(context_of(demo, session, "secretary"), tender_on(session, OLIVE))[0].seat.id
        person = ids_of(session)["observer"]
    assert "نوید سهند" in secretary.get(f"/tenders/{number}/commission").text
    assert secretary.post(f"/tenders/{number}/observers/{seat}/end").status_code == 302
    incomplete = secretary.post(f"/tenders/{number}/observers", data={"person": str(person), "body": "isipo"})
    assert (incomplete.status_code, "این مورد را پر کنید" in incomplete.text) == (422, True)
    typed = {
        "person": str(person),
        "body": "supervision",
        "organisation_name": "بازرسی استان",
        "letter_no": "۹",
        "letter_on": "۱۴۰۵/۰۱/۱۵",
    }
    assert secretary.post(f"/tenders/{number}/observers", data=typed).status_code == 302
    assert "بازرسی استان" in secretary.get(f"/tenders/{number}/commission").text
    assert number in signed_in(demo, "observer").get("/tenders/observed").text


def test_an_observer_writes_nothing_and_reads_no_content_of_b_and_no_scores_before_the_lock(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    observer = signed_in(demo, "observer")
    with session_of(demo) as session:
        tender, ctx = tender_on(session, FURNITURE), context_of(demo, session, "observer")
        bid = bids_of(session, tender)[0]
        shown = {
            sight: may_see(ctx, tender, sight) for sight in (Sight.SCORES, Sight.PRICES, Sight.LIVE_PRICES, Sight.WORK)
        }
        assert shown == dict.fromkeys(shown, False)
        assert [may_see(ctx, bid, s) for s in (Sight.TECHNICAL, Sight.GUARANTEE, Sight.PRICES)] == [False] * 3
        bid_id = bid.id
        assert [move.act for procedure in ALL for move in procedure.moves if Role.OBSERVER in move.by] == []
        score_and_lock(demo, session, tender, bid.id)
        assert may_see(context_of(demo, session, "observer"), tender, Sight.SCORES)
        assert not may_see(context_of(demo, session, "observer"), tender, Sight.PRICES)
    pages = ("opening", "formal", f"bids/{bid_id}", "commission", "observers", "price-range", "prices/postpone")
    assert [observer.get(f"/tenders/{number}/{page}").status_code for page in pages] == [404] * len(pages)
    assert observer.get(f"/tenders/{number}/live").status_code == 200
    assert observer.get(f"/tenders/{number}/ranking").status_code == 403


def locked(app: Flask, session: Session) -> Tender:
    """Return the tender under evaluation with its scores locked."""
    tender = tender_on(session, FURNITURE)
    score_and_lock(app, session, tender, bids_of(session, tender)[0].id)
    return tender


def test_r26_bidders_are_invited_before_prices_are_opened(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = locked(demo, session)
        assert tender.prices_open_at is not None
        at = tender.prices_open_at + dt.timedelta(minutes=1)
        secretary = context_of(demo, session, "secretary", at)
        advance(secretary, tender, TenderAct.REGISTER_ATTENDANCE, Present(tuple(commission_ids(session)), ()))
        with pytest.raises(NotNow, match="پیشنهاددهندگان به جلسه گشایش قیمت دعوت نشده‌اند"):
            with_keys(demo, session, tender, TenderAct.OPEN_PRICES, at)
        advance(secretary, tender, TenderAct.INVITE)
        query = sa.select(Message.person_id).where(Message.subject.startswith("دعوت به جلسه گشایش پاکت‌های قیمت"))
        told, ids = set(session.scalars(query.where(Message.tender_id == tender.id))), ids_of(session)
        wanted = {"head", "finance", "technical", "secretary", "firm1", "firm2", "firm3", "observer"}
        assert told == {ids[name] for name in wanted}
        with_keys(demo, session, tender, TenderAct.OPEN_PRICES, at)
        assert tender.state is TenderState.PRICES_OPENED


def commission_ids(session: Session) -> list[int]:
    """Return the ids of the three members."""
    ids = ids_of(session)
    return [ids[name] for name in ("head", "finance", "technical")]


def test_r26_the_price_session_is_postponed_once_by_the_head_and_everybody_is_told(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, head = locked(demo, session), context_of(demo, session, "head")
        before = tender.prices_open_at
        assert before is not None
        what = Later(Postponed(before, before + 2 * DAY, "سالن آماده نیست"))
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "manager"), tender, TenderAct.POSTPONE_PRICES, what)
        advance(head, tender, TenderAct.POSTPONE_PRICES, what)
        assert tender.prices_open_at == before + 2 * DAY
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.POSTPONE_PRICES)).one()
        assert entry.detail["prices_open_at"] == (before + 2 * DAY).isoformat(timespec="microseconds")
        told = set(session.scalars(sa.select(Message.person_id).where(Message.body.contains("سالن آماده نیست"))))
        ids = ids_of(session)
        assert {ids[n] for n in ("firm1", "firm2", "firm3", "observer", "head", "secretary")} <= told
        with pytest.raises(NotNow, match="تعویق دوباره شدنی نیست"):
            advance(
                head, tender, TenderAct.POSTPONE_PRICES, Later(Postponed(before + 2 * DAY, before + 3 * DAY, "باز"))
            )
        early = context_of(demo, session, "head", before + DAY)
        assert "پیش از ساعت اعلام‌شده" in (price_hour_reached(early, tender, None) or "")


def test_r26_no_postponement_goes_beyond_validity_or_back_or_into_a_session_that_began(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, head = locked(demo, session), context_of(demo, session, "head")
        before, valid = tender.prices_open_at, tender.valid_until
        assert before is not None
        assert valid is not None
        last = calendar.instant(valid, dt.time(23, 59))
        for at, told in (
            (last + dt.timedelta(minutes=1), "از اعتبار پیشنهادها"),
            (before, "باید پس از ساعت اعلام‌شده"),
            (before - DAY, "باید پس از ساعت اعلام‌شده"),
        ):
            with pytest.raises(NotNow, match=told):
                advance(head, tender, TenderAct.POSTPONE_PRICES, Later(Postponed(before, at, "دلیل")))
        with pytest.raises(NotNow, match="همان نیست که دیدید"):
            advance(head, tender, TenderAct.POSTPONE_PRICES, Later(Postponed(before - DAY, last, "دلیل")))
        ground.meet(demo, session, tender, before)
        begun = context_of(demo, session, "head", before)
        with pytest.raises(NotNow, match="جلسه قیمت آغاز شده"):
            advance(begun, tender, TenderAct.POSTPONE_PRICES, Later(Postponed(before, last, "دلیل")))
        assert session.scalar(sa.select(sa.func.count()).select_from(Postponement)) == 0


def test_r26_no_price_is_opened_of_bids_that_bind_nobody_any_more(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = locked(demo, session)
        assert tender.valid_until is not None
        late = calendar.instant(tender.valid_until + DAY, dt.time(10))
        ground.meet(demo, session, tender, late)
        with pytest.raises(NotNow, match="قیمتی گشوده نمی‌شود و کمیسیون درباره تجدید"):
            with_keys(demo, session, tender, TenderAct.OPEN_PRICES, late)


def test_the_price_session_is_postponed_on_its_page(demo: Flask) -> None:
    number, head = number_of(demo, FURNITURE), signed_in(demo, "head")
    with session_of(demo) as session:
        before = tender_on(session, FURNITURE).prices_open_at
        assert before is not None
    told = head.post(f"/tenders/{number}/prices/postpone", data={"opens_at": "فردا", "reason": ""})
    assert (told.status_code, "فردا" in told.text) == (422, True)
    later = calendar.tehran(before + 3 * DAY)
    typed = {"opens_at": f"{calendar.plain(later.date())} {later:%H:%M}", "reason": "سالن"}
    assert head.post(f"/tenders/{number}/prices/postpone", data=typed).status_code == 302
    with session_of(demo) as session:
        assert tender_on(session, FURNITURE).prices_open_at == before + 3 * DAY


def test_the_secretary_registers_the_observers_presence_by_their_seat(demo: Flask) -> None:
    number, secretary = number_of(demo, LEATHER), signed_in(demo, "secretary")
    assert "نوید سهند — ناظر" in secretary.get(f"/tenders/{number}/attendance").text
    with session_of(demo) as session:
        person = ids_of(session)["observer"]
    assert secretary.post(f"/tenders/{number}/attendance", data={"members": [str(person)]}).status_code == 302
    with session_of(demo) as session:
        row = session.scalars(sa.select(Attendance).where(Attendance.person_id == person)).one()
        assert (row.role, row.session) == (Role.OBSERVER, Meeting.ENVELOPES)
        assert not COMMISSION & {row.role}
