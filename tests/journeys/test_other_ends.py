"""The other ends of a tender, decided in the browser: nobody, one, none good enough, cancelled, late by a second."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.clusters.models import Cluster
from tender_app.demo import seed, story
from tender_app.demo.stage import Bidder, Company, Stage, workday
from tender_app.demo.story import Plan
from tender_app.kernel import calendar
from tender_app.people.models import Firm, Organisation, Person
from tender_app.store import clock
from tender_app.tenders.models import Tender
from tests.journeys.people import People, told
from tests.make import session_of

pytestmark = pytest.mark.browser


@dataclass
class Ground:
    """The company and the firms, found again in the database."""

    stage: Stage
    company: Company
    firms: list[Bidder]


def ground(people: People, session: sa.orm.Session) -> Ground:
    """Return the stage over the served database."""
    settings = people.served.app.extensions["settings"]
    stage = Stage(session, settings, clock.now(session, demo=True))
    found = {p.username: p for p in session.scalars(sa.select(Person))}
    company = Company(
        session.scalars(sa.select(Organisation)).one(),
        found["officer"],
        found["manager"],
        found["head"],
        found["finance"],
        found["technical"],
        found["secretary"],
        found["auditor"],
        [found[f"evaluator{n}"] for n in (1, 2, 3)],
    )
    firms = session.scalars(sa.select(Firm).order_by(Firm.id)).all()
    return Ground(stage, company, [Bidder(f, found[f"firm{n}"]) for n, f in enumerate(firms, 1)])


def published(
    people: People, plans: list[tuple[int, tuple[tuple[str, ...], ...], int]], *, scored: bool = False
) -> str:
    """Publish a tender with these bids (firm, points, price), played to the opening or to the locked scores."""
    with session_of(people.served.app) as session:
        on = ground(people, session)
        cluster = session.scalars(sa.select(Cluster).where(Cluster.slug == "olive")).one()
        day = workday(calendar.today(on.stage.now) - dt.timedelta(days=45))
        tender = seed.published(on.stage, on.company, cluster, seed.OLIVE, day)
        made = [Plan(on.firms[n], points, price) for n, points, price in plans]
        if made:
            seed.bids_of(on.stage, on.company, tender, made)
        if scored:
            assert tender.opens_at is not None
            on.stage.now = tender.opens_at + dt.timedelta(minutes=2)
            story.meet(on.stage, on.company, tender)
            story.open_envelopes(on.stage, on.company, tender)
            story.score(on.stage, on.company, tender, made)
            story.lock(on.stage, on.company, tender)
        return tender.number


def attend(people: People, number: str) -> None:
    page = people.goto("secretary", f"/tenders/{number}/attendance")
    for box in page.locator("input[name=members]").all():
        box.check()
    page.locator("main form button[type=submit]").click()
    told(page, "حاضران ثبت شدند")


def ballot(people: People, member: str, number: str, matter: str) -> Page:
    """Open a member's ballot; while no matter is at its turn, it lies behind the words "another matter"."""
    page = people.goto(member, f"/tenders/{number}/decision")
    if not page.locator("#matter").is_visible():
        page.get_by_text("رأی درباره موضوع دیگر").click()
    page.locator("#matter").select_option(matter)
    return page


def vote(people: People, number: str, matter: str) -> None:
    for member in ("head", "finance"):
        page = ballot(people, member, number, matter)
        page.get_by_role("radio", name="موافق", exact=True).check()
        page.get_by_role("button", name="ثبت رأی").click()
        told(page, "رأی شما ثبت شد")
    page = ballot(people, "technical", number, matter)
    page.get_by_role("radio", name="مخالف", exact=True).check()
    page.locator("#reason").fill("مخالفم؛ دلیل در صورتجلسه می‌آید.")
    page.get_by_role("button", name="ثبت رأی").click()
    told(page, "رأی شما ثبت شد")


def state_of(people: People, number: str) -> str:
    with session_of(people.served.app) as session:
        return str(session.scalars(sa.select(Tender).where(Tender.number == number)).one().state)


def test_when_nobody_bids_the_tender_is_renewed(people: People) -> None:
    number = published(people, [])
    attend(people, number)
    told(people.goto("head", f"/tenders/{number}/open/a"), "هیچ پیشنهادی نرسیده است")
    vote(people, number, "renewal")
    people.submit("head", f"/tenders/{number}/renew", {"reason": ["too_few_bidders"]})
    assert state_of(people, number) == "renewed"


def test_one_bid_can_win_and_there_is_no_second(people: People) -> None:
    number = published(people, [(1, seed.GOOD, 9_400_000_000)], scored=True)
    attend(people, number)
    people.with_keys(number, "open_prices", "open/c")
    vote(people, number, "award")
    people.submit("head", f"/tenders/{number}/decision/winners")
    people.submit("secretary", f"/tenders/{number}/decision/minutes")
    people.submit("manager", f"/tenders/{number}/decision/confirm")
    told(people.goto("firm1", f"/tenders/{number}"), "مشاوران توسعه طارم")
    with session_of(people.served.app) as session:
        assert [b.state for b in session.scalars(sa.select(Bid))] == [BidState.WON]


def test_when_every_bid_is_below_the_minimum_the_prices_stay_sealed(people: People) -> None:
    number = published(people, [(0, seed.LOW, 8_300_000_000), (1, seed.LOW, 8_500_000_000)], scored=True)
    attend(people, number)
    told(people.goto("head", f"/tenders/{number}/open/c"), "هیچ پیشنهادی به حداقل امتیاز نرسیده است")
    vote(people, number, "renewal")
    people.submit("head", f"/tenders/{number}/renew", {"reason": ["too_few_bidders"]})
    assert state_of(people, number) == "renewed"
    with session_of(people.served.app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Price)) == 0


def test_a_tender_is_cancelled_midway_for_a_reason_of_the_law(people: People) -> None:
    number = published(people, [(0, seed.GOOD, 9_000_000_000)])
    vote(people, number, "cancellation")
    people.submit("head", f"/tenders/{number}/cancel", {"reason": ["need_vanished"]})
    assert state_of(people, number) == "cancelled"
    told(people.goto("firm1", f"/tenders/{number}"), "لغو شد")


def test_a_bid_is_refused_when_it_is_late_by_one_second(people: People) -> None:
    with session_of(people.served.app) as session:
        on = ground(people, session)
        cluster = session.scalars(sa.select(Cluster).where(Cluster.slug == "olive")).one()
        today = workday(calendar.today(on.stage.now))
        tender = seed.published(on.stage, on.company, cluster, seed.OLIVE, today)
        assert tender.closes_at is not None
        closes, number = tender.closes_at, tender.number
        on.stage.now = closes - dt.timedelta(hours=1)
        story.draft(on.stage, tender, Plan(on.firms[0], seed.GOOD, 9_000_000_000))
    people.let_time_pass(closes - dt.timedelta(seconds=45))
    page = people.goto("firm1", f"/tenders/{number}/bid/submit")
    people.let_time_pass(closes + dt.timedelta(seconds=1))
    page.locator("main form button[type=submit]").click()
    told(page, "پایان یافت")
    with session_of(people.served.app) as session:
        assert [b.state for b in session.scalars(sa.select(Bid))] == [BidState.DRAFT]
