"""Answers reach everybody at one moment, and who asked is nobody's to know but the auditor's (R12)."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdfium2 import PdfDocument
from sqlalchemy.orm import Session

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.models import Firm, Person
from tender_app.store.files import files_of
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.prebid import Meeting
from tender_app.tenders.rules import Answer, Asked, Merging, QuestionAct, QuestionState, Release, TenderAct
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.bids.ground import OLIVE, firm_of, number_of, tender_on
from tests.law.test_routes import ROLES, addresses
from tests.make import context_of, session_of, signed_in

HOUR = dt.timedelta(hours=1)
CANARY = "قناری‌نشان مهندسان دوردست"
WHO = "قناری‌نام بی‌همتا"


def asked(app: Flask, session: Session, tender: Tender, firm: str, text: str) -> Question:
    """Let a firm ask."""
    ctx = context_of(app, session, firm)
    return begin(ctx, Question, QuestionAct.ASK, Asked(firm_of(session, firm), tender, text))


def test_r12_drafted_answers_reach_everybody_at_one_moment_in_one_message(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        questions = [asked(demo, session, tender, f"firm{n}", f"پرسش {n} چیست؟") for n in (1, 2, 3)]
        with pytest.raises(NotNow, match="در انتظار انتشار نیست"):
            advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release((questions[0].id,)))
        for question in questions[:2]:
            advance(officer, question, QuestionAct.DRAFT_ANSWER, Answer("پاسخ همین است.", "پرسش به عبارت دیگر"))
        number, ids = tender.number, tuple(q.id for q in questions)
    for username in (None, "firm1", "firm2", "manager", "head"):
        client = signed_in(demo, username) if username else demo.test_client()
        assert "پاسخ همین است" not in client.get(f"/tenders/{number}").text
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        with pytest.raises(NotNow, match="همان نیست که دیدید"):
            advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release(ids))  # the third has no answer yet
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "manager"), tender, TenderAct.RELEASE_ANSWERS, Release(ids[:2]))
        told = session.scalar(sa.select(sa.func.count()).select_from(Message))
        advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release(ids[:2]))
        one, two, three = (session.get_one(Question, n) for n in ids)
        assert one.answered_at == two.answered_at == officer.now
        assert (three.state, three.answered_at) == (QuestionState.ASKED, None)
        rows = session.execute(sa.select(Person.username, Message.at).join(Message).order_by(Message.id.desc())).all()
        new = rows[: len(rows) - (told or 0)]
        assert sorted(name for name, _ in new) == sorted({name for name, _ in new})  # one message each
        assert {"firm1", "firm2", "firm3"} <= {name for name, _ in new}
        assert {at for _, at in new} == {officer.now}
    page = demo.test_client().get(f"/tenders/{number}").text
    assert page.count("پرسش به عبارت دیگر") == 2
    assert "پرسش ۱ چیست" not in page
    assert "پرسش 1 چیست" not in page


def test_r12_no_answer_names_a_firm_and_the_refusal_does_not_turn_on_who_asked(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        question = asked(demo, session, tender, "firm1", "پرسش؟")
        said = set()
        for username in ("firm1", "firm2", "firm3"):  # the asker's name is refused like any other
            name = firm_of(session, username).name
            with pytest.raises(NotNow, match="به عبارت دیگر") as refused:
                advance(officer, question, QuestionAct.ANSWER, Answer(f"به {name} پاسخ دادیم."))
            said.add(str(refused.value).replace(name, ""))
        assert len(said) == 1
        asked_so = asked(demo, session, tender, "firm2", f"ما، {firm_of(session, 'firm2').name}، می‌پرسیم؟")
        advance(officer, asked_so, QuestionAct.DRAFT_ANSWER, Answer("بله."))
        with pytest.raises(NotNow, match="به عبارت دیگر"):
            advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release((asked_so.id,)))
        advance(officer, asked_so, QuestionAct.DRAFT_ANSWER, Answer("بله.", "شرکتی می‌پرسد؟"))
        advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release((asked_so.id,)))
        number = tender.number
    shown = {name: signed_in(demo, name).get(f"/tenders/{number}/questions").text for name in ("auditor", "manager")}
    assert "ما، " in shown["auditor"]  # the original is kept for the auditor
    assert "شرکتی می‌پرسد" in shown["manager"]
    assert "ما، " not in shown["manager"]


def test_r12_equal_questions_become_one_and_come_apart_until_the_answer(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        one, two, three = (asked(demo, session, tender, f"firm{n}", f"همان {n}؟") for n in (1, 2, 3))
        with pytest.raises(NotNow):
            advance(officer, two, QuestionAct.MERGE, Merging(two.id))
        advance(officer, three, QuestionAct.MERGE, Merging(two.id))
        advance(officer, two, QuestionAct.MERGE, Merging(one.id))
        session.refresh(three)
        assert (two.merged_into_id, three.merged_into_id) == (one.id, one.id)
        advance(officer, three, QuestionAct.SPLIT)
        assert (three.state, three.merged_into_id) == (QuestionState.ASKED, None)
        advance(officer, one, QuestionAct.ANSWER, Answer("پاسخ یگانه."))
        with pytest.raises(NotNow, match="پاسخ گرفته است"):
            advance(officer, two, QuestionAct.SPLIT)
        number = tender.number
    assert "پاسخ یگانه" in signed_in(demo, "firm2").get(f"/tenders/{number}/ask").text
    page = demo.test_client().get(f"/tenders/{number}").text
    assert ("همان 1" in page, "همان 2" in page) == (True, False)


def test_r12_the_asker_is_named_on_no_page_to_nobody_but_the_auditor(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        one, two = (asked(demo, session, tender, "firm1", text) for text in ("نشان پرسش نخست؟", "نشان پرسش دوم؟"))
        advance(officer, one, QuestionAct.ANSWER, Answer("پاسخ نخست"))
        advance(officer, two, QuestionAct.DRAFT_ANSWER, Answer("پاسخ دوم"))
        # From here on no other page of this tender has a reason to name this firm or who acts for it.
        session.execute(sa.update(Firm).where(Firm.id == firm_of(session, "firm1").id).values(name=CANARY))
        session.execute(sa.update(Person).where(Person.username == "firm1").values(name=WHO))
        number, question = tender.number, two.id
    places = [a for a in addresses(demo, "GET") if f"/{number}" in a]
    places += [f"/tenders/{number}/questions/{question}", f"/tenders/{number}/questions/{question}/merge", "/desk", "/"]
    named: dict[str, list[str]] = {}
    for role, username in ROLES.items():
        client = signed_in(demo, username) if username else demo.test_client()
        for place in places:
            with client.get(place) as answer:
                body = answer.get_data()
                heads = " ".join(f"{key}: {value}" for key, value in answer.headers)
            if any(mark.encode() in body or mark in heads for mark in (CANARY, WHO)):
                named.setdefault(role, []).append(place)
    assert f"/tenders/{number}/questions" in named.pop("auditor")
    named.pop("firm", None)  # its own pages name it to itself
    listing = {f"/tenders/{number}/originals"}  # every approved firm stands here, whoever asked or bids
    assert {role: set(found) - listing for role, found in named.items() if set(found) - listing} == {}
    with session_of(demo) as session:
        messages = session.scalars(sa.select(Message.subject + Message.body + Message.path)).all()
        assert [m for m in messages if CANARY in m or WHO in m] == []
        details = session.scalars(sa.select(LedgerEntry.detail).where(LedgerEntry.case_kind == "question")).all()
        firm = session.scalars(sa.select(Firm).where(Firm.name == CANARY)).one()
        assert [d for d in details if str(firm.legal_id) in str(d) or "firm" in str(d)] == []


def test_r12_what_is_released_together_stands_in_an_order_that_tells_nothing(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        texts = ["ی آخرین حرف؟", "آ نخستین حرف؟", "م میانه؟"]
        ids = tuple(asked(demo, session, tender, f"firm{n}", text).id for n, text in enumerate(texts, 1))
        for question_id in ids:
            advance(officer, session.get_one(Question, question_id), QuestionAct.DRAFT_ANSWER, Answer("پاسخ."))
        advance(officer, tender, TenderAct.RELEASE_ANSWERS, Release(ids))
        number = tender.number
    for address in (f"/tenders/{number}", f"/tenders/{number}/questions"):
        page = signed_in(demo, "manager").get(address).text
        assert [page.index(text) for text in sorted(texts)] == sorted(page.index(text) for text in texts)


def test_r12_an_answer_is_released_before_the_deadline_and_not_at_it(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        question = asked(demo, session, tender, "firm1", "پرسش؟")
        advance(context_of(demo, session, "officer"), question, QuestionAct.DRAFT_ANSWER, Answer("پاسخ."))
        assert tender.closes_at is not None
        before = context_of(demo, session, "officer", tender.closes_at - dt.timedelta(microseconds=1))
        assert refusal_of(before, tender, TenderAct.RELEASE_ANSWERS) is None
        at = context_of(demo, session, "officer", tender.closes_at)
        with pytest.raises(NotNow, match="گذشته است"):
            advance(at, tender, TenderAct.RELEASE_ANSWERS, Release((question.id,)))


def test_an_unanswered_question_near_the_deadline_warns_the_officer_on_the_desk(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        tender.closes_at = context_of(demo, session, None).now + 60 * HOUR
    assert re.search(r"[۱-۹] پرسش بی‌پاسخ و مهلت نزدیک", signed_in(demo, "officer").get("/desk").text)
    for other in ("manager", "nm.officer", "firm1"):
        assert "پرسش بی‌پاسخ" not in signed_in(demo, other).get("/desk").text
    with session_of(demo) as session:
        tender_on(session, OLIVE).closes_at = context_of(demo, session, None).now + 73 * HOUR
    assert "پرسش بی‌پاسخ" not in signed_in(demo, "officer").get("/desk").text
    assert number


def minutes_in(app: Flask, session: Session) -> tuple[IssuedDocument, str]:
    """Return the issued minutes of the meeting, and what they say."""
    query = sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.PREBID_MINUTES)
    paper = session.scalars(query).one()
    pages = PdfDocument(files_of(app.extensions["settings"]).read(paper.file_key))
    return paper, " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_r12_minutes_of_the_meeting_go_to_all_alike_and_name_nobody(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, officer = tender_on(session, OLIVE), context_of(demo, session, "officer")
        said = Meeting(
            (("نماینده یک", "شرکت آوند"), ("نماینده دو", "شرکت بامداد")), (("زمان بازدید؟", "شنبه."),), "گزارش"
        )
        with pytest.raises(NotNow, match="اعلام نشده"):
            advance(officer, tender, TenderAct.KEEP_PREBID, said)
        tender.prebid_at, tender.prebid_place = officer.now + HOUR, "تالار"
        session.flush()
        with pytest.raises(NotNow, match="نرسیده"):
            advance(officer, tender, TenderAct.KEEP_PREBID, said)
        after = context_of(demo, session, "officer", officer.now + 2 * HOUR)
        with pytest.raises(NotNow, match="هنوز نوشته نشده"):
            advance(after, tender, TenderAct.ISSUE_PREBID_MINUTES)
        named = Meeting((), ((f"{firm_of(session, 'firm2').name} پرسید؟", "بله."),))
        advance(after, tender, TenderAct.KEEP_PREBID, named)
        with pytest.raises(NotNow, match="نام"):
            advance(after, tender, TenderAct.ISSUE_PREBID_MINUTES)
        advance(after, tender, TenderAct.KEEP_PREBID, said)
        advance(after, tender, TenderAct.ISSUE_PREBID_MINUTES)
        with pytest.raises(NotNow, match="صادر شده"):
            advance(after, tender, TenderAct.KEEP_PREBID, said)
        paper, text = minutes_in(demo, session)
        told_there = [w in text for w in ("زمان بازدید", "نماینده یک", "آوند", "بامداد")]
        assert told_there == [True, False, False, False]
        told = session.execute(
            sa.select(Person.username, Message.subject, Message.body, Message.at)
            .join(Message)
            .where(Message.subject.contains("صورتجلسه توضیح"))
        ).all()
        assert (len({row.username for row in told}) >= 3, len({tuple(row)[1:] for row in told})) == (True, 1)
        number, code = tender.number, paper.code
    for username in ("firm1", "firm2", None):
        client = signed_in(demo, username) if username else demo.test_client()
        page = client.get(f"/tenders/{number}").text
        assert code in page
        assert "آوند" not in page
