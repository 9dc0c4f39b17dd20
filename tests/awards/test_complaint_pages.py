"""Pages of complaints: the standard form, the mark on every page of the case, who reads what, and the contract."""

import io

import sqlalchemy as sa
from flask import Flask

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_rules import ComplaintState
from tender_app.contracts.models import Contract
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import questions_to, session_of, signed_in

OPEN = "شکایتی درباره این مناقصه در دست رسیدگی است"
PDF = b"%PDF-1.4\n%%EOF\n"


def number_in(app: Flask, state: TenderState) -> str:
    """Return the number of a demonstration tender that stands in a state."""
    with session_of(app) as session:
        query = sa.select(Tender.number).where(Tender.state == state, Tender.number.startswith("QZ-"))
        return session.scalars(query.order_by(Tender.id.desc())).first() or ""


def test_a_firm_complains_on_the_form_and_loses_nothing_of_what_it_typed(demo: Flask) -> None:
    number = number_in(demo, TenderState.TECHNICAL)
    firm = signed_in(demo, "firm2")
    typed = {"ground": "evaluation", "article": "ماده ۱۹", "text": "شرح ما از رویداد", "demand": "بازبینی"}
    page = firm.get(f"/tenders/{number}/complain").text
    signer = page.split('<select class="form-select" id="signer"')[1].split('value="')[1].split('"')[0]
    bare = firm.post(f"/tenders/{number}/complain", data={**typed, "signer": signer})
    assert bare.status_code == 409
    assert "دست‌کم یک سند" in bare.text
    assert "شرح ما از رویداد" in bare.text
    wrong = {**typed, "signer": signer, "files": (io.BytesIO(b"GIF89a"), "x.gif")}
    assert firm.post(f"/tenders/{number}/complain", data=wrong).status_code == 422
    sent = {**typed, "signer": signer, "files": [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF + b"\n"), "b.pdf")]}
    answer = firm.post(f"/tenders/{number}/complain", data=sent)
    assert answer.status_code == 302
    shown = firm.get(answer.location).text
    for part in ("شرح ما از رویداد", "a.pdf", "b.pdf", "روز ۰ از ۱۵"):
        assert part in shown
    assert signed_in(demo, "firm3").get(answer.location).status_code == 404
    assert "شرح ما از رویداد" in signed_in(demo, "manager").get(answer.location).text
    assert demo.test_client().get(answer.location).status_code == 302
    assert signed_in(demo, "nm.firm").get(f"/tenders/{number}/complain").status_code in {200, 403}


def test_every_page_of_the_case_is_marked_and_the_public_learns_no_more_than_that(demo: Flask) -> None:
    number = number_in(demo, TenderState.TECHNICAL)
    public = demo.test_client().get(f"/tenders/{number}").text
    assert OPEN in public
    assert "/complaints/" not in public
    assert "case-mark" not in demo.test_client().get("/").text
    manager, author = signed_in(demo, "manager"), signed_in(demo, "firm1")
    for path in ("", "/decision", "/opening", "/technical", "/ledger", "/complaints"):
        found = manager.get(f"/tenders/{number}{path}")
        assert (found.status_code, found.text.count("case-mark")) == (200, 1), path
        assert "از ۱۵" in found.text
    assert "دیدن شکایت" in author.get(f"/tenders/{number}/bid").text
    other = signed_in(demo, "firm2").get(f"/tenders/{number}/bid").text
    assert OPEN in other
    assert "دیدن شکایت" not in other
    with questions_to(demo) as asked:
        manager.get(f"/tenders/{number}/complaints")
    assert sum("FROM complaint " in q and "ORDER BY complaint.id DESC" not in q for q in asked) == 1


def test_a_contract_under_an_open_complaint_is_issued_only_with_a_reason(demo: Flask) -> None:
    with session_of(demo) as session:
        contract = session.scalars(sa.select(Contract).order_by(Contract.id.desc())).first()
        assert contract is not None
        complaint = session.scalars(sa.select(Complaint)).one()
        complaint.tender_id = contract.tender_id
        contract.state = type(contract.state).SIGNED_BY_AGENT
        contract.tender.state = TenderState.AWARDED
        address = f"/contracts/{contract.id}"
    manager = signed_in(demo, "manager")
    assert "case-mark" in manager.get(address).text
    assert "دلیل صدور با وجود شکایت باز" in manager.get(f"{address}/issue").text
    refused = manager.post(f"{address}/issue", data={"agrees": "1"})
    assert refused.status_code == 422
    assert "شکایتی باز است" in refused.text
    with session_of(demo) as session:
        session.scalars(sa.select(Complaint)).one().state = ComplaintState.WITHDRAWN
    assert "case-mark" not in manager.get(address).text
    assert "دلیل صدور با وجود شکایت باز" not in manager.get(f"{address}/issue").text


def test_the_manager_answers_and_the_firm_reads_the_letter(demo: Flask) -> None:
    number = number_in(demo, TenderState.TECHNICAL)
    manager = signed_in(demo, "manager")
    desk = manager.get("/desk").text
    assert "پاسخ به شکایت" in desk
    with session_of(demo) as session:
        address = f"/tenders/{number}/complaints/{session.scalars(sa.select(Complaint.id)).one()}"
    assert manager.post(f"{address}/reject", data={"text": ""}).status_code == 422
    assert signed_in(demo, "officer").post(f"{address}/reject", data={"text": "نه"}).status_code == 403
    assert manager.post(f"{address}/reject", data={"text": "تضمین‌ها در حضور همه خوانده شد."}).status_code == 302
    firm = signed_in(demo, "firm1")
    shown = firm.get(address).text
    assert "تضمین‌ها در حضور همه خوانده شد." in shown
    letter = shown.split("/papers/")[-1] if "/papers/" in shown else ""
    assert letter
    referred = firm.post(f"{address}/refer", data={"number": "۱۲", "day": "۱۳۰۰/۰۱/۰۱"})
    assert referred.status_code == 409
    assert "تاریخ باید" in referred.text
