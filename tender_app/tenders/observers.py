"""Observers of a tender's sessions: seated by letter, without a vote, and with nothing to write (Art. 5; practice).

An observer comes from outside the commission: an industry body, a trade association, an office of supervision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import _
from tender_app.notifications.outbox import tell
from tender_app.people.capacities import end, grant, in_force
from tender_app.people.models import Capacity, Person, PersonState
from tender_app.store.context import Context
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.session_models import ObserverSeat
from tender_app.tenders.session_rules import EndedObserver, NewObserver
from tender_app.workflow.sight import where_visible

NEUTRAL = frozenset({Role.PERSON, Role.OBSERVER})


@dataclass(frozen=True, slots=True)
class Observer:
    """An observer as pages and minutes name them."""

    seat: ObserverSeat
    name: str

    @property
    def title(self) -> str:
        """Return for whom they sit here."""
        return f"{self.seat.body.label}، {self.seat.organisation_name}"


def observer_is_proper(ctx: Context, tender: Tender, what: NewObserver | None) -> str | None:
    """An observer judges nothing here, works for no bidder and did not prepare the tender (R06); seated once."""
    if what is None:
        return None
    person = ctx.session.get(Person, what.person_id)
    if person is None or person.state is not PersonState.ACTIVE:
        return _("این شخص حساب فعالی ندارد؛ راهبر سامانه نخست برای او حساب می‌سازد.")
    if what.person_id == tender.prepared_by or what.person_id in {s.person_id for s in FACTS.of(ctx, tender).seats}:
        return _("این شخص در همین مناقصه سمتی دارد؛ ناظر نه رأی می‌دهد و نه کاری در مناقصه می‌کند.")
    if _acts_elsewhere(ctx, what.person_id):
        return _("ناظر از بیرون می‌آید: کسی که برای سازمان یا شرکتی کار می‌کند ناظر مناقصه نمی‌شود.")
    return _letter_is_past(ctx, what)


def observer_sits(ctx: Context, tender: Tender, what: EndedObserver | None) -> str | None:
    """Only a seat that stands can end."""
    seats = [o.seat.id for o in observers_of(ctx, tender)]
    if what is None:
        return None if seats else _("ناظری برای این مناقصه معرفی نشده است.")
    return None if what.seat_id in seats else _("این ناظر دیگر کرسی ندارد؛ صفحه را تازه کنید.")


def seat_observer(ctx: Context, tender: Tender, what: NewObserver) -> None:
    """Seat an observer: read-only, from now on; they are told."""
    grant(ctx, what.person_id, Role.OBSERVER, scope=Scope.TENDER, scope_id=tender.id, basis=what.letter_no)
    ctx.session.add(
        ObserverSeat(
            tender_id=tender.id,
            person_id=what.person_id,
            body=what.body,
            organisation_name=what.organisation_name,
            letter_no=what.letter_no,
            letter_on=what.letter_on,
            seated_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    path = f"/tenders/{tender.number}/live"
    tell(ctx, [what.person_id], "شما ناظر این مناقصه شدید", body=tender.title, path=path, tender_id=tender.id)


def end_observer(ctx: Context, tender: Tender, what: EndedObserver) -> None:
    """End an observer's seat and capacity; that they sat here stays."""
    seat = ctx.session.get_one(ObserverSeat, what.seat_id)
    seat.ended_at = ctx.now
    held = sa.select(Capacity).where(
        Capacity.scope == Scope.TENDER,
        Capacity.scope_id == tender.id,
        Capacity.role == Role.OBSERVER,
        Capacity.person_id == seat.person_id,
        in_force(ctx.now),
    )
    for capacity in ctx.session.scalars(held):
        end(ctx, capacity)
    ctx.session.flush()
    ctx.facts.clear()


def observers_of(ctx: Context, tender: Tender) -> list[Observer]:
    """Return who observes the tender now, in the order in which they were seated."""
    query = sa.select(ObserverSeat, Person.name).join(Person, Person.id == ObserverSeat.person_id)
    query = query.where(ObserverSeat.tender_id == tender.id, ObserverSeat.ended_at.is_(None))
    return [Observer(seat, name) for seat, name in ctx.session.execute(query.order_by(ObserverSeat.id))]


def candidates(ctx: Context, tender: Tender) -> Sequence[Person]:
    """Return the active persons who may observe: they hold no other capacity, and no seat of the tender."""
    taken = sa.select(Capacity.person_id).where(
        in_force(ctx.now),
        sa.or_(
            Capacity.role != Role.OBSERVER,
            sa.and_(Capacity.scope == Scope.TENDER, Capacity.scope_id == tender.id),
        ),
    )
    query = sa.select(Person).where(Person.state == PersonState.ACTIVE, Person.id.not_in(taken))
    theirs = sa.or_(Person.organisation_id.is_(None), Person.organisation_id == tender.organisation_id)
    return ctx.session.scalars(query.where(theirs).order_by(Person.name)).all()


def observed(ctx: Context) -> Sequence[Tender]:
    """Return the tenders that the actor observes, those that run first."""
    own = sa.select(ObserverSeat.tender_id).where(
        ObserverSeat.person_id == ctx.actor.person_id, ObserverSeat.ended_at.is_(None)
    )
    query = sa.select(Tender).where(Tender.id.in_(own), where_visible(ctx, Tender, Sight.LIVE))
    return ctx.session.scalars(query.order_by(Tender.ended_at.is_not(None), Tender.opens_at.desc())).all()


def _acts_elsewhere(ctx: Context, person_id: int) -> bool:
    query = sa.select(Capacity.id).where(
        Capacity.person_id == person_id, Capacity.role.not_in(NEUTRAL), in_force(ctx.now)
    )
    return ctx.session.scalar(query.limit(1)) is not None


def _letter_is_past(ctx: Context, what: Any) -> str | None:
    late = what.letter_on > calendar.today(ctx.now)
    return _("تاریخ نامه هنوز نرسیده است؛ آن را دوباره ببینید.") if late else None
