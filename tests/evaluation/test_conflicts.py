"""The conflict graph: exact ties of every kind with their path, near names as possible ones, and who decides on them."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from flask import Flask

from tender_app.accounts.rules import FirmAct, PersonAct
from tender_app.accounts.tie_commands import Holding, Holdings, Relation
from tender_app.awards.guards import waiting_matter
from tender_app.awards.rules import Ballot
from tender_app.bids.models import OpenedEnvelope
from tender_app.bids.rules import BidState, EnvelopeKind
from tender_app.contracts.models import Contract, ContractSignature
from tender_app.contracts.rules import ContractState
from tender_app.dossier import rulebook
from tender_app.dossier.case_facts import CaseFacts
from tender_app.dossier.desk import tasks
from tender_app.dossier.rulebook import Standing
from tender_app.evaluation.alerts import ALERTS, Alert
from tender_app.evaluation.conflict_models import ConflictDecision
from tender_app.evaluation.conflict_rules import Decision, Verdict
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import Replacement, SheetState
from tender_app.kernel.errors import Invalid, NotAllowed, NotNow
from tender_app.kernel.identifiers import make_national_code
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.capacities import grant
from tender_app.people.models import Firm, Person
from tender_app.people.tie_models import OwnTie
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Matter, TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see
from tests.evaluation.ground import NOW, Ground, bid_in, criteria_in, ground_in, sheet_in, tender_in
from tests.make import questions_to, signed_in

CODE = make_national_code(55)
HOLDER = make_national_code(77)


class Case:
    """A tender under evaluation with the bids of two firms; the first evaluator has a national code."""

    def __init__(self, ground: Ground, state: SheetState = SheetState.CONFIRMED) -> None:
        self.ground, self.session = ground, ground.session
        self.tender: Tender = tender_in(ground, TenderState.TECHNICAL)
        leaf = criteria_in(ground, self.tender, {"روش": 100})["روش"]
        bids = [bid_in(ground, self.tender, name, BidState.UNDER_EVALUATION) for name in ("A", "B")]
        given = [(bid, leaf, "70") for bid in bids]
        self.bid = bids[0]
        self.sheets = [sheet_in(ground, self.tender, f"evaluator{n}", state, given) for n in (1, 2, 3)]
        for n, name in enumerate(("نادر کاوه", "مینا راد", "پژمان تهامی"), 1):
            self.evaluator(n).name = name
        self.evaluator(1).national_code = CODE
        for name, code in (("A", make_national_code(1)), ("B", make_national_code(2))):
            self.firm(name).signatories[0].national_code = code
        self.session.flush()

    def evaluator(self, place: int = 1) -> Person:
        return self.ground.people[f"evaluator{place}"]

    def firm(self, name: str = "A") -> Firm:
        return self.ground.firms[name]

    def alerts(self) -> list[Alert]:
        self.session.flush()
        return list(ALERTS.of(self.ground.by(Role.HEAD), self.tender))

    def only(self) -> Alert:
        (found,) = self.alerts()
        return found

    def decide(self, who: str, verdict: Verdict, alert: Alert | None = None) -> None:
        found = alert or self.only()
        what = Decision(found.judge.person_id, found.firm_id, found.mark, verdict, "با خود او گفت‌وگو شد")
        advance(self.ground.by(who), self.tender, TenderAct.DECIDE_CONFLICT, what)

    def r23(self) -> rulebook.Verdict:
        self.session.flush()
        found = rulebook.judge(CaseFacts(self.ground.by(Role.HEAD), self.tender))
        return next(verdict for verdict in found if verdict.rule.number == "R23")

    def team(self, name: str, code: str = "") -> None:
        form = {"team": [{"name": name, "role": "عامل", "years": "۵", "national_code": code}, "نوشته‌ای دیگر"]}
        row = OpenedEnvelope(bid_id=self.bid.id, kind=EnvelopeKind.B, bid_envelope_id=0, opened_at=NOW, form=form)
        row.opened_by = self.ground.people[Role.HEAD].id
        self.session.add(row)
        self.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # nothing of it is sealed here
        self.session.flush()

    def contract(self, ends_on: dt.date, *team: str) -> Contract:
        row = Contract(
            organisation_id=self.tender.organisation_id, tender_id=self.tender.id, bid_id=self.bid.id,
            firm_id=self.firm().id, number="QZ-C-1403-01", starts_on=ends_on - dt.timedelta(days=700), ends_on=ends_on,
            years=2, amount=1, performance_guarantee=1, drafted_by=self.evaluator().id, team=[{"name": n} for n in team],
            procedure="contract", version=1, state=ContractState.ISSUED,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row

    def shares(self, firm: str, name: str, code: str) -> None:
        what = Holdings((Holding(name, code, Decimal("12.5")),))
        advance(self.ground.by(f"firm {firm}"), self.firm(firm), FirmAct.STATE_SHAREHOLDERS, what)

    def says(self, kind: OwnTie, name: str, legal_id: str = "", until: dt.date | None = None) -> None:
        advance(
            self.ground.by("evaluator1"), self.evaluator(), PersonAct.DECLARE_TIE, Relation(kind, name, legal_id, until)
        )


@pytest.fixture
def case(sqlite_app: Flask) -> Iterator[Case]:
    with sqlite_app.extensions["database"].write() as session:
        yield Case(ground_in(sqlite_app, session))
        session.rollback()


def acts(case: Case) -> None:
    ctx, person = case.ground.by(None), case.evaluator()
    grant(ctx, person.id, Role.FIRM, scope=Scope.FIRM, scope_id=case.firm().id, starts_at=NOW - dt.timedelta(days=9))


def signs(case: Case) -> None:
    case.firm().signatories[0].national_code = CODE


def holds(case: Case) -> None:
    case.shares("A", "ن. کاوه", CODE)


def is_in_the_team(case: Case) -> None:
    case.team("نادر ک.", CODE)


def signed_a_contract(case: Case) -> None:
    made = case.contract(NOW.date() - dt.timedelta(days=300))
    case.session.add(
        ContractSignature(
            contract_id=made.id, person_id=case.evaluator().id, role=Role.FIRM, name="نادر کاوه", signed_at=NOW
        )
    )


def declared(case: Case) -> None:
    case.says(OwnTie.ADVISED, "شرکتی که نامش دیگر است", case.firm().legal_id, NOW.date() - dt.timedelta(days=30))


def shares_a_telephone(case: Case) -> None:
    case.evaluator().mobile, case.firm().phone = "09121112233", "+98 912 111 22 33"


def shares_an_address_for_letters(case: Case) -> None:
    case.evaluator().email, case.ground.people["firm A"].email = "Info@avand.example", "info@AVAND.example"


def holds_with_a_signatory(case: Case) -> None:
    case.shares("B", "نادر کاوه", CODE)
    case.firm("B").phone = case.firm().phone = "02833334444"


def holds_a_firm_that_holds(case: Case) -> None:
    case.says(OwnTie.OWNED, "هلدینگ", "14003778990")
    case.shares("A", "هلدینگ", "14003778990")


KINDS: dict[Callable[[Case], None], tuple[str, ...]] = {
    acts: ("نماینده", "شرکت A"),
    signs: ("صاحب امضا", "شرکت A"),
    holds: ("سهام‌دار ۱۲٫۵ درصد", "شرکت A"),
    is_in_the_team: ("عضو تیم در پیشنهاد QZ-1405-CDA-01", "شرکت A"),
    signed_a_contract: ("امضاکننده قرارداد QZ-C-1403-01 تا ۱۴۰۴/۱۱/۰۷", "شرکت A"),
    declared: ("مشاور، به اعلام خودش تا ۱۴۰۵/۰۸/۰۲", "شرکت A"),
    shares_a_telephone: ("تلفن ۰۹۱۲۱۱۱۲۲۳۳", "شرکت A"),
    shares_an_address_for_letters: ("رایانامه info@avand.example", "شخص firm-A", "نماینده", "شرکت A"),
    holds_a_firm_that_holds: ("سهام‌دار، به اعلام خودش", "هلدینگ", "سهام‌دار ۱۲٫۵ درصد", "شرکت A"),
}


@pytest.mark.parametrize("plant", KINDS, ids=lambda f: f.__name__)
def test_an_exact_tie_of_every_kind_is_found_with_its_path(case: Case, plant: Callable[[Case], None]) -> None:
    assert case.alerts() == []
    plant(case)
    found = case.only()
    assert (found.is_exact, found.score, found.firm) == (True, 100, "شرکت A")
    (steps,) = found.steps
    assert steps[0] == "نادر کاوه، ارزیاب"
    assert tuple(s.lower() for s in steps[1:]) == tuple(s.lower() for s in KINDS[plant])
    assert refusal_of(case.ground.by(Role.HEAD), case.tender, TenderAct.LOCK_SCORES) is not None


def test_ties_of_several_steps_reach_each_bidder_by_its_own_shortest_path(case: Case) -> None:
    holds_with_a_signatory(case)
    assert [(a.firm, len(a.paths[0].ties)) for a in case.alerts()] == [("شرکت A", 3), ("شرکت B", 1)]


def test_an_address_is_compared_without_its_abbreviations_and_signs(case: Case) -> None:
    case.firm("A").address, case.firm("B").address = "قزوین، خ. نمونه، پ ۱۲", "قزوين - خيابان نمونه پلاک 12"
    case.shares("B", "نادر کاوه", CODE)
    assert {a.firm: a.steps[0][-2] for a in case.alerts()}["شرکت A"].startswith("نشانی قزوین")


def test_every_shortest_tie_of_a_pair_is_shown(case: Case) -> None:
    signs(case)
    holds(case)
    assert [steps[1] for steps in case.only().steps] == ["سهام‌دار ۱۲٫۵ درصد", "صاحب امضا"]


@pytest.mark.parametrize(("days", "count"), [(3 * 365 - 1, 1), (3 * 365 + 1, 0)])
def test_a_tie_that_ended_long_ago_is_no_conflict(case: Case, days: int, count: int) -> None:
    case.says(OwnTie.EMPLOYED, "شرکت A", case.firm().legal_id, NOW.date() - dt.timedelta(days=days))
    assert len(case.alerts()) == count


@pytest.mark.parametrize("name", ["دكتر سيد نادر كاوه", "کاوه، نادر", "نادر‌کاوه"])
def test_a_near_name_is_possible_and_never_certain(case: Case, name: str) -> None:
    case.team(name)
    found = case.only()
    assert (found.is_exact, found.score, found.forbids) == (False, 100, False)
    assert found.steps[0][1] == "نام نزدیک، ۱۰۰ از ۱۰۰"
    assert refusal_of(case.ground.by(Role.HEAD), case.tender, TenderAct.LOCK_SCORES) is None


def test_one_name_with_two_national_codes_is_two_persons(case: Case) -> None:
    case.team("نادر کاوه", HOLDER)
    assert case.alerts() == []
    case.contract(NOW.date(), "مینا راد")
    assert case.only().steps[0] == (
        "مینا راد، ارزیاب", "نام نزدیک، ۱۰۰ از ۱۰۰", "مینا راد", "عضو تیم قرارداد QZ-C-1403-01 تا ۱۴۰۵/۰۹/۰۲", "شرکت A"
    )  # fmt: skip


def test_a_firm_named_without_its_id_is_possible_by_its_name(case: Case) -> None:
    case.firm().name = "مهندسین مشاور آوند"
    case.says(OwnTie.EMPLOYED, "شرکت آوند")
    assert (case.only().is_exact, case.only().score) == (False, 100)


def test_a_firm_named_by_a_part_of_its_name_is_possible_and_one_of_another_name_is_not(case: Case) -> None:
    case.firm("A").name, case.firm("B").name = "مهندسین مشاور توسعه پایدار طارم", "مشاوران توسعه پایدار الموت"
    case.says(OwnTie.EMPLOYED, "توسعه طارم")
    assert (case.only().firm, case.only().is_exact, case.only().score) == (case.firm("A").name, False, 90)


def test_nothing_is_told_before_the_bidders_are_named(case: Case) -> None:
    signs(case)
    case.tender.state = TenderState.PUBLISHED
    assert case.alerts() == []
    assert not may_see(case.ground.by(Role.HEAD), case.tender, Sight.CONFLICTS)


def test_r23_a_certain_tie_keeps_the_lock_until_a_person_decides_with_a_reason(case: Case) -> None:
    shares_a_telephone(case)
    case.session.flush()
    head = case.ground.by(Role.HEAD)
    assert "نادر کاوه" in (refusal_of(head, case.tender, TenderAct.LOCK_SCORES) or "")
    assert [t.act for t in tasks(head) if not t.waiting] == [TenderAct.DECIDE_CONFLICT]
    case.decide(Role.HEAD, Verdict.NO_CONFLICT)
    assert refusal_of(case.ground.by(Role.HEAD), case.tender, TenderAct.LOCK_SCORES) is None
    row = case.session.query(ConflictDecision).one()
    assert (row.paths, row.decided_by) == (
        [["نادر کاوه، ارزیاب", "تلفن ۰۹۱۲۱۱۱۲۲۳۳", "شرکت A"]],
        case.ground.people[Role.HEAD].id,
    )
    entry = case.session.query(LedgerEntry).filter_by(act=TenderAct.DECIDE_CONFLICT).one()
    assert (entry.detail["verdict"], entry.detail["alert"]) == ("no_conflict", row.alert)
    with pytest.raises(NotNow):
        case.decide(Role.HEAD, Verdict.STEP_ASIDE)
    holds(case)
    assert case.only().waits  # another tie of the same two makes another alert


def test_who_must_step_aside_is_set_aside_told_and_replaced(case: Case) -> None:
    shares_a_telephone(case)
    case.decide(Role.HEAD, Verdict.STEP_ASIDE)
    sheet = case.session.get_one(ScoreSheet, case.sheets[0].id)
    assert sheet.state is SheetState.RECUSED
    assert not may_see(case.ground.by("evaluator1"), case.bid, Sight.TECHNICAL)
    assert case.alerts() == []
    newcomer = Replacement(case.ground.people[Role.AUDITOR].id)
    advance(case.ground.by(Role.HEAD), case.tender, TenderAct.REPLACE_EVALUATOR, newcomer)


@pytest.mark.parametrize("who", [Role.MANAGER, Role.FINANCE, Role.OFFICER, Role.AUDITOR, "evaluator2"])
def test_nobody_but_the_head_decides_about_an_evaluator(case: Case, who: str) -> None:
    shares_a_telephone(case)
    with pytest.raises((NotAllowed, NotNow)):
        case.decide(who, Verdict.NO_CONFLICT)


def test_about_the_head_the_manager_decides_and_the_seat_stays_to_be_passed_on(case: Case) -> None:
    head = case.ground.people[Role.HEAD]
    head.mobile = case.firm().phone = "09121112233"
    with pytest.raises(NotNow):
        case.decide(Role.HEAD, Verdict.NO_CONFLICT)
    case.decide(Role.MANAGER, Verdict.STEP_ASIDE)
    assert case.only().must_leave
    assert refusal_of(case.ground.by(Role.HEAD), case.tender, TenderAct.LOCK_SCORES) is None


def test_after_the_lock_an_evaluator_is_not_set_aside_any_more(case: Case) -> None:
    shares_a_telephone(case)
    case.tender.state = TenderState.TECHNICAL_LOCKED
    with pytest.raises(Invalid, match="تجدید"):
        case.decide(Role.HEAD, Verdict.STEP_ASIDE)
    case.decide(Role.HEAD, Verdict.NO_CONFLICT)


@pytest.mark.parametrize("state", [TenderState.TECHNICAL_LOCKED, TenderState.PRICES_OPENED, TenderState.DECIDED])
def test_r23_a_tie_that_is_declared_after_the_lock_is_left_to_the_vote_on_renewal(
    case: Case, state: TenderState
) -> None:
    case.tender.state, case.tender.scores_digest = state, "d" * 64
    case.says(OwnTie.ADVISED, "شرکت A", case.firm().legal_id)
    case.session.flush()
    assert TenderAct.DECIDE_CONFLICT in {t.act for t in tasks(case.ground.by(Role.HEAD)) if not t.waiting}
    assert (case.r23().standing, "بی‌تصمیم" in case.r23().told) == (Standing.BROKEN, True)
    case.decide(Role.HEAD, Verdict.REFERRED)
    assert (case.only().waits, case.only().is_referred, case.only().must_leave) == (False, True, False)
    assert case.session.get_one(ScoreSheet, case.sheets[0].id).state is SheetState.CONFIRMED
    assert TenderAct.DECIDE_CONFLICT not in {t.act for t in tasks(case.ground.by(Role.HEAD)) if not t.waiting}
    entry = case.session.query(LedgerEntry).filter_by(act=TenderAct.DECIDE_CONFLICT).one()
    assert (entry.detail["verdict"], entry.detail["reason"]) == ("referred", "با خود او گفت‌وگو شد")
    assert (case.r23().standing, "نادر کاوه پس از قطعی شدن" in case.r23().told) == (Standing.WARNED, True)


def test_what_is_left_to_the_vote_on_renewal_waits_for_each_member_until_they_voted(case: Case) -> None:
    case.tender.state = TenderState.TECHNICAL_LOCKED
    case.bid.state = BidState.QUALIFIED
    shares_a_telephone(case)
    assert waiting_matter(case.ground.by(Role.HEAD), case.tender) is None
    case.decide(Role.HEAD, Verdict.REFERRED)
    members = [case.ground.people[role].id for role in (Role.HEAD, Role.FINANCE, Role.TECHNICAL)]
    told = case.session.query(Message).filter(Message.subject.contains("درباره تجدید رأی دهید")).all()
    assert sorted(m.person_id for m in told) == sorted(members)
    assert [m.subject for m in told if "نادر" in m.subject or "شرکت" in m.subject] == []
    for role in (Role.HEAD, Role.FINANCE, Role.TECHNICAL):
        member = case.ground.by(role)
        assert waiting_matter(member, case.tender) is Matter.RENEWAL
        assert refusal_of(member, case.tender, TenderAct.VOTE) is None
        advance(member, case.tender, TenderAct.VOTE, Ballot(Matter.RENEWAL, is_for=False, reason="اثری در نتیجه ندارد"))
    assert waiting_matter(case.ground.by(Role.HEAD), case.tender) is None


def test_only_an_evaluators_tie_and_only_after_the_lock_is_left_to_a_vote(case: Case) -> None:
    shares_a_telephone(case)
    with pytest.raises(Invalid, match="باید کنار برود"):
        case.decide(Role.HEAD, Verdict.REFERRED)
    case.tender.state = TenderState.TECHNICAL_LOCKED
    case.evaluator().mobile, case.ground.people[Role.FINANCE].mobile = "", "09121112233"
    with pytest.raises(Invalid, match="باید کنار برود"):
        case.decide(Role.HEAD, Verdict.REFERRED)
    case.decide(Role.HEAD, Verdict.STEP_ASIDE)


@pytest.mark.parametrize(
    ("state", "offered", "lead"),
    [
        (TenderState.TECHNICAL, {"no_conflict", "step_aside"}, "همان دم کنار گذاشته می‌شود"),
        (TenderState.TECHNICAL_LOCKED, {"no_conflict", "referred"}, "دیگر کنار گذاشته نمی‌شود"),
    ],
)
def test_the_page_offers_what_can_be_decided_where_the_tender_stands(
    sqlite_app: Flask, state: TenderState, offered: set[str], lead: str
) -> None:
    with sqlite_app.extensions["database"].write() as session:
        case = Case(ground_in(sqlite_app, session))
        shares_a_telephone(case)
        case.tender.state = state
        page = f"/tenders/{case.tender.number}/conflicts"
        address = f"{page}/{case.evaluator().id}/{case.firm().id}"
        session.commit()
    client = signed_in(sqlite_app, Role.HEAD)
    form = client.get(address).text
    assert set(re.findall('<option value="([a-z_]+)"', form)) == offered
    assert lead in form
    alert = form.split('name="alert" type="hidden" value="')[1][:64]
    wrong = {"step_aside", "referred"} - offered
    answers = [
        client.post(address, data={"verdict": verdict, "reason": "سنجیده شد", "alert": alert})
        for verdict in (*wrong, *offered - {"no_conflict"})
    ]
    assert [answer.status_code for answer in answers] == [422, 302]
    assert ("رأی درباره تجدید</a>" in client.get(page).text) is (state is TenderState.TECHNICAL_LOCKED)


def test_the_number_of_questions_does_not_grow_with_the_firms(case: Case, sqlite_app: Flask) -> None:
    shares_a_telephone(case)
    counts = []
    for names in ("", "CDEFGHIJ"):
        for name in names:
            bid_in(case.ground, case.tender, name, BidState.UNDER_EVALUATION)
        case.session.flush()
        case.session.expire_all()
        ctx = case.ground.by(Role.HEAD)
        assert case.tender.number
        with questions_to(sqlite_app) as asked:
            ALERTS.of(ctx, case.tender)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_a_later_statement_of_shareholders_ends_the_earlier_one(case: Case) -> None:
    holds(case)
    case.shares("A", "دیگری", HOLDER)
    assert [a.paths[0].ties[0].until for a in case.alerts() if a.paths[0].ties[0]] == [NOW.date()]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("یکی", CODE, "60"), ("دیگری", HOLDER, "40.01")], "۱۰۰٫۰۱"),
        ([("یکی", CODE, "10"), ("همو", CODE, "10")], "دو بار"),
    ],
)
def test_shares_are_whole_and_each_holder_is_named_once(
    case: Case, rows: list[tuple[str, str, str]], told: str
) -> None:
    what = Holdings(tuple(Holding(name, code, Decimal(share)) for name, code, share in rows))
    with pytest.raises(Invalid, match=told):
        advance(case.ground.by("firm A"), case.firm(), FirmAct.STATE_SHAREHOLDERS, what)


def test_the_word_of_a_relation_that_is_to_end_later_is_not_taken(case: Case) -> None:
    with pytest.raises(Invalid, match="هنوز نرسیده"):
        case.says(OwnTie.EMPLOYED, "شرکت A", until=NOW.date() + dt.timedelta(days=2))
