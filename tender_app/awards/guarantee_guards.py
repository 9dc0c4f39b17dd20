"""Reasons against acts on guarantees: each goes back or is forfeited by a row of the law, and by no other way."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import Due, Forfeiture, HandOver, InHand, Opened, ReleaseGround
from tender_app.bids.models import Bid
from tender_app.bids.rules import ASIDE, LIVE, BidState
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import OPEN
from tender_app.evaluation.queries import ranking
from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

TWO = 2
BY_STATE = {  # the states of a bid in which its guarantee goes back
    ReleaseGround.REJECTED: {BidState.GUARANTEE_REJECTED, BidState.ENVELOPE_B_REJECTED},
    ReleaseGround.NOT_NAMED: {BidState.LOST},
    ReleaseGround.LEFT: {BidState.LEFT},
}
OVER = {  # those of a tender in which all but a forfeited one do
    ReleaseGround.CONTRACT: {TenderState.CONTRACTED},
    ReleaseGround.ENDED: {TenderState.RENEWED, TenderState.CANCELLED},
}
NEVER_CAME = ASIDE | {BidState.DRAFT}
OUT = {BidState.BELOW_MINIMUM, BidState.PRICE_REJECTED}


def load_questions(ctx: Context, securities: Sequence[Security]) -> Mapping[int, bool]:
    """Tell of which guarantees a price of their tender is in question, in one query."""
    tenders = {s.tender_id for s in securities}
    query = sa.select(PriceExplanation.tender_id).where(
        PriceExplanation.tender_id.in_(tenders), PriceExplanation.state.in_(OPEN)
    )
    found = set(ctx.session.scalars(query))
    return {s.id: s.tender_id in found for s in securities}


IN_QUESTION = Facts[Security, bool](load_questions)


def bid_of_security(what: Opened | InHand) -> Bid:
    """A guarantee is a bid's."""
    bid: Bid = what.bid
    return bid


def not_held_yet(ctx: Context, what: Opened | InHand | None) -> str | None:
    """A bid has one guarantee."""
    if what is None:
        return None
    known = ctx.session.scalar(sa.select(Security.id).where(Security.bid_id == what.bid.id))
    return _("تضمین این پیشنهاد در دفتر تضمین‌ها هست.") if known else None


def ground_stands(ctx: Context, security: Security, what: Due | None) -> str | None:
    """A guarantee goes back when a row of the law says so, and no earlier: the first two are kept (R31)."""
    if what is None or _stands(ctx, security, what.ground):
        return None
    return _("«{ground}» درباره این تضمین درست نیست؛ تضمین نگه داشته می‌شود.").format(ground=what.ground.label)


def winner_refused(_ctx: Context, security: Security, _what: Forfeiture | None) -> str | None:
    """A guarantee is forfeited when its winner refused, and for no other cause (Art. 21, R36)."""
    if security.bid.state is BidState.REFUSED:
        return None
    return _("تضمین فقط با خودداری ثبت و تأییدشده برنده از بستن قرارداد ضبط می‌شود (ماده ۲۱).")


def hand_over_day_fits(ctx: Context, security: Security, what: HandOver | None) -> str | None:
    """An original is handed over after its release, and not in days to come."""
    if what is None or security.ended_at is None:
        return None
    since, today = calendar.today(security.ended_at), calendar.today(ctx.now)
    if since <= what.day <= today:
        return None
    return _("تاریخ تحویل باید میان {since} و امروز ({today}) باشد.").format(
        since=calendar.numeric(since), today=calendar.numeric(today)
    )


def kept_bids(ctx: Context, tender: Tender) -> frozenset[int]:
    """Return the bids whose guarantees are kept after the price opening: the first two, and their equals (Art. 20-c)."""
    view = ranking(ctx, tender)
    if view is None:
        return frozenset()
    last = view.rows[min(TWO, len(view.rows)) - 1].place if view.rows else 0
    return frozenset(row.bid_id for row in view.rows if row.place <= last)


def is_kept(ctx: Context, security: Security, _what: object) -> str | None:
    """Held again is what the ranking that stands puts among the first two, and what went back for no other cause."""
    tender = ctx.session.get_one(Tender, security.tender_id)
    if security.ground is ReleaseGround.NOT_KEPT and security.bid_id in kept_bids(ctx, tender):
        return None
    return _("این تضمین از دو پیشنهاد نخست رتبه‌بندی نیست؛ آزاد می‌شود (ماده ۲۰).")


def first_two_are_settled(ctx: Context, security: Security, _what: object) -> str | None:
    """No guarantee goes back by its place while a price is in question: the places may change."""
    if security.ground is not ReleaseGround.NOT_KEPT or not IN_QUESTION.of(ctx, security):
        return None
    return _("توضیح قیمت یک پیشنهاد در این مناقصه باز است و رتبه‌ها شاید دگرگون شود؛ تضمین تا تصمیم کمیسیون می‌ماند.")


def stays_unopened(ctx: Context, bid: Bid) -> bool:
    """Tell whether nothing of a firm is opened: its bid went back, or none of its bids stood when the deadline was over."""
    if bid.state is BidState.RETURNED:
        return True
    closes = bid.tender.closes_at
    is_over = closes is not None and ctx.now >= closes
    return is_over and bid.state in NEVER_CAME and not has_other_live(ctx, bid)


def has_other_live(ctx: Context, bid: Bid) -> bool:
    """Tell whether the firm has another bid that counts."""
    query = sa.select(Bid.id).where(Bid.tender_id == bid.tender_id, Bid.firm_id == bid.firm_id, Bid.id != bid.id)
    return ctx.session.scalar(query.where(Bid.state.in_(LIVE)).limit(1)) is not None


def _stands(ctx: Context, security: Security, ground: ReleaseGround) -> bool:
    bid = ctx.session.get_one(Bid, security.bid_id)
    tender = ctx.session.get_one(Tender, security.tender_id)
    if ground in BY_STATE:
        return bid.state in BY_STATE[ground]
    if ground is ReleaseGround.UNOPENED:
        return stays_unopened(ctx, bid)
    if ground is ReleaseGround.NOT_KEPT:
        return bid.state in OUT or (bid.state is BidState.PRICED and bid.id not in kept_bids(ctx, tender))
    return tender.state in OVER[ground] and bid.state is not BidState.REFUSED
