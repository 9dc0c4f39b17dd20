"""A firm seals its envelopes in the browser: the line breaks, the page is closed, and what is opened is what was typed."""

import datetime as dt
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pyrage
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, Request, Route, expect

from tender_app.bids.models import Bid, OpenedEnvelope
from tender_app.bids.rules import BidState, EnvelopeKind
from tender_app.sealing.models import KeyPurpose, SealedIn
from tender_app.sealing.opening import open_envelope
from tender_app.store.files import files_of
from tender_app.tenders.rules import TenderAct
from tests.bids.ground import GUARANTEE, OLIVE, PHASES, PRICE, TECHNICAL, TOTAL, firm_of, meet, number_of, tender_on
from tests.journeys.conftest import serving
from tests.journeys.people import People, told
from tests.keys import keys_for, with_keys
from tests.make import session_of

pytestmark = pytest.mark.browser
MB = 1024 * 1024
CANARY = "راز-پیشنهاد-ما-۴۲۷۱"


@pytest.fixture
def people(demo: Flask, browser: Browser, tmp_path: Path) -> Iterator[People]:
    """Give people before the demonstration, in which a tender is open."""
    with serving(demo) as served:
        found = People(served, browser, tmp_path)
        yield found
        found.leave()


@pytest.fixture
def heard(demo: Flask, monkeypatch: pytest.MonkeyPatch) -> bytearray:
    """Give every byte of every body that the server reads, as it comes."""
    found = bytearray()
    inner = demo.wsgi_app

    class Tee:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def read(self, size: int = -1) -> bytes:
            data: bytes = self.stream.read(size)
            found.extend(data)
            return data

        def readline(self, size: int = -1) -> bytes:
            data: bytes = self.stream.readline(size)
            found.extend(data)
            return data

    def listening(environ: Any, start: Any) -> Any:
        return inner({**environ, "wsgi.input": Tee(environ["wsgi.input"])}, start)

    monkeypatch.setattr(demo, "wsgi_app", listening)
    return found


@pytest.fixture
def number(demo: Flask, people: People) -> str:
    """Give the open tender, in which a firm has begun a bid."""
    found = number_of(demo, OLIVE)
    people.submit("firm2", f"/tenders/{found}/bid", press="آغاز آماده‌سازی پیشنهاد")
    return found


def large(people: People, size: int = 20 * MB) -> Path:
    """Return a large whole PDF of bytes that no compression shortens."""
    path = people.folder / "برنامه کار.pdf"
    path.write_bytes(b"%PDF-1.4\n" + random.Random(size).randbytes(size) + b"\n%%EOF\n")  # noqa: S311 -- no secret
    return path


def fields(typed: dict[str, str]) -> dict[str, object]:
    return {name: True if value == "y" else value for name, value in typed.items()} | {
        name: [typed[name]] for name in ("kind", "tax") if name in typed
    }


def press(page: Page) -> None:
    page.locator("form[data-sealing] button[type=submit]").click()


def test_what_is_opened_is_what_was_typed_through_a_lost_line_and_a_closed_page(
    demo: Flask, people: People, number: str, heard: bytearray
) -> None:
    page = people.of("firm2")
    scan, plan = people.file("scan.pdf"), large(people)
    base = f"/tenders/{number}/bid"

    people.seal("firm2", f"{base}/a", {**fields(GUARANTEE), "scan": scan})

    people.goto("firm2", f"{base}/b")
    people.fill(page, {**fields(TECHNICAL), "approach": CANARY, "files": plan})
    arrived = break_line_after(page, 1)
    press(page)
    panel = page.locator("[data-sealing-panel]")
    expect(panel).to_contain_text("خط قطع است", timeout=30_000)
    page.reload()
    expect(panel).to_contain_text("هنوز کامل فرستاده نشده است")
    page.unroute("**/bid/uploads/*")
    assert len(arrived) == 1
    panel.get_by_role("button", name="ادامه ارسال").click()
    page.wait_for_url("**/bid?sealed=b", timeout=60_000)
    people.goto("firm2", f"{base}/b")
    assert page.locator("#approach").input_value() == ""  # the draft on the device is forgotten, and nothing waits
    expect(panel).to_be_hidden()

    people.seal("firm2", f"{base}/c", fields(PRICE))
    people.submit("firm2", f"{base}/submit")
    said = (CANARY, PRICE["words"], str(TOTAL), "مریم احمدی", "BG-77")
    assert [text for text in said if text.encode() in heard or quote_plus(text).encode() in heard] == []
    assert len(heard) > 20 * MB

    forms, files = opened(demo)
    assert (forms["a"]["number"], forms["a"]["amount"], forms["b"]["approach"]) == ("BG-77", 492_500_000, CANARY)
    assert [row["name"] for row in forms["b"]["team"]] == ["مریم احمدی", "رضا ملکی", "سارا کریمی"]
    assert forms["c"]["total"] == TOTAL
    assert [row["amount"] for row in forms["c"]["phases"]] == list(PHASES)
    assert files == {"scan.pdf": digest(scan), "برنامه کار.pdf": digest(plan)}


def break_line_after(page: Page, parts: int) -> list[Request]:
    """Let so many parts of an upload come, and break the line at every later one; return those that came."""
    came: list[Request] = []

    def handle(route: Route, request: Request) -> None:
        if request.method == "PATCH" and len(came) >= parts:
            route.abort("connectionreset")
            return
        if request.method == "PATCH":
            came.append(request)
        route.continue_()

    page.route("**/bid/uploads/*", handle)
    return came


def opened(app: Flask) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Open the three envelopes of the firm after the deadline; return their forms, and their files' digests."""
    with session_of(app) as session:
        tender = tender_on(session, OLIVE)
        assert tender.opens_at is not None
        now = tender.opens_at
        meet(app, session, tender, now)
        bid = session.scalars(
            sa.select(Bid).filter_by(
                firm_id=firm_of(session, "firm2").id, tender_id=tender.id, state=BidState.SUBMITTED
            )
        ).one()
        envelopes = [bid.envelope(kind) for kind in EnvelopeKind]
        assert [e.sealed.sealed_in for e in envelopes if e] == [SealedIn.BROWSER] * 3
        with_keys(app, session, tender, TenderAct.OPEN_A, now)
        keys = keys_for(app, session, tender, TenderAct.OPEN_A, now)
        first = session.scalars(sa.select(OpenedEnvelope).filter_by(bid_id=bid.id)).one()
        forms = {"a": first.form}
        files = {f.name: f.digest for f in first.files}
        settings = app.extensions["settings"]
        for kind, purpose in (("b", KeyPurpose.ENVELOPES), ("c", KeyPurpose.PRICES)):
            envelope = bid.envelope(EnvelopeKind(kind))
            assert envelope is not None
            found = open_envelope(settings, envelope.sealed, keys.identities[purpose])
            forms[kind] = dict(found.form)
            files |= {name: stored.digest for name, stored in found.files}
        assert files_of(settings)
        return forms, files


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_without_scripts_the_page_says_that_the_server_seals(
    demo: Flask, browser: Browser, tmp_path: Path, heard: bytearray
) -> None:
    found = number_of(demo, OLIVE)
    with serving(demo) as served:
        people = People(served, browser, tmp_path, scripts=False)
        people.submit("firm2", f"/tenders/{found}/bid", press="آغاز آماده‌سازی پیشنهاد")
        page = people.goto("firm2", f"/tenders/{found}/bid/b")
        expect(page.locator("[data-way=server]").last).to_be_visible()
        expect(page.locator("[data-way=browser]").first).to_be_hidden()
        people.seal("firm2", f"/tenders/{found}/bid/b", {**fields(TECHNICAL), "approach": CANARY})
        told(page, "سامانه، هنگام رسیدن")
        people.leave()
    assert CANARY.encode() in heard  # the ear of these tests does hear


def test_what_the_server_refuses_is_told_and_nothing_is_lost(demo: Flask, people: People, number: str) -> None:
    page = people.goto("firm2", f"/tenders/{number}/bid/c")
    people.fill(page, fields(PRICE))
    break_line_after(page, 0)
    press(page)
    panel = page.locator("[data-sealing-panel]")
    expect(panel).to_contain_text("خط قطع است", timeout=30_000)
    with session_of(demo) as session:
        closes = tender_on(session, OLIVE).closes_at
    assert closes is not None
    people.let_time_pass(closes + dt.timedelta(minutes=1))
    page.unroute("**/bid/uploads/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".error-summary")).to_contain_text("مهلت", timeout=30_000)
    expect(panel).to_contain_text("مهلت")
    assert page.locator("#words").input_value() == PRICE["words"]
    panel.get_by_role("button", name="لغو و دور انداختن").click()
    expect(panel).to_contain_text("پاک شد")


def test_a_session_that_ended_is_told_and_the_sending_goes_on_after_signing_in(people: People, number: str) -> None:
    page = people.goto("firm2", f"/tenders/{number}/bid/b")
    people.fill(page, {**fields(TECHNICAL), "files": large(people, 9 * MB)})
    break_line_after(page, 1)
    press(page)
    panel = page.locator("[data-sealing-panel]")
    expect(panel).to_contain_text("خط قطع است", timeout=30_000)
    cookies: Any = page.context.cookies()
    page.context.clear_cookies()
    page.unroute("**/bid/uploads/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(panel).to_contain_text("نشست شما پایان یافته است", timeout=30_000)
    expect(panel.get_by_role("link")).to_have_attribute("href", f"/login?next=%2Ftenders%2F{number}%2Fbid%2Fb")
    page.context.add_cookies(cookies)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/bid?sealed=b", timeout=60_000)


def test_the_firms_copy_is_opened_by_its_own_key_in_another_browser(people: People, number: str) -> None:
    page = people.goto("firm2", f"/tenders/{number}/bid/c")
    people.fill(page, fields(PRICE))
    break_line_after(page, 0)
    press(page)
    copy, key = people.folder / "copy.age", people.folder / "key.txt"
    for name, path in (("نگه‌داشتن نسخه", copy), ("گرفتن پرونده کلید", key)):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(path)
    plain = pyrage.decrypt(copy.read_bytes(), [pyrage.x25519.Identity.from_str(key.read_text().splitlines()[-1])])
    page.evaluate("localStorage.clear()")
    page.reload()
    page.get_by_text("گشودن نسخه‌ای که نگه داشته‌اید").click()
    page.set_input_files("#copy-file", copy)
    page.set_input_files("#copy-key", key)
    with page.expect_download() as download:
        page.get_by_role("button", name="گشودن در همین مرورگر").click()
    assert Path(download.value.path()).read_bytes() == plain
    with zipfile.ZipFile(io.BytesIO(plain)) as inside:
        assert json.loads(inside.read("form.json"))["total"] == TOTAL


def test_registered_bytes_are_sent_in_the_window_after_the_deadline(demo: Flask, people: People, number: str) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        tender.bytes_hours, closes = 2, tender.closes_at
    assert closes is not None
    base = f"/tenders/{number}/bid"
    people.seal("firm2", f"{base}/a", {**fields(GUARANTEE), "scan": people.file("scan.pdf")})
    people.seal("firm2", f"{base}/b", fields(TECHNICAL))
    page = people.goto("firm2", f"{base}/c")
    people.fill(page, fields(PRICE))
    break_line_after(page, 0)
    press(page)
    panel = page.locator("[data-sealing-panel]")
    expect(panel).to_contain_text("خط قطع است", timeout=30_000)
    page.unroute("**/bid/uploads/*")
    told(people.goto("firm2", base), "در انتظار رسیدن")
    people.submit("firm2", f"{base}/submit")
    people.let_time_pass(closes + dt.timedelta(minutes=1))
    people.goto("firm2", base).get_by_role("link", name="رساندن پاکت ج").click()
    expect(page.locator("form[data-sealing]")).to_have_count(0)
    panel.get_by_role("button", name="ادامه ارسال").click()
    page.wait_for_url("**/bid?sealed=c", timeout=60_000)
    with session_of(demo) as session:
        bids = session.scalars(sa.select(Bid).filter_by(state=BidState.SUBMITTED)).all()
        ours = next(
            bid for bid in bids if bid.tender.number == number and bid.firm.name == firm_of(session, "firm2").name
        )
        envelope = ours.envelope(EnvelopeKind.C)
        assert envelope is not None
        assert not envelope.sealed.is_awaited
