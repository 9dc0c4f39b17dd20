"""Scores that are saved while one types survive a lost line, a lost session and a colleague's other window."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.people.models import Person
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of

pytestmark = pytest.mark.browser
SAVED = "[data-saved-text]"


@dataclass
class Desk:
    """The second evaluator at the page on which a bid is scored."""

    app: Flask
    base: str
    context: BrowserContext
    page: Page
    cell: tuple[int, int, int]

    @property
    def points(self) -> str:
        return f"#p-{self.cell[2]}"

    def kept(self) -> str:
        """Return what the server has of the first cell."""
        sheet, bid, leaf = self.cell
        with session_of(self.app) as session:
            query = sa.select(Score.points).where(
                Score.sheet_id == sheet, Score.bid_id == bid, Score.criterion_id == leaf
            )
            return str(session.scalars(query).one())

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.base}/login")
        page.fill("[name=username]", "evaluator2")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")


@pytest.fixture
def desk(demo: Flask, browser: Browser) -> Iterator[Desk]:
    demo.config["WTF_CSRF_ENABLED"] = True  # a lost session loses its token too
    server = make_server("127.0.0.1", 0, demo, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with session_of(demo) as session:
        tender = session.query(Tender).filter_by(state=TenderState.TECHNICAL).one()
        query = sa.select(ScoreSheet).join(Person, Person.id == ScoreSheet.person_id)
        query = query.where(ScoreSheet.tender_id == tender.id, Person.username == "evaluator2")
        sheet = session.scalars(query).one()
        first = session.scalars(sa.select(Score).where(Score.sheet_id == sheet.id).order_by(Score.id)).first()
        assert first is not None
        cell, number = (sheet.id, first.bid_id, first.criterion_id), tender.number
    context = browser.new_context()
    made = Desk(demo, f"http://127.0.0.1:{server.server_port}", context, context.new_page(), cell)
    made.sign_in(made.page)
    made.page.goto(f"{made.base}/tenders/{number}/scores/{cell[1]}")
    yield made
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_typed_is_saved_and_the_total_follows(desk: Desk) -> None:
    before = desk.page.inner_text("[data-total]")
    desk.page.fill(desk.points, "۹۱")
    desk.page.locator(desk.points).blur()
    expect(desk.page.locator(SAVED)).to_contain_text("ذخیره شد، ساعت")
    assert desk.kept() == "91"
    expect(desk.page.locator("[data-total]")).not_to_have_text(before)


def test_the_button_saves_when_nothing_is_under_way(desk: Desk) -> None:
    desk.page.get_by_role("button", name="ذخیره امتیازها").click()
    expect(desk.page.locator(".flashes")).to_contain_text("امتیازها ذخیره شد")


def test_the_button_is_at_its_place_as_soon_as_a_field_has_the_focus(desk: Desk) -> None:
    desk.page.locator("textarea[id^=r-]").last.focus()
    button = desk.page.get_by_role("button", name="ذخیره امتیازها")
    at_once = button.bounding_box()
    desk.page.wait_for_timeout(800)  # longer than a smooth scroll takes
    assert button.bounding_box() == at_once


def test_a_refused_figure_is_marked_while_one_types_and_told_once_by_the_button(desk: Desk) -> None:
    desk.page.fill(desk.points, "101")
    desk.page.locator(desk.points).blur()
    cell = desk.page.locator(f"[data-cell='{desk.cell[2]}']")
    expect(cell).to_have_class(re.compile("is-bad"))
    expect(desk.page.locator(desk.points)).to_have_attribute("aria-invalid", "true")
    desk.page.get_by_role("button", name="ذخیره امتیازها").click()
    expect(desk.page.locator(".error-summary")).to_contain_text("میان ۰ و ۱۰۰")
    expect(cell.locator(".field-error:visible")).to_have_count(1)


def test_progress_and_the_way_to_confirm_follow_what_is_typed(desk: Desk) -> None:
    tab = desk.page.locator(".bid-tabs [aria-current]")
    confirm = desk.page.get_by_role("link", name="تأیید برگه امتیاز")
    expect(tab).to_contain_text("۴ از ۴")
    expect(confirm).to_have_count(1)
    desk.page.fill(desk.points, "")
    desk.page.locator(desk.points).blur()
    expect(tab).to_contain_text("۳ از ۴")
    expect(confirm).to_have_count(0)
    desk.page.fill(desk.points, "70")
    desk.page.locator(desk.points).blur()
    expect(tab).to_contain_text("۴ از ۴")
    expect(confirm).to_have_count(1)
    expect(desk.page.locator(desk.points)).to_have_value("۷۰")


def test_a_lost_line_loses_nothing(desk: Desk) -> None:
    desk.context.set_offline(True)
    desk.page.fill(desk.points, "۸۳")
    desk.page.locator(desk.points).blur()
    expect(desk.page.locator(SAVED)).to_contain_text("خط قطع است")
    assert desk.kept() != "83"
    desk.context.set_offline(False)
    expect(desk.page.locator(SAVED)).to_contain_text("ذخیره شد")
    assert desk.kept() == "83"


def test_a_lost_session_loses_nothing(desk: Desk) -> None:
    desk.context.clear_cookies()
    desk.page.fill(desk.points, "۸۴")
    desk.page.locator(desk.points).blur()
    expect(desk.page.locator(SAVED)).to_contain_text("نشست شما پایان یافت")
    other = desk.context.new_page()
    desk.sign_in(other)
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(desk.page.locator(SAVED)).to_contain_text("ذخیره شد")
    assert desk.kept() == "84"


def test_a_page_that_was_closed_too_early_sends_what_it_kept(desk: Desk) -> None:
    address = desk.page.url
    desk.context.set_offline(True)
    desk.page.fill(desk.points, "۸۵")
    desk.page.close()
    desk.context.set_offline(False)
    again = desk.context.new_page()
    again.goto(address)
    expect(again.locator(SAVED)).to_contain_text("ذخیره شد")
    expect(again.locator(desk.points)).to_have_value("۸۵")
    assert desk.kept() == "85"


def test_two_windows_do_not_overwrite_each_other_unasked(desk: Desk) -> None:
    other = desk.context.new_page()
    other.goto(desk.page.url)
    desk.page.fill(desk.points, "۷۱")
    desk.page.locator(desk.points).blur()
    expect(desk.page.locator(SAVED)).to_contain_text("ذخیره شد، ساعت")
    other.fill(desk.points, "۵۱")
    other.locator(desk.points).blur()
    cell = other.locator(f"[data-cell='{desk.cell[2]}']")
    expect(cell.locator("[data-cell-fault]")).to_contain_text("۷۱")
    assert desk.kept() == "71"
    cell.get_by_role("button", name="گذاشتن نوشته من").click()
    expect(other.locator(SAVED)).to_contain_text("ذخیره شد")
    assert desk.kept() == "51"
