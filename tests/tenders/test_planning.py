"""The calendar of a tender: lawful from every wish, and lawful after every move."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tender_app.kernel import calendar
from tender_app.regulation.days import USUAL, WorkingCalendar
from tender_app.regulation.rules import DEFAULTS, Parameter
from tender_app.tenders import schedule
from tender_app.tenders.planning import PlanError, Planner
from tender_app.tenders.planning_forms import MOVABLE
from tender_app.tenders.planning_steps import GUARANTEE, LABELS, STEPS

PLANNER = Planner(DEFAULTS, USUAL)
ABROAD = Planner(DEFAULTS, USUAL, is_international=True)
DAYS = st.dates(dt.date(2026, 6, 1), dt.date(2028, 12, 1))


def day(text: str) -> dt.date:
    return calendar.parse_date(text)


def wrong(planner: Planner, days: dict[str, dt.date]) -> list[str]:
    """Return what the draft's own rules say against a calendar."""
    before = calendar.instant(days["published"], dt.time(9))
    values = {**planner.instants(days, {}), "is_international": planner.is_international}
    return [fault.text for fault in schedule.faults(values, before, planner.law)]


@settings(deadline=None)
@given(st.sampled_from(["opens_at", "contract_by", "published"]), DAYS)
def test_every_wish_gives_a_lawful_calendar_of_working_days(wish: str, wished: dt.date) -> None:
    days = PLANNER.towards(wish, wished)
    assert list(days) == list(LABELS)
    assert wrong(PLANNER, days) == []
    assert [name for name, at in days.items() if USUAL.is_closed(at)] == []
    assert days[wish] <= wished or wish == "published"
    assert (wished - days[wish]).days < 14
    assert all(step.least(PLANNER, days) <= days[step.name] for step in STEPS)


@settings(deadline=None)
@given(DAYS, st.sampled_from(MOVABLE), st.integers(-40, 60))
def test_moving_a_day_moves_what_may_follow_or_is_refused_with_the_reason(start: dt.date, name: str, by: int) -> None:
    days = PLANNER.forward(start)
    to = days[name] + dt.timedelta(days=by)
    try:
        moved = PLANNER.moved(days, name, to)
    except PlanError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert LABELS[name] in refusal
        assert "ماده" in refusal
        return
    assert moved[name] == to
    assert wrong(PLANNER, moved) == []
    earlier = [*LABELS][: [*LABELS].index(name)]
    assert [before for before in earlier if moved[before] != days[before]] == []
    assert moved[GUARANTEE] == moved["valid_until"]


def test_r10_a_deadline_within_ten_days_of_the_documents_is_refused_with_the_article() -> None:
    days = PLANNER.forward(day("1405/09/02"))
    with pytest.raises(PlanError, match="ماده ۱۵ بند ب"):
        PLANNER.moved(days, "closes_at", days["documents_until"] + dt.timedelta(days=9))
    at_once = PLANNER.moved(days, "closes_at", days["documents_until"] + dt.timedelta(days=10))
    assert wrong(PLANNER, at_once) == []


@settings(deadline=None)
@given(st.sampled_from(["opens_at", "contract_by", "published"]), DAYS)
def test_r10_every_calendar_of_an_international_tender_leaves_a_month_for_bids(wish: str, wished: dt.date) -> None:
    days = ABROAD.towards(wish, wished)
    assert wrong(ABROAD, days) == []
    assert calendar.add_months(days["documents_until"], 1) < days["closes_at"]
    assert days[wish] <= wished or wish == "published"


def test_r10_the_calendar_of_an_international_tender_says_its_month_and_refuses_a_day_less() -> None:
    days = ABROAD.forward(day("1405/09/02"))
    assert "۱ ماه کامل" in next(row.why for row in ABROAD.explained(days) if row.name == "closes_at")
    over = calendar.add_months(days["documents_until"], 1)
    with pytest.raises(PlanError, match="دست‌کم ۱ ماه پس از پایان دریافت اسناد"):
        ABROAD.moved(days, "closes_at", over - dt.timedelta(days=1))
    assert wrong(ABROAD, ABROAD.moved(days, "closes_at", over)) == []


def test_the_period_follows_the_law_in_force() -> None:
    longer = Planner({**DEFAULTS, Parameter.BID_DAYS: 20}, USUAL)
    days = longer.forward(day("1405/09/02"))
    assert (days["closes_at"] - days["documents_until"]).days > 20
    assert "۲۰ روز کامل" in next(row.why for row in longer.explained(days) if row.name == "closes_at")


def test_a_wish_that_is_too_soon_names_the_soonest_day_that_can_be() -> None:
    today = day("1405/09/02")
    soonest = PLANNER.forward(today)["opens_at"]
    with pytest.raises(PlanError, match=calendar.long_date(soonest)):
        PLANNER.wished("opens_at", today + dt.timedelta(days=5), today)
    assert PLANNER.wished("opens_at", soonest, today)["published"] >= today


def test_an_opening_waits_for_the_bytes_that_may_still_come() -> None:
    waiting = Planner(DEFAULTS, USUAL, bytes_hours=72)
    days = waiting.forward(day("1405/09/02"))
    values = waiting.instants(days, {})
    assert schedule.window_fault({**values, "bytes_hours": 72}) is None


def test_closed_days_the_turn_of_the_year_and_a_short_validity_are_flagged_with_their_reason() -> None:
    days = dict(PLANNER.forward(day("1405/11/20")))
    days |= {"contract_by": day("1406/01/01"), "opens_at": day("1405/12/14"), "valid_until": day("1406/01/14")}
    told = {row.name: row.unwise for row in PLANNER.explained(days)}
    assert "نوروز" in told["contract_by"][0]
    assert any("پایان و آغاز سال" in text for text in told["contract_by"])
    assert "جمعه" in told["opens_at"][0]
    assert any("اعتبار رایج" in text for text in told["valid_until"])


@pytest.mark.parametrize(
    ("text", "is_flagged"),
    [("1405/12/24", False), ("1405/12/25", True), ("1405/12/29", True), ("1406/01/14", True), ("1406/01/15", False)],
)
def test_dates_from_25_esfand_to_14_farvardin_are_flagged(text: str, *, is_flagged: bool) -> None:
    assert schedule.is_about_new_year(day(text), DEFAULTS) is is_flagged


@pytest.mark.parametrize(
    ("start", "both", "friday"),
    [("1404/12/24", "1405/01/23", "1405/01/19"), ("1405/02/01", "1405/02/22", "1405/02/19")],
)
def test_a_complaint_is_answered_within_fifteen_working_days_by_the_weekend_of_the_day(
    start: str, both: str, friday: str
) -> None:
    alone = WorkingCalendar(((dt.date.min, frozenset({calendar.FRIDAY})),))
    found = [calendar.plain(days.after(day(start), DEFAULTS[Parameter.COMPLAINT_DAYS])) for days in (USUAL, alone)]
    assert found == [both, friday]


def test_a_weekend_that_changes_is_counted_from_its_day() -> None:
    changing = WorkingCalendar(
        (
            (dt.date.min, DEFAULTS[Parameter.WEEKEND]),
            (day("1405/09/07"), frozenset({calendar.FRIDAY, calendar.SATURDAY})),
        )
    )
    closed = [
        calendar.plain(d)
        for d in (day("1405/09/01") + dt.timedelta(days=n) for n in range(14))
        if changing.is_closed(d)
    ]
    assert closed == ["1405/09/05", "1405/09/06", "1405/09/07", "1405/09/13", "1405/09/14"]
