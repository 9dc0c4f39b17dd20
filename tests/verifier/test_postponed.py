"""The case file of a tender whose price session was postponed: whole and known, and no hour of it can be brought forward (R26)."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tender_app.bids.price_session import Later
from tender_app.config import Settings
from tender_app.demo import play, seed, story
from tender_app.demo.case import Watched
from tender_app.demo.stage import Company, found_company, workday
from tender_app.dossier import case_file
from tender_app.dossier.known import verdict
from tender_app.kernel import calendar
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.tenders.session_rules import Postponed
from tender_app.worker import Worker
from tender_app.workflow.engine import advance
from tests.verifier import forger
from tests.verifier.conftest import Verifier
from tests.verifier.script import by_script
from tests.verifier.test_other_cases import DAY, ground

__all__ = ["ground"]
Ground = tuple[Database, Settings]
pytestmark = pytest.mark.browser


def to_postponed_prices(stage: Watched, company: Company, tender: Tender, plans: list[story.Plan]) -> None:
    """Play from the bids to the decision; the head postpones the price session by a day on its eve."""
    assert tender.closes_at is not None
    assert tender.opens_at is not None
    assert tender.prices_open_at is not None
    stage.now = tender.closes_at - DAY
    for plan in plans:
        story.bid(stage, tender, plan)
    stage.now = tender.closes_at - dt.timedelta(hours=3)
    story.hand_over_originals(stage, company, tender, plans)
    stage.now = tender.opens_at + dt.timedelta(minutes=2)
    story.meet(stage, company, tender)
    story.open_envelopes(stage, company, tender)
    story.score(stage, company, tender, plans)
    story.lock(stage, company, tender)
    before = tender.prices_open_at
    stage.now = max(stage.now, before - DAY)
    what = Later(Postponed(before, before + DAY, "سالن آماده نیست"))
    advance(stage.by(company.head), tender, TenderAct.POSTPONE_PRICES, what)
    stage.now = before + DAY + dt.timedelta(minutes=3)
    story.decide(stage, company, tender)


def played(installation: Ground, folder: Path) -> Path:
    """Play such a tender to its decision, and write its case file."""
    database, settings = installation
    with database.write() as session:
        clock.begin_demonstration(session)
        stage = Watched(session, settings, clock.true_now(session), worker=Worker(database, settings))
        first = workday(calendar.today(stage.now + DAY))
        stage.at(first - 200 * DAY, 9)
        company = found_company(stage, stage.administrator(), seed.QAZVIN, seed.STAFF, "")
        firms = seed.firms_of(stage, company)
        cluster = seed.map_of(stage, company, calendar.jalali_year(first))["olive"]
        session.commit()
        stage.worker.beat()
        story.license_cluster(stage, company, cluster, first)
        tender = story.prepare(stage, company, cluster, seed.OLIVE, first)
        story.publish(stage, company, tender, first)
        plans = [
            story.Plan(f, p, n) for f, p, n in zip(firms, (seed.LOW, seed.GOOD, seed.BEST), play.PRICES, strict=True)
        ]
        to_postponed_prices(stage, company, tender, plans)
        stage.later(hours=1)
        stage.watch()
        path = folder / "case.zip"
        path.write_bytes(b"".join(case_file.streamed(stage.by(company.auditor), tender)))
    return path


def test_r26_it_is_whole_in_both_verifiers_and_known_here_and_an_hour_brought_forward_is_named(
    ground: Ground, tmp_path: Path, by_page: Verifier
) -> None:
    path = played(ground, tmp_path)
    data = path.read_bytes()
    assert by_script(data) == set()
    assert by_page(data) == set()
    database, settings = ground
    with database.read() as session:
        assert verdict(session, settings, path).faults == []
    files = forger.unpacked(path)
    forger.in_ledger(files, "postpone_prices", _forward)
    forger.repaired(files)
    forged = forger.packed(files)
    for verifier in (by_script, by_page):
        assert "terms" in {found for _, found in verifier(forged)}


def _forward(row: dict[str, Any]) -> None:
    at = dt.datetime.fromisoformat(row["detail"]["prices_before"]) - dt.timedelta(hours=1)
    row["detail"]["prices_open_at"] = at.isoformat(timespec="microseconds")
