"""SIGKILL in the middle of uploads in parts: each goes on from what was safe, and ends as the very bytes that were sealed."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from tender_app.bids.models import Upload
from tests.bids import uploading
from tests.bids.ground import OLIVE, tender_on
from tests.bids.uploading import Own
from tests.make import session_of
from tests.storm import sending
from tests.storm.ground import Field, assert_receipts_are_known, assert_sound, bids_by_firm, field_of
from tests.storm.house import PATIENCE, Answer, House, Visitor, serving
from tests.storm.meanwhile import at_once, wait_for
from tests.storm.sending import PART_SIZE

FIRMS = 5  # each with a line open: fewer than one worker's threads and another's
FILE = 3 * PART_SIZE


@dataclass
class Sender:
    """A firm on its way: its browser, its envelope ب, where that goes, and how much of it was sent and acknowledged."""

    visitor: Visitor
    own: Own
    address: str
    acknowledged: int = 0
    sent: int = 0

    def send(self, halfway: Callable[[], object] | None = None) -> Answer:
        """Send the next part."""
        start = self.acknowledged
        part = self.own.payload[start : start + PART_SIZE]
        self.sent = start + len(part)
        answer = sending.patch(self.visitor, self.address, start, part, halfway)
        assert (answer.status, answer.offset) == (204, self.sent), answer.text
        self.acknowledged = self.sent
        return answer

    def lying(self, storage: Path) -> int:
        """Return how many bytes lie on the server's disk."""
        return (storage / "uploads" / self.address.rsplit("/", 1)[1]).stat().st_size


def test_killed_in_the_middle_of_parts_each_upload_goes_on_from_what_was_acknowledged(demo: Flask) -> None:
    field = field_of(demo, FIRMS, sealed=False)
    lay_there = files_in(demo)
    with serving(demo) as house:
        senders = [sender_of(field, visitor) for visitor in field.visitors(house)]
        kill_in_the_middle(house, senders, house.kill_workers)
        assert house.is_alive()
        house.wait()
        go_on(senders)
        kill_in_the_middle(house, senders, house.kill)
        house.start()
        go_on(senders)
        for sender in senders:
            sending.finish(sender.visitor, sender.address, sender.own.payload)
        place_and_kill(house, field, senders)
        whole = {sender.own.payload_digest for sender in senders}
        assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in files_in(demo) - lay_there} == whole
        for sender in senders:
            sending.assert_placed(
                sending.place(sender.visitor, field.bid_page, "b", sender.own, sender.address), sender.own
            )
            for kind in ("a", "c"):
                sending.seal(sender.visitor, field.bid_page, kind, sealed(field, kind, b"small"))
            assert sending.submit(sender.visitor, field.bid_page).location == f"{field.bid_page}/receipt"
        assert_receipts_are_known(house, demo)
    assert_sound(demo)
    with session_of(demo) as session:
        assert session.scalars(sa.select(Upload)).all() == []
        bids = bids_by_firm(session, tender_on(session, OLIVE))
        for firm, sender in zip(field.firms, senders, strict=True):
            (bid,) = bids[firm.bidder.firm_id]
            digests = {e.kind.value: e.sealed.digest for e in bid.envelopes if e.superseded_at is None}
            assert digests["b"] == sender.own.digest


def sealed(field: Field, kind: str, content: bytes) -> Own:
    """Return an envelope with a file, sealed by the firm itself."""
    inside = uploading.inside({}, [("plan.pdf", content)])
    return uploading.age_file(uploading.recipient(field.app, OLIVE, kind), inside)


def sender_of(field: Field, visitor: Visitor) -> Sender:
    """Let a firm seal its envelope ب and send the first part of it."""
    own = sealed(field, "b", os.urandom(FILE))
    sender = Sender(visitor, own, sending.begin(visitor, field.bid_page, "b", len(own.payload)))
    sender.send()
    return sender


def kill_in_the_middle(house: House, senders: Sequence[Sender], kill: Callable[[], object]) -> None:
    """Let all send a part; when half of each is sent, and more lies on the disk than was acknowledged, kill."""
    gate = threading.Barrier(len(senders) + 1)

    def halfway() -> None:
        gate.wait(PATIENCE)  # half is sent
        gate.wait(PATIENCE)  # the server is dead

    def meanwhile() -> None:
        gate.wait(PATIENCE)
        wait_for(lambda: all(one.lying(house.settings.storage) > one.acknowledged for one in senders))
        kill()
        gate.wait(PATIENCE)

    assert at_once(len(senders), lambda place: senders[place].send(halfway), meanwhile) == {}


def go_on(senders: Sequence[Sender]) -> None:
    """Each asks how much is safe: nothing acknowledged is lost, nothing counts that was not; and sends the next part."""
    for sender in senders:
        offset = sending.safe(sender.visitor, sender.address)
        assert sender.acknowledged <= offset <= sender.sent
        sender.acknowledged = offset
        sender.send()


def place_and_kill(house: House, field: Field, senders: Sequence[Sender]) -> None:
    """Let all put their payloads into their places at once, and kill the workers as soon as the first one lies there."""
    blobs = len(files_in(field.app))

    def place(number: int) -> Answer:
        one = senders[number]
        return sending.place(one.visitor, field.bid_page, "b", one.own, one.address)

    def kill() -> None:
        wait_for(lambda: len(files_in(field.app)) > blobs)
        house.kill_workers()

    answers = at_once(len(senders), place, kill)
    assert len(answers) < len(senders)
    house.wait()
    for number, answer in answers.items():
        sending.assert_placed(answer, senders[number].own)


def files_in(app: Flask) -> set[Path]:
    """Return every file of the store, of unfinished uploads too."""
    return {path for path in app.extensions["settings"].storage.rglob("*") if path.is_file()}
