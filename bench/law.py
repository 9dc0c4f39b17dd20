"""What the law costs a tender: its calendar, the catalogue, and the checks of a draft's page, beside the bare reading of the same rows."""

import statistics
import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.measure import Measure
from tender_app.config import Settings
from tender_app.dossier import rulebook
from tender_app.dossier.case_facts import CaseFacts
from tender_app.kernel import calendar
from tender_app.people.capacities import actor_of
from tender_app.people.models import Person
from tender_app.regulation.models import DatedSetting, Holiday
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.tenders import schedule
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.deciding import days_of, law_of
from tender_app.tenders.models import Criterion, Insertion, Tender, TenderDocument
from tender_app.tenders.planning import Planner
from tender_app.tenders.planning_steps import PUBLISHED
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import offers

TIMES = 60
READ = (DatedSetting, Holiday, Criterion, TenderDocument, Insertion)


def law(database: Database, settings: Settings) -> Iterator[Measure]:
    """Compute a draft's calendar and hold the whole catalogue against a finished tender; ask what a draft lacks: each anew, in turns."""
    acts: dict[Callable[[Context], None], list[float]] = {
        act: [] for act in (_calendar_and_catalogue, _read_whole, _checks, _read_draft)
    }
    for turn in range(TIMES + 1):
        for act, kept in acts.items():
            took = _timed(database, settings, act)
            if turn:  # the first turn only warms
                kept.append(took)
    yield _measure("calendar_rules", acts[_calendar_and_catalogue], acts[_read_whole])
    yield _measure("draft_checks", acts[_checks], acts[_read_draft])


def _measure(name: str, ours: list[float], floor: list[float]) -> Measure:
    mine, bare = statistics.median(ours), statistics.median(floor)
    return Measure(name, mine, bare, mine / bare, "ms", mine, sorted(ours)[int(len(ours) * 0.95)], len(ours))


def _timed(database: Database, settings: Settings, act: Callable[[Context], None]) -> float:
    with database.read() as session:
        ctx = _context(session, settings)
        started = time.perf_counter()
        act(ctx)
        return (time.perf_counter() - started) * 1000


def _context(session: Session, settings: Settings) -> Context:
    now = clock.now(session, demo=True)
    officer = session.scalars(sa.select(Person.id).where(Person.username == "officer")).one()
    return Context(session, actor_of(session, officer, now), now, settings)


def _calendar_and_catalogue(ctx: Context) -> None:
    """Plan from today, explain every day, hold the catalogue against a tender whose every stage was passed."""
    tender = _draft(ctx)
    planner = Planner(law_of(ctx, tender), days_of(ctx, tender), tender.bytes_hours)
    days = planner.forward(calendar.today(ctx.now))
    planner.explained(planner.wished("opens_at", days["opens_at"], calendar.today(ctx.now)))
    planner.days.estimates(days[PUBLISHED], days["valid_until"])
    schedule.faults(planner.instants(days, {}), ctx.now, planner.law)
    rulebook.judge(CaseFacts(ctx, _finished(ctx)))


def _checks(ctx: Context) -> None:
    """Ask the law what a draft lacks, what is worth a look, and what may be done."""
    tender = _draft(ctx)
    missing(ctx, tender)
    warnings(ctx, tender)
    offers(ctx, tender)


def _read_whole(ctx: Context) -> None:
    """Read the rows that calendar and catalogue turn on, and nothing more."""
    _finished(ctx)
    _read_draft(ctx)


def _read_draft(ctx: Context) -> None:
    """Read the rows that a draft's checks turn on."""
    _draft(ctx)
    for model in READ:
        ctx.session.scalars(sa.select(model)).all()


def _finished(ctx: Context) -> Tender:
    """Return a tender whose every stage was passed: the whole catalogue is asked of it."""
    query = sa.select(Tender).where(Tender.state == TenderState.CONTRACTED, Tender.number.startswith("QZ-"))
    return ctx.session.scalars(query.order_by(Tender.id).limit(1)).one()


def _draft(ctx: Context) -> Tender:
    query = sa.select(Tender).where(Tender.state == TenderState.PREPARING, Tender.number.startswith("QZ-"))
    return ctx.session.scalars(query.order_by(Tender.id).limit(1)).one()
