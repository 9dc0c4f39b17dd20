"""Pages of guarantees, refusals and validity, played over HTTP on the demonstration."""

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import ReleaseGround, SecurityState
from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.contracts.models import Contract
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Capacity
from tender_app.store import clock
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in


def tender_at(app: Flask, state: TenderState) -> str:
    """Return the number of the newest tender of the demonstration that stands in a state."""
    with session_of(app) as session:
        query = sa.select(Tender.number).where(Tender.state == state, Tender.number.startswith("QZ-"))
        return session.scalars(query.order_by(Tender.id.desc())).first() or ""


def back_to_award(app: Flask) -> str:
    """Take the newest contracted tender back to its announced award, with two days for its contract."""
    number = tender_at(app, TenderState.CONTRACTED)
    with session_of(app) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        today = calendar.today(clock.now(session, demo=True))
        tender.state, tender.valid_until = TenderState.AWARDED, today + dt.timedelta(days=40)
        tender.contract_by = today + dt.timedelta(days=2)
        contract = session.scalars(sa.select(Contract).where(Contract.tender_id == tender.id)).one()
        contract.state = type(contract.state).DRAFT
        for row in session.scalars(sa.select(Security).where(Security.tender_id == tender.id)):
            bid = session.get_one(Bid, row.bid_id)
            if bid.state in {BidState.WON, BidState.RUNNER_UP}:
                row.state, row.ground, row.due_at = SecurityState.HELD, None, None
        award = session.scalars(sa.select(Award).where(Award.tender_id == tender.id)).one()
        award.announced_at = clock.now(session, demo=True)
        others = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_((BidState.LOST, BidState.RUNNER_UP)))
        second = session.scalars(others.order_by(Bid.id)).first()
        assert second is not None
        second.state, award.runner_up_bid_id = BidState.RUNNER_UP, second.id
        session.scalars(sa.select(Security).where(Security.bid_id == second.id)).one().state = SecurityState.HELD
    return number


def seat_on(app: Flask, number: str, username: str, role: Role) -> None:
    """Give a person a seat on a tender, in case the demonstration's seat there has ended."""
    with session_of(app) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        person = session.execute(sa.text("SELECT id FROM person WHERE username = :u"), {"u": username}).scalar_one()
        known = sa.select(Capacity.id).where(Capacity.person_id == person, Capacity.scope_id == tender.id)
        if session.scalar(known.where(Capacity.role == role, Capacity.scope == Scope.TENDER)) is None:
            now = clock.now(session, demo=True)
            row = Capacity(person_id=person, role=role, scope=Scope.TENDER, scope_id=tender.id, starts_at=now)
            session.add(row)


def test_a_played_tender_gives_guarantees_back_by_the_laws_rows_and_the_officer_hands_them_over(demo: Flask) -> None:
    number = tender_at(demo, TenderState.CONTRACTED)
    with session_of(demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        rows = session.scalars(sa.select(Security).where(Security.tender_id == tender.id).order_by(Security.id)).all()
        states = {session.get_one(Bid, r.bid_id).state: (r.state, r.ground) for r in rows}
        first = rows[0].id
    assert states[BidState.WON] == (SecurityState.RELEASE_DUE, ReleaseGround.CONTRACT)
    assert {state for state, _ in states.values()} == {SecurityState.RELEASE_DUE}
    officer = signed_in(demo, "officer")
    page = f"/tenders/{number}/guarantees"
    assert "باید آزاد شود" in officer.get(page).text
    assert "آزادسازی تضمین" in officer.get("/desk").text
    assert officer.post(f"{page}/{first}/release").status_code == 302
    assert signed_in(demo, "manager").get(f"{page}/{first}/hand-over").status_code == 403
    bad = officer.post(f"{page}/{first}/hand-over", data={"name": "نماینده شرکت", "day": "۱۳۹۹/۰۱/۰۱"})
    assert bad.status_code == 409
    assert "نماینده شرکت" in bad.text
    with session_of(demo) as session:
        today = calendar.numeric(calendar.today(clock.now(session, demo=True)))
    assert officer.post(f"{page}/{first}/hand-over", data={"name": "نماینده شرکت", "day": today}).status_code == 302
    assert "به نماینده شرکت" in officer.get(page).text
    register = officer.get("/guarantees").text
    assert number in register
    assert signed_in(demo, "firm1").get("/guarantees").status_code == 403
    own = signed_in(demo, "firm1").get(page).text
    assert own.count("<tr>") == 2  # the head and its own
    assert signed_in(demo, "nm.officer").get(f"{page}").status_code == 403


def test_a_winners_refusal_over_http_down_to_the_second_winners_draft(demo: Flask) -> None:
    closed = signed_in(demo, "officer").get(f"/tenders/{tender_at(demo, TenderState.CONTRACTED)}/refusal").text
    assert ("برنده‌ای که باید امضا کند" in closed, "کسی در انتظار امضا نیست" in closed) == (False, True)
    number = back_to_award(demo)
    seat_on(demo, number, "head", Role.HEAD)
    head, manager, officer = (signed_in(demo, who) for who in ("head", "manager", "officer"))
    refusal = f"/tenders/{number}/refusal"
    assert "برنده‌ای که باید امضا کند" in head.get(refusal).text
    early = head.post(f"{refusal}/record", data={"ground": "no_signature", "evidence": "پاسخ نداد"})
    assert early.status_code == 409
    assert "پاسخ نداد" in early.text
    assert head.post(f"{refusal}/record", data={"ground": "", "evidence": ""}).status_code == 422
    done = head.post(f"{refusal}/record", data={"ground": "in_writing", "evidence": "نامه ۷"})
    assert done.status_code == 302
    assert "در انتظار مدیرعامل" in head.get(refusal).text
    assert "تصمیم درباره خودداری برنده" in manager.get("/desk").text
    assert "نامه ۷" in manager.get(f"{refusal}/confirm").text
    assert manager.post(f"{refusal}/confirm").status_code == 302
    assert "ضبط شد" in officer.get(f"/tenders/{number}/guarantees").text
    with session_of(demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        contract = session.scalars(sa.select(Contract.id).where(Contract.tender_id == tender.id)).one()
    assert officer.get(f"/tenders/{number}/contract").status_code == 200
    assert officer.post(f"/contracts/{contract}/lapse").status_code == 302
    assert officer.post(f"/tenders/{number}/contract").status_code == 302
    public = demo.test_client().get(f"/tenders/{number}").text
    assert "برنده اول" in public


def test_validity_is_extended_and_answered_over_http(demo: Flask) -> None:
    number = tender_at(demo, TenderState.TECHNICAL)
    manager, firm = signed_in(demo, "manager"), signed_in(demo, "firm1")
    page = f"/tenders/{number}/guarantees"
    assert "پایان اعتبار پس از تمدید" in manager.get(f"/tenders/{number}/validity").text
    assert manager.post(f"/tenders/{number}/validity", data={"reason": ""}).status_code == 422
    assert manager.post(f"/tenders/{number}/validity", data={"reason": "شکایت باز است"}).status_code == 302
    shown = firm.get(page).text
    assert "پاسخ نداده است" in shown
    with session_of(demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        held = session.scalars(sa.select(Security).where(Security.tender_id == tender.id).order_by(Security.id)).all()
        bids = {session.get_one(Bid, row.bid_id).firm.name: row.bid_id for row in held}
        until = calendar.numeric(tender.valid_until) if tender.valid_until else ""
    mine, other = list(bids.values())[:2]
    assert firm.get(f"/tenders/{number}/bids/{other}/validity/decline").status_code == 404
    short = firm.post(f"/tenders/{number}/bids/{mine}/validity/agree", data={"expires_on": "۱۴۰۵/۰۹/۰۱", "note": ""})
    assert short.status_code == 409
    agreed = firm.post(f"/tenders/{number}/bids/{mine}/validity/agree", data={"expires_on": until, "note": "متمم ۱"})
    assert agreed.status_code == 302
    officer = signed_in(demo, "officer")
    declined = officer.post(f"/tenders/{number}/bids/{other}/validity/decline", data={"note": "نامه"})
    assert declined.status_code == 302
    told = officer.get(page).text
    assert "نپذیرفت؛" in told
    assert "متمم ۱" in told
