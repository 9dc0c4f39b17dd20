"""Reasons against acts on bids, and those of the tender that turn on its bids."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from tender_app.bids.facts import AWAITED, COUNTS, FACTS, SEALED, checks_of
from tender_app.bids.models import Bid, OpenedEnvelope, OriginalReceived
from tender_app.bids.rules import LIVE, BidState, Delivered, EnvelopeKind, Original, Start
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders import invitations
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState


def needed(tender: Tender) -> list[EnvelopeKind]:
    """Return the envelopes that a bid for the tender has."""
    asked = tender.has_envelope_a and tender.basis.asks_guarantee
    return [k for k in EnvelopeKind if k is not EnvelopeKind.A or asked]


def hold_tender(ctx: Context, bid: Bid) -> None:
    """Hold the tender's row while a bid's guards are read, so that nothing slips in beside an opening."""
    tender = ctx.session.get_one(Tender, bid.tender_id)
    ctx.session.refresh(tender, with_for_update={"read": True})


def firm_of_bid(what: Start) -> Firm:
    """A bid is begun for a firm."""
    firm: Firm = what.firm
    return firm


def tender_takes_bids(ctx: Context, what: Start | None) -> str | None:
    """Bids are prepared while the tender is open for them."""
    return None if what is None else _closed(ctx, what.tender)


def firm_is_called(ctx: Context, what: Start | None) -> str | None:
    """In a limited call only invited firms bid (R05)."""
    if what is None or what.tender.is_open_call or invitations.is_invited(ctx, what.tender, what.firm.id):
        return None
    return _("این فراخوان محدود است و شرکت شما در فهرست دعوت‌شدگان آن نیست.")


def no_draft_yet(ctx: Context, what: Start | None) -> str | None:
    """One bid is prepared at a time (R14)."""
    if what is None:
        return None
    query = sa.select(Bid.id).where(
        Bid.tender_id == what.tender.id, Bid.firm_id == what.firm.id, Bid.state == BidState.DRAFT
    )
    return _("پیشنهادی در دست آماده‌سازی دارید؛ همان را ادامه دهید.") if ctx.session.scalar(query) else None


def before_deadline(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Nothing is sealed, submitted, replaced or withdrawn from the deadline on (Arts. 15-16)."""
    return _closed(ctx, bid.tender)


def all_envelopes_sealed(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid is submitted whole (R17)."""
    sealed = SEALED.of(ctx, bid)
    left = [k.label for k in needed(bid.tender) if k not in sealed]
    return _("هنوز مهر و موم نشده است: {left}.").format(left="، ".join(left)) if left else None


def window_is_stated(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Digests come before their bytes only where the documents state a window for it."""
    if bid.tender.bytes_hours:
        return None
    return _("اسناد این مناقصه ثبت پیشاپیش اثر انگشت را نمی‌پذیرد؛ پاکت را پیش از پایان مهلت کامل بفرستید.")


def bytes_may_come(ctx: Context, bid: Bid, what: Any) -> str | None:
    """Bytes whose digest was registered come until the end of the window that the documents state."""
    if reason := window_is_stated(ctx, bid, what):
        return reason
    if bid.tender.state is not TenderState.PUBLISHED:
        return _closed(ctx, bid.tender)
    until = bid.tender.bytes_until
    if until is None or ctx.now < until:
        return None
    return _("مهلت رساندن پاکت‌های ثبت‌شده {until} پایان یافت؛ اکنون ساعت سامانه {now} است.").format(
        until=calendar.moment(until), now=to_the_second(ctx.now)
    )


def bytes_are_the_registered(ctx: Context, bid: Bid, what: Delivered | None) -> str | None:
    """Only those very bytes come later whose digest and size were registered."""
    awaited = AWAITED.of(ctx, bid)
    if not awaited:
        return _("هیچ پاکت این پیشنهاد چشم به راه رسیدن نیست.")
    if what is None:
        return None
    wanted = awaited.get(what.kind)
    if wanted is None:
        return _("{kind} چشم به راه رسیدن نیست.").format(kind=what.kind.label)
    if (wanted.digest, wanted.size) == (what.sealed.digest, what.sealed.size):
        return None
    return _(
        "آنچه رسید همان نیست که اثر انگشت و اندازه‌اش برای {kind} ثبت شده است؛ "
        "فقط همان پرونده مهر و موم‌شده، بی یک بایت کم و زیاد، پذیرفته می‌شود."
    ).format(kind=what.kind.label)


def newer_is_ready(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A submitted bid stands until a newer one is submitted."""
    query = sa.select(Bid.id).where(
        Bid.tender_id == bid.tender_id, Bid.firm_id == bid.firm_id, Bid.state == BidState.DRAFT
    )
    return None if ctx.session.scalar(query) else _("پیشنهاد تازه‌ای برای جایگزینی نیست.")


def envelope_a_opened(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A guarantee is judged after its envelope was opened."""
    is_open = bid.tender.state is TenderState.OPENED_A
    return None if is_open else _("تضمین پس از گشایش پاکت الف و پیش از گشایش پاکت ب بررسی می‌شود.")


def guarantee_suffices(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A guarantee is enough, lasts, and its original was received (R21)."""
    if not bid.tender.has_envelope_a:
        return None
    facts = FACTS.of(ctx, bid)
    if EnvelopeKind.A not in facts.opened or facts.guarantee is None:
        return _("پاکت الف خوانده نشد؛ فقط رد با ذکر دلیل شدنی است.")
    left = [f"{check.label}: {check.told}" for check in checks_of(ctx, bid.tender, facts) if not check.is_met]
    return _("تضمین پذیرفتنی نیست؛ {left}.").format(left="؛ ".join(left)) if left else None


def envelope_b_opened(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Envelope ب is judged when the commission opens it."""
    return None if bid.tender.state is TenderState.TECHNICAL else _("پاکت ب هنوز گشوده نشده است.")


def no_guarantee_waits(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid passes to evaluation without a verdict on envelope الف only where the legal basis knows none (R20)."""
    if bid.state is not BidState.SUBMITTED or not bid.tender.basis.asks_guarantee:
        return None
    return _("درباره تضمین این پیشنهاد هنوز رأی داده نشده است.")


def price_is_read(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A price counts once it was read from its envelope."""
    return None if FACTS.of(ctx, bid).has_price else _("قیمتی از پاکت ج خوانده نشده است.")


def price_envelope_opened(_ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Envelope ج is rejected in the price session alone."""
    return None if bid.tender.state is TenderState.PRICES_OPENED else _("پاکت ج هنوز گشوده نشده است.")


def where_tender_opened(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the bid's envelope الف is open, or was, where the tender ended before a verdict."""
    opened = sa.select(Tender.id).where(Tender.state == TenderState.OPENED_A)
    return sa.or_(Bid.tender_id.in_(opened), Bid.id.in_(sa.select(OpenedEnvelope.bid_id)))


def where_own_firm_bid(ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that a firm of the viewer's has a bid in the tender that came and was not taken back."""
    own = ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    return Tender.id.in_(sa.select(Bid.tender_id).where(Bid.firm_id.in_(own), Bid.state.in_(LIVE)))


def too_few(tender: Tender, count: int) -> str | None:
    """Return why so many bids are fewer than the documents ask for; the tender is renewed then (Art. 24)."""
    if count >= max(tender.minimum_bids, 1):
        return None
    if count <= 0:
        return _("هیچ پیشنهادی نرسیده است؛ کمیسیون درباره تجدید مناقصه رأی می‌دهد (ماده ۲۴).")
    return persian_digits(
        _("{count} پیشنهاد رسیده و کمتر از حد نصاب اسناد ({least}) است؛ کمیسیون درباره تجدید رأی می‌دهد.").format(
            count=count, least=tender.minimum_bids
        )
    )


def guarantees_judged(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Every envelope الف is judged before any ب is opened (R20)."""
    left = COUNTS.of(ctx, tender).bids.get(BidState.SUBMITTED, 0)
    return persian_digits(_("تضمین {left} پیشنهاد هنوز پذیرفته یا رد نشده است.").format(left=left)) if left else None


def some_guarantee_accepted(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Envelopes ب are opened when there is one to open."""
    if COUNTS.of(ctx, tender).bids.get(BidState.GUARANTEE_ACCEPTED):
        return None
    return _("تضمین هیچ پیشنهادی پذیرفته نشده است؛ کمیسیون درباره تجدید مناقصه رأی می‌دهد.")


def envelope_a_is_used(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Originals are handed over where the documents ask for a guarantee."""
    return None if tender.has_envelope_a else _("در این مناقصه تضمینی خواسته نشده است.")


def original_not_received(ctx: Context, tender: Tender, what: Original | None) -> str | None:
    """A firm's original is registered once."""
    if what is None:
        return None
    same = sa.and_(OriginalReceived.tender_id == tender.id, OriginalReceived.firm_id == what.firm_id)
    received = ctx.session.scalar(sa.select(OriginalReceived.received_at).where(same))
    return (
        _("اصل تضمین این شرکت پیش‌تر ثبت شده است ({received}).").format(received=calendar.moment(received))
        if received
        else None
    )


def opening_minutes_missing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Minutes are issued once."""
    issued = DocumentKind.OPENING_MINUTES in COUNTS.of(ctx, tender).papers
    return _("صورتجلسه گشایش صادر شده است.") if issued else None


def _closed(ctx: Context, tender: Tender) -> str | None:
    if tender.state is not TenderState.PUBLISHED:
        return _("این مناقصه پیشنهاد نمی‌پذیرد ({state}).").format(state=tender.state.label)
    if tender.closes_at is not None and ctx.now >= tender.closes_at:
        return _("مهلت تسلیم {closes_at} پایان یافت؛ اکنون ساعت سامانه {now} است.").format(
            closes_at=calendar.moment(tender.closes_at), now=to_the_second(ctx.now)
        )
    return None


def to_the_second(at: dt.datetime) -> str:
    """Return an instant as a receipt and a refusal tell it: date, hour, minute and second."""
    local = calendar.tehran(at)
    return f"{calendar.numeric(local.date())}، {persian_digits(f'{local:%H:%M:%S}')}"
