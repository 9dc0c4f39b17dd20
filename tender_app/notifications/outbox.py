"""Telling people: rows of the outbox, one for each person and event."""

from collections.abc import Iterable

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.models import Message
from tender_app.people.capacities import in_force
from tender_app.people.models import Capacity
from tender_app.store.context import Context


def tell(
    ctx: Context, people: Iterable[int], subject: str, *, body: str = "", path: str = "", tender_id: int | None = None
) -> None:
    """Write one message to each person, once."""
    ctx.session.add_all(
        Message(person_id=p, tender_id=tender_id, subject=subject, body=body, path=path, at=ctx.now)
        for p in sorted(set(people))
    )


def holders(ctx: Context, roles: Iterable[Role], scope: Scope, scope_ids: Iterable[int]) -> list[int]:
    """Return the ids of the persons who hold one of the roles there now."""
    query = sa.select(Capacity.person_id).where(
        Capacity.role.in_(list(roles)),
        Capacity.scope == scope,
        Capacity.scope_id.in_(list(scope_ids)),
        in_force(ctx.now),
    )
    return list(ctx.session.scalars(query.distinct().order_by(Capacity.person_id)))
