"""Beside a countdown stand the server's time and how far the device's clock differs from it; nothing turns on the device's."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tender_app.kernel import calendar
from tender_app.kernel.persian import ascii_digits
from tender_app.store import clock
from tests.bids.ground import OLIVE, closing_of, move_clock, number_of, prepare, tender_on
from tests.journeys.conftest import serving
from tests.make import session_of, signed_in

pytestmark = pytest.mark.browser
SAME = "ساعت دستگاه شما با آن می‌خواند."
Opened = Callable[..., Page]


@pytest.fixture
def opened(demo: Flask, browser: Browser) -> Iterator[Opened]:
    """Give what opens the page of a tender on a device whose clock is off by so much."""
    contexts: list[BrowserContext] = []
    with serving(demo) as served:

        def at(off: dt.timedelta | None = None, path: str = "", *, scripts: bool = True) -> Page:
            context = browser.new_context(java_script_enabled=scripts, timezone_id="America/Caracas")
            contexts.append(context)
            page = context.new_page()
            if off is not None:
                page.clock.install(time=clock.system_now() + off)
            page.goto(served.address + (path or f"/tenders/{number_of(demo, OLIVE)}"))
            return page

        yield at
        for context in contexts:
            context.close()


def told(page: Page) -> str:
    return page.locator("[data-told]").inner_text()


@pytest.mark.parametrize(
    ("off", "says"),
    [
        (dt.timedelta(minutes=3), r"ساعت دستگاه شما ۳ دقیقه جلوتر است؛ ساعت سامانه ملاک است\."),
        (dt.timedelta(minutes=-40), r"ساعت دستگاه شما ۴۰ دقیقه عقب‌تر است؛ ساعت سامانه ملاک است\."),
        (dt.timedelta(seconds=12), r"ساعت دستگاه شما ۱[۲-۶] ثانیه جلوتر است؛ ساعت سامانه ملاک است\."),
        (dt.timedelta(days=-2), r"ساعت دستگاه شما ۲ روز عقب‌تر است؛ ساعت سامانه ملاک است\."),
        (dt.timedelta(hours=5), r"ساعت دستگاه شما ۵ ساعت جلوتر است؛ ساعت سامانه ملاک است\."),
    ],
)
def test_a_device_whose_clock_is_off_says_by_how_much(opened: Opened, off: dt.timedelta, says: str) -> None:
    page = opened(off)
    assert re.fullmatch(says, told(page))
    expect(page.locator(".device-clock.is-off")).to_have_count(1)


@pytest.mark.parametrize("off", [None, dt.timedelta(seconds=-2)])
def test_a_device_whose_clock_is_right_says_so_quietly(opened: Opened, off: dt.timedelta | None) -> None:
    page = opened(off)
    assert told(page) == SAME
    expect(page.locator(".device-clock.is-off")).to_have_count(0)


def test_in_a_demonstration_the_devices_clock_is_held_against_the_true_one(demo: Flask, opened: Opened) -> None:
    move_clock(demo, clock.system_now() + dt.timedelta(days=2, hours=3, minutes=30))
    page = opened()
    assert told(page) == SAME
    with session_of(demo) as session:
        moved = clock.now(session, demo=True)
    shown = dt.datetime.strptime(ascii_digits(page.locator("[data-ticks]").inner_text()), "%H:%M:%S").time()  # noqa: DTZ007
    behind = calendar.tehran(moved).replace(tzinfo=None) - dt.datetime.combine(calendar.tehran(moved).date(), shown)
    assert abs(behind) < dt.timedelta(seconds=20)


def test_the_shown_time_goes_on_and_what_is_left_is_the_servers(demo: Flask, opened: Opened) -> None:
    page = opened(dt.timedelta(minutes=3))
    with session_of(demo) as session:
        left = closing_of(tender_on(session, OLIVE)) - clock.now(session, demo=True)
    first = page.locator("[data-ticks]").inner_text()
    cells = {unit: page.locator(f'[data-unit="{unit}"]').first for unit in ("days", "hours", "minutes")}
    days, hours, minutes = (int(ascii_digits(cell.inner_text())) for cell in cells.values())
    assert abs(dt.timedelta(days=days, hours=hours, minutes=minutes) - left) < dt.timedelta(minutes=2)
    page.clock.run_for(60_000)
    assert page.locator("[data-ticks]").inner_text() != first
    page.clock.set_system_time(clock.system_now() + dt.timedelta(hours=2))  # the device slept
    page.clock.run_for(1_000)
    days, hours, minutes = (int(ascii_digits(cell.inner_text())) for cell in cells.values())
    slept = left - dt.timedelta(days=days, hours=hours, minutes=minutes)
    assert abs(slept - dt.timedelta(hours=2)) < dt.timedelta(minutes=5)


def test_without_scripts_the_servers_time_stands_there(opened: Opened) -> None:
    page = opened(scripts=False)
    assert re.fullmatch(r"ساعت سامانه [۰-۹]{2}:[۰-۹]{2}:[۰-۹]{2}\. .*", page.locator(".device-clock").inner_text())
    assert told(page) == "ملاک همین است، نه ساعت دستگاه شما."


def test_a_firms_own_pages_and_the_board_show_it_once_each(demo: Flask, opened: Opened) -> None:
    number, firm = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(firm, number)
    for path in (
        "/",
        f"/tenders/{number}",
        f"/tenders/{number}/bid",
        f"/tenders/{number}/bid/c",
        f"/tenders/{number}/bid/submit",
    ):
        assert firm.get(path).text.count("data-device-clock") == 1, path
    assert told(opened(dt.timedelta(minutes=3), "/")).startswith("ساعت دستگاه شما ۳ دقیقه جلوتر است")
