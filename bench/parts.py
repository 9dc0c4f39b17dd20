"""What a browser sends that sealed an envelope itself: its payload in parts (one, if it is small), then into its place."""

import base64
import hashlib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

import pyrage

from bench.bidders import Browser
from bench.load import Visitor

CREATED, NO_CONTENT, OK = 201, 204, 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """An age file, header and payload apart; in memory once, whoever sends it."""

    header: bytes
    payload: bytes
    digest: str  # the payload's SHA-256, hex


def sealed(recipient: str, plain: bytes) -> Envelope:
    """Seal something to a key, as a browser does."""
    whole: bytes = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])
    end = whole.index(b"\n", whole.index(b"\n---") + 1) + 1
    return Envelope(whole[:end], whole[end:], hashlib.sha256(whole[end:]).hexdigest())


@dataclass(frozen=True, slots=True)
class InParts:
    """A bidder's errand: begin an upload, send the payload, put it into its place as envelope ب."""

    bid: str  # the address of the bid
    browser: Browser
    envelope: Envelope

    def __call__(self, line: Visitor) -> bool:
        """Do it; tell whether each of the three was answered as it should be."""
        payload = self.envelope.payload
        begun = line.send([self._head("POST", f"{self.bid}/b/uploads", 0, {"Upload-Length": str(len(payload))})])
        if begun.status != CREATED:
            return False
        address = begun.head.partition(b"Location: ")[2].split(b"\r\n")[0].decode()
        heads = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        sent = line.send([self._head("PATCH", address, len(payload), heads), payload])
        return sent.status == NO_CONTENT and line.send(self._place(address.rsplit("/", 1)[1])).status == OK

    def _place(self, token: str) -> tuple[bytes, bytes]:
        header = base64.b64encode(self.envelope.header).decode()
        form = {"upload": token, "header": header, "payload_digest": self.envelope.digest}
        body = urllib.parse.urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._head("POST", f"{self.bid}/b/place", len(body), kind), body

    def _head(self, method: str, path: str, size: int, more: Mapping[str, str]) -> bytes:
        heads = {
            "Host": "127.0.0.1",
            "Cookie": self.browser.cookie,
            "X-CSRFToken": self.browser.token,
            "Tus-Resumable": "1.0.0",
            "Content-Length": str(size),
            **more,
        }
        said = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
        return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode()
