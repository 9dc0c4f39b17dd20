"""A purchase that looks like a part of another is told before the approval, and stops nothing."""

import datetime as dt

import pytest
from flask import Flask

from tender_app.people.models import Organisation
from tender_app.tenders.completeness import warnings
from tender_app.tenders.rules import TenderState
from tests.make import context_of, session_of
from tests.tenders import ground


@pytest.mark.parametrize(
    ("subject", "days", "state", "is_told"),
    [
        ("عامل توسعه خوشه", 30, TenderState.PUBLISHED, True),
        ("عامل  توسعه‌ خوشه ", 30, TenderState.PUBLISHED, True),
        ("کار دیگر", 30, TenderState.PUBLISHED, False),
        ("عامل توسعه خوشه", 400, TenderState.PUBLISHED, False),
        ("عامل توسعه خوشه", 30, TenderState.CANCELLED, False),
    ],
)
def test_r03_the_same_subject_within_a_year_is_told(
    app: Flask, subject: str, days: int, state: TenderState, *, is_told: bool
) -> None:
    first = ground.draft(app, ground.settle(app))
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        other = ground.licensed(officer, session.get_one(Organisation, 1), "other").id
    second = ground.draft(app, other)
    with session_of(app) as session:
        officer = context_of(app, session, "officer")
        former, tender = ground.tender_of(session, first), ground.tender_of(session, second)
        former.subject, former.state = subject, state
        former.published_at = officer.now - dt.timedelta(days=days)
        tender.subject = "عامل توسعه خوشه"
        session.flush()
        told = [text for section, text in warnings(officer, tender) if section == "subject"]
        assert [first in text and "ماده ۳" in text for text in told] == ([True] if is_told else [])
        session.rollback()
