"""Many finished tenders, written straight into the tables: what a board of years holds."""

import datetime as dt

import sqlalchemy as sa

from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState


def more_tenders(database: Database, upto: int) -> None:
    """Fill the board up to so many tenders, copies of the oldest finished one under other numbers."""
    with database.transaction() as session:
        have = session.scalar(sa.select(sa.func.count()).select_from(Tender)) or 0
        model = session.scalars(sa.select(Tender).where(Tender.state == TenderState.CONTRACTED).limit(1)).one()
        values = {c.key: getattr(model, c.key) for c in sa.inspect(Tender).column_attrs if c.key != "id"}
        rows = [
            {
                **values,
                "number": f"QZ-1390-CDA-{n:05}",
                "published_at": values["published_at"] - dt.timedelta(minutes=n),
                "revision": 1,
            }
            for n in range(have, upto)
        ]
        session.execute(sa.insert(Tender), rows)


def open_number(database: Database) -> str:
    """Return the number of a tender that is open for bids."""
    with database.read() as session:
        now = clock.now(session, demo=True)
        query = sa.select(Tender.number).where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > now)
        return session.scalars(query.order_by(Tender.id).limit(1)).one() or ""
