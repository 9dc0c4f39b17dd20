"""The address to which a person's letters go: set by themselves, corrected by the administrator, given with a registration."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.accounts.rules import PersonAct
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tests.make import session_of, signed_in

ADDRESS = "Sara.Nik+tender@mail.qazvin-estates.example"


def address_of(app: Flask, username: str) -> str:
    with session_of(app) as session:
        return session.scalars(sa.select(Person.email).where(Person.username == username)).one()


def test_a_person_sets_their_own_address_and_the_ledger_keeps_nothing_of_it(demo: Flask) -> None:
    client = signed_in(demo, "officer")
    assert "officer@qz.example" in client.get("/account").text
    assert client.post("/account/email", data={"email": f" {ADDRESS} "}).status_code == 302
    assert address_of(demo, "officer") == ADDRESS
    assert ADDRESS in client.get("/account").text
    with session_of(demo) as session:
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == PersonAct.SET_EMAIL)).one()
        assert entry.detail == {"is_given": True}
    assert client.post("/account/email", data={"email": ""}).status_code == 302
    assert address_of(demo, "officer") == ""
    assert "ثبت نشده است" in client.get("/account").text


@pytest.mark.parametrize(
    "wrong",
    ["officer", "a@b", "a b@example.ir", "a@example.ir, b@example.ir", "<a@example.ir>", "نام@example.ir", "a@-x.ir", "a..b@x.ir",
     "a@x.ir\nBcc: b@x.ir", "x" * 250 + "@example.ir"],
)  # fmt: skip
def test_what_is_no_address_is_told_at_its_field_and_stays_typed(sqlite_demo: Flask, wrong: str) -> None:
    answer = signed_in(sqlite_demo, "officer").post("/account/email", data={"email": wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert address_of(sqlite_demo, "officer") == "officer@qz.example"


def test_the_administrator_corrects_an_address(demo: Flask) -> None:
    with session_of(demo) as session:
        person = session.scalars(sa.select(Person.id).where(Person.username == "evaluator3")).one()
    admin, address = signed_in(demo, "admin"), f"/admin/people/{person}/email"
    assert "ثبت نشده است" in admin.get(f"/admin/people/{person}").text
    assert admin.post(address, data={"email": ADDRESS}).status_code == 302
    assert address_of(demo, "evaluator3") == ADDRESS
    assert signed_in(demo, "officer").post(address, data={"email": "x@example.ir"}).status_code in {403, 404}
    assert address_of(demo, "evaluator3") == ADDRESS
