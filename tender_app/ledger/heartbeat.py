"""Whether the service was there: its worker beats every few seconds, and what no beat covers is an outage."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.ledger.models import Heartbeat

Stretch = tuple[dt.datetime, dt.datetime]

PAUSE = dt.timedelta(seconds=60)  # without a beat for longer than this, the service was down


def beat(session: Session, now: dt.datetime, run: int | None) -> int:
    """Keep that the worker of this run is there at a true instant; return its run, a new one after a pause."""
    row = session.get(Heartbeat, run) if run else None
    if row is None or not dt.timedelta() <= now - row.last_at <= PAUSE:
        row = Heartbeat(began_at=now, last_at=now)
        session.add(row)
    row.last_at = now
    session.flush()
    return row.id


def beating(session: Session, now: dt.datetime) -> set[int]:
    """Return the runs that beat at a true instant or shortly before."""
    return set(session.scalars(sa.select(Heartbeat.id).where(Heartbeat.last_at >= now - PAUSE)))


def outages(session: Session, since: dt.datetime, until: dt.datetime) -> list[Stretch]:
    """Return the stretches of true time between two instants that no beat covers, in order; none before the first run."""
    rows = session.execute(
        sa.select(Heartbeat.began_at, Heartbeat.last_at).where(Heartbeat.last_at >= since).order_by(Heartbeat.began_at)
    ).all()
    covered = session.scalar(sa.select(sa.func.max(Heartbeat.last_at)).where(Heartbeat.last_at < since))
    if covered is None and not rows:
        return []
    covered = covered or rows[0].began_at
    found: list[Stretch] = []
    for began, last in [*((row.began_at, row.last_at) for row in rows), (until, until)]:
        if began - covered > PAUSE and began > since and covered < until:
            found.append((max(covered, since), min(began, until)))
        covered = max(covered, last)
    return found
