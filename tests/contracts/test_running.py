"""A running contract: deductions to the rial, study, visits, yearly decisions, the last payment and the exit (R38-R43)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tender_app.clusters.rules import ClusterState
from tender_app.contracts.models import Contract
from tender_app.contracts.progress import (
    Claimed,
    Event,
    Facts,
    Happened,
    Paid,
    Rates,
    Renewal,
    Renewed,
    Spans,
    advice,
    council_missing,
    deducted,
    visits_due,
)
from tender_app.contracts.records import ContractPayment
from tender_app.contracts.rules import ContractAct, ContractState
from tender_app.contracts.running import STANDING, warning_of
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.identifiers import make_legal_id
from tender_app.kernel.vocabulary import Role
from tender_app.notifications.models import Message
from tender_app.workflow.engine import advance
from tests.contracts.test_contract import PRICE, signed
from tests.evaluation.ground import Ground, ground_in
from tests.make import session_of, signed_in

RATES = Rates(Decimal(10), Decimal(10), Decimal(5), Decimal(25))
START = dt.date(2027, 1, 5)
SPANS = Spans(4, 1, 2)


def issued(ground: Ground, days: int = 30) -> Contract:
    contract = signed(ground)
    advance(ground.by(Role.MANAGER), contract, ContractAct.ISSUE)
    on(ground, contract.starts_on + dt.timedelta(days=days))
    return contract


def on(ground: Ground, day: dt.date) -> None:
    ground.now = calendar.instant(day, dt.time(10))


def record(ground: Ground, contract: Contract, event: Event, **more: object) -> None:
    values: dict[str, object] = {"day": calendar.today(ground.now), "number": "N-1"}
    advance(ground.by(Role.OFFICER), contract, ContractAct.RECORD_EVENT, Happened(event, **(values | more)))  # type: ignore[arg-type]


def pay(ground: Ground, contract: Contract, gross: int, number: str, **more: object) -> ContractPayment:
    what = Claimed(gross, number, calendar.today(ground.now), **more)  # type: ignore[arg-type]
    advance(ground.by(Role.OFFICER), contract, ContractAct.PAY, what)
    return STANDING.of(ground.by(Role.OFFICER), contract).payments[-1]


@pytest.fixture
def ground(app: Flask) -> Iterator[Ground]:
    with session_of(app) as session:
        yield ground_in(app, session)


def test_r39_the_deductions_of_a_statement_are_those_of_the_rules() -> None:
    payable = deducted(1_250_000_000, RATES, Paid(0, 2_500_000_000, 0), 10_000_000_000)
    assert (payable.vat, payable.retention, payable.insurance) == (125_000_000, 125_000_000, 62_500_000)
    assert (payable.recovered, payable.net) == (312_500_000, 875_000_000)


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=8), st.integers(0, 25))
def test_r39_an_advance_has_come_back_to_the_rial_with_the_last_statement(parts: list[int], percent: int) -> None:
    amount = sum(parts)
    advance_given = amount * percent // 100
    paid, recovered = Paid(0, advance_given, 0), 0
    for part in parts:
        payable = deducted(part, RATES, paid, amount)
        assert abs(Fraction(part, 10) - payable.vat) <= Fraction(1, 2)
        assert 0 <= payable.recovered <= advance_given - recovered
        recovered += payable.recovered
        paid = Paid(paid.gross + part, advance_given, recovered)
    assert recovered == advance_given


def test_r39_the_last_payment_waits_for_the_insurance_clearance(ground: Ground) -> None:
    contract = issued(ground)
    kept = pay(ground, contract, PRICE - 1, "S-1")
    assert kept.net == kept.gross + kept.vat - kept.retention - kept.insurance
    with pytest.raises(NotNow, match="مفاصاحساب"):
        pay(ground, contract, 1, "S-2")
    with pytest.raises(NotNow, match="مانده"):
        pay(ground, contract, 2, "S-2")
    record(ground, contract, Event.CLEARANCE)
    pay(ground, contract, 1, "S-2")
    with pytest.raises(NotNow, match="همه مبلغ"):
        pay(ground, contract, 1, "S-3")


def test_r39_an_advance_is_given_once_first_within_its_bound_and_against_a_guarantee(ground: Ground) -> None:
    contract = issued(ground)
    with pytest.raises(NotNow, match="بیش از"):
        pay(ground, contract, PRICE // 4 + 1, "A-1", is_advance=True, guarantee_no="AG-1")
    with pytest.raises(NotNow, match="تضمین"):
        pay(ground, contract, PRICE // 4, "A-1", is_advance=True)
    given_ = pay(ground, contract, PRICE // 4, "A-1", is_advance=True, guarantee_no="AG-1")
    assert (given_.net, given_.vat) == (PRICE // 4, 0)
    with pytest.raises(NotNow, match="یک بار"):
        pay(ground, contract, 1, "A-2", is_advance=True, guarantee_no="AG-2")
    with pytest.raises(NotNow, match="پیش‌تر"):
        pay(ground, contract, 5, "A-1")
    assert pay(ground, contract, 1_000_000_000, "S-1").recovered == 250_000_000


def test_r40_a_late_study_and_a_missing_resolution_are_told_and_block_nothing(ground: Ground) -> None:
    contract = issued(ground, days=130)
    facts = STANDING.of(ground.by(Role.OFFICER), contract).facts
    due = calendar.add_months(contract.starts_on, 4)
    assert advice(facts, due)[0].startswith("بازدید")
    assert "مطالعه شناختی باید تا" in advice(facts, due + dt.timedelta(days=1))[0]
    record(ground, contract, Event.STUDY)
    known = STANDING.of(ground.by(Role.OFFICER), contract)
    assert "شورای راهبری" in (warning_of(known) or "")
    pay(ground, contract, 1_000, "S-1")
    record(ground, contract, Event.COUNCIL)
    assert council_missing(STANDING.of(ground.by(Role.OFFICER), contract).facts) is None


def test_r41_visits_are_monthly_in_the_study_and_bimonthly_later() -> None:
    study = (Event.STUDY, 1, calendar.add_months(START, 3))
    visits = [(Event.VISIT, 1, calendar.add_months(START, n) - dt.timedelta(days=1)) for n in (1, 2, 3, 5)]
    whole = Facts(START, 3, [study, *visits], SPANS)
    assert visits_due(whole, calendar.add_months(START, 6)) == []
    assert visits_due(whole, calendar.add_months(START, 7)) == [calendar.add_months(START, 7)]
    assert visits_due(Facts(START, 3, [study, *visits[1:]], SPANS), calendar.add_months(START, 3)) == [
        calendar.add_months(START, 1)
    ]
    assert len(visits_due(Facts(START, 3, [], SPANS), START + dt.timedelta(days=5000))) == 4 + 16


def test_r42_the_next_plan_starts_only_after_the_decision_on_the_year(ground: Ground) -> None:
    contract = issued(ground, days=340)
    record(ground, contract, Event.PLAN, year=1)
    with pytest.raises(NotNow, match="پیش‌تر"):
        record(ground, contract, Event.PLAN, year=1)
    with pytest.raises(NotNow, match="تصمیم ادامه"):
        record(ground, contract, Event.PLAN, year=2)
    manager = ground.by(Role.MANAGER)
    with pytest.raises(NotAllowed):
        advance(ground.by(Role.OFFICER), contract, ContractAct.DECIDE_YEAR, Renewed(1, Renewal.CONTINUE, ""))
    with pytest.raises(NotNow, match="دلیل"):
        advance(manager, contract, ContractAct.DECIDE_YEAR, Renewed(1, Renewal.TERMINATE, ""))
    with pytest.raises(NotNow, match="نوبت"):
        advance(manager, contract, ContractAct.DECIDE_YEAR, Renewed(2, Renewal.CONTINUE, ""))
    advance(manager, contract, ContractAct.DECIDE_YEAR, Renewed(1, Renewal.WITH_CONDITIONS, "دفتر در شهرک برپا شود."))
    record(ground, contract, Event.PLAN, year=2)
    with pytest.raises(NotNow, match="آغاز نشده"):
        advance(manager, contract, ContractAct.DECIDE_YEAR, Renewed(2, Renewal.CONTINUE, ""))
    told = ground.session.query(Message).filter(Message.subject.contains("ادامه با شرط")).all()
    assert {m.person_id for m in told} == {ground.people["firm A"].id}


def test_r42_no_plan_follows_the_decision_to_terminate(ground: Ground) -> None:
    contract = issued(ground, days=340)
    what = Renewed(1, Renewal.TERMINATE, "گزارش‌ها نرسید.")
    advance(ground.by(Role.MANAGER), contract, ContractAct.DECIDE_YEAR, what)
    with pytest.raises(NotNow, match="پایان قرارداد"):
        record(ground, contract, Event.PLAN, year=2)


def test_r43_a_contract_ends_with_a_registered_network_its_hand_over_and_the_clearance(ground: Ground) -> None:
    contract = issued(ground, days=3 * 366)
    manager = ground.by(Role.MANAGER)
    with pytest.raises(NotNow, match="شبکه"):
        advance(manager, contract, ContractAct.COMPLETE)
    for wrong in ({}, {"title": "انجمن"}, {"title": "انجمن", "legal_id": "14000001233"}):
        with pytest.raises(NotNow, match="شناسه ملی"):
            record(ground, contract, Event.NETWORK, **wrong)
    record(ground, contract, Event.NETWORK, title="انجمن زیتون", legal_id=make_legal_id(7))
    with pytest.raises(NotNow, match="واگذاری"):
        advance(manager, contract, ContractAct.COMPLETE)
    record(ground, contract, Event.HANDOVER)
    with pytest.raises(NotNow, match="مفاصاحساب"):
        advance(manager, contract, ContractAct.COMPLETE)
    record(ground, contract, Event.CLEARANCE)
    advance(manager, contract, ContractAct.COMPLETE)
    assert (contract.state, contract.tender.cluster.state) == (ContractState.COMPLETED, ClusterState.COMPLETED)


def test_nothing_is_recorded_of_a_day_outside_the_contract_or_in_the_future(ground: Ground) -> None:
    contract = issued(ground)
    today = calendar.today(ground.now)
    for day in (contract.starts_on - dt.timedelta(days=1), today + dt.timedelta(days=1)):
        with pytest.raises(NotNow, match="تاریخ"):
            record(ground, contract, Event.VISIT, day=day)
    with pytest.raises(NotNow, match="سال دارد"):
        record(ground, contract, Event.VISIT, year=4)


def test_the_pages_record_and_show_the_running_of_a_contract(demo: Flask) -> None:
    with session_of(demo) as session:
        contract = session.query(Contract).filter(Contract.state == ContractState.ISSUED).order_by(Contract.id).first()
        assert contract is not None
        path, day = f"/contracts/{contract.id}", calendar.numeric(contract.starts_on)
    officer, manager = signed_in(demo, "officer"), signed_in(demo, "manager")
    shown = officer.get(f"{path}/progress").text
    assert "گام‌های قرارداد" in shown
    assert f"{path}/progress" in officer.get(path).text
    typed = {"event": "visit", "year": "۱", "day": day, "number": "V-900"}
    assert officer.post(f"{path}/events", data={**typed, "day": "۱۳۰۵/۰۱/۰۱"}).status_code == 409
    assert officer.post(f"{path}/events", data=typed).status_code == 302
    answer = officer.post(f"{path}/payments", data={"number": "S-900", "day": day, "gross": "۰"})
    assert (answer.status_code, "S-900" in answer.text) == (422, True)
    assert officer.post(f"{path}/payments", data={"number": "S-900", "day": day, "gross": "۱٬۰۰۰"}).status_code == 302
    assert "S-900" in officer.get(f"{path}/progress").text
    assert manager.get(f"{path}/years").status_code == 200
    assert officer.get(f"{path}/years").status_code == 403
    assert signed_in(demo, "evaluator1").get(f"{path}/progress").status_code == 404
