"""Grounds of the sealing tests: a database file, a store of blobs, and a tender's two keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import tender_app.bids.models  # noqa: F401 -- the tables that the sealed ones point to
from tender_app.config import Settings
from tender_app.kernel.actor import NOBODY
from tender_app.sealing import passphrase, shares
from tender_app.sealing.keys import keep_member_key, make_keys, shares_of
from tender_app.sealing.models import KeyPurpose, TenderKey
from tender_app.store.base import Base
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.store.files import Files, files_of
from tests.sealing.ground import MB, NOW, SAID, SECRETS, TENDER


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'tender.sqlite3'}",
        storage=tmp_path / "files",
        keys=tmp_path / "keys",
        secret_key="k" * 40,
        demo=False,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
        testing=True,
        upload_limit=3 * MB,
    )


@pytest.fixture
def store(settings: Settings) -> Files:
    return files_of(settings)


@pytest.fixture
def ctx(settings: Settings) -> Iterator[Context]:
    """Give a writing context over the whole schema; the tender that the keys name is left out, and never committed."""
    database = Database(settings.database_url)
    Base.metadata.create_all(database.engine)
    with database.write() as session:
        session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        yield Context(session, NOBODY, NOW, settings)
    database.dispose()


@pytest.fixture
def keys(ctx: Context) -> dict[KeyPurpose, TenderKey]:
    """Give a tender's two keys in shares of three members, and remember their secrets as the shares give them."""
    people = [passphrase.new_key() for _ in range(3)]
    locked = [passphrase.lock(one, SAID, operations=1, memory=8 * 1024) for one in people]
    members = [keep_member_key(ctx, place, one) for place, one in enumerate(locked, 1)]
    made = make_keys(ctx, TENDER, members, 2)
    for key in made:
        opened = [
            shares.unseal(share.sealed, person) for share, person in zip(shares_of(ctx, [key]), people, strict=True)
        ]
        SECRETS[key.recipient] = shares.combine(opened[:2], key.recipient)
    return {key.purpose: key for key in made}


@pytest.fixture
def key(keys: dict[KeyPurpose, TenderKey]) -> TenderKey:
    return keys[KeyPurpose.ENVELOPES]
