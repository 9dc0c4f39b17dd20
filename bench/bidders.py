"""Many bidders: firms with a person each, written straight into the tables, and what their browsers would hold."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from tender_app.bids import commands
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, EnvelopeKind, Placed, Start
from tender_app.config import Settings
from tender_app.kernel.identifiers import make_legal_id
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import actor_of
from tender_app.people.models import Capacity, Firm, FirmState, Person, PersonState
from tender_app.sealing.envelope import Envelope
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance, begin

Forms = Mapping[EnvelopeKind, Mapping[str, object]]
NONE = "-"  # no password has this hash
SEEDS = 6_100_000  # of invented national ids


@dataclass(frozen=True, slots=True)
class Bidder:
    """A firm and the person who acts for it, by their ids."""

    firm_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Browser:
    """What the browser of somebody who signed in holds: the cookie, and the token of its forms."""

    cookie: str
    token: str


def found_bidders(session: Session, organisation_id: int, count: int) -> list[Bidder]:
    """Put so many approved firms on the table, each with a person who acts for it and can sign in nowhere."""
    now = clock.now(session, demo=True)
    made = []
    for n in range(count):
        firm = Firm(
            procedure="firm",
            version=1,
            state=FirmState.APPROVED,
            organisation_id=organisation_id,
            name=f"شرکت مشاور آزمون {n + 1}",
            legal_id=make_legal_id(SEEDS + 13 * n),
            registration_no=str(20_000 + n),
            registered_at=now,
        )
        person = Person(
            procedure="person",
            version=1,
            state=PersonState.ACTIVE,
            username=f"bidder{n + 1}",
            name=f"نماینده {n + 1}",
            password_hash=NONE,
        )
        session.add_all([firm, person])
        session.flush()
        session.add(
            Capacity(
                person_id=person.id, role=Role.FIRM, scope=Scope.FIRM, scope_id=firm.id, starts_at=now, basis="آزمون"
            )
        )
        made.append(Bidder(firm.id, person.id))
    session.flush()
    return made


def context_of(session: Session, settings: Settings, bidder: Bidder) -> Context:
    """Return the circumstances in which a bidder acts now."""
    now = clock.now(session, demo=True)
    return Context(session, actor_of(session, bidder.person_id, now), now, settings)


def begin_draft(session: Session, settings: Settings, tender: Tender, bidder: Bidder) -> Bid:
    """Begin a bidder's draft."""
    what = Start(session.get_one(Firm, bidder.firm_id), tender)
    return begin(context_of(session, settings, bidder), Bid, BidAct.START, what)


def seal_all(
    session: Session, settings: Settings, bidder: Bidder, bid: Bid, forms: Forms | None = None, *, content: bytes = b""
) -> None:
    """Seal the three envelopes of a draft with these forms; the content goes into ب."""
    for kind in EnvelopeKind:
        ctx = context_of(session, settings, bidder)
        envelope = Envelope(commands.recipient_of(ctx, bid.tender_id, kind), files_of(settings))
        files = []
        if kind is EnvelopeKind.B and content:
            envelope.file(0, "plan.pdf").write(content)
            envelope.end_file()
            files = [{"field": "files", "name": "plan.pdf", "size": len(content)}]
        form = (forms or {}).get(kind, {"bidder": bidder.firm_id})
        advance(ctx, bid, BidAct.SEAL, Placed(kind, envelope.seal({"files": files, **form})))


def browsers(settings: Settings, session: Session, people: Sequence[int]) -> Iterator[Browser]:
    """Give what each person's browser would hold, as the server signs it: to sign in two hundred would take minutes."""
    app = Flask("signer")
    app.secret_key = settings.secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    tokens = URLSafeTimedSerializer(settings.secret_key, salt="wtf-csrf-token")
    if signer is None:
        raise SystemExit("no secret to sign with")
    epochs = {row.id: row.epoch for row in session.execute(sa.select(Person.id, Person.epoch))}
    for person in people:
        raw = secrets.token_hex(20)
        kept = signer.dumps({"_user_id": f"{person}:{epochs[person]}", "_fresh": True, "csrf_token": raw})
        yield Browser(f"tender={kept}", str(tokens.dumps(raw)))
