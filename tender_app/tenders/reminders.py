"""Reminders: rows with a term, written from a tender's own instants and told when due; they bind nobody.

The worker looks after them. A row stands for one instant of one tender: where the instant moves, the row is dropped and
another written, so that no reminder names a day that is no more. Whether an act is in time is asked of the database at
the act, never of a reminder.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Named, Role
from tender_app.notifications.outbox import tell
from tender_app.store.base import Base, word
from tender_app.store.context import Context
from tender_app.store.database import one_at_a_time
from tender_app.tenders.invitations import people_called
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import TenderState

WORK = 1522  # what one worker at a time does
DAY = dt.timedelta(days=1)
LONG_AFTER = dt.timedelta(days=366)


class ReminderKind(Named):
    """What is reminded of."""

    QUESTIONS = "questions", "پایان مهلت پرسش"
    DEADLINE = "deadline", "پایان مهلت تسلیم پیشنهاد"
    OPENING = "opening", "گشایش پاکت‌های الف و ب"
    SCORING = "scoring", "پایان ارزیابی فنی"
    PRICES = "prices", "گشایش پاکت‌های قیمت"
    GUARANTEE = "guarantee", "پایان اعتبار تضمین و پیشنهاد"


class Reminder(Base):
    """One reminder of one instant (`of_at`) of a tender: due, then told once, or dropped because the instant moved."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("tender_id", "kind", "of_at"),
        sa.Index("ix_reminder_due", "told_at", "dropped_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    kind: Mapped[ReminderKind] = mapped_column(word(ReminderKind))
    of_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]
    dropped_at: Mapped[dt.datetime | None]


Place = tuple[int, ReminderKind, dt.datetime]


@dataclass(frozen=True, slots=True)
class Reason:
    """Of what is reminded: its instant, how long before, in which states, whom, and with which page."""

    kind: ReminderKind
    states: AbstractSet[TenderState]
    before: dt.timedelta
    instant: Callable[[Context, Tender], dt.datetime | None]
    people: Callable[[Context, Tender], Iterable[int]]
    page: str = ""


def _commission(ctx: Context, tender: Tender) -> list[int]:
    return seated(ctx, tender, [*COMMISSION, Role.SECRETARY, Role.OBSERVER])


REASONS = (
    Reason(
        ReminderKind.QUESTIONS,
        {TenderState.PUBLISHED},
        2 * DAY,
        lambda _ctx, tender: tender.questions_until,
        people_called,  # all, for whom it concerns would tell who bids
        "ask",
    ),
    Reason(
        ReminderKind.DEADLINE,
        {TenderState.PUBLISHED},
        2 * DAY,
        lambda _ctx, tender: tender.closes_at,
        people_called,
    ),
    Reason(
        ReminderKind.OPENING, {TenderState.PUBLISHED}, DAY, lambda _ctx, tender: tender.opens_at, _commission, "opening"
    ),
    Reason(
        ReminderKind.PRICES,
        {TenderState.TECHNICAL_LOCKED},
        DAY,
        lambda _ctx, tender: tender.prices_open_at,
        _commission,
        "opening",
    ),
)


def sweep(ctx: Context, reasons: Sequence[Reason] = REASONS) -> int:
    """Write what is to be reminded of, drop what moved, tell what is due; return how many were told."""
    one_at_a_time(ctx.session, WORK)
    wanted = {
        (tender.id, reason.kind, at): (reason, tender)
        for tender in _running(ctx, reasons)
        for reason in reasons
        if tender.state in reason.states and (at := reason.instant(ctx, tender)) is not None and at > ctx.now
    }
    rows = _rows(ctx.session, {place[0] for place in wanted})
    for place, row in rows.items():
        if row.told_at is None and (place in wanted) is (row.dropped_at is not None):
            row.dropped_at = None if place in wanted else ctx.now  # an instant may come back to where it was
    reminded = {place[:2] for place in rows}
    for place, (reason, tender) in wanted.items():
        due = place[2] - reason.before
        if place not in rows and _is_to_come(ctx, due, tender, is_first=place[:2] not in reminded):
            rows[place] = Reminder(tender_id=place[0], kind=place[1], of_at=place[2], due_at=due)
            ctx.session.add(rows[place])
    ctx.session.flush()
    due_now = [(row, *wanted[place]) for place, row in rows.items() if place in wanted and _is_due(ctx, row)]
    return sum(_remind(ctx, *each) for each in due_now)


def _running(ctx: Context, reasons: Sequence[Reason]) -> Sequence[Tender]:
    """Return the tenders in which something may still be reminded of."""
    states = frozenset[TenderState]().union(*(reason.states for reason in reasons))
    ahead = sa.or_(
        Tender.opens_at > ctx.now,
        Tender.prices_open_at > ctx.now,
        Tender.valid_until >= calendar.today(ctx.now) - LONG_AFTER,  # guarantees may outlast the bids
    )
    return ctx.session.scalars(sa.select(Tender).where(Tender.state.in_(states), ahead).order_by(Tender.id)).all()


def _rows(session: Session, tender_ids: AbstractSet[int]) -> dict[Place, Reminder]:
    """Return the rows of these tenders, and of all others those that stand."""
    stands = sa.and_(Reminder.told_at.is_(None), Reminder.dropped_at.is_(None))
    query = sa.select(Reminder).where(sa.or_(stands, Reminder.tender_id.in_(tender_ids)))
    return {(row.tender_id, row.kind, row.of_at): row for row in session.scalars(query.order_by(Reminder.id))}


def _is_due(ctx: Context, row: Reminder) -> bool:
    return row.told_at is None and row.dropped_at is None and row.due_at <= ctx.now


def _is_to_come(ctx: Context, due: dt.datetime, tender: Tender, *, is_first: bool) -> bool:
    """Tell whether a reminder would still be one: whoever was told a moment ago is not reminded at once."""
    return due > ctx.now or (is_first and tender.published_at is not None and due > tender.published_at)


def _remind(ctx: Context, row: Reminder, reason: Reason, tender: Tender) -> bool:
    """Tell it, with the row of the tender held: an act that moves the instant comes before or after, not between."""
    ctx.session.refresh(tender, with_for_update={"read": True, "of": Tender})
    if tender.state not in reason.states or reason.instant(ctx, tender) != row.of_at:
        row.dropped_at = ctx.now
        return False
    row.told_at = ctx.now
    subject = f"یادآوری: {row.kind.persian}، {calendar.moment(row.of_at)}"
    path = f"/tenders/{tender.number}" + (f"/{reason.page}" if reason.page else "")
    tell(ctx, reason.people(ctx, tender), subject, body=tender.title, path=path, tender_id=tender.id)
    return True


def coming(ctx: Context, tender: Tender) -> Sequence[Reminder]:
    """Return the reminders of a tender that are still to be told, the next first."""
    query = sa.select(Reminder).where(
        Reminder.tender_id == tender.id, Reminder.told_at.is_(None), Reminder.dropped_at.is_(None)
    )
    return ctx.session.scalars(query.order_by(Reminder.due_at, Reminder.id)).all()
