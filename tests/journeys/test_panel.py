"""The panel in Chromium: an interview with a member who drops and returns, then a talk in which a confirmed score changes."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tender_app.bids.rules import BidState
from tender_app.clusters.models import Cluster
from tender_app.demo import seed, story
from tender_app.demo.panel import sheet_of
from tender_app.demo.stage import workday
from tender_app.demo.story import Plan
from tender_app.evaluation.interview_models import Interview, InterviewPresence
from tender_app.evaluation.rules import Scored, SheetAct
from tender_app.evaluation.talk_models import ScoreRevision
from tender_app.kernel import calendar
from tender_app.people.models import Person
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import Aggregation, Changes, TenderAct
from tender_app.workflow.engine import advance
from tests.journeys.people import People, told, typed
from tests.journeys.test_other_ends import ground
from tests.make import session_of

pytestmark = pytest.mark.browser

GIVEN = {"evaluator1": "90", "evaluator2": "70", "evaluator3": "60"}
QUESTION = "گام‌های سال نخست چیست؟"


def under_evaluation(people: People) -> str:
    """Play a tender of one bid, whose notice chose consensus, to its technical evaluation."""
    with session_of(people.served.app) as session:
        on = ground(people, session)
        cluster = session.scalars(sa.select(Cluster).where(Cluster.slug == "olive")).one()
        day = workday(calendar.today(on.stage.now) - dt.timedelta(days=24))
        story.license_cluster(on.stage, on.company, cluster, day)
        tender = story.prepare(on.stage, on.company, cluster, seed.OLIVE, day)
        chosen = Changes({"aggregation": Aggregation.CONSENSUS})
        advance(on.stage.by(on.company.officer), tender, TenderAct.EDIT, chosen)
        story.publish(on.stage, on.company, tender, day)
        seed.bids_of(on.stage, on.company, tender, [Plan(on.firms[0], seed.BEST, 9_000_000_000)])
        assert tender.opens_at is not None
        on.stage.now = tender.opens_at + dt.timedelta(minutes=2)
        story.meet(on.stage, on.company, tender)
        story.open_envelopes(on.stage, on.company, tender)
        for person in on.company.evaluators:
            story.declare(on.stage.by(person), sheet_of(on.stage, tender, person.id))
        return tender.number


def score_everything(people: People, number: str) -> None:
    """Let every evaluator fill and confirm their own sheet."""
    with session_of(people.served.app) as session:
        stage = ground(people, session).stage
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        leaves = session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == tender.id)).all()
        for username, points in GIVEN.items():
            person = session.scalars(sa.select(Person).where(Person.username == username)).one()
            sheet = sheet_of(stage, tender, person.id)
            for bid in story.bids_in(stage, tender, BidState.UNDER_EVALUATION):
                for leaf in leaves:
                    advance(stage.by(person), sheet, SheetAct.SCORE, Scored(bid.id, leaf, Decimal(points), "دلیل", 0))
            advance(stage.by(person), sheet, SheetAct.CONFIRM)


def planned(people: People, number: str) -> tuple[str, dt.datetime]:
    """Let the secretary plan, and the firm confirm its own slot; return the interview's page and its hour."""
    begins = people.now().replace(second=0, microsecond=0) + dt.timedelta(hours=2)
    with session_of(people.served.app) as session:
        leaf = session.scalars(sa.select(Criterion.id).order_by(Criterion.id)).first()
    plan = {"starts_at": typed(begins), "minutes": "۴۰", "place": "سالن یک", f"q_{leaf}": QUESTION}
    people.submit("secretary", f"/tenders/{number}/interviews/plan", plan)
    with session_of(people.served.app) as session:
        here = f"/tenders/{number}/interviews/{session.scalars(sa.select(Interview.id)).one()}"

    page = people.submit("firm1", f"{here}/confirm", {"people": "رامین سپند، مدیرعامل"})
    told(page, "شرکت آن را تأیید کرده است")
    assert "آمد و رفت" not in page.inner_text("main")
    return here, begins


def test_a_member_drops_and_returns_and_everything_is_in_the_minutes(people: People) -> None:
    number = under_evaluation(people)
    here, begins = planned(people, number)
    page = people.goto("head", f"{here}/remote")
    page.get_by_label("شیوا کاویان").check()
    page.locator("main form button[type=submit]").click()
    people.let_time_pass(begins)
    people.press("head", here, "آغاز مصاحبه")
    for member in ("evaluator1", "evaluator2", "evaluator3"):
        people.press(member, here, "پیوستن به مصاحبه")

    far, head = people.of("evaluator3"), people.goto("head", here)
    far.context.set_offline(True)
    expect(far.locator("[data-live-told]")).to_contain_text("ارتباط قطع است", timeout=30_000)
    head.get_by_role("button", name="ثبت قطع ارتباط").click()
    told(head, "ارتباط قطع شد")
    people.let_time_pass(begins + dt.timedelta(minutes=4))
    far.context.set_offline(False)
    far.get_by_role("button", name="پیوستن به مصاحبه").click(timeout=60_000)
    expect(head.locator("[data-live]")).to_contain_text("ثبت قطع ارتباط", timeout=30_000)
    people.let_time_pass(begins + dt.timedelta(minutes=40))
    page = people.submit("head", f"{here}/close", {"text": "پرسش خوانده و پاسخ داده شد."})
    told(page, "صورتجلسه مصاحبه")
    with session_of(people.served.app) as session:
        kept = session.scalars(sa.select(InterviewPresence).where(InterviewPresence.is_remote)).all()
        assert [(p.was_dropped, p.left_at is not None) for p in kept] == [(True, True), (False, True)]


def test_an_evaluator_changes_their_own_confirmed_score_in_a_talk_before_the_lock(people: People) -> None:
    number = under_evaluation(people)
    score_everything(people, number)
    people.submit("head", f"/tenders/{number}/talks/open", {"subject": "برنامه سال نخست"})
    page = people.of("evaluator1")
    page.goto(f"{people.served.address}/desk")
    page.get_by_role("link", name="گفت‌وگو درباره امتیازها").first.click()
    page.locator("#cell").select_option(index=1)
    page.fill("#points", "۸۰٫۵")
    page.fill("#reason", "با پاسخ مصاحبه قانع شدم.")
    page.locator("main form button[type=submit]").click()
    told(page, "با پاسخ مصاحبه قانع شدم.")
    expect(page.get_by_text("۸۰٫۵").first).to_be_visible()
    page = people.goto("head", f"/tenders/{number}/talks")
    page.get_by_role("link", name="بستن گفت‌وگو").click()
    page.fill("#note", "به هم نزدیک شدند.")
    page.locator("main form button[type=submit]").click()
    people.submit("head", f"/tenders/{number}/technical/lock", {"note": "پذیرفتنی است."})
    page = people.goto("head", f"/tenders/{number}/talks")
    told(page, "گزارش گفت‌وگو و تغییر امتیازها")
    with session_of(people.served.app) as session:
        row = session.scalars(sa.select(ScoreRevision)).one()
        assert (row.original, row.points) == (Decimal(90), Decimal("80.5"))
