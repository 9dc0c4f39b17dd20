"""The page of a tender's messages: who was told, what became of each letter, what stays hidden, and sending again."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.kernel.persian import persian_digits
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.outbox import tell
from tender_app.notifications.rules import DeliveryState
from tender_app.people.models import Capacity, Person
from tender_app.tenders.messages import count_undelivered
from tender_app.tenders.models import InvitedFirm, Tender
from tender_app.tenders.procurement import ProcurementMethod
from tender_app.tenders.rules import TenderAct
from tests.bids.ground import OLIVE, tender_on
from tests.make import context_of, session_of, signed_in

SECRET = "پرسش شما رسید و پاسخ آن برای همه منتشر می‌شود"


def olive(app: Flask) -> str:
    with session_of(app) as session:
        return tender_on(session, OLIVE).number


def letter_to(session: Session, tender: Tender, username: str, subject: str) -> Delivery:
    """Return the last letter to a person about a tender with this subject."""
    mine = sa.and_(Message.tender_id == tender.id, Message.subject == subject, Person.username == username)
    query = sa.select(Delivery).join(Message).join(Person, Person.id == Message.person_id).where(mine)
    return session.scalars(query.order_by(Delivery.id.desc())).first() or Delivery()


def undelivered(app: Flask) -> int:
    """Return how many letters of the tender that are no secret reached nobody."""
    with session_of(app) as session:
        found = count_undelivered(context_of(app, session, "officer"), tender_on(session, OLIVE))
    assert found > 0
    return found


def test_staff_see_who_got_each_message_and_what_bounced_and_others_do_not(demo: Flask) -> None:
    number = olive(demo)
    shown = signed_in(demo, "officer").get(f"/tenders/{number}/messages").text
    for words in (
        "برگشت خورد",
        "552 5.2.2 mailbox full",
        "firm2@firm.example",
        "بی نشانی",
        "نامعلوم",
        "فرستادن دوباره",
    ):
        assert words in shown
    assert "فرستادن دوباره" not in signed_in(demo, "manager").get(f"/tenders/{number}/messages").text
    for stranger in ("firm1", "evaluator1", "nm.officer"):
        assert signed_in(demo, stranger).get(f"/tenders/{number}/messages").status_code == 404
    page = signed_in(demo, "officer").get(f"/tenders/{number}").text
    assert f"{persian_digits(undelivered(demo))} نامه نرسیده است." in page


def test_send_again_is_an_act_with_its_entry_and_a_further_letter_waits(demo: Flask) -> None:
    number = olive(demo)
    with session_of(demo) as session:
        bounced = letter_to(session, tender_on(session, OLIVE), "firm2", "مناقصه تازه‌ای منتشر شد")
        before, message_id = bounced.id, bounced.message_id
    officer, address = signed_in(demo, "officer"), f"/tenders/{number}/messages/{message_id}/again"
    assert signed_in(demo, "manager").post(address).status_code == 403
    assert officer.post(address).status_code == 302
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        again = letter_to(session, tender, "firm2", "مناقصه تازه‌ای منتشر شد")
        assert (again.id > before, again.state, again.turn) == (True, DeliveryState.WAITING, 0)
        assert session.get_one(Delivery, before).state is DeliveryState.BOUNCED
        query = sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.RESEND, LedgerEntry.case_id == tender.id)
        assert session.scalars(query).one().detail == {"messages": [message_id]}
    refused = officer.post(address)
    assert refused.status_code == 409
    assert "هنوز در راه است" in refused.text
    assert "در انتظار" in officer.get(f"/tenders/{number}/messages").text


def test_all_that_reached_nobody_is_sent_again_at_once_but_for_what_is_uncertain(demo: Flask) -> None:
    number = olive(demo)
    officer = signed_in(demo, "officer")
    assert officer.post(f"/tenders/{number}/messages/all/again").status_code == 302
    with session_of(demo) as session:
        query = sa.select(Person.username).join(Message, Message.person_id == Person.id).join(Delivery)
        waiting = session.scalars(query.where(Delivery.state == DeliveryState.WAITING)).all()
        assert set(waiting) == {"evaluator3", "firm2"}
    assert officer.post(f"/tenders/{number}/messages/all/again").status_code == 409
    for wrong in ("0", "99999999", "x", "9" * 40):
        assert officer.post(f"/tenders/{number}/messages/{wrong}/again").status_code in {404, 409}


def test_r12_a_message_to_some_firms_stays_hidden_so_that_who_asks_or_bids_is_told_to_nobody(demo: Flask) -> None:
    number, before = olive(demo), undelivered(demo)
    with session_of(demo) as session:
        tender, ctx = tender_on(session, OLIVE), context_of(demo, session, "officer")
        people = {p.username: p.id for p in session.scalars(sa.select(Person))}
        tell(ctx, [people["firm1"]], SECRET, tender_id=tender.id)
        tell(ctx, [people["firm1"], people["head"]], "به یک شرکت و رئیس", tender_id=tender.id)
        session.flush()
        hidden = session.scalars(sa.select(Message.id).where(Message.subject == SECRET)).one()
        session.scalars(sa.select(Delivery).filter_by(message_id=hidden)).one().state = DeliveryState.BOUNCED
    for who in ("officer", "manager", "secretary", "auditor"):
        shown = signed_in(demo, who).get(f"/tenders/{number}/messages").text
        assert SECRET not in shown
        assert "به یک شرکت و رئیس" in shown
    officer = signed_in(demo, "officer")
    assert f"{persian_digits(before)} نامه نرسیده است." in officer.get(f"/tenders/{number}").text
    assert officer.post(f"/tenders/{number}/messages/{hidden}/again").status_code == 404
    assert SECRET in signed_in(demo, "firm1").get("/desk").text


def test_r12_after_the_opening_only_the_auditor_is_shown_what_was_told_to_some_firms_before_it(demo: Flask) -> None:
    with session_of(demo) as session:
        private = sa.select(Message.tender_id, Message.subject).where(
            Message.is_private.is_(True), Message.tender_id > 0
        )
        tender = session.scalars(sa.select(Tender).where(Tender.state == "technical")).one()
        subjects = {
            row.subject
            for row in session.execute(private.where(Message.tender_id == tender.id, Message.at < tender.opens_at))
        }
        number = tender.number
    assert subjects
    seen = {who: signed_in(demo, who).get(f"/tenders/{number}/messages").text for who in ("auditor", "officer", "head")}
    assert {who for who, text in seen.items() if any(subject in text for subject in subjects)} == {"auditor"}


def test_r12_in_a_call_to_few_what_all_of_them_are_told_is_shown_and_nothing_of_their_own_bids(
    sqlite_demo: Flask,
) -> None:
    number = olive(sqlite_demo)
    with session_of(sqlite_demo) as session:
        tender, ctx = tender_on(session, OLIVE), context_of(sqlite_demo, session, "officer")
        tender.procurement_method = ProcurementMethod.SELECTIVE
        query = sa.select(Person.id, Capacity.scope_id).join(Capacity, Capacity.person_id == Person.id)
        firms = session.execute(query.where(Person.username.in_(("firm1", "firm2")))).all()
        people = [person for person, _ in firms]
        session.add_all(InvitedFirm(tender_id=tender.id, firm_id=firm, added_at=ctx.now) for _, firm in firms)
        tell(ctx, people, "به همه خوانده‌شدگان", path=f"/tenders/{number}", tender_id=tender.id)
        tell(ctx, people, "پیشنهاد خود را تأیید کنید", path=f"/tenders/{number}/bid", tender_id=tender.id)
        tell(ctx, people[:1], "به یکی از آنان", path=f"/tenders/{number}", tender_id=tender.id)
    shown = signed_in(sqlite_demo, "officer").get(f"/tenders/{number}/messages").text
    assert "به همه خوانده‌شدگان" in shown
    assert "پیشنهاد خود را تأیید کنید" not in shown
    assert "به یکی از آنان" not in shown
