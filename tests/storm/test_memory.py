"""The attacker test of bids sealed in the browser: nothing of them lies in the memory of the running server either."""

import datetime as dt

from flask import Flask

from tender_app.bids.rules import phases_of
from tender_app.kernel import money
from tests.bids import ground, uploading
from tests.bids.ground import OLIVE, PDF, PHASES, TECHNICAL, guarantee_form, price_form, technical_form, tender_on
from tests.make import session_of
from tests.storm import sending
from tests.storm.ground import Field, bids_by_firm, field_of
from tests.storm.house import House, Visitor, serving
from tests.storm.meanwhile import wait_for
from tests.storm.memory import found_in_memory
from tests.storm.needles import found_in, needles_of
from tests.storm.test_attacker import Secret

MB = 1024 * 1024
Canaries = dict[str, set[bytes]]


def test_one_minute_before_the_deadline_no_process_of_the_server_holds_what_browsers_sealed(sqlite_demo: Flask) -> None:
    """In the same look, each process is found to hold its secret, and one of them a text that is just arriving."""
    field = field_of(sqlite_demo, 3, sealed=False)
    with session_of(sqlite_demo) as session:
        closes = ground.closing_of(tender_on(session, OLIVE))
    ground.move_clock(sqlite_demo, closes - dt.timedelta(minutes=1))
    canaries: Canaries = {}
    with serving(sqlite_demo) as house:
        *sealing, posting = field.visitors(house)
        for place, visitor in enumerate(sealing):
            secret = Secret(place)
            seal_and_submit(field, visitor, secret)
            canaries |= secret.canaries(f"firm {place}")
        control = {"secret": {house.settings.secret_key.encode()}, "posted": needles_of(Secret(7).text)}
        found = held_while_posting(house, posting, f"{field.bid_page}/b", Secret(7).text, canaries | control)
    assert len(found) == 5  # the master, two web workers, and the worker with who begins it again
    assert all("secret" in held for held in found.values())
    assert any("posted" in held for held in found.values())
    assert set().union(*found.values()) == set(control)
    with session_of(sqlite_demo) as session:
        bids = bids_by_firm(session, tender_on(session, OLIVE))
        assert {firm.bidder.firm_id for firm in field.firms[:2]} <= bids.keys()


def seal_and_submit(field: Field, visitor: Visitor, secret: Secret) -> None:
    """Seal all of a secret as its firm's browser does, send it and submit it."""
    with session_of(field.app) as session:
        tender = tender_on(session, OLIVE)
        amounts = [*PHASES[:-1], secret.extra]
        phases = [{"title": t, "amount": a} for t, a in zip(phases_of(tender.years), amounts, strict=True)]
        changed = {"phases": phases, "total": secret.price, "words": money.in_words(secret.price)}
        insides = {
            "a": uploading.inside(guarantee_form(tender, issuer=secret.issuer), [("scan.pdf", PDF)], "scan"),
            "b": uploading.inside(technical_form(approach=secret.text), [(secret.name, secret.inside.encode() * 9)]),
            "c": uploading.inside(price_form(tender) | changed),
        }
    needles = secret.canaries("")
    assert {name for inside in insides.values() for name in found_in(inside, needles)} == set(needles)
    for kind, inside in insides.items():
        own = uploading.age_file(uploading.recipient(field.app, OLIVE, kind), inside)
        sending.seal(visitor, field.bid_page, kind, own)
    assert sending.submit(visitor, field.bid_page).location == f"{field.bid_page}/receipt"


def held_while_posting(house: House, visitor: Visitor, page: str, text: str, canaries: Canaries) -> dict[int, set[str]]:
    """Return what each process holds at the moment in which the server has a text of an envelope, and half of its file."""
    found: dict[int, set[str]] = {}

    def look() -> None:
        wait_for(lambda: any(part.stat().st_size > MB for part in house.settings.storage.rglob("*.part")))
        found.update(found_in_memory(house.processes(), canaries))

    visitor.upload(page, {**TECHNICAL, "approach": text}, "files", PDF + b"0" * 4 * MB, halfway=look)
    return found
