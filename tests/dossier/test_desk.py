"""The desk: what waits, until when and for what, from the law's own rows; nothing that is done, nothing that tells."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, Start
from tender_app.clusters.rules import ClusterState
from tender_app.dossier.outlook import Event, Place, month_of, periods_of
from tender_app.kernel import calendar
from tender_app.regulation.days import USUAL
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.web.periods import Period, period_chart
from tender_app.workflow.engine import advance, begin
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, closing_of, firm_of, meet, move_clock, tender_on
from tests.make import context_of, session_of, signed_in

PANEL = re.compile(r'<section class="panel[^>]*aria-labelledby="(\w+)-h">(.*?)</section>', re.DOTALL)
TASK = re.compile(r"<b>(?:<a href=\"([^\"]+)\">)?([^<]+)(?:</a>)?</b>(.*?)</li>", re.DOTALL)


def panel(client: FlaskClient, name: str) -> str:
    """Return a panel of the desk, or nothing."""
    answer = client.get("/desk")
    assert answer.status_code == 200
    found: dict[str, str] = dict(PANEL.findall(answer.text))
    return found.get(name, "")


def tasks(client: FlaskClient, name: str = "tasks") -> list[tuple[str, str, str]]:
    """Return (label, address, the rest) of the tasks in a panel."""
    return [(label, address, rest) for address, label, rest in TASK.findall(panel(client, name))]


def of(rows: list[tuple[str, str, str]], word: str) -> list[tuple[str, str]]:
    """Return (label, the rest) of the tasks about a tender."""
    return [(label, rest) for label, _, rest in rows if word in rest]


@pytest.mark.parametrize(
    "name", ["officer", "secretary", "head", "finance", "evaluator2", "evaluator3", "firm1", "nm.officer", "manager"]
)
def test_every_task_leads_to_a_page_that_its_person_may_open(demo: Flask, name: str) -> None:
    client = signed_in(demo, name)
    for label, address, _ in [*tasks(client), *tasks(client, "coming")]:
        assert client.get(address).status_code == 200, (label, address)


def test_a_session_waits_for_its_secretary_until_it_is_held_and_for_its_head_from_then(sqlite_demo: Flask) -> None:
    secretary, head = signed_in(sqlite_demo, "secretary"), signed_in(sqlite_demo, "head")
    assert [label for label, _ in of(tasks(secretary), LEATHER)] == ["دعوت به جلسه کمیسیون", "ثبت حاضران جلسه"]
    assert of(tasks(head), LEATHER) == []
    [(label, rest)] = of(tasks(head, "coming"), LEATHER)
    assert label == "گشایش پاکت‌های الف"
    assert "جلسه رسمیت ندارد" in rest
    with session_of(sqlite_demo) as session:
        ctx = context_of(sqlite_demo, session, "secretary")
        advance(ctx, tender_on(session, LEATHER), TenderAct.INVITE)
        meet(sqlite_demo, session, tender_on(session, LEATHER))
    assert of([*tasks(secretary), *tasks(secretary, "coming")], LEATHER) == []
    assert [label for label, _ in of(tasks(head), LEATHER)] == ["گشایش پاکت‌های الف"]


def test_before_the_opening_no_desk_tells_how_many_bids_there_are(demo: Flask) -> None:
    for name in ("head", "finance", "technical", "secretary", "officer", "manager"):
        client = signed_in(demo, name)
        assert "بررسی تضمین" not in client.get("/desk").text


def test_a_sheet_waits_for_its_evaluator_until_it_is_confirmed(demo: Flask) -> None:
    assert [label for label, _ in of(tasks(signed_in(demo, "evaluator2")), FURNITURE)] == ["امتیازدهی و تأیید برگه"]
    assert [label for label, _ in of(tasks(signed_in(demo, "evaluator3")), FURNITURE)] == [
        "اعلام نخست، پیش از دیدن نام پیشنهاددهندگان"
    ]
    assert tasks(signed_in(demo, "evaluator1")) == []


def test_a_draft_waits_for_its_firm_until_the_deadline_and_says_what_is_left(sqlite_demo: Flask) -> None:
    with session_of(sqlite_demo) as session:
        ctx = context_of(sqlite_demo, session, "firm1")
        begin(ctx, Bid, BidAct.START, Start(firm_of(session, "firm1"), tender_on(session, OLIVE)))
    client = signed_in(sqlite_demo, "firm1")
    [(label, rest)] = of(tasks(client), OLIVE)
    assert label == "تکمیل و تسلیم پیشنهاد"
    assert "هنوز مهر و موم نشده است" in rest
    with session_of(sqlite_demo) as session:
        closes = closing_of(tender_on(session, OLIVE))
    move_clock(sqlite_demo, closes + dt.timedelta(seconds=1))
    assert tasks(client) == []


def test_an_incomplete_tender_waits_for_its_officer_and_says_for_what(sqlite_demo: Flask) -> None:
    with session_of(sqlite_demo) as session:
        stone = tender_on(session, "سنگ")
        assert stone.state is TenderState.PREPARING
        stone.estimate = None
    [(label, rest)] = of(tasks(signed_in(sqlite_demo, "officer")), "سنگ")
    assert label == "تکمیل و فرستادن برای تصویب"
    assert "کامل نیست" in rest


def test_news_come_newest_first_and_only_what_came_since_the_last_visit_is_new(demo: Flask) -> None:
    client = signed_in(demo, "head")
    news = panel(client, "news")
    days = re.findall(r'<time datetime="([^"]+)"', news)
    assert days == sorted(days, reverse=True)
    assert 0 < news.count("state-wait") < len(days)
    assert "state-wait" not in panel(signed_in(demo, "head"), "news")


def test_a_month_begins_on_saturday_and_holds_what_falls_into_it() -> None:
    now = calendar.instant(calendar.from_jalali(1405, 9, 3), dt.time(20, 0))
    ours = Event(now + dt.timedelta(days=1), "پاسخ به پرسش", "/a", is_mine=True)
    shown = month_of(now, [ours, Event(now + dt.timedelta(days=40), "گشایش", "/b")], USUAL)
    assert shown.title == "آذر ۱۴۰۵"
    assert [day.number if day else None for day in shown.weeks[0]] == [None, 1, 2, 3, 4, 5, 6]
    days = [day for week in shown.weeks for day in week if day]
    assert [day.number for day in days] == list(range(1, 31))
    assert [day.number for day in days if day.is_today] == [3]
    assert [(day.number, day.is_mine) for day in days if day.events] == [(4, True)]
    assert {len(week) for week in shown.weeks} == {7}
    assert [day.number for day in days if day.is_closed][:4] == [5, 6, 12, 13]


def test_the_term_of_a_contract_is_parted_at_today() -> None:
    today = calendar.from_jalali(1405, 9, 3)
    starts, ends = calendar.from_jalali(1404, 2, 24), calendar.from_jalali(1407, 2, 23)
    place = Place(
        1,
        "باقلوا",
        "sweets",
        ClusterState.IN_DEVELOPMENT,
        "QZ-1404-CDA-01",
        TenderState.CONTRACTED,
        None,
        None,
        3,
        starts,
        ends,
    )
    assert periods_of(place, today) == [Period(starts, today, "a", "سال دوم"), Period(today, ends, "c", "مانده")]
    assert periods_of(place, calendar.from_jalali(1408, 1, 1)) == [Period(starts, ends, "c", "پایان‌یافته")]


def test_an_axis_of_years_grows_from_right_to_left_with_today_on_it() -> None:
    day = calendar.from_jalali
    rows = [("الف", [Period(day(1391, 1, 1), day(1394, 1, 1), "c", "پایان‌یافته")]), ("ب", [])]
    chart = period_chart(rows, day(1405, 9, 3))
    for view in chart.views:
        xs = [x for x, _ in view.ticks]
        assert xs == sorted(xs, reverse=True)
        [bar] = view.rows[0].bars
        assert view.today < bar.x < bar.x + bar.width <= view.right
    assert chart.description == "الف: پایان‌یافته از ۱۳۹۱/۰۱/۰۱ تا ۱۳۹۴/۰۱/۰۱"
