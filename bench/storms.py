"""The two storms: fifty submissions a second, and two hundred bidders who send 5 MB each within ten seconds.

Beside each, in the same run, the bare streaming handler: it hashes what comes, makes it safe on the disk, and inserts one row.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bench.bidders import Browser, begin_draft, browsers, context_of, found_bidders, seal_all
from bench.floor import fill
from bench.house import House
from bench.load import Load, Request
from bench.many import open_number
from bench.measure import Measure
from bench.parts import Envelope, InParts, sealed
from bench.server import settings_in
from bench.storm import Parcel, Storm, drain, offer
from bench.visits import FIELDS, FILE, form_post, upload_parts
from tender_app.bids import commands
from tender_app.bids.intent import intent_of
from tender_app.bids.rules import EnvelopeKind
from tender_app.store.database import Database
from tender_app.tenders.models import Tender

BURST, WITHIN = 200, 10.0  # bidders, and seconds from the first to the last who begins to send
PACE, LASTS = 50, 4  # submissions a second, and for how many seconds
AT_ONCE, EACH = 8, 10  # visitors who submit as fast as they are answered, and how often each
NOTE = b"%PDF-1.7\n" + b"0" * 16_000 + b"\n%%EOF\n"  # as much as a receipt


@dataclass(frozen=True, slots=True)
class Entrant:
    """A bidder in the storm: the browser, and the form of the submission page."""

    browser: Browser
    intent: str


@dataclass(frozen=True, slots=True)
class Field:
    """The tender of the storm, an envelope sealed for it, and those who send it in parts, who post, and who submit."""

    number: str
    envelope: Envelope
    senders: Sequence[Entrant]
    posters: Sequence[Entrant]
    submitters: Sequence[Entrant]


def storms(scratch: Path) -> Iterator[Measure]:
    """Measure both over a copy of the demonstration."""
    shutil.copytree(scratch / "few", scratch / "storm")
    field = _field(scratch / "storm")
    fill(scratch / "storm-floor", {"board": 2_000})
    with _open("ours", scratch / "storm", "/") as ours, _open("floor", scratch / "storm-floor", "/board") as floor:
        yield from _bursts(ours, floor, field)
        yield _submit(ours, floor, field)


def _open(kind: str, folder: Path, first: str) -> contextlib.closing[House]:
    return contextlib.closing(House(kind, folder, first))


def _field(folder: Path) -> Field:
    """Let bidders begin drafts: empty ones of those who will send, sealed ones of those who will submit."""
    settings, sealed_drafts = settings_in(folder), AT_ONCE * EACH + PACE * LASTS
    database = Database(settings.database_url)
    number = open_number(database)
    with database.transaction() as session:
        tender = session.scalars(sa.select(Tender).filter_by(number=number)).one()
        bidders = found_bidders(session, tender.organisation_id, 2 * BURST + sealed_drafts)
        held = browsers(settings, session, [bidder.person_id for bidder in bidders])
        made: list[Entrant] = []
        for place, (bidder, browser) in enumerate(zip(bidders, held, strict=True)):
            bid = begin_draft(session, settings, tender, bidder)
            if place >= 2 * BURST:
                seal_all(session, settings, bidder, bid)
            made.append(Entrant(browser, intent_of(context_of(session, settings, bidder), bid)))
        key = commands.recipient_of(context_of(session, settings, bidders[0]), tender.id, EnvelopeKind.B)
    database.dispose()
    return Field(number, sealed(key, FILE), made[:BURST], made[BURST : 2 * BURST], made[2 * BURST :])


def _bursts(ours: House, floor: House, field: Field) -> Iterator[Measure]:
    """As browsers send what they sealed, in parts; and in one post, which the server seals: beside one bare post."""
    bid = f"/tenders/{field.number}/bid"
    in_parts = [InParts(bid, one.browser, field.envelope) for one in field.senders]
    posted = [
        Parcel(upload_parts(f"{bid}/b", one.browser.cookie, {**FIELDS, "csrf_token": one.browser.token}))
        for one in field.posters
    ]
    every = WITHIN / BURST
    beside = offer(floor.port, [Parcel(upload_parts("/upload"))] * BURST, every)
    for name, errands in (("burst_200x5mb", in_parts), ("burst_posted", posted)):
        storm = offer(ours.port, errands, every)
        yield _measure(name, storm, storm.load, beside.load)


def _submit(ours: House, floor: House, field: Field) -> Measure:
    """As many a second as are answered, beside the floor; the quantiles are of those offered at a pace."""
    posts = [_submission(field.number, one) for one in field.submitters]
    bare = Request(b"".join(upload_parts("/upload", file=NOTE)), 302)
    beside = drain(floor.port, [[bare] * EACH] * AT_ONCE)
    fast = drain(ours.port, _shares(posts))
    paced = [Parcel((post.content,)) for post in posts[AT_ONCE * EACH :]]
    storm = offer(ours.port, paced, 1 / PACE)
    return _measure("submit_act", storm, fast, beside)


def _shares(posts: Sequence[Request]) -> list[Sequence[Request]]:
    return [posts[place * EACH : (place + 1) * EACH] for place in range(AT_ONCE)]


def _submission(number: str, one: Entrant) -> Request:
    values = {"csrf_token": one.browser.token, "intent": one.intent}
    return form_post(f"/tenders/{number}/bid/submit", one.browser.cookie, values)


def _measure(name: str, storm: Storm, ours: Load, floor: Load) -> Measure:
    timed = storm.load
    quantiles = (timed.quantile(0.5), timed.quantile(0.95), len(timed.times) + storm.errors)
    ratio = ours.rate / floor.rate
    p99 = timed.quantile(0.99)
    return Measure(name, ours.rate, floor.rate, ratio, "req/s", *quantiles, p99_ms=p99, errors=storm.errors)
