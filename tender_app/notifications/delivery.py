"""Delivery: each waiting letter becomes a job, and a job hands its letter over once.

What is promised: a letter that was committed with its act is never lost and never handed over twice by itself. Its row
says where it stands, and each step to the next is kept before what it allows is done:

    waiting → sending   claimed by one run; nothing is handed over yet: after a crash here it is simply tried again
    sending → handing   kept right before the dot that ends the letter, by the run that holds the claim and by no other
    handing → sent, bounced, waiting   as the server answered

A crash in «handing», after the dot or a hair before it, is the one case in which only the server knows. It becomes
«uncertain», which staff see and may send again; it is never sent again by itself. The dot is sent once for each turn, and
a further turn begins only from an answer that says that the letter was not taken: jobs may run twice, or beside each other.
"""

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.notifications import smtp
from tender_app.notifications.letter import mail_of, sender_of
from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.rules import PATIENCE, STALE, pause_after
from tender_app.notifications.rules import DeliveryState as State
from tender_app.people.models import Person, PersonState
from tender_app.store import clock
from tender_app.store.database import Database

JOB = "mail"
IN_QUEUE = 60  # letters that are asked for at a time, so that none waits in the queue until it is stale
HELD = (State.SENDING, State.HANDING)
MARKING = (1, 2, 4, 8, 16)  # seconds between tries to keep an outcome while the database is away
logger = logging.getLogger("tender_app.notifications")
Ask = Callable[[str, str, int], None]

TOO_OLD = "بیش از چهار روز فرستادنی نبود."
NO_ACCOUNT = "حساب این شخص غیرفعال است."
BAD_ADDRESS = "این نشانی رایانامه پذیرفتنی نیست."
BROKE_OFF = "پس از سپردن نامه، فرستنده از کار افتاد؛ معلوم نیست کارگزار آن را گرفته باشد."


@dataclass(frozen=True, slots=True)
class Post:
    """The letters of one installation."""

    database: Database
    settings: Settings

    @property
    def is_open(self) -> bool:
        """Tell whether letters leave at all: a server is set, or a page stands for the recipients' boxes."""
        return bool(self.settings.smtp_url) or self.settings.demo

    def relay(self, ask: Ask) -> int:
        """Ask for a job for each letter that waits and is due; give up runs without a word; return how many were asked for.

        A letter is noted as asked for after its job was: a crash between the two asks for the same job once more.
        """
        if not self.is_open:
            return 0
        with self.database.transaction() as session:
            now = clock.true_now(session)
            self._give_up(session, now)
        with self.database.read() as session:
            due = _due(session, now)
        if not due:
            return 0
        for key, turn in due:
            ask(JOB, key, turn)
        with self.database.transaction() as session:
            for key, turn in due:
                same = sa.and_(Delivery.key == key, Delivery.turn == turn, Delivery.state == State.WAITING)
                session.execute(sa.update(Delivery).where(same).values(asked_at=now))
        return len(due)

    def _give_up(self, session: Session, now: dt.datetime) -> None:
        """Begin a new turn for letters whose run is silent; leave those that could not be sent for days."""
        stale = now - STALE
        unheard = sa.and_(Delivery.state == State.WAITING, Delivery.asked_at < stale)
        session.execute(sa.update(Delivery).where(unheard).values(turn=Delivery.turn + 1, asked_at=None))
        held = sa.and_(Delivery.state == State.SENDING, Delivery.held_at < stale)
        values = {"state": State.WAITING, "turn": Delivery.turn + 1, "asked_at": None, "holder": ""}
        session.execute(sa.update(Delivery).where(held).values(values))
        lost = sa.and_(Delivery.state == State.HANDING, Delivery.held_at < stale)
        session.execute(sa.update(Delivery).where(lost).values(state=State.UNCERTAIN, error=BROKE_OFF))
        if not self.settings.demo:
            old = sa.and_(Delivery.state == State.WAITING, Delivery.written_at < now - PATIENCE)
            said = sa.case((Delivery.error == "", TOO_OLD), else_=Delivery.error)
            session.execute(sa.update(Delivery).where(old).values(state=State.FAILED, error=said))

    def carry(self, key: str, turn: int) -> None:
        """Send one letter, if this is its turn and nothing says that it was handed over already."""
        run = secrets.token_hex(16)
        with self.database.transaction() as session:
            claimed = self._claim(session, key, turn, run)
        if claimed is None:
            return
        message, name, address = claimed
        self._keep(key, run, self._sent(message, name, address, partial(self._will_hand, key, run)))

    def _claim(self, session: Session, key: str, turn: int, run: str) -> tuple[Message, str, str] | None:
        """Take the letter for this run and return what is sent to whom; None where there is nothing to send."""
        row = session.scalars(sa.select(Delivery).filter_by(key=key).with_for_update()).one_or_none()
        if row is None or row.turn != turn or row.state not in {State.WAITING, *HELD}:
            return None
        if row.state is State.HANDING:  # an earlier run of this turn came to the dot, and no further
            row.state, row.error = State.UNCERTAIN, BROKE_OFF
            return None
        person = session.get_one(Person, row.message.person_id)
        row.tried_at = clock.now(session, demo=self.settings.demo)
        if person.state is not PersonState.ACTIVE or not person.email:
            is_active = person.state is PersonState.ACTIVE
            row.state, row.error = (State.NO_ADDRESS, "") if is_active else (State.FAILED, NO_ACCOUNT)
            return None
        row.state, row.holder, row.address, row.held_at = State.SENDING, run, person.email, clock.true_now(session)
        return row.message, person.name, person.email

    def _sent(self, message: Message, name: str, address: str, will_hand: Callable[[], bool]) -> smtp.Outcome:
        try:
            mail = mail_of(self.settings, message, name, address)
        except (ValueError, MessageError):
            return smtp.Outcome(State.BOUNCED, BAD_ADDRESS)
        if not self.settings.smtp_url:  # in the demonstration the page of letters is where it arrives
            return smtp.Outcome(State.SENT)
        return smtp.hand_over(self.settings.smtp_url, mail, sender_of(self.settings), address, will_hand)

    def _will_hand(self, key: str, run: str) -> bool:
        """Keep that the letter is handed over now by this run; say no where another holds it."""
        with self.database.transaction() as session:
            mine = sa.and_(Delivery.key == key, Delivery.holder == run, Delivery.state == State.SENDING)
            values = {"state": State.HANDING, "held_at": clock.true_now(session)}
            return _changes_one(session, sa.update(Delivery).where(mine).values(values))

    def _keep(self, key: str, run: str, outcome: smtp.Outcome) -> None:
        """Keep the outcome, patiently: what is known now is known to nobody else."""
        for pause in MARKING:
            try:
                with self.database.transaction() as session:
                    return self._mark(session, key, run, outcome)
            except OperationalError:
                logger.exception("the outcome of a letter waits to be kept")
                time.sleep(pause)
        with self.database.transaction() as session:
            return self._mark(session, key, run, outcome)

    def _mark(self, session: Session, key: str, run: str, outcome: smtp.Outcome) -> None:
        """Keep what became of it; what this run knows replaces what others could only guess."""
        mine = sa.and_(Delivery.key == key, Delivery.holder == run)
        row = session.scalars(sa.select(Delivery).where(mine).with_for_update()).one_or_none()
        if row is None or row.state not in {*HELD, State.UNCERTAIN}:
            return
        row.state, row.error = outcome.state, outcome.said
        row.tried_at = clock.now(session, demo=self.settings.demo)
        if outcome.state is State.WAITING:
            row.turn += 1
            row.next_at, row.asked_at = clock.true_now(session) + pause_after(row.turn), None


def _due(session: Session, now: dt.datetime) -> list[tuple[str, int]]:
    """Return the letters to ask for now, the oldest first; no more than the queue has room for."""
    in_queue = sa.and_(Delivery.state == State.WAITING, Delivery.asked_at.is_not(None))
    busy = session.scalar(sa.select(sa.func.count()).where(sa.or_(in_queue, Delivery.state.in_(HELD)))) or 0
    is_due = sa.and_(sa.or_(Delivery.next_at.is_(None), Delivery.next_at <= now), Delivery.asked_at.is_(None))
    query = sa.select(Delivery.key, Delivery.turn).where(Delivery.state == State.WAITING, is_due)
    found = session.execute(query.order_by(Delivery.id).limit(max(IN_QUEUE - busy, 0)))
    return [(key, turn) for key, turn in found]


def _changes_one(session: Session, update: sa.Update) -> bool:
    done: Any = session.execute(update)
    return bool(done.rowcount == 1)
