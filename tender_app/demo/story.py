"""The story of a tender, act by act, as the people on the pages would do it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from tender_app.awards.rules import Ballot, Naming
from tender_app.bids import commands as bid_commands
from tender_app.bids.guards import needed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Original, Placed, Start, phases_of
from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, Drafted, Guaranteed, Revised, shares_of
from tender_app.demo import atlas, explaining
from tender_app.demo.criteria import CRITERIA
from tender_app.demo.keys import hold_ceremony, with_keys
from tender_app.demo.stage import PASSWORD, Bidder, Company, Stage, workday
from tender_app.documents.blocks import Text, Title
from tender_app.documents.paper import Paper, render
from tender_app.evaluation.conflict_guards import declaration_for
from tender_app.evaluation.conflict_rules import Declared, digest_of
from tender_app.evaluation.methods import NEGOTIATED
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.negotiation import RANKED, in_turn
from tender_app.evaluation.rules import Negotiated, Scored, SheetAct, SheetState
from tender_app.kernel import calendar, money
from tender_app.kernel.identifiers import make_national_code
from tender_app.kernel.persian import persian_digits
from tender_app.people.models import Person
from tender_app.sealing.envelope import Envelope
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders import linting, records, rehearsing
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumAct, Begun, Issued, Revision
from tender_app.tenders.bases import BASES
from tender_app.tenders.models import Criterion, Question, Tender
from tender_app.tenders.procurement import (
    GROUNDS,
    NUMBERED,
    Invited,
    Justification,
    LegalBasis,
    ProcurementMethod,
)
from tender_app.tenders.rules import (
    Answer,
    Asked,
    Attachment,
    Changes,
    Draft,
    InsertionFacts,
    Matter,
    Method,
    Outlet,
    Present,
    QuestionAct,
    Seating,
    TenderAct,
    TenderState,
)
from tender_app.tenders.session_rules import Letter as Appointment
from tender_app.tenders.session_rules import NewObserver, ObserverBody
from tender_app.workflow.engine import advance, begin

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """The terms of a tender in the demonstration; days count from the day of publication."""

    subject: str
    terms: str
    estimate: int = 9_850_000_000
    guarantee: int = 492_500_000
    minimum: Decimal = Decimal(65)
    impact: Decimal = Decimal("0.4")
    documents: int = 7
    closes: int = 18
    basis: LegalBasis = LegalBasis.TENDER_ACT
    form: ProcurementMethod = ProcurementMethod.OPEN
    method: Method = Method.WEIGHTED_PRICE
    technical_share: Decimal | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a firm bids: points of each evaluator under each leaf, and the price by phase weights."""

    bidder: Bidder
    points: Sequence[Sequence[str]]
    price: int


def license_cluster(stage: Stage, company: Company, cluster: Cluster, day: dt.date) -> None:
    """Lead a cluster to its licence, which is given forty days before `day`."""
    atlas.license_cluster(stage, company, cluster, day)


def prepare(
    stage: Stage, company: Company, cluster: Cluster, terms: Terms, day: dt.date, invited: Sequence[Bidder] = ()
) -> Tender:
    """Prepare a tender to be published on `day`: everything that approval needs; a limited one invites these firms."""
    stage.at(workday(day - dt.timedelta(days=6)), 9)
    officer = company.officer
    tender = begin(stage.by(officer), Tender, TenderAct.PREPARE, Draft(cluster, basis=terms.basis))
    advance(stage.by(officer), tender, TenderAct.EDIT, Changes(_values(terms, day), criteria=CRITERIA))
    for title in ("دفترچه اسناد و شرایط", "شرح خدمات عامل و جدول معیارها", "متن پیش‌نویس قرارداد"):
        content = _document(company, tender, title, terms)
        stored = files_of(stage.settings).put(content)
        name = f"{tender.number}-{stage.seed() % 1000}.pdf"
        what = Attachment(title, name, "application/pdf", stored.key, stored.digest, stored.size)
        advance(stage.by(officer), tender, TenderAct.ATTACH, what)
    stored = files_of(stage.settings).put(_document(company, tender, "اسکن مستندات", terms))
    scan = Attachment("اسکن", f"{tender.number}-basis.pdf", "application/pdf", stored.key, stored.digest, stored.size)
    for kind in records.required(tender):
        advance(
            stage.by(officer), tender, TenderAct.RECORD_BASIS, records.Recorded(kind, day - dt.timedelta(days=20), scan)
        )
    seats = Seating(
        company.head.id,
        company.finance.id,
        company.technical.id,
        company.secretary.id,
        tuple(e.id for e in company.evaluators),
    )
    advance(stage.by(officer), tender, TenderAct.SEAT, seats)
    if invited:
        _limit(stage, company, tender, invited)
        return tender
    if not tender.basis.needs_rounds:
        return tender
    for name, after in (("روزنامه سراسری نمونه", 1), ("روزنامه استانی نمونه", 4)):
        what_day = workday(day + dt.timedelta(days=after))
        insertion = InsertionFacts(Outlet.NATIONAL_PAPER, name, str(stage.seed() % 9000), what_day)
        advance(stage.by(officer), tender, TenderAct.RECORD_INSERTION, insertion)
    return tender


def try_weights(stage: Stage, company: Company, tender: Tender) -> None:
    """Rehearse a draft's weights to the end."""
    advance(stage.by(company.officer), tender, TenderAct.TRY_WEIGHTS, rehearsing.Trial(stage.seed() % 1_000_000))
    while rehearsing.advance_one(stage.session, demo=True):
        stage.session.flush()


def answer_questions(stage: Stage, company: Company, tender: Tender) -> None:
    """Answer the first question of the linter about a draft, and leave the others open."""
    for asked in linting.questions(stage.by(company.officer), tender)[:1]:
        what = linting.Considered(asked.finding.key, "بررسی شد؛ ارزیابان در نشست توجیهی راهنمای شفاهی می‌گیرند.")
        advance(stage.by(company.officer), tender, TenderAct.ANSWER_FINDING, what)


def _limit(stage: Stage, company: Company, tender: Tender, invited: Sequence[Bidder]) -> None:
    """Certify why the call is limited, and list the firms."""
    is_alone = tender.procurement_method is ProcurementMethod.DIRECT
    ground = GROUNDS[tender.legal_basis][1 if is_alone else 0] if is_alone else None
    reason = "شمار شرکت‌هایی که این خدمت را می‌شناسند اندک است و همه در فهرست سازمان ثبت شده‌اند (ساختگی)."
    what = Justification(reason, ground, "۱۲/۴" if ground in NUMBERED else "")
    advance(stage.by(company.manager), tender, TenderAct.JUSTIFY, what)
    for bidder in invited:
        advance(stage.by(company.officer), tender, TenderAct.INVITE_FIRM, Invited(bidder.firm.id))


def publish(stage: Stage, company: Company, tender: Tender, day: dt.date) -> None:
    """Send for approval, make and rehearse the keys, and publish."""
    stage.at(workday(day - dt.timedelta(days=1)), 12)
    advance(stage.by(company.officer), tender, TenderAct.SEND_FOR_APPROVAL)
    stage.later(hours=1)
    hold_ceremony(stage, company, tender)
    stage.at(day, 9)
    advance(stage.by(company.manager), tender, TenderAct.PUBLISH)
    stage.later(hours=2)
    letter = Appointment(persian_digits(f"{calendar.jalali_year(day)}/ف/{stage.seed() % 900 + 100}"), day)
    advance(stage.by(company.manager), tender, TenderAct.RECORD_COMMITTEE, letter)


def ask_and_answer(stage: Stage, company: Company, tender: Tender, bidder: Bidder, text: str, answer: str) -> None:
    """Let a firm ask and the officer answer all."""
    stage.later(days=2)
    asked = begin(stage.by(bidder.person), Question, QuestionAct.ASK, Asked(bidder.firm, tender, text))
    if answer:
        stage.later(days=1)
        advance(stage.by(company.officer), asked, QuestionAct.ANSWER, Answer(answer))


def clarify(stage: Stage, company: Company, tender: Tender, reason: str, text: str) -> None:
    """Let the officer draft an addendum that explains, and the manager issue it."""
    ctx = stage.by(company.officer)
    made = begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
    advance(ctx, made, AddendumAct.REVISE, Revision(reason, text, is_material=False))
    stage.later(hours=1)
    advance(stage.by(company.manager), made, AddendumAct.ISSUE, Issued())


def bid(stage: Stage, tender: Tender, plan: Plan) -> Bid:
    """Prepare, seal and submit a firm's bid."""
    made = draft(stage, tender, plan)
    advance(stage.by(plan.bidder.person), made, BidAct.SUBMIT, bid_commands.submission_of(made))
    return made


def draft(stage: Stage, tender: Tender, plan: Plan) -> Bid:
    """Prepare a firm's bid and seal its envelopes, without submitting it."""
    bidder = plan.bidder
    made = begin(stage.by(bidder.person), Bid, BidAct.START, Start(bidder.firm, tender))
    for kind, form in _envelopes(tender, plan).items():
        ctx = stage.by(bidder.person)
        envelope = Envelope(bid_commands.recipient_of(ctx, tender.id, kind), files_of(stage.settings))
        files = []
        if kind is not EnvelopeKind.C:
            name, content = f"{kind.value}.pdf", _attachment(bidder, kind)
            envelope.file(0, name).write(content)
            envelope.end_file()
            files = [{"field": "files", "name": name, "size": len(content)}]
        advance(ctx, made, BidAct.SEAL, Placed(kind, envelope.seal({**form, "files": files})))
        stage.later(minutes=7)
    return made


def hand_over_originals(stage: Stage, company: Company, tender: Tender, plans: Sequence[Plan]) -> None:
    """Register the originals of the guarantees, where the law asks for them."""
    for plan in plans if tender.basis.asks_guarantee else ():
        what = Original(plan.bidder.firm.id, f"BG-{plan.bidder.firm.id:04}")
        advance(stage.by(company.officer), tender, TenderAct.RECEIVE_ORIGINAL, what)
        stage.later(minutes=11)


def meet(stage: Stage, company: Company, tender: Tender, guests: Sequence[tuple[str, str]] = ()) -> None:
    """Register who is present."""
    members = (company.head.id, company.finance.id, company.technical.id, company.secretary.id)
    advance(stage.by(company.secretary), tender, TenderAct.REGISTER_ATTENDANCE, Present(members, tuple(guests)))


def open_envelopes(stage: Stage, company: Company, tender: Tender) -> None:
    """Open الف and accept every guarantee where the law asks for one, open ب, issue the minutes."""
    if tender.basis.asks_guarantee:
        with_keys(stage, company, tender, TenderAct.OPEN_A)
        for found in bids_in(stage, tender, BidState.SUBMITTED):
            stage.later(minutes=4)
            advance(stage.by(company.finance), found, BidAct.ACCEPT_GUARANTEE)
        stage.later(minutes=10)
    with_keys(stage, company, tender, TenderAct.OPEN_B)
    stage.later(minutes=20)
    advance(stage.by(company.secretary), tender, TenderAct.ISSUE_OPENING_MINUTES)


def score(stage: Stage, company: Company, tender: Tender, plans: Sequence[Plan], *, only: int | None = None) -> None:
    """Let each evaluator declare no conflict, score every bid and confirm; `only`: the first so many confirm."""
    leaves = list(
        stage.session.scalars(sa.select(Criterion).where(Criterion.tender_id == tender.id).order_by(Criterion.position))
    )
    found = {b.firm_id: b for b in bids_in(stage, tender, BidState.UNDER_EVALUATION)}
    for place, person in enumerate(company.evaluators):
        query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.person_id == person.id)
        sheet = stage.session.scalars(query).one()
        if only is not None and place > only:
            break
        stage.later(hours=3)
        if sheet.state is SheetState.INVITED:
            declare(stage.by(person), sheet)
        for plan in plans:
            for leaf, row in zip(leaves, plan.points, strict=True):
                what = Scored(found[plan.bidder.firm.id].id, leaf.id, Decimal(row[place]), _reason(row[place]), 0)
                advance(stage.by(person), sheet, SheetAct.SCORE, what)
        if only is None or place < only:
            stage.later(minutes=30)
            advance(stage.by(person), sheet, SheetAct.CONFIRM)


def declare(ctx: Context, sheet: ScoreSheet) -> None:
    """Let an evaluator of the demonstration make what is left of both declarations."""
    acts = {SheetState.INVITED: SheetAct.PLEDGE, SheetState.KNOWS_BIDDERS: SheetAct.DECLARE_NO_CONFLICT}
    while act := acts.get(sheet.state):
        advance(ctx, sheet, act, signed(ctx, sheet))


def signed(ctx: Context, sheet: ScoreSheet) -> Declared:
    """Return the next declaration of a sheet, signed by the password of the demonstration."""
    return Declared(PASSWORD, digest_of(declaration_for(ctx, sheet)))


def lock(stage: Stage, company: Company, tender: Tender) -> None:
    """Lock the scores."""
    stage.later(hours=20)
    advance(stage.by(company.head), tender, TenderAct.LOCK_SCORES)
    stage.later(hours=1)
    advance(stage.by(company.secretary), tender, TenderAct.INVITE)


def decide(stage: Stage, company: Company, tender: Tender, *, explains: Bidder | None = None) -> None:
    """Open the prices, let a firm explain its own, negotiate where the method says so, vote, name the winners, issue the minutes."""
    open_prices(stage, company, tender)
    if explains is not None:
        explaining.explain(stage, company, tender, explains)
    if tender.method in NEGOTIATED:
        _negotiate(stage, company, tender)
    for member, reason in ((company.head, ""), (company.finance, ""), (company.technical, "")):
        ballot = Ballot(Matter.AWARD, is_for=True, reason=reason)
        advance(stage.by(member), tender, TenderAct.VOTE, ballot)
        stage.later(minutes=3)
    advance(stage.by(company.head), tender, TenderAct.NAME_WINNERS, Naming("بر پایه رتبه‌بندی"))
    stage.later(minutes=30)
    advance(stage.by(company.secretary), tender, TenderAct.ISSUE_PRICE_MINUTES)


def open_prices(stage: Stage, company: Company, tender: Tender) -> None:
    """Open the prices in the session."""
    advance(stage.by(company.secretary), tender, TenderAct.REGISTER_ATTENDANCE, _all(company))
    with_keys(stage, company, tender, TenderAct.OPEN_PRICES)
    stage.later(minutes=25)


def _negotiate(stage: Stage, company: Company, tender: Tender) -> None:
    """Agree with the best on three hundredths less than it proposed."""
    best = in_turn(RANKED.of(stage.by(company.head), tender))[0]
    what = Negotiated(best.bid_id, best.price * 97 // 100, "کاهش هزینه سفر و نشست‌ها")
    advance(stage.by(company.head), tender, TenderAct.NEGOTIATE, what)
    stage.later(minutes=40)


def observe(stage: Stage, company: Company, person: Person) -> None:
    """Let the secretary seat an observer in every tender of the company that runs now."""
    stage.now = clock.true_now(stage.session)
    day = workday(calendar.today(stage.now) - dt.timedelta(days=5))
    what = NewObserver(person.id, ObserverBody.ISIPO, "سازمان صنایع کوچک، دفتر توسعه خوشه‌ها", "۱۲۸/د/۴۵", day)
    states = (TenderState.PUBLISHED, TenderState.TECHNICAL)
    query = sa.select(Tender).where(Tender.organisation_id == company.organisation.id, Tender.state.in_(states))
    for tender in stage.session.scalars(query.order_by(Tender.id)).all():
        advance(stage.by(company.secretary), tender, TenderAct.SEAT_OBSERVER, what)


def award(stage: Stage, company: Company, tender: Tender) -> None:
    """Confirm and announce."""
    advance(stage.by(company.manager), tender, TenderAct.CONFIRM_AWARD)


def sign_contract(stage: Stage, company: Company, tender: Tender, winner: Bidder, starts: dt.date) -> Contract:
    """Draft, sign for the agent, sign for the company and issue."""
    contract = begin(stage.by(company.officer), Contract, ContractAct.DRAFT, Drafted(tender))
    what = Revised(
        starts,
        tender.years,
        "مهندسان مشاور آوند – ساختگی",
        "عامل دفتر دبیرخانه خوشه را در شهرک صنعتی برپا می‌کند.",
        tuple(Decimal(s) for s in shares_of(tender.years)),
    )
    advance(stage.by(company.officer), contract, ContractAct.EDIT, what)
    stage.later(days=1)
    advance(stage.by(winner.person), contract, ContractAct.SIGN_AS_AGENT, Guaranteed("PG-77140"))
    stage.later(hours=3)
    advance(stage.by(company.manager), contract, ContractAct.ISSUE)
    return contract


def bids_in(stage: Stage, tender: Tender, state: BidState) -> list[Bid]:
    """Return the tender's bids in a state."""
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state).order_by(Bid.id)
    return list(stage.session.scalars(query))


def all_bids(stage: Stage) -> list[Bid]:
    """Return every bid."""
    return list(stage.session.scalars(sa.select(Bid).order_by(Bid.id)))


def day_of(published: dt.date, after: int) -> dt.date:
    """Return the working day so many days after the publication."""
    return workday(published + dt.timedelta(days=after))


def opening_of(terms: Terms, day: dt.date) -> dt.datetime:
    """Return when a tender published on `day` under these terms opens envelopes الف and ب."""
    found = _values(terms, day)["opens_at"]
    if not isinstance(found, dt.datetime):
        raise TypeError("an opening is an instant")
    return found


def _values(terms: Terms, day: dt.date) -> dict[str, object]:
    documents = day_of(day, terms.documents)
    questions = workday(documents + dt.timedelta(days=3))
    closes = max(day_of(day, terms.closes), workday(max(documents + dt.timedelta(days=11), questions + ONE_DAY)))
    opens = workday(closes + dt.timedelta(days=1))
    prices = workday(opens + dt.timedelta(days=8))
    return {
        "procurement_method": terms.form,
        "method": terms.method,
        "technical_share": terms.technical_share,
        "budget": terms.budget,
        "subject": terms.subject,
        "terms": terms.terms,
        "estimate": terms.estimate,
        "budget_line": "1503-002-14",
        "funding_certificate": "1405/ت/318",
        "setad_no": "2005001234000017",
        "board_resolution": "۴۱۲",
        "board_resolution_on": workday(day - dt.timedelta(days=12)),
        "guarantee": terms.guarantee if BASES[terms.basis].asks_guarantee else None,
        "documents_until": calendar.instant(documents, dt.time(14)),
        "questions_until": calendar.instant(questions, dt.time(14)),
        "closes_at": calendar.instant(closes, dt.time(14)),
        "opens_at": calendar.instant(opens, dt.time(10)),
        "prices_open_at": calendar.instant(prices, dt.time(10)),
        "contract_by": workday(prices + dt.timedelta(days=21)),
        "valid_until": workday(prices + dt.timedelta(days=95)),
        "opening_place": "تالار جلسات شرکت شهرک‌های صنعتی",
        "minimum_score": terms.minimum,
        "impact": terms.impact,
        "minimum_bids": 1,
    }


def _envelopes(tender: Tender, plan: Plan) -> dict[EnvelopeKind, dict[str, object]]:
    titles = phases_of(tender.years)
    amounts = money.shares(plan.price, list(shares_of(tender.years)))
    until = tender.valid_until or dt.date.max - dt.timedelta(days=400)
    found: dict[EnvelopeKind, dict[str, object]] = {
        EnvelopeKind.A: {
            "kind": "bank",
            "issuer": "بانک نمونه، شعبه مرکزی",
            "number": f"BG-{plan.bidder.firm.id:04}",
            "amount": tender.guarantee,
            "expires_on": (until + dt.timedelta(days=20)).isoformat(),
            "sepam_no": f"9140{plan.bidder.firm.id:012}",
        },
        EnvelopeKind.B: {
            "team": [
                _member(plan, 1, ("عامل توسعه", "کارشناسی ارشد مدیریت صنعتی", "گواهی عامل توسعه خوشه", "12", "100")),
                _member(plan, 2, ("دستیار اجرایی", "کارشناسی صنایع غذایی", "", "7", "100")),
                _member(plan, 3, ("دبیر خوشه", "کارشناسی علوم اجتماعی", "", "5", "50")),
            ],
            "approach": "مطالعه شناختی چهارماهه، نقشه اجتماعی خوشه، تدوین راهبرد با بهره‌برداران و برنامه عملیاتی سالانه.",
            "experience": "دو دوره عاملیت خوشه در صنایع غذایی و یک مطالعه شناختی (ساختگی).",
            "declares": True,
        },
        EnvelopeKind.C: {
            "phases": [{"title": t, "amount": a} for t, a in zip(titles, amounts, strict=True)],
            "total": plan.price,
            "words": money.in_words(plan.price),
            "includes_tax": False,
            "declares": True,
        },
    }
    return {kind: found[kind] for kind in needed(tender)}


def _member(plan: Plan, place: int, facts: Sequence[str]) -> dict[str, str]:
    """Return an invented member of a firm's team; nobody is in two teams."""
    seed = plan.bidder.firm.id * 10 + place
    named = {"name": f"کارشناس نمونه {persian_digits(seed)}", "national_code": make_national_code(310_000_000 + seed)}
    return named | dict(zip(("role", "degree", "certificate", "years", "share"), facts, strict=True))


def _attachment(bidder: Bidder, kind: EnvelopeKind) -> bytes:
    text = f"{kind.label}، {bidder.firm.name} (ساختگی)"
    return render(Paper(bidder.firm.name, kind.label, "-", [Title(text)], None))


def _document(company: Company, tender: Tender, title: str, terms: Terms) -> bytes:
    blocks = [Title(title, tender.title), *(Text(p) for p in (terms.subject + "\n" + terms.terms).split("\n") if p)]
    return render(Paper(company.organisation.name, title, tender.number, blocks, None))


def _reason(points: str) -> str:
    return "روشن و کامل است." if Decimal(points) >= Decimal(75) else "پذیرفتنی است ولی جزئیات کم دارد."


def _all(company: Company) -> Present:
    return Present((company.head.id, company.finance.id, company.technical.id, company.secretary.id))
