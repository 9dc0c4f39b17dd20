"""The worker beside the web process: it beats, keeps the receipt log's pace, and does what is due."""

import logging
import os
import signal
import threading
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tender_app import procedures
from tender_app.bids import uploading
from tender_app.config import Settings, read_settings
from tender_app.kernel.actor import NOBODY
from tender_app.ledger import heartbeat
from tender_app.ledger.pace import keep_pace
from tender_app.sealing import destruction
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.tenders import rehearsing
from tender_app.tenders.extension import draft_extensions
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

EVERY = 5  # seconds between two beats
logger = logging.getLogger("tender_app.worker")


@dataclass
class Worker:
    """One run of the worker over an installation."""

    database: Database
    settings: Settings
    run: int | None = None

    def beat(self) -> None:
        """Beat, keep the log's pace, and finish what a crash left; each in a transaction of its own."""
        with self.database.transaction() as session:
            now = clock.true_now(session)
            self.run = heartbeat.beat(session, now, self.run)
        with self.database.transaction() as session:
            keep_pace(session, self.settings, clock.true_now(session), is_active=awaits_opening(session))
        with self.database.transaction() as session:
            destruction.sweep(session, self.settings)
            uploading.sweep(Context(session, NOBODY, clock.now(session, demo=self.settings.demo), self.settings))
        with self.database.transaction() as session:
            draft_extensions(session, self.settings, clock.true_now(session))
        rehearsing.sweep(self.database, demo=self.settings.demo)


def awaits_opening(session: Session) -> bool:
    """Tell whether some tender stands between its publication and its opening."""
    query = sa.select(Tender.id).where(Tender.state == TenderState.PUBLISHED).limit(1)
    return session.scalar(query) is not None


def main() -> None:
    """Be a worker by itself, over the settings of the environment."""
    procedures.install_all()
    run(read_settings(serves=False))


def run(settings: Settings) -> None:
    """Beat until a signal ends it, or the process that began it is gone."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    worker, parent, over = Worker(Database(settings.database_url), settings), os.getppid(), threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: over.set())
    while not over.is_set() and os.getppid() == parent:
        try:
            worker.beat()
        except (SQLAlchemyError, OSError):  # the database or the disk is away for a while: the next beat tries again
            logger.exception("this beat is lost")
        over.wait(EVERY)


if __name__ == "__main__":
    main()
