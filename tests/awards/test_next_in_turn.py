"""The chosen consultant refuses (by-law): the board chooses among those who are left; a renewal comes when nobody is."""

import datetime as dt

import pytest
from flask import Flask

from tender_app.awards.models import Award
from tender_app.awards.refusal_rules import RefusalGround, Refused
from tender_app.awards.rules import Ending
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.rules import Negotiated
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import CancellationReason, Matter, Method, RenewalReason, TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tests.awards.ground import PAIR, M, attend, bid_of, vote
from tests.awards.reading import text_of
from tests.evaluation.ground import Ground, ground_in, ranked_tender
from tests.make import session_of

REFUSED = Refused(RefusalGround.IN_WRITING, "نامه ۱۲/۳ شرکت")


def ranked(ground: Ground, method: Method = Method.WEIGHTED_PRICE) -> Tender:
    """Put a tender under the by-law with its ranking on the table: B stands before A."""
    tender = ranked_tender(ground, PAIR, has_envelope_a=False, method=method)
    tender.procedure = "consulting_bylaw"
    ground.session.flush()
    attend(ground, tender)
    return tender


def chosen(ground: Ground, tender: Tender) -> None:
    """The board names, the secretary minutes, the manager confirms."""
    vote(ground, tender, (True, True, True))
    advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
    advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
    advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD)


def refuse(ground: Ground, tender: Tender) -> None:
    """The head records the refusal and the manager confirms it."""
    advance(ground.by(Role.HEAD), tender, TenderAct.RECORD_REFUSAL, REFUSED)
    advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_REFUSAL)


def test_after_a_refusal_the_board_chooses_the_next_and_renews_nothing_yet(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked(ground)
        chosen(ground, tender)
        with pytest.raises(NotNow, match="هنوز بر جاست"):
            advance(ground.by(Role.HEAD), tender, TenderAct.ASK_NEXT)
        refuse(ground, tender)
        assert {name: bid_of(ground, name).state for name in "AB"} == {"A": BidState.LOST, "B": BidState.REFUSED}
        with pytest.raises(NotNow, match="نوبت پیشنهاد بعدی"):
            vote(ground, tender, (True,), Matter.RENEWAL)
        for other in (Role.OFFICER, Role.MANAGER, Role.FINANCE):
            with pytest.raises(NotAllowed):
                advance(ground.by(other), tender, TenderAct.ASK_NEXT)
        advance(ground.by(Role.HEAD), tender, TenderAct.ASK_NEXT)
        assert tender.state is TenderState.PRICES_OPENED
        chosen(ground, tender)
        assert (tender.state, bid_of(ground, "A").state) == (TenderState.AWARDED, BidState.WON)
        first, second = session.query(Award).order_by(Award.id)
        assert (first.returned_at is None, second.winner_bid_id) == (False, bid_of(ground, "A").id)
        papers = session.query(IssuedDocument).order_by(IssuedDocument.id).all()
        letters = [d.firm_id for d in papers if d.kind is DocumentKind.AWARD_LETTER]
        assert letters == [ground.firms["B"].id, ground.firms["A"].id]
        assert [d.firm_id for d in papers if d.kind is DocumentKind.REGRET_LETTER] == [ground.firms["A"].id]
        minutes = [text_of(app, d) for d in papers if d.kind is DocumentKind.FINAL_MINUTES]
        assert ["کنار رفت" in text for text in minutes] == [False, True]


def test_when_nobody_is_left_the_board_renews(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked(ground)
        chosen(ground, tender)
        refuse(ground, tender)
        advance(ground.by(Role.HEAD), tender, TenderAct.ASK_NEXT)
        chosen(ground, tender)
        refuse(ground, tender)
        with pytest.raises(NotNow, match="نمانده است"):
            advance(ground.by(Role.HEAD), tender, TenderAct.ASK_NEXT)
        vote(ground, tender, (True, True, False), Matter.RENEWAL)
        advance(ground.by(Role.HEAD), tender, TenderAct.RENEW, Ending(RenewalReason.BOTH_WINNERS_REFUSED))
        assert tender.state is TenderState.RENEWED


def test_nobody_is_asked_after_the_validity_of_the_bids(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked(ground)
        chosen(ground, tender)
        refuse(ground, tender)
        assert tender.valid_until is not None
        ground.now = calendar.instant(tender.valid_until + dt.timedelta(days=1), dt.time(9))
        assert "اعتبار پیشنهادها پایان یافته" in (refusal_of(ground.by(Role.HEAD), tender, TenderAct.ASK_NEXT) or "")
        vote(ground, tender, (True,), Matter.RENEWAL)


def test_where_the_price_is_negotiated_the_next_is_negotiated_with_first(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked(ground, Method.QUALITY_ONLY)
        head = ground.by(Role.HEAD)
        advance(head, tender, TenderAct.NEGOTIATE, Negotiated(bid_of(ground, "B").id, 9_500 * M, ""))
        chosen(ground, tender)
        refuse(ground, tender)
        advance(head, tender, TenderAct.ASK_NEXT)
        with pytest.raises(NotNow, match="نخست قیمت"):
            vote(ground, tender, (True,))
        with pytest.raises(NotNow, match="نوبت مذاکره"):
            advance(head, tender, TenderAct.NEGOTIATE, Negotiated(bid_of(ground, "B").id, 9_000 * M, ""))
        advance(head, tender, TenderAct.NEGOTIATE, Negotiated(bid_of(ground, "A").id, 9_300 * M, ""))
        chosen(ground, tender)
        assert bid_of(ground, "A").state is BidState.WON


def test_reasons_speak_of_the_board_and_cite_no_article_of_the_act(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked(ground)
        vote(ground, tender, (True, True, True))
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
        with pytest.raises(NotNow, match="رأی هیأت انتخاب نزد مدیرعامل"):
            vote(ground, tender, (True,), Matter.RENEWAL)
        with pytest.raises(NotAllowed, match="این کار با رئیس هیأت انتخاب است"):
            advance(ground.by(Role.OFFICER), tender, TenderAct.CANCEL, Ending(CancellationReason.NEED_VANISHED))
