"""A full disk, and storage that cannot be written: a plain message, nothing half kept, and success once there is room."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.rules import BidState, EnvelopeKind
from tender_app.config import Settings
from tender_app.ledger import log
from tender_app.ledger.models import LedgerEntry
from tender_app.sealing.models import SealedEnvelope
from tests.bids import ground
from tests.bids.ground import OLIVE, TECHNICAL, number_of, post_envelope, prepare, tender_on
from tests.make import session_of, signed_in
from tests.sealing.ground import blobs, disk_full_at
from tests.storm.disks import MB, disk_under
from tests.storm.ground import assert_sound

PLAN = b"%PDF-1.4\n" + os.urandom(8 * MB) + b"\n%%EOF\n"
NO_ROOM, CLOSED = "انبار پرونده‌های سامانه جا ندارد", "انبار پرونده‌های سامانه اکنون در دسترس نیست"


@pytest.fixture
def demo(sqlite_demo: Flask) -> Flask:
    """Give the application over a demonstration, in SQLite alone."""
    return sqlite_demo


@pytest.fixture
def client(demo: Flask) -> FlaskClient:
    """Give the browser of a firm with a draft whose three envelopes are sealed."""
    found = signed_in(demo, "firm2")
    prepare(found, number_of(demo, OLIVE))
    return found


def settings_of(app: Flask) -> Settings:
    """Return the application's settings."""
    found: Settings = app.extensions["settings"]
    return found


def kept(app: Flask) -> tuple[list[Path], list[Path], list[tuple[str, str, int]]]:
    """Return all that is kept of bids: files, headers, and the draft's envelopes with the length of the ledger."""
    settings = settings_of(app)
    with session_of(app) as session:
        bid = ground.bids_of(session, tender_on(session, OLIVE))[-1]
        count = session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) or 0
        rows = [(bid.state.value, e.sealed.digest, count) for e in bid.envelopes if e.superseded_at is None]
    blobs_in = [sorted(p for p in blobs(f) if p.name != "filler") for f in (settings.storage, settings.headers)]
    return blobs_in[0], blobs_in[1], rows


def send_plan(client: FlaskClient, app: Flask) -> tuple[int, str]:
    """Seal envelope ب anew with a file of 8 MB; return the status and the page."""
    answer = post_envelope(client, number_of(app, OLIVE), "b", [("plan.pdf", PLAN)])
    return answer.status_code, answer.text


def assert_refused(answer: tuple[int, str], status: int, told: str) -> None:
    """The message is plain, and what was typed comes back with it."""
    assert answer[0] == status
    assert told in answer[1]
    assert TECHNICAL["approach"] in answer[1]


@pytest.fixture(params=["files", "headers"])
def folder(request: pytest.FixtureRequest, demo: Flask) -> Path:
    """Give each of the folders that an envelope is written into."""
    return settings_of(demo).storage if request.param == "files" else settings_of(demo).headers


def test_a_full_disk_is_told_and_leaves_the_bid_as_it_was(demo: Flask, client: FlaskClient, folder: Path) -> None:
    with disk_under(folder, 24 * MB) as disk:
        before = kept(demo)
        disk.fill()
        assert_refused(send_plan(client, demo), 507, NO_ROOM)
        assert kept(demo) == before
        disk.clear()
        assert send_plan(client, demo)[0] == 302
        assert kept(demo)[2] != before[2]
        assert_sound(demo)


def test_a_disk_that_fills_up_on_the_way_keeps_no_part(demo: Flask, client: FlaskClient) -> None:
    before = kept(demo)
    with disk_full_at(MB):
        answer = send_plan(client, demo)
    assert_refused(answer, 507, NO_ROOM)
    assert kept(demo) == before
    assert send_plan(client, demo)[0] == 302
    assert_sound(demo)


def test_a_folder_that_nobody_may_write_is_told(demo: Flask, client: FlaskClient, folder: Path) -> None:
    with disk_under(folder, 24 * MB) as disk:
        before = kept(demo)
        disk.close_to_writers()
        assert_refused(send_plan(client, demo), 503, CLOSED)
        assert kept(demo) == before
        disk.open_to_writers()
        assert send_plan(client, demo)[0] == 302


def test_a_folder_that_is_no_folder_is_told(demo: Flask, client: FlaskClient, tmp_path: Path) -> None:
    """This one needs no other rights than its own: where the folder should be, there is a file."""
    settings, wall = settings_of(demo), tmp_path / "wall"
    wall.write_bytes(b"")
    demo.extensions["settings"] = dataclasses.replace(settings, storage=wall / "files")
    assert_refused(send_plan(client, demo), 503, CLOSED)
    demo.extensions["settings"] = settings
    assert send_plan(client, demo)[0] == 302


def test_a_submission_needs_no_room_and_its_paper_is_drawn_once_there_is_some(demo: Flask, client: FlaskClient) -> None:
    number = number_of(demo, OLIVE)
    with disk_under(settings_of(demo).storage, 24 * MB) as disk:
        disk.fill()
        assert client.post(f"/tenders/{number}/bid/submit").status_code == 302
        assert_sound(demo)
        before = kept(demo)
        paper = client.get(f"/tenders/{number}/bid/receipt").text.split('.pdf"')[0].split('"')[-1] + ".pdf"
        refused = client.get(paper)
        assert (refused.status_code, NO_ROOM in refused.text) == (507, True)
        assert kept(demo) == before
        disk.clear()
        with client.get(paper) as drawn:
            assert (drawn.status_code, drawn.data[:5]) == (200, b"%PDF-")
        assert_sound(demo)


@pytest.fixture
def full_database(demo: Flask, client: FlaskClient) -> Iterator[None]:
    """Let the database find no room for a further page, as SQLite itself says it then."""
    engine = demo.extensions["database"].engine

    def limit(connection: sa.Connection) -> None:
        count = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={count}")

    del client
    sa.event.listen(engine, "begin", limit)
    yield
    sa.event.remove(engine, "begin", limit)
    engine.dispose()


def test_a_full_database_refuses_an_act_and_does_no_half_of_it(demo: Flask, client: FlaskClient) -> None:
    number, database = number_of(demo, OLIVE), Path(str(demo.extensions["database"].engine.url.database))
    with disk_under(database.parent, 48 * MB) as disk:
        demo.extensions["database"].dispose()
        assert client.get(f"/tenders/{number}/bid").status_code == 200
        before = kept(demo)
        disk.fill()
        refused = client.post(f"/tenders/{number}/bid/submit")
        assert refused.status_code in {503, 507}
        assert "انجام نشد" in refused.text
        disk.clear()
        assert kept(demo)[2] == before[2]
        assert client.post(f"/tenders/{number}/bid/submit").status_code == 302
        assert_sound(demo)
        demo.extensions["database"].dispose()


@pytest.mark.usefixtures("full_database")
def test_a_database_without_room_for_one_page_more_refuses_whole_acts(demo: Flask, client: FlaskClient) -> None:
    number = number_of(demo, OLIVE)
    answers = [post_envelope(client, number, "b").status_code for _ in range(12)]
    assert set(answers) == {302, 503}
    assert answers.index(503) > 0
    with session_of(demo) as session:
        bid = ground.bids_of(session, tender_on(session, OLIVE))[-1]
        placed = [e for e in bid.envelopes if e.kind is EnvelopeKind.B]
        assert len(placed) == 1 + answers.count(302)
        assert session.scalar(sa.select(sa.func.count()).select_from(SealedEnvelope)) is not None
        assert (bid.state, len([e for e in placed if e.superseded_at is None])) == (BidState.DRAFT, 1)
        assert log.verify(session)[2] == []
