"""The demonstration clock's page: an officer moves it forward, to the next event or by a span, and all that binds follows."""

import dataclasses
import datetime as dt
import re

import pytest
from flask import Flask

from tender_app import create_app
from tender_app.store import clock
from tests.bids.ground import OLIVE, closing_of, number_of, tender_on
from tests.make import session_of, signed_in


def now_of(app: Flask) -> dt.datetime:
    """Return the demonstration's instant."""
    with session_of(app) as session:
        return clock.now(session, demo=True)


def test_an_officer_moves_the_clock_to_the_deadline_and_the_tender_is_closed(sqlite_demo: Flask) -> None:
    officer, number = signed_in(sqlite_demo, "officer"), number_of(sqlite_demo, OLIVE)
    shown = officer.get("/demo/clock").text
    assert "اکنون در این نمایش" in shown
    keys = re.findall(r'<option[^>]* value="([^"]+)"', shown)
    assert keys[:4] == ["1h", "1d", "7d", "30d"]
    assert f"{number}:closes_at" in keys
    answer = officer.post("/demo/clock", data={"step": f"{number}:closes_at"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk")
    with session_of(sqlite_demo) as session:
        closes = closing_of(tender_on(session, OLIVE))
    assert closes <= now_of(sqlite_demo) < closes + dt.timedelta(minutes=1)
    page = sqlite_demo.test_client().get(f"/tenders/{number}").text
    assert "در انتظار گشایش" in page
    assert "ساعت این نمایش جلو برده شده است" in page
    assert f"{number}:closes_at" not in officer.get("/demo/clock").text


@pytest.mark.parametrize("typed", [{}, {"step": ""}, {"step": "-1d"}, {"step": "QZ-0000-CDA-00:closes_at"}])
def test_a_step_that_is_none_is_explained_and_moves_nothing(sqlite_demo: Flask, typed: dict[str, str]) -> None:
    before = now_of(sqlite_demo)
    answer = signed_in(sqlite_demo, "officer").post("/demo/clock", data=typed)
    assert answer.status_code == 422
    assert 'href="#step"' in answer.text
    said = re.search(r'field-error" id="step-error">.*?</svg> ([^<]+)<', answer.text)
    assert said
    assert not re.search("[A-Za-z]", said[1])
    assert now_of(sqlite_demo) - before < dt.timedelta(minutes=1)


def test_nobody_but_an_officer_moves_it_and_only_an_officer_is_shown_the_way(demo: Flask) -> None:
    for name in ("manager", "head", "firm1", "admin"):
        client = signed_in(demo, name)
        assert "/demo/clock" not in client.get("/desk").text
        assert client.post("/demo/clock", data={"step": "1h"}).status_code == 403
    assert demo.test_client().get("/demo/clock").headers["Location"].startswith("/login")
    assert "/demo/clock" in signed_in(demo, "nm.officer").get("/desk").text


def test_outside_the_demonstration_there_is_no_such_page(sqlite_demo: Flask) -> None:
    settings = dataclasses.replace(sqlite_demo.extensions["settings"], demo=False)
    real = create_app(settings, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    assert real.test_client().get("/demo/clock").status_code == 404
    page = real.test_client().get("/login").text
    assert "نمایش:" not in page
    assert "حساب‌های نمایش" not in page
    real.extensions["database"].dispose()
