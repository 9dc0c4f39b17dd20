"""SIGKILL in the middle of uploads, of submissions and of an opening: what was acknowledged stands, nothing is half done."""

import contextlib
import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.bidders import context_of as bidding
from tender_app.bids import commands
from tender_app.bids.models import Bid, BidEnvelope, OpenedEnvelope
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Original, Seen
from tender_app.demo.stage import PASSPHRASE
from tender_app.people.models import Person
from tender_app.sealing.models import SealedEnvelope
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance
from tests.bids import ground
from tests.bids.ground import OLIVE, TECHNICAL, tender_on
from tests.keys import with_keys
from tests.make import context_of, session_of
from tests.storm.ground import Field, assert_receipts_are_known, assert_sound, bids_by_firm, field_of
from tests.storm.house import Answer, House, Visitor, serving
from tests.storm.meanwhile import at_once, wait_for

MB = 1024 * 1024
PLAN = b"%PDF-1.4\n" + os.urandom(8 * MB) + b"\n%%EOF\n"
LARGE = b"%PDF-1.4\n" + os.urandom(48 * MB) + b"\n%%EOF\n"


def parts(house: House) -> list[Path]:
    """Return the blobs that are being written, or were when their writer ended."""
    return list(house.settings.storage.rglob("*.part"))


def test_killed_in_the_middle_of_uploads_nothing_is_half_kept_and_all_can_be_sent_again(demo: Flask) -> None:
    field = field_of(demo, 6, sealed=False)
    with serving(demo) as house:
        visitors = field.visitors(house)

        def send(place: int) -> Answer:
            return visitors[place].upload(f"{field.bid_page}/b", TECHNICAL, "files", PLAN)

        def kill() -> None:
            wait_for(lambda: any(part.stat().st_size > MB for part in parts(house)))
            house.kill_workers()

        answers = at_once(len(visitors), send, kill)
        assert len(answers) < len(visitors)
        assert house.is_alive()
        left = {part.stem for part in parts(house)}
        assert left
        house.wait()
        acknowledged = {field.firms[place].bidder.firm_id for place in answers if answers[place].status == 302}
        assert acknowledged <= holders_of_envelope_b(field)
        named = sealed_keys(demo)
        assert not left & named
        assert_sound(demo)
        for place in range(len(visitors)):
            assert send(place).status == 302
    assert {firm.bidder.firm_id for firm in field.firms} <= holders_of_envelope_b(field)
    assert_sound(demo)


def holders_of_envelope_b(field: Field) -> set[int]:
    """Return the firms in whose draft envelope ب stands."""
    with session_of(field.app) as session:
        bids = ground.bids_of(session, tender_on(session, OLIVE))
        return {bid.firm_id for bid in bids if bid.envelope(EnvelopeKind.B)}


def sealed_keys(app: Flask) -> set[str]:
    """Return the keys of the payloads that a row names."""
    with session_of(app) as session:
        return set(session.scalars(sa.select(SealedEnvelope.payload_key).join(BidEnvelope)))


def test_killed_in_the_middle_of_submissions_each_acknowledged_one_stands_and_each_other_can_be_sent_again(
    demo: Flask,
) -> None:
    field = field_of(demo, 24)
    with serving(demo) as house:
        visitors = field.visitors(house)

        def submit(place: int) -> Answer:
            return visitors[place].post(f"{field.bid_page}/submit", {"intent": field.firms[place].intent})

        came: list[Answer] = []
        for further in (3, 5):
            known = len(submitted(field))
            answers = at_once(len(visitors), submit, lambda: kill_at(house, field, known + further))  # noqa: B023
            assert len(answers) < len(visitors)
            house.wait()
            stands = submitted(field)
            assert {field.firms[place].bidder.firm_id for place in answers} <= stands.keys()
            assert_sound(demo)
            came += answers.values()
        again = {place: submit(place) for place in range(len(visitors))}
        assert {(a.status, a.location) for a in [*came, *again.values()]} == {(302, f"{field.bid_page}/receipt")}
        after = submitted(field)
        assert stands.items() <= after.items()
        assert len(after) == len(set(after.values())) == len(field.firms)
        for place, visitor in enumerate(visitors):
            assert after[field.firms[place].bidder.firm_id] in visitor.get(f"{field.bid_page}/receipt").text
        assert_receipts_are_known(house, demo)
        assert_sound(demo)


def kill_at(house: House, field: Field, many: int) -> None:
    """End the workers as soon as so many bids stand."""
    wait_for(lambda: len(submitted(field)) >= many)
    house.kill_workers()


def submitted(field: Field) -> dict[int, str]:
    """Return the receipt of each firm whose bid stands; each has one."""
    with field.app.extensions["database"].read() as session:
        found = bids_by_firm(session, tender_on(session, OLIVE))
        assert {len(bids) for bids in found.values()} <= {1}
        return {firm: str(bids[0].receipt_no) for firm, bids in found.items()}


def test_killed_in_the_middle_of_an_opening_nothing_is_opened_and_it_can_be_repeated(demo: Flask) -> None:
    field = field_of(demo, 2, content=LARGE)
    before_opening_of_b(demo, field)
    with serving(demo) as house:
        people = {name: field.visitor(house, name) for name in ("head", "finance", "technical")}
        give_shares(field, people, TenderAct.OPEN_B, ("head", "finance"))
        address = f"/tenders/{field.number}/open/b"

        def kill() -> None:
            wait_for(lambda: decrypted(house) > 4 * MB)
            house.kill()

        assert at_once(1, lambda _: people["head"].post(address), kill) == {}
        with session_of(demo) as session:
            assert tender_on(session, OLIVE).state is TenderState.OPENED_A
            assert opened_of(session, EnvelopeKind.B) == []
        assert_sound(demo)
        house.start()
        repeated = people["head"].post(address)
        assert repeated.status == 302, repeated.text
    with session_of(demo) as session:
        found = opened_of(session, EnvelopeKind.B)
        assert [opened.damage for opened in found] == ["", ""]
        assert [[file.size for file in opened.files] for opened in found] == [[len(LARGE)]] * 2
        bids = [b for b in ground.bids_of(session, tender_on(session, OLIVE)) if b.submitted_at]
        assert [bid.state for bid in bids] == [BidState.UNDER_EVALUATION] * 2
    assert_sound(demo)


def decrypted(house: House) -> int:
    """Return how much the workers hold of what they decrypt: in a file without a name."""
    sizes = [0]
    for pid in house.workers():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                named = str(link.readlink())
                if "(deleted)" in named and str(house.settings.storage) in named:
                    sizes.append(link.stat().st_size)
    return max(sizes)


def give_shares(field: Field, people: dict[str, Visitor], act: TenderAct, givers: Sequence[str]) -> None:
    """Let the head begin the session of an act, and members give their shares."""
    place = f"/tenders/{field.number}/keys/{act.value}"
    assert people["head"].post(f"{place}/begin").status == 302
    with session_of(field.app) as session:
        ids = {p.username: p.id for p in session.scalars(sa.select(Person).where(Person.username.in_(givers)))}
    for name in givers:
        given = people[name].post(place, {"person": str(ids[name]), "said": PASSPHRASE.format(name)})
        assert given.status == 302, given.text


def before_opening_of_b(app: Flask, field: Field) -> None:
    """Submit every draft, pass the deadline, open الف and accept every guarantee."""
    settings = app.extensions["settings"]
    with session_of(app) as session:
        tender = tender_on(session, OLIVE)
        for firm in field.firms:
            bid = bid_of(session, tender, firm.bidder.firm_id)
            advance(bidding(session, settings, firm.bidder), bid, BidAct.SUBMIT, commands.submission_of(bid))
            what = Original(firm.bidder.firm_id, "BG-7")
            advance(context_of(app, session, "officer"), tender, TenderAct.RECEIVE_ORIGINAL, what)
        opens = tender.opens_at
    assert opens is not None
    ground.move_clock(app, opens + dt.timedelta(seconds=1))
    with session_of(app) as session:
        tender = tender_on(session, OLIVE)
        ground.meet(app, session, tender)
        with_keys(app, session, tender, TenderAct.OPEN_A)
        for firm in field.firms:
            bid = bid_of(session, tender, firm.bidder.firm_id)
            advance(context_of(app, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE, Seen("سازمان"))


def bid_of(session: Session, tender: Tender, firm_id: int) -> Bid:
    """Return the one bid of a firm."""
    return session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id, Bid.firm_id == firm_id)).one()


def opened_of(session: Session, kind: EnvelopeKind) -> Sequence[OpenedEnvelope]:
    """Return what was opened of one kind for the storm's tender."""
    tender = tender_on(session, OLIVE)
    query = sa.select(OpenedEnvelope).join(Bid, Bid.id == OpenedEnvelope.bid_id)
    return session.scalars(query.where(Bid.tender_id == tender.id, OpenedEnvelope.kind == kind)).all()
