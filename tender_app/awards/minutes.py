"""What the papers of the award say: the facts of the price minutes and of the letters, read from what was kept."""

from collections.abc import Sequence
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards import paper
from tender_app.awards.guards import VOTES
from tender_app.awards.models import Award
from tender_app.bids.minutes import session_header
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation import queries as evaluation
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.queries import Ranked
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import Matter, Method, Session

COMPLAINT = (
    "اگر به روند مناقصه اعتراض دارید، بر پایه ماده ۲۵ قانون برگزاری مناقصات به مدیرعامل بنویسید؛ "
    "پاسخ ظرف پانزده روز کاری داده می‌شود."
)


def price_minutes_facts(ctx: Context, tender: Tender, award: Award) -> paper.PriceMinutesFacts:
    """Return what the minutes of the price session and of the naming of the winners say."""
    view = evaluation.ranking(ctx, tender)
    if view is None:
        raise LookupError("a decision without a ranking")
    weighted = tender.method is Method.WEIGHTED_PRICE
    names = {r.bid_id: f"{r.firm}، {_amount(r.price)}" for r in view.rows}
    present = attendance(ctx, tender, Session.PRICES)
    return paper.PriceMinutesFacts(
        organisation=tender.organisation.name,
        tender_number=tender.number,
        tender_title=tender.title,
        header=_header(tender, view),
        present=[(a.name, a.role.label if a.role else a.title) for a in present],
        prices=[(r.firm, money.grouped(r.price), f"{money.in_words(r.price)} ریال") for r in view.rows],
        set_aside=[f"{b.firm.name}: {b.finding}" for b in _bids(ctx, tender, BidState.PRICE_REJECTED)],
        unopened=[b.firm.name for b in _bids(ctx, tender, BidState.BELOW_MINIMUM)],
        rule=_rule(tender),
        final_head="قیمت تراز شده (ریال)" if weighted else "امتیاز نهایی",
        ranking=[_ranked(row, weighted=weighted) for row in view.rows],
        votes=_votes(ctx, tender),
        winner=names[award.winner_bid_id],
        runner_up=names[award.runner_up_bid_id] if award.runner_up_bid_id else "ندارد",
        gap=_gap(tender, view),
        remarks=_remarks(ctx, tender, award, view.rows),
        members=[(a.name, a.role.label, "") for a in present if a.role in {*COMMISSION, Role.SECRETARY}],
        digest=view.digest,
    )


def letter_facts(ctx: Context, bid: Bid, award: Award) -> paper.LetterFacts:
    """Return what the letter of the result says to a bidder, signed by the actor."""
    tender, signer = bid.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    return paper.LetterFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        bid.firm.name,
        _paragraphs(ctx, bid, award),
        signer.name,
        signer.position or Role.MANAGER.label,
    )


def _header(tender: Tender, view: evaluation.RankingView) -> list[tuple[str, str]]:
    estimate = [("برآورد", _amount(tender.estimate))] if tender.estimate else []
    return [*session_header(tender, view.computed_at), *estimate]


def _ranked(row: Ranked, *, weighted: bool) -> tuple[str, str, str, str, str]:
    shown = _final(row.final, weighted=weighted)
    return row.firm, _number(half_up(row.technical, 2)), money.grouped(row.price), shown, persian_digits(row.place)


def _final(value: Fraction, *, weighted: bool) -> str:
    return money.grouped(int(half_up(value, 0))) if weighted else _number(half_up(value, 4))


def _votes(ctx: Context, tender: Tender) -> list[tuple[str, str, str]]:
    cast = [v for v in VOTES.of(ctx, tender).votes if v.matter is Matter.AWARD]
    last = max((v.round for v in cast), default=1)
    ids = {v.person_id for v in cast}
    names = dict(ctx.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [
        (f"{names[v.person_id]}، {v.role.label}", "موافق" if v.is_for else "مخالف", v.reason)
        for v in cast
        if v.round == last
    ]


def _remarks(ctx: Context, tender: Tender, award: Award, rows: Sequence[Ranked]) -> list[str]:
    remarks = [
        f"رأی {calendar.numeric(calendar.today(a.decided_at))} با این دلیل برگشت و دوباره رأی گرفته شد: {a.return_reason}"
        for a in VOTES.of(ctx, tender).awards
        if a.returned_at
    ]
    if any(r.needs_lot for r in rows):
        remarks.append("جایگاه پیشنهادهای برابر با قرعه در حضور کمیسیون معین شد.")
    if award.reason:
        remarks.append(f"توضیح کمیسیون: {award.reason}")
    return remarks


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


def _paragraphs(ctx: Context, bid: Bid, award: Award) -> list[str]:
    tender = bid.tender
    view = evaluation.ranking(ctx, tender)
    rows = {r.bid_id: r for r in view.rows} if view else {}
    own, winner = rows.get(bid.id), rows[award.winner_bid_id]
    if own is None:
        return [*_thanks(tender, winner), _set_aside(ctx, bid), _returned(bid), COMPLAINT]
    if bid.state is BidState.WON:
        return _to_winner(tender, own)
    weighted = tender.method is Method.WEIGHTED_PRICE
    final = (
        f"قیمت تراز شده {_final(own.final, weighted=True)} ریال"
        if weighted
        else f"امتیاز نهایی {_final(own.final, weighted=False)}"
    )
    standing = (
        f"پیشنهاد آن شرکت با امتیاز فنی {_number(half_up(own.technical, 2))} از ۱۰۰، قیمت {_amount(own.price)} و "
        f"{final} در جایگاه {persian_digits(own.place)} ایستاد."
    )
    if bid.state is BidState.RUNNER_UP:
        return [
            f"به آگاهی می‌رساند آن شرکت برنده دوم مناقصه «{tender.title}» و «{winner.firm}» برنده اول شناخته شد.",
            standing,
            "تضمین شرکت در فرآیند آن شرکت تا بستن قرارداد با برنده اول نگه داشته و سپس بازگردانده می‌شود (ماده ۲۱).",
            COMPLAINT,
        ]
    return [*_thanks(tender, winner), standing, _returned(bid), COMPLAINT]


def _to_winner(tender: Tender, own: Ranked) -> list[str]:
    until = f"تا {calendar.long_date(tender.contract_by)}" if tender.contract_by else "در مهلت اسناد"
    return [
        (
            f"به آگاهی می‌رساند کمیسیون مناقصه، آن شرکت را با پیشنهاد {_amount(own.price)} برنده اول مناقصه "
            f"«{tender.title}» شناخت و این رأی تأیید شد."
        ),
        (
            f"خواهشمند است برای بستن قرارداد و سپردن تضمین انجام تعهدات، {until} اقدام فرمایید؛ خودداری از آن، به "
            "موجب ماده ۲۱ قانون برگزاری مناقصات، ضبط تضمین شرکت در فرآیند را در پی دارد."
        ),
    ]


def _thanks(tender: Tender, winner: Ranked) -> list[str]:
    return [
        f"از شرکت در مناقصه «{tender.title}» سپاسگزاریم. با بررسی پیشنهادها، «{winner.firm}» با پیشنهاد {_amount(winner.price)} برنده شناخته شد."
    ]


def _set_aside(ctx: Context, bid: Bid) -> str:
    """Return why a bid was set aside before the ranking."""
    if bid.state is BidState.BELOW_MINIMUM:
        exact = ctx.session.scalars(sa.select(TechnicalResult.score).where(TechnicalResult.bid_id == bid.id)).one()
        minimum = decimal_text(bid.tender.minimum_score) if bid.tender.minimum_score is not None else ""
        return (
            f"امتیاز فنی آن شرکت {_number(half_up(Fraction(exact), 2))} از ۱۰۰ است و به حداقل {minimum} نرسید؛ "
            "از این رو پاکت ج گشوده نشد و ناگشوده بازگردانده می‌شود (ماده ۱۹)."
        )
    return f"پیشنهاد آن شرکت کنار گذاشته شد. وضعیت: {bid.state.label}{f'؛ دلیل: {bid.finding}' if bid.finding else ''}."


def _returned(bid: Bid) -> str:
    return (
        "تضمین شرکت در فرآیند بازگردانده می‌شود (ماده ۲۰)."
        if bid.tender.has_envelope_a
        else "در این مناقصه تضمینی خواسته نشده بود."
    )


def _amount(price: int) -> str:
    return f"{money.grouped(price)} ریال ({money.in_words(price)} ریال)"


def _number(text: str) -> str:
    return persian_digits(text).replace(".", "٫")


def _bids(ctx: Context, tender: Tender, state: BidState) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state)
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()
