"""A value that is entered reaches the rule that turns on it; each test tries to break the rule by its number."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from tender_app.bids.rules import GuaranteeKind, GuaranteeTerms, guarantee_checks, haircuts_of
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.rules import DEFAULTS, Enacted, Parameter, SettingAct
from tender_app.tenders import schedule
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.deciding import thresholds_of
from tender_app.tenders.procurement import SizeClass, size_of
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance, begin
from tests.make import context_of, session_of
from tests.tenders import ground


def enact(app: Flask, **values: Any) -> None:
    """Let the administrator enter values that are in force from today on."""
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        today = calendar.today(ctx.now)
        for name, value in values.items():
            begin(ctx, DatedSetting, SettingAct.ENACT, Enacted(Parameter(name), value, today))


def told(app: Flask, number: str) -> str:
    """Return what a draft lacks, and what is unwise about it, as one text."""
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), ground.tender_of(session, number)
        return " ".join(text for _section, text in (*missing(ctx, tender), *warnings(ctx, tender)))


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("insertions", 3, "دست‌کم ۳ نوبت"),
        ("bid_days", 60, "دست‌کم ۶۰ روز"),
        ("evaluators", 5, "دست‌کم ۵ ارزیاب"),
        ("impact_most", Decimal("0.3"), "میان ۰٫۱ و ۰٫۳"),
        ("validity_days", 300, "کمتر از ۳۰۰ روز"),
        ("minimum_score_least", Decimal(66), "رایج ۶۶ تا ۷۰"),
    ],
)
def test_r07_r09_r10_r11_r23_a_draft_is_held_to_the_values_in_force(
    app: Flask, setting: str, value: object, says: str
) -> None:
    number = ground.draft(app, ground.settle(app))
    ground.complete(app, number)
    assert says not in told(app, number)
    enact(app, **{setting: value})
    assert says in told(app, number)


def test_r10_a_period_that_was_lengthened_by_decree_holds_a_draft_back_and_no_published_tender(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    ground.complete(app, number)
    enact(app, bid_days=60)
    with session_of(app) as session:
        tender = ground.tender_of(session, number)
        with pytest.raises(NotNow, match="۶۰ روز"):
            advance(context_of(app, session, "officer"), tender, TenderAct.SEND_FOR_APPROVAL)


def test_r03_the_size_class_follows_the_ceilings_of_the_day() -> None:
    later = {**DEFAULTS, Parameter.SMALL_CEILING: 4_000_000_000, Parameter.MEDIUM_CEILING: 40_000_000_000}
    assert [size_of(amount, thresholds_of(DEFAULTS)) for amount in (2_850_000_000, 2_850_000_001, 28_500_000_001)] == [
        SizeClass.SMALL,
        SizeClass.MEDIUM,
        SizeClass.LARGE,
    ]
    assert [size_of(amount, thresholds_of(later)) for amount in (2_850_000_001, 28_500_000_001)] == [
        SizeClass.SMALL,
        SizeClass.MEDIUM,
    ]


def test_r21_a_note_counts_at_the_haircut_in_force_and_is_refused_below_what_is_required() -> None:
    note = GuaranteeTerms(GuaranteeKind.NOTE, "شرکت", "۱", 1_000, dt.date(2027, 1, 1), "")
    lower = haircuts_of({**DEFAULTS, Parameter.HAIRCUT_NOTE: Decimal("72.5")})
    found = {
        share: guarantee_checks(note, share, required=800, valid_until=None, has_original=True)[0]
        for share in (haircuts_of(DEFAULTS)[GuaranteeKind.NOTE], lower[GuaranteeKind.NOTE])
    }
    assert {share: check.is_met for share, check in found.items()} == {Fraction(4, 5): True, Fraction(29, 40): False}
    assert "۷۲٫۵٪" in found[Fraction(29, 40)].told


def test_r11_a_draft_that_ends_on_a_closed_day_or_about_the_new_year_is_warned(app: Flask) -> None:
    number = ground.draft(app, ground.settle(app))
    ground.complete(app, number)
    with session_of(app) as session:
        tender = ground.tender_of(session, number)
        year = calendar.jalali_year(calendar.today(context_of(app, session, None).now)) + 1
        tender.valid_until = calendar.from_jalali(year, 1, 1)
    text = told(app, number)
    assert schedule.DAYS["valid_until"] in text
    assert "جشن نوروز" in text
    assert "پایان و آغاز سال" in text
