"""The demonstration's running contracts: study, council, visits, payments, yearly decisions and exit, as far as today."""

import datetime as dt
from collections.abc import Callable, Iterator

from tender_app.contracts.models import Contract
from tender_app.contracts.progress import Claimed, Event, Happened, Renewal, Renewed
from tender_app.contracts.rules import ContractAct
from tender_app.demo.stage import Company, Stage, workday
from tender_app.kernel import calendar
from tender_app.kernel.identifiers import make_legal_id
from tender_app.workflow.engine import advance

Step = tuple[dt.date, ContractAct, Callable[[dt.date], object]]


def follow(stage: Stage, company: Company, contract: Contract, until: dt.date) -> None:
    """Play a contract on, from its first day to `until`; the last steps are those of its exit."""
    for day, act, what in sorted(_steps(contract), key=lambda step: step[0]):
        open_day = workday(day)
        if open_day < until:
            stage.at(open_day, 11)
            by = company.manager if act is ContractAct.DECIDE_YEAR else company.officer
            advance(stage.by(by), contract, act, what(open_day))


def _steps(contract: Contract) -> Iterator[Step]:
    start, end, years = contract.starts_on, contract.ends_on, contract.years
    for n, months in enumerate((1, 2, 3, 4, *range(6, 12 * years + 1, 2)), 1):
        yield _event(calendar.add_months(start, months) - dt.timedelta(days=8), Event.VISIT, f"V-{n:02}")
    studied = calendar.add_months(start, 4)
    yield _event(studied - dt.timedelta(days=9), Event.STUDY, "ST-1")
    yield _event(studied + dt.timedelta(days=20), Event.COUNCIL, "SH-1")
    yield _event(studied + dt.timedelta(days=25), Event.PLAN, "PL-1")
    for year in range(1, years):
        last = calendar.last_day_of_term(start, year)
        yield last - dt.timedelta(days=12), ContractAct.DECIDE_YEAR, _decided(year)
        yield _event(last + dt.timedelta(days=4), Event.PLAN, f"PL-{year + 1}", year + 1)
    for phase in contract.phases[:-1]:
        yield phase.due_on + dt.timedelta(days=40), ContractAct.PAY, _claimed(phase.amount, phase.position)
    yield end - dt.timedelta(days=40), ContractAct.RECORD_EVENT, _network(contract)
    yield _event(end - dt.timedelta(days=20), Event.HANDOVER, "HO-1", years)
    yield _event(end - dt.timedelta(days=9), Event.CLEARANCE, "MF-1", years)


def _event(day: dt.date, event: Event, number: str, year: int = 1) -> Step:
    return day, ContractAct.RECORD_EVENT, lambda on: Happened(event, on, number, year)


def _decided(year: int) -> Callable[[dt.date], object]:
    return lambda _on: Renewed(year, Renewal.CONTINUE, "برنامه سال انجام شد و گزارش‌ها پذیرفته است.")


def _claimed(amount: int, place: int) -> Callable[[dt.date], object]:
    return lambda on: Claimed(amount, f"SV-{place:02}", on)


def _network(contract: Contract) -> Callable[[dt.date], object]:
    name = f"انجمن خوشه {contract.tender.cluster.name} (ساختگی)"
    legal_id = make_legal_id(60_000 + contract.id)
    return lambda on: Happened(Event.NETWORK, on, "NW-1", contract.years, name, legal_id)
