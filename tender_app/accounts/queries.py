"""What the pages of accounts read."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.config import Settings
from tender_app.kernel.vocabulary import Named, Role, Scope, Sight
from tender_app.people.models import Capacity, Firm, FirmState, Organisation, Person
from tender_app.store.context import Context
from tender_app.workflow.sight import where_visible

PAGE = 30


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """A capacity as a page shows it."""

    id: int
    role: Named
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    basis: str
    is_in_force: bool


def person_by_username(ctx: Context, username: str) -> Person | None:
    """Return the person who signs in under this name."""
    return ctx.session.scalars(sa.select(Person).where(Person.username == username)).one_or_none()


def organisations(ctx: Context) -> Sequence[Organisation]:
    """Return every organisation by name: who they are is public."""
    return ctx.session.scalars(sa.select(Organisation).order_by(Organisation.name)).all()


def people(ctx: Context, words: str = "", after: int = 0) -> Sequence[Person]:
    """Return a page of people, one more than is shown when there are others."""
    query = sa.select(Person).where(where_visible(ctx, Person, Sight.WORK), Person.id > after)
    if words:
        query = query.where(sa.or_(Person.name.contains(words, autoescape=True), Person.username.contains(words)))
    return ctx.session.scalars(query.order_by(Person.id).limit(PAGE + 1)).all()


def firms(ctx: Context) -> Sequence[Firm]:
    """Return the firms that the actor may see, those that wait first."""
    waiting = sa.case((Firm.state == FirmState.PENDING, 0), else_=1)
    query = sa.select(Firm).where(where_visible(ctx, Firm, Sight.WORK)).order_by(waiting, Firm.id.desc()).limit(200)
    return ctx.session.scalars(query).all()


def own_firm(ctx: Context) -> Firm | None:
    """Return the firm for which the actor acts."""
    ids = ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    return ctx.session.get(Firm, min(ids)) if ids else None


def capacities_of(ctx: Context, person: Person) -> list[CapacityRow]:
    """Return the person's capacities, with the names of the places where they are held."""
    held = ctx.session.scalars(
        sa.select(Capacity).where(Capacity.person_id == person.id).order_by(Capacity.id.desc())
    ).all()
    places = {
        **_names(ctx, Organisation, Scope.ORGANISATION, held),
        **_names(ctx, Firm, Scope.FIRM, held),
    }
    return [
        CapacityRow(
            c.id,
            c.role,
            places.get((c.scope, c.scope_id), "همه سامانه" if c.scope is Scope.INSTALLATION else "یک مناقصه"),
            c.starts_at,
            c.ends_at,
            c.basis,
            c.starts_at <= ctx.now and (c.ends_at is None or c.ends_at > ctx.now),
        )
        for c in held
    ]


def demonstration_accounts(settings: Settings) -> list[dict[str, str]]:
    """Return the demonstration's accounts as its seed wrote them; none outside a demonstration."""
    if not settings.demo:
        return []
    try:
        read = json.loads((settings.keys.parent / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return list(read["accounts"])


def _names(ctx: Context, model: Any, scope: Scope, held: Sequence[Capacity]) -> dict[tuple[Scope, int | None], str]:
    ids = [c.scope_id for c in held if c.scope is scope]
    rows = ctx.session.execute(sa.select(model.id, model.name).where(model.id.in_(ids)))
    return {(scope, row.id): row.name for row in rows}
