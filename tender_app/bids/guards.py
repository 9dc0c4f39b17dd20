"""Reasons against acts on bids, and those of the tender that turn on its bids."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import BidState, EnvelopeKind, Start, worth
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

JUDGED = (BidState.GUARANTEE_ACCEPTED, BidState.GUARANTEE_REJECTED)


@dataclass(frozen=True, slots=True)
class BidFacts:
    """What the guards need to know of a bid."""

    tender: Tender
    sealed: frozenset[EnvelopeKind]
    opened: frozenset[EnvelopeKind]
    guarantee: Guarantee | None
    has_original: bool
    has_price: bool


def load(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, BidFacts]:
    """Read the facts of the bids, in six queries."""
    ids, tenders = [b.id for b in bids], {b.tender_id for b in bids}
    found = {t.id: t for t in ctx.session.scalars(sa.select(Tender).where(Tender.id.in_(tenders)))}
    sealed = _kinds(
        ctx, sa.select(BidEnvelope.bid_id, BidEnvelope.kind).where(BidEnvelope.superseded_at.is_(None)), ids
    )
    opened = _kinds(ctx, sa.select(OpenedEnvelope.bid_id, OpenedEnvelope.kind).where(OpenedEnvelope.damage == ""), ids)
    guarantees = {g.bid_id: g for g in ctx.session.scalars(sa.select(Guarantee).where(Guarantee.bid_id.in_(ids)))}
    received = sa.select(OriginalReceived.tender_id, OriginalReceived.firm_id)
    originals = {tuple(r) for r in ctx.session.execute(received.where(OriginalReceived.tender_id.in_(tenders)))}
    prices = set(ctx.session.scalars(sa.select(Price.bid_id).where(Price.bid_id.in_(ids))))
    return {
        b.id: BidFacts(
            found[b.tender_id],
            sealed.get(b.id, frozenset()),
            opened.get(b.id, frozenset()),
            guarantees.get(b.id),
            (b.tender_id, b.firm_id) in originals,
            b.id in prices,
        )
        for b in bids
    }


FACTS = Facts(load)


@dataclass(frozen=True, slots=True)
class TenderCounts:
    """How many bids of a tender stand in each state, and which papers were issued."""

    bids: Mapping[BidState, int]
    papers: frozenset[DocumentKind]


def load_counts(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, TenderCounts]:
    """Read the counts of the tenders, in two queries."""
    ids = [t.id for t in tenders]
    counted = sa.select(Bid.tender_id, Bid.state, sa.func.count()).where(Bid.tender_id.in_(ids))
    counts = ctx.session.execute(counted.group_by(Bid.tender_id, Bid.state)).all()
    issued = sa.select(IssuedDocument.tender_id, IssuedDocument.kind).where(IssuedDocument.tender_id.in_(ids))
    papers = ctx.session.execute(issued.distinct()).all()
    return {
        i: TenderCounts(
            {state: count for tender_id, state, count in counts if tender_id == i},
            frozenset(kind for tender_id, kind in papers if tender_id == i),
        )
        for i in ids
    }


COUNTS = Facts(load_counts)


def needed(tender: Tender) -> list[EnvelopeKind]:
    """Return the envelopes that a bid for the tender has."""
    return [k for k in EnvelopeKind if k is not EnvelopeKind.A or tender.has_envelope_a]


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


def no_draft_yet(ctx: Context, what: Start | None) -> str | None:
    """One bid is prepared at a time (R14)."""
    if what is None:
        return None
    query = sa.select(Bid.id).where(
        Bid.tender_id == what.tender.id, Bid.firm_id == what.firm.id, Bid.state == BidState.DRAFT
    )
    return "پیشنهادی در دست آماده‌سازی دارید؛ همان را ادامه دهید." if ctx.session.scalar(query) else None


def before_deadline(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Nothing is sealed, submitted, replaced or withdrawn from the deadline on (Arts. 15-16)."""
    return _closed(ctx, FACTS.of(ctx, bid).tender)


def all_envelopes_sealed(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid is submitted whole (R17)."""
    facts = FACTS.of(ctx, bid)
    left = [k.label for k in needed(facts.tender) if k not in facts.sealed]
    return f"هنوز مهر و موم نشده است: {'، '.join(left)}." if left else None


def newer_is_ready(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A submitted bid stands until a newer one is submitted."""
    query = sa.select(Bid.id).where(
        Bid.tender_id == bid.tender_id, Bid.firm_id == bid.firm_id, Bid.state == BidState.DRAFT
    )
    return None if ctx.session.scalar(query) else "پیشنهاد تازه‌ای برای جایگزینی نیست."


def envelope_a_opened(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A guarantee is judged after its envelope was opened."""
    facts = FACTS.of(ctx, bid)
    if facts.tender.state is not TenderState.OPENED_A:
        return "تضمین پس از گشایش پاکت الف و پیش از گشایش پاکت ب بررسی می‌شود."
    return None


def guarantee_suffices(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A guarantee is enough, lasts, and its original was received (R21)."""
    facts = FACTS.of(ctx, bid)
    if not facts.tender.has_envelope_a:
        return None
    if EnvelopeKind.A not in facts.opened or facts.guarantee is None:
        return "پاکت الف خوانده نشد؛ فقط رد با ذکر دلیل شدنی است."
    found = guarantee_faults(facts.tender, facts.guarantee, has_original=facts.has_original)
    return "؛ ".join(found) + "." if found else None


def guarantee_faults(tender: Tender, guarantee: Guarantee, *, has_original: bool) -> list[str]:
    """Return what is wrong with a guarantee."""
    faults = []
    value = worth(guarantee.kind, guarantee.amount)
    if tender.guarantee is not None and value < tender.guarantee:
        faults.append(f"ارزش تضمین {money.grouped(value)} ریال و کمتر از {money.grouped(tender.guarantee)} ریال است")
    if tender.valid_until is not None and guarantee.expires_on < tender.valid_until:
        faults.append(f"اعتبار تضمین ({calendar.numeric(guarantee.expires_on)}) پیش از اعتبار پیشنهاد پایان می‌یابد")
    if not has_original:
        faults.append("دریافت اصل تضمین ثبت نشده است")
    return faults


def envelope_b_opened(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Envelope ب is judged when the commission opens it."""
    return None if FACTS.of(ctx, bid).tender.state is TenderState.TECHNICAL else "پاکت ب هنوز گشوده نشده است."


def price_is_read(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A price counts once it was read from its envelope."""
    return None if FACTS.of(ctx, bid).has_price else "قیمتی از پاکت ج خوانده نشده است."


def price_envelope_opened(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Envelope ج is rejected in the price session alone."""
    prices = FACTS.of(ctx, bid).tender.state is TenderState.PRICES_OPENED
    return None if prices else "پاکت ج هنوز گشوده نشده است."


def where_tender_opened(_ctx: Context) -> sa.ColumnElement[bool]:
    """Return the condition that the bid's tender was opened."""
    opened = sa.select(Tender.id).where(Tender.state == TenderState.OPENED_A)
    return Bid.tender_id.in_(opened)


def enough_bids(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """There are as many bids as the documents ask for; else the tender is renewed (Art. 24)."""
    count = COUNTS.of(ctx, tender).bids.get(BidState.SUBMITTED, 0)
    if count >= max(tender.minimum_bids, 1):
        return None
    if count == 0:
        return "هیچ پیشنهادی نرسیده است؛ کمیسیون درباره تجدید مناقصه رأی می‌دهد (ماده ۲۴)."
    return persian_digits(
        f"{count} پیشنهاد رسیده و کمتر از حد نصاب اسناد ({tender.minimum_bids}) است؛ کمیسیون درباره تجدید رأی می‌دهد."
    )


def guarantees_judged(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Every envelope الف is judged before any ب is opened (R20)."""
    left = COUNTS.of(ctx, tender).bids.get(BidState.SUBMITTED, 0)
    return persian_digits(f"تضمین {left} پیشنهاد هنوز پذیرفته یا رد نشده است.") if left else None


def some_guarantee_accepted(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Envelopes ب are opened when there is one to open."""
    if COUNTS.of(ctx, tender).bids.get(BidState.GUARANTEE_ACCEPTED):
        return None
    return "تضمین هیچ پیشنهادی پذیرفته نشده است؛ کمیسیون درباره تجدید مناقصه رأی می‌دهد."


def opening_minutes_missing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Minutes are issued once."""
    issued = DocumentKind.OPENING_MINUTES in COUNTS.of(ctx, tender).papers
    return "صورتجلسه گشایش صادر شده است." if issued else None


def _closed(ctx: Context, tender: Tender) -> str | None:
    if tender.state is not TenderState.PUBLISHED:
        return f"این مناقصه پیشنهاد نمی‌پذیرد ({tender.state.label})."
    if tender.closes_at is not None and ctx.now >= tender.closes_at:
        return f"مهلت تسلیم {calendar.moment(tender.closes_at)} پایان یافت؛ ساعت سامانه {_second(ctx.now)} است."
    return None


def _second(at: dt.datetime) -> str:
    return persian_digits(f"{calendar.tehran(at):%H:%M:%S}")


def _kinds(ctx: Context, query: Any, ids: Sequence[int]) -> dict[int, frozenset[EnvelopeKind]]:
    column = query.selected_columns[0]
    found: dict[int, frozenset[EnvelopeKind]] = {}
    for bid_id, kind in ctx.session.execute(query.where(column.in_(ids))):
        found[bid_id] = found.get(bid_id, frozenset()) | {kind}
    return found
