"""Envelopes sealed in the browser arrive in parts, resume where the line broke, and are placed in one act."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.models import Upload
from tender_app.bids.rules import BidAct, EnvelopeKind
from tender_app.ledger.models import LedgerEntry
from tender_app.sealing.models import SealedIn
from tender_app.sealing.parts import Parts
from tender_app.store.files import files_of, headers_of
from tests.bids import ground
from tests.bids import uploading as own
from tests.bids.ground import OLIVE, PDF, number_of
from tests.bids.uploading import Own
from tests.make import session_of, signed_in


@pytest.fixture
def number(demo: Flask) -> str:
    return number_of(demo, OLIVE)


@pytest.fixture
def client(demo: Flask, number: str) -> FlaskClient:
    """Give a firm that has begun a bid."""
    made = signed_in(demo, "firm2")
    assert made.post(f"/tenders/{number}/bid/start").status_code == 302
    return made


@pytest.fixture
def envelope(demo: Flask) -> Own:
    """Give an envelope ب that the firm sealed itself."""
    form = {"team": [], "approach": "روش", "experience": "سابقه", "declares": True}
    return own.age_file(own.recipient(demo, OLIVE, "b"), own.inside(form, [("روش.pdf", PDF)]))


def uploads(app: Flask) -> list[tuple[str, int]]:
    """Return (token, bytes received) of every upload, and see that no file lies there without one."""
    with session_of(app) as session:
        rows = [(u.token, u.received) for u in session.scalars(sa.select(Upload).order_by(Upload.id))]
    lying = Parts(files_of(app.extensions["settings"])).untouched(-60)
    assert lying == {token for token, _ in rows}
    return rows


def test_an_envelope_sealed_in_the_browser_is_placed_and_kept_as_it_came(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload, 500)
    answer = own.place(client, number, "b", envelope, token)
    assert answer.json == {
        "location": f"/tenders/{number}/bid?sealed=b",
        "digest": envelope.digest,
        "size": len(envelope.payload),
    }
    settings = demo.extensions["settings"]
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        placed = bid.envelope(EnvelopeKind.B)
        assert placed is not None
        kept = placed.sealed
        assert (kept.digest, kept.sealed_in) == (envelope.digest, SealedIn.BROWSER)
        assert files_of(settings).read(kept.payload_key) == envelope.payload
        assert headers_of(settings).read(kept.header_key) == envelope.header
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.SEAL)).all()[-1]
        assert entry.detail == {"kind": "b", "digest": envelope.digest, "sealed_in": "browser"}
    assert uploads(demo) == []


def test_placing_again_after_a_lost_answer_is_answered_again_and_changes_nothing(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload)
    first, second = (own.place(client, number, "b", envelope, token) for _ in range(2))
    assert (first.json, second.status_code) == (second.json, 200)
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        assert len(bid.envelopes) == 1
