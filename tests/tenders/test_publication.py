"""From the finished draft to the session: approval by another person, questions answered to all, invitation, attendance."""

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.tenders.models import Attendance
from tests.make import session_of, signed_in
from tests.tenders.ground import complete, draft, ids_of, move_clock, published, settle, tender_of


def told(app: Flask, username: str) -> list[str]:
    """Return the subjects of the messages to a person."""
    with session_of(app) as session:
        query = sa.select(Message.subject).join(Person, Person.id == Message.person_id)
        return list(session.scalars(query.where(Person.username == username).order_by(Message.id)))


def state(app: Flask, number: str) -> str:
    with session_of(app) as session:
        return tender_of(session, number).state.value


def test_what_one_person_prepared_another_returns_with_a_reason_and_then_publishes(app: Flask) -> None:
    number = draft(app, settle(app))
    complete(app, number)
    officer, manager = signed_in(app, "officer"), signed_in(app, "manager")
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    assert officer.post(f"/tenders/{number}/approve").status_code == 403
    assert manager.post(f"/tenders/{number}/return", data={"text": " "}).status_code == 422
    answer = manager.post(f"/tenders/{number}/return", data={"text": "برآورد را بازبینی کنید."})
    assert answer.status_code == 302
    assert state(app, number) == "preparing"
    assert told(app, "officer")[-1] == "اسناد مناقصه برای اصلاح برگشت"
    assert "برآورد را بازبینی کنید." in officer.get("/desk").text
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    assert manager.post(f"/tenders/{number}/approve").status_code == 302
    assert manager.post(f"/tenders/{number}/approve").status_code == 409
    assert state(app, number) == "published"
    with session_of(app) as session:
        kinds = session.scalars(sa.select(IssuedDocument.kind).where(IssuedDocument.is_public.is_(True))).all()
    assert kinds == [DocumentKind.NOTICE]
    assert number in app.test_client().get("/").text


def test_a_question_is_answered_to_all_and_its_asker_is_named_to_nobody(app: Flask) -> None:
    number = published(app)
    firm, officer = signed_in(app, "firm1"), signed_in(app, "officer")
    assert firm.post(f"/tenders/{number}/ask", data={"text": ""}).status_code == 422
    assert firm.post(f"/tenders/{number}/ask", data={"text": "مدت قرارداد چند سال است؟"}).status_code == 302
    assert "مدت قرارداد چند سال است؟" not in app.test_client().get(f"/tenders/{number}").text
    assert "شرکت firm1" not in officer.get(f"/tenders/{number}/questions").text
    answer = officer.post(f"/tenders/{number}/questions/1", data={"text": "سه سال."})
    assert answer.status_code == 302
    assert officer.post(f"/tenders/{number}/questions/1", data={"text": "چهار سال."}).status_code == 409
    for client in (app.test_client(), signed_in(app, "firm2")):
        page = client.get(f"/tenders/{number}").text
        assert "مدت قرارداد چند سال است؟" in page
        assert "سه سال." in page
        assert "شرکت firm1" not in page


def test_the_secretary_invites_once_and_each_member_is_told(app: Flask) -> None:
    number = published(app)
    secretary = signed_in(app, "secretary")
    assert signed_in(app, "officer").post(f"/tenders/{number}/invite").status_code == 403
    assert "تالار" in secretary.get(f"/tenders/{number}/invite").text
    assert secretary.post(f"/tenders/{number}/invite").status_code == 302
    assert secretary.post(f"/tenders/{number}/invite").status_code == 409
    assert all(any("دعوت" in subject for subject in told(app, m)) for m in ("head", "finance", "technical"))


def test_presence_is_added_to_and_taken_from_nobody(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        ids = ids_of(session)
        opens = tender_of(session, number).opens_at
    assert opens is not None
    move_clock(app, opens + dt.timedelta(minutes=1))
    path, secretary = f"/tenders/{number}/attendance", signed_in(app, "secretary")
    first = {"members": [str(ids["head"])], "guests": "مریم نمونه، نماینده شرکت"}
    assert secretary.post(path, data=first).status_code == 302
    assert secretary.post(path, data={"members": [str(ids["finance"])], "guests": ""}).status_code == 302
    with session_of(app) as session:
        present = session.scalars(sa.select(Attendance.name)).all()
        names = session.scalars(sa.select(Person.name).where(Person.id.in_((ids["head"], ids["finance"])))).all()
    assert sorted(present) == sorted([*names, "مریم نمونه"])
    assert secretary.post(path, data={"members": [str(ids["officer"])], "guests": ""}).status_code == 422
