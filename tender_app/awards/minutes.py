"""What the papers of the award say: the facts of the price minutes and of the letters, read from what was kept."""

from collections.abc import Sequence
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards import paper
from tender_app.awards.guards import VOTES
from tender_app.awards.models import Award
from tender_app.awards.refusal_guards import term_of
from tender_app.bids.minutes import session_header
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation import low_price, negotiation
from tender_app.evaluation import queries as evaluation
from tender_app.evaluation.explanation_guards import EXPLANATIONS
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.methods import YARDSTICKS
from tender_app.evaluation.models import TechnicalResult
from tender_app.evaluation.queries import Ranked
from tender_app.evaluation.scoring import half_up
from tender_app.evaluation.working import verdict
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders
from tender_app.people.models import Person
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.composition import capacities_told
from tender_app.tenders.methods import parameter_of, rule_of
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.procurement import ProcurementMethod
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import Matter, Method, Session


def price_minutes_facts(ctx: Context, tender: Tender, award: Award) -> paper.PriceMinutesFacts:
    """Return what the minutes of the price session and of the naming of the winners say."""
    view = evaluation.ranking(ctx, tender)
    if view is None:
        raise LookupError("a decision without a ranking")
    agreed = negotiation.agreed_with(ctx, tender)
    names = {r.bid_id: f"{r.firm}، {_amount(r.price)}" for r in view.rows}
    if agreed is not None and agreed.agreed is not None:
        firm = next(r.firm for r in view.rows if r.bid_id == agreed.bid_id)
        names[agreed.bid_id] = f"{firm}، {_amount(agreed.agreed)} (قیمت توافق‌شده در مذاکره)"
    present = attendance(ctx, tender, Session.PRICES)
    over = evaluation.over_budget(ctx, tender)
    aside = low_price.set_aside(ctx, tender)
    read = [*((r.firm, r.price) for r in view.rows), *((firm, price) for firm, _score, price in over)]
    read += [(row.firm, row.price) for row in aside if row.price is not None]
    yardstick, basis = YARDSTICKS[tender.method], tender.basis
    return paper.PriceMinutesFacts(
        organisation=tender.organisation.name,
        tender_number=tender.number,
        tender_title=tender.title,
        title=basis.minutes,
        header=_header(tender, view),
        present=capacities_told(ctx, tender, present),
        prices=[(firm, money.grouped(price), f"{money.in_words(price)} ریال") for firm, price in read],
        set_aside=[
            *(f"{row.firm}: {row.finding.rstrip('.')}" for row in aside),
            *(f"{firm}: قیمت از بودجه اعلام‌شده بیشتر است" for firm, _score, _price in over),
        ],
        unopened=[b.firm.name for b in _bids(ctx, tender, BidState.BELOW_MINIMUM)],
        envelope=basis.short["c"],
        board=basis.board,
        scores=_scores(ctx, tender),
        rule=rule_of(tender),
        final_head=f"{yardstick.name} (ریال)" if yardstick.is_money else yardstick.name,
        ranking=[_ranked(tender, row) for row in view.rows],
        votes=_votes(ctx, tender),
        decision=[
            ("برنده اول" if basis.names_runner_up else "مشاور منتخب و مبلغ قرارداد", names[award.winner_bid_id]),
            *_second(tender, view, names[award.runner_up_bid_id] if award.runner_up_bid_id else "ندارد"),
        ],
        explained=[_explained(row) for row in EXPLANATIONS.of(ctx, tender)],
        remarks=[*_negotiated(ctx, tender), *_remarks(ctx, tender, award, view.rows)],
        members=_signing(ctx, tender, present),
        digest=view.digest,
    )


def _scores(ctx: Context, tender: Tender) -> list[tuple[str, str, str]]:
    """Return each bid's technical score beside the minimum (by-law, Art. 23); the Act's stand in the technical report."""
    if tender.basis.names_runner_up:
        return []
    short, price = evaluation.shortfalls(ctx, tender), tender.basis.envelope("c")
    return [
        (
            firm,
            _number(half_up(score, 2)),
            verdict(is_qualified=passed, short=short.get(firm, []), price=price),
        )
        for firm, score, passed in evaluation.results(ctx, tender)
    ]


def _second(tender: Tender, view: evaluation.RankingView, name: str) -> list[tuple[str, str]]:
    return [("برنده دوم", name), ("فاصله", _gap(tender, view))] if tender.basis.names_runner_up else []


def _negotiated(ctx: Context, tender: Tender) -> list[str]:
    """Return what each negotiation of the price came to."""
    said = []
    for held in negotiation.told(ctx, tender):
        outcome = f"توافق بر {_amount(held.agreed)}" if held.agreed is not None else "به توافق نرسید"
        note = f"؛ {held.note}" if held.note else ""
        said.append(f"مذاکره قیمت با «{held.firm}»: قیمت پیشنهادی {_amount(held.proposed)}؛ {outcome}{note}.")
    return said


def _explained(row: PriceExplanation) -> tuple[str, str, str, str]:
    """Return what was asked about a price, whether its explanation came, how the members voted, and the decision."""
    came = f"رسید {calendar.moment(row.answered_at)}" if row.answered_at else f"تا {calendar.moment(row.until)} نرسید"
    votes = persian_digits(f"{row.count.against} رأی به رد از {len(row.count.seats)} رأی")
    return row.bid.firm.name, came, votes, f"{row.state.persian}؛ {row.reason}"


def _signing(ctx: Context, tender: Tender, present: Sequence[Attendance]) -> list[tuple[str, str, str]]:
    """Return who signs: the board and its secretary; the client alone where one firm was asked (by-law, Art. 23)."""
    if tender.procurement_method is ProcurementMethod.DIRECT:
        ids = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
        people = ctx.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id))
        return [(p.name, p.position or Role.MANAGER.label, "") for p in people]
    seats = {*COMMISSION, Role.SECRETARY}
    return [(a.name, tender.basis.word(a.role), "") for a in present if a.role in seats]


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
    told = [("برآورد", _amount(tender.estimate))] if tender.estimate else []
    if tender.minimum_score is not None:
        told.append(("حداقل امتیاز فنی", f"{decimal_text(tender.minimum_score)} از ۱۰۰"))
    told.append(("روش", "، ".join(filter(None, (tender.method.label, parameter_of(tender))))))
    return [*session_header(tender, view.computed_at), *told]


def _ranked(tender: Tender, row: Ranked) -> tuple[str, str, str, str, str]:
    shown = YARDSTICKS[tender.method].shown(row.final)
    return row.firm, _number(half_up(row.technical, 2)), money.grouped(row.price), shown, persian_digits(row.place)


def _votes(ctx: Context, tender: Tender) -> list[tuple[str, str, str]]:
    cast = [v for v in VOTES.of(ctx, tender).votes if v.matter is Matter.AWARD]
    last = max((v.round for v in cast), default=1)
    ids = {v.person_id for v in cast}
    names = dict(ctx.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [
        (f"{names[v.person_id]}، {tender.basis.word(v.role)}", "موافق" if v.is_for else "مخالف", v.reason)
        for v in cast
        if v.round == last
    ]


def _remarks(ctx: Context, tender: Tender, award: Award, rows: Sequence[Ranked]) -> list[str]:
    remarks = [
        f"رأی {calendar.numeric(calendar.today(a.decided_at))} "
        + ("اعلام شد و برگزیده آن کنار رفت" if a.announced_at else "با این دلیل برگشت و دوباره رأی گرفته شد")
        + f": {a.return_reason}"
        for a in VOTES.of(ctx, tender).awards
        if a.returned_at
    ]
    if any(r.needs_lot for r in rows):
        remarks.append(f"جایگاه پیشنهادهای برابر با قرعه در حضور {tender.basis.board} معین شد.")
    if award.reason:
        remarks.append(f"توضیح {tender.basis.board}: {award.reason}")
    return remarks


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
    complaint = tender.basis.complaint.format(days=persian_digits(in_force(ctx, Parameter.COMPLAINT_DAYS)))
    price = negotiation.agreed_price(ctx, winner.bid_id) or winner.price
    if own is None:
        return [*_thanks(tender, winner, price), _set_aside(ctx, bid), *_returned(bid), complaint]
    if bid.state is BidState.WON:
        return _to_winner(ctx, tender, price)
    standing = (
        f"پیشنهاد آن شرکت با امتیاز فنی {_number(half_up(own.technical, 2))} از ۱۰۰، قیمت {_amount(own.price)}"
        f"{_final(tender, own)} در جایگاه {persian_digits(own.place)} ایستاد."
    )
    if bid.state is BidState.RUNNER_UP:
        return [
            f"به آگاهی می‌رساند آن شرکت برنده دوم مناقصه «{tender.title}» و «{winner.firm}» برنده اول شناخته شد.",
            standing,
            "تضمین شرکت در فرآیند آن شرکت تا بستن قرارداد با برنده اول نگه داشته و سپس بازگردانده می‌شود (ماده ۲۱).",
            complaint,
        ]
    return [*_thanks(tender, winner, price), standing, *_returned(bid), complaint]


def _final(tender: Tender, own: Ranked) -> str:
    """Return the figure by which a bid was ranked, where it is neither its score nor its price."""
    if tender.method not in {Method.WEIGHTED_PRICE, Method.QCBS}:
        return ""
    yardstick = YARDSTICKS[tender.method]
    return f" و {yardstick.name} {yardstick.shown(own.final)}{' ریال' if yardstick.is_money else ''}"


def _to_winner(ctx: Context, tender: Tender, price: int) -> list[str]:
    term = term_of(ctx, tender)
    until = f"تا {calendar.long_date(term)}" if term else "در مهلت اسناد"
    chosen = "برنده اول" if tender.basis.names_runner_up else "برگزیده"
    return [
        (
            f"به آگاهی می‌رساند {tender.basis.board}، آن شرکت را با مبلغ {_amount(price)} {chosen} «{tender.title}» "
            "شناخت و این رأی تأیید شد."
        ),
        tender.basis.to_winner.format(until=until),
    ]


def _thanks(tender: Tender, winner: Ranked, price: int) -> list[str]:
    chosen = "برنده" if tender.basis.names_runner_up else "برگزیده"
    return [
        f"از شرکت در «{tender.title}» سپاسگزاریم. با بررسی پیشنهادها، «{winner.firm}» با {_amount(price)} {chosen} شناخته شد."
    ]


def _set_aside(ctx: Context, bid: Bid) -> str:
    """Return why a bid was set aside before the ranking."""
    if bid.state is BidState.BELOW_MINIMUM:
        exact = ctx.session.scalars(sa.select(TechnicalResult.score).where(TechnicalResult.bid_id == bid.id)).one()
        return f"امتیاز فنی آن شرکت {_number(half_up(Fraction(exact), 2))} از ۱۰۰ است و {_missed(ctx, bid)}؛ {bid.tender.basis.unopened}"
    if bid.state is BidState.LOST:
        return f"قیمت آن شرکت از بودجه اعلام‌شده در اسناد ({_amount(bid.tender.budget or 0)}) بیشتر است و رتبه‌بندی نشد."
    return f"پیشنهاد آن شرکت کنار گذاشته شد. وضعیت: {bid.tender.basis.word(bid.state)}{f'؛ دلیل: {bid.finding}' if bid.finding else ''}."


def _missed(ctx: Context, bid: Bid) -> str:
    """Return which minimum a bid stayed under: that of a criterion, or that of the whole."""
    if short := evaluation.short_of(ctx, bid):
        return f"در معیار «{'»، «'.join(short)}» به حداقل همان معیار نرسید"
    minimum = decimal_text(bid.tender.minimum_score) if bid.tender.minimum_score is not None else ""
    return f"به حداقل {minimum} نرسید"


def _returned(bid: Bid) -> list[str]:
    if not bid.tender.basis.asks_guarantee:
        return []
    if bid.tender.has_envelope_a:
        return ["تضمین شرکت در فرآیند بازگردانده می‌شود (ماده ۲۰)."]
    return ["در این مناقصه تضمینی خواسته نشده بود."]


def _amount(price: int) -> str:
    return f"{money.grouped(price)} ریال ({money.in_words(price)} ریال)"


def _number(text: str) -> str:
    return persian_digits(text).replace(".", "٫")


def _bids(ctx: Context, tender: Tender, state: BidState) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state)
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()
