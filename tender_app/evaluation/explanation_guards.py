"""Reasons against acts on the explanation of a price, and against what waits for its end."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import LAST_HOUR, OPEN, Asked, ExplanationState, Opinion
from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.people.capacities import roles_on
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import days_of, law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Sequence[PriceExplanation]]:
    """Read what was asked about prices of the tenders, with its votes, in two queries."""
    ids = [t.id for t in tenders]
    query = sa.select(PriceExplanation).where(PriceExplanation.tender_id.in_(ids))
    rows = ctx.session.scalars(query.order_by(PriceExplanation.id)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


EXPLANATIONS = Facts[Tender, Sequence[PriceExplanation]](load)


def tender_of_explanation(what: Asked) -> Tender:
    """The price of a tender's bid is asked about."""
    tender: Tender = what.tender
    return tender


def prices_are_open(_ctx: Context, what: Asked | None) -> str | None:
    """A price is asked about once it was read, and before the winner is named (Art. 20-b)."""
    return None if what is None else _at_prices(what.tender)


def price_stands(_ctx: Context, what: Asked | None) -> str | None:
    """What was read and ranked is asked about."""
    if what is None or what.bid.state is BidState.PRICED:
        return None
    return _("قیمت این پیشنهاد در رتبه‌بندی نیست؛ فقط درباره قیمت خوانده‌شده توضیح خواسته می‌شود.")


def not_asked_yet(ctx: Context, what: Asked | None) -> str | None:
    """A bidder is asked once."""
    if what is None or what.bid.id not in {e.bid_id for e in EXPLANATIONS.of(ctx, what.tender)}:
        return None
    return _("درباره این قیمت یک بار توضیح خواسته شده است.")


def time_is_enough(ctx: Context, what: Asked | None) -> str | None:
    """The firm has so many working days as the law in force asks, and answers while its bid is valid."""
    if what is None or what.until_on is None:
        return None
    least, last = least_day(ctx, what.tender), what.tender.valid_until
    if what.until_on < least:
        return _("مهلت توضیح دست‌کم تا {least} است.").format(least=calendar.long_date(least))
    if last is not None and what.until_on > last:
        return _("مهلت توضیح از پایان اعتبار پیشنهادها ({last}) نمی‌گذرد.").format(last=calendar.long_date(last))
    return None


def least_day(ctx: Context, tender: Tender) -> dt.date:
    """Return the earliest last day of an explanation that is asked for now."""
    days = law_of(ctx, tender)[Parameter.EXPLANATION_DAYS]
    return calendar.add_working_days(calendar.today(ctx.now), days, days_of(ctx, tender).is_closed)


def until_of(day: dt.date) -> dt.datetime:
    """Return the instant at which an explanation's last day ends: it is late then."""
    return calendar.instant(day, LAST_HOUR)


def hold_tender(ctx: Context, explanation: PriceExplanation) -> None:
    """Hold the tender's row while the guards are read: nothing slips in beside the naming of the winner."""
    ctx.session.refresh(ctx.session.get_one(Tender, explanation.tender_id), with_for_update={"read": True})


def tender_waits(_ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """An explanation counts while the tender stands at its prices."""
    return _at_prices(explanation.tender)


def time_is_left(ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """What comes at the very instant of the end, or after it, is late."""
    if ctx.now < explanation.until:
        return None
    return _("مهلت توضیح {until} پایان یافت؛ آنچه پس از آن برسد پذیرفته نیست و کمیسیون بی آن تصمیم می‌گیرد.").format(
        until=calendar.moment(explanation.until)
    )


def firm_is_waited_for(ctx: Context, explanation: PriceExplanation, what: Any) -> str | None:
    """The firm's task ends with its time, or with the tender."""
    return tender_waits(ctx, explanation, what) or time_is_left(ctx, explanation, what)


def firm_was_heard(ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """The commission votes on an answer, or once the time for it is over."""
    if explanation.state is ExplanationState.ANSWERED or ctx.now >= explanation.until:
        return None
    return _("شرکت تا {until} برای توضیح وقت دارد؛ رأی‌گیری پس از رسیدن توضیح یا پایان مهلت است.").format(
        until=calendar.moment(explanation.until)
    )


def seat_has_not_voted(ctx: Context, explanation: PriceExplanation, _what: Opinion | None) -> str | None:
    """A seat votes once, whoever sits in it."""
    if roles_on(ctx.actor, explanation) & explanation.count.seats:
        return _("رأی این کرسی درباره این قیمت ثبت شده است.")
    return None


def vote_waits(ctx: Context, explanation: PriceExplanation, what: Any) -> str | None:
    """A member's vote is waited for once the firm was heard."""
    return (
        tender_waits(ctx, explanation, what)
        or firm_was_heard(ctx, explanation, what)
        or seat_has_not_voted(ctx, explanation, None)
    )


def all_voted(_ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """A decision needs the opinion of all three members (Art. 5)."""
    return None if explanation.count.is_complete else _("هنوز هر سه عضو درباره این قیمت رأی نداده‌اند.")


def most_accept(_ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """A price is accepted unless two of three are for its rejection."""
    return _("دو عضو به رد این قیمت رأی داده‌اند.") if explanation.count.rejects else None


def most_reject(_ctx: Context, explanation: PriceExplanation, _what: Any) -> str | None:
    """A price is rejected by two votes of three."""
    return None if explanation.count.rejects else _("رد قیمت به دو رأی از سه رأی نیاز دارد.")


def no_price_is_in_question(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nobody is chosen, and nothing negotiated, while the explanation of a price is awaited or undecided."""
    if not any(e.state in OPEN for e in EXPLANATIONS.of(ctx, tender)):
        return None
    return _(
        "توضیح قیمت یکی از پیشنهادها خواسته شده و هنوز درباره آن تصمیم گرفته نشده است؛ نخست آن را به پایان برسانید."
    )


def price_was_rejected(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid leaves the ranking by the commission's decision on its price, and by nothing else."""
    query = sa.select(PriceExplanation.state).where(PriceExplanation.bid_id == bid.id)
    if ctx.session.scalar(query) is ExplanationState.REJECTED:
        return None
    return _("کمیسیون این قیمت را نامتعارف پایین نشناخته است.")


def _at_prices(tender: Tender) -> str | None:
    if tender.state is TenderState.PRICES_OPENED:
        return None
    return _("درباره قیمت پس از گشایش پاکت‌های قیمت و پیش از تعیین برنده توضیح خواسته و تصمیم گرفته می‌شود (ماده ۲۰).")
