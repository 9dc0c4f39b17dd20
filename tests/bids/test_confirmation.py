"""After an addendum every submitted bid is confirmed, replaced or withdrawn; what is left goes as the documents say (R14, R20)."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdfium2 import PdfDocument
from sqlalchemy.orm import Session

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import Due, ReleaseGround, SecurityAct, SecurityState
from tender_app.awards.guards import renewal_reason_fits
from tender_app.awards.rules import Ending
from tender_app.bids import commands
from tender_app.bids.confirmation import WAITING
from tender_app.bids.models import Bid, OpenedEnvelope, OriginalReceived
from tender_app.bids.quorum import unopened_prices
from tender_app.bids.rules import BidAct, BidState, Confirmation, Start
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.models import LogAct
from tender_app.notifications.models import Message
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import RenewalReason, TenderAct, Unconfirmed
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.bids import ground
from tests.bids.ground import LEATHER, bids_of, closing_of, firm_of, tender_on
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.addenda_ground import issued, revision

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(microseconds=1)


def amended(app: Flask, session: Session, unconfirmed: Unconfirmed) -> tuple[Tender, list[Bid], dt.datetime]:
    """Let three firms have bid, and an addendum come a day before the deadline."""
    tender = tender_on(session, LEATHER)
    tender.unconfirmed_bids = unconfirmed
    session.flush()
    now = closing_of(tender) - 24 * HOUR
    issued(app, session, tender, revision(text="روز کاری یعنی روز کاری استان."), now)
    return tender, list(bids_of(session, tender)), now + HOUR


def replaced(app: Flask, session: Session, tender: Tender, username: str, now: dt.datetime) -> Bid:
    """Let a firm hand in a new version of its bid."""
    ctx = context_of(app, session, username, now)
    bid = begin(ctx, Bid, BidAct.START, Start(firm_of(session, username), tender))
    advance(ctx, bid, BidAct.SUBMIT, commands.submission_of(bid))
    return bid


def test_r14_each_bid_is_confirmed_or_replaced_and_one_that_is_neither_goes_back_unopened(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, (one, two, three), now = amended(demo, session, Unconfirmed.RETURN)
        firm1 = context_of(demo, session, "firm1", now)
        with pytest.raises(NotNow, match="همان نیست که دیدید"):
            advance(firm1, one, BidAct.CONFIRM, Confirmation((1, 2)))
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "firm2", now), one, BidAct.CONFIRM, Confirmation((1,)))
        advance(firm1, one, BidAct.CONFIRM, Confirmation((1,)))
        with pytest.raises(NotNow, match="الحاقیه‌ای نیست"):
            advance(firm1, one, BidAct.CONFIRM, Confirmation((1,)))
        new = replaced(demo, session, tender, "firm2", now)
        assert [WAITING.of(firm1.at(now), b) for b in (one, new, three)] == [(), (), (1,)]
        acts = [a.body["act"] for a in session.scalars(sa.select(LogAct).order_by(LogAct.id))]
        assert acts[-3:] == ["confirm_addendum", "replace", "submit"]

        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        session.expire_all()
        assert [b.state for b in (one, two, new, three)] == [
            BidState.SUBMITTED, BidState.REPLACED, BidState.SUBMITTED, BidState.RETURNED,
        ]  # fmt: skip
        opened = set(session.scalars(sa.select(OpenedEnvelope.bid_id)))
        assert {one.id, new.id} <= opened
        assert three.id not in opened
        assert "الحاقیه شماره ۱" in three.finding
        assert three.id in {bid.id for bid, _ in unopened_prices(context_of(demo, session, "head"), tender)}


def test_r20_a_bid_that_went_back_is_opened_by_no_later_act_and_the_minutes_name_it(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, (one, two, three), now = amended(demo, session, Unconfirmed.RETURN)
        for bid, username in ((one, "firm1"), (two, "firm2")):
            advance(context_of(demo, session, username, now), bid, BidAct.CONFIRM, Confirmation((1,)))
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        finance = context_of(demo, session, "finance")
        for bid in (one, two):
            advance(finance, bid, BidAct.ACCEPT_GUARANTEE)
        with pytest.raises(NotNow):
            advance(finance, three, BidAct.ACCEPT_GUARANTEE)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        assert three.id not in set(session.scalars(sa.select(OpenedEnvelope.bid_id)))
        advance(context_of(demo, session, "secretary"), tender, TenderAct.ISSUE_OPENING_MINUTES)
        query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id)
        paper = session.scalars(query.where(IssuedDocument.kind == DocumentKind.OPENING_MINUTES)).one()
        pages = PdfDocument(files_of(demo.extensions["settings"]).read(paper.file_key))
        said = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
        assert "بازگردانده شد: پس از الحاقیه شماره ۱" in said
        told = session.scalars(sa.select(Message.body).where(Message.subject.contains("ناگشوده بازگردانده"))).all()
        assert told


def test_r31_the_original_of_a_bid_that_is_never_opened_is_queued_for_release_and_goes_back_with_a_letter(
    demo: Flask,
) -> None:
    with session_of(demo) as session:
        tender, (one, two, three), now = amended(demo, session, Unconfirmed.RETURN)
        advance(context_of(demo, session, "firm1", now), one, BidAct.CONFIRM, Confirmation((1,)))
        advance(context_of(demo, session, "firm2", now), two, BidAct.WITHDRAW)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        session.expire_all()
        found = {s.bid_id: s for s in session.scalars(sa.select(Security).where(Security.tender_id == tender.id))}
        assert {bid_id: (s.state, s.ground) for bid_id, s in found.items()} == {
            one.id: (SecurityState.HELD, None),
            two.id: (SecurityState.RELEASE_DUE, ReleaseGround.UNOPENED),
            three.id: (SecurityState.RELEASE_DUE, ReleaseGround.UNOPENED),
        }
        officer = context_of(demo, session, "officer")
        with pytest.raises(NotNow, match="درباره این تضمین درست نیست"):
            advance(officer, found[one.id], SecurityAct.FALL_DUE, Due(ReleaseGround.UNOPENED))
        advance(officer, found[three.id], SecurityAct.RELEASE)
        query = sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.RELEASE_LETTER)
        paper = session.scalars(query.where(IssuedDocument.tender_id == tender.id)).one()
        assert paper.firm_id == three.firm_id
        pages = PdfDocument(files_of(demo.extensions["settings"]).read(paper.file_key))
        said = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
        own = sa.select(OriginalReceived.number).filter_by(tender_id=tender.id, firm_id=three.firm_id)
        assert "شماره اصل تضمین" in said
        assert session.scalars(own).one().rpartition("-")[2] in said  # a reader of PDF turns the Latin run around
        number = tender.number
    for name, told in (("officer", "پیشنهادی از شرکت گشوده نشد"), ("firm3", "اصل تضمین")):
        answer = signed_in(demo, name).get(f"/tenders/{number}/guarantees")
        assert answer.status_code == 200
        assert told in answer.text


def test_where_the_documents_say_that_unconfirmed_bids_stand_they_are_opened_with_the_others(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, bids, _now = amended(demo, session, Unconfirmed.STAND)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        assert {b.id for b in bids} <= set(session.scalars(sa.select(OpenedEnvelope.bid_id)))
        with pytest.raises(NotNow, match="اسناد چنین گفته باشد"):
            advance(context_of(demo, session, "head"), bids[0], BidAct.RETURN)


def test_r15_a_bid_is_confirmed_until_the_deadline_and_not_at_it(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, (one, two, _three), _now = amended(demo, session, Unconfirmed.RETURN)
        closes = closing_of(tender)
        advance(context_of(demo, session, "firm1", closes - MOMENT), one, BidAct.CONFIRM, Confirmation((1,)))
        with pytest.raises(NotNow, match="پایان یافت"):
            advance(context_of(demo, session, "firm2", closes), two, BidAct.CONFIRM, Confirmation((1,)))


def test_bids_that_go_back_unopened_do_not_count_towards_the_least_number(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, _bids, _now = amended(demo, session, Unconfirmed.RETURN)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        assert "هیچ پیشنهادی نرسیده است" in (refusal_of(head, tender, TenderAct.OPEN_A) or "")
        ending = Ending(RenewalReason.TOO_FEW_BIDDERS)
        assert renewal_reason_fits(head, tender, ending) is None  # and so the commission has its way out


def test_a_bid_that_was_submitted_after_the_addendum_is_asked_for_nothing(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, _bids, now = amended(demo, session, Unconfirmed.RETURN)
        ctx = context_of(demo, session, "firm1", now)
        new = replaced(demo, session, tender, "firm1", now)
        assert "الحاقیه‌ای نیست" in (refusal_of(ctx, new, BidAct.CONFIRM) or "")
        issued(demo, session, tender, revision(text="توضیح دوم"), now + HOUR)
        assert refusal_of(context_of(demo, session, "firm1", now + HOUR), new, BidAct.CONFIRM) is None
