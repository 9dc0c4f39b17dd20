"""The case file of a tender that an addendum changed and a bid went back from unopened: whole, and forgeries of it named (R08)."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tender_app.bids.rules import BidAct, Confirmation
from tender_app.config import Settings
from tender_app.demo import play, seed, story
from tender_app.demo.case import Watched
from tender_app.demo.stage import Company, found_company, workday
from tender_app.dossier import case_file
from tender_app.dossier.known import verdict
from tender_app.kernel import calendar
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumAct, Begun, Issued, Revision
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Changes, TenderAct, Unconfirmed
from tender_app.worker import Worker
from tender_app.workflow.engine import advance, begin
from tests.verifier import forger
from tests.verifier.conftest import Verifier
from tests.verifier.script import by_script
from tests.verifier.test_other_cases import DAY, ground, to_prices

__all__ = ["ground"]
Ground = tuple[Database, Settings]


def bids_around_an_addendum(stage: Watched, company: Company, tender: Tender, plans: list[story.Plan]) -> None:
    """Let three firms bid, an addendum come, the second confirm its bid, the third replace it, the first do nothing."""
    assert tender.closes_at is not None
    assert tender.guarantee is not None
    stage.now = tender.closes_at - 5 * DAY
    _one, two, _three = (story.bid(stage, tender, plan) for plan in plans)
    stage.now = tender.closes_at - 2 * DAY
    made = begin(stage.by(company.officer), Addendum, AddendumAct.BEGIN, Begun(tender))
    content = Revision("برآورد تازه", "", is_material=True, changes={"guarantee": tender.guarantee - 1})
    advance(stage.by(company.officer), made, AddendumAct.REVISE, content)
    advance(stage.by(company.manager), made, AddendumAct.RESCHEDULE)
    advance(stage.by(company.manager), made, AddendumAct.ISSUE, Issued())
    stage.later(hours=2)
    advance(stage.by(plans[1].bidder.person), two, BidAct.CONFIRM, Confirmation((1,)))
    stage.later(hours=2)
    story.bid(stage, tender, plans[2])


def played(installation: Ground, folder: Path) -> Path:
    """Play a tender whose addendum raised the guarantee and moved the days, to its decision; write its case file."""
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
        values = {"unconfirmed_bids": Unconfirmed.RETURN}
        advance(stage.by(company.officer), tender, TenderAct.EDIT, Changes(values))
        story.publish(stage, company, tender, first)
        plans = [
            story.Plan(f, p, n) for f, p, n in zip(firms, (seed.LOW, seed.GOOD, seed.BEST), play.PRICES, strict=True)
        ]
        bids_around_an_addendum(stage, company, tender, plans)
        to_prices(stage, company, tender, plans[1:])
        stage.later(hours=1)
        stage.watch()
        path = folder / "case.zip"
        path.write_bytes(b"".join(case_file.streamed(stage.by(company.auditor), tender)))
    return path


def test_r08_it_is_whole_in_both_verifiers_and_known_here_and_forgeries_are_named(
    ground: Ground, tmp_path: Path, by_page: Verifier
) -> None:
    path = played(ground, tmp_path)
    data = path.read_bytes()
    assert by_script(data) == set()
    assert by_page(data) == set()
    database, settings = ground
    with database.read() as session:
        assert verdict(session, settings, path).faults == []
    names = forger.unpacked(path).keys()
    for act in ("confirm_addendum", "return_unopened", "replace"):
        assert len([name for name in names if name.startswith(f"receipts/{act}-")]) == 1, act
    assert len([name for name in names if name.startswith("envelopes/")]) == 6  # the returned bid's are not handed out
    assert len([name for name in names if name.startswith("papers/addendum-")]) == 1
    for name, (act, change, code) in FORGERIES.items():
        files = forger.unpacked(path)
        forger.in_ledger(files, act, change)
        forger.repaired(files)
        forged = forger.packed(files)
        for verifier in (by_script, by_page):
            assert code in {found for _, found in verifier(forged)}, name


def _other_minimum(row: dict[str, Any]) -> None:
    row["detail"]["terms"]["minimum_score"] = str(Decimal(row["detail"]["terms"]["minimum_score"]) - 10)


def _unspoken_deadline(row: dict[str, Any]) -> None:
    del row["detail"]["closes_at"]


def _earlier_opening(row: dict[str, Any]) -> None:
    at = dt.datetime.fromisoformat(row["detail"]["opens_before"]) - dt.timedelta(hours=1)
    row["detail"]["opens_at"] = row["detail"]["terms"]["opens_at"] = at.isoformat(timespec="microseconds")


def _bids_stand(row: dict[str, Any]) -> None:
    row["detail"]["terms"]["unconfirmed_bids"] = "stand"


def _other_addendum(row: dict[str, Any]) -> None:
    row["detail"]["addendum"] = "1"


FORGERIES: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "an addendum lowers the minimum": ("amend", _other_minimum, "terms"),
    "an addendum moves the deadline without a word": ("amend", _unspoken_deadline, "terms"),
    "an addendum moves the opening forward": ("amend", _earlier_opening, "terms"),
    "an addendum lets unconfirmed bids stand": ("amend", _bids_stand, "returned"),
    "the addendum has no number": ("amend", _other_addendum, "returned"),
}

pytestmark = pytest.mark.browser
