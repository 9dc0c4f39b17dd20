"""The only reading of the clock for anything that binds."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from tender_app.store.base import Base


class DemonstrationClock(Base):
    """By how many seconds a demonstration's clock runs ahead; one row, in every demonstration and nowhere else."""

    __tablename__ = "demonstration_clock"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.CheckConstraint("ahead >= 0", name="forward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ahead: Mapped[int]


AHEAD = sa.select(DemonstrationClock.ahead)


def true_now(session: Session) -> dt.datetime:
    """Return the database's instant on PostgreSQL, the machine's on SQLite, in UTC."""
    if session.get_bind().dialect.name == "postgresql":
        read: dt.datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return read.astimezone(dt.UTC)
    return system_now()


def system_now() -> dt.datetime:
    """Return the machine's instant: for web sessions, rate limits and logs, never for a legal time."""
    return dt.datetime.now(dt.UTC)


def now(session: Session, *, demo: bool) -> dt.datetime:
    """Return the instant that binds: the true one, plus the demonstration's lead where there is one."""
    return true_now(session) + (ahead(session) if demo else dt.timedelta())


def ahead(session: Session) -> dt.timedelta:
    """Return by how much the demonstration's clock runs ahead."""
    return dt.timedelta(seconds=session.scalar(AHEAD) or 0)


def is_demonstration(session: Session) -> bool:
    """Tell whether the database was begun as a demonstration."""
    return session.get(DemonstrationClock, 1) is not None


def begin_demonstration(session: Session) -> None:
    """Mark an empty database as a demonstration, whose clock does not yet run ahead."""
    session.add(DemonstrationClock(id=1, ahead=0))


def move_forward(session: Session, by: dt.timedelta) -> None:
    """Move the demonstration's clock forward; backward raises ValueError."""
    if by <= dt.timedelta():
        msg = "the demonstration's clock moves forward only"
        raise ValueError(msg)
    row = session.get(DemonstrationClock, 1) or DemonstrationClock(id=1, ahead=0)
    row.ahead += int(by.total_seconds())
    session.add(row)
