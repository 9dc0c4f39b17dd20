"""What the tests of addenda stand on: a published tender, and an addendum drafted and issued as on the pages."""

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tender_app.kernel import calendar
from tender_app.regulation.days import WorkingCalendar
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumAct, Begun, Issued, Revision
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance, begin
from tests.make import context_of

working = WorkingCalendar().working
DAY = dt.timedelta(days=1)
WHY = "پرسش شرکت‌ها نشان داد که این بند روشن نیست."


def revision(changes: dict[str, Any] | None = None, text: str = "", *, is_material: bool = False) -> Revision:
    """Return the content of a draft."""
    return Revision(WHY, text, is_material, changes or {})


def drafted(app: Flask, session: Session, tender: Tender, what: Revision, now: dt.datetime | None = None) -> Addendum:
    """Let the officer draft an addendum."""
    ctx = context_of(app, session, "officer", now)
    made = begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
    advance(ctx, made, AddendumAct.REVISE, what)
    return made


def issued(app: Flask, session: Session, tender: Tender, what: Revision, now: dt.datetime | None = None) -> Addendum:
    """Let the officer draft an addendum and the manager issue it."""
    made = drafted(app, session, tender, what, now)
    advance(context_of(app, session, "manager", now), made, AddendumAct.ISSUE, Issued())
    return made


def later(tender: Tender, days: int) -> dict[str, Any]:
    """Return every day of a tender so many days later, on working days of which no two become one."""
    found: dict[str, Any] = {}
    day = dt.date.min
    for name in ("closes_at", "opens_at", "prices_open_at"):
        at = getattr(tender, name)
        day = working(max(calendar.today(at) + days * DAY, day + DAY))
        found[name] = calendar.instant(day, calendar.tehran(at).time())
    for name in ("contract_by", "valid_until"):
        found[name] = working(getattr(tender, name) + days * DAY)
    return found
