"""Who signs in, how often one may try, and what ends a web session."""

import datetime as dt
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app import create_app
from tender_app.demo.stage import PASSWORD
from tender_app.people.models import Person, ResetLink
from tender_app.store import clock
from tests.make import people_in, session_of, signed_in

WRONG = "نام کاربری یا گذرواژه درست نیست"
NEW = "یک گذرواژه تازه و بلند"


def sign_in(client: FlaskClient, username: str, password: str, target: str = "") -> tuple[int, str]:
    answer = client.post("/login", query_string={"next": target}, data={"username": username, "password": password})
    return answer.status_code, answer.headers.get("Location", answer.text)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_an_unknown_name_a_wrong_password_and_a_suspended_person_get_the_same_answer(app: Flask) -> None:
    _, ids = people_in(app)
    signed_in(app, "admin").post(f"/admin/people/{ids['officer']}/suspend")
    answers = [sign_in(app.test_client(), *who) for who in (("nobody", "x"), ("manager", "x"), ("officer", PASSWORD))]
    assert [status for status, _ in answers] == [422, 422, 422]
    assert all(WRONG in text for _, text in answers)
    assert not re.search("غیرفعال", answers[2][1])


def test_a_name_in_capitals_and_persian_digits_is_the_same_name(app: Flask) -> None:
    people_in(app)
    assert sign_in(app.test_client(), " EVALUATOR۱ ", PASSWORD) == (302, "/desk")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "evil", "/a\\b", ""]
)
def test_signing_in_never_leads_to_another_site(app: Flask, target: str) -> None:
    people_in(app)
    assert sign_in(app.test_client(), "officer", PASSWORD, target) == (302, "/desk")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(app: Flask) -> None:
    people_in(app)
    client = app.test_client()
    asked = client.get("/firms?after=1-5")
    assert asked.headers["Location"] == "/login?next=/firms?after%3D1-5"
    assert sign_in(client, "officer", PASSWORD, "/firms?after=1-5") == (302, "/firms?after=1-5")


def test_a_visit_is_kept_and_the_one_before_it_is_remembered(app: Flask) -> None:
    people_in(app)
    client = app.test_client()
    for expected in (False, True):
        sign_in(client, "officer", PASSWORD)
        with client.session_transaction() as kept:
            assert bool(kept["last_visit"]) is expected


def test_signing_out_ends_the_web_session(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "officer")
    assert is_signed_in(client)
    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert not is_signed_in(client)


def test_a_changed_password_ends_the_other_web_sessions_and_not_this_one(app: Flask) -> None:
    people_in(app)
    here, elsewhere = signed_in(app, "officer"), signed_in(app, "officer")
    answer = here.post("/account", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert sign_in(app.test_client(), "officer", PASSWORD)[0] == 422
    assert sign_in(app.test_client(), "officer", NEW)[0] == 302


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"old": "not this one", "new": NEW, "again": NEW}, "old", "گذرواژه کنونی درست نیست"),
        ({"old": PASSWORD, "new": "کوتاه", "again": "کوتاه"}, "new", "دست‌کم ۱۰ نویسه"),
        ({"old": PASSWORD, "new": "a" * 12, "again": "a" * 12}, "new", "تکرار چند نویسه"),
        ({"old": PASSWORD, "new": NEW, "again": "other"}, "again", "دو گذرواژه یکی نیست"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "new", "همان گذرواژه کنونی"),
    ],
)
def test_a_refused_password_is_explained_at_its_field(
    app: Flask, typed: dict[str, str], field: str, message: str
) -> None:
    people_in(app)
    answer = signed_in(app, "officer").post("/account", data=typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert message in answer.text
    assert PASSWORD not in answer.text


def reset_path(app: Flask, person_id: int) -> str:
    shown = signed_in(app, "admin").post(f"/admin/people/{person_id}/link").text
    found = re.search(r"/reset/[\w-]+", shown)
    assert found
    return found[0]


def test_a_link_sets_a_password_once_and_ends_open_web_sessions(app: Flask) -> None:
    _, ids = people_in(app)
    open_before = signed_in(app, "officer")
    path = reset_path(app, ids["officer"])
    client = app.test_client()
    assert client.get(path).status_code == 200
    assert client.post(path, data={"new": NEW, "again": NEW}).status_code == 302
    assert client.post(path, data={"new": NEW + "!", "again": NEW + "!"}).status_code == 404
    assert not is_signed_in(open_before)
    assert sign_in(client, "officer", NEW)[0] == 302


def test_only_the_digest_of_a_link_is_kept(app: Flask) -> None:
    _, ids = people_in(app)
    token = reset_path(app, ids["officer"]).rpartition("/")[2]
    with session_of(app) as session:
        assert token not in session.scalars(sa.select(ResetLink.token_digest)).one()


def test_a_new_link_ends_the_one_before_it(app: Flask) -> None:
    _, ids = people_in(app)
    first, second = reset_path(app, ids["officer"]), reset_path(app, ids["officer"])
    assert [app.test_client().get(path).status_code for path in (first, second)] == [404, 200]


def test_a_link_ends_after_48_hours(app: Flask) -> None:
    _, ids = people_in(app)
    path = reset_path(app, ids["officer"])
    with session_of(app) as session:
        clock.move_forward(session, dt.timedelta(hours=48))
    answer = app.test_client().get(path)
    assert answer.status_code == 404
    assert "زمانش گذشته است" in answer.text


def test_refused_attempts_are_limited_by_address(app: Flask) -> None:
    people_in(app)
    limited = create_app(app.extensions["settings"], RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    client = limited.test_client()
    assert [sign_in(client, f"name{n}", "x")[0] for n in range(11)] == [422] * 10 + [429]
    assert "شمار درخواست‌ها" in client.post("/login", data={"username": "officer", "password": PASSWORD}).text
    other = limited.test_client()
    other.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert sign_in(other, "officer", PASSWORD)[0] == 302
    limited.extensions["database"].dispose()


def test_refused_attempts_are_limited_by_name_from_many_addresses(app: Flask) -> None:
    people_in(app)
    limited = create_app(app.extensions["settings"], RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    client = limited.test_client()
    got = []
    for n in range(21):
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
        got.append(sign_in(client, "Officer", "x")[0])
    assert got == [422] * 20 + [429]
    limited.extensions["database"].dispose()


def test_signing_in_often_meets_no_limit(app: Flask) -> None:
    people_in(app)
    limited = create_app(app.extensions["settings"], RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    assert [sign_in(limited.test_client(), "officer", PASSWORD)[0] for _ in range(12)] == [302] * 12
    limited.extensions["database"].dispose()


def test_the_demonstrations_accounts_are_listed_each_with_its_own_button(app: Flask, tmp_path: Path) -> None:
    people_in(app)
    row = '{"role": "officer", "organisation": "قزوین", "username": "officer", "password": "' + PASSWORD + '"}'
    (tmp_path / "instance" / "demo.json").write_text('{"accounts": [' + row + "]}", "utf-8")
    shown = app.test_client().get("/login").text
    assert "حساب‌های نمایش" in shown
    assert (
        f'<input type="hidden" name="username" value="officer"><input type="hidden" name="password" value="{PASSWORD}">'
        in shown
    )


def test_no_account_is_listed_before_the_demonstration_is_seeded(app: Flask) -> None:
    assert "حساب‌های نمایش" not in app.test_client().get("/login").text


def test_a_sign_in_leaves_the_persons_row_at_its_revision(app: Flask) -> None:
    _, ids = people_in(app)
    revisions = []
    for _ in range(2):
        signed_in(app, "officer")
        with session_of(app) as session:
            revisions.append(session.get_one(Person, ids["officer"]).revision)
    assert revisions[0] == revisions[1]


def test_every_post_needs_its_token(app: Flask) -> None:
    people_in(app)
    guarded = create_app(app.extensions["settings"], RATELIMIT_ENABLED=False)
    assert sign_in(guarded.test_client(), "officer", PASSWORD)[0] == 400
    guarded.extensions["database"].dispose()
