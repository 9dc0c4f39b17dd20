"""Envelopes sealed in the browser arrive in parts, resume where the line broke, and are placed in one act."""

import datetime as dt
import os
import time
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids import uploading
from tender_app.bids.models import Upload
from tender_app.bids.rules import BidAct, EnvelopeKind
from tender_app.ledger.models import LedgerEntry
from tender_app.sealing.age import largest_payload
from tender_app.sealing.models import SealedIn
from tender_app.sealing.parts import Parts
from tender_app.store.files import files_of, headers_of
from tests.bids import ground
from tests.bids import uploading as own
from tests.bids.ground import OLIVE, PDF, number_of
from tests.bids.uploading import TUS, Own
from tests.make import context_of, session_of, signed_in
from tests.sealing.ground import disk_full_at


@pytest.fixture
def number(demo: Flask) -> str:
    return number_of(demo, OLIVE)


@pytest.fixture
def client(demo: Flask, number: str) -> FlaskClient:
    """Give a firm that has begun a bid."""
    made = signed_in(demo, "firm2")
    assert made.post(f"/tenders/{number}/bid/start").status_code == 302
    return made


@pytest.fixture
def envelope(demo: Flask) -> Own:
    """Give an envelope ب that the firm sealed itself."""
    form = {"team": [], "approach": "روش", "experience": "سابقه", "declares": True}
    return own.age_file(own.recipient(demo, OLIVE, "b"), own.inside(form, [("روش.pdf", PDF)]))


def uploads(app: Flask) -> list[tuple[str, int]]:
    """Return (token, bytes received) of every upload, and see that no file lies there without one."""
    with session_of(app) as session:
        rows = [(u.token, u.received) for u in session.scalars(sa.select(Upload).order_by(Upload.id))]
    lying = Parts(files_of(app.extensions["settings"])).untouched(-60)
    assert lying == {token for token, _ in rows}
    return rows


def test_an_envelope_sealed_in_the_browser_is_placed_and_kept_as_it_came(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload, 500)
    answer = own.place(client, number, "b", envelope, token)
    assert answer.json == {
        "location": f"/tenders/{number}/bid?sealed=b",
        "digest": envelope.digest,
        "size": len(envelope.payload),
    }
    settings = demo.extensions["settings"]
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        placed = bid.envelope(EnvelopeKind.B)
        assert placed is not None
        kept = placed.sealed
        assert (kept.digest, kept.sealed_in) == (envelope.digest, SealedIn.BROWSER)
        assert files_of(settings).read(kept.payload_key) == envelope.payload
        assert headers_of(settings).read(kept.header_key) == envelope.header
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.SEAL)).all()[-1]
        assert entry.detail == {"kind": "b", "digest": envelope.digest, "sealed_in": "browser"}
    assert uploads(demo) == []


def test_placing_again_after_a_lost_answer_is_answered_again_and_changes_nothing(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload)
    first, second = (own.place(client, number, "b", envelope, token) for _ in range(2))
    assert (first.json, second.status_code) == (second.json, 200)
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        assert len(bid.envelopes) == 1


def test_the_server_says_what_it_can_do_and_how_much_it_takes(demo: Flask, number: str) -> None:
    answer = demo.test_client().options(f"/tenders/{number}/bid/b/uploads")
    told = {name: answer.headers[name] for name in answer.headers.keys() if name.startswith("Tus-")}  # noqa: SIM118
    most = largest_payload(200 * 1024 * 1024)
    assert answer.status_code == 204
    assert told == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination",
        "Tus-Max-Size": str(most),
    }
    assert 200 * 1024 * 1024 < most < 206 * 1024 * 1024


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 412),
        ({"Tus-Resumable": "0.2.2", "Upload-Length": "100"}, 412),
        (TUS, 400),
        ({**TUS, "Upload-Length": "-1"}, 400),
        ({**TUS, "Upload-Length": "۱۰۰"}, 400),
        ({**TUS, "Upload-Defer-Length": "1"}, 400),
        ({**TUS, "Upload-Length": "31"}, 400),
        ({**TUS, "Upload-Length": str(largest_payload(200 * 1024 * 1024) + 1)}, 413),
        ({**TUS, "Upload-Length": "9" * 40}, 400),
    ],
)
def test_an_upload_is_not_begun_otherwise_than_the_protocol_says(
    demo: Flask, client: FlaskClient, number: str, headers: dict[str, str], status: int
) -> None:
    raw = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = client.post(f"/tenders/{number}/bid/b/uploads", headers=raw)
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["reason"]
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers.get("Tus-Version") == ("1.0.0" if status == 412 else None)
    assert uploads(demo) == []


def test_the_largest_payload_is_begun_and_the_limit_is_told(client: FlaskClient, number: str) -> None:
    most = largest_payload(200 * 1024 * 1024)
    assert own.begin(client, number, "b", most).startswith(f"/tenders/{number}/bid/uploads/")
    headers = {**TUS, "Upload-Length": str(most + 1)}
    answer = client.post(f"/tenders/{number}/bid/b/uploads", headers=headers)
    assert "۲۰۰ مگابایت" in answer.json["reason"]  # type: ignore[index]


def test_an_upload_goes_on_from_where_the_server_says(client: FlaskClient, number: str, envelope: Own) -> None:
    address = own.begin(client, number, "b", len(envelope.payload))
    assert own.patch(client, address, 0, envelope.payload[:700]).status_code == 204
    told = client.head(address, headers=TUS)
    assert (told.status_code, told.headers["Upload-Offset"]) == (200, "700")
    assert told.headers["Upload-Length"] == str(len(envelope.payload))
    assert told.headers["Cache-Control"] == "no-store"
    again = own.patch(client, address, 0, envelope.payload[:700])
    assert (again.status_code, "از همان‌جا ادامه دهید" in again.json["reason"]) == (409, True)  # type: ignore[index]
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "700"
    assert own.patch(client, address, 700, envelope.payload[700:]).status_code == 204
    token = address.rsplit("/", 1)[1]
    assert own.place(client, number, "b", envelope, token).status_code == 200


def test_a_part_that_breaks_the_protocol_is_refused_and_changes_nothing(
    client: FlaskClient, number: str, envelope: Own
) -> None:
    address = own.begin(client, number, "b", 1000)
    part = {**TUS, "Upload-Offset": "0"}
    tries = {
        412: client.patch(address, data=b"x", headers={"Upload-Offset": "0"}, content_type=own.PART),
        415: client.patch(address, data=b"x", headers=part, content_type="text/plain"),
        400: client.patch(address, data=b"x", headers=TUS, content_type=own.PART),
        413: client.patch(address, data=b"x" * (8 * 1024 * 1024 + 1), headers=part, content_type=own.PART),
        405: client.get(address),
    }
    assert {status: answer.status_code for status, answer in tries.items()} == {status: status for status in tries}
    assert own.patch(client, address, 0, b"x" * 1001).status_code == 413
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    del envelope


def test_what_a_crash_left_behind_the_offset_does_not_count(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    address = own.begin(client, number, "b", len(envelope.payload))
    own.patch(client, address, 0, envelope.payload[:500])
    file = demo.extensions["settings"].storage / "uploads" / address.rsplit("/", 1)[1]
    with file.open("ab") as left:
        left.write(b"\0" * 2000)
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "500"
    assert own.patch(client, address, 500, envelope.payload[500:]).status_code == 204
    assert file.read_bytes() == envelope.payload


def test_bytes_that_the_disk_lost_are_not_believed(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    address = own.begin(client, number, "b", len(envelope.payload))
    own.patch(client, address, 0, envelope.payload[:500])
    file = demo.extensions["settings"].storage / "uploads" / address.rsplit("/", 1)[1]
    os.truncate(file, 400)
    assert own.patch(client, address, 500, envelope.payload[500:]).status_code == 410
    file.unlink()
    assert own.patch(client, address, 500, envelope.payload[500:]).status_code == 410


def test_a_full_disk_keeps_what_came_before(client: FlaskClient, number: str) -> None:
    address = own.begin(client, number, "b", 4_000_000)
    assert own.patch(client, address, 0, b"x" * 1_000_000).status_code == 204
    with disk_full_at(2_000_000):
        answer = own.patch(client, address, 1_000_000, b"x" * 2_000_000)
    assert (answer.status_code, "جا ندارد" in answer.json["reason"]) == (507, True)  # type: ignore[index]
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "1000000"
    assert own.patch(client, address, 1_000_000, b"x" * 3_000_000).headers["Upload-Offset"] == "4000000"


def test_two_parts_of_one_upload_do_not_mix(demo: Flask, client: FlaskClient, number: str) -> None:
    address = own.begin(client, number, "b", 1000)
    with Parts(files_of(demo.extensions["settings"])).alone(address.rsplit("/", 1)[1]):
        answer = own.patch(client, address, 0, b"x" * 500)
        assert client.head(address, headers=TUS).status_code == 200
    assert answer.status_code == HTTPStatus.LOCKED
    assert own.patch(client, address, 0, b"x" * 500).status_code == 204


def test_an_upload_that_is_given_up_leaves_nothing(demo: Flask, client: FlaskClient, number: str) -> None:
    address = own.begin(client, number, "b", 1000)
    own.patch(client, address, 0, b"x" * 500)
    assert client.delete(address, headers=TUS).status_code == 204
    assert client.head(address, headers=TUS).status_code == 404
    assert uploads(demo) == []


def test_of_too_many_unfinished_uploads_the_one_left_longest_ends(
    demo: Flask, client: FlaskClient, number: str
) -> None:
    made = [own.begin(client, number, "b", 1000) for _ in range(uploading.MOST_UNFINISHED)]
    ground.move_clock(demo, _now(demo) + dt.timedelta(minutes=1))
    own.patch(client, made[0], 0, b"x" * 10)
    own.begin(client, number, "c", 1000)
    statuses = [client.head(address, headers=TUS).status_code for address in made]
    assert statuses == [200, 404, 200, 200]
    assert len(uploads(demo)) == uploading.MOST_UNFINISHED


def test_nobody_else_finds_an_upload(demo: Flask, client: FlaskClient, number: str, envelope: Own) -> None:
    token = own.send(client, number, "b", envelope.payload)
    address = f"/tenders/{number}/bid/uploads/{token}"
    for name in ("firm3", "officer", "head", "nm.firm"):
        other = signed_in(demo, name)
        other.post(f"/tenders/{number}/bid/start")
        answers = [
            other.head(address, headers=TUS),
            own.patch(other, address, 0, b"x"),
            other.delete(address, headers=TUS),
            own.place(other, number, "b", envelope, token),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4, name
    nobody = demo.test_client()
    assert nobody.head(address, headers=TUS).status_code == 401
    assert nobody.post(f"/tenders/{number}/bid/b/uploads", headers={**TUS, "Upload-Length": "100"}).status_code == 401
    assert uploads(demo) == [(token, len(envelope.payload))]


def test_without_a_draft_nothing_is_begun(demo: Flask, number: str) -> None:
    answer = signed_in(demo, "firm3").post(f"/tenders/{number}/bid/b/uploads", headers={**TUS, "Upload-Length": "1000"})
    assert (answer.status_code, answer.json["reason"]) == (404, "پیش‌نویسی برای مهر و موم ندارید.")  # type: ignore[index]
    assert uploads(demo) == []


def test_every_part_carries_the_token_of_its_web_session(demo: Flask, number: str, client: FlaskClient) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True
    page = client.get(f"/tenders/{number}/bid").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0] or page.partition('value="Im')[2]
    headers = {**TUS, "Upload-Length": "1000"}
    refused = client.post(f"/tenders/{number}/bid/b/uploads", headers=headers)
    assert (refused.status_code, "reason" in (refused.json or {})) == (400, True)
    begun = client.post(f"/tenders/{number}/bid/b/uploads", headers={**headers, "X-CSRFToken": token})
    assert begun.status_code == 201
    address = begun.location or ""
    part = {**TUS, "Upload-Offset": "0"}
    assert client.patch(address, data=b"x", headers=part, content_type=own.PART).status_code == 400
    part["X-CSRFToken"] = token
    assert client.patch(address, data=b"x", headers=part, content_type=own.PART).status_code == 204
    assert client.delete(address, headers=TUS).status_code == 400


def test_what_is_not_whole_or_not_what_was_said_is_not_placed(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    address = own.begin(client, number, "b", len(envelope.payload))
    own.patch(client, address, 0, envelope.payload[:-1])
    token = address.rsplit("/", 1)[1]
    assert own.place(client, number, "b", envelope, token).status_code == 409
    changed = bytes([envelope.payload[-1] ^ 1])
    own.patch(client, address, len(envelope.payload) - 1, changed)
    answer = own.place(client, number, "b", envelope, token)
    assert (answer.status_code, "در راه دگرگون شده است" in answer.json["reason"]) == (422, True)  # type: ignore[index]
    other = own.send(client, number, "b", envelope.payload)
    assert own.place(client, number, "c", envelope, other).status_code == 422
    assert own.place(client, number, "b", envelope, "0" * 32).status_code == 404
    assert own.place(client, number, "b", envelope, "../../etc").status_code == 404
    assert _placed(demo) == []


@pytest.mark.parametrize("digest", ["", "0" * 63, "A" * 64, "g" * 64])
def test_what_is_no_digest_is_not_placed(client: FlaskClient, number: str, envelope: Own, digest: str) -> None:
    token = own.send(client, number, "b", envelope.payload)
    form = {**envelope.form(upload=token), "payload_digest": digest}
    assert client.post(f"/tenders/{number}/bid/b/place", data=form).status_code == 422


def test_an_envelope_that_came_after_the_deadline_is_not_placed(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    address = own.begin(client, number, "b", len(envelope.payload))
    own.patch(client, address, 0, envelope.payload[:-1])
    whole = own.send(client, number, "b", envelope.payload)
    with session_of(demo) as session:
        closes = ground.closing_of(ground.tender_on(session, OLIVE))
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    answers = [
        own.patch(client, address, len(envelope.payload) - 1, envelope.payload[-1:]),
        own.place(client, number, "b", envelope, whole),
        client.post(f"/tenders/{number}/bid/b/uploads", headers={**TUS, "Upload-Length": "1000"}),
    ]
    assert [answer.status_code for answer in answers] == [409] * 3
    assert all("مهلت تسلیم" in answer.json["reason"] for answer in answers)  # type: ignore[index]
    assert _placed(demo) == []


def test_an_upload_ends_with_its_draft_and_is_swept(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload)
    address = f"/tenders/{number}/bid/uploads/{token}"
    client.post(f"/tenders/{number}/bid/discard")
    assert client.head(address, headers=TUS).status_code == 410
    assert own.place(client, number, "b", envelope, token).status_code == 410
    assert _swept(demo) == 1
    assert uploads(demo) == []
    assert client.head(address, headers=TUS).status_code == 404


def test_uploads_that_nobody_went_on_with_for_a_day_are_swept_with_files_of_none(
    demo: Flask, client: FlaskClient, number: str
) -> None:
    old, going = (own.begin(client, number, "b", 1000) for _ in range(2))
    folder = demo.extensions["settings"].storage / "uploads"
    for name, age in (("a" * 32, 90_000), ("b" * 32, 10)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    ground.move_clock(demo, _now(demo) + dt.timedelta(hours=23))
    own.patch(client, going, 0, b"x" * 10)
    assert _swept(demo) == 1
    ground.move_clock(demo, _now(demo) + dt.timedelta(hours=2))
    assert _swept(demo) == 1
    assert client.head(old, headers=TUS).status_code == 404
    assert client.head(going, headers=TUS).headers["Upload-Offset"] == "10"
    assert sorted(path.name for path in folder.iterdir()) == sorted(["b" * 32, going.rsplit("/", 1)[1]])


def test_an_act_that_is_not_kept_leaves_the_upload_and_no_blob(
    demo: Flask, client: FlaskClient, number: str, envelope: Own
) -> None:
    token = own.send(client, number, "b", envelope.payload)
    before, engine = _blobs(demo), demo.extensions["database"].engine

    def fail(_connection: sa.Connection) -> None:
        raise OSError("no answer to the commit")

    sa.event.listen(engine, "commit", fail)
    answer = own.place(client, number, "b", envelope, token)
    sa.event.remove(engine, "commit", fail)
    assert answer.status_code == 500
    assert (_blobs(demo), _placed(demo)) == (before, [])
    assert own.place(client, number, "b", envelope, token).status_code == 200
    assert (len(_blobs(demo)), _placed(demo)) == (len(before), [EnvelopeKind.B])  # the upload's file is the blob now


def _placed(app: Flask) -> list[EnvelopeKind]:
    with session_of(app) as session:
        return [e.kind for e in ground.bids_of(session, ground.tender_on(session, OLIVE))[-1].envelopes]


def _swept(app: Flask) -> int:
    with session_of(app) as session:
        return uploading.sweep(context_of(app, session, None))


def _now(app: Flask) -> dt.datetime:
    with session_of(app) as session:
        return context_of(app, session, None).now


def _blobs(app: Flask) -> set[str]:
    return {path.name for path in app.extensions["settings"].storage.rglob("*") if path.is_file()}
