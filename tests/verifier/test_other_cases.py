"""Case files of tenders that went another way: replaced and withdrawn bids, an unreadable price, quality and cost, destroyed keys."""

import datetime as dt
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tender_app.awards.rules import Ballot, Naming
from tender_app.bids import commands
from tender_app.bids.key_rules import Destruction
from tender_app.bids.models import Bid, Price
from tender_app.bids.quorum import unopened_prices
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Placed
from tender_app.config import Settings
from tender_app.demo import play, seed, story
from tender_app.demo.case import Watched
from tender_app.demo.stage import Company, found_company, workday
from tender_app.dossier import case_file
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import Asked, ExplanationAct, Finding, Opinion
from tender_app.evaluation.talk_models import Talk
from tender_app.evaluation.talk_rules import Opened, Revised, TalkAct, TalkClosed
from tender_app.kernel import calendar
from tender_app.procedures import install_all
from tender_app.sealing.envelope import Envelope
from tender_app.store import clock
from tender_app.store.database import Database
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Aggregation, Changes, Matter, Method, TenderAct
from tender_app.worker import Worker
from tender_app.workflow.engine import advance, begin
from tests.conftest import settings_in
from tests.verifier.conftest import Verifier
from tests.verifier.forger import packed, repaired, unpacked_bytes
from tests.verifier.script import by_script

DAY = dt.timedelta(days=1)


@pytest.fixture
def ground(tmp_path: Path, migrated: Path) -> Iterator[tuple[Database, Settings]]:
    """Give an empty installation of its own."""
    shutil.copytree(migrated, tmp_path / "instance")
    install_all()
    settings = settings_in(tmp_path / "instance")
    database = Database(settings.database_url)
    yield database, settings
    database.dispose()


def seal_unreadable_price(stage: Watched, bid: Bid, plan: story.Plan) -> None:
    """Seal a price whose phases do not add up."""
    ctx = stage.by(plan.bidder.person)
    envelope = Envelope(commands.recipient_of(ctx, bid.tender_id, EnvelopeKind.C), files_of(stage.settings))
    form = {"phases": [{"title": "همه", "amount": 1}], "total": 2, "includes_tax": False}
    advance(ctx, bid, BidAct.SEAL, Placed(EnvelopeKind.C, envelope.seal(form)))


def bids_that_change(stage: Watched, tender: Tender, plans: list[story.Plan], *, unreadable: bool) -> None:
    """Let the first bid be replaced, and the second withdrawn and handed in anew."""
    assert tender.closes_at is not None
    stage.now = tender.closes_at - 2 * DAY
    for plan in (plans[0], plans[0], plans[1], plans[2]):
        bid = story.bid(stage, tender, plan)
        stage.later(hours=1)
        if plan is plans[1]:
            advance(stage.by(plan.bidder.person), bid, BidAct.WITHDRAW)
    again = story.draft(stage, tender, plans[1])
    if unreadable:
        seal_unreadable_price(stage, again, plans[1])
    advance(stage.by(plans[1].bidder.person), again, BidAct.SUBMIT, commands.submission_of(again))


def reject_low(stage: Watched, company: Company, tender: Tender, bid: Bid) -> None:
    """Ask about a price that was read, hear nothing, and reject it by two votes."""
    asked = begin(stage.by(company.head), PriceExplanation, ExplanationAct.ASK, Asked(tender, bid, "توضیح دهید."))
    stage.now = asked.until
    for member, rejects in ((company.head, True), (company.finance, True), (company.technical, False)):
        advance(stage.by(member), asked, ExplanationAct.VOTE, Opinion(rejects, "دلیل"))
    advance(stage.by(company.head), asked, ExplanationAct.REJECT, Finding("توضیحی نرسید"))


def decide(stage: Watched, company: Company, tender: Tender) -> None:
    """Open the prices, reject the lower one as too low, and name the winner of the ranking that supersedes the first."""
    story.open_prices(stage, company, tender)
    lower = min(story.bids_in(stage, tender, BidState.PRICED), key=lambda b: price_of(stage, b))
    reject_low(stage, company, tender, lower)
    for member in (company.head, company.finance, company.technical):
        advance(stage.by(member), tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))
    advance(stage.by(company.head), tender, TenderAct.NAME_WINNERS, Naming())
    advance(stage.by(company.secretary), tender, TenderAct.ISSUE_PRICE_MINUTES)


def price_of(stage: Watched, bid: Bid) -> int:
    """Return a bid's opened price."""
    return stage.session.query(Price).filter_by(bid_id=bid.id).one().total


def talk_it_over(stage: Watched, company: Company, tender: Tender) -> None:
    """Let the first evaluator change one score twice in a talk, and the second one once."""
    bid = story.bids_in(stage, tender, BidState.UNDER_EVALUATION)[-1].id
    leaf = tender.criteria[0].id
    talk = begin(stage.by(company.head), Talk, TalkAct.OPEN_TALK, Opened(tender, ((bid, leaf),), "روش اجرا"))
    for place, points in ((0, "89"), (0, "91.5"), (1, "91")):
        stage.later(minutes=10)
        who = company.evaluators[place]
        what = Revised(bid, leaf, Decimal(points), "قانع شدم", company.head.id)
        advance(stage.by(who), talk, TalkAct.REVISE, what)
    advance(stage.by(company.head), talk, TalkAct.CLOSE_TALK, TalkClosed("به هم نزدیک شدند"))


def to_prices(stage: Watched, company: Company, tender: Tender, plans: list[story.Plan], *, low: bool = False) -> None:
    """Play from the originals to the decision over the prices."""
    assert tender.closes_at is not None
    assert tender.opens_at is not None
    assert tender.prices_open_at is not None
    stage.now = tender.closes_at - dt.timedelta(hours=3)
    story.hand_over_originals(stage, company, tender, plans)
    stage.now = tender.opens_at + dt.timedelta(minutes=2)
    story.meet(stage, company, tender)
    story.open_envelopes(stage, company, tender)
    story.score(stage, company, tender, plans)
    if tender.aggregation is Aggregation.CONSENSUS:
        talk_it_over(stage, company, tender)
    story.lock(stage, company, tender)
    stage.now = max(stage.now, tender.prices_open_at) + dt.timedelta(minutes=3)
    (decide if low else story.decide)(stage, company, tender)


def to_the_end(stage: Watched, company: Company, tender: Tender, plans: list[story.Plan]) -> None:
    """Play from the decision to the contract, and destroy the header of the price that was never opened."""
    stage.later(days=2)
    story.award(stage, company, tender)
    stage.later(days=3)
    story.sign_contract(stage, company, tender, plans[2].bidder, workday(calendar.today(stage.now) + 12 * DAY))
    stage.later(hours=1)
    ctx = stage.by(company.head)
    (unopened,) = unopened_prices(ctx, tender)
    advance(ctx, tender, TenderAct.DESTROY_UNOPENED, Destruction((unopened[1].digest,)))
    stage.later(hours=1)
    stage.watch()


def played(ground: tuple[Database, Settings], *, qcbs: bool, unreadable: bool, low: bool) -> bytes:
    """Play such a tender to its contract and to the end of its unopened price, and return its case file."""
    database, settings = ground
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
        if qcbs:
            values = {"method": Method.QCBS, "technical_share": Decimal("0.7"), "impact": None}
            advance(stage.by(company.officer), tender, TenderAct.EDIT, Changes(values))
        else:
            changed = Changes({"aggregation": Aggregation.CONSENSUS})
            advance(stage.by(company.officer), tender, TenderAct.EDIT, changed)
        story.publish(stage, company, tender, first)
        plans = [
            story.Plan(f, p, n) for f, p, n in zip(firms, (seed.LOW, seed.GOOD, seed.BEST), play.PRICES, strict=True)
        ]
        bids_that_change(stage, tender, plans, unreadable=unreadable)
        to_prices(stage, company, tender, plans, low=low)
        to_the_end(stage, company, tender, plans)
        return b"".join(case_file.streamed(stage.by(company.auditor), tender))


WAYS = pytest.mark.parametrize(
    ("qcbs", "unreadable", "low"), [(True, False, False), (False, True, False), (True, False, True)]
)


@WAYS
def test_it_is_whole(ground: tuple[Database, Settings], *, qcbs: bool, unreadable: bool, low: bool) -> None:
    data = played(ground, qcbs=qcbs, unreadable=unreadable, low=low)
    assert by_script(data) == set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        sealed = json.loads(archive.read("envelopes.json"))
        ranked = [row for row in json.loads(archive.read("ranking.json")) if row["rank"]]
    assert len([name for name in names if name.startswith("receipts/R-")]) == 5
    assert len([name for name in names if name.startswith(("receipts/replace-", "receipts/withdraw-"))]) == 2
    assert any(name.startswith("receipts/destroy_unopened-") for name in names)
    assert len({row["receipt"] for row in sealed}) == 5
    assert len([name for name in names if name.startswith("envelopes/")]) == 9
    assert len(ranked) == (1 if unreadable or low else 2)


@pytest.mark.browser
@WAYS
def test_the_page_finds_it_whole_too(
    ground: tuple[Database, Settings], by_page: Verifier, *, qcbs: bool, unreadable: bool, low: bool
) -> None:
    assert by_page(played(ground, qcbs=qcbs, unreadable=unreadable, low=low)) == set()


def taken(rows: list[Any]) -> None:
    rows.pop()


def reworded(rows: list[Any]) -> None:
    rows[0][5] = "دلیل دیگر"


def raised(rows: list[Any]) -> None:
    rows[-1][4] = "100"


@pytest.mark.browser
def test_changed_points_are_whole_as_told_and_no_other_way(
    ground: tuple[Database, Settings], by_page: Verifier
) -> None:
    data = played(ground, qcbs=False, unreadable=False, low=False)
    scores = json.loads(unpacked_bytes(data)["scores.json"])
    assert [(row[3], row[4]) for row in scores["revisions"]] == [("80", "89"), ("80", "91.5"), ("75", "91")]
    assert (by_script(data), by_page(data)) == (set(), set())
    for forge in (taken, reworded, raised):
        files = unpacked_bytes(data)
        told = json.loads(files["scores.json"])
        forge(told["revisions"])
        files["scores.json"] = json.dumps(told, ensure_ascii=False).encode()
        repaired(files)
        for found in (by_script(packed(files)), by_page(packed(files))):
            assert ("scores.json revisions", "revision") in found, forge
