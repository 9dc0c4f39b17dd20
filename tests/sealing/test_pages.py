"""The real page of envelope ب, over the demonstration: a refusal keeps nothing, and no plain byte is on the disk."""

import dataclasses
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tender_app.app import create_app
from tender_app.config import Settings
from tender_app.demo.seed import seed
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.base import Base
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tests.sealing.ground import MB, blobs

CANARY = "قناری-canary-7b1f9e4c"
EDGE = "----edge-of-a-part"
PAGE = "/tenders/{}/bid"
ROW = ("name", "role", "degree", "years", "share")
TEAM = (
    ("مریم احمدی", "عامل", "دکتری", "۱۲", "۱۰۰"),
    ("رضا ملکی", "دستیار", "کارشناسی", "۸", "۸۰"),
    ("سارا کریمی", "دبیر", "کارشناسی", "۵", "۵۰"),
)
CELLS = {f"team-{row}-{name}": cell for row, cells in enumerate(TEAM) for name, cell in zip(ROW, cells, strict=True)}
TYPED = {**CELLS, "approach": f"{CANARY} روش", "experience": CANARY, "declares": "y"}
LARGE = b"%PDF-1.4\n" + CANARY.encode() * 60_000 + b"\n%%EOF\n"


class Bidding:
    """A firm that is signed in and has begun a bid on the olive tender."""

    def __init__(self, client: FlaskClient, number: str, account: dict[str, str]) -> None:
        self._client = client
        self._page = PAGE.format(number)
        asked = client.get("/login")
        names = {name: account[name] for name in ("username", "password")}
        client.post("/login", data={"csrf_token": _token(asked), **names})
        client.post(f"{self._page}/start", data={"csrf_token": _token(client.get(self._page))})
        self.token = _token(client.get(f"{self._page}/b"))

    def seal(self, content: bytes, **fields: str) -> TestResponse:
        """Post envelope ب, written by hand: the test client's own writer would spool to a temporary file."""
        parts = [_part(name, value.encode()) for name, value in fields.items()]
        body = b"".join([*parts, _part("files", content, f"{CANARY}.pdf")]) + f"--{EDGE}--\r\n".encode()
        kind = f"multipart/form-data; boundary={EDGE}"
        return self._client.post(f"{self._page}/b", data=body, content_type=kind)


@pytest.fixture
def real(settings: Settings) -> Settings:
    return dataclasses.replace(settings, demo=True)


@pytest.fixture
def bidding(real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bidding]:
    app = create_app(real)
    database: Database = app.extensions["database"]
    Base.metadata.create_all(database.engine)
    assert seed(database, real) is None
    accounts = json.loads((tmp_path / "demo.json").read_text("utf-8"))["accounts"]
    firms = [account for account in accounts if account["role"] == "firm"]
    with database.read() as session:
        number = session.scalars(sa.select(Tender.number).where(Tender.title.contains("زیتون"))).one()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there-is-no-such-folder"))
    yield Bidding(app.test_client(), number, firms[-1])
    database.dispose()


def test_envelopes_are_refused_and_sealed_without_a_plain_byte_on_the_disk(
    bidding: Bidding, real: Settings, tmp_path: Path
) -> None:
    before = len(blobs(real.storage))
    given = {"csrf_token": bidding.token, **TYPED}
    refused = [
        bidding.seal(LARGE, **TYPED),
        bidding.seal(LARGE, **{**given, "team-0-name": ""}),
        bidding.seal(LARGE[:-8], **given),
        bidding.seal(b"0" * (4 * MB), **given),
    ]
    assert [answer.status_code for answer in refused] == [422] * 4
    assert all(TYPED["approach"] in answer.text for answer in refused)
    assert "ناتمام است" in refused[2].text
    assert "مگابایت بیشتر است" in refused[3].text
    assert len(blobs(real.storage)) == before

    assert bidding.seal(LARGE, **given).status_code == 302
    assert len(blobs(real.storage)) == before + 1
    assert _newest(real).size > len(LARGE)
    assert [path for path in blobs(tmp_path) if b"canary-7b1f" in path.read_bytes()] == []


def _newest(settings: Settings) -> SealedEnvelope:
    database = Database(settings.database_url)
    with database.read() as session:
        found = session.scalars(sa.select(SealedEnvelope).order_by(SealedEnvelope.id.desc()).limit(1)).one()
    database.dispose()
    return found


def _token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def _part(name: str, content: bytes, filename: str = "") -> bytes:
    named = f'; filename="{filename}"' if filename else ""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
