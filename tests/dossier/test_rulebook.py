"""The rule catalogue as a page: kept in every tender of the demonstration, and told by its number wherever a record breaks it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SecurityState
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import WinnerRefusal
from tender_app.awards.refusal_rules import RefusalGround, RefusalOutcome
from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, Price
from tender_app.bids.rules import LIVE, BidState, EnvelopeKind
from tender_app.clusters.models import ClusterLetter
from tender_app.contracts.models import Contract, ContractPhase
from tender_app.contracts.progress import Event
from tender_app.contracts.records import ContractEvent, ContractRenewal
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.dossier import rulebook
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.rulebook import Standing
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.models import RankingRow, Score, ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Capacity, Firm
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.models import Question, Tender, Vote
from tender_app.tenders.rules import Method, QuestionState, TenderState
from tests.make import context_of, questions_to, session_of, signed_in

NUMBERS = [f"R{n:02}" for n in range(1, 46)]
LATER = dt.timedelta(days=400)


def of(session: Session, state: TenderState) -> Tender:
    """Return the first public tender of the demonstration in a state."""
    query = sa.select(Tender).where(Tender.state == state, Tender.number.startswith("QZ"))
    return session.scalars(query.order_by(Tender.id)).first() or pytest.fail(f"no tender is {state}")


def told(app: Flask, session: Session, tender: Tender) -> dict[str, rulebook.Verdict]:
    """Return the verdicts of a tender by number."""
    session.flush()
    session.expire_all()
    return {v.rule.number: v for v in rulebook.judge(CaseFacts(context_of(app, session, "officer"), tender))}


Harm = Callable[[Session, Tender], None]


def change(model: Any, where: Callable[[Tender], Any], **values: Any) -> Harm:
    """Return the harm of overwriting rows of a tender."""

    def harm(session: Session, tender: Tender) -> None:
        session.execute(sa.update(model).where(where(tender)).values(**values))

    return harm


def bids(tender: Tender, *states: BidState) -> Any:
    """Return the ids of a tender's bids in these states."""
    return sa.select(Bid.id).where(Bid.tender_id == tender.id, Bid.state.in_(states or tuple(LIVE)))


def own(tender: Tender) -> Any:
    """Return the condition of the tender's own row."""
    return Tender.id == tender.id


def first_price(session: Session, tender: Tender) -> Price:
    """Return one of the tender's prices."""
    return session.scalars(sa.select(Price).where(Price.bid_id.in_(bids(tender)))).first() or pytest.fail("no price")


def no_letters(session: Session, tender: Tender) -> None:
    """Take the cluster's licence away."""
    session.execute(sa.delete(ClusterLetter).where(ClusterLetter.cluster_id == tender.cluster_id))


def second_purchase(session: Session, tender: Tender) -> None:
    """Publish another tender for the same cluster in the same year."""
    other = session.scalars(sa.select(Tender).where(Tender.id != tender.id, Tender.published_at.is_not(None))).first()
    assert other is not None
    other.cluster_id, other.published_at, other.organisation_id = tender.cluster_id, dt.datetime.now(dt.UTC), 1  # noqa: TID251


def twice_seated(session: Session, tender: Tender) -> None:
    """Seat one person in two places of the commission."""
    seats = sa.select(Capacity).where(Capacity.scope == Scope.TENDER, Capacity.scope_id == tender.id)
    rows = {c.role: c for c in session.scalars(seats)}
    rows[Role.FINANCE].person_id = rows[Role.HEAD].person_id


def late_addendum(session: Session, tender: Tender) -> None:
    """Make the issued addendum a material one of the last hour."""
    session.execute(sa.update(Addendum).values(tender_id=tender.id, is_material=True, issued_at=tender.closes_at))


def second_bid(session: Session, tender: Tender) -> None:
    """Let two live bids be of one firm."""
    rows = session.scalars(sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(LIVE))).all()
    rows[0].firm_id = rows[1].firm_id


def early_price(session: Session, tender: Tender) -> None:
    """Let an envelope ج have been opened before its act."""
    session.execute(
        sa.update(OpenedEnvelope)
        .where(OpenedEnvelope.bid_id.in_(bids(tender)), OpenedEnvelope.kind == EnvelopeKind.C)
        .values(opened_at=tender.opens_at)
    )


def lost_envelope(session: Session, tender: Tender) -> None:
    """Let a bid lack its envelope ب."""
    session.execute(
        sa.update(BidEnvelope)
        .where(BidEnvelope.bid_id.in_(bids(tender)), BidEnvelope.kind == EnvelopeKind.B)
        .values(superseded_at=tender.closes_at)
    )


def read_below_minimum(session: Session, tender: Tender) -> None:
    """Read the price of a bid below the minimum."""
    below = session.scalars(bids(tender, BidState.BELOW_MINIMUM)).first()
    session.add(Price(bid_id=below, total=1, phases=[{"title": "", "amount": 1}]))


def dear_runner_up(session: Session, tender: Tender) -> None:
    """Name a second winner whose price lies far from the first's."""
    award = session.scalars(sa.select(Award).where(Award.tender_id == tender.id)).first()
    rows = session.scalars(sa.select(RankingRow).where(RankingRow.bid_id.in_(bids(tender)))).all()
    assert award is not None
    other = next(row for row in rows if row.bid_id != award.winner_bid_id)
    award.runner_up_bid_id, other.price = other.bid_id, other.price * 3


def forgotten_refusal(session: Session, tender: Tender) -> None:
    """Let the winner's refusal be confirmed while its guarantee is held."""
    award = session.scalars(sa.select(Award).where(Award.tender_id == tender.id)).one()
    session.execute(sa.update(Security).where(Security.bid_id == award.winner_bid_id).values(state=SecurityState.HELD))
    when = {"recorded_at": award.decided_at, "decided_at": award.decided_at, "recorded_by": 1, "decided_by": 1}
    facts = {"ground": next(iter(RefusalGround)), "outcome": RefusalOutcome.CONFIRMED, "evidence": "نامه"}
    session.add(WinnerRefusal(tender_id=tender.id, award_id=award.id, bid_id=award.winner_bid_id, **facts, **when))


def complaint(session: Session, tender: Tender, **changes: Any) -> None:
    """Let a complaint of long ago wait for its answer."""
    session.execute(sa.update(Complaint).values(tender_id=tender.id, **changes))


def contract_of(tender: Tender) -> Any:
    """Return the ids of the tender's contracts."""
    return sa.select(Contract.id).where(Contract.tender_id == tender.id)


def without_event(*events: Event) -> Harm:
    """Return the harm of losing records of a contract."""

    def harm(session: Session, tender: Tender) -> None:
        mine = ContractEvent.contract_id.in_(contract_of(tender))
        session.execute(sa.delete(ContractEvent).where(mine, ContractEvent.event.in_(events)))

    return harm


def paid_in_full(session: Session, tender: Tender) -> None:
    """Lower the contract's amount to what was paid, and lose the clearance."""
    without_event(Event.CLEARANCE)(session, tender)
    session.execute(sa.update(Contract).where(Contract.tender_id == tender.id).values(amount=1))


def later(name: str) -> Harm:
    """Return the harm of announcing an hour long after the act."""

    def harm(_session: Session, tender: Tender) -> None:
        setattr(tender, name, getattr(tender, name) + LATER)

    return harm


def undecided(session: Session, tender: Tender) -> None:
    """Lose the decisions on a contract's years."""
    session.execute(sa.delete(ContractRenewal).where(ContractRenewal.contract_id.in_(contract_of(tender))))


def harm_ledger(session: Session, tender: Tender) -> None:
    """Lose the end of the tender's chain."""
    statement = "UPDATE ledger_head SET digest = 'x' WHERE case_kind = 'tender' AND case_id = :id"
    session.execute(sa.text(statement), {"id": tender.id})


HARMS: dict[str, tuple[TenderState, Harm]] = {
    "R01": (TenderState.PUBLISHED, no_letters),
    "R02": (TenderState.PUBLISHED, change(Tender, own, budget_line="")),
    "R03": (TenderState.PUBLISHED, second_purchase),
    "R04": (TenderState.PUBLISHED, change(Tender, own, method=Method.FIXED_BUDGET)),
    "R05": (TenderState.PUBLISHED, change(Tender, own, procurement_method="selective")),
    "R06": (TenderState.PUBLISHED, twice_seated),
    "R07": (TenderState.PUBLISHED, change(Tender, own, minimum_score=None)),
    "R08": (TenderState.PUBLISHED, change(Tender, own, guarantee=1)),
    "R09": (TenderState.PUBLISHED, change(Tender, own, setad_no="")),
    "R10": (TenderState.PUBLISHED, lambda s, t: change(Tender, own, documents_until=t.closes_at)(s, t)),
    "R11": (TenderState.PUBLISHED, change(Tender, own, valid_until=dt.date(2020, 1, 1))),
    "R12": (
        TenderState.CONTRACTED,
        lambda s, t: change(Question, lambda _t: sa.true(), tender_id=t.id, state=QuestionState.ASKED)(s, t),
    ),
    "R13": (TenderState.PUBLISHED, late_addendum),
    "R14": (TenderState.CONTRACTED, second_bid),
    "R15": (
        TenderState.CONTRACTED,
        lambda s, t: change(Bid, lambda t: Bid.tender_id == t.id, submitted_at=t.closes_at)(s, t),
    ),
    "R16": (TenderState.CONTRACTED, early_price),
    "R17": (TenderState.CONTRACTED, lost_envelope),
    "R18": (TenderState.CONTRACTED, later("opens_at")),
    "R19": (TenderState.CONTRACTED, change(Vote, lambda t: Vote.tender_id == t.id, is_for=False)),
    "R20": (
        TenderState.CONTRACTED,
        change(Bid, lambda t: Bid.id.in_(bids(t, BidState.WON)), state=BidState.GUARANTEE_REJECTED),
    ),
    "R21": (TenderState.CONTRACTED, change(Guarantee, lambda t: Guarantee.bid_id.in_(bids(t)), amount=1)),
    "R22": (
        TenderState.CONTRACTED,
        change(Bid, lambda t: Bid.id.in_(bids(t, BidState.LOST, BidState.RUNNER_UP)), state=BidState.PRICE_REJECTED),
    ),
    "R23": (
        TenderState.CONTRACTED,
        change(ScoreSheet, lambda t: ScoreSheet.tender_id == t.id, state=SheetState.RECUSED),
    ),
    "R24": (TenderState.CONTRACTED, change(Score, lambda t: Score.bid_id.in_(bids(t)), reason="دیگر")),
    "R25": (TenderState.CONTRACTED, read_below_minimum),
    "R26": (TenderState.CONTRACTED, later("prices_open_at")),
    "R27": (TenderState.CONTRACTED, lambda s, t: setattr(first_price(s, t), "phases", [{"title": "", "amount": 1}])),
    "R28": (TenderState.CONTRACTED, change(RankingRow, lambda t: RankingRow.bid_id.in_(bids(t)), final="1")),
    "R29": (TenderState.CONTRACTED, change(Tender, own, estimate=1)),
    "R30": (TenderState.CONTRACTED, dear_runner_up),
    "R31": (
        TenderState.CONTRACTED,
        change(Security, lambda t: Security.tender_id == t.id, state=SecurityState.HELD),
    ),
    "R32": (
        TenderState.CONTRACTED,
        change(
            IssuedDocument,
            lambda t: sa.and_(IssuedDocument.tender_id == t.id, IssuedDocument.kind == DocumentKind.AWARD_LETTER),
            kind=DocumentKind.INVITATION,
        ),
    ),
    "R33": (TenderState.CONTRACTED, lambda s, t: complaint(s, t, answer_due_on=dt.date(2020, 1, 1))),
    "R34": (TenderState.CONTRACTED, lambda s, t: complaint(s, t, ground="criteria")),
    "R35": (TenderState.CONTRACTED, change(Contract, lambda t: Contract.tender_id == t.id, guarantee_no="")),
    "R36": (TenderState.CONTRACTED, forgotten_refusal),
    "R37": (TenderState.CONTRACTED, change(Tender, own, state=TenderState.RENEWED, end_reason="other")),
    "R38": (
        TenderState.CONTRACTED,
        change(ContractPhase, lambda t: ContractPhase.contract_id.in_(contract_of(t)), amount=1),
    ),
    "R39": (TenderState.CONTRACTED, paid_in_full),
    "R40": (TenderState.CONTRACTED, without_event(Event.STUDY)),
    "R41": (TenderState.CONTRACTED, without_event(Event.VISIT)),
    "R42": (TenderState.CONTRACTED, undecided),
    "R43": (TenderState.CONTRACTED, without_event(Event.NETWORK)),
    "R44": (TenderState.CONTRACTED, harm_ledger),
    "R45": (
        TenderState.CONTRACTED,
        change(
            Firm,
            lambda t: Firm.id.in_(sa.select(Bid.firm_id).where(Bid.tender_id == t.id, Bid.state == BidState.WON)),
            legal_id="12345678901",
        ),
    ),
}


@pytest.fixture
def trial(sqlite_demo: Flask) -> Iterator[Session]:
    """Give a session over the demonstration whose changes are forgotten."""
    session = sqlite_demo.extensions["database"].write()
    yield session
    session.rollback()
    session.close()


def test_every_tender_of_the_demonstration_keeps_every_rule(demo: Flask) -> None:
    with session_of(demo) as session:
        for tender in session.scalars(sa.select(Tender).order_by(Tender.id)).all():
            broken = [v for v in told(demo, session, tender).values() if v.standing is Standing.BROKEN]
            assert [(v.rule.number, v.told) for v in broken] == [], tender.number


@pytest.mark.parametrize("number", NUMBERS)
def test_a_record_that_breaks_a_rule_is_told_by_its_number(sqlite_demo: Flask, trial: Session, number: str) -> None:
    state, harm = HARMS[number]
    tender = of(trial, state)
    assert told(sqlite_demo, trial, tender)[number].standing in {Standing.HELD, Standing.WARNED, Standing.AHEAD}
    harm(trial, tender)
    verdict = told(sqlite_demo, trial, tender)[number]
    assert verdict.standing is (
        Standing.BROKEN if verdict.rule.severity is rulebook.Severity.BLOCK else Standing.WARNED
    )
    assert verdict.told


def test_r29_a_low_price_is_told_until_an_explanation_of_it_was_asked(sqlite_demo: Flask, trial: Session) -> None:
    asked, other = trial.scalars(sa.select(PriceExplanation)).one(), of(trial, TenderState.CONTRACTED)
    tender, firm = asked.tender, asked.bid.firm.name
    trial.execute(sa.update(Price).where(Price.bid_id == asked.bid_id).values(total=1))
    assert told(sqlite_demo, trial, tender)["R29"].standing is Standing.HELD
    asked.tender_id, asked.bid_id = other.id, trial.scalars(bids(other)).first() or 0
    verdict = told(sqlite_demo, trial, tender)["R29"]
    assert verdict.standing is Standing.WARNED
    assert f"قیمت {firm} نامتعارف پایین است" in verdict.told


def test_the_catalogue_has_its_rules_in_order_and_a_test_that_tries_to_break_each() -> None:
    assert [rule.number for rule in rulebook.RULES] == NUMBERS
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    named = set(re.findall(r"def test_((?:r\d\d_)+)", tests))
    tried = {number.upper() for names in named for number in names.strip("_").split("_")}
    assert [number for number in NUMBERS if number not in tried] == []


def test_the_page_costs_the_same_questions_whatever_the_tender_holds(sqlite_demo: Flask) -> None:
    officer, counts = signed_in(sqlite_demo, "officer"), []
    with session_of(sqlite_demo) as session:
        numbers = [of(session, TenderState.CONTRACTED).number, of(session, TenderState.PUBLISHED).number]
    for number in numbers:
        with questions_to(sqlite_demo) as asked:
            assert officer.get(f"/tenders/{number}/rules").status_code == 200
        counts.append(len(asked))
    assert max(counts) <= 80, counts


def test_the_page_is_for_those_who_work_on_the_tender(sqlite_demo: Flask) -> None:
    with session_of(sqlite_demo) as session:
        number = of(session, TenderState.PUBLISHED).number
    seen = {
        who: signed_in(sqlite_demo, who).get(f"/tenders/{number}/rules").status_code for who in ("auditor", "firm1")
    }
    assert seen == {"auditor": 200, "firm1": 404}
    assert "R45" in signed_in(sqlite_demo, "officer").get(f"/tenders/{number}/rules").text


def test_r45_bidders_who_share_a_signatory_an_address_or_an_account_are_told(
    sqlite_demo: Flask, trial: Session
) -> None:
    tender, ctx = of(trial, TenderState.CONTRACTED), context_of(sqlite_demo, trial, "officer")
    assert rulebook.alike(CaseFacts(ctx, tender)) == []
    rows = sa.select(Firm).join(Bid, Bid.firm_id == Firm.id).where(Bid.tender_id == tender.id, Bid.state.in_(LIVE))
    one, other, *_rest = trial.scalars(rows.order_by(Firm.id)).all()
    other.signatories[0].national_code = one.signatories[0].national_code
    other.address, other.iban = one.address.replace("ی", "ي"), one.iban
    trial.flush()
    ctx = context_of(sqlite_demo, trial, "officer")
    hints = rulebook.alike(CaseFacts(ctx, tender))
    assert [label for label in ("صاحب امضا", "نشانی", "شماره شبا") if any(label in hint for hint in hints)] == [
        "صاحب امضا",
        "نشانی",
        "شماره شبا",
    ]
    assert all(one.name in hint and other.name in hint for hint in hints)
    assert rulebook.alike(CaseFacts(ctx, of(trial, TenderState.PUBLISHED))) == []


def test_r10_the_time_of_an_international_tender_is_counted_in_months(sqlite_demo: Flask, trial: Session) -> None:
    tender = of(trial, TenderState.PUBLISHED)
    assert told(sqlite_demo, trial, tender)["R10"].standing is Standing.HELD
    assert tender.closes_at is not None
    change(Tender, own, is_international=True, documents_until=tender.closes_at - dt.timedelta(days=20))(trial, tender)
    verdicts = told(sqlite_demo, trial, tender)
    assert (verdicts["R10"].standing, "۱ ماه" in verdicts["R10"].told) == (Standing.BROKEN, True)
    assert "is_international" in verdicts["R08"].told
