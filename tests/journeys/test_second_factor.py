"""The second factor in a browser, on a phone and on a desk, with scripts and without: set, printed, asked for, ended."""

import re
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tender_app.demo.stage import PASSWORD
from tender_app.store import clock
from tests.journeys.conftest import serving
from tests.journeys.people import Served
from tests.journeys.test_every_page import AUDIT, AXE, WIDER
from tests.make import session_of

pytestmark = pytest.mark.browser


class Holder:
    """A person with a browser and a telephone, who looks at each page of the second factor at both widths."""

    def __init__(self, served: Served, page: Page, *, scripts: bool) -> None:
        self.served, self.page, self.scripts = served, page, scripts
        self.wrong: dict[str, list[str]] = {}
        self._secret, self._steps = "", 0

    def shows(self) -> str:
        """Return a code of the telephone, each once: of this half minute, then of the next."""
        with session_of(self.served.app) as session:
            code = pyotp.TOTP(self._secret).at(clock.true_now(session), counter_offset=self._steps)
        self._steps += 1
        return code

    def reads(self) -> None:
        """Take the secret that the page shows into the telephone."""
        self._secret = "".join(self.page.locator(".factor-groups bdi").all_inner_texts())

    def signs_in(self) -> None:
        self.page.goto(f"{self.served.address}/login")
        self.page.fill("#username", "evaluator3")
        self.page.fill("#password", PASSWORD)
        self.page.click("main form button[type=submit]")

    def signs_out(self) -> None:
        self.page.locator(".masthead .who summary").click()
        self.page.locator(".masthead .who").get_by_role("button", name="خروج").click()

    def proves(self, code: str, button: str) -> None:
        self.page.fill("#code", code)
        self.page.fill("#password", PASSWORD)
        self.page.get_by_role("button", name=button).click()

    def look(self, name: str) -> None:
        """Note what is wrong with the page that is shown."""
        if not self.scripts:
            return
        self.page.evaluate(AXE)
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.page.evaluate(AUDIT) + (["too wide"] if self.page.evaluate(WIDER) > 0 else [])
            self.wrong.update({f"{name}, {width} px": found} if found else {})


def sets_it(person: Holder) -> list[str]:
    """Let a person set a second factor after a wrong code; return the recovery codes."""
    page = person.page
    page.goto(f"{person.served.address}/account")
    page.get_by_role("link", name="رمز دوم", exact=True).click()
    person.look("beginning")
    page.get_by_role("button", name="آغاز").click()
    expect(page.locator("svg.qr")).to_be_visible()
    person.reads()
    person.look("setting")
    person.proves("۱۲۳۴۵۶", "گذاشتن رمز دوم")
    expect(page.locator("#code-error")).to_be_visible()
    person.look("wrong code")
    person.proves(person.shows(), "گذاشتن رمز دوم")
    person.look("codes")
    return re.findall(r"\d{4}(?:-\d{4}){3}", page.locator(".words-codes").inner_text())


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_it_is_set_asked_for_and_ended(demo: Flask, browser: Browser, *, scripts: bool) -> None:
    with serving(demo) as served:
        context = browser.new_context(locale="fa-IR", java_script_enabled=scripts, accept_downloads=True)
        page = context.new_page()
        person = Holder(served, page, scripts=scripts)
        person.signs_in()
        page.wait_for_url("**/desk")
        codes = sets_it(person)
        assert len(codes) == 10
        assert page.get_by_role("button", name="چاپ").is_visible() is scripts
        with page.expect_download() as coming:
            page.get_by_role("button", name="دریافت به صورت متن").click()
        assert [code for code in codes if code not in Path(coming.value.path()).read_text("utf-8")] == []
        page.get_by_role("link", name="کدها را نگه داشتم").click()
        expect(page.get_by_text("۱۰ کد", exact=True)).to_be_visible()
        person.look("set")
        person.signs_out()
        person.signs_in()
        page.wait_for_url("**/login/code")
        person.look("second step")
        page.fill("#code", person.shows())
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/desk")
        page.goto(f"{served.address}/account/factor/end")
        person.look("ending")
        person.proves(codes[0], "برداشتن رمز دوم")
        expect(page.get_by_text("رمز دوم برداشته شد")).to_be_visible()
        context.close()
    assert person.wrong == {}
