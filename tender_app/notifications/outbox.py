"""Telling people: rows of the outbox, one for each person and event."""

import re
import secrets
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.models import Delivery, Message
from tender_app.people.capacities import in_force
from tender_app.people.models import Capacity, Firm, FirmState
from tender_app.store.context import Context

OWN_BID = re.compile(r"/bid(/|$)")  # of the pages of a firm's own bid
AT_A_TIME = 500  # ids in one question


def tell(
    ctx: Context, people: Iterable[int], subject: str, *, body: str = "", path: str = "", tender_id: int | None = None
) -> None:
    """Write one message to each person, once, and the letter that will be its copy."""
    told = sorted(set(people))
    singled_out = _singled_out(ctx, told, path) if tender_id is not None else frozenset()
    for person_id in told:
        message = Message(person_id=person_id, tender_id=tender_id, subject=subject, body=body, path=path, at=ctx.now)
        message.is_private, message.deliveries = person_id in singled_out, [new_delivery(ctx)]
        ctx.session.add(message)


def new_delivery(ctx: Context) -> Delivery:
    """Return a letter that waits to be sent."""
    return Delivery(key=secrets.token_hex(16), written_at=ctx.now)


def holders(ctx: Context, roles: Iterable[Role], scope: Scope, scope_ids: Iterable[int]) -> list[int]:
    """Return the ids of the persons who hold one of the roles there now."""
    query = sa.select(Capacity.person_id).where(
        Capacity.role.in_(list(roles)),
        Capacity.scope == scope,
        Capacity.scope_id.in_(list(scope_ids)),
        in_force(ctx.now),
    )
    return list(ctx.session.scalars(query.distinct().order_by(Capacity.person_id)))


def _singled_out(ctx: Context, told: list[int], path: str) -> AbstractSet[int]:
    """Return who is told for a firm where not all firms are told, or of its own bid: who reads that learns who bids or asks."""
    acts_for_firm = sa.and_(Capacity.role == Role.FIRM, in_force(ctx.now))
    chosen = set[int]()
    for start in range(0, len(told), AT_A_TIME):
        some = Capacity.person_id.in_(told[start : start + AT_A_TIME])
        chosen |= set(ctx.session.scalars(sa.select(Capacity.person_id).where(acts_for_firm, some)))
    if not chosen or ctx.actor.person_id in chosen or OWN_BID.search(path):
        return chosen
    approved = sa.select(Capacity.person_id).join(Firm, Firm.id == Capacity.scope_id)
    of_approved = approved.where(acts_for_firm, Capacity.scope == Scope.FIRM, Firm.state == FirmState.APPROVED)
    return frozenset() if set(ctx.session.scalars(of_approved)) <= chosen else chosen
