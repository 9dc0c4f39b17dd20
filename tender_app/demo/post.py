"""The letters of the demonstration: those of the story arrived in its own time, but for a few that show what can happen."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.rules import DeliveryState as State
from tender_app.notifications.smtp import NO_ANSWER
from tender_app.people.models import Person
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

SOON = dt.timedelta(seconds=6)
UNREAD = "evaluator3"  # has given no address
TROUBLES = {  # of the open tender's publication
    "firm2": (State.BOUNCED, "552 5.2.2 mailbox full"),
    "technical": (State.UNCERTAIN, f"{NO_ANSWER} timed out"),
}


def deliver(session: Session, now: dt.datetime) -> None:
    """Let every letter arrive a moment after its message, and a few not."""
    session.execute(sa.update(Person).where(Person.username == UNREAD).values(email=""))
    session.flush()
    opened = sa.select(Tender.id).where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > now)
    found = sa.select(Delivery, Message, Person).join(Message, Message.id == Delivery.message_id)
    open_ones = set(session.scalars(opened))
    for letter, message, person in session.execute(found.join(Person, Person.id == Message.person_id)):
        letter.tried_at, letter.address = message.at + SOON, person.email
        letter.state = State.SENT if person.email else State.NO_ADDRESS
        if message.tender_id in open_ones and message.subject.startswith("مناقصه") and person.username in TROUBLES:
            letter.state, letter.error = TROUBLES[person.username]
