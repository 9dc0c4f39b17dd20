"""Calendar feeds (RFC 5545): instants in UTC, days as days, identifiers that stay, a sequence that grows with changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

PRODUCER = "-//tender_app//calendar//FA"
MEDIA = "text/calendar"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a calendar: at an instant, or on a whole day; `sequence` grows whenever it may have changed."""

    uid: str
    at: dt.datetime | dt.date
    title: str
    told: str = ""
    link: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def feed(name: str, entries: Sequence[Entry], now: dt.datetime) -> bytes:
    """Return a calendar with these entries, as `now` tells it."""
    from icalendar import Calendar, Event  # noqa: PLC0415 -- slow to import, and only feeds need it

    made = Calendar()
    made.add("prodid", PRODUCER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
        event.add("dtstart", _start(entry.at))
        event.add("summary", entry.title)
        event.add("sequence", entry.sequence)
        event.add("transp", "TRANSPARENT")
        if entry.is_cancelled:
            event.add("status", "CANCELLED")
        if entry.told:
            event.add("description", entry.told)
        if entry.link:
            event.add("url", entry.link)
        made.add_component(event)
    return bytes(made.to_ical())


def answer(name: str, entries: Sequence[Entry], now: dt.datetime) -> Response:
    """Return a calendar as a page's answer."""
    response = Response(feed(name, entries, now), mimetype=MEDIA)
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _start(at: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return at.astimezone(dt.UTC).replace(microsecond=0) if isinstance(at, dt.datetime) else at
