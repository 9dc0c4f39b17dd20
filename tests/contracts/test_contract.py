"""The contract: drafted from the award, exact to the rial, signed by both, issued under a gapless number."""

import datetime as dt
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tender_app.awards.models import Award
from tender_app.bids.rules import BidState
from tender_app.clusters.rules import ClusterState
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import (
    ContractAct,
    ContractState,
    Drafted,
    Guaranteed,
    Revised,
    percents,
    printed,
    shares_of,
    slug_of,
    year_of,
)
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.models import Ranking
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid, NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.engine import advance, begin
from tender_app.workflow.sight import may_see
from tests.evaluation.ground import NOW, Ground, bid_in, ground_in, tender_in
from tests.make import session_of

PRICE = 9_750_000_001
SHARES = (Decimal(20), Decimal(25), Decimal(25), Decimal(20), Decimal(10))
GIVEN = Guaranteed("PG-1")


def awarded(ground: Ground, number: str = "QZ-1405-CDA-01") -> Tender:
    tender = tender_in(ground, TenderState.AWARDED, number)
    won = bid_in(ground, tender, "A", BidState.WON, score="88", price=PRICE)
    second = bid_in(ground, tender, "B", BidState.RUNNER_UP, score="80", price=PRICE + 1)
    ranking = Ranking(tender_id=tender.id, computed_at=NOW, scores_digest="", digest="")
    ground.session.add(ranking)
    ground.session.flush()
    facts: dict[str, Any] = {"decided_at": NOW, "minuted_at": NOW, "announced_at": NOW}
    award = Award(tender_id=tender.id, ranking_id=ranking.id, winner_bid_id=won.id, runner_up_bid_id=second.id, **facts)
    ground.session.add(award)
    ground.session.flush()
    return tender


def revised(**changes: Any) -> Revised:
    start = dt.date(2027, 1, 5)
    values: dict[str, Any] = {
        "starts_on": start,
        "years": 3,
        "supervisor": "ناظر نمونه",
        "special_terms": "",
        "shares": SHARES,
    }
    return Revised(**(values | changes))


def drafted(ground: Ground, number: str = "QZ-1405-CDA-01") -> Contract:
    contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(awarded(ground, number)))
    advance(ground.by(Role.OFFICER), contract, ContractAct.EDIT, revised())
    return contract


def signed(ground: Ground, number: str = "QZ-1405-CDA-01") -> Contract:
    contract = drafted(ground, number)
    advance(ground.by("firm A"), contract, ContractAct.SIGN_AS_AGENT, GIVEN)
    return contract


@pytest.fixture
def ground(app: Flask) -> Iterator[Ground]:
    with session_of(app) as session:
        yield ground_in(app, session)


def test_a_draft_takes_price_phases_and_guarantee_from_the_award_to_the_rial(ground: Ground) -> None:
    contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(awarded(ground)))
    assert (contract.amount, contract.performance_guarantee) == (PRICE, 975_000_000)
    assert [p.amount for p in contract.phases] == [1_950_000_000] * 4 + [1_950_000_001]
    assert sum(p.share for p in contract.phases) == 100
    assert contract.phases[0].due_on == calendar.add_months(contract.starts_on, 4)
    assert contract.phases[-1].due_on == contract.ends_on
    with pytest.raises(NotNow, match="تهیه شده"):
        begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(contract.tender))


@pytest.mark.parametrize("state", [s for s in TenderState if s is not TenderState.AWARDED])
def test_nothing_is_drafted_before_the_award_is_announced(ground: Ground, state: TenderState) -> None:
    tender = tender_in(ground, state)
    with pytest.raises(NotNow):
        begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(tender))


def test_r38_new_shares_change_the_amounts_which_still_sum_to_the_price(ground: Ground) -> None:
    contract = drafted(ground)
    assert [p.amount for p in contract.phases] == [
        1_950_000_000,
        2_437_500_000,
        2_437_500_000,
        1_950_000_000,
        975_000_001,
    ]
    assert sum(p.amount for p in contract.phases) == PRICE
    assert contract.ends_on == calendar.last_day_of_term(dt.date(2027, 1, 5), 3)


@pytest.mark.parametrize("shares", [(*SHARES[:4], Decimal("9.99")), (*SHARES[:4], Decimal("10.01")), SHARES[:4]])
def test_r38_shares_that_do_not_sum_to_the_whole_are_refused(ground: Ground, shares: tuple[Decimal, ...]) -> None:
    contract = drafted(ground)
    with pytest.raises(Invalid, match="۱۰۰"):
        advance(ground.by(Role.OFFICER), contract, ContractAct.EDIT, revised(shares=shares))


def test_the_agent_signs_only_a_whole_draft_with_its_guarantee(ground: Ground) -> None:
    contract = drafted(ground)
    firm = ground.by("firm A")
    with pytest.raises(NotAllowed):
        advance(ground.by("firm B"), contract, ContractAct.SIGN_AS_AGENT, GIVEN)
    with pytest.raises(NotNow, match="تضمین"):
        advance(firm, contract, ContractAct.SIGN_AS_AGENT, Guaranteed())
    with pytest.raises(NotNow, match="صاحبان امضا"):
        advance(firm, contract, ContractAct.SIGN_AS_AGENT, Guaranteed("PG-1", 999))
    advance(firm, contract, ContractAct.SIGN_AS_AGENT, GIVEN)
    assert contract.signatures[0].name == ground.firms["A"].signatories[0].name
    with pytest.raises(NotNow):
        advance(ground.by(Role.OFFICER), contract, ContractAct.EDIT, revised())


def test_a_draft_without_supervisor_is_not_signed(ground: Ground) -> None:
    contract = begin(ground.by(Role.OFFICER), Contract, ContractAct.DRAFT, Drafted(awarded(ground)))
    with pytest.raises(NotNow, match="ناظر"):
        advance(ground.by("firm A"), contract, ContractAct.SIGN_AS_AGENT, GIVEN)


def test_nothing_is_signed_after_the_bids_lost_their_validity(ground: Ground) -> None:
    contract = drafted(ground)
    ground.now = NOW + dt.timedelta(days=91)
    with pytest.raises(NotNow, match="اعتبار"):
        advance(ground.by("firm A"), contract, ContractAct.SIGN_AS_AGENT, GIVEN)


def test_issue_numbers_the_contract_and_moves_tender_and_cluster(ground: Ground) -> None:
    contract = signed(ground)
    advance(ground.by(Role.MANAGER), contract, ContractAct.ISSUE)
    assert (contract.number, contract.state) == ("QZ-C-1405-01", ContractState.ISSUED)
    assert contract.tender.state is TenderState.CONTRACTED
    assert contract.tender.cluster.state is ClusterState.IN_DEVELOPMENT
    paper = ground.session.query(IssuedDocument).filter_by(kind=DocumentKind.CONTRACT).one()
    assert (paper.number, paper.firm_id) == ("QZ-C-1405-01", ground.firms["A"].id)
    told = {m.person_id for m in ground.session.query(Message).filter(Message.subject == "تضمین شما آزاد شد")}
    assert told == {ground.people["firm B"].id}
    with pytest.raises(NotNow, match="مدت قرارداد"):
        advance(ground.by(Role.MANAGER), contract, ContractAct.COMPLETE)


def test_a_contract_is_seen_by_staff_and_by_its_own_firm_alone(ground: Ground) -> None:
    contract = drafted(ground)
    sees = {
        who: may_see(ground.by(who), contract, Sight.WORK) or may_see(ground.by(who), contract, Sight.OWN)
        for who in (Role.OFFICER, Role.MANAGER, Role.AUDITOR, "firm A", "firm B", "evaluator1", None)
    }
    assert [who for who, is_seen in sees.items() if is_seen] == [Role.OFFICER, Role.MANAGER, Role.AUDITOR, "firm A"]


def test_shares_of_every_term_sum_to_the_whole() -> None:
    assert [sum(shares_of(years)) for years in range(1, 6)] == [100] * 5
    assert percents([1, 1, 1]) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_a_number_is_printed_from_its_slug_whatever_the_organisations_code() -> None:
    assert printed(slug_of("QZ", 1405, 3)) == "۱۴۰۵/۰۳"
    assert printed(slug_of("Q-Z", 1405, 12)) == "۱۴۰۵/۱۲"


def test_the_second_year_begins_the_day_after_the_first_year_ends() -> None:
    start = dt.date(2025, 5, 14)
    days = [
        start,
        calendar.last_day_of_term(start, 1),
        calendar.add_years(start, 1),
        calendar.last_day_of_term(start, 3),
    ]
    assert [year_of(start, day) for day in days] == [1, 1, 2, 3]


COUNT = 6


def ready(app: Flask) -> list[int]:
    with session_of(app) as session:
        ground = ground_in(app, session)
        return [signed(ground, f"QZ-1405-CDA-{place:02}").id for place in range(1, COUNT + 1)]


def issue_all(app: Flask, ids: list[int], faults: list[Exception]) -> None:
    database: Database = app.extensions["database"]
    for contract_id in ids:
        try:
            with database.transaction() as session:
                contract = session.get_one(Contract, contract_id)
                manager = Ground(app, session, contract.organisation)
                manager.people = {p.username: p for p in session.query(Person)}
                advance(manager.by(Role.MANAGER), contract, ContractAct.ISSUE)
        except Exception as fault:  # noqa: BLE001 -- the test tells it
            faults.append(fault)


def two_at_once(app: Flask) -> None:
    ids, faults = ready(app), list[Exception]()
    halves = (ids[: COUNT // 2], ids[COUNT // 2 :])
    threads = [threading.Thread(target=issue_all, args=(app, half, faults)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with session_of(app) as session:
        serials = sorted(c.serial or 0 for c in session.query(Contract))
        assert serials == list(range(1, COUNT + 1))
        assert len({c.number for c in session.query(Contract)}) == COUNT


def test_two_who_issue_at_once_leave_no_gap_and_no_double(app: Flask) -> None:
    two_at_once(app)


@pytest.mark.postgresql
def test_two_who_issue_at_once_leave_no_gap_and_no_double_on_postgresql(postgresql_app: Flask) -> None:
    two_at_once(postgresql_app)
