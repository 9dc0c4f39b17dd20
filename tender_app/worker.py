"""The worker beside the web process: it beats, keeps the receipt log's pace, does what is due, and sends letters.

One process is one executor of the job engine, with a name that no other has; the engine is imported here alone, in the
process that runs it. What must happen at a certain time is a row that each beat looks for: no timer binds anything.
"""

import logging
import os
import signal
import threading
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tender_app import procedures
from tender_app.awards import lots
from tender_app.awards.reminders import GUARANTEE
from tender_app.bids import uploading
from tender_app.config import Settings, read_settings
from tender_app.evaluation.reminders import SCORING
from tender_app.kernel.actor import NOBODY
from tender_app.ledger import heartbeat
from tender_app.ledger.pace import keep_pace
from tender_app.notifications.delivery import JOB, Post
from tender_app.sealing import destruction
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.store.jobs import Jobs, executor_id, owner_is_gone
from tender_app.tenders import rehearsing, reminders
from tender_app.tenders.extension import draft_extensions
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

EVERY = 5  # seconds between two beats
TIDYING = 720  # beats between two removals of finished jobs: an hour
REASONS = (*reminders.REASONS, SCORING, GUARANTEE)
logger = logging.getLogger("tender_app.worker")


@dataclass
class Worker:
    """One run of the worker over an installation."""

    database: Database
    settings: Settings
    run: int | None = None
    jobs: Jobs | None = None
    beats: int = 0
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        """Open the post."""
        self.post = Post(self.database, self.settings)

    def beat(self) -> None:
        """Beat, keep the log's pace, and finish what a crash left; each in a transaction of its own."""
        with self.database.transaction() as session:
            now = clock.true_now(session)
            self.run = heartbeat.beat(session, now, self.run)
        with self.database.transaction() as session:
            keep_pace(session, self.settings, clock.true_now(session), is_active=needs_minutes(session))
        with self.database.transaction() as session:
            destruction.sweep(session, self.settings)
            uploading.sweep(self._nobody(session))
        with self.database.transaction() as session:
            draft_extensions(session, self.settings, clock.true_now(session))
        with self.database.transaction() as session:
            reminders.sweep(self._nobody(session), REASONS)
        rehearsing.sweep(self.database, demo=self.settings.demo)

    def deliver(self) -> None:
        """Let jobs of workers that are gone go on, and ask for one for each letter that is due."""
        if self.jobs is None:
            self.jobs = Jobs(self.settings, executor_id(self.run or 0), {JOB: self.post.carry})
        with self.database.read() as session:
            now = clock.true_now(session)
            beating = heartbeat.beating(session, now)
        self.jobs.adopt(lambda name: owner_is_gone(name, beating.__contains__))
        self.post.relay(self.jobs.enqueue)
        if self.beats % TIDYING == 0:
            self.jobs.forget(now)
        self.beats += 1

    def _nobody(self, session: Session) -> Context:
        return Context(session, NOBODY, clock.now(session, demo=self.settings.demo), self.settings)

    def close(self) -> None:
        """Take no more jobs."""
        if self.jobs is not None:
            self.jobs.close()


def needs_minutes(session: Session) -> bool:
    """Tell whether some tender stands between its publication and its opening, or a lot waits for its minute."""
    query = sa.select(Tender.id).where(Tender.state == TenderState.PUBLISHED).limit(1)
    return session.scalar(query) is not None or lots.some_wait(session)


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
        for duty in (worker.beat, worker.deliver):
            try:
                duty()
            except (
                SQLAlchemyError,
                OSError,
            ):  # the database or the disk is away for a while: the next beat tries again
                logger.exception("this beat is lost")
        over.wait(EVERY)
    worker.close()


if __name__ == "__main__":
    main()
