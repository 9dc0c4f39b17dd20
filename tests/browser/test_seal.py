"""An envelope that the browser's script sealed is one that the server opens, byte by byte."""

import base64
import hashlib
import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from flask import Flask
from pyrage import x25519
from werkzeug.datastructures import MultiDict

from tender_app.bids.contents import offer_in, technical_in, terms_in
from tender_app.bids.envelopes import form_of
from tender_app.bids.rules import EnvelopeKind, haircuts_of, phases_of
from tender_app.bids.terms import terms_of
from tender_app.regulation.rules import DEFAULTS
from tender_app.sealing.envelope import envelope_digest
from tender_app.sealing.inside import looking_inside
from tests.bids.ground import TEAM, TOTAL, TYPED
from tests.browser.ground import run

TENDER: Any = SimpleNamespace(years=3, guarantee=None, valid_until=None)
FILES = {"طرح نو.pdf": b"%PDF-1.4\n" + bytes(range(256)) * 4000 + b"%%EOF", "b.zip": b"PK\x05\x06" + b"\0" * 18}


@pytest.fixture(params=["a", "b", "c"])
def sealed(request: pytest.FixtureRequest, sqlite_app: Flask) -> Any:
    """Give an envelope sealed by the script, with the keys of the tender and of the firm, and what was typed."""
    kind = EnvelopeKind(request.param)
    tender, firm = x25519.Identity.generate(), x25519.Identity.generate()
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    with sqlite_app.test_request_context("/", method="POST"):
        form = form_of(kind, TENDER, MultiDict(TYPED[kind.value]))
        assert form.validate()
        files = [{"name": name, "content": base64.b64encode(content).decode()} for name, content in FILES.items()]
        made = run(
            "seal.mjs",
            {
                "recipient": str(tender.to_public()),
                "own": str(firm.to_public()),
                "terms": terms_of(form, TENDER, kind, haircuts_of(DEFAULTS)),
                "values": TYPED[kind.value],
                "field": "files",
                "files": files,
            },
        )
        listed = [{"field": "files", "name": name, "size": len(content)} for name, content in FILES.items()]
        content = json.dumps({**form.content(), "files": listed}, ensure_ascii=False)
    parts = {part: base64.b64decode(made[part]) for part in ("header", "copyHeader", "payload")}
    return SimpleNamespace(kind=kind, tender=tender, firm=firm, content=content, made=made, **parts)


def test_the_tenders_key_opens_what_was_sealed(sealed: Any) -> None:
    plain = pyrage.decrypt(sealed.header + sealed.payload, [sealed.tender])
    with zipfile.ZipFile(io.BytesIO(plain)) as inside:
        assert inside.testzip() is None
        assert inside.namelist() == [*(f"files/{n}/{name}" for n, name in enumerate(FILES)), "form.json"]
        assert {entry.compress_type for entry in inside.infolist()} == {zipfile.ZIP_STORED}
        assert [inside.read(name) for name in inside.namelist()[:-1]] == list(FILES.values())
        assert inside.read("form.json").decode() == sealed.content


def test_the_strict_reader_of_openings_takes_it(sealed: Any) -> None:
    plain = io.BytesIO(pyrage.decrypt(sealed.header + sealed.payload, [sealed.tender]))
    with looking_inside(plain, limit=200 * 1024 * 1024) as inside:
        assert [(entry.name, b"".join(inside.chunks(entry))) for entry in inside.files] == list(FILES.items())
        if sealed.kind is EnvelopeKind.A:
            assert terms_in(inside.form).amount == 492_500_000
        elif sealed.kind is EnvelopeKind.B:
            assert [member.name for member in technical_in(inside.form).team] == [name for name, *_rest in TEAM]
        else:
            assert offer_in(inside.form, phases_of(TENDER.years)).total == TOTAL


def test_the_digests_are_those_of_the_bytes(sealed: Any) -> None:
    assert sealed.made["payloadDigest"] == hashlib.sha256(sealed.payload).hexdigest()
    assert sealed.made["digest"] == envelope_digest(sealed.header, sealed.made["payloadDigest"])
    assert sealed.made["size"] == len(sealed.payload)


def test_what_is_sent_opens_with_the_tenders_key_alone(sealed: Any) -> None:
    assert sealed.header.count(b"-> X25519") == 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed.header + sealed.payload, [sealed.firm])


def test_the_firms_copy_opens_with_either_key(sealed: Any) -> None:
    copy = sealed.copyHeader + sealed.payload
    assert pyrage.decrypt(copy, [sealed.firm]) == pyrage.decrypt(copy, [sealed.tender])
