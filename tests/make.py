"""Plain functions that put things on the table for a test."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tender_app.demo.stage import PASSWORD
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
