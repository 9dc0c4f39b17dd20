"""The public board and the pages behind it: found however it is typed, paged by key, asking the same at any size."""

import datetime as dt
import re
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.many import more_tenders
from tender_app.dossier.board import PAGE
from tender_app.kernel import calendar
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import CancellationReason, TenderState
from tests.make import questions_to, session_of, signed_in

CARD = re.compile(r'<article class="tcard.*?/tenders/([A-Z]+-\d+-CDA-\d+)"', re.DOTALL)


def numbers(client: FlaskClient, **query: str) -> list[str]:
    answer = client.get("/", query_string=query)
    assert answer.status_code == 200
    return CARD.findall(answer.text)


def olive(app: Flask) -> tuple[str, dt.datetime]:
    with session_of(app) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.title.contains("زیتون"))).one()
        assert tender.closes_at is not None
        return tender.number, tender.closes_at


@pytest.mark.parametrize("typed", ["زیتون", "زيتون", "  زیتون   خوشه ", "زیتون‌"])
def test_a_word_is_found_in_persian_and_arabic_letters(demo: Flask, typed: str) -> None:
    assert numbers(demo.test_client(), q=typed) == [olive(demo)[0]]


def test_a_number_is_found_in_any_digits(demo: Flask) -> None:
    number, _ = olive(demo)
    for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "0123456789"):
        typed = number.translate(str.maketrans("0123456789", digits))
        assert numbers(demo.test_client(), q=typed) == [number]
        assert numbers(demo.test_client(), q=typed.lower()) == [number]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' OR 1=1 --", "هیچ‌کجا", "ی" * 5000])
def test_a_word_that_is_nowhere_finds_nothing_and_says_so(demo: Flask, typed: str) -> None:
    client = demo.test_client()
    assert numbers(client, q=typed) == []
    assert "مناقصه‌ای با این نشانه‌ها نیست" in client.get("/", query_string={"q": typed}).text


def test_a_search_that_was_left_empty_shows_every_group(demo: Flask) -> None:
    text = demo.test_client().get("/?q=&state=&province=&until=").text
    assert text.count('class="section-title"') == 3
    assert "پاک کردن پالایش" not in text


def test_the_board_is_narrowed_by_standing_province_and_deadline(demo: Flask) -> None:
    number, closes = olive(demo)
    client = demo.test_client()
    assert number in numbers(client, state="open")
    assert number not in numbers(client, state="finished")
    assert number in numbers(client, province="قزوین")
    assert number not in numbers(client, province="سمنان")
    late, early = (calendar.numeric(closes.date() + dt.timedelta(days=n)) for n in (1, -2))
    assert number in numbers(client, until=late, state="open")
    assert number not in numbers(client, until=early, state="open")


@pytest.mark.parametrize("typed", ["1404/12/30", "۱۴۰۴/۱۲/۳۰", "فردا", "1405/13/01"])
def test_a_date_that_is_none_is_said_at_its_field_and_keeps_the_rest(demo: Flask, typed: str) -> None:
    answer = demo.test_client().get("/", query_string={"until": typed, "q": "زیتون"})
    assert answer.status_code == 200
    assert 'id="until-error"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="زیتون"' in answer.text


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"state": "x"}, {"after": "20260101T000000.0-x"}, {"province": "x"}, {"q": "\x00"}]
)
def test_a_bent_address_is_still_a_page(demo: Flask, query: dict[str, str]) -> None:
    assert demo.test_client().get("/", query_string={"state": "open"} | query).status_code == 200


def test_pages_hold_every_finished_tender_once_and_the_latest_first(demo: Flask) -> None:
    more_tenders(demo.extensions["database"], 75)
    client = demo.test_client()
    found: list[list[str]] = []
    address = "/?state=finished"
    while address:
        text = client.get(address).text
        found.append(CARD.findall(text))
        onward = re.search(r'href="([^"]*after=[^"]*)"', text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    flat = [number for page in found for number in page]
    with session_of(demo) as session:
        finished = (TenderState.AWARDED, TenderState.CONTRACTED, TenderState.RENEWED, TenderState.CANCELLED)
        rows = session.execute(sa.select(Tender.number, Tender.published_at).where(Tender.state.in_(finished)))
        published = {row.number: row.published_at for row in rows}
    assert sorted(flat) == sorted(published)
    assert [len(page) for page in found[:-1]] == [PAGE] * (len(found) - 1)
    assert len(found) > 3
    assert all(published[a] >= published[b] for a, b in pairwise(flat))


def test_a_finished_tender_names_its_winner_and_amount_and_one_under_way_names_nobody(demo: Flask) -> None:
    client = demo.test_client()
    finished = client.get("/?state=finished").text
    assert finished.count("برنده: اندیشه‌سازان کسب‌وکار سبز") == 4
    assert finished.count("۹٬۷۵۰٬۰۰۰٬۰۰۰ ریال") == 4
    for state in ("open", "evaluating"):
        assert "برنده:" not in client.get(f"/?state={state}").text


@pytest.mark.parametrize(
    ("word", "standing", "step", "open_acts", "closed_acts"),
    [
        ("زیتون", "باز برای دریافت پیشنهاد", 3, 2, ["نتیجه پس از"]),
        ("چرم", "در انتظار گشایش", 4, 0, ["مهلت تسلیم پیشنهاد", "مهلت پرسش", "نتیجه پس از"]),
        ("مبلمان", "ارزیابی فنی", 5, 0, ["نتیجه پس از"]),
        ("پسته", "قرارداد بسته شد", 9, 0, []),
    ],
)
def test_a_visitor_reads_where_a_tender_stands_and_why_an_act_is_closed(
    sqlite_demo: Flask, word: str, standing: str, step: int, open_acts: int, closed_acts: list[str]
) -> None:
    client = sqlite_demo.test_client()
    with session_of(sqlite_demo) as session:
        number = session.scalars(sa.select(Tender.number).where(Tender.title.contains(word))).one()
    text = client.get(f"/tenders/{number}").text
    assert f"{standing}</span>" in text
    assert text.count('<span class="pip"><svg') == step - 1
    assert text.count('href="/login?next=') == open_acts
    reasons = re.findall(r'<p class="why" id="act-why-\d">.*?</svg> ([^<]+)</p>', text)
    assert [told for told, known in zip(reasons, closed_acts, strict=True) if not told.startswith(known)] == []


def test_a_tender_that_ended_without_a_winner_says_the_laws_reason_and_no_later_date(sqlite_demo: Flask) -> None:
    with session_of(sqlite_demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.title.contains("چرم"))).one()
        tender.state, tender.end_reason = TenderState.CANCELLED, CancellationReason.NATURE_CHANGED.value
        tender.ended_at = tender.closes_at
        number = tender.number
    client = sqlite_demo.test_client()
    page, board = client.get(f"/tenders/{number}").text, client.get("/?state=finished").text
    for shown in (page, board):
        assert "لغو شد" in shown
        assert CancellationReason.NATURE_CHANGED.label in shown
    assert "پایان مهلت تسلیم پیشنهاد" in page
    assert "گشایش پاکت‌های قیمت (ج)" not in page


def test_what_a_page_asks_does_not_grow_with_the_table(demo: Flask) -> None:
    number, _ = olive(demo)
    visitor, firm, manager = demo.test_client(), signed_in(demo, "firm1"), signed_in(demo, "manager")
    pages = [
        *((visitor, path) for path in ("/", "/?state=finished", f"/tenders/{number}")),
        (firm, "/desk"),
        (manager, "/desk"),
        (manager, f"/tenders/{number}"),
    ]
    before = [asked(demo, client, path) for client, path in pages]
    more_tenders(demo.extensions["database"], 120)
    assert [asked(demo, client, path) for client, path in pages] == before


def asked(app: Flask, client: FlaskClient, path: str) -> int:
    client.get(path)  # the second visit is counted: the first one may keep its time
    with questions_to(app) as told:
        assert client.get(path).status_code == 200
    return len(told)
