"""What was told about a tender, to whom, and what became of each letter; and sending one again.

A message to some firms and not to all says who bids or asks. Until the opening nobody of the house sees that there is one;
those from before the opening stay with the auditor, for among them are those to askers, who stay hidden (R12).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import _
from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.outbox import OWN_BID, new_delivery
from tender_app.notifications.rules import UNDELIVERED, UNDER_WAY, DeliveryState
from tender_app.people.capacities import roles_on
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.invitations import people_called
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import may_see

EVENTS = 15  # on one page
PEOPLE = 60  # of one event; those whom nothing reached come first


@dataclass(frozen=True, slots=True)
class Resent:
    """Messages whose letters are sent again."""

    message_ids: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Keep which."""
        return {"messages": list(self.message_ids)}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who was told, and what became of the last letter; None where a message never had one."""

    message_id: int
    name: str
    position: str
    letter: Delivery | None
    letters: int

    @property
    def may_be_sent_again(self) -> bool:
        """Tell whether the letter is at its end."""
        return self.letter is not None and self.letter.state not in UNDER_WAY

    @property
    def is_undelivered(self) -> bool:
        """Tell whether nothing reached them, as far as is known."""
        return self.letter is not None and self.letter.state in UNDELIVERED


@dataclass(frozen=True, slots=True)
class Event:
    """One event and whom it was told to, the unreached first; `people` counts them all."""

    first: Message
    recipients: Sequence[Recipient]
    people: int

    @property
    def undelivered(self) -> int:
        """Return how many of those shown nothing reached."""
        return sum(r.is_undelivered for r in self.recipients)

    @property
    def waiting(self) -> int:
        """Return how many letters of those shown are under way."""
        return sum(r.letter is not None and r.letter.state in UNDER_WAY for r in self.recipients)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of events, the newest first, with how many letters stand where; `before` begins the next page."""

    events: Sequence[Event]
    numbers: Mapping[DeliveryState, int]
    before: int | None

    @property
    def undelivered(self) -> int:
        """Return how many letters reached nobody."""
        return sum(count for state, count in self.numbers.items() if state in UNDELIVERED)


def shown(ctx: Context, tender: Tender) -> sa.ColumnElement[bool]:
    """Return the condition under which a message of the tender is shown to the actor (R12)."""
    if Role.EVALUATOR in roles_on(ctx.actor, tender) and not tender.scores_digest:
        return Message.person_id == ctx.actor.person_id  # what else they are does not tell them how far colleagues are
    to_all = sa.or_(Message.is_private.is_(False), Message.id.in_(_to_all_called(ctx, tender)))
    if tender.opens_at is None or not may_see(ctx, tender, Sight.BIDDERS):
        return to_all
    return sa.true() if may_see(ctx, tender, Sight.ACCESS) else sa.or_(to_all, Message.at >= tender.opens_at)


def _to_all_called(ctx: Context, tender: Tender) -> Sequence[int]:
    """Return the messages to every firm of a call to few, whom the house itself has named; none of one's own bid."""
    if tender.is_open_call:
        return ()
    called = set(people_called(ctx, tender))
    query = sa.select(Message).where(Message.tender_id == tender.id, Message.is_private.is_(True))
    events = defaultdict[tuple[Any, ...], list[Message]](list)
    for message in ctx.session.scalars(query):
        if not OWN_BID.search(message.path):
            events[message.at, message.subject, message.body, message.path].append(message)
    return [m.id for told in events.values() if called and called <= {m.person_id for m in told} for m in told]


def listing(ctx: Context, tender: Tender, before: int = 0) -> Listing:
    """Return a page of what was told about the tender."""
    is_shown = sa.and_(Message.tender_id == tender.id, shown(ctx, tender))
    event = (Message.at, Message.subject, Message.body, Message.path)
    first = sa.func.min(Message.id)
    query = sa.select(first, sa.func.count()).where(is_shown).group_by(*event).order_by(first.desc())
    if before:
        query = query.having(first < before)
    found = ctx.session.execute(query.limit(EVENTS + 1)).all()
    events = [_event(ctx, is_shown, first_id, people) for first_id, people in found[:EVENTS]]
    return Listing(events, numbers(ctx, tender), found[EVENTS - 1][0] if len(found) > EVENTS else None)


def numbers(ctx: Context, tender: Tender) -> Mapping[DeliveryState, int]:
    """Return how many letters of the tender stand where, each message by its last one."""
    query = sa.select(Delivery.state, sa.func.count()).join(Message).where(Delivery.id.in_(_last(ctx, tender)))
    return {row[0]: row[1] for row in ctx.session.execute(query.group_by(Delivery.state))}


def count_undelivered(ctx: Context, tender: Tender) -> int:
    """Return how many letters of the tender reached nobody, as far as the actor may know."""
    return sum(count for state, count in numbers(ctx, tender).items() if state in UNDELIVERED)


def _last(ctx: Context, tender: Tender) -> sa.Select[int]:
    """Return the last letters of the tender's messages."""
    is_shown = sa.and_(Message.tender_id == tender.id, shown(ctx, tender))
    return sa.select(sa.func.max(Delivery.id)).join(Message).where(is_shown).group_by(Delivery.message_id)


def _event(ctx: Context, is_shown: sa.ColumnElement[bool], first_id: int, people: int) -> Event:
    first = ctx.session.get_one(Message, first_id)
    same = sa.and_(
        Message.at == first.at, Message.subject == first.subject, Message.body == first.body, Message.path == first.path
    )
    letters = (
        sa.select(Delivery.message_id, sa.func.max(Delivery.id).label("last"), sa.func.count().label("letters"))
        .group_by(Delivery.message_id)
        .subquery()
    )
    reached = sa.case((Delivery.state.in_(UNDELIVERED), 0), (Delivery.state.in_(UNDER_WAY), 1), else_=2)
    query = (
        sa.select(Message.id, Person.name, Person.position, Delivery, letters.c.letters)
        .join(Person, Person.id == Message.person_id)
        .outerjoin(letters, letters.c.message_id == Message.id)
        .outerjoin(Delivery, Delivery.id == letters.c.last)
        .where(is_shown, same)
        .order_by(reached, Message.id)
    )
    rows = ctx.session.execute(query.limit(PEOPLE))
    return Event(first, [Recipient(i, name, position, row, n or 0) for i, name, position, row, n in rows], people)


def undelivered(ctx: Context, tender: Tender) -> Sequence[int]:
    """Return the messages of the tender that the actor is shown and that reached nobody."""
    query = sa.select(Delivery.message_id).where(
        Delivery.id.in_(_last(ctx, tender)), Delivery.state.in_(UNDELIVERED - {DeliveryState.UNCERTAIN})
    )
    return ctx.session.scalars(query.order_by(Delivery.message_id)).all()


def can_be_sent_again(ctx: Context, tender: Tender, what: Resent | None) -> str | None:
    """Only a letter that is at its end is sent again, and only by who is shown its message."""
    if what is None:
        return None
    if not what.message_ids:
        return _("نامه‌ای که نرسیده باشد نیست؛ نامه‌های نامعلوم را یکایک دوباره بفرستید.")
    query = sa.select(Message.id).where(Message.tender_id == tender.id, shown(ctx, tender))
    if set(ctx.session.scalars(query.where(Message.id.in_(what.message_ids)))) != set(what.message_ids):
        raise Missing
    open_ones = sa.select(Delivery.id).where(Delivery.message_id.in_(what.message_ids), Delivery.state.in_(UNDER_WAY))
    if ctx.session.scalar(open_ones.limit(1)) is not None:
        return _("این نامه هنوز در راه است؛ پیش از دانستن سرانجام آن دوباره فرستاده نمی‌شود.")
    return None


def send_again(ctx: Context, _tender: Tender, what: Resent) -> None:
    """Let a further letter wait for each message; those before it stay."""
    for message_id in what.message_ids:
        letter = new_delivery(ctx)
        letter.message_id = message_id
        ctx.session.add(letter)
    ctx.session.flush()
