"""A demonstration tender played to its contract, with the receipt log beside it; its case file as an auditor has it."""

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tender_app.config import Settings
from tender_app.demo import play, seed
from tender_app.demo.stage import Stage, found_company, workday
from tender_app.dossier import case_file
from tender_app.kernel import calendar
from tender_app.people.models import Person
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.store.migrations import upgrade
from tender_app.tenders.models import Tender
from tender_app.worker import Worker

DAY = dt.timedelta(days=1)


@dataclass
class Watched(Stage):
    """A stage whose clock is the demonstration's: before anyone acts, the clock is moved there and the worker beats."""

    worker: Worker = field(kw_only=True)

    def by(self, person: Person | None) -> Context:
        """Return the circumstances in which a person acts, at the hour that the clock of the story now shows."""
        self.watch()
        return super().by(person)

    def watch(self) -> None:
        """Keep what was done, move the clock to the story's hour, and let the worker write the log's leaf."""
        late = self.now - clock.now(self.session, demo=True)
        if late > dt.timedelta(seconds=1):
            clock.move_forward(self.session, late)
            self.session.commit()
            self.worker.beat()


def case(out: Path) -> int:
    """Play the olive story in a scratch installation and write its case file; return its size, OSError if it cannot be."""
    out.open("ab").close()  # what cannot be written is known before the story is played
    with tempfile.TemporaryDirectory() as scratch:
        settings = play.settings_in(Path(scratch))
        upgrade(settings.database_url)
        database = Database(settings.database_url)
        try:
            return written(database, settings, out)
        finally:
            database.dispose()


def written(database: Database, settings: Settings, out: Path) -> int:
    """Play the olive story in an empty installation and write its case file; return the file's size."""
    with database.write() as session:
        clock.begin_demonstration(session)
        stage = Watched(session, settings, clock.true_now(session), worker=Worker(database, settings))
        tender, auditor = _play(stage)
        session.commit()
    with database.snapshot() as session, out.open("wb") as file:
        reader = Stage(session, settings, clock.now(session, demo=True)).by(session.get_one(Person, auditor))
        return sum(map(file.write, case_file.streamed(reader, session.get_one(Tender, tender))))


def _play(stage: Watched) -> tuple[int, int]:
    """Play from the founding to the contract and one leaf more; return the tender's id and the auditor's."""
    first = workday(calendar.today(stage.now + DAY))
    stage.at(first - 200 * DAY, 9)
    admin = stage.administrator()
    company = found_company(stage, admin, seed.QAZVIN, seed.STAFF, "")
    firms = seed.firms_of(stage, company)
    clusters = seed.map_of(stage, company, calendar.jalali_year(first))
    stage.session.commit()
    stage.worker.beat()
    tender = seed.published(stage, company, clusters["olive"], seed.OLIVE, first)
    seed.to_contract(stage, company, tender, firms, play.PRICES)
    stage.later(hours=1)
    stage.watch()
    return tender.id, company.auditor.id
