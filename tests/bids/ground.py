"""What the tests of bids stand on: the demonstration, its people, and bids filled and sealed as on the pages."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tender_app.bids import commands
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, EnvelopeKind, Placed, Start, phases_of
from tender_app.kernel import money
from tender_app.people.models import Firm
from tender_app.sealing.envelope import Envelope
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.rules import Present, TenderAct, TenderState
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.make import context_of, session_of

OLIVE, LEATHER, FURNITURE = "زیتون", "چرم", "مبلمان"
FIRMS = {"firm1": "پیشگامان", "firm2": "طارم", "firm3": "سبز"}
COMMISSION = ("head", "finance", "technical", "secretary")
EDGE = "----edge-of-a-part"
PDF = b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 40 + b"%%EOF\n"
PHASES = (1_896_000_000, 2_370_000_000, 2_844_000_000, 2_370_000_000, 0)
TOTAL = sum(PHASES)
GUARANTEE = {
    "kind": "bank",
    "issuer": "بانک نمونه",
    "number": "BG-77",
    "amount": "۴۹۲٬۵۰۰٬۰۰۰",
    "expires_on": "۱۴۱۰/۰۱/۱۵",
    "sepam_no": "",
}
MEMBER = ("name", "national_code", "role", "degree", "certificate", "years", "share")
TEAM = (
    ("مریم احمدی", "", "عامل", "دکتری مدیریت", "گواهی عامل خوشه", "۱۲", "۱۰۰"),
    ("رضا ملکی", "۰۰۱۲۳۴۵۶۷۹", "دستیار", "کارشناسی صنایع", "", "۸", "۸۰"),
    ("سارا کریمی", "", "دبیر", "کارشناسی", "", "۵", "۵۰"),
)
TECHNICAL = {
    **{f"team-{row}-{name}": cell for row, cells in enumerate(TEAM) for name, cell in zip(MEMBER, cells, strict=True)},
    "approach": "روش ما",
    "experience": "سابقه ما",
    "declares": "y",
}
PRICE = {
    **{f"phases-{place}-amount": str(amount) for place, amount in enumerate(PHASES)},
    "total": str(TOTAL),
    "words": money.in_words(TOTAL),
    "tax": "without",
    "declares": "y",
}
TYPED = {"a": GUARANTEE, "b": TECHNICAL, "c": PRICE}


def tender_on(session: Session, subject: str) -> Tender:
    """Return the demonstration's tender on a subject."""
    return session.scalars(sa.select(Tender).where(Tender.title.contains(subject))).one()


def closing_of(tender: Tender) -> dt.datetime:
    """Return the deadline of a published tender."""
    assert tender.closes_at is not None
    return tender.closes_at


def number_of(app: Flask, subject: str) -> str:
    """Return its number."""
    with session_of(app) as session:
        return tender_on(session, subject).number


def firm_of(session: Session, username: str) -> Firm:
    """Return the firm for which one of the demonstration's people acts."""
    return session.scalars(sa.select(Firm).where(Firm.name.contains(FIRMS[username]))).one()


def bids_of(session: Session, tender: Tender) -> Sequence[Bid]:
    """Return every bid of a tender, in order."""
    return session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id).order_by(Bid.id)).all()


def post_envelope(
    client: FlaskClient, number: str, envelope: str, files: Sequence[tuple[str, bytes]] = (), /, **changes: str
) -> TestResponse:
    """Post the form of an envelope with these values changed; envelope الف comes with a scan.

    The body is written by hand: the test client's own writer would spool to a temporary file.
    """
    parts = [_part(name, value.encode()) for name, value in {**TYPED[envelope], **changes}.items()]
    field, sent = ("scan", [("scan.pdf", PDF)]) if envelope == "a" else ("files", files)
    parts += [_part(field, content, name) for name, content in sent]
    body = b"".join(parts) + f"--{EDGE}--\r\n".encode()
    address = f"/tenders/{number}/bid/{envelope}"
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={EDGE}")


def _part(name: str, content: bytes, filename: str = "") -> bytes:
    named = f'; filename="{filename}"' if filename else ""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def prepare(client: FlaskClient, number: str) -> None:
    """Begin a bid and seal its three envelopes through the pages."""
    assert client.post(f"/tenders/{number}/bid/start").status_code == 302
    for kind in TYPED:
        assert post_envelope(client, number, kind).status_code == 302, kind


def seal(ctx: Context, bid: Bid, kind: EnvelopeKind, form: Mapping[str, object], file: bytes = b"") -> None:
    """Seal a form (and a file) into an envelope of a draft, whatever the pages would say of it."""
    envelope = Envelope(commands.recipient_of(ctx, bid.tender_id, kind), files_of(ctx.settings))
    files = []
    if file:
        name = f"{kind.value}.pdf"
        envelope.file(0, name).write(file)
        envelope.end_file()
        files = [{"field": "files", "name": name, "size": len(file)}]
    advance(ctx, bid, BidAct.SEAL, Placed(kind, envelope.seal({"files": files, **form})))


def draft(ctx: Context, tender: Tender, firm: Firm) -> Bid:
    """Begin a bid and seal three envelopes that a commission would accept."""
    bid = begin(ctx, Bid, BidAct.START, Start(firm, tender))
    seal(ctx, bid, EnvelopeKind.A, guarantee_form(tender))
    seal(ctx, bid, EnvelopeKind.B, technical_form(), PDF)
    seal(ctx, bid, EnvelopeKind.C, price_form(tender))
    return bid


def guarantee_form(tender: Tender, **changes: object) -> dict[str, object]:
    """Return what envelope الف holds when it is as the documents ask."""
    until = (tender.valid_until or dt.date.max) + dt.timedelta(days=10)
    plain = {"kind": "bank", "issuer": "بانک نمونه", "number": "BG-7", "amount": tender.guarantee, "sepam_no": ""}
    return {**plain, "expires_on": until.isoformat(), **changes}


def technical_form(**changes: object) -> dict[str, object]:
    """Return what envelope ب holds."""
    team = [dict(zip(MEMBER, row, strict=True)) for row in TEAM]
    return {"team": team, "approach": "روش", "experience": "سابقه", "declares": True, **changes}


def price_form(tender: Tender) -> dict[str, object]:
    """Return what envelope ج holds."""
    phases = [{"title": t, "amount": a} for t, a in zip(phases_of(tender.years), PHASES, strict=True)]
    figures = {"phases": phases, "total": TOTAL, "words": money.in_words(TOTAL)}
    return {**figures, "includes_tax": False, "declares": True}


def meet(app: Flask, session: Session, tender: Tender, now: dt.datetime | None = None) -> None:
    """Register the whole commission as present."""
    ctx = context_of(app, session, "secretary", now)
    if tender.state is TenderState.TECHNICAL_LOCKED and refusal_of(ctx, tender, TenderAct.INVITE) is None:
        advance(ctx, tender, TenderAct.INVITE)
    seats = [context_of(app, session, name).actor.person_id or 0 for name in COMMISSION]
    advance(ctx, tender, TenderAct.REGISTER_ATTENDANCE, Present(tuple(seats), ()))
    assert session.scalar(sa.select(sa.func.count()).select_from(Attendance)) != 0


def move_clock(app: Flask, until: dt.datetime) -> None:
    """Move the demonstration's clock to an instant."""
    with session_of(app) as session:
        clock.move_forward(session, until - clock.now(session, demo=True))
