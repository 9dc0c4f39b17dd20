"""The product by keyboard alone: signing in, finding, asking, and every control reachable and seen to be reached."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tender_app.demo.stage import PASSWORD
from tests.journeys.conftest import serving

pytestmark = pytest.mark.browser
FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  return {
    name: (at.getAttribute("aria-label") || at.textContent || at.id || at.name || "").trim().slice(0, 40), tag: at.tagName,
    seen: box.width > 0 && box.height > 0,
    ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== "none",
    body: at === document.body,
  };
}"""


def walk(page: Page, most: int = 150) -> list[dict[str, object]]:
    """Press Tab until the page is left; return what was reached."""
    reached: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        spot = page.evaluate(FOCUS)
        if spot["body"]:
            return reached
        reached.append(spot)
    return reached


@pytest.mark.parametrize("width", [1280, 390])
def test_every_control_is_reached_and_shows_it(demo: Flask, browser: Browser, width: int) -> None:
    with serving(demo) as served:
        context = browser.new_context(locale="fa-IR", viewport={"width": width, "height": 900})
        page = context.new_page()
        for path in ("/", "/login", "/verify", "/clusters"):
            page.goto(served.address + path)
            reached = walk(page)
            assert len(reached) > 5, path
            assert [spot for spot in reached if not spot["seen"] or not spot["ring"]] == [], path
            controls = "a[href], button, input:not([type=hidden]), select, textarea, summary"
            visible = [c for c in page.locator(controls).all() if c.is_visible() and c.is_enabled()]
            assert len(reached) >= len(visible), path
        context.close()


def test_a_firm_asks_a_question_by_keyboard_alone(demo: Flask, browser: Browser) -> None:
    with serving(demo) as served:
        context = browser.new_context(locale="fa-IR", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(served.address + "/login")
        page.locator("#username").focus()
        page.keyboard.type("firm1")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        page.goto(served.address + "/?q=زیتون")
        to(page, "انتخاب عامل توسعه خوشه")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tenders/**")
        to(page, "پرسیدن")
        page.keyboard.press("Enter")
        page.wait_for_url("**/ask")
        to(page, "text", by="id")
        page.keyboard.type("آیا سابقه همانند پذیرفته است؟")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("پرسش شما رسید")
        expect(page.locator("#text")).to_have_value("")
        context.close()


def test_the_first_tab_leads_past_the_menu(demo: Flask, browser: Browser) -> None:
    with serving(demo) as served:
        page = browser.new_page()
        page.goto(served.address)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        page.close()


def to(page: Page, name: str, *, by: str = "name") -> None:
    """Press Tab until a control with this name has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        found = page.evaluate("document.activeElement.id") if by == "id" else page.evaluate(FOCUS)["name"]
        if name == found or (by == "name" and name in found):
            return
    pytest.fail(f"{name} is not reached by Tab")
