"""The pace of the receipt log: a leaf for each minute in which bids may come, and one for each stretch without."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from tender_app.config import Settings
from tender_app.ledger import receipt_log
from tender_app.ledger.heartbeat import outages
from tender_app.ledger.models import LogLeaf
from tender_app.store import clock
from tender_app.store.database import one_at_a_time

MINUTE = dt.timedelta(minutes=1)
WORK = 9162  # what one worker at a time does
LATE = 3  # minutes that a busy worker may be behind and still writes them one by one


def keep_pace(session: Session, settings: Settings, now: dt.datetime, *, is_active: bool) -> int:
    """Write the leaves that are due at a true instant; return how many. `is_active`: some tender awaits its opening."""
    one_at_a_time(session, WORK)
    ahead = int(clock.ahead(session).total_seconds())
    edge = now.replace(second=0, microsecond=0)
    last = receipt_log.last_leaf(session)
    if last is None:
        _write(session, settings, ("before", None, edge), ahead)
        return 1
    if ahead != last.ahead:
        _write_jump(session, settings, last, now, ahead)
        return 1
    if last.ends >= edge or not (is_active or receipt_log.is_waiting(session)):
        return 0
    due = list(_stretches(session, last.ends, edge))
    for leaf in due:
        _write(session, settings, leaf, ahead)
    return len(due)


def _stretches(
    session: Session, since: dt.datetime, until: dt.datetime
) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    """Cut true time into what was down and what was not."""
    here = since
    for began, ended in [*outages(session, since, until), (until, until)]:
        yield from _up(here, began)
        if ended > began:
            yield "down", began, ended
        here = ended


def _up(since: dt.datetime, until: dt.datetime) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    if until - since > LATE * MINUTE:
        yield "idle", since, until
        return
    while since < until:
        ends = min(since.replace(second=0, microsecond=0) + MINUTE, until)
        yield "minute", since, ends
        since = ends


def _write(
    session: Session, settings: Settings, stretch: tuple[str, dt.datetime | None, dt.datetime], ahead: int
) -> None:
    kind, begins, ends = stretch
    since = None if begins is None else receipt_log.instant(begins)
    leaf = {"kind": kind, "from": since, "to": receipt_log.instant(ends)}
    receipt_log.append(session, settings, leaf, ends, ahead)


def _write_jump(session: Session, settings: Settings, last: LogLeaf, now: dt.datetime, ahead: int) -> None:
    """Write that the demonstration's clock was moved, from what it showed to what it shows."""
    now = max(now, last.ends)
    shown = {
        "from": receipt_log.instant(last.binding_ends),
        "to": receipt_log.instant(now + dt.timedelta(seconds=ahead)),
    }
    span = {"from": receipt_log.instant(last.ends), "to": receipt_log.instant(now)}
    receipt_log.append(session, settings, {"kind": "clock", **span, "demonstration": shown}, now, ahead)
