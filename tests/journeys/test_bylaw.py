"""A consultant chosen by quality from a short list, under the by-law, in a browser: two envelopes, a negotiated price."""

import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.ledger.log import verify
from tender_app.people.models import Firm, Person
from tests.journeys.people import People, dates, price_fields, told, typed
from tests.journeys.test_olive import PRICES, attend, hold_ceremony, score
from tests.make import session_of

AGREED = 9_500_000_000


@pytest.mark.browser
def test_a_consultant_is_chosen_by_quality_and_the_agreed_price_is_the_contracts(people: People) -> None:
    number = publish(people)
    outsiders_see_nothing(people, number)
    bid(people, number)
    steps = dates(calendar.today(people.now()))
    people.let_time_pass(steps["opens_at"] + dt.timedelta(minutes=1))
    attend(people, number)
    page = people.goto("head", f"/tenders/{number}/opening")
    expect(page.locator("main")).not_to_contain_text("پاکت الف")
    people.with_keys(number, "open_b", "open/b", beside=True)
    people.submit("secretary", f"/tenders/{number}/opening/minutes")
    score(people, number)
    people.let_time_pass(steps["prices_open_at"] + dt.timedelta(minutes=1))
    attend(people, number)
    people.with_keys(number, "open_prices", "open/c")
    decide(people, number)
    conclude(people, number)


def publish(people: People) -> str:
    """The licence, the choice of the by-law, the short list with its reason, the draft in sections, approval."""
    with session_of(people.served.app) as session:
        cluster = session.scalar(sa.select(Cluster.id).where(Cluster.slug == "glass"))
        ids = {p.username: str(p.id) for p in session.scalars(sa.select(Person))}
        firms = [str(f) for f in session.scalars(sa.select(Firm.id).order_by(Firm.id))]
    today = calendar.today(people.now())
    assert cluster is not None
    people.license(cluster)
    page = people.submit("officer", f"/tenders/new/{cluster}", {"basis-consulting_bylaw": True})
    number = page.url.split("/")[-2]
    write(people, number, firms, ids)
    people.submit("officer", f"/tenders/{number}/send")
    hold_ceremony(people, number)
    told(people.submit("manager", f"/tenders/{number}/approve"), "باز برای دریافت پیشنهاد")
    letter = {"letter_no": "۱۴۰۵/۷۷", "letter_on": calendar.numeric(today)}
    people.submit("manager", f"/tenders/{number}/committee", letter)
    return number


def write(people: People, number: str, firms: list[str], ids: dict[str, str]) -> None:
    """The draft, section by section."""
    base, today = f"/tenders/{number}/edit", calendar.today(people.now())
    people.submit("officer", f"{base}/subject", {"subject": "عامل توسعه خوشه شیشه", "terms": "شرح خدمات"})
    people.submit(
        "officer",
        f"{base}/money",
        {
            "estimate": "۹٬۸۵۰٬۰۰۰٬۰۰۰",
            "budget_line": "1503",
            "funding_certificate": "318",
            "setad_no": "2005001234000017",
        },
    )
    expect(people.goto("officer", f"{base}/money").locator("#guarantee")).to_have_count(0)
    for kind in ("budget", "funding", "setad"):
        scan = {"paper": [kind], "day": calendar.numeric(today), "file": people.file(f"{kind}.pdf")}
        people.submit("officer", f"/tenders/{number}/records", scan)
    steps = dates(today)
    contract_by = calendar.today(steps["prices_open_at"]) + dt.timedelta(days=30)
    last = {"contract_by": contract_by, "valid_until": contract_by + dt.timedelta(days=80)}
    days_typed = {name: calendar.numeric(day) for name, day in last.items()}
    schedule = {name: typed(at) for name, at in steps.items()}
    people.submit("officer", f"{base}/schedule", {**schedule, **days_typed, "opening_place": "تالار جلسات"})
    people.submit("officer", f"{base}/call", {"procurement_method": ["selective"]})
    people.submit("officer", f"{base}/evaluation", {"method": ["quality_only"], "minimum_score": "۶۵"})
    for firm in firms:
        people.submit("officer", f"/tenders/{number}/invitations", {"firm_id": [firm]}, press="افزودن به فهرست")
    people.submit("manager", f"/tenders/{number}/justify", {"reason": "سه شرکت این خدمت را می‌شناسند."})
    tree = {"rows-0-title": "روش", "rows-0-weight": "30", "rows-1-title": "تیم", "rows-1-weight": "30"}
    tree |= {"rows-2-title": "سابقه", "rows-2-weight": "25", "rows-3-title": "شناخت", "rows-3-weight": "15"}
    people.submit("officer", f"{base}/criteria", tree)
    people.submit("officer", f"{base}/documents", {"title": "درخواست پیشنهاد", "file": people.file("rfp.pdf")})
    seats: dict[str, object] = {seat: [ids[seat]] for seat in ("head", "finance", "technical", "secretary")}
    seats["evaluators"] = [ids[f"evaluator{n}"] for n in (1, 2, 3)]
    told(people.goto("officer", f"{base}/seats"), "رئیس هیأت انتخاب")
    people.submit("officer", f"{base}/seats", seats)


def outsiders_see_nothing(people: People, number: str) -> None:
    """The board shows no limited call; a firm of the list reads its own letter on the tender's page."""
    page = people.goto("auditor", "/")
    expect(page.locator("main")).not_to_contain_text(number)
    told(people.goto("firm2", f"/tenders/{number}"), "دعوت‌نامه")
    told(people.goto("firm2", f"/tenders/{number}/procedure"), "گشایش پاکت‌های فنی")


def bid(people: People, number: str) -> None:
    """Three bids of two envelopes."""
    members = (
        ("یک", "عامل", "دکتری", "۱۲", "۱۰۰"),
        ("دو", "دستیار", "کارشناسی", "۷", "۸۰"),
        ("سه", "دبیر", "کارشناسی", "۵", "۵۰"),
    )
    columns = ("name", "role", "degree", "years", "share")
    team = {f"team-{n}-{c}": v for n, row in enumerate(members) for c, v in zip(columns, row, strict=True)}
    technical = {**team, "approach": "روش", "experience": "سابقه", "declares": True}
    base = f"/tenders/{number}/bid"
    for firm, amounts in PRICES.items():
        page = people.submit(firm, base, press="آغاز آماده‌سازی پیشنهاد")
        told(page, "پاکت مالی")
        people.seal(firm, f"{base}/b", {**technical, "files": people.file("plan.pdf")})
        people.seal(firm, f"{base}/c", {**price_fields(amounts), "tax": ["without"], "declares": True})
        told(people.submit(firm, f"{base}/submit"), "رسید تسلیم پیشنهاد")


def decide(people: People, number: str) -> None:
    """The head negotiates: what is above the proposal is refused; then votes, the choice, its minutes, the confirmation."""
    page = people.goto("head", f"/tenders/{number}/negotiation")
    people.fill(page, {"outcome": ["agreed"], "agreed": "99000000000"})
    page.get_by_role("button", name="ثبت نتیجه مذاکره").click()
    told(page, "بیشتر نباشد")
    expect(page.locator("#agreed")).not_to_have_value("")
    agreed = {"outcome": ["agreed"], "agreed": str(AGREED), "note": "کاهش هزینه سفر"}
    told(people.submit("head", f"/tenders/{number}/negotiation", agreed), "توافق بر")
    for member in ("head", "finance", "technical"):
        page = people.goto(member, f"/tenders/{number}/decision")
        page.get_by_role("radio", name="موافق", exact=True).check()
        page.get_by_role("button", name="ثبت رأی").click()
        told(page, "رأی شما ثبت شد")
    people.submit("head", f"/tenders/{number}/decision/winners")
    people.submit("secretary", f"/tenders/{number}/decision/minutes")
    people.submit("manager", f"/tenders/{number}/decision/confirm")
    page = people.goto("auditor", f"/tenders/{number}")
    told(page, "۹٬۵۰۰٬۰۰۰٬۰۰۰")


def conclude(people: People, number: str) -> None:
    """The contract over the agreed price; the final minutes are issued, and no paper of a tender under the Act is."""
    people.submit("officer", f"/tenders/{number}/contract")
    with session_of(people.served.app) as session:
        contract = session.scalars(sa.select(Contract)).one()
        assert contract.amount == AGREED
        place = contract.id
        kinds = set(session.scalars(sa.select(IssuedDocument.kind)))
        assert {DocumentKind.INVITATION, DocumentKind.FINAL_MINUTES} <= kinds
        assert not {DocumentKind.NOTICE, DocumentKind.PRICE_MINUTES} & kinds
    people.submit("officer", f"/contracts/{place}/edit", {"supervisor": "مشاوران نمونه"})
    people.submit("firm3", f"/contracts/{place}/sign", {"guarantee_no": "PG-1", "agrees": True})
    told(people.submit("manager", f"/contracts/{place}/issue", {"agrees": True}), "صادرشده")
    with session_of(people.served.app) as session:
        assert verify(session)[2] == []
