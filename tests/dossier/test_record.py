"""The ledger and the evidence of a tender that is open for bids: nothing there tells who bids, nor how many."""

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.rules import Original
from tender_app.ledger.models import LedgerEntry
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance
from tests.bids.ground import FURNITURE, OLIVE, firm_of, number_of, prepare, tender_on
from tests.make import context_of, session_of, signed_in

READERS = (None, "officer", "manager", "auditor")


def seen(app: Flask, number: str) -> list[str]:
    """Return what the tender's page and its ledger tell of the ledger, to each who may read them."""
    told = []
    for name in READERS:
        client = signed_in(app, name) if name else app.test_client()
        told.append(_evidence(client, number))
        told.append(client.get(f"/tenders/{number}/ledger").text.partition("<main")[2])
    return told


def _evidence(client: FlaskClient, number: str) -> str:
    found = re.search(r'<section class="panel evidence".*?</section>', client.get(f"/tenders/{number}").text, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_bid_and_an_original_move_nothing_that_is_shown_before_the_opening(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    before = seen(demo, number)
    firm = signed_in(demo, "firm1")
    prepare(firm, number)
    assert firm.post(f"/tenders/{number}/bid/submit").status_code == 302
    with session_of(demo) as session:
        original = Original(firm_of(session, "firm1").id, "BG-77")
        advance(context_of(demo, session, "officer"), tender_on(session, OLIVE), TenderAct.RECEIVE_ORIGINAL, original)
    assert seen(demo, number) == before


def test_after_the_opening_the_whole_chain_is_shown(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    with session_of(demo) as session:
        entries = sa.select(sa.func.count()).select_from(LedgerEntry)
        count = session.scalar(entries.where(LedgerEntry.tender_id == tender_on(session, FURNITURE).id)) or 0
    page = signed_in(demo, "auditor").get(f"/tenders/{number}/ledger").text
    persian = str(count).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert f"هر {persian} ردیف" in page
    assert TenderAct.RECEIVE_ORIGINAL.label in page
