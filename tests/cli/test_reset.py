"""A demonstration that has aged is replaced: a tender is open again, and the baklava contract is in its second year."""

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import year_of
from tender_app.demo.seed import has_aged, reset
from tender_app.documents.models import IssuedDocument
from tender_app.kernel import calendar
from tender_app.ledger.log import verify
from tender_app.store import clock
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender


def test_reset_makes_an_aged_demonstration_young(demo: Flask) -> None:
    database, settings = demo.extensions["database"], demo.extensions["settings"]
    with database.transaction() as session:
        clock.move_forward(session, dt.timedelta(days=60))
    assert has_aged(database)
    assert reset(database, settings) is None
    assert not has_aged(database)
    with database.read() as session:
        query = sa.select(Contract).join(Tender).join(Cluster).where(Cluster.slug == "sweets")
        contract = session.scalars(query).one()
        assert year_of(contract.starts_on, calendar.today(clock.now(session, demo=True))) == 2
        assert verify(session)[2] == []
        kept = [files_of(settings).path(document.file_key) for document in session.scalars(sa.select(IssuedDocument))]
    assert all(path.is_file() for path in kept)
