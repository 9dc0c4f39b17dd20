"""The desk (کارتابل): what waits for a person, until when, read from the law's own rows; and what happened lately."""

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterState
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.evaluation.interview_models import Interview
from tender_app.kernel.actor import Actor
from tender_app.kernel.vocabulary import COMMISSION, Named, Role
from tender_app.kernel.words import _
from tender_app.notifications.models import Message
from tender_app.people.capacities import reach
from tender_app.people.models import Firm
from tender_app.regulation.days import unentered_in
from tender_app.regulation.queries import working_calendar
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.tenders import answers, touched
from tender_app.tenders.guards import RUNNING
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import Offer, available, installed
from tender_app.workflow.table import Procedure

MOST = 200
LATEST = 12
SHOWN = 90
NEWS = (
    sa.select(Message.at, Message.subject, Message.body, Message.path)
    .where(Message.person_id == sa.bindparam("person_id"))
    .order_by(Message.id.desc())
    .limit(LATEST)
)


@dataclass(frozen=True, slots=True)
class Task:
    """A thing to do: the act, the case, until when; `waiting` when others or time must come first; `hint` says for what."""

    act: Named
    case: Case
    label: str
    about: str
    due: dt.datetime | None
    waiting: bool
    hint: str


@dataclass(frozen=True, slots=True)
class News:
    """A message to the person; `is_new` since the last visit."""

    at: dt.datetime
    subject: str
    body: str
    path: str
    is_new: bool


def tasks(ctx: Context) -> list[Task]:
    """Return what the actor's capacities ask for, the nearest term first; the number of queries does not grow."""
    cases = [case for procedure in installed() for case in _candidates(ctx, procedure)]
    found = available(ctx, cases)
    rows = [
        _task(ctx, case, offer)
        for case in cases
        for offer in found[(case.kind, case.id)]
        if offer.move.task and not (offer.move.over and offer.move.over(ctx, case, None))
    ]
    return sorted(rows, key=lambda t: (t.due is None, t.due or ctx.now))


def news(ctx: Context, since: dt.datetime | None) -> list[News]:
    """Return the latest messages to the actor, the newest first."""
    rows = sorted(ctx.session.execute(NEWS, {"person_id": ctx.actor.person_id}), key=lambda m: m.at, reverse=True)
    return [News(m.at, m.subject, m.body, m.path, since is None or m.at > since) for m in rows]


def _candidates(ctx: Context, procedure: Procedure[Any]) -> Sequence[Case]:
    """Return the cases on which some row with a task waits for one of the actor's capacities."""
    query = _waiting(procedure.key, procedure.version, ctx.actor)
    return () if query is None else ctx.session.scalars(query).all()


@functools.lru_cache(256)
def _waiting(key: str, version: int, actor: Actor) -> sa.Select[Any] | None:
    """Return the question for what waits for an actor; it turns on the law and on what the actor holds, on no clock."""
    procedure = next(p for p in installed() if (p.key, p.version) == (key, version))
    model = procedure.model
    held = {h.role for h in actor.held}
    waits = [
        sa.and_(model.state.in_(move.source), sa.or_(*(reach(actor, model, role) for role in move.by & held)))
        for move in procedure.moves
        if move.task and move.by & held
    ]
    if not waits:
        return None
    mine = sa.and_(model.procedure == key, model.version == version, sa.or_(*waits))
    query = sa.select(model).where(mine).order_by(model.id.desc()).limit(MOST)
    return query.options(*(selectinload(getattr(model, name)) for name in ("tender", "firm") if hasattr(model, name)))


def _task(ctx: Context, case: Case, offer: Offer) -> Task:
    move = offer.move
    due = move.due(case) if move.due else None
    waiting = offer.refusal is not None and not move.own
    return Task(move.act, case, move.task, _about(ctx, case), due, waiting, offer.refusal or "")


def _about(ctx: Context, case: Case) -> str:
    """Return what a task is about: the tender, and what tells its bids or questions apart."""
    if isinstance(case, Firm | Cluster):
        return case.name
    tender: Tender | None = case if isinstance(case, Tender) else getattr(case, "tender", None)
    parts = [tender.title if tender is not None else ""]
    if isinstance(case, Bid) and ctx.actor.holds(COMMISSION):
        parts.append(case.firm.name)
    if isinstance(case, Interview):
        parts.append(case.firm.name)
    if isinstance(case, Question):
        parts.append(case.text if len(case.text) <= SHOWN else f"{case.text[:SHOWN]}…")
    return " · ".join(parts)


def pressing(ctx: Context) -> list[answers.Pressing]:
    """Return the tenders of the actor's companies, as an officer, that close soon while questions wait."""
    mine = [h.scope_id for h in ctx.actor.held if h.role is Role.OFFICER and h.scope_id is not None]
    return answers.pressing(ctx, mine) if mine else []


def unentered_years(ctx: Context) -> list[int]:
    """Return, for an administrator, the years that dates of tenders reach while their holidays are not entered."""
    if not any(h.role is Role.ADMIN for h in ctx.actor.held):
        return []
    return unentered_in(working_calendar(ctx), touched.years_reached(ctx))


def contracts_running(ctx: Context) -> int:
    """Return how many contracts of the actor's organisations or firms run."""
    return ctx.session.scalar(_running(ctx.actor)) or 0


@functools.lru_cache(256)
def _running(actor: Actor) -> sa.Select[int]:
    roles = (Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.FIRM)
    mine = sa.or_(*(reach(actor, Contract, role) for role in roles))
    return sa.select(sa.func.count()).select_from(Contract).where(mine, Contract.state == ContractState.ISSUED)


def begins(ctx: Context) -> list[tuple[str, str, str]]:
    """Return (label, about, address) of the lives that the actor can begin now: tenders and contracts."""
    clusters, tenders = _to_begin(ctx.actor)
    rows = [
        (_("تهیه مناقصه"), _("خوشه {cluster}").format(cluster=c.name), f"/tenders/new/{c.id}")
        for c in ctx.session.execute(clusters)
    ]
    rows += [
        (_("تهیه پیش‌نویس قرارداد"), t.title, f"/tenders/{t.number}/contract") for t in ctx.session.execute(tenders)
    ]
    return rows


@functools.lru_cache(256)
def _to_begin(actor: Actor) -> tuple[sa.Select[int, str], sa.Select[str, str]]:
    """Return the questions for the clusters without a tender under way, and the tenders without a contract."""
    busy = sa.select(Tender.cluster_id).where(Tender.state.in_(RUNNING))
    clusters = sa.select(Cluster.id, Cluster.name).where(
        Cluster.state == ClusterState.LICENSED, reach(actor, Cluster, Role.OFFICER), Cluster.id.not_in(busy)
    )
    contracts = sa.select(Contract.tender_id).where(Contract.state != ContractState.LAPSED)
    named = sa.select(Award.tender_id).where(Award.announced_at.is_not(None), Award.returned_at.is_(None))
    tenders = sa.select(Tender.number, Tender.title).where(
        Tender.state == TenderState.AWARDED,
        reach(actor, Tender, Role.OFFICER),
        Tender.id.not_in(contracts),
        Tender.id.in_(named),
    )
    return clusters.order_by(Cluster.id).limit(20), tenders.order_by(Tender.id).limit(20)
