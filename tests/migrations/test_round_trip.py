"""Migrations on a filled database: back to the first release and forward again, nothing that can be kept is lost."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.ledger.log import verify
from tender_app.sealing.models import KeyShare, MemberKey, SealedEnvelope
from tender_app.store.database import Database
from tender_app.store.files import headers_of
from tender_app.store.migrations import MigrationError, check, downgrade, upgrade
from tests.make import session_of

FIRST_PAPERS = (
    "notice", "receipt", "opening_minutes", "technical_report", "price_minutes", "award_letter", "regret_letter",
    "contract", "destruction",
)  # fmt: skip


def counted(app: Flask) -> dict[str, int]:
    """Return how many rows each table has; of papers, those whose kinds every release knows."""
    with session_of(app) as session:
        tables = sa.MetaData()
        tables.reflect(session.connection())
        return {
            t.name: session.scalar(sa.select(sa.func.count()).select_from(t).where(kept(t))) or 0
            for t in tables.sorted_tables
            if t.name != "alembic_version"
        }


def kept(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition of the rows that any release can hold."""
    if table.name == "issued_document":
        return table.c.kind.in_(FIRST_PAPERS)
    return table.c.role != "observer" if table.name == "capacity" else sa.true()


def test_a_filled_database_goes_back_to_the_first_release_and_forward_again(demo: Flask) -> None:
    settings, database = demo.extensions["settings"], demo.extensions["database"]
    before = counted(demo)
    with session_of(demo) as session:
        headers = {e.id: (e.header_key, e.header_digest) for e in session.scalars(sa.select(SealedEnvelope))}
        assert session.scalar(sa.select(sa.func.count()).select_from(MemberKey)) != 0
    database.dispose()
    downgrade(settings.database_url, "0001")
    first = counted(demo)
    assert {name: first[name] for name in first if first[name] != before[name]} == {}
    assert {"member_key", "key_share", "key_session", "session_share"} & first.keys() == set()
    demo.extensions["database"].dispose()
    with pytest.raises(MigrationError):
        check(settings.database_url)
    upgrade(settings.database_url)
    check(settings.database_url)
    demo.extensions["database"] = Database(settings.database_url)
    after = counted(demo)
    lost = {name for name in before if after[name] != before[name]}
    assert lost <= before.keys() - first.keys()  # what is of later revisions is given up by going back
    with session_of(demo) as session:
        assert {e.id: (e.header_key, e.header_digest) for e in session.scalars(sa.select(SealedEnvelope))} == headers
        assert all(headers_of(settings).path(key).is_file() for key, _ in headers.values())
        assert session.scalar(sa.select(sa.func.count()).select_from(KeyShare)) == 0
        assert verify(session)[2] == []
