"""How much time an addendum leaves, and the days that give bidders what is lacking (Arts. 15, 17)."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from tender_app.kernel import calendar
from tender_app.tenders.addenda_rules import HANDLING

MOVED = ("questions_until", "closes_at", "opens_at", "prices_open_at")
FOLLOWING = ("contract_by", "valid_until")
Working = Callable[[dt.date], dt.date]


def is_enough(closes_at: dt.datetime, now: dt.datetime, least: dt.timedelta) -> bool:
    """Tell whether bidders have the least time left."""
    return closes_at - now >= least


def proposed(values: Mapping[str, Any], now: dt.datetime, least: dt.timedelta, working: Working) -> dict[str, Any]:
    """Return the days that leave the least time, with a day for the manager; nothing where enough is left.

    Each falls on a working day at the hour that was announced, and the gaps between them stay or grow.
    """
    closes = values["closes_at"]
    if is_enough(closes, now, least):
        return {}
    new = working(calendar.today(now + least + HANDLING))
    by = new - calendar.today(closes)
    found: dict[str, Any] = {"closes_at": _on(new, closes)}
    window = dt.timedelta(hours=values.get("bytes_hours") or 0)
    before = found["closes_at"] + window
    for name in ("opens_at", "prices_open_at"):
        found[name] = _not_before(_on(working(calendar.today(values[name]) + by), values[name]), before, working)
        before = found[name] + dt.timedelta(minutes=1)
    asked = _on(working(calendar.today(values["questions_until"]) + by), values["questions_until"])
    if asked < found["closes_at"]:
        found["questions_until"] = asked
    return found | {name: working(values[name] + by) for name in FOLLOWING if values.get(name)}


def _on(day: dt.date, at: dt.datetime) -> dt.datetime:
    return calendar.instant(day, calendar.tehran(at).time())


def _not_before(at: dt.datetime, least: dt.datetime, working: Working) -> dt.datetime:
    while at < least:
        at = _on(working(calendar.today(at) + dt.timedelta(days=1)), at)
    return at
