"""An addendum beside an extension that waits after an outage, and beside a window for registered bytes: times stay lawful (R10, R13)."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.regulation.rules import DEFAULTS, Parameter
from tender_app.tenders import addenda, schedule
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumAct, Issued
from tender_app.tenders.completeness import dates_of
from tender_app.tenders.extension import extension_by, least_hours
from tender_app.tenders.models import DraftedExtension, Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance, refusal_of
from tests.make import context_of, session_of
from tests.tenders.addenda_ground import drafted, revision
from tests.tenders.ground import published, tender_of
from tests.tenders.test_extension import down
from tests.tenders.test_extension import drafted as looked

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
LEAST = dt.timedelta(days=DEFAULTS[Parameter.ADDENDUM_DAYS])
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def waiting(app: Flask, session: Session) -> tuple[Tender, DraftedExtension, dt.datetime]:
    """Return a tender five minutes before its deadline, after an outage of twenty minutes that asks for an extension."""
    tender = tender_of(session, published(app))
    assert tender.closes_at is not None
    now = tender.closes_at - 5 * MINUTE
    down(session, now - 25 * MINUTE, now - 5 * MINUTE, now)
    (draft,) = looked(app, session, now)
    return tender, draft, now


def terms_in(app: Flask, session: Session, tender: Tender, now: dt.datetime) -> tuple[Addendum, str]:
    """Let the officer draft changed terms with the proposed days; return the draft and its edition."""
    made = drafted(app, session, tender, revision({"terms": "شرح خدمات تازه"}), now)
    advance(context_of(app, session, "officer", now), made, AddendumAct.RESCHEDULE)
    return made, addenda.edition(made)


def is_lawful(tender: Tender) -> bool:
    """Tell whether the days of a tender agree with the law and with each other, whenever they were."""
    return schedule.faults(dates_of(tender), LONG_AGO, DEFAULTS) == []


def test_r13_an_extension_that_waited_while_an_addendum_moved_the_days_gives_back_from_the_new_deadline(
    app: Flask,
) -> None:
    with session_of(app) as session:
        tender, draft, now = waiting(app, session)
        seen = extension_by(draft, tender, 1)
        made, edition = terms_in(app, session, tender, now)
        advance(context_of(app, session, "manager", now), made, AddendumAct.ISSUE, Issued(edition))
        moved = tender.closes_at
        assert moved is not None
        assert moved - now >= LEAST
        later = now + HOUR
        manager = context_of(app, session, "manager", later)
        with pytest.raises(NotNow, match="مهلت همان نیست که دیدید"):
            advance(manager, tender, TenderAct.EXTEND, seen)
        hours = least_hours(draft, moved, later)
        advance(manager, tender, TenderAct.EXTEND, extension_by(draft, tender, hours))
        assert (hours, tender.closes_at) == (1, moved + HOUR)
        assert is_lawful(tender)


def test_r13_days_that_were_drafted_before_an_extension_are_not_issued_after_it(app: Flask) -> None:
    with session_of(app) as session:
        tender, draft, now = waiting(app, session)
        made, edition = terms_in(app, session, tender, now)
        manager = context_of(app, session, "manager", now)
        advance(manager, tender, TenderAct.EXTEND, extension_by(draft, tender, 24))
        assert is_lawful(tender)
        with pytest.raises(NotNow):
            advance(manager, made, AddendumAct.ISSUE, Issued(edition))
        advance(manager, made, AddendumAct.ISSUE, Issued(addenda.edition(made)))
        assert tender.closes_at is not None
        assert tender.closes_at - now >= LEAST
        assert is_lawful(tender)


@pytest.mark.parametrize("hours", [24, 72])
def test_r10_an_addendum_keeps_the_opening_behind_the_window_for_registered_bytes(app: Flask, hours: int) -> None:
    with session_of(app) as session:
        tender = tender_of(session, published(app))
        assert tender.closes_at is not None
        tender.bytes_hours = hours
        tender.opens_at = tender.closes_at + hours * HOUR
        tender.prices_open_at = max(tender.opens_at + HOUR, tender.prices_open_at or tender.opens_at)
        session.flush()
        now = tender.closes_at - LEAST + MINUTE
        alone = {"closes_at": calendar.instant(calendar.today(tender.closes_at) + dt.timedelta(days=7), dt.time(14))}
        moved = drafted(app, session, tender, revision(alone), now)
        refused = refusal_of(context_of(app, session, "manager", now), moved, AddendumAct.ISSUE) or ""
        assert schedule.STEPS["opens_at"] in refused
        advance(context_of(app, session, "officer", now), moved, AddendumAct.DROP)
        made, edition = terms_in(app, session, tender, now)
        advance(context_of(app, session, "manager", now), made, AddendumAct.ISSUE, Issued(edition))
        assert tender.closes_at - now >= LEAST
        assert tender.opens_at >= tender.closes_at + hours * HOUR
        assert tender.prices_open_at > tender.opens_at
        assert is_lawful(tender)


def test_r10_an_extension_moves_the_window_for_registered_bytes_with_the_deadline(app: Flask) -> None:
    with session_of(app) as session:
        tender, draft, now = waiting(app, session)
        assert tender.closes_at is not None
        tender.bytes_hours = 2
        tender.opens_at = tender.closes_at + 2 * HOUR
        session.flush()
        advance(context_of(app, session, "manager", now), tender, TenderAct.EXTEND, extension_by(draft, tender, 5))
        assert tender.opens_at == tender.closes_at + 2 * HOUR
        assert is_lawful(tender)
