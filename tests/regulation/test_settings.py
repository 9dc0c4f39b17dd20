"""Dated values of the law: which one is in force on a day, who enters them, and what they reach."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.queries import in_force, values_on
from tender_app.regulation.rules import (
    DEFAULTS,
    TABLE,
    Enacted,
    Kind,
    Parameter,
    Row,
    SettingAct,
    Why,
    fault,
    read,
    stored,
    values_of,
)
from tender_app.tenders.deciding import law_of
from tender_app.workflow.engine import advance, begin
from tests.make import context_of, people_in, session_of
from tests.tenders import ground

EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def day(text: str) -> dt.date:
    return calendar.parse_date(text)


@pytest.mark.parametrize("parameter", Parameter, ids=lambda p: p.value)
def test_every_parameter_is_described_and_its_default_fits_and_is_read_back(parameter: Parameter) -> None:
    terms = TABLE[parameter]
    assert terms.article
    assert terms.unit or terms.kind is Kind.YES_NO
    assert fault(parameter, terms.default) is None
    assert read(parameter, stored(terms.default)) == terms.default


def test_the_thresholds_of_a_year_stay_until_the_next_decree(app: Flask) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        shown = {
            text: in_force(ctx, Parameter.SMALL_CEILING, day(text))
            for text in ("1389/06/01", "1401/12/29", "1402/01/01", "1404/02/22", "1404/02/23", "1409/01/01")
        }
        medium = in_force(ctx, Parameter.MEDIUM_CEILING, day("1404/02/23"))
    assert list(shown.values()) == [
        49_000_000,
        1_000_000_000,
        1_450_000_000,
        2_100_000_000,
        2_850_000_000,
        2_850_000_000,
    ]
    assert medium == 28_500_000_000


def test_a_coming_value_is_in_force_from_its_day_and_a_withdrawn_one_never_again(app: Flask) -> None:
    people_in(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        today = calendar.today(ctx.now)
        later = today + dt.timedelta(days=30)
        what = Enacted(Parameter.BID_DAYS, 14, later, "۱۲۳", today)
        setting = begin(ctx, DatedSetting, SettingAct.ENACT, what)
        assert [in_force(ctx, Parameter.BID_DAYS, on) for on in (None, later - dt.timedelta(days=1), later)] == [
            10,
            10,
            14,
        ]
        advance(ctx, setting, SettingAct.WITHDRAW, Why("شماره مصوبه اشتباه بود"))
        assert in_force(ctx, Parameter.BID_DAYS, later) == 10
        with pytest.raises(NotNow):
            advance(ctx, setting, SettingAct.WITHDRAW, Why("دوباره"))
        kept = session.scalars(
            sa.select(LedgerEntry).where(LedgerEntry.case_kind == "dated_setting").order_by(LedgerEntry.position)
        ).all()
    assert [(e.act, e.detail.get("value"), e.detail.get("reason")) for e in kept] == [
        ("enact", "14", None),
        ("withdraw", None, "شماره مصوبه اشتباه بود"),
    ]


@pytest.mark.parametrize("username", ["officer", "manager", "auditor", None])
def test_only_the_administrator_enters_a_value(app: Flask, username: str | None) -> None:
    people_in(app)
    with session_of(app) as session:
        ctx = context_of(app, session, username)
        with pytest.raises(NotAllowed):
            begin(ctx, DatedSetting, SettingAct.ENACT, Enacted(Parameter.BID_DAYS, 3, day("1405/01/01")))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (Parameter.BID_DAYS, -1),
        (Parameter.RETENTION, Decimal("100.01")),
        (Parameter.EVALUATORS, 0),
        (Parameter.WEEKEND, frozenset(range(4))),
        (Parameter.IMPACT_LEAST, Decimal("0.5")),  # above the upper bound in force
        (Parameter.SMALL_CEILING, 30_000_000_000),
    ],
)
def test_a_value_out_of_its_bounds_is_refused(app: Flask, parameter: Parameter, value: object) -> None:
    people_in(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        with pytest.raises(NotNow):
            begin(ctx, DatedSetting, SettingAct.ENACT, Enacted(parameter, value, day("1405/01/01")))


def test_a_published_tender_keeps_the_values_that_were_known_when_it_was_published(app: Flask) -> None:
    number = ground.published(app)
    with session_of(app) as session:
        ctx = context_of(app, session, "admin")
        tender = ground.tender_of(session, number)
        before = calendar.today(ctx.now) - dt.timedelta(days=40)
        begin(ctx, DatedSetting, SettingAct.ENACT, Enacted(Parameter.HAIRCUT_NOTE, Decimal(60), before))
        later = ctx.at(ctx.now + dt.timedelta(seconds=1))
        assert in_force(later, Parameter.HAIRCUT_NOTE) == 60
        assert law_of(later, tender)[Parameter.HAIRCUT_NOTE] == 80


def test_all_values_of_a_page_cost_one_question(app: Flask) -> None:
    with session_of(app) as session:
        ctx = context_of(app, session, None)
        asked: list[str] = []
        sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(str(given[2])))
        for text in ("1389/06/01", "1401/12/29", "1405/01/01"):
            values_on(ctx, day(text))
        in_force(ctx, Parameter.VAT)
    assert len([statement for statement in asked if "dated_setting" in statement]) == 1


@given(
    st.lists(
        st.tuples(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 400), st.booleans()), max_size=8
    ),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
)
def test_the_value_in_force_is_the_last_row_that_has_begun(rows: list[tuple[dt.date, int, bool]], on: dt.date) -> None:
    gone = EVER + dt.timedelta(days=1)
    known = [Row(Parameter.BID_DAYS, value, since, EVER, gone if is_gone else None) for since, value, is_gone in rows]
    known.sort(key=lambda row: row.effective_from)
    found = values_of(known, on, gone)
    begun = [row.value for row in known if row.known_until is None and row.effective_from <= on]
    assert found == {**DEFAULTS, Parameter.BID_DAYS: begun[-1] if begun else 10}
