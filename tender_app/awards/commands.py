"""What changes by the commission's decision and its confirmation."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards import paper
from tender_app.awards.guards import VOTES
from tender_app.awards.models import Award
from tender_app.awards.rules import Ballot, Ending, Naming, Returned
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState
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
from tender_app.tenders.guards import FACTS
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.queries import attendance, seated
from tender_app.tenders.rules import Matter, Method, Session
from tender_app.workflow.engine import advance

CAME = frozenset(set(BidState) - {BidState.DRAFT, BidState.REPLACED, BidState.WITHDRAWN, BidState.DISCARDED})


def cast_vote(ctx: Context, tender: Tender, what: Ballot) -> None:
    """Keep a member's vote in the round that counts now."""
    number = VOTES.of(ctx, tender).round_of(what.matter).number
    role = next(s.role for s in FACTS.of(ctx, tender).seats if s.person_id == ctx.actor.person_id and s.role in COMMISSION)
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


def name_winners(ctx: Context, tender: Tender, what: Naming | None) -> None:
    """Name first and second winner from the ranking and the runner-up rule; equals need the lot's result."""
    view = evaluation.ranking(ctx, tender)
    if view is None or not view.rows:
        raise LookupError("a tender without a ranking")
    first = view.rows[0]
    equals = [r for r in view.rows if r.place == first.place]
    if len(equals) > 1:
        drawn = [r for r in equals if what is not None and r.bid_id == what.drawn_bid_id]
        if not drawn:
            raise Invalid("دو پیشنهاد برابرند؛ نتیجه قرعه را ثبت کنید.", {"drawn": "پیشنهادی را که قرعه به نامش آمد برگزینید."})
        first = drawn[0]
    second = view.runner_up
    if second is not None and second.bid_id == first.bid_id:
        second = next(r for r in equals if r.bid_id != first.bid_id)
    ctx.session.add(
        Award(
            tender_id=tender.id,
            ranking_id=view.ranking_id,
            winner_bid_id=first.bid_id,
            runner_up_bid_id=second.bid_id if second else None,
            reason=what.reason if what else "",
            decided_at=ctx.now,
        )
    )
    ctx.session.flush()
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, managers, "رأی کمیسیون در انتظار تأیید شماست", path="decision")


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


def end_tender(ctx: Context, tender: Tender, what: Ending) -> None:
    """Keep the law's reason for renewal or cancellation, and tell everybody who bid."""
    tender.ended_at, tender.end_reason, tender.end_note = ctx.now, what.reason.value, what.note
    for bid in _bids(ctx, tender, list(CAME)):
        _tell_firm(ctx, tender, bid.firm_id, f"مناقصه {tender.state.label}", what.reason.label)


def standing(ctx: Context, tender: Tender) -> Award:
    """Return the decision that stands."""
    query = sa.select(Award).where(Award.tender_id == tender.id, Award.returned_at.is_(None))
    return ctx.session.scalars(query).one()


def _send_letter(ctx: Context, tender: Tender, bid: Bid, act: BidAct, signer: Person) -> None:
    facts = paper.LetterFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        _paragraphs(tender, act),
        signer.name,
        "مدیرعامل",
    )
    kind = DocumentKind.AWARD_LETTER if act is BidAct.WIN else DocumentKind.REGRET_LETTER
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id)
    issue(ctx, about, lambda stamp: paper.letter(facts, stamp))
    _tell_firm(ctx, tender, bid.firm_id, f"نتیجه مناقصه: {bid.state.label}", tender.title)


def _paragraphs(tender: Tender, act: BidAct) -> list[str]:
    until = calendar.long_date(tender.contract_by) if tender.contract_by else ""
    if act is BidAct.WIN:
        return [
            f"به آگاهی می‌رساند کمیسیون مناقصه، آن شرکت را برنده اول مناقصه «{tender.title}» شناخت و این رأی تأیید شد.",
            f"خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، تا {until} اقدام فرمایید؛ خودداری از آن، به "
            "موجب ماده ۲۱ قانون برگزاری مناقصات، ضبط تضمین شرکت در فرآیند را در پی دارد.",
        ]
    if act is BidAct.SECOND:
        return [
            f"به آگاهی می‌رساند آن شرکت برنده دوم مناقصه «{tender.title}» شناخته شد.",
            "تضمین شرکت در فرآیند آن شرکت تا بستن قرارداد با برنده اول نگه داشته و پس از آن بازگردانده می‌شود (ماده ۲۱).",
        ]
    return [
        f"از شرکت در مناقصه «{tender.title}» سپاسگزاریم. با بررسی پیشنهادها، شرکت دیگری برنده شناخته شد.",
        "تضمین شرکت در فرآیند بازگردانده می‌شود (ماده ۲۰). اگر به روند مناقصه اعتراض دارید، بر پایه ماده ۲۵ به سازمان بنویسید.",
    ]


def _minutes(ctx: Context, tender: Tender, award: Award) -> paper.PriceMinutesFacts:
    view = evaluation.ranking(ctx, tender)
    rows = view.rows if view else ()
    weighted = tender.method is Method.WEIGHTED_PRICE
    names = {r.bid_id: r.firm for r in rows}
    present = attendance(ctx, tender, Session.PRICES)
    people = {s.person_id: s for s in FACTS.of(ctx, tender).seats}
    votes = [v for v in VOTES.of(ctx, tender).votes if v.matter is Matter.AWARD]
    last = [v for v in votes if v.round == max((x.round for x in votes), default=1)]
    return paper.PriceMinutesFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.moment(award.decided_at),
        tender.opening_place,
        [(a.name, a.role.label if a.role else a.title) for a in present],
        "قیمت تراز شده" if weighted else "امتیاز نهایی",
        _rule(tender),
        [
            (
                r.firm,
                _number(half_up(r.technical, 2)),
                money.grouped(r.price),
                money.grouped(int(half_up(r.final, 0))) if weighted else _number(half_up(r.final, 4)),
                persian_digits(r.place),
            )
            for r in rows
        ],
        [b.firm.name for b in _bids(ctx, tender, [BidState.BELOW_MINIMUM])],
        names[award.winner_bid_id],
        names[award.runner_up_bid_id] if award.runner_up_bid_id else "ندارد",
        _gap(tender, view),
        [(people[v.person_id].name, "موافق" if v.is_for else "مخالف", v.reason) for v in last if v.person_id in people],
        [(a.name, a.role.label, "") for a in present if a.role in {*COMMISSION, Role.SECRETARY}],
        view.digest if view else "",
    )


def _rule(tender: Tender) -> str:
    if tender.method is Method.WEIGHTED_PRICE:
        return f"برنده کمترین قیمت تراز شده است؛ ضریب تأثیر {_number(str(tender.impact))}. برابری با امتیاز فنی بالاتر، سپس قیمت کمتر، سپس قرعه شکسته می‌شود."
    return f"برنده بیشترین امتیاز نهایی است؛ سهم امتیاز فنی {_number(str(tender.technical_share))}."


def _gap(tender: Tender, view: evaluation.RankingView | None) -> str:
    if view is None or view.gap is None:
        return "یک پیشنهاد بیشتر نیست"
    gap = money.grouped(abs(int(half_up(view.gap, 0))))
    sign = "منفی " if view.gap < 0 else ""
    return f"{sign}{gap} ریال ({tender.runner_up_basis.label})، در برابر تضمین {money.grouped(tender.guarantee or 0)} ریال"


def _number(text: str) -> str:
    return persian_digits(text).replace(".", "٫")


def _bids(ctx: Context, tender: Tender, states: Sequence[BidState]) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(states))
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, *, body: str = "", path: str = "opening") -> None:
    tell(ctx, people, subject, body=body or tender.title, path=f"/tenders/{tender.number}/{path}", tender_id=tender.id)


def _tell_firm(ctx: Context, tender: Tender, firm_id: int, subject: str, body: str) -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [firm_id])
    tell(ctx, people, subject, body=body, path=f"/tenders/{tender.number}/bid", tender_id=tender.id)
