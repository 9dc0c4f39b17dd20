"""Calendar feeds, read by a parser that shares nothing with the one that wrote them (RFC 5545, 3.1 and 3.3)."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tender_app.kernel import calendar
from tender_app.tenders import schedule
from tender_app.web.ics import Entry, feed
from tests.make import session_of, signed_in
from tests.tenders import ground

Event = dict[str, str]
NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def events(content: bytes) -> list[Event]:
    """Return the events of a calendar, each property by its name with its value unescaped."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    whole = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    assert (whole[0], whole[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0"} < set(whole)
    found: list[Event] = []
    for line in whole:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            name, _, value = line.partition(":")
            plain = re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)
            found[-1].setdefault(name, plain)
    return found


def moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def test_whatever_stands_in_a_title_is_escaped_folded_and_read_back() -> None:
    title = "مناقصه؛ خوشه زیتون, «طارم»; فصل ۱\\۲\nسطر دوم " + "دراز " * 40
    at = calendar.instant(calendar.from_jalali(1405, 9, 20), dt.time(14))
    entries = [Entry("a.1@x", at, title, title, "https://x/?a=1,2;3", 7), Entry("b.1@x", calendar.today(at), "روز")]
    one, other = events(feed("نام, با ویرگول", entries, NOW))
    assert (one["SUMMARY"], one["DESCRIPTION"]) == (title, title)
    assert (one["UID"], one["SEQUENCE"], moment(one["DTSTART"])) == ("a.1@x", "7", at)
    assert moment(one["DTSTAMP"]) == NOW
    assert other["DTSTART;VALUE=DATE"] == "20261211"


def of_tender(client: FlaskClient, number: str) -> dict[str, Event]:
    answer = client.get(f"/tenders/{number}/calendar.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return {event["UID"].split(".")[0]: event for event in events(answer.data)}


def test_a_published_tenders_dates_are_everybodys_and_a_change_keeps_the_identifier_and_raises_the_sequence(
    app: Flask,
) -> None:
    number = ground.published(app)
    anyone = app.test_client()
    before = of_tender(anyone, number)
    with session_of(app) as session:
        tender = ground.tender_of(session, number)
        kept = {name: getattr(tender, name) for name in (*schedule.STEPS, *schedule.DAYS)}
        assert before.keys() == kept.keys()
        assert {name: moment(before[name]["DTSTART"]) for name in schedule.STEPS} == {
            n: kept[n] for n in schedule.STEPS
        }
        tender.prices_open_at = kept["prices_open_at"] + dt.timedelta(days=1)
    after = of_tender(anyone, number)
    assert {name: event["UID"] for name, event in after.items()} == {n: e["UID"] for n, e in before.items()}
    assert moment(after["prices_open_at"]["DTSTART"]) == kept["prices_open_at"] + dt.timedelta(days=1)
    assert int(after["prices_open_at"]["SEQUENCE"]) > int(before["prices_open_at"]["SEQUENCE"])


def test_a_draft_has_no_feed(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    assert app.test_client().get(f"/tenders/{number}/calendar.ics").status_code in {302, 404}
    assert signed_in(app, "officer").get(f"/tenders/{number}/calendar.ics").status_code == 404


def address_of(client: FlaskClient) -> str:
    answer = client.post("/account/calendar/new")
    assert answer.status_code == 200
    found = re.search(r"/calendar/[\w-]{40,}\.ics", answer.get_data(as_text=True))
    assert found is not None
    return found[0]


def test_a_desks_address_shows_what_its_person_may_see_until_it_is_revoked(app: Flask) -> None:
    number = ground.published(app)
    officer, anyone = signed_in(app, "officer"), app.test_client()
    first = address_of(officer)
    shown = [event["UID"] for event in events(anyone.get(first).data)]
    assert f"closes_at.{number}@127.0.0.1" in shown
    assert signed_in(app, "officer").get("/account").get_data(as_text=True).count("از کار انداختن نشانی") == 1
    second = address_of(officer)
    assert [anyone.get(address).status_code for address in (first, second)] == [404, 200]
    assert officer.post("/account/calendar/revoke").status_code == 302
    assert anyone.get(second).status_code == 404
    assert officer.post("/account/calendar/revoke").status_code == 409
    assert anyone.post("/account/calendar/new").status_code in {302, 401, 403}
    admin = signed_in(app, "admin")
    assert events(anyone.get(address_of(admin)).data) == []  # who runs the system has no tender on the desk


@pytest.mark.parametrize("token", ["x", "A" * 43, "..", "%00"])
def test_a_guessed_address_tells_nothing(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_the_feed_of_a_suspended_person_ends(app: Flask) -> None:
    ground.published(app)
    address, anyone = address_of(signed_in(app, "officer")), app.test_client()
    admin = signed_in(app, "admin")
    with session_of(app) as session:
        officer = ground.ids_of(session)["officer"]
    assert anyone.get(address).status_code == 200
    assert admin.post(f"/admin/people/{officer}/suspend").status_code == 302
    assert anyone.get(address).status_code == 404
