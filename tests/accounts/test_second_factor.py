"""The second factor: set, asked for at the door and under a signature, replaced by recovery codes, ended.

Codes are made for true time, as a telephone makes them, whatever a demonstration's clock says.
"""

import contextlib
import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterator

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app import create_app
from tender_app.accounts import entering
from tender_app.accounts.rules import PersonAct
from tender_app.demo.stage import PASSWORD
from tender_app.evaluation.rules import SheetAct, SheetState
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people import second_factor
from tender_app.people.factor_models import RecoveryCode, SecondFactor
from tender_app.people.models import Person
from tender_app.store import clock
from tests.evaluation.test_declaring import SEEN, sheet_of
from tests.evaluation.test_scoring_pages import Scoring
from tests.make import context_of, people_in, rows_of, session_of, signed_in

PAGE = "/account/factor"
STEP = dt.timedelta(seconds=30)
WRONG_CODE = "این کد درست نیست یا پیش‌تر به کار رفته است"
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def code_at(app: Flask, secret: str, steps: int = 1) -> str:
    """Return what a telephone shows, so many half minutes from now: it is set with 0, and 1 is newer, however slow the test."""
    with session_of(app) as session:
        return pyotp.TOTP(secret).at(clock.true_now(session) + steps * STEP)


def begun(client: FlaskClient) -> str:
    """Begin to set a second factor; return the secret that the page shows."""
    assert client.post(f"{PAGE}/begin").headers["Location"] == PAGE
    return secret_on(client)


def secret_on(client: FlaskClient) -> str:
    shown = client.get(PAGE).text.partition("factor-groups")[2].partition("</p>")[0]
    return "".join(re.findall(r">([A-Z2-7]{4})<", shown))


def codes_on(page: str) -> list[str]:
    return html.unescape(page).split('name="codes" value="')[1].partition('"')[0].split()


def with_factor(app: Flask, username: str) -> tuple[FlaskClient, str, list[str]]:
    """Let a person set a second factor; return their client, the secret and the recovery codes."""
    client = signed_in(app, username)
    secret = begun(client)
    done = client.post(PAGE, data={"password": PASSWORD, "code": code_at(app, secret, 0)})
    assert done.status_code == 200, done.text
    return client, secret, codes_on(done.text)


def half_in(app: Flask, username: str, target: str = "") -> FlaskClient:
    """Return a client that proved the password, and nothing more."""
    client = app.test_client()
    answer = client.post("/login", query_string={"next": target}, data={"username": username, "password": PASSWORD})
    assert answer.headers["Location"] == "/login/code"
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def entries(app: Flask, *acts: PersonAct | SheetAct) -> list[tuple[str, dict[str, object]]]:
    with session_of(app) as session:
        query = sa.select(LedgerEntry.act, LedgerEntry.detail).order_by(LedgerEntry.id)
        return [(row.act, row.detail) for row in session.execute(query.where(LedgerEntry.act.in_(acts)))]


def standing(app: Flask) -> list[SecondFactor]:
    with session_of(app) as session:
        found = list(session.scalars(sa.select(SecondFactor).where(SecondFactor.ended_at.is_(None))))
        session.expunge_all()
        return found


def test_a_person_sets_it_by_password_and_a_code_and_sees_recovery_codes_once(app: Flask) -> None:
    people_in(app)
    client, elsewhere = signed_in(app, "officer"), signed_in(app, "officer")
    assert "آغاز" in client.get(PAGE).text
    secret = begun(client)
    assert len(secret) == 32
    assert f"secret={secret}" in client.get(PAGE).text
    assert "<svg" in client.get(PAGE).text
    typed = code_at(app, secret, 0).translate(PERSIAN)
    done = client.post(PAGE, data={"password": PASSWORD, "code": f" {typed[:3]} {typed[3:]} "})
    codes = codes_on(done.text)
    assert (done.status_code, len(set(codes))) == (200, 10)
    assert all(re.fullmatch(r"\d{4}(-\d{4}){3}", code) for code in codes)
    shown = client.get(PAGE).text
    assert "۱۰ کد" in shown
    assert [told for told in (secret, *codes) if told in shown] == []
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert entries(app, PersonAct.SET_FACTOR) == [("set_second_factor", {"recovery_codes": 10})]
    again = client.post(PAGE, data={"password": PASSWORD, "code": code_at(app, secret)})
    assert again.status_code == 409
    assert "پیش‌تر گذاشته شده است" in again.text


def test_a_reload_a_second_beginning_and_a_wrong_code_leave_the_secret_that_is_being_set(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "officer")
    secret = begun(client)
    wrong = client.post(PAGE, data={"password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 422
    assert 'id="code-error"' in wrong.text
    assert WRONG_CODE in wrong.text
    right = code_at(app, secret, 0)
    without = client.post(PAGE, data={"password": "نادرست", "code": right})
    assert (without.status_code, 'id="password-error"' in without.text, right in without.text) == (422, True, False)
    assert (begun(client), secret_on(client)) == (secret, secret)
    assert entries(app, PersonAct.SET_FACTOR) == []
    assert client.post(PAGE, data={"password": PASSWORD, "code": right}).status_code == 200


def test_a_secret_that_waited_an_hour_is_confirmed_no_more(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "officer")
    secret = begun(client)
    with session_of(app) as session:
        clock.move_forward(session, second_factor.SETTING_TERM)
    late = client.post(PAGE, data={"password": PASSWORD, "code": code_at(app, secret, 0)})
    assert late.status_code == 409
    assert "از نو آغاز کنید" in late.text
    assert begun(client) != secret
    assert len(standing(app)) == 1


def test_who_set_none_signs_in_by_the_password_alone_and_who_is_setting_one_too(app: Flask) -> None:
    people_in(app)
    begun(signed_in(app, "officer"))
    assert is_in(signed_in(app, "officer"))
    assert app.test_client().get("/login/code").headers["Location"] == "/login"


def test_after_the_password_a_code_is_asked_for_and_leads_where_one_wanted(app: Flask) -> None:
    people_in(app)
    _, secret, codes = with_factor(app, "officer")
    client = half_in(app, "officer", "/firms?after=1-5")
    page = client.get("/login/code").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    wrong = client.post("/login/code", data={"code": "۱۲۳۴۵"})
    assert (wrong.status_code, WRONG_CODE in wrong.text) == (422, True)
    code = code_at(app, secret)
    done = client.post("/login/code", data={"code": code})
    assert (done.status_code, done.headers["Location"]) == (302, "/firms?after=1-5")
    assert is_in(client)
    with client.session_transaction() as kept:
        assert entering.HALF not in kept
        assert "last_visit" in kept
    other = half_in(app, "officer", "//evil.example")
    replayed = other.post("/login/code", data={"code": code})
    assert (replayed.status_code, is_in(other)) == (422, False)
    assert other.post("/login/code", data={"code": codes[0]}).headers["Location"] == "/desk"


def test_codes_are_those_of_true_time_when_the_demonstrations_clock_ran_ahead(app: Flask) -> None:
    people_in(app)
    _, secret, _ = with_factor(app, "officer")
    with session_of(app) as session:
        clock.move_forward(session, dt.timedelta(days=11))
        ahead = pyotp.TOTP(secret).at(clock.now(session, demo=True))
    client = half_in(app, "officer")
    assert client.post("/login/code", data={"code": ahead}).status_code == 422
    assert client.post("/login/code", data={"code": code_at(app, secret)}).status_code == 302


def test_a_code_of_more_than_half_a_minute_before_or_after_is_wrong(app: Flask) -> None:
    people_in(app)
    _, secret, _ = with_factor(app, "officer")
    client = half_in(app, "officer")
    assert [client.post("/login/code", data={"code": code_at(app, secret, n)}).status_code for n in (-3, 3)] == [
        422
    ] * 2


def test_a_recovery_code_replaces_the_telephone_once(app: Flask) -> None:
    people_in(app)
    _, _, codes = with_factor(app, "officer")
    first = half_in(app, "officer")
    assert first.post("/login/code", data={"code": codes[3].replace("-", " ").translate(PERSIAN)}).status_code == 302
    assert "۹ کد" in first.get(PAGE).text
    second = half_in(app, "officer")
    assert second.post("/login/code", data={"code": codes[3]}).status_code == 422
    assert second.post("/login/code", data={"code": codes[4]}).status_code == 302


def test_a_recovery_code_is_its_own_persons(app: Flask) -> None:
    people_in(app)
    _, _, codes = with_factor(app, "officer")
    with_factor(app, "manager")
    assert half_in(app, "manager").post("/login/code", data={"code": codes[0]}).status_code == 422


def test_who_proved_only_the_password_reaches_no_page(app: Flask) -> None:
    people_in(app)
    with_factor(app, "officer")
    client = half_in(app, "officer")
    for path in ("/account", "/desk", PAGE, f"{PAGE}/end", "/firms"):
        assert client.get(path).headers["Location"].startswith("/login?next="), path
    assert client.post(f"{PAGE}/begin").status_code == 401
    assert client.post("/account", data={"old": PASSWORD, "new": "x" * 12, "again": "x" * 12}).status_code == 401


def test_a_new_first_step_ends_the_session_that_was_open(app: Flask) -> None:
    people_in(app)
    with_factor(app, "officer")
    client = signed_in(app, "manager")
    client.post("/login", data={"username": "officer", "password": PASSWORD})
    assert not is_in(client)


def test_the_second_step_ends_after_five_minutes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    people_in(app)
    _, secret, _ = with_factor(app, "officer")
    client, later = half_in(app, "officer", "/firms"), clock.system_now() + entering.TERM
    monkeypatch.setattr(entering, "system_now", lambda: later - dt.timedelta(seconds=9))
    assert client.get("/login/code").status_code == 200
    monkeypatch.setattr(entering, "system_now", lambda: later + dt.timedelta(seconds=1))
    answer = client.post("/login/code", data={"code": code_at(app, secret)})
    assert answer.headers["Location"] == "/login?next=/firms"
    assert "زمان این مرحله گذشته" in client.get("/login").text
    assert not is_in(client)


@pytest.mark.parametrize("change", ["suspend", "link"])
def test_a_suspension_or_a_changed_password_in_between_sends_back_to_the_first_step(app: Flask, change: str) -> None:
    _, ids = people_in(app)
    _, secret, _ = with_factor(app, "officer")
    client, admin = half_in(app, "officer"), signed_in(app, "admin")
    shown = admin.post(f"/admin/people/{ids['officer']}/{change}").text
    if change == "link":
        path = re.findall(r"/reset/[\w-]+", shown)[0]
        new = "یک گذرواژه تازه و بلند"
        assert app.test_client().post(path, data={"new": new, "again": new}).status_code == 302
    answer = client.post("/login/code", data={"code": code_at(app, secret)})
    assert answer.headers["Location"] == "/login"
    assert not is_in(client)


def test_nothing_tells_a_stranger_who_has_one(app: Flask) -> None:
    people_in(app)
    with_factor(app, "officer")
    answers = []
    for name in ("officer", "manager", "nobody"):
        answer = app.test_client().post("/login", data={"username": name, "password": "نادرست"})
        answers.append(
            (answer.status_code, re.sub(rf'{name}|name="csrf_token"[^>]*', "", answer.text.partition("<main")[2]))
        )
    assert len(set(answers)) == 1


@contextlib.contextmanager
def limited(app: Flask) -> Iterator[Flask]:
    """Give an application that counts."""
    made = create_app(app.extensions["settings"], RATELIMIT_ENABLED=True, WTF_CSRF_ENABLED=False)
    yield made
    made.extensions["database"].dispose()


def test_wrong_codes_are_counted_by_address_and_by_person_from_whatever_address(app: Flask) -> None:
    people_in(app)
    with_factor(app, "officer")
    with limited(app) as made:
        client = half_in(made, "officer")
        assert [client.post("/login/code", data={"code": "000000"}).status_code for _ in range(11)] == [422] * 10 + [
            429
        ]
        refused = client.post("/login/code", data={"code": "123456"}, headers={"Origin": "http://localhost"})
        assert (refused.status_code, "123456" in refused.text) == (429, False)
    with limited(app) as made:
        got = []
        for n in range(21):
            client = half_in(made, "officer")  # the password again and again: the codes are counted all the same
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
            got.append(client.post("/login/code", data={"code": "000000"}).status_code)
        assert got == [422] * 20 + [429]


def test_new_recovery_codes_take_the_place_of_those_that_are_left(app: Flask) -> None:
    people_in(app)
    client, secret, old = with_factor(app, "officer")
    renewed = client.post(f"{PAGE}/codes", data={"password": PASSWORD, "code": code_at(app, secret)})
    new = codes_on(renewed.text)
    assert (len(new), set(new) & set(old)) == (10, set())
    assert half_in(app, "officer").post("/login/code", data={"code": old[0]}).status_code == 422
    assert half_in(app, "officer").post("/login/code", data={"code": new[0]}).status_code == 302
    assert entries(app, PersonAct.RENEW_CODES) == [("renew_recovery_codes", {"recovery_codes": 10})]
    with session_of(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 20


def test_recovery_codes_are_downloaded_as_plain_text_by_who_has_just_seen_them(app: Flask) -> None:
    people_in(app)
    client, _, codes = with_factor(app, "officer")
    answer = client.post(f"{PAGE}/codes.txt", data={"codes": " ".join(codes)})
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/plain", "no-store")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [code for code in codes if code not in answer.text] == []
    for other in ("", "1234-1234-1234-1234", f"{codes[0]} 1234-1234-1234-1234"):
        assert client.post(f"{PAGE}/codes.txt", data={"codes": other}).status_code == 302
    assert signed_in(app, "manager").post(f"{PAGE}/codes.txt", data={"codes": codes[0]}).status_code == 302


def test_a_person_ends_it_by_password_and_a_code(app: Flask) -> None:
    people_in(app)
    client, secret, codes = with_factor(app, "officer")
    wrong = client.post(f"{PAGE}/end", data={"password": PASSWORD, "code": "000000"})
    assert (wrong.status_code, 'id="code-error"' in wrong.text) == (422, True)
    assert client.post(f"{PAGE}/end", data={"password": "نادرست", "code": codes[0]}).status_code == 422
    assert client.post(f"{PAGE}/end", data={"password": PASSWORD, "code": code_at(app, secret)}).status_code == 302
    assert is_in(signed_in(app, "officer"))
    assert standing(app) == []
    with session_of(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SecondFactor)) == 1
    assert entries(app, PersonAct.END_FACTOR) == [("end_second_factor", {})]
    assert client.post(f"{PAGE}/end", data={"password": PASSWORD, "code": codes[0]}).status_code == 409
    assert begun(client) != secret


def test_the_administrator_ends_it_for_who_lost_the_telephone_and_never_their_own(app: Flask) -> None:
    _, ids = people_in(app)
    client, _, _ = with_factor(app, "officer")
    waiting = half_in(app, "officer")
    admin, path = signed_in(app, "admin"), f"/admin/people/{ids['officer']}/factor"
    assert "برداشتن رمز دوم" in admin.get(f"/admin/people/{ids['officer']}").text
    assert admin.post(path, data={"text": ""}).status_code == 422
    assert signed_in(app, "manager").post(path, data={"text": "دلیل"}).status_code in {403, 404}
    assert admin.post(path, data={"text": "گوشی گم شده، درخواست حضوری"}).status_code == 302
    assert not is_in(client)
    assert waiting.get("/login/code").headers["Location"] == "/login"
    assert is_in(signed_in(app, "officer"))
    assert entries(app, PersonAct.LIFT_FACTOR) == [("lift_second_factor", {"text": "گوشی گم شده، درخواست حضوری"})]
    with session_of(app) as session:
        told = session.scalars(sa.select(Message).where(Message.person_id == ids["officer"])).all()
        assert [(m.subject, "گوشی گم شده" in m.body, len(m.deliveries)) for m in told] == [
            ("رمز دوم حساب شما برداشته شد", True, 1)
        ]
    assert admin.post(path, data={"text": "دوباره"}).status_code == 409
    own, _, _ = with_factor(app, "admin")
    refused = own.post(f"/admin/people/{ids['admin']}/factor", data={"text": "برای خودم"})
    assert (refused.status_code, "برای خودم" in refused.text) == (409, True)


def signing(client: FlaskClient, address: str, **typed: str) -> tuple[int, str]:
    seen = client.get(address).text.split(SEEN)[1][:64]
    answer = client.post(address, data={"password": PASSWORD, "seen": seen, **typed})
    return answer.status_code, answer.text


def test_a_declaration_is_signed_with_a_code_by_who_has_one_and_without_by_who_has_none(demo: Flask) -> None:
    scoring = Scoring(demo)
    pledge = f"{scoring.page}/pledge"
    assert 'name="code"' not in signed_in(demo, "evaluator3").get(pledge).text
    client, secret, codes = with_factor(demo, "evaluator3")
    assert 'name="code"' in client.get(pledge).text
    for typed, told in (({}, "کد شش‌رقمی برنامه را بنویسید"), ({"code": "000000"}, "چیزی امضا نشد")):
        status, page = signing(client, pledge, **typed)
        assert (status, told in page, 'id="code-error"' in page, 'id="password-error"' in page) == (
            422,
            True,
            True,
            False,
        )
    code = code_at(demo, secret)
    status, page = signing(client, pledge, password="نادرست", code=code)
    assert (status, 'id="password-error"' in page, code in page, PASSWORD in page) == (422, True, False, False)
    assert sheet_of(demo, scoring)[1] is SheetState.INVITED
    assert signing(client, pledge, code=code)[0] == 302
    assert signing(client, f"{scoring.page}/declare", code=code)[0] == 422  # a code signs once
    assert signing(client, f"{scoring.page}/declare", code=codes[0])[0] == 302
    assert sheet_of(demo, scoring)[1] is SheetState.SCORING
    signed = [
        detail.get("second_factor") for _act, detail in entries(demo, SheetAct.PLEDGE, SheetAct.DECLARE_NO_CONFLICT)
    ]
    assert signed[-2:] == [True, True]
    assert set(signed[:-2]) == {None}
    assert_untold(demo, secret, [code, codes[0]])


def test_a_refused_act_leaves_the_code_good(sqlite_demo: Flask) -> None:
    scoring = Scoring(sqlite_demo)
    client, secret, _ = with_factor(sqlite_demo, "evaluator3")
    code = code_at(sqlite_demo, secret)
    assert signing(client, f"{scoring.page}/pledge", code=code, seen="0" * 64)[0] == 409
    assert signing(client, f"{scoring.page}/pledge", code=code)[0] == 302


def assert_untold(app: Flask, secret: str, codes: list[str]) -> None:
    """Find no secret, no code and no recovery code in any row of any table: ledger, outbox and all."""
    told = [secret, secret.encode().hex(), *(part for code in codes for part in (code, code.replace("-", "")))]
    assert [row for row in rows_of(app) for one in told if f"'{one}'" in row or (len(one) > 6 and one in row)] == []


def test_nothing_that_the_database_holds_makes_a_code(app: Flask) -> None:
    _, ids = people_in(app)
    client, secret, codes = with_factor(app, "officer")
    client.post(f"{PAGE}/end", data={"password": PASSWORD, "code": code_at(app, secret)})
    _, secret, codes = with_factor(app, "officer")
    assert_untold(app, secret, codes)
    with session_of(app) as session:
        factor = second_factor.live(session, ids["officer"])
        settings = app.extensions["settings"]
        assert factor is not None
        assert secret.encode() not in factor.box
        assert second_factor.secret_of(settings, factor) == secret
        other = dataclasses.replace(settings, secret_key="another secret of the application, long enough")
        assert second_factor.secret_of(other, factor) is None
        session.expunge(factor)
        factor.person_id = ids["manager"]  # a row put beside another person opens no more
        assert second_factor.secret_of(settings, factor) is None


def test_of_two_who_show_one_code_at_once_one_succeeds(app: Flask) -> None:
    _, ids = people_in(app)
    _, secret, codes = with_factor(app, "officer")
    with session_of(app) as session:
        ctx = context_of(app, session, "officer")
        factor = second_factor.live(session, ids["officer"])
        assert factor is not None
        for code in (pyotp.TOTP(secret).at(clock.true_now(session) + STEP), codes[0]):
            before = factor.last_step
            assert second_factor.take(ctx, factor, code)
            factor.last_step = before  # as the other one read it
            session.expunge(factor)
            assert not second_factor.take(ctx, factor, code)
            session.add(factor)


def test_one_factor_alone_stands_for_a_person(app: Flask) -> None:
    _, ids = people_in(app)
    with_factor(app, "officer")
    with session_of(app) as session:
        at = clock.true_now(session)
        session.add(SecondFactor(person_id=ids["officer"], box=b"x", made_at=at, last_step=0))
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()
        session.rollback()


def test_a_sign_in_by_code_leaves_the_persons_row_at_its_revision(app: Flask) -> None:
    _, ids = people_in(app)
    _, _, codes = with_factor(app, "officer")
    revisions = []
    for code in codes[:2]:
        half_in(app, "officer").post("/login/code", data={"code": code})
        with session_of(app) as session:
            revisions.append(session.get_one(Person, ids["officer"]).revision)
    assert revisions[0] == revisions[1]
