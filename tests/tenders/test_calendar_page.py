"""The page of a draft's calendar, and the taking of its days into the draft."""

import datetime as dt
import re

import pytest
from flask import Flask

from tender_app.kernel import calendar
from tender_app.store import clock
from tender_app.tenders import schedule
from tender_app.tenders.planning_forms import MOVABLE
from tests.make import session_of, signed_in
from tests.tenders import ground


def hidden(page: str) -> dict[str, str]:
    """Return what the form that takes the days would send."""
    form = page[page.index('id="take-h"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_a_wish_gives_every_day_with_its_article_and_all_are_taken_into_the_draft(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    officer = signed_in(app, "officer")
    with session_of(app) as session:
        today = calendar.today(clock.now(session, demo=True))
    wished = today + dt.timedelta(days=60)
    address = f"/tenders/{number}/edit/calendar"
    page = officer.get(address, query_string={"wish": "opens_at", "on": calendar.numeric(wished)}).get_data(
        as_text=True
    )
    assert "۱۰ روز کامل پس از پایان دریافت اسناد؛ ماده ۱۵ بند ب" in page
    taken = hidden(page)
    assert set(MOVABLE) < taken.keys()
    assert officer.post(address, data=taken).status_code == 302
    with session_of(app) as session:
        tender = ground.tender_of(session, number)
        kept = {name: getattr(tender, name) for name in (*schedule.STEPS, *schedule.DAYS)}
    assert {name: calendar.numeric(schedule.day_of(value)) for name, value in kept.items()} == {
        name: taken[name] for name in kept
    }
    assert calendar.today(kept["opens_at"]) <= wished
    assert officer.post(address, data=taken).status_code == 409  # the draft is another by now


def test_a_moved_day_moves_the_others_or_is_refused_at_its_field(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    officer, address = signed_in(app, "officer"), f"/tenders/{number}/edit/calendar"
    first = hidden(officer.get(address).get_data(as_text=True))
    asked = {name: first[name] for name in MOVABLE} | {f"was_{name}": first[name] for name in MOVABLE}
    later = calendar.parse_date(first["documents_until"]) + dt.timedelta(days=30)
    moved = officer.get(address, query_string={**asked, "documents_until": calendar.numeric(later)})
    shown = hidden(moved.get_data(as_text=True))
    assert shown["documents_until"] == calendar.numeric(later)
    assert calendar.parse_date(shown["closes_at"]) >= later + dt.timedelta(days=10)
    refused = officer.get(address, query_string={**asked, "closes_at": first["documents_until"]})
    assert refused.status_code == 422
    assert "زودتر از" in refused.get_data(as_text=True)
    assert hidden(refused.get_data(as_text=True))["closes_at"] == first["closes_at"]


@pytest.mark.parametrize("on", ["", "فردا", "1405/13/01", "1300/01/01"])
def test_a_wish_that_cannot_be_read_or_is_past_is_told_and_a_calendar_still_stands(app: Flask, on: str) -> None:
    number = ground.draft(app, ground.settle(app))
    answer = signed_in(app, "officer").get(
        f"/tenders/{number}/edit/calendar", query_string={"wish": "opens_at", "on": on}
    )
    assert answer.status_code == 422
    assert 'id="on-error"' in answer.get_data(as_text=True)
    assert 'id="step-closes_at"' in answer.get_data(as_text=True)


def test_a_typed_calendar_that_breaks_the_law_is_not_taken(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    officer, address = signed_in(app, "officer"), f"/tenders/{number}/edit/calendar"
    taken = hidden(officer.get(address).get_data(as_text=True))
    answer = officer.post(address, data={**taken, "closes_at": taken["documents_until"]})
    assert answer.status_code == 422
    with session_of(app) as session:
        assert ground.tender_of(session, number).closes_at is None
