"""Firms that seal their bids themselves and send them in parts to a real server, as their browsers do."""

import json
import re

from tests.bids.uploading import PART, TUS, Own
from tests.storm.house import Act, Answer, Visitor

PART_SIZE = 8 * 1024 * 1024


def begin(visitor: Visitor, page: str, kind: str, length: int) -> str:
    """Begin an upload; return its address."""
    answer = visitor.ask("POST", f"{page}/{kind}/uploads", b"", {**TUS, "Upload-Length": str(length)})
    assert answer.status == 201, answer.text
    return answer.location


def patch(visitor: Visitor, address: str, offset: int, content: bytes, halfway: Act | None = None) -> Answer:
    """Send a part; where asked, do something after half of it, with the line open and the rest unsent."""
    heads = {**TUS, "Upload-Offset": str(offset), "Content-Type": PART}
    return visitor.ask("PATCH", address, content, heads, halfway)


def safe(visitor: Visitor, address: str) -> int:
    """Return how many bytes of an upload the server says are safe."""
    answer = visitor.ask("HEAD", address, b"", TUS)
    assert answer.status == 200
    assert answer.offset is not None
    return answer.offset


def finish(visitor: Visitor, address: str, payload: bytes) -> None:
    """Send what is missing of a payload, from where the server says that it goes on."""
    offset = safe(visitor, address)
    while offset < len(payload):
        answer = patch(visitor, address, offset, payload[offset : offset + PART_SIZE])
        assert (answer.status, answer.offset) == (204, min(offset + PART_SIZE, len(payload))), answer.text
        offset = answer.offset or 0


def place(visitor: Visitor, page: str, kind: str, own: Own, address: str) -> Answer:
    """Put a payload that was sent into its place."""
    return visitor.post(f"{page}/{kind}/place", own.form(upload=address.rsplit("/", 1)[1]))


def assert_placed(answer: Answer, own: Own) -> None:
    """The answer names the digest and the size of this very envelope."""
    assert answer.status == 200, answer.text
    told = json.loads(answer.text)
    assert (told["digest"], told["size"]) == (own.digest, len(own.payload))


def seal(visitor: Visitor, page: str, kind: str, own: Own) -> None:
    """Send and place an envelope."""
    address = begin(visitor, page, kind, len(own.payload))
    finish(visitor, address, own.payload)
    assert_placed(place(visitor, page, kind, own, address), own)


def submit(visitor: Visitor, page: str) -> Answer:
    """Submit the bid, with the intent that its page holds."""
    found = re.search(r'name="intent"[^>]*value="(\w+)"', visitor.get(f"{page}/submit").text)
    assert found is not None
    return visitor.post(f"{page}/submit", {"intent": found[1]})
