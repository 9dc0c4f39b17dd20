"""Reminders: rows from the tender's own instants; one that moved is dropped, one that is due is told once."""

import datetime as dt

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.kernel import calendar
from tender_app.kernel.actor import NOBODY
from tender_app.notifications.models import Message
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.reminders import Reminder, ReminderKind, sweep
from tender_app.worker import REASONS
from tests.bids.ground import OLIVE, tender_on
from tests.make import session_of

DAY = dt.timedelta(days=1)


def swept(app: Flask, at: dt.datetime | None = None) -> int:
    """Sweep at an instant, now if none is given; return how many were told."""
    with session_of(app) as session:
        now = at or clock.now(session, demo=True)
        return sweep(Context(session, NOBODY, now, app.extensions["settings"]), REASONS)


def instants(app: Flask) -> dict[str, dt.datetime]:
    with session_of(app) as session:
        tender = tender_on(session, OLIVE)
        names = ("questions_until", "closes_at", "opens_at")
        return {name: at for name in names if (at := getattr(tender, name)) is not None}


def told(session: Session, kind: ReminderKind) -> list[Message]:
    """Return the messages that remind of this about the open tender."""
    tender = tender_on(session, OLIVE)
    begins = Message.subject.startswith(f"یادآوری: {kind.persian}")
    return list(session.scalars(sa.select(Message).where(Message.tender_id == tender.id, begins)))


def rows(session: Session) -> dict[ReminderKind, list[Reminder]]:
    tender = tender_on(session, OLIVE)
    found = session.scalars(sa.select(Reminder).filter_by(tender_id=tender.id).order_by(Reminder.id)).all()
    return {kind: [row for row in found if row.kind is kind] for kind in ReminderKind}


def test_each_is_told_once_when_it_is_due_and_never_after_its_instant(demo: Flask) -> None:
    at = instants(demo)
    swept(demo)
    due = at["closes_at"] - 2 * DAY
    swept(demo, due - dt.timedelta(seconds=1))
    with session_of(demo) as session:
        assert told(session, ReminderKind.DEADLINE) == []
    assert swept(demo, due) >= 1
    assert swept(demo, due + dt.timedelta(hours=1)) == 0
    with session_of(demo) as session:
        found = told(session, ReminderKind.DEADLINE)
        assert {m.subject for m in found} == {f"یادآوری: پایان مهلت تسلیم پیشنهاد، {calendar.moment(at['closes_at'])}"}
        assert len({m.person_id for m in found}) == len(found) == 4
        assert not any(m.is_private for m in found)
    swept(demo, at["opens_at"] + DAY)
    with session_of(demo) as session:
        assert told(session, ReminderKind.OPENING) == []
        assert [row.told_at for row in rows(session)[ReminderKind.OPENING]] == [None]


def test_a_moved_deadline_drops_the_old_reminder_and_names_the_new_day_alone(demo: Flask) -> None:
    at = instants(demo)
    swept(demo)
    with session_of(demo) as session:
        tender_on(session, OLIVE).closes_at = at["closes_at"] + 3 * DAY
        tender_on(session, OLIVE).opens_at = at["opens_at"] + 3 * DAY
    swept(demo, at["closes_at"] - 2 * DAY)
    with session_of(demo) as session:
        assert told(session, ReminderKind.DEADLINE) == []
        first, second = rows(session)[ReminderKind.DEADLINE]
        assert (first.dropped_at is not None, second.due_at) == (True, at["closes_at"] + DAY)
        tender_on(session, OLIVE).closes_at = at["closes_at"]  # and back to where it was
    assert swept(demo, at["closes_at"] - DAY) >= 1
    with session_of(demo) as session:
        assert {calendar.moment(at["closes_at"]) in m.subject for m in told(session, ReminderKind.DEADLINE)} == {True}


def test_after_a_short_extension_of_what_is_near_nobody_is_reminded_at_once(demo: Flask) -> None:
    at = instants(demo)
    swept(demo)
    assert swept(demo, at["closes_at"] - 2 * DAY) >= 1
    with session_of(demo) as session:
        before = len(told(session, ReminderKind.DEADLINE))
        tender_on(session, OLIVE).closes_at = at["closes_at"] + dt.timedelta(hours=2)
    swept(demo, at["closes_at"] - dt.timedelta(minutes=30))
    with session_of(demo) as session:
        assert len(told(session, ReminderKind.DEADLINE)) == before


def test_the_worker_that_comes_late_still_reminds_before_the_instant(demo: Flask) -> None:
    at = instants(demo)
    swept(demo, at["closes_at"] - dt.timedelta(hours=3))
    with session_of(demo) as session:
        assert len(told(session, ReminderKind.DEADLINE)) == 4
        assert told(session, ReminderKind.QUESTIONS) == []


def test_evaluators_with_open_sheets_and_officers_with_guarantees_that_run_out_are_reminded(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = session.scalars(sa.select(Tender).where(Tender.state == "technical")).one()
        tender_id, prices_at = tender.id, tender.prices_open_at
        now = clock.now(session, demo=True)
        tender.prices_open_at = max(prices_at or now, now + 3 * DAY)
        due = tender.prices_open_at - 2 * DAY
    swept(demo, due)
    with session_of(demo) as session:
        scoring = sa.select(Message).where(
            Message.tender_id == tender_id, Message.subject.startswith("یادآوری: پایان ارزیابی")
        )
        assert len(session.scalars(scoring).all()) == 2, "one of three has confirmed"
        row = session.scalars(sa.select(Reminder).filter_by(tender_id=tender_id, kind=ReminderKind.GUARANTEE)).one()
        due = row.due_at
    swept(demo, due)
    with session_of(demo) as session:
        warned = sa.select(Message).where(
            Message.tender_id == tender_id, Message.subject.startswith("یادآوری: پایان اعتبار")
        )
        assert len(session.scalars(warned).all()) >= 1
