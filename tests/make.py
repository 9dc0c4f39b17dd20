"""Plain functions that put things on the table for a test."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tender_app.accounts.rules import OrganisationFacts
from tender_app.demo.stage import PASSWORD, Company, Stage, found_company
from tender_app.people.capacities import actor_of
from tender_app.people.models import Person
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database


def signed_in(app: Flask, username: str) -> FlaskClient:
    """Return a client in which a person of the demonstration is signed in."""
    client = app.test_client()
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, username
    return client


@contextlib.contextmanager
def session_of(app: Flask) -> Iterator[Session]:
    """Give a writing session that is committed at the end."""
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        yield session


def context_of(app: Flask, session: Session, username: str | None, now: dt.datetime | None = None) -> Context:
    """Return the circumstances in which a person acts."""
    at = now or clock.now(session, demo=True)
    person_id = session.scalar(sa.select(Person.id).where(Person.username == username)) if username else None
    return Context(session, actor_of(session, person_id, at), at, app.extensions["settings"])


def people_in(app: Flask) -> tuple[int, dict[str, int]]:
    """Found a company with an administrator and its people; return its id, and every person's id by user name."""
    with session_of(app) as session:
        stage = Stage(session, app.extensions["settings"], clock.now(session, demo=True))
        admin = stage.administrator()
        company = company_in(stage, admin, "شرکت شهرک‌های صنعتی استان قزوین", "QZ")
        rows = session.execute(sa.select(Person.username, Person.id))
        return company.organisation.id, {row.username: row.id for row in rows}


def company_in(stage: Stage, admin: Person, name: str, code: str, prefix: str = "") -> Company:
    """Found a company whose people hold one seat each, named by their role."""
    seats = (
        "officer manager auditor secretary commission_head commission_finance commission_technical "
        "evaluator1 evaluator2 evaluator3"
    )
    names = {seat: f"نمونه {place}" for place, seat in enumerate(seats.split())}
    return found_company(stage, admin, OrganisationFacts(name, "قزوین", code), names, prefix)


def rows_of(app: Flask) -> Iterator[str]:
    """Return every row of every table, as text: what a search for something that must not be there reads."""
    with session_of(app) as session:
        tables = sa.MetaData()
        tables.reflect(session.connection())
        for table in tables.sorted_tables:
            yield from (repr(tuple(row)) for row in session.execute(sa.select(table)))


@contextlib.contextmanager
def questions_to(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the database is asked."""
    database: Database = app.extensions["database"]
    asked: list[str] = []

    def keep(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    sa.event.listen(database.engine, "before_cursor_execute", keep)
    yield asked
    sa.event.remove(database.engine, "before_cursor_execute", keep)
