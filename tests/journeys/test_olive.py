"""The olive tender, from the cluster's letters to the downloaded contract, role by role in a real Chromium."""

import datetime as dt

import pypdfium2
import pytest
import sqlalchemy as sa

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.kernel import calendar
from tender_app.ledger.log import verify
from tender_app.people.models import Person
from tests.journeys.people import People, dates, price_fields, told, typed
from tests.make import session_of

LOW, GOOD, BEST = ("61", "60", "62", "63"), ("80", "70", "62", "85"), ("90", "88", "86", "90")
PRICES = {
    "firm1": (1_660_000_000, 2_075_000_000, 2_075_000_000, 1_660_000_000, 830_000_000),
    "firm2": (1_880_000_000, 2_350_000_000, 2_350_000_000, 1_880_000_000, 940_000_000),
    "firm3": (1_950_000_000, 2_437_500_000, 2_437_500_000, 1_950_000_000, 975_000_000),
}


@pytest.mark.browser
def test_the_olive_tender_ends_in_an_issued_contract(people: People) -> None:
    play(people)


@pytest.mark.browser
@pytest.mark.postgresql
def test_the_olive_tender_ends_in_an_issued_contract_on_postgresql(postgresql_people: People) -> None:
    play(postgresql_people)


@pytest.mark.browser
def test_the_olive_tender_needs_no_javascript(plain_people: People) -> None:
    play(plain_people)


def play(people: People) -> None:
    """Play the whole story."""
    number = publish(people)
    bid(people, number)
    at = open_envelopes(people, number)
    score(people, number)
    decide(people, number, at)
    conclude(people, number)
    with session_of(people.served.app) as session:
        assert verify(session)[2] == []


def publish(people: People) -> str:  # noqa: PLR0915 -- a page after another, as in life
    """Letters, licence, the draft in sections, approval."""
    with session_of(people.served.app) as session:
        cluster = session.scalar(sa.select(Cluster.id).where(Cluster.slug == "olive"))
        ids = {p.username: str(p.id) for p in session.scalars(sa.select(Person))}
    today = calendar.today(people.now())
    assert cluster is not None
    people.license(cluster)
    page = people.submit("officer", f"/tenders/new/{cluster}")
    number = page.url.split("/")[-2]
    base = f"/tenders/{number}/edit"
    people.submit("officer", f"{base}/subject", {"subject": "عامل توسعه خوشه زیتون", "terms": "شرح خدمات"})
    funds = {
        "estimate": "۹٬۸۵۰٬۰۰۰٬۰۰۰",
        "budget_line": "1503-002-14",
        "funding_certificate": "318",
        "setad_no": "2005001234000017",
        "board_resolution": "412",
        "board_resolution_on": calendar.numeric(today - dt.timedelta(days=5)),
        "has_envelope_a": True,
        "guarantee": "492500000",
    }
    people.submit("officer", f"{base}/money", funds)
    steps = dates(today)
    contract_by = calendar.today(steps["prices_open_at"]) + dt.timedelta(days=30)
    schedule = {name: typed(at) for name, at in steps.items()}
    last = {"contract_by": contract_by, "valid_until": contract_by + dt.timedelta(days=80)}
    typed_days = {name: calendar.numeric(day) for name, day in last.items()}
    people.submit("officer", f"{base}/schedule", {**schedule, **typed_days, "opening_place": "تالار جلسات"})
    people.submit("officer", f"{base}/evaluation", {"minimum_score": "۶۵", "impact": "۰٫۴", "minimum_bids": "۱"})
    rows = (("روش", "30"), ("تیم", "30"), ("سابقه", "25"), ("شناخت محلی", "15"))
    tree = {f"rows-{n}-{k}": v for n, row in enumerate(rows) for k, v in zip(("title", "weight"), row, strict=True)}
    people.submit("officer", f"{base}/criteria", tree)
    document = people.file("terms.pdf")
    people.submit("officer", f"{base}/documents", {"title": "دفترچه اسناد", "file": document})
    people.submit(
        "officer",
        f"{base}/seats",
        {
            "head": [ids["head"]],
            "finance": [ids["finance"]],
            "technical": [ids["technical"]],
            "secretary": [ids["secretary"]],
            "evaluators": [ids[f"evaluator{n}"] for n in (1, 2, 3)],
        },
    )
    for name in ("روزنامه یک", "روزنامه دو"):
        paper = {"name": name, "issue_no": "۱۲", "day": calendar.numeric(today)}
        people.submit("officer", f"/tenders/{number}/insertions", paper)
    for kind in ("budget", "funding", "board_resolution", "setad"):
        scan = {
            "paper": [kind],
            "day": calendar.numeric(today - dt.timedelta(days=5)),
            "file": people.file(f"{kind}.pdf"),
        }
        people.submit("officer", f"/tenders/{number}/records", scan)
    people.submit("officer", f"/tenders/{number}/send")
    hold_ceremony(people, number)
    page = people.submit("manager", f"/tenders/{number}/approve")
    told(page, "باز برای دریافت پیشنهاد")
    letter = {"letter_no": "۱۴۰۵/۷۷", "letter_on": calendar.numeric(today)}
    people.submit("manager", f"/tenders/{number}/committee", letter)
    return number


def hold_ceremony(people: People, number: str) -> None:
    """The members set their passphrases; the head makes the keys and rehearses, all on one device."""
    told(people.goto("manager", f"/tenders/{number}/approve"), "کلیدهای مناقصه هنوز ساخته نشده است")
    for member in ("head", "finance", "technical"):
        people.set_passphrase(member)
    people.submit("head", f"/tenders/{number}/keys/make")
    page = people.with_keys(number, "rehearse", "keys/rehearsal", beside=True)
    told(page, "تمرین گشایش انجام شد")


def bid(people: People, number: str) -> None:
    """A question and its answer; three bids, each sealed and submitted; the originals."""
    people.submit("firm1", f"/tenders/{number}/ask", {"text": "آیا سابقه همانند پذیرفته است؟"})
    page = people.goto("officer", f"/tenders/{number}/questions")
    page.get_by_role("link", name="پاسخ دادن").click()
    people.fill(page, {"text": "بله، با گواهی."})
    page.locator("main form button[type=submit]").first.click()
    told(people.goto("firm2", f"/tenders/{number}"), "آیا سابقه همانند پذیرفته است؟")
    for firm, amounts in PRICES.items():
        people.submit(firm, f"/tenders/{number}/bid", press="آغاز آماده‌سازی پیشنهاد")
        seal(people, firm, number, amounts)
        told(people.of(firm), "مهر و موم شده، تسلیم شده نیست")
        page = people.submit(firm, f"/tenders/{number}/bid/submit")
        told(page, "رسید تسلیم پیشنهاد")
    page = people.goto("officer", f"/tenders/{number}/originals")
    values = [o.get_attribute("value") for o in page.locator("#firm option").all()]
    for choice in filter(None, values):
        people.submit("officer", f"/tenders/{number}/originals", {"firm": [choice], "number": "BG-1"})


def seal(people: People, firm: str, number: str, amounts: tuple[int, ...]) -> None:
    """Fill and seal the three envelopes."""
    base = f"/tenders/{number}/bid"
    expires = calendar.numeric(calendar.today(people.now()) + dt.timedelta(days=200))
    guarantee = {"issuer": "بانک نمونه", "number": "BG-1", "amount": "492500000", "expires_on": expires}
    people.seal(firm, f"{base}/a", {"kind": ["bank"], **guarantee, "scan": people.file("scan.pdf")})
    members = (
        ("یک", "عامل", "دکتری", "۱۲", "۱۰۰"),
        ("دو", "دستیار", "کارشناسی", "۷", "۸۰"),
        ("سه", "دبیر", "کارشناسی", "۵", "۵۰"),
    )
    columns = ("name", "role", "degree", "years", "share")
    team = {f"team-{n}-{c}": v for n, row in enumerate(members) for c, v in zip(columns, row, strict=True)}
    technical = {**team, "approach": "روش", "experience": "سابقه", "declares": True}
    people.seal(firm, f"{base}/b", {**technical, "files": people.file("plan.pdf")})
    people.seal(firm, f"{base}/c", {**price_fields(amounts), "tax": ["without"], "declares": True})


def open_envelopes(people: People, number: str) -> dict[str, dt.datetime]:
    """The deadline passes; the commission meets, opens الف, judges, opens ب; minutes."""
    steps = dates(calendar.today(people.now()))
    people.let_time_pass(steps["opens_at"] + dt.timedelta(minutes=1))
    attend(people, number)
    told(people.with_keys(number, "open_a", "open/a"), "پاکت‌های الف گشوده شد")
    for _ in PRICES:
        page = people.goto("finance", f"/tenders/{number}/opening")
        page.get_by_role("link", name="پذیرش تضمین").first.click()
        page.check("#seen")
        page.locator("main form button[type=submit]").click()
        page.wait_for_load_state()
    told(people.with_keys(number, "open_b", "open/b", beside=True), "پاکت‌های ب گشوده")
    people.submit("secretary", f"/tenders/{number}/opening/minutes")
    return steps


def attend(people: People, number: str) -> None:
    """The secretary registers the members."""
    page = people.goto("secretary", f"/tenders/{number}/attendance")
    for box in page.locator("input[name=members]").all():
        box.check()
    page.locator("main form button[type=submit]").click()
    told(page, "حاضران ثبت شدند")


def score(people: People, number: str) -> None:
    """Three evaluators declare, score, confirm; the head locks."""
    for evaluator in ("evaluator1", "evaluator2", "evaluator3"):
        people.declare(evaluator, number)
        page = people.goto(evaluator, f"/tenders/{number}/scores")
        drawn = [a.get_attribute("href") or "" for a in page.locator("table a").all()]  # in an order of their own
        links = sorted(drawn, key=lambda href: int(href.rpartition("/")[2]))
        for href, points in zip(links, (LOW, GOOD, BEST), strict=True):
            page = people.goto(evaluator, href)
            assert "ریال" not in page.locator("main").inner_text()
            for spot, value in zip(page.locator("input[id^=p-]").all(), points, strict=True):
                spot.fill(value)
            for spot in page.locator("textarea[id^=r-]").all():
                spot.fill("روشن و سنجیده است.")
            with page.expect_navigation():
                page.locator("main form button[type=submit]").last.click()
        people.submit(evaluator, f"/tenders/{number}/scores/confirm")
    people.submit("head", f"/tenders/{number}/technical/lock")
    people.submit("secretary", f"/tenders/{number}/invite")


def decide(people: People, number: str, steps: dict[str, dt.datetime]) -> None:
    """The price session: prices, votes, winners, minutes; the manager confirms."""
    people.let_time_pass(steps["prices_open_at"] + dt.timedelta(minutes=1))
    attend(people, number)
    told(people.with_keys(number, "open_prices", "open/c"), "پاکت‌های ج گشوده")
    told(people.goto("head", f"/tenders/{number}/ranking"), "اندیشه‌سازان")
    for member in ("head", "finance", "technical"):
        page = people.goto(member, f"/tenders/{number}/decision")
        page.get_by_role("radio", name="موافق", exact=True).check()
        page.get_by_role("button", name="ثبت رأی").click()
        told(page, "رأی شما ثبت شد")
    people.submit("head", f"/tenders/{number}/decision/winners")
    people.submit("secretary", f"/tenders/{number}/decision/minutes")
    people.submit("manager", f"/tenders/{number}/decision/confirm")
    told(people.goto("firm1", f"/tenders/{number}"), "اندیشه‌سازان")


def conclude(people: People, number: str) -> None:
    """The contract: drafted, completed, signed by the agent, issued; its PDF downloaded and verified."""
    people.submit("officer", f"/tenders/{number}/contract")
    with session_of(people.served.app) as session:
        contract = session.scalars(sa.select(Contract)).one().id
    people.submit("officer", f"/contracts/{contract}/edit", {"supervisor": "مشاوران نمونه"})
    people.submit("firm3", f"/contracts/{contract}/sign", {"guarantee_no": "PG-1", "agrees": True})
    page = people.submit("manager", f"/contracts/{contract}/issue", {"agrees": True})
    told(page, "صادرشده")
    page = people.goto("firm3", f"/contracts/{contract}")
    href = page.get_by_role("link", name="PDF").first.get_attribute("href") or ""
    content = page.context.request.get(people.served.address + href).body()
    assert content.startswith(b"%PDF")
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert "۱۴۰۵" in text or "۱۴۰" in text
    path = people.folder / "contract.pdf"
    path.write_bytes(content)
    page = people.goto("firm3", "/verify")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="آزمودن پرونده").click()
    told(page, "صادرشده همین سامانه است")
