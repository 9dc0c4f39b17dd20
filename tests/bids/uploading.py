"""A firm that seals its envelopes itself: age files made outside the server, sent in parts as its browser does."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyrage
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tender_app.bids import commands
from tender_app.bids.rules import EnvelopeKind
from tender_app.sealing.envelope import envelope_digest
from tests.bids import ground
from tests.make import context_of, session_of

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Own:
    """An envelope that the firm sealed itself."""

    header: bytes
    payload: bytes

    @property
    def payload_digest(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def digest(self) -> str:
        return envelope_digest(self.header, self.payload_digest)

    def form(self, **more: str) -> dict[str, str]:
        """Return what is posted of it besides the payload."""
        header = base64.b64encode(self.header).decode()
        return {"header": header, "payload_digest": self.payload_digest, **more}


def age_file(recipient: str, plain: bytes) -> Own:
    """Return plain bytes as an age file, header and payload apart."""
    whole: bytes = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])
    end = whole.index(b"\n", whole.index(b"\n---") + 1) + 1
    return Own(whole[:end], whole[end:])


def inside(form: Mapping[str, Any], files: Sequence[tuple[str, bytes]] = (), field: str = "files") -> bytes:
    """Return what a well-made envelope holds: the ZIP of its files and of its form, which lists them."""
    listed = [{"field": field, "name": name, "size": len(content)} for name, content in files]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for place, (name, content) in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"files/{place}/{name}"), content)
        archive.writestr(zipfile.ZipInfo("form.json"), json.dumps({**form, "files": listed}, ensure_ascii=False))
    return made.getvalue()


def recipient(app: Flask, subject: str, kind: str) -> str:
    """Return the key to which a tender's envelopes of this kind are sealed."""
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        return commands.recipient_of(ctx, ground.tender_on(session, subject).id, EnvelopeKind(kind))


def begin(client: FlaskClient, number: str, kind: str, length: int) -> str:
    """Begin an upload; return its address."""
    headers = {**TUS, "Upload-Length": str(length)}
    answer = client.post(f"/tenders/{number}/bid/{kind}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.location or ""


def patch(client: FlaskClient, address: str, offset: int, content: bytes) -> TestResponse:
    """Send a part."""
    headers = {**TUS, "Upload-Offset": str(offset)}
    return client.patch(address, data=content, headers=headers, content_type=PART)


def send(client: FlaskClient, number: str, kind: str, payload: bytes, size: int = 8 * 1024 * 1024) -> str:
    """Send a whole payload in parts of this size; return its token."""
    address = begin(client, number, kind, len(payload))
    for start in range(0, len(payload), size):
        answer = patch(client, address, start, payload[start : start + size])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(min(start + size, len(payload))))
    return address.rsplit("/", 1)[1]


def place(client: FlaskClient, number: str, kind: str, own: Own, token: str) -> TestResponse:
    """Put a payload that was sent into its place."""
    return client.post(f"/tenders/{number}/bid/{kind}/place", data=own.form(upload=token))


def seal(client: FlaskClient, number: str, kind: str, own: Own) -> None:
    """Send and place an envelope."""
    answer = place(client, number, kind, own, send(client, number, kind, own.payload))
    assert answer.status_code == 200, answer.text
