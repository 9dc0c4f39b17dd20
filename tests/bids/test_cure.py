"""The formal check's one cure period: asked once, brought in time, judged by the commission, and never about the price."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tender_app.bids.cure_models import CureFile, CureRequest
from tender_app.bids.cure_rules import Asked, Brought, Cured, CureKind, CureRejection, Uncured, cure_until
from tender_app.bids.cures import no_cure_is_open, overlap
from tender_app.bids.models import Bid, FileAccess
from tender_app.bids.rules import BidAct, BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.regulation.queries import working_calendar
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance, refusal_of
from tests.bids.ground import FURNITURE, PDF, bids_of, number_of, tender_on
from tests.bids.test_opening import score_and_lock
from tests.make import context_of, session_of, signed_in

ASKED = Asked(((CureKind.GAZETTE_NOTICE, "آخرین تغییرات"), (CureKind.STAMPED_PAGE, "")))


def asked_of(app: Flask, session: Session, bid: Bid) -> CureRequest:
    """Let the secretary ask for two papers of a bid; return the request."""
    advance(context_of(app, session, "secretary"), bid, BidAct.ASK_CURE, ASKED)
    return session.scalars(sa.select(CureRequest).where(CureRequest.bid_id == bid.id)).one()


def brought(item_id: int, digest: str = "a" * 64) -> Brought:
    """Return a paper for what was asked."""
    return Brought(item_id, "notice.pdf", "application/pdf", "none", digest, 10)


def firm_of(session: Session, bid: Bid) -> str:
    """Return who acts for the bid's firm."""
    return next(name for name in ("firm1", "firm2", "firm3") if FIRMS[name] in session.get_one(Bid, bid.id).firm.name)


FIRMS = {"firm1": "پیشگامان", "firm2": "طارم", "firm3": "سبز"}


def post(client: FlaskClient, number: str, item: str, name: str = "notice.pdf", content: bytes = PDF) -> TestResponse:
    """Post a paper on the firm's own page."""
    data = {"item": item, "file": FileStorage(io.BytesIO(content), name)}
    return client.post(f"/tenders/{number}/bid/cure", data=data, content_type="multipart/form-data")


def test_r22_a_missing_paper_is_asked_for_once_with_a_letter_and_a_deadline_in_working_days(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        bid = bids_of(session, tender)[0]
        asked, secretary = asked_of(demo, session, bid), context_of(demo, session, "secretary")
        assert asked.until == cure_until(
            asked.asked_at, 3, working_calendar(secretary, tender.organisation_id).is_closed
        )
        letter = session.scalars(
            sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.CURE_REQUEST)
        ).one()
        assert letter.firm_id == bid.firm_id
        pages = PdfDocument(files_of(demo.extensions["settings"]).read(letter.file_key))
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
        assert "درخواست رفع نقص مدارک" in text
        assert "آخرین تغییرات" in text
        told = session.scalars(sa.select(Message).where(Message.subject.contains("برای رفع نقص"))).all()
        assert [m.path for m in told] == [f"/tenders/{tender.number}/bid/cure"]
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.ASK_CURE)).one()
        assert entry.detail["asked"] == ["gazette_notice", "stamped_page"]
        with pytest.raises(NotNow, match="مهلت رفع نقص دوباره داده نمی‌شود"):
            advance(context_of(demo, session, "head"), bid, BidAct.ASK_CURE, ASKED)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "officer"), bid, BidAct.ASK_CURE, ASKED)


def test_r22_a_second_request_is_impossible_even_past_the_guards(demo: Flask) -> None:
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[0]
        first = asked_of(demo, session, bid)
        values = {"bid_id": bid.id, "tender_id": bid.tender_id, "asked_at": first.asked_at, "asked_by": first.asked_by}
        trial = session.begin_nested()
        with pytest.raises(IntegrityError):
            session.execute(sa.insert(CureRequest).values(**values, until=first.until, finding=""))
        trial.rollback()


def test_r22_nothing_but_the_closed_list_can_be_asked_for() -> None:
    assert [kind.value for kind in CureKind] == [
        "gazette_notice", "signatory_notice", "qualification", "tax_certificate", "stamped_page", "identity_copy",
    ]  # fmt: skip
    assert [kind for kind in CureKind if "قیمت" in kind.persian or "تضمین" in kind.persian] == []


def test_the_period_counts_working_days_and_ends_at_two_in_the_afternoon() -> None:
    wednesday = calendar.instant(calendar.parse_date("1405/09/18"), dt.time(16))  # before a Thursday and a Friday
    until = calendar.tehran(cure_until(wednesday, 3, lambda day: day.weekday() in {3, 4}))
    assert (calendar.plain(until.date()), f"{until:%H:%M}") == ("1405/09/23", "14:00")


def test_r22_papers_come_until_the_instant_and_not_a_second_later(demo: Flask) -> None:
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[0]
        asked = asked_of(demo, session, bid)
        one, other = asked.items
        who = firm_of(session, bid)
        late = context_of(demo, session, who, asked.until)
        with pytest.raises(NotNow, match="مدرکی که پس از آن برسد پذیرفته نیست"):
            advance(late, bid, BidAct.DELIVER_CURE, brought(one.id))
        in_time = context_of(demo, session, who, asked.until - dt.timedelta(seconds=1))
        advance(in_time, bid, BidAct.DELIVER_CURE, brought(one.id))
        with pytest.raises(NotNow, match="این مدرک خواسته نشده است"):
            advance(in_time, bid, BidAct.DELIVER_CURE, brought(other.id + 100))
        others = next(name for name in FIRMS if name != who)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, others), bid, BidAct.DELIVER_CURE, brought(one.id))
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.DELIVER_CURE)).one()
        assert entry.detail == {"item": one.id, "digest": "a" * 64, "size": 10}


def test_r22_scores_wait_for_an_open_cure_and_an_uncured_bid_is_rejected_with_a_listed_reason(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        bid = bids_of(session, tender)[0]
        asked = asked_of(demo, session, bid)
        head = context_of(demo, session, "head")
        assert "شرکت تا" in (refusal_of(head, bid, BidAct.REJECT_UNCURED) or "")
        assert "هنوز نرسیده است" in (refusal_of(head, bid, BidAct.ACCEPT_CURE) or "")
        bare = _lock_alone(head, tender)
        assert (
            bare
            == "رفع نقص ۱ پیشنهاد هنوز باز است؛ پس از رسیدن مدرک‌ها یا پایان مهلت، کمیسیون نخست درباره آن تصمیم بگیرد."
        )
        over = context_of(demo, session, "head", asked.until)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "finance", asked.until), bid, BidAct.REJECT_UNCURED, UNFIT)
        advance(over, bid, BidAct.REJECT_UNCURED, UNFIT)
        assert (bid.state, bid.finding) == (
            BidState.ENVELOPE_B_REJECTED,
            "مدرک خواسته‌شده تا پایان مهلت نرسید. آگهی نیامد",
        )
        assert (asked.is_cured, asked.settled_at) == (False, asked.until)
        assert _lock_alone(over, tender) is None


UNFIT = Uncured(CureRejection.NOT_DELIVERED, "آگهی نیامد")


def _lock_alone(ctx: Context, tender: Tender) -> str | None:
    """Return what open cures alone say against locking."""
    ctx.facts.clear()
    return no_cure_is_open(ctx, tender, None)


def test_r22_what_came_whole_is_accepted_and_the_bid_stays_in_evaluation(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        bid = bids_of(session, tender)[1]
        asked = asked_of(demo, session, bid)
        firm, head = context_of(demo, session, firm_of(session, bid)), context_of(demo, session, "head")
        for item in list(asked.items):
            advance(firm, bid, BidAct.DELIVER_CURE, brought(item.id))
        subjects = session.scalars(sa.select(Message.subject).where(Message.subject == "مدرک‌های رفع نقص رسید")).all()
        assert len(subjects) == 2
        advance(head, bid, BidAct.ACCEPT_CURE, Cured("درست است"))
        assert bid.state is BidState.UNDER_EVALUATION
        assert session.get_one(CureRequest, asked.id).is_cured is True
        with pytest.raises(NotNow, match="کمیسیون درباره مدرک‌ها تصمیم گرفته است"):
            advance(head, bid, BidAct.REJECT_UNCURED, UNFIT)
        with pytest.raises(NotNow, match="کمیسیون درباره مدرک‌ها تصمیم گرفته است"):
            advance(firm, bid, BidAct.DELIVER_CURE, brought(asked.items[0].id))
        assert _lock_alone(head, tender) is None


def test_a_period_that_would_outlast_the_price_hour_is_warned_of(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        assert tender.prices_open_at is not None
        late = context_of(demo, session, "secretary", tender.prices_open_at - dt.timedelta(hours=3))
        assert "می‌تواند آن جلسه را یک بار به تعویق اندازد" in overlap(late, tender)
        early = context_of(demo, session, "secretary", tender.prices_open_at - dt.timedelta(days=20))
        assert overlap(early, tender) == ""


def test_the_cure_runs_on_the_pages_from_the_request_to_the_finding(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[0]
        bid_id, who = bid.id, firm_of(session, bid)
    secretary, firm, head = (signed_in(demo, name) for name in ("secretary", who, "head"))
    address = f"/tenders/{number}/bids/{bid_id}/cure"
    assert "چیزی از شما خواسته نشده است" in firm.get(f"/tenders/{number}/bid/cure").text
    assert "رفع نقص" not in firm.get(f"/tenders/{number}/bid").text
    nothing = secretary.post(address)
    assert (nothing.status_code, "دست‌کم یک مدرک را برگزینید" in nothing.text) == (409, True)
    typed = {"ask_gazette_notice": "y", "note_gazette_notice": "صفحه دوم ناخواناست", "ask_stamped_page": "y"}
    assert secretary.post(address, data=typed).status_code == 302
    assert "صفحه دوم ناخواناست" in head.get(f"/tenders/{number}/formal").text
    shown = firm.get(f"/tenders/{number}/bid/cure").text
    items = [part.partition('"')[0] for part in shown.split('<option value="')[2:]]
    assert len(items) == 2
    unfit = post(firm, number, items[0], "notice.pdf", b"not a file")
    assert (unfit.status_code, "محتوای پرونده با پسوند" in unfit.text) == (422, True)
    assert [post(firm, number, item).status_code for item in items] == [302, 302]
    with session_of(demo) as session:
        files = session.scalars(sa.select(CureFile).order_by(CureFile.id)).all()
        assert [f.size for f in files] == [len(PDF)] * 2
        paper = f"{address}/{files[0].id}"
    names = ("secretary", "evaluator1", who, "officer", "observer", next(f for f in FIRMS if f != who))
    assert [status(demo, name, paper) for name in names] == [200, 200, 200, 404, 404, 404]
    assert head.post(f"{address}/accept").status_code == 302
    assert "پذیرفته شد" in firm.get(f"/tenders/{number}/bid/cure").text
    assert "درخواست رفع نقص" in firm.get(f"/tenders/{number}/bid").text
    assert refusal_after(demo, number) is None


def status(app: Flask, name: str, address: str) -> int:
    """Return with which status a person gets a file."""
    with signed_in(app, name).get(address) as answer:
        return answer.status_code


def refusal_after(app: Flask, number: str) -> str | None:
    """Return what open cures say against locking."""
    with session_of(app) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        return _lock_alone(context_of(app, session, "head"), tender)


def test_lock_scores_itself_names_the_open_cure(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        bids = bids_of(session, tender)
        asked_of(demo, session, bids[2])
        with pytest.raises(NotNow, match="رفع نقص ۱ پیشنهاد هنوز باز است"):
            score_and_lock(demo, session, tender, bids[0].id)
        assert refusal_of(context_of(demo, session, "head"), tender, TenderAct.LOCK_SCORES) is not None


def test_whoever_opens_a_paper_of_a_cure_is_kept_and_shown_to_the_firm_and_the_auditor(demo: Flask) -> None:
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[0]
        item, who, bid_id = asked_of(demo, session, bid).items[0].id, firm_of(session, bid), bid.id
        session.commit()
    number, firm = number_of(demo, FURNITURE), signed_in(demo, who)
    assert post(firm, number, str(item)).status_code == 302
    with session_of(demo) as session:
        file = session.scalars(sa.select(CureFile.id)).one()
    address = f"/tenders/{number}/bids/{bid_id}/cure/{file}"
    for client in (firm, signed_in(demo, "secretary"), signed_in(demo, "secretary"), signed_in(demo, "evaluator1")):
        with client.get(address) as answer:
            assert answer.status_code == 200
    with session_of(demo) as session:
        kept = session.execute(
            sa.select(FileAccess.cure_file_id, FileAccess.opened_file_id, FileAccess.bid_id, FileAccess.role)
        )
        assert [tuple(row) for row in kept] == [
            (file, None, bid_id, Role.SECRETARY),
            (file, None, bid_id, Role.EVALUATOR),
        ]
    for shown in (
        firm.get(f"/tenders/{number}/bid").text,
        signed_in(demo, "auditor").get(f"/tenders/{number}/access").text,
    ):
        assert "notice.pdf" in shown
        assert "رفع نقص" in shown
    assert "ارزیاب ۱" in firm.get(f"/tenders/{number}/bid").text
