"""The scoring room in the browser: by keyboard alone, through a lost line and two windows, beside the documents."""

import io
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from reportlab.pdfgen.canvas import Canvas

from bench.evaluation import Wide, widen
from tender_app.bids.models import OpenedEnvelope, OpenedFile
from tender_app.bids.rules import EnvelopeKind
from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.people.models import Person
from tender_app.store.files import files_of
from tender_app.tenders.models import Criterion
from tests.journeys.conftest import serving
from tests.journeys.test_every_page import AUDIT, AXE, WIDER
from tests.make import session_of

pytestmark = pytest.mark.browser
SAVED = "[data-saved-text]"
BIDS, LEAVES = 5, 20
LEVELS = [["0", "در پیشنهاد نیست."], ["40", "کلی است."], ["70", "روشن و مستند است."], ["100", "بهترین نمونه است."]]
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('sheet-')).length"


@dataclass
class Room:
    """The second evaluator before five bids under twenty criteria, none of them scored."""

    app: Flask
    address: str
    context: BrowserContext
    page: Page
    wide: Wide
    told: list[str]

    @property
    def scores(self) -> str:
        return f"{self.address}/tenders/{self.wide.number}/scores"

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.address}/login")
        page.fill("#username", "evaluator2")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")

    def kept(self) -> dict[tuple[int, int], tuple[str, str]]:
        with session_of(self.app) as session:
            own = (
                sa.select(ScoreSheet.id)
                .join(Person, Person.id == ScoreSheet.person_id)
                .where(Person.username == "evaluator2")
            )
            rows = session.scalars(sa.select(Score).where(Score.sheet_id.in_(own), Score.bid_id.in_(self.wide.bids)))
            return {(s.bid_id, s.criterion_id): (str(s.points), s.reason) for s in rows}


@pytest.fixture
def room(demo: Flask, browser: Browser) -> Iterator[Room]:
    with session_of(demo) as session:
        wide = widen(session, BIDS, LEAVES)
        session.execute(sa.delete(Score).where(Score.bid_id.in_(wide.bids)))
        session.execute(
            sa.update(Criterion).where(Criterion.id.in_(wide.leaves)).values(anchors=LEVELS, least=Decimal(30))
        )
    with serving(demo) as served:
        context = browser.new_context(locale="fa-IR", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        made = Room(demo, served.address, context, context.new_page(), wide, [])
        made.page.on("console", lambda m: made.told.append(m.text) if m.type in {"error", "warning"} else None)
        made.page.on("pageerror", lambda error: made.told.append(str(error)))
        made.sign_in(made.page)
        yield made
        context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that matches has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def press_persian(page: Page, key: str) -> None:
    """Press a key of a Persian keyboard, which the driver does not know."""
    page.evaluate(
        "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))",
        key,
    )


def fill(page: Page, leaf: int, *, is_best: bool) -> None:
    """Give the criterion whose levels have the focus points and a reason, and go on to the next."""
    if is_best:
        press_persian(page, "۴")
    else:
        page.keyboard.press("3")
    page.keyboard.press("Tab")  # to the points
    page.keyboard.press("Tab")  # to the reason
    page.keyboard.insert_text(f"روشن {leaf}؟ 1")
    page.keyboard.press("Control+Enter")


def test_a_whole_sheet_is_scored_by_keyboard_alone(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    page = room.page
    page.goto(room.scores)
    begun = time.monotonic()
    tab_to(page, ".grid a[href*='/scores/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for turn in range(BIDS):
        tab_to(page, "button[data-level]")
        for leaf in range(LEAVES):
            fill(page, leaf, is_best=bool(leaf % 2 and turn % 2))
        expect(page.locator(".bid-tabs [aria-current]")).to_contain_text("۲۰ از ۲۰", timeout=60_000)
        if turn < BIDS - 1:
            with page.expect_navigation():
                page.keyboard.press("Alt+n")
    spent = time.monotonic() - begun
    with capsys.disabled():
        sys.stdout.write(f"\n{BIDS} bids x {LEAVES} criteria by keyboard alone: {spent:.0f} s\n")
    kept = room.kept()
    assert len(kept) == BIDS * LEAVES
    assert {points for points, _reason in kept.values()} == {"70", "100"}
    assert {reason for _points, reason in kept.values()} == {f"روشن {leaf}؟ 1" for leaf in range(LEAVES)}
    confirm = page.get_by_role("link", name="تأیید برگه امتیاز")
    expect(confirm).to_have_count(1)
    confirm.click()
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator(".flashes")).to_contain_text("برگه شما تأیید شد")
    assert page.evaluate(KEPT) == 0
    assert room.told == []


def test_the_list_of_shortcuts_opens_and_no_text_is_taken(room: Room) -> None:
    page = room.page
    page.goto(f"{room.scores}/{room.wide.bids[0]}")
    press_persian(page, "؟")
    dialog = page.get_by_role("dialog", name="میان‌برهای صفحه‌کلید")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    reason = page.locator("[data-reason]").first
    reason.focus()
    page.keyboard.type("3? ؟ ۴")
    page.keyboard.press("Enter")
    page.keyboard.type("n")
    expect(reason).to_have_value("3? ؟ ۴\nn")
    expect(dialog).to_be_hidden()
    points = page.locator("[data-points]")
    points.first.focus()
    page.keyboard.press("ArrowDown")
    expect(points.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(points.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(points.nth(1)).to_be_focused()


def test_what_a_page_left_behind_is_sent_from_another_of_the_sheet(room: Room) -> None:
    page, bid, leaf = room.page, room.wide.bids[0], room.wide.leaves[0]
    page.goto(f"{room.scores}/{bid}")
    room.context.set_offline(True)
    page.fill(f"#p-{leaf}", "0")
    page.locator(f"#p-{leaf}").blur()
    cell = page.locator(f"[data-cell='{leaf}']")
    expect(cell.locator("[data-cell-state]")).to_have_text("ذخیره نشد، دوباره می‌کوشیم")
    expect(page.locator("[data-trouble]")).to_contain_text("خط قطع است")  # at the foot, in sight wherever one types
    expect(cell.locator("[data-bare-end]")).to_be_visible()
    expect(cell.locator("[data-under-least]")).to_be_visible()
    page.close()
    room.context.set_offline(False)
    other = room.context.new_page()
    other.goto(f"{room.scores}/{room.wide.bids[1]}")
    wait_for_none_kept(other)
    assert room.kept() == {(bid, leaf): ("0", "")}


def test_two_windows_that_were_offline_keep_both_texts_for_the_person_to_choose(room: Room) -> None:
    bid, leaf = room.wide.bids[0], room.wide.leaves[0]
    one, other = room.page, room.context.new_page()
    one.goto(f"{room.scores}/{bid}")
    other.goto(f"{room.scores}/criteria/{leaf}")  # the same cell on the page of its criterion
    room.context.set_offline(True)
    one.fill(f"#r-{leaf}", "نوشته یکم")
    other.fill(f"#r-{bid}", "نوشته دوم")
    for page in (one, other):
        expect(page.locator(SAVED)).to_contain_text("خط قطع است")
    room.context.set_offline(False)
    late = wait_for_either(one, other)
    sides = late.locator(".both-side")
    expect(sides).to_have_count(2)
    texts = {re.sub(r".*: ", "", text) for text in sides.locator("p").all_inner_texts()}
    assert texts == {"نوشته یکم", "نوشته دوم"}
    mine = re.sub(r".*: ", "", sides.first.locator("p").inner_text())
    assert room.kept()[bid, leaf][1] != mine
    late.get_by_role("button", name="گذاشتن نوشته من").click()
    expect(late.locator(SAVED)).to_contain_text("ذخیره شد، ساعت")
    assert room.kept()[bid, leaf][1] == mine
    expect(late.locator(".both-side")).to_have_count(0)


def wait_for_none_kept(page: Page) -> None:
    """Wait until nothing waits in the device; the page's own policy lets no text be run as a script inside it."""
    for _ in range(600):
        if not page.evaluate(KEPT):
            return
        page.wait_for_timeout(50)
    pytest.fail("something still waits")


def wait_for_either(one: Page, other: Page) -> Page:
    """Return the window in which the person is asked."""
    for _ in range(100):
        for page in (one, other):
            if page.locator(".both-side").count():
                return page
        one.wait_for_timeout(100)
    pytest.fail("nobody was asked")


def test_who_signs_out_leaves_nothing_and_is_asked_before_something_is_lost(room: Room) -> None:
    page, leaf = room.page, room.wide.leaves[0]
    page.goto(f"{room.scores}/{room.wide.bids[0]}")
    page.route("**/scores/*/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.fill(f"#p-{leaf}", "50")
    page.locator(f"#p-{leaf}").blur()
    expect(page.locator(SAVED)).to_contain_text("خط قطع است")
    answers = iter(("dismiss", "accept"))
    page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
    page.locator(".who summary").click()
    leave = page.locator(".who button[type=submit]")
    leave.click()
    assert page.evaluate(KEPT) == 1
    leave.click()
    page.wait_for_load_state()
    wait_for_none_kept(page)


def test_a_pdf_opens_beside_the_sheet_and_its_page_is_noted(room: Room) -> None:
    with_pdf(room)
    page, bid = room.page, room.wide.bids[0]
    leaf = room.wide.leaves[2]
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{room.scores}/{bid}")
    assert not any("viewer" in url or "pdf" in url for url in fetched)
    page.locator(f"#p-{leaf}").focus()
    page.get_by_role("link", name="دیدن resume.pdf").click()
    viewer = page.locator("[data-pdf-viewer]")
    expect(viewer.get_by_role("status")).to_have_text("صفحه ۱ از ۳")
    expect(viewer.locator(".textLayer")).to_contain_text("page one")
    viewer.get_by_role("button", name="صفحه بعدی").click()
    expect(viewer.locator(".textLayer")).to_contain_text("page two")
    viewer.get_by_role("button", name="یادداشت این صفحه").click()
    expect(viewer.get_by_role("status")).to_contain_text("نوشته شد")
    anchor = page.locator(f"[data-cell='{leaf}'] [data-anchors] a")
    expect(anchor).to_have_text("ص ۲، پیوست ۲")
    viewer.get_by_role("button", name="بستن پرونده").click()
    expect(viewer).to_be_hidden()
    anchor.click()
    expect(viewer.locator(".textLayer")).to_contain_text("page two")
    assert room.told == []
    assert faults(page) == []


def test_the_rooms_pages_are_whole_on_a_phone_and_on_a_desk(room: Room) -> None:
    page = room.page
    found = {}
    for path in ("", f"/{room.wide.bids[0]}", f"/criteria/{room.wide.leaves[0]}", "/import"):
        page.goto(room.scores + path)
        found[path] = faults(page)
    assert found == {path: [] for path in found}


def faults(page: Page) -> list[str]:
    """Return what axe and a ruler say of a page, down to 360 px."""
    page.evaluate(AXE)
    found: list[Any] = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {wider} px too wide" for wider in [page.evaluate(WIDER)] if wider > 0]
        found += page.evaluate(AUDIT)
    return found


def with_pdf(room: Room) -> None:
    """Put a PDF of three pages into the first bid's envelope ب."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for word in ("one", "two", "three"):
        canvas.drawString(100, 700, f"page {word}")
        canvas.showPage()
    canvas.save()
    kept = files_of(room.app.extensions["settings"]).put(buffer.getvalue())
    with session_of(room.app) as session:
        query = sa.select(OpenedEnvelope.id).where(
            OpenedEnvelope.bid_id == room.wide.bids[0], OpenedEnvelope.kind == EnvelopeKind.B
        )
        file = {"name": "resume.pdf", "media_type": "application/pdf", "file_key": kept.key, "digest": kept.digest}
        session.add(OpenedFile(opened_envelope_id=session.scalars(query).one(), size=kept.size, **file))
