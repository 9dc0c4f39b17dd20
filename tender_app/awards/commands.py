"""What changes by the commission's decision and its confirmation."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards import paper
from tender_app.awards.guards import VOTES
from tender_app.awards.models import Award
from tender_app.awards.rules import Ballot, Ending, LotNeededError, Naming, Returned, Round, winners
from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import LIVE, BidAct, BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import queries as evaluation
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar, money
from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.queries import attendance, seated
from tender_app.tenders.rules import Matter, Method, Session
from tender_app.workflow.engine import advance

OUT_EARLIER = (
    BidState.GUARANTEE_REJECTED,
    BidState.ENVELOPE_B_REJECTED,
    BidState.BELOW_MINIMUM,
    BidState.PRICE_REJECTED,
)
LOT_NEEDED = "پیشنهادهایی با هم برابرند؛ در حضور کمیسیون قرعه بکشید و نتیجه را ثبت کنید."


def cast_vote(ctx: Context, tender: Tender, what: Ballot) -> None:
    """Keep a member's vote in the round that counts now; the third vote of a round is told to the head, whose turn it is."""
    number = VOTES.of(ctx, tender).round_of(what.matter).number
    seats = FACTS.of(ctx, tender).seats
    role = next(s.role for s in seats if s.person_id == ctx.actor.person_id and s.role in COMMISSION)
    ctx.session.add(
        Vote(
            tender_id=tender.id,
            matter=what.matter,
            round=number,
            person_id=ctx.actor.person_id,
            role=role,
            is_for=what.is_for,
            reason=what.reason,
            cast_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    votes = [v for v in VOTES.of(ctx, tender).votes if v.matter is what.matter and v.round == number]
    ended = Round(number, tuple(votes))
    if ended.is_complete:
        outcome = "تصویب شد" if ended.has_passed else "رأی نیاورد"
        _tell(ctx, tender, seated(ctx, tender, [Role.HEAD]), f"رأی‌گیری پایان یافت؛ {what.matter.label}: {outcome}")


def name_winners(ctx: Context, tender: Tender, what: Naming | None) -> None:
    """Name first and second winner from the ranking and the runner-up rule; equals need the lot's result."""
    view = evaluation.ranking(ctx, tender)
    if view is None or not view.rows:
        raise LookupError("a tender without a ranking")
    naming = what or Naming()
    weighted = evaluation.gap_is_weighted(tender)
    try:
        first, second = winners(view.places, tender.guarantee or 0, weighted=weighted, lots=naming.lots)
    except LotNeededError as equals:
        raise Invalid(LOT_NEEDED, {equals.field: "پیشنهادی را که قرعه به نامش آمد برگزینید."}) from equals
    ctx.session.add(
        Award(
            tender_id=tender.id,
            ranking_id=view.ranking_id,
            winner_bid_id=int(first.offer.id),
            runner_up_bid_id=int(second.offer.id) if second else None,
            reason=naming.reason,
            decided_at=ctx.now,
        )
    )
    ctx.session.flush()
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, managers, "رأی کمیسیون در انتظار تأیید شماست")


def issue_price_minutes(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the minutes of the price session and the decision."""
    award = standing(ctx, tender)
    facts = _minutes(ctx, tender, award)
    about = Issue(DocumentKind.PRICE_MINUTES, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: paper.price_minutes(facts, stamp))
    award.minuted_at = ctx.now


def return_decision(ctx: Context, tender: Tender, what: Returned) -> None:
    """Send the decision back to the commission with the reason; the decision's row stays."""
    award = standing(ctx, tender)
    award.returned_at, award.return_reason = ctx.now, what.text
    _tell(ctx, tender, seated(ctx, tender, [*COMMISSION, Role.SECRETARY]), "رأی کمیسیون با دلیل برگشت", body=what.text)


def confirm_award(ctx: Context, tender: Tender, _what: Any) -> None:
    """Confirm and announce: letters to all ranked bidders, their bids' outcomes, messages."""
    award = standing(ctx, tender)
    award.announced_at = ctx.now
    ctx.session.flush()
    signer = ctx.session.get_one(Person, ctx.actor.person_id)
    for bid in _bids(ctx, tender, [BidState.PRICED]):
        act = BidAct.LOSE
        if bid.id == award.winner_bid_id:
            act = BidAct.WIN
        elif bid.id == award.runner_up_bid_id:
            act = BidAct.SECOND
        advance(ctx, bid, act)
        _send_letter(ctx, tender, bid, act, signer)
    for bid in _bids(ctx, tender, OUT_EARLIER):
        _tell_firm(ctx, tender, bid.firm_id, "نتیجه مناقصه اعلام شد", tender.title, path="")
    staff = seated(ctx, tender, [*COMMISSION, Role.SECRETARY])
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, [*staff, *officers], "برنده تأیید و اعلام شد")


def end_tender(ctx: Context, tender: Tender, what: Ending) -> None:
    """Keep the law's reason for renewal or cancellation, and tell everybody who bid."""
    tender.ended_at, tender.end_reason, tender.end_note = ctx.now, what.reason.value, what.note
    for bid in _bids(ctx, tender, list(LIVE)):
        _tell_firm(ctx, tender, bid.firm_id, f"مناقصه {tender.state.label}", what.reason.label, path="")
    staff = seated(ctx, tender, [*COMMISSION, Role.SECRETARY, Role.EVALUATOR])
    managers = holders(ctx, {Role.MANAGER, Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, [*staff, *managers], f"مناقصه {tender.state.label}", body=what.reason.label)


def standing(ctx: Context, tender: Tender) -> Award:
    """Return the decision that stands."""
    query = sa.select(Award).where(Award.tender_id == tender.id, Award.returned_at.is_(None))
    return ctx.session.scalars(query).one()


def _send_letter(ctx: Context, tender: Tender, bid: Bid, act: BidAct, signer: Person) -> None:
    price = ctx.session.scalars(sa.select(Price.total).where(Price.bid_id == bid.id)).one()
    facts = paper.LetterFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        _paragraphs(tender, act, price),
        signer.name,
        signer.position or Role.MANAGER.label,
    )
    kind = DocumentKind.AWARD_LETTER if act is BidAct.WIN else DocumentKind.REGRET_LETTER
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id)
    issue(ctx, about, lambda stamp: paper.letter(facts, stamp))
    _tell_firm(ctx, tender, bid.firm_id, f"نتیجه مناقصه: {bid.state.label}", tender.title)


def _paragraphs(tender: Tender, act: BidAct, price: int) -> list[str]:
    until = f"تا {calendar.long_date(tender.contract_by)}" if tender.contract_by else "در مهلت اسناد"
    if act is BidAct.WIN:
        return [
            (
                f"به آگاهی می‌رساند کمیسیون مناقصه، آن شرکت را با پیشنهاد {_amount(price)} برنده اول مناقصه "
                f"«{tender.title}» شناخت و این رأی تأیید شد."
            ),
            (
                f"خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، {until} اقدام فرمایید؛ خودداری از آن، به "
                "موجب ماده ۲۱ قانون برگزاری مناقصات، ضبط تضمین شرکت در فرآیند را در پی دارد."
            ),
        ]
    if act is BidAct.SECOND:
        return [
            f"به آگاهی می‌رساند آن شرکت با پیشنهاد {_amount(price)} برنده دوم مناقصه «{tender.title}» شناخته شد.",
            "تضمین شرکت در فرآیند آن شرکت تا بستن قرارداد با برنده اول نگه داشته و سپس بازگردانده می‌شود (ماده ۲۱).",
        ]
    return [
        f"از شرکت در مناقصه «{tender.title}» سپاسگزاریم. با بررسی پیشنهادها، شرکت دیگری برنده شناخته شد.",
        (
            "تضمین شرکت در فرآیند بازگردانده می‌شود (ماده ۲۰). اگر به روند مناقصه اعتراض دارید، بر پایه ماده ۲۵ "
            "به سازمان بنویسید؛ پاسخ ظرف پانزده روز کاری داده می‌شود."
        ),
    ]


def _minutes(ctx: Context, tender: Tender, award: Award) -> paper.PriceMinutesFacts:
    view = evaluation.ranking(ctx, tender)
    if view is None:
        raise LookupError("a decision without a ranking")
    weighted = tender.method is Method.WEIGHTED_PRICE
    names = {r.bid_id: f"{r.firm}، {_amount(r.price)}" for r in view.rows}
    present = attendance(ctx, tender, Session.PRICES)
    return paper.PriceMinutesFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.moment(view.computed_at),
        tender.opening_place,
        [(a.name, a.role.label if a.role else a.title) for a in present],
        "قیمت تراز شده" if weighted else "امتیاز نهایی",
        _rule(tender),
        [_ranked(row, weighted=weighted) for row in view.rows],
        [b.firm.name for b in _bids(ctx, tender, [BidState.BELOW_MINIMUM])],
        names[award.winner_bid_id],
        names[award.runner_up_bid_id] if award.runner_up_bid_id else "ندارد",
        _gap(tender, view),
        _votes(ctx, tender),
        [(a.name, a.role.label, "") for a in present if a.role in {*COMMISSION, Role.SECRETARY}],
        view.digest,
        _amount(tender.estimate) if tender.estimate else "",
        "جایگاه پیشنهادهای برابر با قرعه در حضور کمیسیون معین شد." if any(r.needs_lot for r in view.rows) else "",
        f"توضیح کمیسیون: {award.reason}" if award.reason else "",
    )


def _ranked(row: evaluation.Ranked, *, weighted: bool) -> tuple[str, str, str, str, str]:
    final = money.grouped(int(half_up(row.final, 0))) if weighted else _number(half_up(row.final, 4))
    place = persian_digits(row.place)
    return row.firm, _number(half_up(row.technical, 2)), money.grouped(row.price), final, place


def _votes(ctx: Context, tender: Tender) -> list[tuple[str, str, str]]:
    cast = [v for v in VOTES.of(ctx, tender).votes if v.matter is Matter.AWARD]
    last = max((v.round for v in cast), default=1)
    names = dict(
        ctx.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_({v.person_id for v in cast}))).all()
    )
    return [(names[v.person_id], "موافق" if v.is_for else "مخالف", v.reason) for v in cast if v.round == last]


def _rule(tender: Tender) -> str:
    if tender.method is Method.WEIGHTED_PRICE:
        first = f"برنده کمترین قیمت تراز شده است؛ ضریب تأثیر {_number(f'{tender.impact:f}')}."
    else:
        first = f"برنده بیشترین امتیاز نهایی است؛ سهم امتیاز فنی {_number(f'{tender.technical_share:f}')}."
    return f"{first} برابری با امتیاز فنی بالاتر، سپس قیمت کمتر، سپس قرعه شکسته می‌شود."


def _gap(tender: Tender, view: evaluation.RankingView) -> str:
    if view.gap is None:
        return "یک پیشنهاد بیشتر نیست"
    basis = "قیمت تراز شده" if evaluation.gap_is_weighted(tender) else "قیمت پیشنهادی"
    gap = money.grouped(abs(int(half_up(view.gap, 0))))
    told = f"{gap} ریال کمتر از برنده اول" if view.gap < 0 else f"{gap} ریال"
    return f"{told} (بر پایه {basis})، در برابر تضمین {money.grouped(tender.guarantee or 0)} ریال"


def _amount(price: int) -> str:
    return f"{money.grouped(price)} ریال ({money.in_words(price)} ریال)"


def _number(text: str) -> str:
    return persian_digits(text).replace(".", "٫")


def _bids(ctx: Context, tender: Tender, states: Sequence[BidState]) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(states))
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, *, body: str = "") -> None:
    tell(
        ctx, people, subject, body=body or tender.title, path=f"/tenders/{tender.number}/decision", tender_id=tender.id
    )


def _tell_firm(ctx: Context, tender: Tender, firm_id: int, subject: str, body: str, *, path: str = "/bid") -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [firm_id])
    tell(ctx, people, subject, body=body, path=f"/tenders/{tender.number}{path}", tender_id=tender.id)
