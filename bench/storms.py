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
from bench.server import settings_in
from bench.storm import Parcel, Storm, drain, offer
from bench.visits import FIELDS, form_post, upload_parts
from tender_app.bids.intent import intent_of
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


def storms(scratch: Path) -> Iterator[Measure]:
    """Measure both over a copy of the demonstration."""
    shutil.copytree(scratch / "few", scratch / "storm")
    number, senders, submitters = _entrants(scratch / "storm")
    fill(scratch / "storm-floor", {"board": 2_000})
    with _open("ours", scratch / "storm", "/") as ours, _open("floor", scratch / "storm-floor", "/board") as floor:
        yield _burst(ours, floor, number, senders)
        yield _submit(ours, floor, number, submitters)


def _open(kind: str, folder: Path, first: str) -> contextlib.closing[House]:
    return contextlib.closing(House(kind, folder, first))


def _entrants(folder: Path) -> tuple[str, list[Entrant], list[Entrant]]:
    """Let bidders begin drafts: empty ones of those who will send, sealed ones of those who will submit."""
    settings, sealed = settings_in(folder), AT_ONCE * EACH + PACE * LASTS
    database = Database(settings.database_url)
    number = open_number(database)
    with database.transaction() as session:
        tender = session.scalars(sa.select(Tender).filter_by(number=number)).one()
        bidders = found_bidders(session, tender.organisation_id, BURST + sealed)
        held = browsers(settings, session, [bidder.person_id for bidder in bidders])
        made: list[Entrant] = []
        for place, (bidder, browser) in enumerate(zip(bidders, held, strict=True)):
            bid = begin_draft(session, settings, tender, bidder)
            if place >= BURST:
                seal_all(session, settings, bidder, bid)
            made.append(Entrant(browser, intent_of(context_of(session, settings, bidder), bid)))
    database.dispose()
    return number, made[:BURST], made[BURST:]


def _burst(ours: House, floor: House, number: str, senders: Sequence[Entrant]) -> Measure:
    path = f"/tenders/{number}/bid/b"
    parcels = [
        Parcel(upload_parts(path, one.browser.cookie, {**FIELDS, "csrf_token": one.browser.token})) for one in senders
    ]
    bare = [Parcel(upload_parts("/upload"))] * len(senders)
    every = WITHIN / len(senders)
    beside = offer(floor.port, bare, every)
    storm = offer(ours.port, parcels, every)
    return _measure("burst_200x5mb", storm, storm.load, beside.load)


def _submit(ours: House, floor: House, number: str, entrants: Sequence[Entrant]) -> Measure:
    """As many a second as are answered, beside the floor; the quantiles are of those offered at a pace."""
    posts = [_submission(number, one) for one in entrants]
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
