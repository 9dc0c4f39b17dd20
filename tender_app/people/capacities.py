"""In what capacity a person acts: looked up for a moment, granted and ended by acts, never edited."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tender_app.kernel.actor import NOBODY, Actor, Held
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Capacity, Person, PersonState
from tender_app.store.case import Case
from tender_app.store.context import Context


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who holds a role somewhere now."""

    person_id: int
    name: str
    position: str
    role: Role
    since: dt.datetime


def actor_of(session: Session, person_id: int | None, now: dt.datetime) -> Actor:
    """Return the person as an actor with the capacities held at `now`; nobody for an unknown or suspended one."""
    return person_and_actor(session, person_id, now)[1] if person_id else NOBODY


def person_and_actor(session: Session, person_id: int, now: dt.datetime) -> tuple[Person | None, Actor]:
    """Return the person, with their organisation, and who they act as at `now`, in one query."""
    rows = session.execute(HELD, {"person_id": person_id, "now": now}).all()
    person = rows[0].Person if rows else None
    if person is None or person.state is not PersonState.ACTIVE:
        return person, NOBODY
    held = (Held(r.role, r.scope, r.scope_id) for r in rows if r.role is not None)
    return person, Actor(person.id, (Held(Role.PERSON, Scope.PERSON, person.id), *held), person.name)


def in_force(now: dt.datetime | sa.BindParameter[dt.datetime]) -> sa.ColumnElement[bool]:
    """Return the condition that a capacity has begun and has not ended."""
    return sa.and_(Capacity.starts_at <= now, sa.or_(Capacity.ends_at.is_(None), Capacity.ends_at > now))


NOW = sa.bindparam("now", type_=Capacity.starts_at.type)
HELD = (
    sa.select(Person, Capacity.role, Capacity.scope, Capacity.scope_id)
    .outerjoin(Capacity, sa.and_(Capacity.person_id == Person.id, in_force(NOW)))
    .where(Person.id == sa.bindparam("person_id"))
    .options(joinedload(Person.organisation))  # every page of theirs names it
)
SEATS = (
    sa.select(Capacity, Person.name, Person.position)
    .join(Person, Person.id == Capacity.person_id)
    .where(
        Capacity.scope == sa.bindparam("scope"),
        Capacity.scope_id.in_(sa.bindparam("wanted", expanding=True)),
        in_force(NOW),
    )
    .order_by(Capacity.id)
)


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """Return the roles in which the actor acts on this case."""
    return frozenset({Role.ANYONE} | {h.role for h in actor.held if _reaches(h, case)})


def reach(actor: Actor, model: type[Case], role: Role) -> sa.ColumnElement[bool]:
    """Return the condition under which rows of `model` are within the actor's reach in this role."""
    if role is Role.ANYONE:
        return sa.true()
    conditions = [_row_condition(held, model) for held in actor.held if held.role is role]
    return sa.or_(sa.false(), *conditions)


def seats(session: Session, scope: Scope, scope_ids: Iterable[int], now: dt.datetime) -> Mapping[int, Sequence[Seat]]:
    """Return who sits where: for each tender, firm or organisation, the seats in force at `now`."""
    wanted = list(scope_ids)
    rows = session.execute(SEATS, {"scope": scope, "wanted": wanted, "now": now})
    found: dict[int, list[Seat]] = {scope_id: [] for scope_id in wanted}
    for held, name, position in rows:
        found[held.scope_id or 0].append(Seat(held.person_id, name, position, held.role, held.starts_at))
    return found


def grant(  # noqa: PLR0913 -- who, as what, where, until when, why: each is asked for by name
    ctx: Context,
    person_id: int,
    role: Role,
    *,
    scope: Scope,
    scope_id: int | None = None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    basis: str = "",
) -> Capacity:
    """Let a person act in a role, from now on or from a later instant."""
    capacity = Capacity(
        person_id=person_id,
        role=role,
        scope=scope,
        scope_id=scope_id,
        starts_at=starts_at or ctx.now,
        ends_at=ends_at,
        basis=basis,
    )
    ctx.session.add(capacity)
    ctx.session.flush()
    return capacity


def end(ctx: Context, capacity: Capacity) -> None:
    """End a capacity now; what was done in it stays."""
    capacity.ends_at = max(ctx.now, capacity.starts_at + dt.timedelta(microseconds=1))


def _reaches(held: Held, case: Case) -> bool:
    if held.scope is Scope.INSTALLATION:
        return True
    if held.scope not in case.scopes:
        return False
    column = case.scopes[held.scope]
    return column is None or getattr(case, column) == held.scope_id


def _row_condition(held: Held, model: type[Case]) -> sa.ColumnElement[bool]:
    if held.scope is Scope.INSTALLATION:
        return sa.true()
    if held.scope not in model.scopes:
        return sa.false()
    column = model.scopes[held.scope]
    return sa.true() if column is None else getattr(model, column) == held.scope_id
