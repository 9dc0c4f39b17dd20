"""From the finished draft to the session: approval by another person, questions answered to all, invitation, attendance."""

import datetime as dt
import re

import sqlalchemy as sa
from flask import Flask

from tender_app.clusters.queries import licence_of
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.calendar import long_date, moment
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.tenders import schedule
from tender_app.tenders.models import Attendance
from tender_app.tenders.paper import notice_facts
from tender_app.tenders.rules import WHOLE, Changes, Node, TenderAct
from tender_app.workflow.engine import advance, refusal_of
from tests.documents.reading import extracted, lines_of
from tests.keys import ready_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import complete, days, draft, ids_of, move_clock, published, settle, tender_of


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
    assert "برآورد را بازبینی کنید." in officer.get(f"/tenders/{number}/edit").text
    assert officer.post(f"/tenders/{number}/send").status_code == 302
    assert "برآورد را بازبینی کنید." not in officer.get(f"/tenders/{number}/edit").text
    with session_of(app) as session:
        ready_keys(app, session, tender_of(session, number))
    assert manager.post(f"/tenders/{number}/approve").status_code == 302
    assert manager.post(f"/tenders/{number}/approve").status_code == 409
    assert state(app, number) == "published"
    with session_of(app) as session:
        kinds = session.scalars(sa.select(IssuedDocument.kind).where(IssuedDocument.is_public.is_(True))).all()
    assert kinds == [DocumentKind.NOTICE, DocumentKind.TENDER_DOCUMENTS]
    assert number in app.test_client().get("/").text


def test_who_approves_reads_everything_on_one_page_the_guidance_of_evaluators_too(app: Flask) -> None:
    number = draft(app, settle(app))
    complete(app, number)
    with session_of(app) as session:
        tree = (Node("روش", WHOLE, guidance="نقشه راه روشن"),)
        advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.EDIT, Changes({}, "", tree))
        advance(context_of(app, session, "officer"), tender_of(session, number), TenderAct.SEND_FOR_APPROVAL)
    page = signed_in(app, "manager").get(f"/tenders/{number}/approve").text
    read = ("شرح خدمات", "نقشه راه روشن", "روزنامه یک", "۴۹۲٬۵۰۰٬۰۰۰", "1503", "318", "2005", "412", "terms.pdf")
    assert [text for text in read if text not in page] == []


def test_the_notice_says_all_that_article_13_asks(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        organisation = tender.organisation
        organisation.address, organisation.postal_code = "قزوین، ساختمان مرکزی", "3413111365"
        assert tender.valid_until
        assert tender.contract_by
        licence = licence_of(context_of(app, session, "officer"), tender.cluster_id)
        assert licence
        said = dict((*(facts := notice_facts(tender, licence, "https://example.ir/t")).client, *facts.facts))
        said |= dict(facts.schedule)
        assert {name: bare(said[name]) for name in ("نام", "نشانی", "نشانی مناقصه در سامانه", "شماره ستاد")} == {
            "نام": organisation.name,
            "نشانی": "قزوین، ساختمان مرکزی",
            "نشانی مناقصه در سامانه": "https://example.ir/t",
            "شماره ستاد": tender.setad_no,
        }
        assert licence.number in bare(said["مجوز توسعه"])
        assert "۴۹۲٬۵۰۰٬۰۰۰ ریال" in said["تضمین شرکت در فرآیند"]
        assert [word in said["نوع و اعتبار تضمین"] for word in ("ضمانت‌نامه بانکی", long_date(tender.valid_until))] == [
            True,
            True,
        ]
        assert "قزوین، ساختمان مرکزی" in said["تحویل اصل تضمین"]
        steps = {label: moment(at) for label, at in ((v, getattr(tender, k)) for k, v in schedule.STEPS.items())}
        assert {label: said[label] for label in steps} == {k: v.removesuffix(" به وقت تهران") for k, v in steps.items()}
        assert said["آخرین روز بستن قرارداد"] == long_date(tender.contract_by)
        assert facts.envelopes == "سه پاکت الف، ب و ج"
        tender.has_envelope_a = False
        without = notice_facts(tender, licence, "")
        assert without.envelopes == "پاکت ب و پاکت ج"
        assert [label for label, _ in without.facts if "تضمین" in label] == []


def test_the_published_notice_is_typeset_with_its_facts(app: Flask) -> None:
    number = published(app)
    page = app.test_client().get(f"/tenders/{number}").text
    address = re.search(r'href="(/papers/[^"]+\.pdf)"', page)
    assert address
    with app.test_client().get(address[1]) as paper:
        text = extracted(paper.data)
    assert [word in text for word in ("شماره ستاد", "آخرین روز بستن قرارداد")] == [True, True]
    shown = " ".join(line.text for line in lines_of(paper.data))  # pdfium turns Latin words inside a Persian line about
    assert [word in shown for word in (number, f"/tenders/{number}")] == [True, True]


def test_a_tender_whose_opening_comes_before_the_end_of_its_window_is_neither_sent_nor_published(app: Flask) -> None:
    number, hours = draft_that_opens_after(app, hours=20), 21
    with session_of(app) as session:
        tender, officer = tender_of(session, number), context_of(app, session, "officer")
        assert tender.closes_at is not None
        advance(officer, tender, TenderAct.EDIT, Changes({"bytes_hours": hours}))
        refused = refusal_of(officer, tender, TenderAct.SEND_FOR_APPROVAL) or ""
        assert refused.startswith(f"پاکت‌های ثبت‌شده تا {moment(tender.closes_at + dt.timedelta(hours=hours))} می‌رسند")
        advance(officer, tender, TenderAct.EDIT, Changes({"bytes_hours": hours - 1}))
        advance(officer, tender, TenderAct.SEND_FOR_APPROVAL)
        ready_keys(app, session, tender)
        tender.bytes_hours = hours
        assert refusal_of(context_of(app, session, "manager"), tender, TenderAct.PUBLISH) == refused
        tender.bytes_hours = hours - 1
        advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)


def test_a_window_for_bytes_is_written_in_the_schedule_and_stated_to_all(app: Flask) -> None:
    number, label = draft_that_opens_after(app, hours=20), "پایان رساندن پاکت‌های ثبت‌شده"
    officer = signed_in(app, "officer")
    address = f"/tenders/{number}/edit/schedule"
    typed = fields_of(officer.get(address).text)
    assert typed["bytes_hours"] == "۰"
    assert officer.post(address, data={**typed, "bytes_hours": "۷۳"}).status_code == 422
    late = officer.post(address, data={**typed, "bytes_hours": "۲۱"})
    assert (late.status_code, "نمی‌تواند پیش از آن باشد" in late.text) == (422, True)
    assert officer.post(address, data={**typed, "bytes_hours": ""}).status_code == 302
    assert label not in officer.get(f"/tenders/{number}").text
    assert officer.post(address, data={**typed, "bytes_hours": "۲"}).status_code == 302
    assert label in officer.get(f"/tenders/{number}").text
    with session_of(app) as session:
        tender = tender_of(session, number)
        assert (tender.bytes_hours, tender.closes_at is not None) == (2, True)
        assert tender.bytes_until is not None
        stated = moment(tender.bytes_until).removesuffix(" به وقت تهران")
        rows = dict(notice_facts(tender, None, "").schedule)
    assert rows["پایان رساندن پاکت‌هایی که اثر انگشتشان تا پایان مهلت تسلیم شده است"] == stated


def draft_that_opens_after(app: Flask, *, hours: int) -> str:
    """Return the number of a complete draft whose opening is so long after its deadline."""
    number = draft(app, settle(app))
    with session_of(app) as session:
        closes = days(context_of(app, session, "officer").now)["closes_at"]
    assert isinstance(closes, dt.datetime)
    complete(app, number, closes_at=closes, opens_at=closes + dt.timedelta(hours=hours))
    return number


def fields_of(page: str) -> dict[str, str]:
    """Return what stands in the one-line fields of a page's form."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrf_token":
            found[name[1]] = value[1] if value else ""
    return found


def bare(text: str) -> str:
    """Return a text without the marks of direction."""
    return text.translate({0x2066: None, 0x2067: None, 0x2069: None, 0xA0: " "})


def test_the_evidence_of_a_tender_tells_when_its_last_entry_was_made_and_not_when_it_is_read(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        published_at = tender_of(session, number).published_at
    assert published_at
    move_clock(app, published_at + dt.timedelta(days=2))
    page = re.sub(r"<[^>]+>", "", app.test_client().get(f"/tenders/{number}").text)
    assert f"ثبت در {moment(published_at)}" in page


def test_a_visitor_is_asked_to_sign_in_for_a_bid_only_while_bids_are_taken(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        closes_at = tender_of(session, number).closes_at
    assert closes_at
    assert "ورود و آماده‌سازی پیشنهاد" in app.test_client().get(f"/tenders/{number}").text
    move_clock(app, closes_at + dt.timedelta(seconds=1))
    assert "ورود و آماده‌سازی پیشنهاد" not in app.test_client().get(f"/tenders/{number}").text


def test_staff_see_how_many_questions_wait_and_others_do_not(app: Flask) -> None:
    number = published(app)
    assert signed_in(app, "firm1").post(f"/tenders/{number}/ask", data={"text": "چند سال؟"}).status_code == 302
    assert "۱ پرسش در انتظار پاسخ است." in signed_in(app, "officer").get(f"/tenders/{number}").text
    assert "در انتظار پاسخ است." not in app.test_client().get(f"/tenders/{number}").text


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
    assert [told(app, firm)[-1] for firm in ("firm1", "firm2")] == ["پاسخ تازه به پرسش‌های اسناد"] * 2


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
    assert secretary.post(path, data={"guests": " "}).status_code == 422
    first = {"members": [str(ids["head"])], "guests": "مریم نمونه، نماینده شرکت"}
    assert secretary.post(path, data=first).status_code == 302
    assert secretary.post(path, data={"members": [str(ids["finance"])], "guests": ""}).status_code == 302
    with session_of(app) as session:
        present = session.scalars(sa.select(Attendance.name)).all()
        names = session.scalars(sa.select(Person.name).where(Person.id.in_((ids["head"], ids["finance"])))).all()
    assert sorted(present) == sorted([*names, "مریم نمونه"])
    assert secretary.post(path, data={"members": [str(ids["officer"])], "guests": ""}).status_code == 422
