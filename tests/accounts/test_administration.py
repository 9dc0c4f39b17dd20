"""What the administrator does, and what stays closed to them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.accounts.commands import create_administrator
from tender_app.accounts.rules import NewCapacity, NewPerson, OrganisationAct, OrganisationFacts, PersonAct
from tender_app.demo.stage import Stage
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import actor_of
from tender_app.people.models import Capacity, Organisation, Person
from tender_app.store import clock
from tender_app.workflow.engine import advance, begin
from tests.make import company_in, context_of, people_in, questions_to, session_of, signed_in

COMPANY = {"name": "شرکت نمونه", "province": "کرمان", "code": "KR"}
PERSON = {"name": "نمونه نمونه‌پور", "username": "sample", "organisation": "0", "password": "یک گذرواژه نخست"}
ADMINS = ("/admin", "/admin/organisations", "/admin/organisations/new", "/admin/people", "/admin/people/new")


def test_the_first_administrator_is_made_by_the_installer_and_administers_everything(app: Flask) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        made = create_administrator(ctx, name="راهبر", username="root", password="a long enough one")
        actor = actor_of(session, made.id, ctx.now)
        assert {(h.role, h.scope, h.scope_id) for h in actor.held} == {
            (Role.PERSON, Scope.PERSON, made.id),
            (Role.ADMIN, Scope.INSTALLATION, None),
        }
        acts = session.scalars(sa.select(LedgerEntry.act).where(LedgerEntry.case_kind == "person")).all()
        assert acts == ["add_person", "grant"]


def test_an_administrators_short_password_is_refused(app: Flask) -> None:
    with session_of(app) as session, pytest.raises(Invalid, match="دست‌کم ۱۰ نویسه"):
        create_administrator(context_of(app, session, None), name="راهبر", username="root", password="short")


@pytest.mark.parametrize("path", ADMINS)
def test_administration_is_the_administrators_alone(app: Flask, path: str) -> None:
    people_in(app)
    assert signed_in(app, "admin").get(path).status_code == 200
    assert signed_in(app, "manager").get(path).status_code == 403
    assert app.test_client().get(path).headers["Location"].startswith("/login?next=/admin")


def test_an_organisation_is_added_and_edited(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "admin")
    assert client.post("/admin/organisations/new", data=COMPANY).status_code == 302
    with session_of(app) as session:
        made = session.scalars(sa.select(Organisation).where(Organisation.code == "KR")).one()
    path = f"/admin/organisations/{made.id}"
    assert client.post(path, data=COMPANY | {"phone": "۰۳۴۳۳۳۳"}).status_code == 302
    assert 'value="۰۳۴۳۳۳۳"' in client.get(path).text


def test_editing_an_organisation_leaves_it_marked_as_invented(app: Flask) -> None:
    people_in(app)
    with session_of(app) as session:
        facts = OrganisationFacts(**COMPANY, is_invented=True)
        made = begin(context_of(app, session, "admin"), Organisation, OrganisationAct.ADD_ORGANISATION, facts).id
    signed_in(app, "admin").post(f"/admin/organisations/{made}", data=COMPANY | {"province": "یزد"})
    with session_of(app) as session:
        kept = session.get_one(Organisation, made)
        assert (kept.is_invented, kept.province) == (True, "یزد")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"code": "QZ"}, "code", "سازمان دیگری این کوتاه‌نوشت را دارد"),
        ({"name": "شركت شهرك‌هاي صنعتي استان قزوين"}, "name", "سازمانی با این نام ثبت شده است"),
        ({"code": "kr"}, "code", "دو تا چهار حرف بزرگ لاتین"),
        ({"legal_id": "14003987650"}, "legal_id", "رقم کنترل نمی‌خواند"),
        ({"name": ""}, "name", "این مورد را پر کنید"),
    ],
)
def test_an_organisations_bad_fact_is_explained_at_its_field(
    app: Flask, typed: dict[str, str], field: str, message: str
) -> None:
    people_in(app)
    answer = signed_in(app, "admin").post("/admin/organisations/new", data=COMPANY | typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert message in answer.text


def test_a_person_is_added_given_a_capacity_and_acts_in_it(app: Flask) -> None:
    organisation, _ = people_in(app)
    client = signed_in(app, "admin")
    path = client.post("/admin/people/new", data=PERSON).headers["Location"]
    granted = {"role": "officer", "organisation": organisation, "basis": "حکم ۱۲"}
    assert client.post(f"{path}/capacity", data=granted).status_code == 302
    newcomer = app.test_client()
    newcomer.post("/login", data={"username": "sample", "password": PERSON["password"]})
    assert "شرکت‌ها" in newcomer.get("/account").text


def test_a_taken_user_name_is_refused_at_its_field_and_nothing_typed_is_lost(app: Flask) -> None:
    people_in(app)
    answer = signed_in(app, "admin").post("/admin/people/new", data=PERSON | {"username": "officer"})
    assert answer.status_code == 422
    assert 'href="#username"' in answer.text
    assert PERSON["name"] in answer.text
    assert PERSON["password"] not in answer.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"role": "officer", "organisation": 0}, "organisation"),
        ({"ends_at": "1405/01/01"}, "ends_at"),
        ({"starts_at": "1405/01/01"}, "starts_at"),
        ({"ends_at": "1404/12/30"}, "ends_at"),
        ({"basis": ""}, "basis"),
    ],
)
def test_a_capacity_that_cannot_stand_is_refused_at_its_field(app: Flask, typed: dict[str, object], field: str) -> None:
    organisation, ids = people_in(app)
    data = {"role": "manager", "organisation": organisation, "basis": "حکم"} | typed
    answer = signed_in(app, "admin").post(f"/admin/people/{ids['officer']}/capacity", data=data)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_the_same_capacity_is_not_held_twice_at_one_time(app: Flask) -> None:
    organisation, ids = people_in(app)
    data = {"role": "officer", "organisation": organisation, "basis": "حکم"}
    answer = signed_in(app, "admin").post(f"/admin/people/{ids['officer']}/capacity", data=data)
    assert answer.status_code == 422
    assert "همین سمت را در همین جا دارد" in answer.text


def test_a_capacity_runs_from_its_first_day_to_the_end_of_its_last(app: Flask) -> None:
    organisation, ids = people_in(app)
    with session_of(app) as session:
        today = calendar.today(clock.now(session, demo=True))
    first, last = today + dt.timedelta(days=2), today + dt.timedelta(days=3)
    data = {"role": "manager", "organisation": organisation, "basis": "حکم"}
    days = {"starts_at": calendar.numeric(first), "ends_at": calendar.numeric(last)}
    answer = signed_in(app, "admin").post(f"/admin/people/{ids['officer']}/capacity", data=data | days)
    assert answer.status_code == 302
    edge = calendar.instant(first, dt.time())
    moments = [edge - dt.timedelta(seconds=1), edge, edge + dt.timedelta(hours=47), edge + dt.timedelta(hours=48)]
    with session_of(app) as session:
        held = [Role.MANAGER in {h.role for h in actor_of(session, ids["officer"], at).held} for at in moments]
    assert held == [False, True, True, False]


def test_an_ended_capacity_is_not_ended_again(app: Flask) -> None:
    _, ids = people_in(app)
    with session_of(app) as session:
        held = session.scalars(sa.select(Capacity.id).where(Capacity.person_id == ids["officer"])).one()
    client = signed_in(app, "admin")
    path = f"/admin/people/{ids['officer']}/capacity/{held}/end"
    assert [client.post(path).status_code for _ in range(2)] == [302, 409]
    assert signed_in(app, "officer").get("/firms/1").status_code == 404


def test_a_capacity_is_ended_only_on_the_page_of_its_own_person(app: Flask) -> None:
    _, ids = people_in(app)
    with session_of(app) as session:
        held = session.scalars(sa.select(Capacity.id).where(Capacity.person_id == ids["officer"])).one()
    assert signed_in(app, "admin").post(f"/admin/people/{ids['manager']}/capacity/{held}/end").status_code == 404


def test_an_administrator_keeps_their_own_account_and_capacity(app: Flask) -> None:
    _, ids = people_in(app)
    with session_of(app) as session:
        held = session.scalars(sa.select(Capacity.id).where(Capacity.person_id == ids["admin"])).one()
    client = signed_in(app, "admin")
    refused = [f"/admin/people/{ids['admin']}/{act}" for act in ("suspend", f"capacity/{held}/end")]
    assert [client.post(path).status_code for path in refused] == [409, 409]
    assert client.get("/admin").status_code == 200


def test_a_suspended_persons_web_session_ends_and_a_restored_one_signs_in_again(app: Flask) -> None:
    _, ids = people_in(app)
    officer, admin = signed_in(app, "officer"), signed_in(app, "admin")
    admin.post(f"/admin/people/{ids['officer']}/suspend")
    assert officer.get("/account").status_code == 302
    admin.post(f"/admin/people/{ids['officer']}/restore")
    assert officer.get("/account").status_code == 302
    assert signed_in(app, "officer").get("/account").status_code == 200


def test_people_are_found_by_arabic_letters_and_by_user_name(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "admin")
    client.post("/admin/people/new", data=PERSON | {"name": "کیانوش یکتا"})
    for words in ("كيانوش", "SAMP"):
        shown = client.get("/admin/people", query_string={"q": words}).text
        assert "کیانوش یکتا" in shown
        assert "commission_head" not in shown
    assert "کسی با این نام نیست" in client.get("/admin/people", query_string={"q": "%"}).text


def many_people(app: Flask, count: int) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        for n in range(count):
            person = begin(ctx, Person, PersonAct.ADD_PERSON, NewPerson(f"کس {n}", f"p{n}", "a long password"))
            advance(ctx, person, PersonAct.GRANT, NewCapacity(Role.AUDITOR, Scope.ORGANISATION, 1, basis="حکم"))


def test_the_list_of_people_costs_the_same_at_one_row_and_at_thirty_and_goes_on(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "admin")
    with questions_to(app) as at_one:
        assert client.get("/admin/people", query_string={"q": "secretary"}).status_code == 200
    many_people(app, 30)
    with questions_to(app) as at_thirty:
        first = client.get("/admin/people")
    assert len(at_one) == len(at_thirty)
    assert 'rel="next"' in first.text
    assert ">کس 29<" in client.get("/admin/people?after=30").text


def test_the_administrator_sees_neither_firms_nor_work(app: Flask) -> None:
    people_in(app)
    client = signed_in(app, "admin")
    assert "شرکتی برای نمایش نیست" in client.get("/firms").text
    assert client.get("/firms/1").status_code == 404


def test_two_organisations_administered_by_one_share_no_staff(app: Flask) -> None:
    people_in(app)
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        admin = session.scalars(sa.select(Person).where(Person.username == "admin")).one()
        other = company_in(stage, admin, "شرکت دیگر", "OT", "o_").organisation.id
        actor = context_of(app, session, "officer").actor
    assert other not in actor.scope_ids(Role.OFFICER, Scope.ORGANISATION)
