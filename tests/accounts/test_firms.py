"""Firms register, an officer judges, a refused registration is mended."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.accounts.guards import firm_is_approved
from tender_app.accounts.rules import FirmAct, NewPerson, Registration, SignatoryFacts
from tender_app.demo.stage import PASSWORD, Stage
from tender_app.kernel.identifiers import make_iban, make_legal_id, make_national_code
from tender_app.kernel.persian import persian_digits
from tender_app.notifications.models import Message
from tender_app.people.models import Firm, FirmState, Person
from tender_app.store import clock
from tender_app.workflow.engine import begin
from tests.make import company_in, context_of, people_in, questions_to, session_of, signed_in

ID = make_legal_id(11)


def form(organisation_id: int, **typed: str) -> dict[str, object]:
    return {
        "organisation": organisation_id,
        "name": "مشاوران نمونه",
        "legal_id": ID,
        "registration_no": "12345",
        "address": "قزوین، خیابان نمونه",
        "signer_name": "نمونه یکم",
        "signer_code": make_national_code(21),
        "signer_position": "مدیرعامل",
        "notice": "آگهی شماره ۱۲",
        "person_name": "نمونه دوم",
        "username": "firm",
        "password": PASSWORD,
        "again": PASSWORD,
    } | typed


def registered(app: Flask, **typed: str) -> int:
    organisation, _ = people_in(app)
    assert app.test_client().post("/register", data=form(organisation, **typed)).status_code == 302
    with session_of(app) as session:
        return session.scalars(sa.select(Firm.id)).one()


def state_of(app: Flask, firm_id: int) -> FirmState:
    with session_of(app) as session:
        return session.get_one(Firm, firm_id).state


def test_a_firm_registers_with_persian_digits_and_waits(app: Flask) -> None:
    organisation, ids = people_in(app)
    typed = form(organisation, legal_id=persian_digits(ID), iban=make_iban(3).lower())
    assert app.test_client().post("/register", data=typed).headers["Location"] == "/login"
    with session_of(app) as session:
        firm = session.scalars(sa.select(Firm)).one()
        assert (firm.legal_id, firm.iban, firm.state) == (ID, make_iban(3), FirmState.PENDING)
        assert [s.name for s in firm.signatories] == ["نمونه یکم"]
        assert session.scalars(sa.select(Message.person_id)).all() == [ids["officer"]]
    assert "در انتظار بررسی" in signed_in(app, "firm").get("/firm").text


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"legal_id": "10380284790"[:-1] + "1"}, "legal_id", "رقم کنترل نمی‌خواند"),
        ({"legal_id": "123"}, "legal_id", "یازده رقم"),
        ({"registration_no": "الف"}, "registration_no", "یک تا هشت رقم"),
        ({"signer_code": "1111111111"}, "signer_code", "رقم کنترل نمی‌خواند"),
        ({"signer_name": ""}, "signer_name", "نام صاحب امضا را بنویسید"),
        ({"second_name": "نمونه سوم"}, "second_code", "صاحب امضای دوم ناتمام است"),
        ({"iban": "IR00"}, "iban", "شبا درست نیست"),
        ({"username": "نام"}, "username", "حروف کوچک لاتین"),
        ({"username": "officer"}, "username", "گرفته شده است"),
        ({"password": "کوتاه", "again": "کوتاه"}, "password", "دست‌کم ۱۰ نویسه"),
        ({"organisation": "999"}, "organisation", ""),
    ],
)
def test_a_bad_value_is_explained_at_its_field_and_nothing_typed_is_lost(
    app: Flask, typed: dict[str, str], field: str, message: str
) -> None:
    organisation, _ = people_in(app)
    answer = app.test_client().post("/register", data=form(organisation, **typed))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert message in answer.text
    assert "قزوین، خیابان نمونه" in answer.text
    with session_of(app) as session:
        assert session.scalars(sa.select(Firm)).all() == []
        assert session.scalars(sa.select(Person.id).where(Person.username == "firm")).all() == []


def test_two_signatories_are_two_people(app: Flask) -> None:
    organisation, _ = people_in(app)
    second = {"second_name": "نمونه یکم", "second_code": make_national_code(21), "second_position": "رئیس هیئت‌مدیره"}
    answer = app.test_client().post("/register", data=form(organisation, **second))
    assert (answer.status_code, 'href="#second_code"' in answer.text) == (422, True)


def test_r45_a_legal_id_registers_once(app: Flask) -> None:
    organisation, _ = people_in(app)
    client = app.test_client()
    statuses = [client.post("/register", data=form(organisation, username=f"firm{n}")).status_code for n in range(2)]
    assert statuses == [302, 422]


def test_an_officer_approves_and_the_firm_is_told(app: Flask) -> None:
    firm_id = registered(app)
    officer = signed_in(app, "officer")
    page = officer.get(f"/firms/{firm_id}/approve")
    assert (page.status_code, ID[-3:] in page.text or persian_digits(ID) in page.text) == (200, True)
    assert officer.post(f"/firms/{firm_id}/approve").status_code == 302
    assert state_of(app, firm_id) is FirmState.APPROVED
    assert "ثبت‌نام شما تأیید شده است" in signed_in(app, "firm").get("/firm").text
    with session_of(app) as session:
        subjects = session.scalars(sa.select(Message.subject).order_by(Message.id)).all()
    assert subjects[-1] == "ثبت‌نام شرکت شما تأیید شد"


def test_a_judged_registration_is_not_judged_again(app: Flask) -> None:
    firm_id = registered(app)
    officer = signed_in(app, "officer")
    officer.post(f"/firms/{firm_id}/approve")
    assert officer.post(f"/firms/{firm_id}/approve").status_code == 409
    shown = officer.get(f"/firms/{firm_id}/refuse")
    assert (shown.status_code, "شدنی نیست" in shown.text, "<textarea" in shown.text) == (200, True, False)


def test_a_refusal_needs_a_reason_which_the_firm_reads_and_mends(app: Flask) -> None:
    firm_id = registered(app)
    officer, firm = signed_in(app, "officer"), signed_in(app, "firm")
    assert officer.post(f"/firms/{firm_id}/refuse", data={"text": " "}).status_code == 422
    assert officer.post(f"/firms/{firm_id}/refuse", data={"text": "شماره ثبت نمی‌خواند"}).status_code == 302
    assert "شماره ثبت نمی‌خواند" in firm.get("/firm").text
    filled = firm.get("/firm/mend").text
    assert 'value="۱۲۳۴۵"' in filled
    with session_of(app) as session:
        organisation = session.get_one(Firm, firm_id).organisation_id
    mended = form(organisation, registration_no="54321", legal_id=make_legal_id(12), signer_name="نمونه تازه")
    assert firm.post("/firm/mend", data=mended).status_code == 302
    with session_of(app) as session:
        kept = session.get_one(Firm, firm_id)
        assert (kept.registration_no, kept.legal_id, kept.refusal_reason) == ("54321", make_legal_id(12), "")
        assert [s.name for s in kept.signatories] == ["نمونه تازه"]
        assert kept.state is FirmState.PENDING


def test_r45_a_mended_registration_takes_no_other_firms_legal_id(app: Flask) -> None:
    firm_id = registered(app)
    with session_of(app) as session:
        organisation = session.get_one(Firm, firm_id).organisation_id
    other = form(organisation, legal_id=make_legal_id(13), username="other")
    app.test_client().post("/register", data=other)
    signed_in(app, "officer").post(f"/firms/{firm_id}/refuse", data={"text": "نادرست"})
    answer = signed_in(app, "firm").post("/firm/mend", data=form(organisation, legal_id=make_legal_id(13)))
    assert (answer.status_code, 'href="#legal_id"' in answer.text) == (422, True)


def test_a_firm_is_seen_by_its_own_people_and_its_own_organisations_staff(app: Flask) -> None:
    firm_id = registered(app)
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        admin = session.scalars(sa.select(Person).where(Person.username == "admin")).one()
        company_in(stage, admin, "شرکت دیگر", "OT", "o_")
    path = f"/firms/{firm_id}"
    statuses = {who: signed_in(app, who).get(path).status_code for who in ("officer", "manager", "o_officer", "firm")}
    assert statuses == {"officer": 200, "manager": 200, "o_officer": 404, "firm": 404}
    assert signed_in(app, "manager").get(f"{path}/approve").status_code == 403
    assert signed_in(app, "o_officer").post(f"{path}/approve").status_code == 404
    assert app.test_client().get(path).status_code == 302
    assert signed_in(app, "officer").get("/firm").status_code == 403
    assert "مشاوران نمونه" not in signed_in(app, "o_officer").get("/firms").text


def test_only_an_approved_firm_asks_and_bids() -> None:
    class What:
        firm = Firm(state=FirmState.PENDING)

    said = {}
    for state in FirmState:
        What.firm.state = state
        said[state] = firm_is_approved(None, What)  # type: ignore[arg-type]
    assert said[FirmState.APPROVED] is None
    assert "هنوز تأیید نشده" in str(said[FirmState.PENDING])
    assert "اصلاح" in str(said[FirmState.REFUSED])


def register_many(app: Flask, organisation: int, count: int) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        for n in range(count):
            signer = SignatoryFacts("نمونه", make_national_code(n + 1), "مدیرعامل")
            person = NewPerson("نمونه", f"f{n}", PASSWORD) if n == 0 else None
            what = Registration(
                organisation, f"شرکت {n}", make_legal_id(n + 100), "1", "قزوین", signatories=(signer,), person=person
            )
            begin(ctx, Firm, FirmAct.REGISTER, what)


def test_the_list_of_firms_costs_the_same_at_one_row_and_at_thirty(app: Flask) -> None:
    organisation, _ = people_in(app)
    officer = signed_in(app, "officer")
    register_many(app, organisation, 1)
    with questions_to(app) as at_one:
        officer.get("/firms")
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        for n in range(1, 40):
            signer = SignatoryFacts("نمونه", make_national_code(n + 1), "مدیرعامل")
            facts = (organisation, f"شرکت {n}", make_legal_id(n + 100), "1", "قزوین")
            begin(ctx, Firm, FirmAct.REGISTER, Registration(*facts, signatories=(signer,)))
    with questions_to(app) as at_forty:
        first = officer.get("/firms").text
    assert len(at_one) == len(at_forty)
    assert first.count('data-label="شناسه ملی"') == 30


def test_firms_that_wait_come_first_and_pages_follow_without_gap(app: Flask) -> None:
    organisation, _ = people_in(app)
    officer = signed_in(app, "officer")
    register_many(app, organisation, 35)
    with session_of(app) as session:
        newest = session.scalars(sa.select(sa.func.max(Firm.id))).one()
    officer.post(f"/firms/{newest}/approve")
    first = officer.get("/firms").text
    follow = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    second = officer.get(follow).text
    counts = [text.count('data-label="شناسه ملی"') for text in (first, second)]
    assert counts == [30, 5]
    assert f'href="/firms/{newest}"' in second


def test_a_user_name_in_capitals_is_kept_as_signing_in_reads_it(app: Flask) -> None:
    registered(app, username="Firm.ONE")
    assert signed_in(app, "firm.one").get("/firm").status_code == 200
