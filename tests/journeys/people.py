"""What people do in the browser, in the words of the story."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tender_app.clusters.step_rules import ApprovalAct, Body, StudyAct
from tender_app.demo.stage import PASSPHRASE, PASSWORD
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.people.models import Person
from tender_app.regulation.days import USUAL
from tender_app.store import clock
from tests.make import session_of

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@dataclass
class Served:
    """An application and the address at which it answers."""

    app: Flask
    address: str


class People:
    """The people of the story; each signs in once, in a browser context of their own."""

    def __init__(self, served: Served, browser: Browser, folder: Path, *, scripts: bool = True) -> None:
        self.served, self._browser, self.folder, self._scripts = served, browser, folder, scripts
        self._contexts: dict[str, BrowserContext] = {}
        self._pages: dict[str, Page] = {}
        self.foreign: list[str] = []

    def of(self, username: str) -> Page:
        """Return the page of a person, signed in."""
        if username not in self._pages:
            context = self._browser.new_context(
                locale="fa-IR", viewport={"width": 1280, "height": 900}, java_script_enabled=self._scripts
            )
            context.set_default_timeout(15_000)
            context.on("request", self._watch)
            page = context.new_page()
            page.goto(f"{self.served.address}/login")
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url("**/desk")
            self._contexts[username], self._pages[username] = context, page
        return self._pages[username]

    def goto(self, username: str, path: str) -> Page:
        """Let a person open a page of ours."""
        page = self.of(username)
        answer = page.goto(self.served.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return page

    def submit(self, username: str, path: str, values: Mapping[str, object] | None = None, *, press: str = "") -> Page:
        """Let a person fill a form and send it; it must be accepted."""
        page = self.goto(username, path)
        self.fill(page, values or {})
        button = page.locator("main form[method=post]").last.locator("button[type=submit]").last
        (page.get_by_role("button", name=press) if press else button).click()
        page.wait_for_load_state()
        refused = page.locator(".error-summary")
        assert refused.count() == 0, refused.first.inner_text() if refused.count() else ""
        return page

    def seal(self, username: str, path: str, values: Mapping[str, object]) -> Page:
        """Let a firm fill an envelope and seal it; in a browser with scripts it is sealed there and sent in parts."""
        page = self.goto(username, path)
        self.fill(page, values)
        page.locator("main form[method=post]").last.locator("button[type=submit]").last.click()
        page.wait_for_url("**/bid?sealed=*")
        return page

    def set_passphrase(self, member: str) -> None:
        """Let a member of the commission set the opening passphrase and see the recovery sheet."""
        said = PASSPHRASE.format(member)
        page = self.submit(member, "/account/key", {"new": said, "again": said, "password": PASSWORD})
        expect(page.locator(".words li")).to_have_count(33)

    def declare(self, evaluator: str, number: str) -> None:
        """Let an evaluator sign both declarations: before and after the bidders are named."""
        for act in ("pledge", "declare"):
            self.submit(evaluator, f"/tenders/{number}/scores/{act}", {"password": PASSWORD})

    def with_keys(self, number: str, word: str, path: str, *, beside: bool = False) -> Page:
        """Let the head begin a session of keys, two members give their shares, and the head do the act.

        `beside`: the second member gives theirs on the head's own device.
        """
        page = self.goto("head", f"/tenders/{number}/{path}")
        page.get_by_role("button", name="آغاز نشست کلید").click()
        page.wait_for_load_state()
        self.give_share(page, "head")
        if not beside:
            self.goto("finance", f"/tenders/{number}/keys/{word}")
        self.give_share(page if beside else self.of("finance"), "finance")
        page = self.goto("head", f"/tenders/{number}/{path}")
        page.locator("main [aria-labelledby=act-h] button[type=submit]").click()
        page.wait_for_load_state()
        refused = page.locator(".error-summary")
        assert refused.count() == 0, refused.first.inner_text() if refused.count() else ""
        return page

    def give_share(self, page: Page, member: str) -> None:
        """Let a member give a share on this page."""
        with session_of(self.served.app) as session:
            own = session.scalars(sa.select(Person.id).where(Person.username == member)).one()
        page.locator("#person").select_option(str(own))
        page.fill("#said", PASSPHRASE.format(member))
        page.get_by_role("button", name="دادن سهم").click()
        page.wait_for_load_state()
        expect(page.locator(".flashes")).to_contain_text("سهم کلید رسید")

    def fill(self, page: Page, values: Mapping[str, object]) -> None:
        """Fill fields by their ids: texts, choices, ticks, files."""
        for field, value in values.items():
            spot = page.locator(f"#{field}")
            if isinstance(value, Path):
                spot.set_input_files(value)
            elif value is True:
                spot.check()
            elif isinstance(value, list) and spot.locator("input[type=checkbox]").count():
                for choice in value:
                    spot.locator(f"input[value='{choice}']").check()
            elif isinstance(value, list):
                spot.select_option(value)
            else:
                spot.fill(str(value))

    def file(self, name: str) -> Path:
        """Return a small whole PDF on the person's own disk."""
        path = self.folder / name
        path.write_bytes(PDF)
        return path

    def now(self) -> dt.datetime:
        """Return the application's instant."""
        with session_of(self.served.app) as session:
            return clock.now(session, demo=True)

    def license(self, cluster: int) -> None:
        """Lead a cluster over its pages to its licence: the study, both approvals asked and granted, the licence."""
        here, days = f"/clusters/{cluster}", iter(range(60, 0, -5))
        self.press("officer", here, StudyAct.BEGIN.label)
        report = {"author": "گروه مطالعه", "findings": "خوشه مناسب است."}
        self.send(self.way("officer", here, StudyAct.SUBMIT.label), self.letter(next(days), report))
        self.press("manager", here, StudyAct.ACCEPT.label)
        for _ in Body:
            self.send(self.way("officer", here, ApprovalAct.REQUEST.label), self.letter(next(days)))
            self.send(self.way("officer", here, ApprovalAct.GRANT.label), self.letter(next(days)))
        self.submit("officer", f"{here}/licence", self.letter(next(days)))

    def letter(self, days: int, more: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return what a person types of a letter so many days old, with its scan."""
        day = calendar.numeric(calendar.today(self.now()) - dt.timedelta(days=days))
        return {"number": "۱۴۰۵/۱۲۳", "day": day, "file": self.file("letter.pdf"), **(more or {})}

    def press(self, username: str, path: str, label: str) -> None:
        """Let a person press a button of a page."""
        page = self.goto(username, path)
        page.get_by_role("button", name=label, exact=True).first.click()
        page.wait_for_load_state()

    def way(self, username: str, path: str, label: str) -> tuple[str, str]:
        """Return whose page a link of this label leads to, and where."""
        link = self.goto(username, path).get_by_role("link", name=label).first
        return username, link.get_attribute("href") or ""

    def send(self, way: tuple[str, str], values: Mapping[str, object]) -> None:
        """Let a person fill the form at the end of a way and send it."""
        self.submit(*way, values)

    def let_time_pass(self, until: dt.datetime) -> None:
        """Move the demonstration's clock to an instant."""
        with session_of(self.served.app) as session:
            clock.move_forward(session, until - clock.now(session, demo=True))

    def leave(self) -> None:
        """Close every browser context; nobody's browser may have left our server."""
        for context in self._contexts.values():
            context.close()
        assert self.foreign == []

    def _watch(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.served.address, "data:", "blob:")):
            self.foreign.append(url)


def dates(today: dt.date) -> dict[str, dt.datetime]:
    """Return the instants of a tender that is published today."""
    documents = USUAL.working(today + dt.timedelta(days=7))
    questions = USUAL.working(documents + dt.timedelta(days=3))
    closes = USUAL.working(max(documents + dt.timedelta(days=11), questions + dt.timedelta(days=1)))
    opens = USUAL.working(closes + dt.timedelta(days=1))
    prices = USUAL.working(opens + dt.timedelta(days=8))
    return {
        "documents_until": calendar.instant(documents, dt.time(14)),
        "questions_until": calendar.instant(questions, dt.time(14)),
        "closes_at": calendar.instant(closes, dt.time(14)),
        "opens_at": calendar.instant(opens, dt.time(10)),
        "prices_open_at": calendar.instant(prices, dt.time(10)),
    }


def typed(at: dt.datetime) -> str:
    """Return an instant as a person types it, in Persian digits."""
    local = calendar.tehran(at)
    return f"{calendar.numeric(local.date())} {persian_digits(f'{local:%H:%M}')}"


def told(page: Page, text: str) -> None:
    """Hold that a page says something."""
    expect(page.locator("main")).to_contain_text(text)


def price_fields(amounts: Sequence[int]) -> dict[str, object]:
    """Return what a firm types into envelope ج."""
    total = sum(amounts)
    fields: dict[str, object] = {f"phases-{n}-amount": persian_digits(a) for n, a in enumerate(amounts)}
    return {**fields, "total": money.grouped(total), "words": money.in_words(total)}
