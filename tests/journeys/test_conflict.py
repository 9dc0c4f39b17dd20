"""A conflict of interest in Chromium: the alert and its decision, stepping aside, and another who declares twice and scores."""

import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tender_app.bids.models import Bid
from tender_app.demo import seed, story
from tender_app.demo.panel import sheet_of
from tender_app.demo.stage import PASSWORD
from tender_app.demo.story import Plan
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.kernel.persian import persian_digits
from tender_app.people.models import Person
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import advance
from tests.journeys.people import People, told
from tests.journeys.test_other_ends import ground, published, state_of
from tests.journeys.test_scoring_room import faults
from tests.make import session_of

pytestmark = pytest.mark.browser

FIRM = "مهندسان مشاور پیشگامان خوشه"


def opened(people: People) -> str:
    """Play a tender of one bid to its opened envelope ب; the first evaluator answers the bidder's telephone."""
    number = published(people, [(0, seed.GOOD, 9_000_000_000)])
    with session_of(people.served.app) as session:
        on = ground(people, session)
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        assert tender.opens_at is not None
        on.stage.now = tender.opens_at + dt.timedelta(minutes=2)
        story.meet(on.stage, on.company, tender)
        story.open_envelopes(on.stage, on.company, tender)
        on.company.evaluators[0].mobile = on.firms[0].firm.phone
    return number


def score_as_two(people: People, number: str) -> None:
    """Let the two evaluators without a conflict declare, score and confirm."""
    with session_of(people.served.app) as session:
        on = ground(people, session)
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        del on.company.evaluators[0]
        story.score(on.stage, on.company, tender, [Plan(on.firms[0], seed.GOOD, 9_000_000_000)])


def state_of_sheet(people: People, number: str, username: str) -> SheetState:
    with session_of(people.served.app) as session:
        query = sa.select(ScoreSheet.state).join(Person, Person.id == ScoreSheet.person_id)
        query = query.join(Tender, Tender.id == ScoreSheet.tender_id)
        return session.scalars(query.where(Person.username == username, Tender.number == number)).one()


def sign(page: Page, password: str = PASSWORD) -> None:
    """Sign the declaration of this page."""
    page.fill("#password", password)
    page.get_by_role("button", name="امضای اعلام").click()
    page.wait_for_load_state()


def fill_and_confirm(people: People, page: Page, number: str) -> None:
    """Give every criterion of the one bid its points and reason, and confirm the sheet."""
    with session_of(people.served.app) as session:
        bid = session.scalars(sa.select(Bid.id)).one()
        leaves = session.scalars(sa.select(Criterion.id).order_by(Criterion.position)).all()
    page.goto(f"{people.served.address}/tenders/{number}/scores/{bid}")
    for leaf in leaves:
        page.fill(f"#p-{leaf}", "۸۰")
        page.fill(f"#r-{leaf}", "روشن و کامل است.")
        page.locator(f"#r-{leaf}").blur()
    expect(page.locator(".bid-tabs [aria-current]")).to_contain_text(
        f"{persian_digits(len(leaves))} از", timeout=30_000
    )
    page.get_by_role("link", name="تأیید برگه امتیاز").click()
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator(".flashes")).to_contain_text("برگه شما تأیید شد")


def pledge(people: People, here: str) -> None:
    """Let the first evaluator sign the first declaration, at the second try; only then are the bidders named to her."""
    page = people.goto("evaluator1", f"{here}/scores/pledge")
    assert faults(page) == []
    assert FIRM not in page.inner_text("main")
    sign(page, "not hers")
    expect(page.locator(".error-summary")).to_be_visible()
    sign(page)
    page.wait_for_url("**/scores/declare")
    told(page, FIRM)
    assert faults(page) == []


def decide(people: People, here: str) -> None:
    """Let the head read the alert and decide that she steps aside."""
    page = people.goto("head", f"{here}/conflicts")
    told(page, "قطعی")
    assert faults(page) == []
    page.get_by_role("link", name="تصمیم با دلیل").click()
    assert faults(page) == []
    page.locator("#verdict").select_option("step_aside")
    page.fill("#reason", "تلفن شرکت را او پاسخ می‌دهد.")
    page.get_by_role("button", name="ثبت تصمیم").click()
    told(page, "تلفن شرکت را او پاسخ می‌دهد.")
    assert faults(page) == []


def seat(people: People, here: str, username: str) -> Page:
    """Let the head seat another, who declares twice; return the open sheet."""
    page = people.goto("head", f"{here}/technical/replace")
    with session_of(people.served.app) as session:
        newcomer = session.scalars(sa.select(Person.id).where(Person.username == username)).one()
    page.locator("#person").select_option(str(newcomer))
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator(".flashes")).to_contain_text("برگه امتیاز به ارزیاب تازه سپرده شد")
    page = people.goto(username, f"{here}/scores/pledge")
    sign(page)
    page.wait_for_url("**/scores/declare")
    sign(page)
    page.wait_for_url("**/scores")
    return page


def test_who_has_a_conflict_is_set_aside_and_another_declares_twice_and_scores(people: People) -> None:
    number = opened(people)
    here = f"/tenders/{number}"
    pledge(people, here)
    score_as_two(people, number)
    decide(people, here)
    assert state_of_sheet(people, number, "evaluator1") is SheetState.RECUSED
    told(people.goto("evaluator1", f"{here}/scores"), "کنار")
    page = seat(people, here, "auditor")
    fill_and_confirm(people, page, number)
    people.submit("head", f"{here}/technical/lock")
    assert state_of(people, number) == TenderState.TECHNICAL_LOCKED
    assert faults(people.goto("head", f"{here}/technical/analytics")) == []


def test_who_learns_the_names_steps_aside_by_her_own_hand(people: People) -> None:
    number = opened(people)
    with session_of(people.served.app) as session:
        on = ground(people, session)
        tender = session.scalars(sa.select(Tender).where(Tender.number == number)).one()
        her = on.company.evaluators[1]
        sheet = sheet_of(on.stage, tender, her.id)
        ctx = on.stage.by(her)
        advance(ctx, sheet, SheetAct.PLEDGE, story.signed(ctx, sheet))
    page = people.goto("evaluator2", f"/tenders/{number}/scores/declare")
    told(page, FIRM)
    page.get_by_role("link", name="اعلام تعارض و کناره‌گیری").click()
    assert faults(page) == []
    page.get_by_role("button", name="اعلام تعارض و کناره‌گیری").click()
    expect(page.locator(".flashes")).to_contain_text("کناره‌گیری شما ثبت شد")
    assert state_of_sheet(people, number, "evaluator2") is SheetState.RECUSED
