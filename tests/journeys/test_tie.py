"""Two equal bids in Chromium: the lot is announced, drawn after its hour, names the winner, and stands open to everybody."""

import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from tender_app.awards.lot_models import Lot
from tender_app.awards.lot_rules import drawn
from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.demo import seed
from tender_app.ledger.pace import keep_pace
from tender_app.people.models import Firm
from tender_app.store import clock
from tests.journeys.people import People, told, typed
from tests.journeys.test_other_ends import attend, published, vote
from tests.journeys.test_scoring_room import faults
from tests.make import session_of

pytestmark = pytest.mark.browser

PRICE = 9_400_000_000


def priced(people: People) -> str:
    """Play a tender of two bids with equal scores and prices to its vote."""
    number = published(people, [(0, seed.GOOD, PRICE), (1, seed.GOOD, PRICE)], scored=True)
    attend(people, number)
    people.with_keys(number, "open_prices", "open/c")
    vote(people, number, "award")
    return number


def write_log(people: People) -> None:
    """Let the worker write what is due in the receipt log."""
    with session_of(people.served.app) as session:
        settings = people.served.app.extensions["settings"]
        keep_pace(session, settings, clock.true_now(session), is_active=True)


def drawn_firms(people: People) -> list[str]:
    """Return the firms in the order that anybody finds from the seed."""
    with session_of(people.served.app) as session:
        lot = session.scalars(sa.select(Lot)).one()
        query = sa.select(Bid.receipt_no, Firm.name).join(Firm, Firm.id == Bid.firm_id)
        firms = {row.receipt_no: row.name for row in session.execute(query)}
        return [firms[receipt] for receipt in drawn(lot.seed, lot.receipts)]


def announce(people: People, here: str) -> dt.datetime:
    """Let the head announce the hour of the lot, before which nobody can draw it; return the hour."""
    told(people.goto("head", f"{here}/decision/winners"), "نخست ساعت قرعه را اعلام کنید")
    hour = people.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=10)
    assert faults(people.goto("head", f"{here}/lot/announce")) == []
    people.submit("head", f"{here}/lot/announce", {"draws_at": typed(hour)})
    page = people.goto("firm1", f"{here}/lot")
    told(page, "در انتظار ساعت قرعه")
    assert faults(page) == []
    page = people.goto("head", f"{here}/lot/draw")
    told(page, "ساعت قرعه")
    expect(page.get_by_role("button", name="کشیدن قرعه")).to_have_count(0)
    return hour


def test_equals_draw_a_lot_that_names_the_winner_before_everybody(people: People, browser: Browser) -> None:
    here = f"/tenders/{priced(people)}"
    write_log(people)
    people.let_time_pass(announce(people, here) + dt.timedelta(minutes=2))
    write_log(people)
    page = people.goto("head", f"{here}/lot/draw")
    assert faults(page) == []
    page.get_by_role("button", name="کشیدن قرعه").click()
    told(page, "بذر قرعه")
    first, second = drawn_firms(people)
    told(people.submit("head", f"{here}/decision/winners"), first)
    people.submit("secretary", f"{here}/decision/minutes")
    people.submit("manager", f"{here}/decision/confirm")
    with session_of(people.served.app) as session:
        award = session.scalars(sa.select(Award)).one()
        bids = [session.get(Bid, bid) for bid in (award.winner_bid_id, award.runner_up_bid_id)]
        assert [bid.firm.name for bid in bids if bid] == [first, second]

    page = browser.new_page(locale="fa-IR")
    for path in ("ranking", "ranking/robustness"):
        page.goto(f"{people.served.address}{here}/{path}")
        told(page, first)
        assert faults(page) == [], path
    page.goto(f"{people.served.address}{here}")
    page.get_by_role("link", name="قرعه میان پیشنهادهای برابر").click()
    assert faults(page) == []
    expect(page.locator("main tbody tr").first).to_contain_text(first)
    page.close()
