"""What went wrong on the way: nothing typed is lost, the log tells no values, and a passing want is no fault of ours."""

import html
import logging
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.demo.stage import PASSWORD
from tender_app.people.models import Organisation
from tender_app.store.database import Database
from tender_app.web import errors
from tests.make import people_in, session_of, signed_in

NEW = "/admin/organisations/new"
TYPED = {"name": "شرکت شهرک‌های صنعتی «گیلان»", "province": "گیلان", "code": "GL"}
OURS = {"Origin": "http://localhost"}
SECRET = "گذرواژه-که-نباید-بماند"


@pytest.fixture
def guarded(sqlite_app: Flask) -> Flask:
    people_in(sqlite_app)
    return sqlite_app


def watched(app: Flask) -> FlaskClient:
    """Return an administrator's client, in an application that demands the token of every post from now on."""
    client = signed_in(app, "admin")
    app.config["WTF_CSRF_ENABLED"] = True
    return client


def kept(page: str) -> dict[str, str]:
    """Return what a page gives back to be sent again."""
    form = page.partition("<main")[2]
    return {n: html.unescape(v) for n, v in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def token(page: str) -> str:
    """Return the token of a page's last form."""
    return str(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1])


def test_a_form_of_an_ended_session_is_sent_again_as_it_was_typed(guarded: Flask) -> None:
    client = watched(guarded)
    refused = client.post(NEW, data={**TYPED, "csrf_token": "of another session"}, headers=OURS)
    assert refused.status_code == 400
    given = kept(refused.text)
    assert {**given, **TYPED} == given
    assert client.post(NEW, data=given, headers=OURS).status_code == 302


def test_who_is_signed_out_meanwhile_keeps_what_was_typed_until_signed_in_again(guarded: Flask) -> None:
    client = watched(guarded)
    client.post("/logout", data={"csrf_token": token(client.get(NEW).text)})
    refused = client.post(NEW, data=TYPED, headers=OURS)
    assert refused.status_code == 401
    assert 'href="/login" target="_blank"' in refused.text
    names = {"username": "admin", "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
    assert client.post("/login", data=names).status_code == 302
    again = client.post(NEW, data=kept(refused.text), headers=OURS)
    assert client.post(NEW, data=kept(again.text), headers=OURS).status_code == 302


def test_a_page_for_all_asks_nobody_to_sign_in_and_gives_no_password_back(guarded: Flask) -> None:
    guarded.config["WTF_CSRF_ENABLED"] = True
    typed = {"name": "مشاوران نمونه", "password": SECRET, "again": SECRET}
    refused = guarded.test_client().post("/register", data=typed, headers=OURS)
    assert refused.status_code == 400
    assert kept(refused.text)["name"] == "مشاوران نمونه"
    assert SECRET not in refused.text


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost.evil.example", "null", ""])
def test_nothing_that_another_site_sent_is_offered_to_be_sent_again(guarded: Flask, origin: str) -> None:
    refused = watched(guarded).post(NEW, data=TYPED, headers={"Origin": origin})
    assert refused.status_code == 400
    assert kept(refused.text) == {}


def test_a_locked_database_is_told_as_passing_and_the_form_can_be_sent_again(guarded: Flask) -> None:
    database: Database = guarded.extensions["database"]
    client = signed_in(guarded, "admin")
    database.dispose()
    sa.event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    with session_of(guarded) as other:
        other.connection()
        refused = client.post(NEW, data=TYPED, headers=OURS)
    assert refused.status_code == 503
    assert client.post(NEW, data=kept(refused.text), headers=OURS).status_code == 302


@pytest.fixture
def fault(app: Flask) -> sa.exc.SQLAlchemyError:
    """Give a fault of the database that had secret values in its statement."""
    people_in(app)
    database: Database = app.extensions["database"]
    with database.write() as session:
        columns = {"procedure": "organisation", "version": 1, "revision": 1, "state": "active", "province": "قزوین"}
        secret = sa.insert(Organisation).values(**columns, name=SECRET)
        session.execute(secret.values(code="AA"))
        with pytest.raises(sa.exc.IntegrityError) as caught:
            session.execute(secret.values(code="BB"))
    return caught.value


def test_a_fault_is_logged_under_its_reference_without_the_values_of_its_statement(
    app: Flask, fault: sa.exc.SQLAlchemyError, caplog: pytest.LogCaptureFixture
) -> None:
    with app.test_request_context("/admin"), caplog.at_level(logging.ERROR):
        answer = errors.broken(fault)
    reference = re.search(r"reference=([0-9A-F]{8}) path=/admin\n", caplog.text)
    assert answer.status_code == 500
    assert reference is not None
    assert reference[1] in answer.get_data(as_text=True)
    assert "IntegrityError" in caplog.text
    assert SECRET not in caplog.text
