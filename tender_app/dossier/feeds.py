"""Calendar feeds: a published tender's dates for everybody, and a person's desk at a secret address."""

import dataclasses
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, Response

from tender_app.accounts.feeds import person_of
from tender_app.dossier import desk as desks
from tender_app.dossier import outlook
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import actor_of
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.ics import Entry, answer
from tender_app.web.law import PUBLIC, under
from tender_app.web.limits import BY_ADDRESS, limiter, was_refused
from tender_app.web.visit import case_of, context, settings

bp = Blueprint("feeds", __name__)
ENDED = (TenderState.RENEWED, TenderState.CANCELLED)
NAMES = schedule.STEPS | schedule.DAYS
DESK = N_("کارتابل مناقصه‌ها")


@bp.get("/tenders/<number>/calendar.ics")
@under(Sight.PAGE)
def tender(number: str) -> Response:
    """The dates of a published tender, for everybody."""
    found = case_of(Tender, Sight.PAGE, number=number)
    if found.published_at is None:
        raise Missing
    return answer(found.title, entries_of(found), context().now)


@bp.get("/calendar/<token>.ics")
@limiter.limit(BY_ADDRESS, deduct_when=was_refused)
@under(PUBLIC)
def desk(token: str) -> Response:
    """A person's tasks and the dates of their running tenders: what they may see now, and nothing else."""
    ctx = context()
    person = person_of(ctx, token)
    if person is None:
        raise Missing
    theirs = dataclasses.replace(
        ctx, actor=actor_of(ctx.session, person.id, ctx.now), facts={}, together={}, asked=set()
    )
    return answer(str(DESK), [*_tasks(theirs), *_running(theirs)], ctx.now)


def entries_of(found: Tender) -> list[Entry]:
    """Return a tender's dates; the sequence is the revision of its row, which every change raises."""
    is_over = found.state in ENDED
    return [
        Entry(
            f"{name}.{found.number}@{_host()}",
            value,
            f"{label}: {found.title}",
            _("مناقصه شماره {number}، {organisation}").format(
                number=found.number, organisation=found.organisation.name
            ),
            f"{settings().public_url}/tenders/{found.number}",
            found.revision,
            is_over,
        )
        for name, label in NAMES.items()
        if (value := getattr(found, name)) is not None
    ]


def _running(ctx: Context) -> list[Entry]:
    numbers = [row.number for row in outlook.running(ctx)]
    query = sa.select(Tender).where(Tender.number.in_(numbers)).order_by(Tender.id)
    return [entry for found in ctx.session.scalars(query) for entry in entries_of(found)]


def _tasks(ctx: Context) -> list[Entry]:
    return [
        Entry(
            f"{task.act}.{task.case.kind}.{task.case.id}@{_host()}",
            task.due,
            f"{task.label}: {task.about}",
            task.hint,
            f"{settings().public_url}/desk",
            task.case.revision,
        )
        for task in desks.tasks(ctx)
        if task.due is not None
    ]


def _host() -> str:
    return urlsplit(settings().public_url).hostname or "tender"
