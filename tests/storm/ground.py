"""What the storm stands on: bidders with sealed drafts, their browsers, and what must hold after every storm."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.bidders import Bidder, begin_draft, browsers, context_of, found_bidders, seal_all
from tender_app.bids.intent import intent_of
from tender_app.bids.models import Bid, OpenedFile
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind
from tender_app.config import Settings
from tender_app.documents.models import IssuedDocument
from tender_app.ledger import log, merkle, receipt_log, signing
from tender_app.ledger.models import LedgerEntry, LogAct
from tender_app.people.models import Person
from tender_app.sealing.envelope import envelope_digest
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.files import files_of, headers_of
from tender_app.tenders.models import Tender
from tests.bids.ground import OLIVE, guarantee_form, price_form, technical_form, tender_on
from tests.make import session_of
from tests.storm.house import House, Visitor


@dataclass(frozen=True, slots=True)
class Firm:
    """A bidder before the storm: who, and the form of its submission page."""

    bidder: Bidder
    intent: str


@dataclass(frozen=True, slots=True)
class Field:
    """The tender of the storm and its bidders."""

    app: Flask
    number: str
    firms: Sequence[Firm]

    @property
    def bid_page(self) -> str:
        """Return the address of a firm's own bid."""
        return f"/tenders/{self.number}/bid"

    def visitors(self, house: House) -> list[Visitor]:
        """Return each firm's browser before a server."""
        with session_of(self.app) as session:
            people = [firm.bidder.person_id for firm in self.firms]
            return [Visitor(house, one) for one in browsers(house.settings, session, people)]

    def visitor(self, house: House, username: str) -> Visitor:
        """Return the browser of one of the demonstration's people."""
        with session_of(self.app) as session:
            person = session.scalars(sa.select(Person.id).where(Person.username == username)).one()
            return Visitor(house, next(browsers(house.settings, session, [person])))


def field_of(app: Flask, count: int, *, content: bytes = b"", sealed: bool = True) -> Field:
    """Give the demonstration's open tender so many bidders, each with a draft, sealed or empty."""
    settings: Settings = app.extensions["settings"]
    with session_of(app) as session:
        tender = tender_on(session, OLIVE)
        firms = []
        for bidder in found_bidders(session, tender.organisation_id, count):
            bid = begin_draft(session, settings, tender, bidder)
            if sealed:
                seal_all(session, settings, bidder, bid, forms_of(tender), content=content)
            firms.append(Firm(bidder, intent_of(context_of(session, settings, bidder), bid)))
        return Field(app, tender.number, firms)


def forms_of(tender: Tender) -> dict[EnvelopeKind, dict[str, object]]:
    """Return what a commission would accept in the three envelopes."""
    a, b, c = guarantee_form(tender), technical_form(), price_form(tender)
    return {EnvelopeKind.A: a, EnvelopeKind.B: b, EnvelopeKind.C: c}


def bids_by_firm(session: Session, tender: Tender) -> dict[int, list[Bid]]:
    """Return the bids of a tender that stand submitted, by firm."""
    found: dict[int, list[Bid]] = {}
    for bid in session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.SUBMITTED)):
        found.setdefault(bid.firm_id, []).append(bid)
    return found


def assert_sound(app: Flask) -> None:
    """Hold what the tables say against the folders: nothing is half stored, every receipt and chain holds."""
    settings: Settings = app.extensions["settings"]
    files, headers = files_of(settings), headers_of(settings)
    with session_of(app) as session:
        assert log.verify(session)[2] == []
        for sealed in session.scalars(sa.select(SealedEnvelope).where(SealedEnvelope.destroyed_at.is_(None))):
            payload, header = files.read(sealed.payload_key), headers.read(sealed.header_key)
            assert len(payload) == sealed.size
            assert hashlib.sha256(payload).hexdigest() == sealed.payload_digest
            assert envelope_digest(header, sealed.payload_digest) == sealed.digest
        for paper in session.scalars(sa.select(IssuedDocument)):
            assert hashlib.sha256(files.read(paper.file_key)).hexdigest() == paper.digest
        for opened in session.scalars(sa.select(OpenedFile)):
            assert hashlib.sha256(files.read(opened.file_key)).hexdigest() == opened.digest
        _assert_receipts(session)


def assert_receipts_are_known(house: House, app: Flask) -> None:
    """Ask the public page of verification for every receipt by its number, and check what the log signed of it."""
    visitor, settings = Visitor(house), app.extensions["settings"]
    with session_of(app) as session:
        acts = session.scalars(sa.select(LogAct).join(LedgerEntry).where(LedgerEntry.act == BidAct.SUBMIT)).all()
        receipts = [receipt_log.receipt_of(session, settings, act) for act in acts]
    for receipt in receipts:
        assert signing.is_signed(receipt["log_key"], signing.PROMISE, receipt["promise"])
        digest = merkle.leaf_hash(bytes.fromhex(receipt["nonce"]) + signing.canonical(receipt["act"])).hex()
        assert receipt["promise"]["act"] == digest
        answer = visitor.get(f"/verify?code={receipt['act']['receipt']}")
        assert (answer.status, receipt["act"]["envelopes"]["c"] in answer.text) == (200, True), receipt["act"]


def _assert_receipts(session: Session) -> None:
    """Each submission has one receipt, its act in the log and its entry in the ledger, with the digests that stand."""
    bids = {b.receipt_no: b for b in session.scalars(sa.select(Bid).where(Bid.receipt_no.is_not(None)))}
    entries = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.SUBMIT)).all()
    logged = session.scalars(
        sa.select(LogAct.receipt_no).join(LedgerEntry).where(LedgerEntry.act == BidAct.SUBMIT)
    ).all()
    assert sorted(str(no) for no in logged) == sorted(str(no) for no in bids)
    assert sorted(e.detail["receipt_no"] for e in entries) == sorted(str(no) for no in logged)
    for entry in entries:
        bid = bids[entry.detail["receipt_no"]]
        standing = {e.kind.value: e.sealed.digest for e in bid.envelopes if e.superseded_at is None}
        assert (entry.case_id, entry.at, entry.detail["digests"]) == (bid.id, bid.submitted_at, standing)
