"""Random acts by random people over the demonstration's tenders, on the real engine: whatever happens, the law's invariants hold.

A walk begins at the demonstration and takes up to so many steps: now and then what the law offers, now and then anything by
anybody. A refusal changes nothing; after every step the invariants of the whole tender are asked again.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from tender_app.awards.rules import Ballot, Ending, Naming, Returned
from tender_app.bids import commands
from tender_app.bids.models import Bid, OpenedEnvelope, Price
from tender_app.bids.rules import LIVE, BidAct, BidState, EnvelopeKind, Original, Start, Verdict
from tender_app.demo.story import declare
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct
from tender_app.kernel.errors import Invalid, Missing, NotAllowed, NotNow, Stale
from tender_app.kernel.vocabulary import Named, Sight
from tender_app.ledger.log import verify
from tender_app.ledger.models import LedgerEntry
from tender_app.store import clock
from tender_app.store.base import Base
from tender_app.store.case import Case
from tender_app.tenders.models import Criterion, Question, Tender
from tender_app.tenders.rules import (
    Answer,
    Asked,
    CancellationReason,
    Matter,
    Present,
    QuestionAct,
    Reason,
    RenewalReason,
    TenderAct,
    TenderState,
)
from tender_app.workflow.engine import advance, begin, offers, procedure_of
from tender_app.workflow.sight import may_see
from tests.bids import ground
from tests.keys import keys_for
from tests.make import context_of

PEOPLE = (
    "officer", "manager", "secretary", "head", "finance", "technical", "evaluator1", "evaluator2", "evaluator3",
    "firm1", "firm2", "firm3", "auditor", "admin", "nm.officer", "nm.manager", "nm.firm",
)  # fmt: skip
TENDERS = (ground.OLIVE, ground.LEATHER, ground.FURNITURE)
REFUSALS = (NotAllowed, NotNow, Invalid, Stale, Missing)
KEYED = (TenderAct.OPEN_A, TenderAct.OPEN_B, TenderAct.OPEN_PRICES)
ORDER = (BidAct.ACCEPT_GUARANTEE, BidAct.EVALUATE, BidAct.QUALIFY, BidAct.PRICE)
BEFORE_LOCK = frozenset(list(TenderState)[: list(TenderState).index(TenderState.TECHNICAL_LOCKED)])
UNPRICED = BEFORE_LOCK | {TenderState.TECHNICAL_LOCKED}
SHORT_LIVED = {"key_session", "session_share", "upload", "member_key", "key_share"}  # what may be taken away by design


class WithoutItsValueError(Exception):
    """An act that needs a value was tried without one."""


class Walk(RuleBasedStateMachine):
    """A walk over one tender of the demonstration, in one transaction that is rolled back at its end."""

    app: Flask

    def __init__(self) -> None:
        """Begin a transaction over the demonstration."""
        super().__init__()
        self.session: Session = self.app.extensions["database"].write()
        self.now = clock.now(self.session, demo=True)
        self.tender_id = 0
        self.counts: dict[str, int] = {}

    def teardown(self) -> None:
        """Forget the walk."""
        self.session.rollback()
        self.session.close()

    @property
    def tender(self) -> Tender:
        """Return the tender of the walk."""
        return self.session.get_one(Tender, self.tender_id)

    @initialize(subject=st.sampled_from(TENDERS))
    def choose(self, subject: str) -> None:
        """Choose the tender, whatever stage it stands at."""
        self.tender_id = ground.tender_on(self.session, subject).id

    @rule(hours=st.sampled_from((1, 5, 26, 24 * 5, 24 * 12, 24 * 40)))
    def time_passes(self, hours: int) -> None:
        """Let time pass."""
        self.now += dt.timedelta(hours=hours)

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def what_is_offered(self, who: str, data: st.DataObject) -> None:
        """Do something that the law offers to somebody."""
        found = [
            (case, offer.act) for case in self.cases() for offer in offers(self.by(who), case) if offer.refusal is None
        ]
        if found:
            case, act = data.draw(st.sampled_from(found))
            self.attempt(lambda: self.act(case, act, who, data))

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def anything(self, who: str, data: st.DataObject) -> None:
        """Try any act of any life of the tender, by anybody."""
        case = data.draw(st.sampled_from(self.cases()))
        act = data.draw(st.sampled_from(list(dict.fromkeys(move.act for move in procedure_of(case).moves))))
        self.attempt(lambda: self.act(case, act, who, data))

    @rule(act=st.sampled_from(KEYED))
    def the_commission_opens(self, act: TenderAct) -> None:
        """Let the whole commission meet and open what is next, if the law lets it."""
        self.attempt(self.meet)
        self.attempt(lambda: self.open(act))

    @rule(name=st.sampled_from(sorted(ground.FIRMS)), whole=st.booleans())
    def a_firm_bids(self, name: str, *, whole: bool) -> None:
        """Let a firm prepare, seal and submit a bid; now and then without envelope ج."""
        self.attempt(lambda: self.bid(name, whole=whole))

    @rule()
    def evaluators_finish(self) -> None:
        """Let every evaluator score what is left and confirm."""
        for name in ("evaluator1", "evaluator2", "evaluator3"):
            self.attempt(partial(self.score_all, name))

    @rule()
    def it_goes_on(self) -> None:
        """Let the tender take its next lawful step, as its people would."""
        self.step()

    @rule()
    def it_goes_further(self) -> None:
        """Let it take two."""
        self.step()
        self.step()

    @rule(name=st.sampled_from(sorted(ground.FIRMS)))
    def a_firm_asks(self, name: str) -> None:
        """Let a firm ask."""
        firm = ground.firm_of(self.session, name)
        what = Asked(firm, self.tender, f"پرسش {self.now:%d %H}؟")
        self.attempt(lambda: begin(self.by(name), Question, QuestionAct.ASK, what))

    @invariant()
    def no_price_is_readable_before_the_scores_are_locked(self) -> None:
        """Neither as a row nor as a sight (R16, R24)."""
        if not self.tender_id or self.tender.state not in UNPRICED:
            return
        own = sa.select(Bid.id).where(Bid.tender_id == self.tender_id)
        opened = sa.select(OpenedEnvelope.id).where(
            OpenedEnvelope.bid_id.in_(own), OpenedEnvelope.kind == EnvelopeKind.C
        )
        assert self.session.scalars(opened).all() == []
        assert self.session.scalars(sa.select(Price.id).where(Price.bid_id.in_(own))).all() == []
        for who in PEOPLE:
            ctx = self.by(who)
            assert not may_see(ctx, self.tender, Sight.PRICES), who
            assert [b.id for b in self.bids() if may_see(ctx, b, Sight.PRICES)] == [], who

    @invariant()
    def envelopes_open_in_their_order(self) -> None:
        """الف, ب, technical evaluation, ج, for every bid (R20)."""
        for bid in self.bids():
            rows = sa.select(LedgerEntry.act).where(LedgerEntry.case_kind == "bid", LedgerEntry.case_id == bid.id)
            acts = list(self.session.scalars(rows.order_by(LedgerEntry.id)))
            places = [acts.index(act.value) for act in ORDER if act.value in acts]
            assert places == sorted(places)
            if bid.state in {BidState.GUARANTEE_REJECTED, BidState.ENVELOPE_B_REJECTED, BidState.BELOW_MINIMUM}:
                assert EnvelopeKind.C not in self.opened_of(bid)
            if bid.state is BidState.GUARANTEE_REJECTED:
                assert EnvelopeKind.B not in self.opened_of(bid)

    @invariant()
    def a_firm_has_one_live_bid(self) -> None:
        """One bidder, one bid (R14), and each came in time (R15)."""
        live = [bid for bid in self.bids() if bid.state in LIVE]
        assert len({bid.firm_id for bid in live}) == len(live)
        closes = self.tender.closes_at if self.tender_id else None
        assert all(bid.submitted_at and closes and bid.submitted_at < closes for bid in live)

    @invariant()
    def every_state_is_the_one_that_the_ledger_says(self) -> None:
        """Every change of state has its entry, and the chains hold (R44)."""
        if not self.tender_id:
            return
        for case in self.cases():
            rows = sa.select(LedgerEntry.after).where(
                LedgerEntry.case_kind == case.kind, LedgerEntry.case_id == case.id
            )
            assert self.session.scalars(rows.order_by(LedgerEntry.position.desc())).first() == case.state.value
        assert verify(self.session, self.tender_id)[2] == []

    @invariant()
    def sums_are_exact(self) -> None:
        """The phases of a price sum to it, to the rial (R27)."""
        for price in self.session.scalars(sa.select(Price)):
            assert sum(int(phase["amount"]) for phase in price.phases) == price.total

    @invariant()
    def nothing_is_deleted(self) -> None:
        """No table of the record ever has fewer rows than before."""
        for table in Base.metadata.sorted_tables:
            if table.name not in SHORT_LIVED:
                count = self.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                assert count >= self.counts.get(table.name, 0), table.name
                self.counts[table.name] = count

    def by(self, who: str) -> Any:
        """Return the circumstances in which somebody acts now."""
        return context_of(self.app, self.session, who, self.now)

    def act(self, case: Case, act: Named, who: str, data: st.DataObject) -> None:
        """Do an act with a plausible value; one that came without the value it cannot do without is not tried."""
        value = self.value(case, act, who, data)
        try:
            advance(self.by(who), case, act, value)
        except (AttributeError, TypeError) as bare:
            if value is None:
                raise WithoutItsValueError from bare
            raise

    def attempt(self, do: Callable[[], object]) -> None:
        """Try an act; a refusal leaves no entry and no change behind."""
        entries = sa.select(sa.func.count()).select_from(LedgerEntry)
        before = self.session.scalar(entries)
        trial = self.session.begin_nested()
        try:
            do()
        except (*REFUSALS, WithoutItsValueError):
            trial.rollback()
            self.session.expire_all()
            assert self.session.scalar(entries) == before
        else:
            trial.commit()

    def cases(self) -> list[Case]:
        """Return every case of the tender's file."""
        tender = self.tender_id
        sheets = self.session.scalars(sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender)).all()
        questions = self.session.scalars(sa.select(Question).where(Question.tender_id == tender)).all()
        return [self.tender, *self.bids(), *sheets, *questions]

    def bids(self) -> list[Bid]:
        """Return the tender's bids."""
        return list(self.session.scalars(sa.select(Bid).where(Bid.tender_id == self.tender_id).order_by(Bid.id)))

    def opened_of(self, bid: Bid) -> set[EnvelopeKind]:
        """Return which envelopes of a bid were opened."""
        return set(self.session.scalars(sa.select(OpenedEnvelope.kind).where(OpenedEnvelope.bid_id == bid.id)))

    def step(self) -> None:
        """Take the next step of the state in which the tender stands."""
        tender, state = self.tender, self.tender.state
        if state is TenderState.PUBLISHED:
            self.until(tender.opens_at)
        elif state is TenderState.TECHNICAL_LOCKED:
            self.until(tender.prices_open_at)
        steps: dict[TenderState, list[Callable[[], object]]] = {
            TenderState.PUBLISHED: [self.meet, lambda: self.open(TenderAct.OPEN_A)],
            TenderState.OPENED_A: [*self.accepting(), lambda: self.open(TenderAct.OPEN_B)],
            TenderState.TECHNICAL: [
                *(partial(self.score_all, name) for name in ("evaluator1", "evaluator2", "evaluator3")),
                lambda: advance(self.by("head"), tender, TenderAct.LOCK_SCORES),
            ],
            TenderState.TECHNICAL_LOCKED: [self.meet, lambda: self.open(TenderAct.OPEN_PRICES)],
            TenderState.PRICES_OPENED: [
                *(partial(self.vote_for, name) for name in ("head", "finance", "technical")),
                lambda: advance(self.by("head"), tender, TenderAct.NAME_WINNERS, Naming("دلیل")),
            ],
            TenderState.DECIDED: [
                lambda: advance(self.by("secretary"), tender, TenderAct.ISSUE_PRICE_MINUTES),
                lambda: advance(self.by("manager"), tender, TenderAct.CONFIRM_AWARD),
            ],
        }
        for do in steps.get(state, []):
            self.attempt(do)

    def until(self, at: dt.datetime | None) -> None:
        """Let time pass until an hour of the tender."""
        if at is not None:
            self.now = max(self.now, at + dt.timedelta(minutes=2))

    def accepting(self) -> list[Callable[[], object]]:
        """Return the finance member's acceptance of every guarantee that waits."""
        waiting = [bid for bid in self.bids() if bid.state is BidState.SUBMITTED]
        return [partial(advance, self.by("finance"), bid, BidAct.ACCEPT_GUARANTEE) for bid in waiting]

    def vote_for(self, who: str) -> None:
        """Let a member vote for the award."""
        advance(self.by(who), self.tender, TenderAct.VOTE, Ballot(Matter.AWARD, is_for=True))

    def meet(self) -> None:
        """Register the whole commission as present."""
        members = [self.by(name).actor.person_id for name in ground.COMMISSION]
        advance(self.by("secretary"), self.tender, TenderAct.REGISTER_ATTENDANCE, Present(tuple(members), ()))

    def open(self, act: TenderAct) -> None:
        """Open with the shares of two members."""
        keys = keys_for(self.app, self.session, self.tender, act, self.now)
        advance(self.by("head"), self.tender, act, keys)

    def bid(self, name: str, *, whole: bool) -> None:
        """Prepare and submit a bid of a firm."""
        ctx, firm = self.by(name), ground.firm_of(self.session, name)
        made = next((b for b in self.bids() if b.firm_id == firm.id and b.state is BidState.DRAFT), None)
        if made is None:
            made = (
                ground.draft(ctx, self.tender, firm)
                if whole
                else begin(ctx, Bid, BidAct.START, Start(firm, self.tender))
            )
        advance(self.by(name), made, BidAct.SUBMIT, commands.submission_of(made))

    def score_all(self, who: str) -> None:
        """Score everything that is left on a sheet and confirm it."""
        ctx = self.by(who)
        query = sa.select(ScoreSheet).where(
            ScoreSheet.tender_id == self.tender_id, ScoreSheet.person_id == ctx.actor.person_id
        )
        sheet = self.session.scalars(query).one_or_none()
        if sheet is None:
            raise Missing
        declare(ctx, sheet)
        for what in self.left(sheet):
            advance(ctx, sheet, SheetAct.SCORE, what)
        advance(ctx, sheet, SheetAct.CONFIRM)

    def left(self, sheet: ScoreSheet) -> Iterator[Scored]:
        """Yield what a sheet still lacks: generous points, so that some bids pass the minimum."""
        leaves = self.session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == self.tender_id)).all()
        done = {(s.bid_id, s.criterion_id) for s in self.session.scalars(sa.select(Score).filter_by(sheet_id=sheet.id))}
        for bid in self.bids():
            for leaf in leaves if bid.state is BidState.UNDER_EVALUATION else ():
                if (bid.id, leaf) not in done:
                    points = 50 + (bid.id * 13 + leaf * 7) % 50
                    yield Scored(bid.id, leaf, Decimal(points), "دلیل", 0)

    def value(self, case: Case, act: Named, who: str, data: st.DataObject) -> Any:
        """Return a plausible value for an act."""
        makers: dict[Named, Callable[[], Any]] = {
            TenderAct.VOTE: lambda: Ballot(data.draw(st.sampled_from(Matter)), data.draw(st.booleans()), "دلیل"),
            TenderAct.RENEW: lambda: Ending(data.draw(st.sampled_from(RenewalReason))),
            TenderAct.CANCEL: lambda: Ending(data.draw(st.sampled_from(CancellationReason))),
            TenderAct.NAME_WINNERS: lambda: Naming("دلیل"),
            TenderAct.RETURN_DECISION: lambda: Returned("دلیل"),
            TenderAct.RETURN_DRAFT: lambda: Reason("دلیل"),
            TenderAct.RECEIVE_ORIGINAL: lambda: Original(ground.firm_of(self.session, "firm1").id, "BG-9"),
            TenderAct.REGISTER_ATTENDANCE: lambda: Present((self.by(who).actor.person_id or 0,), (("مهمان", "ناظر"),)),
            QuestionAct.ANSWER: lambda: Answer("پاسخ"),
            BidAct.REJECT_GUARANTEE: lambda: Verdict("دلیل"),
            BidAct.REJECT_B: lambda: Verdict("دلیل"),
            BidAct.REJECT_PRICE: lambda: Verdict("دلیل"),
            BidAct.SUBMIT: lambda: commands.submission_of(case),  # type: ignore[arg-type]
        }
        return makers[act]() if act in makers else None


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_whatever_happens_the_invariants_of_the_law_hold(request: pytest.FixtureRequest, engine: str) -> None:
    app = request.getfixturevalue(f"{engine}_demo")
    machine = type("WalkHere", (Walk,), {"app": app})
    walks = 12 if engine == "sqlite" else 4
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks,
            stateful_step_count=25,
            phases=(Phase.generate,),  # a walk of 25 steps is read as it is: to shorten it takes minutes
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
