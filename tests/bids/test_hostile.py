"""The real opening of envelopes that a firm sealed itself: each hostile one is a finding beside the sound ones."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, BidEnvelope, OpenedEnvelope, OpenedFile, Price
from tender_app.bids.rules import BidState, EnvelopeKind, phases_of
from tender_app.sealing.models import SealedEnvelope, SealedIn, TenderKey
from tender_app.sealing.opening import MISFORMED, NEVER_CAME, UNREADABLE
from tender_app.store.files import files_of, headers_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tests.bids import ground, uploading
from tests.bids.ground import FURNITURE, LEATHER, PDF, PHASES, TOTAL, bids_of, tender_on
from tests.bids.test_opening import multiply, score_and_lock
from tests.bids.uploading import Own, inside
from tests.keys import with_keys
from tests.make import session_of, signed_in
from tests.sealing.hostile import cases

LIMIT = 1024 * 1024


def put(app: Flask, session: Session, bid: Bid, kind: EnvelopeKind, own: Own) -> None:
    """Let this envelope stand in a bid, as if the firm had sealed and submitted it."""
    settings = app.extensions["settings"]
    header, payload = headers_of(settings).put(own.header), files_of(settings).put(own.payload)
    standing = session.scalars(
        sa.select(BidEnvelope).where(
            BidEnvelope.bid_id == bid.id, BidEnvelope.kind == kind, BidEnvelope.superseded_at.is_(None)
        )
    ).one_or_none()
    if standing is not None:
        standing.superseded_at = bid.submitted_at
        session.flush()
    sealed = SealedEnvelope(
        tender_key_id=_key(session, bid.tender_id, kind).id,
        header_key=header.key,
        header_digest=header.digest,
        payload_key=payload.key,
        payload_digest=payload.digest,
        digest=own.digest,
        size=payload.size,
        sealed_in=SealedIn.BROWSER,
        sealed_at=bid.submitted_at,
    )
    session.add(BidEnvelope(bid_id=bid.id, kind=kind, sealed=sealed, placed_at=bid.submitted_at))
    session.flush()


def _key(session: Session, tender_id: int, kind: EnvelopeKind) -> TenderKey:
    purpose = "c" if kind is EnvelopeKind.C else "ab"
    query = sa.select(TenderKey).where(TenderKey.tender_id == tender_id, TenderKey.ended_at.is_(None))
    return session.scalars(query.where(TenderKey.purpose == purpose)).one()


def hostile(session: Session, tender: Tender) -> dict[str, tuple[Own, str]]:
    """Return envelopes ب that are hostile or broken, each with the finding that the minutes should tell."""
    key = _key(session, tender.id, EnvelopeKind.B).recipient
    other = _key(session, tender.id, EnvelopeKind.C).recipient
    form = ground.technical_form()
    found = {
        name: (uploading.age_file(key, make()), f"{MISFORMED}: {clause}.")
        for name, (make, clause) in cases(form, PDF, LIMIT).items()
    }
    good = uploading.age_file(key, inside(form, [("a.pdf", PDF)]))
    cut = Own(good.header, good.payload[:-5])
    bad_form = inside({**form, "team": "مریم"})
    wrong_kind = inside(form, [("a.pdf", PDF), ("b.png", PDF)])
    no_kind = inside(form, [("a.exe", b"MZ" * 300)])
    unread = "تیم، روش اجرا یا سابقه‌ها در پاکت ب کامل و خوانا نیست."
    return {
        **found,
        "cut before it was sent": (cut, UNREADABLE),
        "sealed to another key": (uploading.age_file(other, inside(form)), UNREADABLE),
        "a form of wrong types": (uploading.age_file(key, bad_form), unread),
        "a text too long": (uploading.age_file(key, inside({**form, "approach": "ر" * 20_001})), unread),
        "a file of another kind": (
            uploading.age_file(key, wrong_kind),
            "«b.png»: محتوای پرونده با پسوند .png نمی‌خواند؛ پرونده درست را برگزینید.",
        ),
        "a file of no kind": (
            uploading.age_file(key, no_kind),
            "«a.exe»: این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید.",
        ),
    }


def test_every_hostile_envelope_is_a_finding_beside_the_sound_ones(demo: Flask) -> None:
    settings = demo.extensions["settings"]
    demo.extensions["settings"] = dataclasses.replace(settings, sealed_limit=LIMIT)
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        tender.has_envelope_a = False
        key = _key(session, tender.id, EnvelopeKind.B).recipient
        told = hostile(session, tender)
        multiply(session, bids_of(session, tender)[0], len(told) + 1)
        *_, sound = bids = bids_of(session, tender)[3:]
        for bid, (own, _finding) in zip(bids, told.values(), strict=False):
            put(demo, session, bid, EnvelopeKind.B, own)
        good = uploading.age_file(key, inside(ground.technical_form(), [("روش.pdf", PDF), ("b.pdf", PDF)]))
        put(demo, session, sound, EnvelopeKind.B, good)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        before = _blobs(demo)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        found = {name: bid.finding for name, bid in zip(told, bids, strict=False)}
        assert found == {name: finding for name, (_own, finding) in told.items()}
        assert {bid.state for bid in bids[:-1]} == {BidState.ENVELOPE_B_REJECTED}
        assert sound.state is BidState.UNDER_EVALUATION
        opened = session.scalars(sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id == sound.id)).one()
        assert opened.form["team"][0]["name"] == "مریم احمدی"
        assert [files_of(settings).read(f.file_key) for f in opened.files] == [PDF, PDF]
        new = set(session.scalars(sa.select(OpenedFile.file_key))) & (_blobs(demo) - before)
        assert new == _blobs(demo) - before
        number, ids = tender.number, [bid.id for bid in bids]
    auditor = signed_in(demo, "auditor")
    assert [auditor.get(f"/tenders/{number}/bids/{bid}").status_code for bid in ids] == [200] * len(ids)
    assert auditor.get(f"/tenders/{number}/opening").text.count(MISFORMED) == len(cases({}, PDF, LIMIT))


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"total": "9480000000"}, "قیمت در پاکت ج کامل و خوانا نیست."),
        ({"total": TOTAL + 1}, "جمع مبلغ مرحله‌ها در پاکت ج با مبلغ کل یکی نیست."),
        ({"words": "نه میلیارد"}, "مبلغ به حروف در پاکت ج با رقم آن یکی نیست."),
        ({"phases": [{"title": "یک‌جا", "amount": TOTAL}]}, "مرحله‌های قیمت در پاکت ج همان مرحله‌های اسناد نیست."),
        ({"declares": False}, "اعلام بی‌قیدوشرط بودن قیمت در پاکت ج نیست."),
    ],
)
def test_r22_a_hostile_price_is_rejected_with_its_cause(demo: Flask, change: dict[str, object], finding: str) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        low, spoilt, good = bids_of(session, tender)
        score_and_lock(demo, session, tender, low.id)
        form = {**ground.price_form(tender), **change}
        assert len(phases_of(tender.years)) == len(PHASES)
        key = _key(session, tender.id, EnvelopeKind.C).recipient
        put(demo, session, spoilt, EnvelopeKind.C, uploading.age_file(key, inside(form)))
        assert tender.prices_open_at is not None
        at = tender.prices_open_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, tender, at)
        with_keys(demo, session, tender, TenderAct.OPEN_PRICES, at)
        assert (spoilt.state, spoilt.finding) == (BidState.PRICE_REJECTED, finding)
        assert good.state is BidState.PRICED
        assert session.scalar(sa.select(sa.func.count()).where(Price.bid_id == spoilt.id)) == 0


def test_an_envelope_whose_bytes_never_came_is_a_finding(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        tender.has_envelope_a = False
        bid = bids_of(session, tender)[0]
        placed = bid.envelope(EnvelopeKind.B)
        assert placed is not None
        placed.sealed.payload_key = ""
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        assert (bid.state, bid.finding) == (BidState.ENVELOPE_B_REJECTED, NEVER_CAME)


def _blobs(app: Flask) -> set[str]:
    return {path.name for path in app.extensions["settings"].storage.rglob("*") if path.is_file()}
