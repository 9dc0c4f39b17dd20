"""Receiving: files are encrypted as they arrive, their faults are told, and no plain byte touches the disk."""

import hashlib
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from werkzeug.formparser import default_stream_factory
from werkzeug.test import TestResponse

from tender_app.config import Settings
from tender_app.kernel.errors import Invalid
from tender_app.sealing.models import SealedEnvelope, TenderKey
from tender_app.sealing.opening import open_envelope
from tender_app.store.context import Context
from tender_app.store.files import Files
from tender_app.web import uploads
from tender_app.web.sealing_upload import CUT, LONG, MISFORMED, receive
from tests.sealing.ground import JPG, MB, PDF, PNG, blobs, row_of, secret, zipped

CANARY = "قناری-canary-7b1f9e4c"
EDGE = b"----edge-of-a-part"
TOO_LARGE = "جمع پرونده‌ها از ۳ مگابایت بیشتر است؛ آنها را کوچک‌تر کنید."


@pytest.fixture
def no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the temporary folder away: whoever wants to spool there fails aloud."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there-is-no-such-folder"))


@pytest.fixture
def client(settings: Settings, store: Files, key: TenderKey) -> FlaskClient:
    app = Flask("sealing")
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_limit
    uploads.register(app)
    recipient = key.recipient

    @app.post("/seal")
    def seal() -> Any:
        try:
            received = receive(request, recipient, store, limit=settings.upload_limit)
        except Invalid as refused:
            return jsonify(reason=refused.reason), 422
        faults = received.faults()
        if faults:
            received.abandon()
            return jsonify(faults=faults, fields=received.fields.to_dict(flat=False)), 422
        sealed = received.seal({"approach": received.fields.get("approach", "")})
        return jsonify({**_kept(sealed), "fields": received.fields.to_dict(flat=False)})

    @app.post("/by-the-ordinary-way")
    def by_the_ordinary_way() -> Any:
        return jsonify(digest=cast("uploads.Digest", request.files["files"].stream).hex())

    return app.test_client()


def _kept(sealed: Any) -> dict[str, Any]:
    names = ("payload_key", "payload_digest", "digest", "size")
    return {"header": sealed.header.hex(), **{name: getattr(sealed, name) for name in names}}


def part(name: str, content: str | bytes, filename: str | None = None) -> bytes:
    """Return one part of a post, written by hand: the test client's own writer would spool to a temporary file."""
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    body = content.encode() if isinstance(content, str) else content
    return b"--" + EDGE + b"\r\n" + head.encode() + body + b"\r\n"


def post(client: FlaskClient, *parts: bytes, to: str = "/seal", **more: Any) -> TestResponse:
    """Send these parts as one post."""
    body = b"".join(parts) + b"--" + EDGE + b"--\r\n"
    return client.post(to, data=body, content_type=f"multipart/form-data; boundary={EDGE.decode()}", **more)


def answer(response: TestResponse) -> dict[str, Any]:
    """Return what the page said."""
    said: dict[str, Any] = json.loads(response.data)
    return said


def row(settings: Settings, key: TenderKey, said: dict[str, Any]) -> SealedEnvelope:
    """Return the envelope that a post made."""
    kept = {name: said[name] for name in ("payload_key", "payload_digest", "digest", "size")}
    return row_of(settings, key, header=bytes.fromhex(said["header"]), **kept)


def test_what_is_posted_comes_out_at_the_opening(
    client: FlaskClient, settings: Settings, key: TenderKey, store: Files
) -> None:
    large = zipped("a.xml") + b"\x00" * 10
    sent = post(
        client,
        part("approach", "روش ما"),
        part("files", PDF, "برنامه کار.pdf"),
        part("files", large, "..\\..\\C:/docs/team.zip"),
        part("scan", PNG, "scan.png"),
    )
    opened = open_envelope(settings, row(settings, key, answer(sent)), secret(key))
    assert [(name, store.read(stored.key)) for name, stored in opened.files] == [
        ("برنامه کار.pdf", PDF),
        ("team.zip", large),
        ("scan.png", PNG),
    ]
    assert opened.form == {
        "approach": "روش ما",
        "files": [
            {"field": "files", "name": "برنامه کار.pdf", "size": len(PDF)},
            {"field": "files", "name": "team.zip", "size": len(large)},
            {"field": "scan", "name": "scan.png", "size": len(PNG)},
        ],
    }


@pytest.mark.usefixtures("no_temporary_folder")
def test_no_plain_byte_touches_the_disk(ctx: Context, client: FlaskClient, key: TenderKey, tmp_path: Path) -> None:
    content = b"%PDF-1.4\n" + CANARY.encode() * 60_000 + b"\n%%EOF\n"
    assert len(content) > 2 * 500 * 1024
    sent = post(client, part("approach", CANARY * 3), part("files", content, f"{CANARY}.pdf"))
    assert sent.status_code == 200
    ctx.session.add(row(ctx.settings, key, answer(sent)))
    ctx.session.flush()
    searched = blobs(tmp_path)
    assert {"tender.sqlite3"} < {path.name for path in searched}
    assert [path for path in searched if CANARY.encode() in path.read_bytes() or b"canary" in path.read_bytes()] == []


@pytest.mark.usefixtures("no_temporary_folder")
def test_the_missing_folder_would_betray_the_parsers_own_way_of_spooling() -> None:
    spooled = default_stream_factory(None, "application/pdf", "a.pdf")
    with spooled, pytest.raises(FileNotFoundError):
        spooled.write(b"x" * 600_000)


@pytest.mark.usefixtures("no_temporary_folder")
def test_a_page_that_reads_a_post_in_the_ordinary_way_does_not_spool_it_either(client: FlaskClient) -> None:
    content = CANARY.encode() * 60_000
    sent = post(client, part("files", content, "a.pdf"), to="/by-the-ordinary-way")
    assert answer(sent) == {"digest": hashlib.sha256(content).hexdigest()}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", JPG),
        ("a.jpeg", JPG),
        ("a.zip", zipped("a.txt")),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml")),
    ],
)
def test_the_allowed_kinds_are_sealed(client: FlaskClient, name: str, content: bytes) -> None:
    assert post(client, part("files", content, name)).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"MZ" * 90, "این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید."),
        ("noextension", PDF, "این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید."),
        ("a.pdf", b"", "پرونده خالی است؛ شاید هنوز ذخیره نشده بود."),
        ("a.pdf", PNG, "محتوای پرونده با پسوند .pdf نمی‌خواند؛ پرونده درست را برگزینید."),
        ("a.png", PDF, "محتوای پرونده با پسوند .png نمی‌خواند؛ پرونده درست را برگزینید."),
        ("a.docx", PDF, "محتوای پرونده با پسوند .docx نمی‌خواند؛ پرونده درست را برگزینید."),
        ("a.pdf", PDF[:-9], "پرونده .pdf ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."),
        ("a.png", PNG[:-9], "پرونده .png ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."),
        ("a.jpg", JPG[:-9], "پرونده .jpg ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."),
        ("a.zip", zipped("a.txt")[:-30], "پرونده .zip ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."),
        ("a.pdf", PDF + b"0" * MB, "پرونده .pdf ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."),
    ],
)
def test_a_bad_file_is_told_beside_its_field_and_nothing_is_kept(
    client: FlaskClient, settings: Settings, name: str, content: bytes, message: str
) -> None:
    refused = post(client, part("approach", "روش ما"), part("scan", content, name), part("files", PDF, "good.pdf"))
    assert refused.status_code == 422
    assert answer(refused) == {"faults": {"scan": f"«{name}»: {message}"}, "fields": {"approach": ["روش ما"]}}
    assert blobs(settings.storage) == []


def test_each_bad_file_of_a_field_is_named_with_its_own_fault(client: FlaskClient) -> None:
    files = [part("files", b"", "طرح.pdf"), part("files", PDF, "good.pdf"), part("files", PNG[:-9], "b.png")]
    told = answer(post(client, *files))["faults"]["files"]
    assert told == (
        "«طرح.pdf»: پرونده خالی است؛ شاید هنوز ذخیره نشده بود. «b.png»: پرونده .png ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."
    )


def test_files_that_are_together_too_large_give_the_typed_text_back(client: FlaskClient, settings: Settings) -> None:
    half = PDF + b"0" * (2 * MB) + b"%%EOF"
    refused = post(
        client,
        part("scan", half, "a.pdf"),
        part("files", half, "b.pdf"),
        part("more", PDF, "c.pdf"),
        part("approach", "م"),
    )
    assert refused.status_code == 422
    assert answer(refused) == {"faults": {"files": TOO_LARGE, "more": TOO_LARGE}, "fields": {"approach": ["م"]}}
    assert blobs(settings.storage) == []


def test_files_of_just_the_limit_are_sealed_and_one_byte_more_is_not(client: FlaskClient, settings: Settings) -> None:
    exact = b"%PDF-1.4\n" + b"0" * (settings.upload_limit - 14) + b"%%EOF"
    assert len(exact) == settings.upload_limit
    assert post(client, part("files", exact, "a.pdf")).status_code == 200
    refused = post(client, part("files", b"%PDF" + exact[3:], "a.pdf"))
    assert answer(refused)["faults"] == {"files": TOO_LARGE}


def test_a_post_far_beyond_the_limit_is_not_read_to_its_end(client: FlaskClient, settings: Settings) -> None:
    refused = post(client, part("files", b"0" * (13 * MB), "a.pdf"))
    assert (refused.status_code, answer(refused)) == (422, {"reason": TOO_LARGE})
    assert blobs(settings.storage) == []


def test_a_post_without_a_length_obeys_the_same_limit(client: FlaskClient, settings: Settings) -> None:
    body = part("files", b"0" * (13 * MB), "a.pdf")
    refused = client.post(
        "/seal",
        input_stream=io.BytesIO(body),
        content_type=f"multipart/form-data; boundary={EDGE.decode()}",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert (refused.status_code, answer(refused)) == (422, {"reason": TOO_LARGE})
    assert blobs(settings.storage) == []


def _shortened(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _without_disposition(body: bytes) -> bytes:
    return body.replace(b"Content-Disposition", b"X-Other")


def _with_another_edge(body: bytes) -> bytes:
    return body.replace(EDGE, b"----elsewhere")


@pytest.mark.parametrize("server", [{}, {"wsgi.input_terminated": True}], ids=["plain", "terminated"])
def test_a_post_that_is_cut_off_is_told_and_leaves_nothing(
    client: FlaskClient, settings: Settings, server: dict[str, Any]
) -> None:
    body = part("approach", "روش ما") + part("files", PDF * 900, "a.pdf")
    refused = client.post(
        "/seal",
        input_stream=io.BytesIO(body[: len(body) // 2]),
        content_type=f"multipart/form-data; boundary={EDGE.decode()}",
        environ_overrides={"CONTENT_LENGTH": str(len(body)), **server},
    )
    assert (refused.status_code, answer(refused)) == (422, {"reason": CUT})
    assert blobs(settings.storage) == []


@pytest.mark.parametrize("spoil", [_shortened, _without_disposition, _with_another_edge])
def test_a_misformed_post_is_told_and_leaves_nothing(
    client: FlaskClient, settings: Settings, spoil: Callable[[bytes], bytes]
) -> None:
    body = part("approach", "روش ما") + part("files", PDF * 900, "a.pdf") + b"--" + EDGE + b"--\r\n"
    refused = client.post("/seal", data=spoil(body), content_type=f"multipart/form-data; boundary={EDGE.decode()}")
    assert (refused.status_code, answer(refused)) == (422, {"reason": MISFORMED})
    assert blobs(settings.storage) == []


def test_a_multipart_post_without_a_boundary_is_told(client: FlaskClient) -> None:
    refused = client.post("/seal", data=b"x", content_type="multipart/form-data")
    assert (refused.status_code, answer(refused)) == (422, {"reason": MISFORMED})


@pytest.mark.parametrize("parts", [[part("approach", "م" * (2 * MB))], [part("approach", "م")] * 501])
def test_text_without_end_is_told(client: FlaskClient, settings: Settings, parts: list[bytes]) -> None:
    refused = post(client, *parts)
    assert (refused.status_code, answer(refused)) == (422, {"reason": LONG})
    assert blobs(settings.storage) == []


def test_a_plain_form_without_files_is_read_too(client: FlaskClient, settings: Settings, key: TenderKey) -> None:
    said = answer(client.post("/seal", data={"approach": "روش ما", "csrf_token": "نشان"}))
    assert said["fields"] == {"approach": ["روش ما"], "csrf_token": ["نشان"]}
    assert open_envelope(settings, row(settings, key, said), secret(key)).form == {"approach": "روش ما", "files": []}


def test_a_plain_form_of_megabytes_is_refused(client: FlaskClient) -> None:
    refused = client.post("/seal", data={"approach": "a" * (2 * MB)})
    assert (refused.status_code, answer(refused)) == (422, {"reason": LONG})


def test_a_file_field_left_empty_is_no_file(client: FlaskClient) -> None:
    assert post(client, part("approach", "م"), part("files", b"", "")).status_code == 200


def test_an_envelope_with_a_bad_file_cannot_be_sealed(settings: Settings, store: Files, key: TenderKey) -> None:
    app = Flask("sealing")
    body = part("files", PNG, "a.pdf") + b"--" + EDGE + b"--\r\n"
    kind = f"multipart/form-data; boundary={EDGE.decode()}"
    with app.test_request_context("/", method="POST", data=body, content_type=kind):
        received = receive(request, key.recipient, store, limit=settings.upload_limit)
        with pytest.raises(Invalid) as refused:
            received.seal({})
        received.abandon()
    assert refused.value.fields == received.faults()
    assert blobs(settings.storage) == []
