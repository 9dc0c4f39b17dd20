"""Digest first: where the documents state a window, what was registered in time may come afterwards, and nothing else."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import object_session
from werkzeug.test import TestResponse

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind
from tender_app.ledger.models import LedgerEntry
from tender_app.sealing.opening import NEVER_CAME
from tender_app.store.files import files_of, headers_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import refusal_of
from tests.bids import ground
from tests.bids import uploading as own
from tests.bids.ground import OLIVE, PDF, number_of, post_envelope, tender_on
from tests.bids.uploading import TUS, Own
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in

HOURS = 4


@pytest.fixture
def number(demo: Flask) -> str:
    """Give a tender whose documents state a window of some hours."""
    with session_of(demo) as session:
        tender_on(session, OLIVE).bytes_hours = HOURS
    return number_of(demo, OLIVE)


@pytest.fixture
def client(demo: Flask, number: str) -> FlaskClient:
    """Give a firm whose envelopes الف and ج are sealed, and ب is not."""
    made = signed_in(demo, "firm2")
    assert made.post(f"/tenders/{number}/bid/start").status_code == 302
    assert [post_envelope(made, number, kind).status_code for kind in ("a", "c")] == [302, 302]
    return made


@pytest.fixture
def envelope(demo: Flask) -> Own:
    """Give an envelope ب that the firm sealed itself."""
    content = own.inside(ground.technical_form(), [("روش.pdf", PDF)])
    return own.age_file(own.recipient(demo, OLIVE, "b"), content)


def register(client: FlaskClient, number: str, envelope: Own, **changes: str) -> TestResponse:
    """Register an envelope's digest."""
    form = {**envelope.form(size=str(len(envelope.payload))), **changes}
    return client.post(f"/tenders/{number}/bid/b/register", data=form)


def after_deadline(app: Flask, **later: int) -> None:
    """Move the clock to so long after the deadline."""
    with session_of(app) as session:
        closes = ground.closing_of(tender_on(session, OLIVE))
    ground.move_clock(app, closes + dt.timedelta(**later))


def bid_of(app: Flask) -> tuple[BidState, str]:
    """Return the state of the newest bid and the key of the payload of its envelope ب."""
    with session_of(app) as session:
        bid = ground.bids_of(session, tender_on(session, OLIVE))[-1]
        placed = bid.envelope(EnvelopeKind.B)
        return bid.state, placed.sealed.payload_key if placed else "none"


def test_a_digest_registered_in_time_is_submitted_and_its_bytes_come_afterwards(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    answer = register(client, number, envelope)
    assert answer.json == {"location": f"/tenders/{number}/bid?sealed=b", "digest": envelope.digest}
    assert client.post(f"/tenders/{number}/bid/submit").status_code == 302
    assert bid_of(demo) == (BidState.SUBMITTED, "")
    assert "خود این پاکت هنوز نرسیده است" in client.get(f"/tenders/{number}/bid/receipt").text
    after_deadline(demo, hours=1)
    assert "۱ پاکت شما هنوز نرسیده است" in client.get(f"/tenders/{number}/bid").text
    token = own.send(client, number, "b", envelope.payload, 500)
    placed = own.place(client, number, "b", envelope, token)
    again = own.place(client, number, "b", envelope, token)
    assert (placed.status_code, placed.json) == (200, again.json)
    state, key = bid_of(demo)
    settings = demo.extensions["settings"]
    assert (state, files_of(settings).read(key)) == (BidState.SUBMITTED, envelope.payload)
    with session_of(demo) as session:
        acts = (BidAct.REGISTER, BidAct.SUBMIT, BidAct.DELIVER)
        rows = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act.in_(acts)).order_by(LedgerEntry.id))
        told = [(e.act, e.detail) for e in rows][-3:]
        bid = ground.bids_of(session, tender_on(session, OLIVE))[-1]
        digests = told[1][1]["digests"]
        assert [act for act, _ in told] == [act.value for act in acts]
        assert (digests["b"], told[2][1]) == (envelope.digest, {"kind": "b", "digest": envelope.digest})
        sealed = bid.envelope(EnvelopeKind.B)
        assert sealed is not None
        assert headers_of(settings).read(sealed.sealed.header_key) == envelope.header
    assert "هنوز نرسیده است" not in client.get(f"/tenders/{number}/bid").text


def test_the_same_digest_sent_again_is_registered_once(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    first, second = (register(client, number, envelope) for _ in range(2))
    assert (first.status_code, first.json) == (200, second.json)
    with session_of(demo) as session:
        query = sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.REGISTER, LedgerEntry.case_kind == Bid.kind)
        assert len(session.scalars(query).all()) == 1


def test_what_came_late_is_opened_like_the_others(demo: Flask, client: FlaskClient, number: str, envelope: Own) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    after_deadline(demo, hours=1)
    own.seal(client, number, "b", envelope)
    assert _opened(demo) == (BidState.UNDER_EVALUATION, "")


def test_what_never_came_is_a_finding_at_the_opening(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    after_deadline(demo, hours=HOURS + 1)
    assert "این پاکت در جلسه گشوده نمی‌شود" in client.get(f"/tenders/{number}/bid").text
    assert _opened(demo) == (BidState.ENVELOPE_B_REJECTED, NEVER_CAME)


def test_one_changed_byte_is_refused(demo: Flask, client: FlaskClient, number: str, envelope: Own) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    after_deadline(demo, hours=1)
    for changed in (
        Own(envelope.header, envelope.payload[:-1] + bytes([envelope.payload[-1] ^ 1])),
        Own(envelope.header, envelope.payload + b"\0"),
        own.age_file(own.recipient(demo, OLIVE, "b"), own.inside(ground.technical_form())),
    ):
        token = own.send(client, number, "b", changed.payload)
        answer = own.place(client, number, "b", changed, token)
        assert (answer.status_code, "بی یک بایت کم و زیاد" in answer.json["reason"]) == (409, True)  # type: ignore[index]
        as_registered = own.place(client, number, "b", envelope, token)
        assert as_registered.status_code == 422
    assert bid_of(demo) == (BidState.SUBMITTED, "")
    own.seal(client, number, "b", envelope)


def test_a_size_that_was_not_registered_is_refused(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope, size=str(len(envelope.payload) + 1))
    token = own.send(client, number, "b", envelope.payload)
    assert own.place(client, number, "b", envelope, token).status_code == 409
    assert bid_of(demo) == (BidState.DRAFT, "")


def test_bytes_come_until_the_last_moment_of_the_window(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    after_deadline(demo, hours=1)
    token = own.send(client, number, "b", envelope.payload)
    after_deadline(demo, hours=HOURS, seconds=1)
    answers = [
        own.place(client, number, "b", envelope, token),
        client.head(f"/tenders/{number}/bid/uploads/{token}", headers=TUS),
        client.post(f"/tenders/{number}/bid/b/uploads", headers={**TUS, "Upload-Length": "1000"}),
    ]
    assert [answer.status_code for answer in answers] == [409] * 3
    assert "مهلت رساندن پاکت‌های ثبت‌شده" in answers[0].json["reason"]  # type: ignore[index]


def test_the_end_of_the_window_is_exact(demo: Flask, client: FlaskClient, number: str, envelope: Own) -> None:
    register(client, number, envelope)
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        until = tender.bytes_until
        assert until == ground.closing_of(tender) + dt.timedelta(hours=HOURS)
        bid = ground.bids_of(session, tender)[-1]
        before = _reason(demo, bid, until - dt.timedelta(microseconds=1))
        assert (before, "پایان یافت" in (_reason(demo, bid, until) or "")) == (None, True)
    del client


def test_after_the_deadline_nothing_is_registered_and_only_what_was_registered_comes(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    assert post_envelope(client, number, "b").status_code == 302
    client.post(f"/tenders/{number}/bid/submit")
    client.post(f"/tenders/{number}/bid/start")
    after_deadline(demo, seconds=1)
    assert register(client, number, envelope).status_code == 409
    begun = client.post(f"/tenders/{number}/bid/b/uploads", headers={**TUS, "Upload-Length": "1000"})
    assert (begun.status_code, "مهلت تسلیم" in begun.json["reason"]) == (409, True)  # type: ignore[index]


def test_without_a_window_no_digest_comes_first(demo: Flask, client: FlaskClient, number: str, envelope: Own) -> None:
    with session_of(demo) as session:
        tender_on(session, OLIVE).bytes_hours = 0
    answer = register(client, number, envelope)
    assert (answer.status_code, "ثبت پیشاپیش اثر انگشت را نمی‌پذیرد" in answer.json["reason"]) == (409, True)  # type: ignore[index]


@pytest.mark.parametrize("size", ["", "-1", "31", "1.5", "9999999999999"])
def test_a_digest_is_registered_with_a_size(client: FlaskClient, number: str, envelope: Own, size: str) -> None:
    assert register(client, number, envelope, size=size).status_code in {400, 413}


def test_a_new_version_keeps_what_is_awaited_and_what_comes_counts_for_both(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    client.post(f"/tenders/{number}/bid/start")
    own.seal(client, number, "b", envelope)
    with session_of(demo) as session:
        rows = [bid.envelope(EnvelopeKind.B) for bid in ground.bids_of(session, tender_on(session, OLIVE))]
        assert [row.sealed.is_awaited for row in rows if row] == [False, False]


def test_who_left_a_new_version_unsubmitted_still_brings_what_the_old_one_awaits(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope)
    client.post(f"/tenders/{number}/bid/submit")
    client.post(f"/tenders/{number}/bid/start")
    assert post_envelope(client, number, "b").status_code == 302
    after_deadline(demo, hours=1)
    own.seal(client, number, "b", envelope)
    with session_of(demo) as session:
        old, new = ground.bids_of(session, tender_on(session, OLIVE))
        placed = old.envelope(EnvelopeKind.B)
        assert placed is not None
        assert (old.state, new.state, placed.sealed.is_awaited) == (BidState.SUBMITTED, BidState.DRAFT, False)


def test_another_envelope_sealed_before_the_deadline_takes_the_place_of_the_registered(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    register(client, number, envelope)
    other = own.age_file(own.recipient(demo, OLIVE, "b"), own.inside(ground.technical_form()))
    own.seal(client, number, "b", other)
    state, key = bid_of(demo)
    assert (state, files_of(demo.extensions["settings"]).read(key)) == (BidState.DRAFT, other.payload)


def _reason(app: Flask, bid: Bid, now: dt.datetime) -> str | None:
    session = object_session(bid)
    assert session is not None
    return refusal_of(context_of(app, session, "firm2", now), bid, BidAct.DELIVER)


def _opened(app: Flask) -> tuple[BidState, str]:
    """Open envelopes الف and ب of the tender, and return the bid's state and finding."""
    with session_of(app) as session:
        tender: Tender = tender_on(session, OLIVE)
        assert tender.opens_at is not None
        at = tender.opens_at + dt.timedelta(minutes=1)
        tender.has_envelope_a = False
        ground.meet(app, session, tender, at)
        with_keys(app, session, tender, TenderAct.OPEN_A, at)
        with_keys(app, session, tender, TenderAct.OPEN_B, at)
        bid = ground.bids_of(session, tender)[-1]
        return bid.state, bid.finding
