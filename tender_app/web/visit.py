"""One request's circumstances: its session, its actor, its reading of the clock; opened late, closed always."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from wtforms.form import BaseForm

from tender_app.config import Settings
from tender_app.kernel.actor import NOBODY, Actor
from tender_app.kernel.errors import Invalid, Missing, NotAllowed, Refusal
from tender_app.kernel.vocabulary import Sight
from tender_app.people.capacities import person_and_actor
from tender_app.store import clock
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.web.errors import status_of
from tender_app.web.marks import of_page
from tender_app.workflow.sight import may_see

C = TypeVar("C", bound=Case)
WRITES = frozenset({"POST", "PATCH", "DELETE"})


class SignedIn(UserMixin):
    """Who the signed cookie says is here; whether it still holds is asked of the database, once per request."""

    def __init__(self, person_id: int, epoch: int) -> None:
        self.person_id, self.epoch = person_id, epoch

    def get_id(self) -> str:
        """Return what the cookie keeps: the person, and the epoch that a changed password ends."""
        return f"{self.person_id}:{self.epoch}"


def register(app: Flask) -> None:
    """Let `app` remember who signed in, and close each request's session."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_remembered)
    app.teardown_request(lambda _error: drop(close=True))


def settings() -> Settings:
    """Return the installation's settings."""
    return cast("Settings", current_app.extensions["settings"])


def database() -> Database:
    """Return the installation's database."""
    return cast("Database", current_app.extensions["database"])


def context() -> Context:
    """Return this request's circumstances: with a writing session where its method changes something, a reading one else."""
    if "ctx" not in g:
        session = database().write() if request.method in WRITES else database().read()
        try:
            g.ctx = circumstances(session)
        except SQLAlchemyError:
            session.close()
            raise
    return cast("Context", g.ctx)


@contextlib.contextmanager
def reading() -> Iterator[Context]:
    """Give circumstances of their own before a body is received, so that no transaction waits for a slow line."""
    with database().read() as session:
        yield circumstances(session)


@contextlib.contextmanager
def noting() -> Iterator[Context]:
    """Give circumstances in which it is kept that something is shown, and keep it at the end.

    A page that only reads keeps nothing (web.law); what must be kept of a GET is kept here, in a short transaction of
    its own that is over before the answer begins. The request's own session lets its connection go for it.
    """
    drop()
    with database().transaction() as session:
        yield circumstances(session)


def circumstances(session: Session) -> Context:
    """Return what the actor of this request meets at this instant, in this session."""
    now = clock.now(session, demo=settings().demo)
    return Context(session, _actor(session, now), now, settings(), is_live=True)


def fresh_context() -> Context:
    """Return this request's circumstances at a new reading of the clock, now that its transaction surely began."""
    ctx = context()
    return ctx.at(clock.now(ctx.session, demo=ctx.settings.demo))


def refuse(status: int) -> None:
    """Let this request's page be shown with a refusal's status."""
    g.status = status


def acts_as_nobody() -> bool:
    """Tell whether nobody is signed in."""
    return context().actor is NOBODY


def case_of(model: type[C], sight: Sight, /, **columns: object) -> C:
    """Return the row of `model` with these values if the actor may see this of it; else raise Missing."""
    ctx = context()
    case = ctx.session.scalars(sa.select(model).filter_by(**columns)).one_or_none()
    if case is None or not may_see(ctx, case, sight):
        raise Missing
    return case


class Attempt:
    """Whether an act went through; true once it did."""

    is_done = False

    def __bool__(self) -> bool:
        """Tell whether the act was done."""
        return self.is_done


@contextlib.contextmanager
def attempt(form: BaseForm) -> Iterator[Attempt]:
    """Try an act: a refusal goes into the form beside everything that was typed, and nothing of the act stays."""
    trial = Attempt()
    try:
        yield trial
    except (NotAllowed, Missing):
        raise
    except Refusal as refusal:
        drop()
        g.status = status_of(refusal)
        _write_into(form, refusal)
    else:
        trial.is_done = True


def page(template: str, *, form: BaseForm | None = None, **values: Any) -> Response:
    """Render a page; one whose form was refused says so with its status (422, or 409 where the moment was wrong)."""
    bad = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    marks = of_page(context())
    return make_response(render_template(template, form=form, marks=marks, **values), g.get("status", bad))


def keep() -> None:
    """Commit this request's session; web.law calls it, after a post that was answered without an error."""
    if "ctx" in g:
        g.ctx.session.commit()


def drop(*, close: bool = False) -> None:
    """Roll this request's session back; `close` ends it."""
    if "ctx" in g:
        g.ctx.session.rollback()
        g.ctx.facts.clear()
        if close:
            g.pop("ctx").session.close()


def _remembered(kept: str) -> SignedIn | None:
    person_id, _, epoch = kept.partition(":")
    return SignedIn(int(person_id), int(epoch)) if person_id.isdigit() and epoch.isdigit() else None


def _actor(session: Session, now: dt.datetime) -> Actor:
    if not current_user.is_authenticated:
        return NOBODY
    person, actor = person_and_actor(session, current_user.person_id, now)
    if person is None or person.epoch != current_user.epoch:
        return NOBODY
    g.person = person  # a session forgets rows that nobody holds: held, it is read once for the whole page
    return actor


def _write_into(form: BaseForm, refusal: Refusal) -> None:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    for name, message in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)
    if not fields:
        form.form_errors.append(refusal.reason)
