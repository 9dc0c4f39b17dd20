"""A firm's receipts on its pages: the promise at once, the proof within two minutes, for itself and for nobody else."""

import io

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid
from tender_app.ledger.models import LogAct
from tender_app.ledger.pace import MINUTE, keep_pace
from tender_app.store import clock
from tests.bids.ground import OLIVE, number_of, prepare
from tests.ledger.test_receipt_log import proved
from tests.make import session_of, signed_in


def submit(app: Flask, username: str) -> tuple[str, str]:
    """Submit a bid through the pages; return the tender's number and the receipt's."""
    number, client = number_of(app, OLIVE), signed_in(app, username)
    prepare(client, number)
    assert client.post(f"/tenders/{number}/bid/submit").status_code == 302
    with session_of(app) as session:
        receipt_no = session.scalars(sa.select(Bid.receipt_no).order_by(Bid.id.desc()).limit(1)).one()
    assert receipt_no
    return number, receipt_no


def pass_minutes(app: Flask, session: Session) -> None:
    """Let the worker write what is due two minutes from now."""
    now = clock.true_now(session)
    for minute in range(3):
        keep_pace(session, app.extensions["settings"], now + minute * MINUTE, is_active=True)


def test_the_receipt_carries_its_promise_and_then_its_proof(demo: Flask) -> None:
    number, receipt_no = submit(demo, "firm3")
    client = signed_in(demo, "firm3")
    page = client.get(f"/tenders/{number}/bid/receipt").text
    assert "قول داده است" in page
    assert f"{receipt_no}-proof.pdf" not in page
    early = client.get(f"/tenders/{number}/bid/receipt/{receipt_no}.json")
    assert (early.mimetype, early.get_json()["inclusion"]) == ("application/json", None)
    assert client.get(f"/tenders/{number}/bid/receipt/{receipt_no}-proof.pdf").status_code == 404
    with session_of(demo) as session:
        pass_minutes(demo, session)
    page = client.get(f"/tenders/{number}/bid/receipt").text
    assert f"{receipt_no}-proof.pdf" in page
    receipt = client.get(f"/tenders/{number}/bid/receipt/{receipt_no}.json").get_json()
    assert proved(receipt)
    assert (receipt["act"]["receipt"], receipt["act"]["tender"]) == (receipt_no, number)
    paper = pdfium.PdfDocument(io.BytesIO(client.get(f"/tenders/{number}/bid/receipt/{receipt_no}-proof.pdf").data))
    text = "".join(page.get_textpage().get_text_range() for page in paper)
    assert receipt["inclusion"]["head"]["root"] in text
    paper.close()


@pytest.mark.parametrize("other", ["firm1", "firm2", "head", "officer", "auditor"])
def test_anothers_receipt_is_nobodys(demo: Flask, other: str) -> None:
    number, receipt_no = submit(demo, "firm3")
    client = signed_in(demo, other)
    assert client.get(f"/tenders/{number}/bid/receipt/{receipt_no}.json").status_code == 404
    assert demo.test_client().get(f"/tenders/{number}/bid/receipt/{receipt_no}.json").status_code == 302


def test_whoever_has_a_receipts_number_can_ask_whether_it_is_known(demo: Flask) -> None:
    number, receipt_no = submit(demo, "firm3")
    page = demo.test_client().get("/verify", query_string={"code": receipt_no.lower()}).text
    assert number in page
    assert "رسیدی با این شماره" in page
    assert "رسیدی با این شماره" not in demo.test_client().get("/verify", query_string={"code": "R-2222-2222"}).text


def test_a_replaced_bids_receipt_is_still_proved(demo: Flask) -> None:
    number, first = submit(demo, "firm3")
    _number, second = submit(demo, "firm3")
    assert first != second
    with session_of(demo) as session:
        pass_minutes(demo, session)
        acts = session.scalars(sa.select(LogAct).where(LogAct.receipt_no == first).order_by(LogAct.id)).all()
        assert [act.body["act"] for act in acts] == ["submit", "replace"]
    client = signed_in(demo, "firm3")
    assert proved(client.get(f"/tenders/{number}/bid/receipt/{first}.json").get_json())
    assert proved(client.get(f"/tenders/{number}/bid/receipt/{second}.json").get_json())
