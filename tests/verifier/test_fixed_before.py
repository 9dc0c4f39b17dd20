"""Case files of a tender with a trimmed mean, a criterion with a least of its own, and another tie rule."""

import datetime as dt

import pytest

from tender_app.config import Settings
from tender_app.demo import seed, story
from tender_app.demo.case import Watched
from tender_app.demo.stage import Company, found_company, workday
from tender_app.dossier import case_file
from tender_app.evaluation.rules import Locking
from tender_app.kernel import calendar
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Aggregation, Changes, TenderAct, TieRule
from tender_app.worker import Worker
from tender_app.workflow.engine import advance
from tests.verifier.conftest import Verifier
from tests.verifier.forger import Files, in_ledger, packed, unpacked_bytes
from tests.verifier.script import by_script

WEAK_TEAM = (("100",) * 3, ("30", "39", "40"), ("100",) * 3, ("100",) * 3)  # 81.7 in all; 39 where 40 is the least
POINTS = ((("70", "80", "100"),) * 4, (("60", "90", "100"),) * 4, WEAK_TEAM)  # 80 and 90 without the extremes
PRICES = (9_200_000_000, 9_600_000_000, 9_000_000_000)  # WP-3: the first two are equal at i = 0.4
TIES = pytest.mark.parametrize("tie", [TieRule.PRICE, TieRule.LOT], ids=lambda tie: tie.value)


def case_of(installation: tuple[Database, Settings], tie: TieRule) -> bytes:
    """Play such a tender until its prices are opened, and return its case file."""
    database, settings = installation
    with database.write() as session:
        clock.begin_demonstration(session)
        stage = Watched(session, settings, clock.true_now(session), worker=Worker(database, settings))
        first = workday(calendar.today(stage.now + dt.timedelta(days=1)))
        stage.at(first - dt.timedelta(days=200), 9)
        company = found_company(stage, stage.administrator(), seed.QAZVIN, seed.STAFF, "")
        firms = seed.firms_of(stage, company)
        cluster = seed.map_of(stage, company, calendar.jalali_year(first))["olive"]
        session.commit()
        stage.worker.beat()
        story.license_cluster(stage, company, cluster, first)
        tender = story.prepare(stage, company, cluster, seed.OLIVE, first)
        fixed = {"aggregation": Aggregation.TRIMMED_MEAN, "trim": 1, "tie_rule": tie}
        advance(stage.by(company.officer), tender, TenderAct.EDIT, Changes(fixed))
        story.publish(stage, company, tender, first)
        plans = [story.Plan(*plan) for plan in zip(firms, POINTS, PRICES, strict=True)]
        to_prices(stage, company, tender, plans)
        stage.later(hours=1)
        stage.watch()
        return b"".join(case_file.streamed(stage.by(company.auditor), tender))


def to_prices(stage: Watched, company: Company, tender: Tender, plans: list[story.Plan]) -> None:
    """Play from the bids to the opened prices."""
    seed.bids_of(stage, company, tender, plans)
    assert tender.opens_at is not None
    assert tender.prices_open_at is not None
    stage.now = tender.opens_at + dt.timedelta(minutes=2)
    story.meet(stage, company, tender)
    story.open_envelopes(stage, company, tender)
    story.score(stage, company, tender, plans)
    advance(stage.by(company.head), tender, TenderAct.LOCK_SCORES, Locking("پراکندگی سنجیده شد."))
    stage.later(hours=1)
    advance(stage.by(company.secretary), tender, TenderAct.INVITE)
    stage.now = max(stage.now, tender.prices_open_at) + dt.timedelta(minutes=3)
    story.open_prices(stage, company, tender)


def published_otherwise(files: Files, **terms: object) -> bytes:
    """Return the archive as if something else had been published."""
    in_ledger(files, "publish", lambda row: row["detail"]["terms"].update(terms))
    return packed(files)


@TIES
def test_it_is_whole_and_nothing_else_could_have_been_published(
    installation: tuple[Database, Settings], tie: TieRule
) -> None:
    data = case_of(installation, tie)
    assert by_script(data) == set()
    told = {code for _place, code in by_script(published_otherwise(unpacked_bytes(data), tie_rule="technical"))}
    assert "recorded" in told
    told = {code for _place, code in by_script(published_otherwise(unpacked_bytes(data), aggregation="mean"))}
    assert {"technical", "case"} <= told
    files = unpacked_bytes(data)
    files["ledger.jsonl"] = files["ledger.jsonl"].replace(b'"least":"40"', b'"least":"39"')
    assert "qualified" in {code for _place, code in by_script(packed(files))}


@pytest.mark.browser
@TIES
def test_the_page_says_the_same(installation: tuple[Database, Settings], by_page: Verifier, tie: TieRule) -> None:
    data = case_of(installation, tie)
    assert by_page(data) == set()
    changed = published_otherwise(unpacked_bytes(data), tie_rule="technical", aggregation="mean")
    assert by_page(changed) == by_script(changed)
