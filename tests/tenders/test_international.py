"""A tender that calls firms of other countries: said in the draft, held to at every door, told in its papers (Art. 15-b)."""

import datetime as dt

import pytest
from flask import Flask

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.regulation.days import USUAL
from tender_app.regulation.rules import DEFAULTS
from tender_app.store import clock
from tender_app.tenders import schedule
from tender_app.tenders.rules import Changes, TenderAct
from tender_app.workflow.engine import advance
from tests.awards.reading import text_of
from tests.make import context_of, session_of, signed_in
from tests.tenders import ground
from tests.tenders.ground import tender_of


def abroad(now: dt.datetime) -> dict[str, dt.datetime | dt.date]:
    day = calendar.today(now) + dt.timedelta(days=2)
    return schedule.proposed(day, USUAL, DEFAULTS, is_international=True)


def test_r10_a_draft_that_becomes_international_is_held_back_until_bids_have_their_month(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    ground.complete(app, number)
    officer = signed_in(app, "officer")
    sent = {"procurement_method": "open", "is_international": "y"}
    assert officer.post(f"/tenders/{number}/edit/call", data=sent).status_code == 302
    section = officer.get(f"/tenders/{number}/edit/schedule").get_data(as_text=True)
    assert "دست‌کم ۱ ماه پس از پایان دریافت اسناد" in section
    with session_of(app) as session:
        tender, ctx = tender_of(session, number), context_of(app, session, "officer")
        with pytest.raises(NotNow, match="دست‌کم ۱ ماه"):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
    typed = ground.typed(ground.days(clock_of(app))) | {"opening_place": "تالار", "unconfirmed_bids": "stand"}
    refused = officer.post(f"/tenders/{number}/edit/schedule", data=typed)
    assert refused.status_code == 422
    assert "باید دست‌کم ۱ ماه باشد" in refused.get_data(as_text=True)
    with session_of(app) as session:
        tender, ctx = tender_of(session, number), context_of(app, session, "officer")
        advance(ctx, tender, TenderAct.EDIT, Changes(abroad(ctx.now)))
        advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)


def test_r10_an_international_tender_says_so_on_its_page_in_its_papers_and_in_the_ledger(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    with session_of(app) as session:
        now = clock.now(session, demo=True)
    ground.complete(app, number, is_international=True, **abroad(now))
    ground.publish(app, number)
    assert "بین‌المللی" in app.test_client().get(f"/tenders/{number}").get_data(as_text=True)
    with session_of(app) as session:
        tender = tender_of(session, number)
        papers = {d.kind: d for d in session.query(IssuedDocument).filter_by(tender_id=tender.id)}
        read = {kind: text_of(app, paper) for kind, paper in papers.items()}
        for kind in (DocumentKind.NOTICE, DocumentKind.TENDER_DOCUMENTS):
            assert "ایرانی و خارجی" in read[kind]
        assert "۱ ماه زمان است" in read[DocumentKind.TENDER_DOCUMENTS]
        stated = session.query(LedgerEntry).filter_by(case_kind="tender", case_id=tender.id, act="publish").one()
        assert stated.detail["terms"]["is_international"] is True


def clock_of(app: Flask) -> dt.datetime:
    with session_of(app) as session:
        return clock.now(session, demo=True)
