"""The live page of a tender's sessions: what was done and is done now, no earlier than the law shows it (Art. 18).

Before envelopes الف are opened it names no bidder and counts none; prices come after their opening; no content of ب ever.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only, selectinload

from tender_app.bids.guards import where_tender_opened
from tender_app.bids.models import Bid, OpenedEnvelope, Price
from tender_app.bids.queries import TOLD as IN_SESSION
from tender_app.bids.queries import OpenedBid
from tender_app.bids.rules import LIVE, BidAct, BidState, EnvelopeKind
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import Seat, roles_on
from tender_app.store.context import Context
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import Session, TenderAct, TenderState
from tender_app.workflow.sight import may_see

TOLD = {
    **IN_SESSION,
    **{
        act.value: act
        for act in (
            TenderAct.POSTPONE_PRICES,
            TenderAct.EXTEND,
            TenderAct.NAME_WINNERS,
            TenderAct.ISSUE_PRICE_MINUTES,
            TenderAct.RETURN_DECISION,
            TenderAct.CONFIRM_AWARD,
            TenderAct.RENEW,
            TenderAct.CANCEL,
            BidAct.REJECT_UNCURED,
        )
    },
}
OPENED = LIVE - {BidState.SUBMITTED}
AT_PRICES = {
    TenderState.TECHNICAL_LOCKED,
    TenderState.PRICES_OPENED,
    TenderState.DECIDED,
    TenderState.AWARDED,
    TenderState.CONTRACTED,
}
AFTER = {
    TenderState.OPENED_A: N_("پاکت‌های الف گشوده شد؛ کمیسیون درباره تضمین‌ها رأی می‌دهد."),
    TenderState.TECHNICAL: N_("{b} هر پیشنهاد گشوده شد و نزد کمیته فنی است؛ {c} مهر و موم می‌ماند."),
    TenderState.TECHNICAL_LOCKED: N_("امتیازهای فنی قطعی شد؛ {c} در جلسه قیمت گشوده می‌شود: {prices}."),
    TenderState.PRICES_OPENED: N_("{c} گشوده و قیمت‌ها خوانده شد؛ کمیسیون درباره برنده رأی می‌دهد."),
    TenderState.DECIDED: N_("کمیسیون رأی داد؛ نتیجه پس از تأیید مدیرعامل اعلام می‌شود."),
    TenderState.AWARDED: N_("نتیجه اعلام شد."),
    TenderState.CONTRACTED: N_("نتیجه اعلام و قرارداد بسته شد."),
    TenderState.RENEWED: N_("کمیسیون مناقصه را تجدید کرد؛ پاکت‌های ناگشوده گشوده نمی‌شود."),
    TenderState.CANCELLED: N_("کمیسیون مناقصه را لغو کرد؛ پاکت‌های ناگشوده گشوده نمی‌شود."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An act of the sessions: when, what, and about which bidder."""

    at: dt.datetime
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Live:
    """What the live page shows to this viewer at this instant."""

    tender: Tender
    meeting: Session
    headline: str
    members: Sequence[Seat]
    present: Mapping[Any, Attendance]
    guests: Sequence[str]
    hidden_guests: int
    bids: Sequence[OpenedBid]
    names_shown: bool
    prices_shown: bool
    steps: Sequence[Step]
    papers: Sequence[IssuedDocument]
    log_head: Mapping[str, Any] | None
    at: dt.datetime


def live(ctx: Context, tender: Tender) -> Live:
    """Return the page for who may see it; the number of questions does not grow with the bids."""
    meeting = Session.PRICES if tender.state in AT_PRICES else Session.ENVELOPES
    names = tender.state is not TenderState.PUBLISHED
    prices = may_see(ctx, tender, Sight.LIVE_PRICES)
    bids = _bids(ctx, tender, prices=prices) if names else []
    here = attendance(ctx, tender, meeting)
    members = [s for s in FACTS.of(ctx, tender).seats if s.role in COMMISSION]
    sitting = {s.person_id for s in members}
    others = [a for a in here if a.person_id not in sitting]
    return Live(
        tender,
        meeting,
        headline(ctx, tender),
        members,
        {a.person_id: a for a in here if a.person_id in sitting},
        [_named(tender, a, names=names) for a in others if names or a.person_id],
        0 if names else sum(a.person_id is None for a in others),
        bids,
        names,
        prices,
        _steps(ctx, tender, {row.bid.id: row.firm.name for row in bids}),
        papers(ctx, tender),
        _log_head(ctx, tender),
        ctx.now,
    )


def version(ctx: Context, tender: Tender) -> str:
    """Return what changes whenever the page would: it turns on nothing that the page may not show yet."""
    query = sa.select(sa.func.max(LedgerEntry.id)).where(
        LedgerEntry.tender_id == tender.id, LedgerEntry.act.in_(TOLD), *_only_told(tender)
    )
    head = _log_head(ctx, tender)
    told = (
        tender.id,
        tender.state,
        headline(ctx, tender),
        ctx.session.scalar(query),
        head["size"] if head else None,
        sorted(roles_on(ctx.actor, tender)),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def headline(ctx: Context, tender: Tender) -> str:
    """Return in one sentence where the sessions stand."""
    if tender.state is TenderState.PUBLISHED:
        return _before_opening(ctx, tender)
    prices = calendar.moment(tender.prices_open_at) if tender.prices_open_at else "—"
    told = AFTER.get(tender.state, "")
    b, c = (tender.basis.envelope(kind) for kind in ("b", "c"))
    return tender.basis.said(_(told).format(prices=prices, b=b, c=c)) if told else ""


def papers(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    """Return the minutes that the viewer may read, as soon as they are issued."""
    kinds = readable_kinds(ctx, tender)
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.in_(kinds))
    return ctx.session.scalars(query.order_by(IssuedDocument.id)).all()


def readable_kinds(ctx: Context, tender: Tender) -> list[DocumentKind]:
    """Return the kinds of minutes that who sees the live page may read: those of prices with the ranking they tell."""
    if not may_see(ctx, tender, Sight.LIVE):
        return []
    priced = may_see(ctx, tender, Sight.PRICES)
    return [DocumentKind.OPENING_MINUTES, *([DocumentKind.PRICE_MINUTES, DocumentKind.FINAL_MINUTES] if priced else [])]


def _before_opening(ctx: Context, tender: Tender) -> str:
    opens = calendar.moment(tender.opens_at) if tender.opens_at else "—"
    if tender.closes_at is None or ctx.now < tender.closes_at:
        return _("مهلت تسلیم هنوز باز است؛ {session}: {opens}.").format(session=_(tender.basis.opening), opens=opens)
    if tender.opens_at is None or ctx.now < tender.opens_at:
        return _("مهلت تسلیم پایان یافت و پاکت‌ها مهر و موم است؛ جلسه گشایش: {opens}.").format(opens=opens)
    if FACTS.of(ctx, tender).present[Session.ENVELOPES] >= COMMISSION:
        return _("جلسه رسمیت یافته است؛ هنوز پاکتی گشوده نشده است.")
    return tender.basis.said(_("ساعت جلسه رسیده است؛ جلسه با حضور هر سه عضو رسمیت می‌یابد (ماده ۵)."))


def _bids(ctx: Context, tender: Tender, *, prices: bool) -> list[OpenedBid]:
    """Return the bids that came to light, by name; of what was in them, only whether it was opened."""
    came = sa.or_(Bid.state.in_(OPENED), sa.and_(Bid.state == BidState.SUBMITTED, where_tender_opened(ctx)))
    query = sa.select(Bid).where(Bid.tender_id == tender.id, came).options(selectinload(Bid.firm))
    bids = ctx.session.scalars(query.order_by(Bid.submitted_at, Bid.id)).all()
    ids = [b.id for b in bids]
    rows = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id.in_(ids))
    rows = rows.options(load_only(OpenedEnvelope.bid_id, OpenedEnvelope.kind, OpenedEnvelope.damage))
    opened: dict[int, dict[EnvelopeKind, OpenedEnvelope]] = {}
    for envelope in ctx.session.scalars(rows):
        opened.setdefault(envelope.bid_id, {})[envelope.kind] = envelope
    priced = sa.select(Price).where(Price.bid_id.in_(ids if prices else []))
    found = {p.bid_id: p for p in ctx.session.scalars(priced)}
    return [OpenedBid(b, b.firm, None, (), None, opened.get(b.id, {}), found.get(b.id)) for b in bids]


def _steps(ctx: Context, tender: Tender, firms: Mapping[int, str]) -> list[Step]:
    query = sa.select(LedgerEntry.at, LedgerEntry.act, LedgerEntry.case_kind, LedgerEntry.case_id)
    query = query.where(LedgerEntry.tender_id == tender.id, LedgerEntry.act.in_(TOLD), *_only_told(tender))
    return [
        Step(row.at, tender.basis.word(TOLD[row.act]), firms.get(row.case_id, "") if row.case_kind == Bid.kind else "")
        for row in ctx.session.execute(query.order_by(LedgerEntry.id))
        if row.case_kind == Tender.kind or row.case_id in firms
    ]


def _only_told(tender: Tender) -> list[sa.ColumnElement[bool]]:
    """Return the condition that an entry is the tender's own until the bidders' names are."""
    return [LedgerEntry.case_kind == Tender.kind] if tender.state is TenderState.PUBLISHED else []


def _named(tender: Tender, row: Attendance, *, names: bool) -> str:
    """Return who is present beside the members; whom a guest represents is told once the bidders are."""
    title = tender.basis.word(row.role) if row.role else row.title if names else ""
    whom = row.title if row.role is Role.OBSERVER else ""
    return "، ".join(part for part in (row.name, title, whom) if part)


def _log_head(ctx: Context, tender: Tender) -> Mapping[str, Any] | None:
    """Return the receipt log's head that covers the deadline, once both are there."""
    if tender.closes_at is None or ctx.now < tender.closes_at:
        return None
    return receipt_log.head_at(ctx.session, tender.closes_at)
