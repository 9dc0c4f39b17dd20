"""The live page: each step as it happens, nothing before the law shows it, and nothing sent twice."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids import commands
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState
from tender_app.ledger import receipt_log
from tender_app.store import clock
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance
from tests.bids import ground
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, bids_of, closing_of, firm_of, number_of, tender_on
from tests.bids.test_opening import multiply, score_and_lock
from tests.keys import with_keys
from tests.ledger.test_receipt_log import beats
from tests.make import context_of, questions_to, session_of, signed_in

NAMES = ("پیشگامان", "طارم", "سبز")
PRICES = ("۸٬۹۰۰٬۰۰۰٬۰۰۰", "۹٬۳۰۰٬۰۰۰٬۰۰۰", "۹٬۶۰۰٬۰۰۰٬۰۰۰", "۸٬۷۰۰٬۰۰۰٬۰۰۰", "۹٬۲۰۰٬۰۰۰٬۰۰۰", "۹٬۹۰۰٬۰۰۰٬۰۰۰")
CONTENT = ("کارشناس نمونه یک", "مطالعه شناختی چهارماهه", "دو دوره عاملیت", "BG-000", "بانک نمونه")
WATCHERS = ("firm1", "observer", "head", "auditor")


def seen(app: Flask, number: str) -> dict[str, list[str]]:
    """Return which canaries each watcher finds on the page and in its news."""
    found = {}
    for name in WATCHERS:
        client = signed_in(app, name)
        pages = [client.get(f"/tenders/{number}/live{part}") for part in ("", "/news")]
        assert [page.status_code for page in pages] == [200, 200]
        text = " ".join(main_of(page.text) for page in pages)
        found[name] = [word for word in (*NAMES, *PRICES, *CONTENT) if word in text]
    return found


def main_of(text: str) -> str:
    """Return the page without its frame, which names the viewer's own firm or company."""
    return re.sub(r"<header>.*?</header>", "", text, flags=re.DOTALL)


def everybody(words: tuple[str, ...]) -> dict[str, list[str]]:
    """Return that each watcher sees these words and no others."""
    return {name: list(words) for name in WATCHERS}


def test_r20_nothing_leaks_early_over_the_first_session(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    assert seen(demo, number) == everybody(())
    with session_of(demo) as session:
        ground.meet(demo, session, tender_on(session, LEATHER))
    assert seen(demo, number) == everybody(())
    with session_of(demo) as session:
        with_keys(demo, session, tender_on(session, LEATHER), TenderAct.OPEN_A)
    assert seen(demo, number) == everybody(NAMES)
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        for bid in bids_of(session, tender):
            advance(context_of(demo, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
    assert seen(demo, number) == everybody(NAMES)


def test_r24_prices_are_on_the_live_page_only_from_their_opening_on(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    assert seen(demo, number) == everybody(NAMES)
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        score_and_lock(demo, session, tender, bids_of(session, tender)[0].id)
    assert seen(demo, number) == everybody(NAMES)
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        assert tender.prices_open_at is not None
        at = tender.prices_open_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, tender, at)
        with_keys(demo, session, tender, TenderAct.OPEN_PRICES, at)
    assert seen(demo, number) == everybody((*NAMES, "۹٬۲۰۰٬۰۰۰٬۰۰۰", "۹٬۹۰۰٬۰۰۰٬۰۰۰"))


def test_a_tender_that_ended_before_its_opening_names_nobody(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        session.execute(sa.update(Tender).where(Tender.id == tender.id).values(state=TenderState.CANCELLED))
    assert seen(demo, number) == everybody(())


def test_only_who_bids_observes_or_works_on_the_tender_sees_its_sessions(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    with session_of(demo) as session:
        gone = bids_of(session, tender_on(session, LEATHER))[0]
        assert gone.firm_id == firm_of(session, "firm1").id
        session.execute(sa.update(Bid).where(Bid.id == gone.id).values(state=BidState.WITHDRAWN))
    names = ("firm2", "observer", "officer", "secretary", "firm1", "nm.firm", "nm.officer", "evaluator1", "admin")
    assert [signed_in(demo, name).get(f"/tenders/{number}/live").status_code for name in names] == [200] * 4 + [404] * 5
    assert demo.test_client().get(f"/tenders/{number}/live").status_code == 302
    assert signed_in(demo, "firm1").get(f"/tenders/{number_of(demo, OLIVE)}/live").status_code == 404


def test_news_is_sent_once_and_a_reader_who_has_it_gets_nothing(demo: Flask) -> None:
    number, firm = number_of(demo, LEATHER), signed_in(demo, "firm1")
    first = firm.get(f"/tenders/{number}/live/news")
    tag = first.headers["ETag"]
    again = firm.get(f"/tenders/{number}/live/news", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", again.headers["Tender-Hour"])
    assert tag.strip('"') in firm.get(f"/tenders/{number}/live").text
    with session_of(demo) as session:
        ground.meet(demo, session, tender_on(session, LEATHER))
    changed = firm.get(f"/tenders/{number}/live/news", headers={"If-None-Match": tag})
    assert (changed.status_code, "فرهاد زمانی" in changed.text) == (200, True)
    assert changed.headers["ETag"] != tag


def test_the_version_tells_nothing_of_the_bids_that_come(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    observer = signed_in(demo, "observer")
    before = observer.get(f"/tenders/{number}/live/news").headers["ETag"]
    with session_of(demo) as session:
        tender, firm = tender_on(session, OLIVE), firm_of(session, "firm2")
        ctx = context_of(demo, session, "firm2")
        bid = ground.draft(ctx, tender, firm)
        advance(ctx, bid, BidAct.SUBMIT, commands.submission_of(bid))
    assert observer.get(f"/tenders/{number}/live/news").headers["ETag"] == before


def test_the_log_head_of_the_deadline_and_the_minutes_come_as_soon_as_they_are_there(demo: Flask) -> None:
    number, firm = number_of(demo, FURNITURE), signed_in(demo, "firm2")
    shown = firm.get(f"/tenders/{number}/live").text
    code = shown.partition("/papers/")[2].partition(".pdf")[0]
    statuses = []
    for name in ("firm2", "observer", "nm.firm"):
        with signed_in(demo, name).get(f"/papers/{code}.pdf") as answer:
            statuses.append(answer.status_code)
    assert statuses == [200, 200, 404]
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        assert tender.closes_at is not None
        head = receipt_log.head_at(session, tender.closes_at)
    assert ("هنوز سری از پایان این مهلت ندارد" in shown) is (head is None)
    waits = signed_in(demo, "observer").get(f"/tenders/{number_of(demo, OLIVE)}/live").text
    assert "پس از پایان مهلت، سری که آن لحظه را در بر دارد این‌جا می‌آید" in waits


def test_the_log_head_that_covers_the_deadline_is_shown_by_its_root(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    with session_of(demo) as session:
        beats(session, demo, clock.true_now(session), 2)
        closes = closing_of(tender_on(session, OLIVE))
    ground.move_clock(demo, closes + dt.timedelta(minutes=1))
    with session_of(demo) as session:
        beats(session, demo, clock.true_now(session) + dt.timedelta(minutes=4), 2)
        head = receipt_log.head_at(session, closes)
        assert head is not None
    shown = signed_in(demo, "observer").get(f"/tenders/{number}/live").text
    assert f'data-copy="{head["root"]}"' in shown


def test_price_minutes_reach_bidders_with_the_announcement_and_not_before(demo: Flask) -> None:
    number = number_of(demo, "باقلوا")
    with session_of(demo) as session:
        tender = tender_on(session, "باقلوا")
        announced = tender.id
    shown = signed_in(demo, "firm1").get(f"/tenders/{number}/live").text
    assert "صورتجلسه قیمت" in shown
    with session_of(demo) as session:
        session.execute(sa.update(Tender).where(Tender.id == announced).values(state=TenderState.DECIDED))
    shown = signed_in(demo, "firm1").get(f"/tenders/{number}/live").text
    assert "صورتجلسه گشایش" in shown
    assert "صورتجلسه قیمت" not in shown.replace("صدور صورتجلسه قیمت", "")


def asked(app: Flask, client: FlaskClient, number: str, tag: str = "") -> tuple[int, int]:
    """Return how many questions the page asks, and how many its news."""
    client.get(f"/tenders/{number}/live")
    with questions_to(app) as whole:
        assert client.get(f"/tenders/{number}/live").status_code == 200
    with questions_to(app) as part:
        client.get(f"/tenders/{number}/live/news", headers={"If-None-Match": tag} if tag else {})
    return len(whole), len(part)


@pytest.mark.parametrize("watcher", ["firm1", "observer"])
def test_the_live_page_asks_as_many_questions_for_thirty_bids_and_few_for_no_news(demo: Flask, watcher: str) -> None:
    number, client = number_of(demo, FURNITURE), signed_in(demo, watcher)
    few = asked(demo, client, number)
    with session_of(demo) as session:
        multiply(session, bids_of(session, tender_on(session, FURNITURE))[0], 27)
    assert asked(demo, client, number) == few
    tag = client.get(f"/tenders/{number}/live/news").headers["ETag"]
    nothing = asked(demo, client, number, tag)[1]
    assert nothing < few[1]
    assert nothing <= 9


def test_the_page_without_scripts_is_read_anew_and_says_of_when_it_is(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    shown = signed_in(demo, "firm1").get(f"/tenders/{number}/live").text
    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in shown
    assert "آنچه می‌بینید خبر ساعت" in shown
    assert "صفحه زنده جلسه" in signed_in(demo, "firm1").get(f"/tenders/{number}").text
