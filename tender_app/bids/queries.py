"""What the pages of bids read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tender_app.bids.facts import FACTS, checks_of
from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OpenedFile, OriginalReceived, Price
from tender_app.bids.rules import ASIDE, BidAct, BidState, Check, EnvelopeKind
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.persian import search_key
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm, FirmState, Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.sight import where_visible


@dataclass(frozen=True, slots=True)
class Cell:
    """How an envelope stands, in one word: `done`, `bad` (it cannot be read, or was rejected) or `held` (sealed)."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenedBid:
    """A bid as the opening page shows it: what was opened, and what is required of its guarantee."""

    bid: Bid
    firm: Firm
    guarantee: Guarantee | None
    checks: Sequence[Check]
    original: str | None
    opened: Mapping[EnvelopeKind, OpenedEnvelope]
    price: Price | None

    @property
    def original_differs(self) -> bool:
        """Tell whether the paper original bears another number than the envelope states."""
        if self.original is None or self.guarantee is None:
            return False
        return search_key(self.original) != search_key(self.guarantee.number)

    @property
    def is_out(self) -> bool:
        """Tell whether the bid was set aside on the way."""
        return self.bid.state in OUT

    @property
    def awaits_verdict(self) -> bool:
        """Tell whether its envelope الف is open and not judged yet."""
        return self.bid.state is BidState.SUBMITTED

    def cell(self, kind: EnvelopeKind) -> Cell:
        """Return how one of its envelopes stands."""
        opened = self.opened.get(kind)
        if self.bid.state is REJECTED_AT[kind]:
            return Cell("bad", _("ناخوانا، رد شد") if opened and opened.damage else _("رد شد"))
        if opened is None:
            return self._unopened(kind)
        if opened.damage:
            return Cell("bad", _("ناخوانا"))
        if kind is EnvelopeKind.A:
            return (
                Cell("held", _("گشوده، در انتظار رأی"))
                if self.bid.state is BidState.SUBMITTED
                else Cell("done", _("پذیرفته"))
            )
        return Cell("done", _("گشوده"))

    def _unopened(self, kind: EnvelopeKind) -> Cell:
        if self.bid.state is BidState.RETURNED:
            return Cell("held", _("ناگشوده بازگشت"))
        if kind is EnvelopeKind.A and self.bid.state is not BidState.SUBMITTED:
            return Cell("done", _("خواسته نشده"))
        return Cell("held", _("ناگشوده می‌ماند") if self.is_out else _("مهر و موم"))


@dataclass(frozen=True, slots=True)
class Event:
    """An act of the session: when, what, and about which firm or by whom."""

    at: dt.datetime
    label: str
    about: str


REJECTED_AT = {
    EnvelopeKind.A: BidState.GUARANTEE_REJECTED,
    EnvelopeKind.B: BidState.ENVELOPE_B_REJECTED,
    EnvelopeKind.C: BidState.PRICE_REJECTED,
}
OUT = frozenset({*REJECTED_AT.values(), BidState.BELOW_MINIMUM, BidState.RETURNED})
TOLD = {
    act.value: act
    for act in (
        TenderAct.REGISTER_ATTENDANCE,
        TenderAct.OPEN_A,
        BidAct.RETURN,
        BidAct.ACCEPT_GUARANTEE,
        BidAct.REJECT_GUARANTEE,
        TenderAct.OPEN_B,
        BidAct.REJECT_B,
        TenderAct.ISSUE_OPENING_MINUTES,
        TenderAct.LOCK_SCORES,
        TenderAct.OPEN_PRICES,
        BidAct.REJECT_PRICE,
    )
}


def own_bids(ctx: Context, tender: Tender, firm: Firm) -> Sequence[Bid]:
    """Return the firm's bids for the tender that were not set aside, the draft first."""
    query = (
        sa.select(Bid)
        .where(where_visible(ctx, Bid, Sight.OWN), Bid.tender_id == tender.id, Bid.firm_id == firm.id)
        .where(Bid.state.not_in(ASIDE))
        .options(selectinload(Bid.envelopes).joinedload(BidEnvelope.sealed))
        .order_by(Bid.id.desc())
    )
    return ctx.session.scalars(query).all()


def has_draft(ctx: Context, tender: Tender, firm: Firm) -> bool:
    """Tell whether the firm is preparing a bid for the tender."""
    drafts = sa.select(Bid.id).where(Bid.tender_id == tender.id, Bid.firm_id == firm.id, Bid.state == BidState.DRAFT)
    return ctx.session.scalar(drafts.limit(1)) is not None


def earlier_bids(ctx: Context, tender: Tender, firm: Firm) -> Sequence[Bid]:
    """Return the firm's bids for the tender that had a receipt and were set aside, the newest first."""
    query = (
        sa.select(Bid)
        .where(where_visible(ctx, Bid, Sight.OWN), Bid.tender_id == tender.id, Bid.firm_id == firm.id)
        .where(Bid.state.in_(ASIDE), Bid.receipt_no.is_not(None))
        .order_by(Bid.id.desc())
    )
    return ctx.session.scalars(query).all()


def receipt_of(ctx: Context, bid: Bid) -> IssuedDocument | None:
    """Return the receipt that was issued for a bid."""
    same = sa.and_(IssuedDocument.kind == DocumentKind.RECEIPT, IssuedDocument.number == bid.receipt_no)
    return ctx.session.scalars(sa.select(IssuedDocument).where(same)).one_or_none()


def letters_to(ctx: Context, tender: Tender, firm: Firm) -> Sequence[IssuedDocument]:
    """Return the letters that were issued to the firm in the tender."""
    kinds = (
        DocumentKind.CURE_REQUEST,
        DocumentKind.AWARD_LETTER,
        DocumentKind.REGRET_LETTER,
        DocumentKind.DESTRUCTION,
    )
    query = sa.select(IssuedDocument).where(IssuedDocument.kind.in_(kinds), IssuedDocument.firm_id == firm.id)
    return ctx.session.scalars(query.where(IssuedDocument.tender_id == tender.id).order_by(IssuedDocument.id)).all()


def minutes_of(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    """Return the minutes of the tender's sessions, as far as they were issued."""
    kinds = (DocumentKind.OPENING_MINUTES, DocumentKind.PRICE_MINUTES, DocumentKind.FINAL_MINUTES)
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.in_(kinds))
    return ctx.session.scalars(query.order_by(IssuedDocument.id)).all()


def original_of(ctx: Context, tender: Tender, firm: Firm) -> OriginalReceived | None:
    """Return the paper original that was handed over for the firm."""
    query = sa.select(OriginalReceived).filter_by(tender_id=tender.id, firm_id=firm.id)
    return ctx.session.scalars(query).one_or_none()


def opened_bids(ctx: Context, tender: Tender, *, prices: bool) -> list[OpenedBid]:
    """Return the bids that the actor may see by name, with what was opened of each, in a fixed number of queries."""
    query = (
        sa.select(Bid)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.BIDDERS))
        .options(selectinload(Bid.firm))
        .order_by(Bid.submitted_at, Bid.id)
    )
    bids = ctx.session.scalars(query).all()
    ids = [b.id for b in bids]
    FACTS.preload(ctx, bids)
    opened: dict[int, dict[EnvelopeKind, OpenedEnvelope]] = {}
    rows = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id.in_(ids)).options(selectinload(OpenedEnvelope.files))
    for envelope in ctx.session.scalars(rows):
        opened.setdefault(envelope.bid_id, {})[envelope.kind] = envelope
    priced = sa.select(Price).where(Price.bid_id.in_(ids if prices else []))
    found = {p.bid_id: p for p in ctx.session.scalars(priced)}
    return [_opened(ctx, bid, opened.get(bid.id, {}), found.get(bid.id)) for bid in bids]


def opened_bid(ctx: Context, bid: Bid) -> OpenedBid:
    """Return one bid with all that was opened of it; the caller asks what of it may be seen."""
    rows = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id == bid.id).options(selectinload(OpenedEnvelope.files))
    opened = {envelope.kind: envelope for envelope in ctx.session.scalars(rows)}
    price = ctx.session.scalars(sa.select(Price).where(Price.bid_id == bid.id)).one_or_none()
    return _opened(ctx, bid, opened, price)


def session_story(ctx: Context, tender: Tender, bids: Sequence[OpenedBid]) -> list[Event]:
    """Return what was done in the sessions, in order, of the tender and of the bids that the actor may see by name."""
    firms = {row.bid.id: row.firm.name for row in bids}
    query = sa.select(LedgerEntry, Person.name).outerjoin(Person, Person.id == LedgerEntry.person_id)
    query = query.where(LedgerEntry.tender_id == tender.id, LedgerEntry.act.in_(TOLD)).order_by(LedgerEntry.id)
    return [
        Event(
            entry.at,
            tender.basis.word(TOLD[entry.act]),
            _about(firms.get(entry.case_id) if entry.case_kind == Bid.kind else "", name),
        )
        for entry, name in ctx.session.execute(query)
        if entry.case_kind == Tender.kind or entry.case_id in firms
    ]


def judges(ctx: Context, tender: Tender) -> Mapping[int, str]:
    """Return who accepted or rejected the guarantee of each bid, by the bid's id."""
    acts = (BidAct.ACCEPT_GUARANTEE, BidAct.REJECT_GUARANTEE)
    query = sa.select(LedgerEntry.case_id, Person.name).join(Person, Person.id == LedgerEntry.person_id)
    query = query.where(
        LedgerEntry.tender_id == tender.id, LedgerEntry.case_kind == Bid.kind, LedgerEntry.act.in_(acts)
    )
    return {row.case_id: row.name for row in ctx.session.execute(query)}


def _about(*parts: str | None) -> str:
    return "، ".join(part for part in parts if part)


def technical_form(ctx: Context, bid_id: int) -> OpenedEnvelope | None:
    """Return what was in envelope ب of a bid, with its files, in one query."""
    query = (
        sa.select(OpenedEnvelope)
        .where(OpenedEnvelope.bid_id == bid_id, OpenedEnvelope.kind == EnvelopeKind.B)
        .options(joinedload(OpenedEnvelope.files))
    )
    return ctx.session.scalars(query).unique().one_or_none()


def opened_file(ctx: Context, bid: Bid, file_id: int) -> tuple[OpenedFile, EnvelopeKind] | None:
    """Return a file that came out of the bid's envelopes, with the envelope's kind."""
    query = (
        sa.select(OpenedFile, OpenedEnvelope.kind)
        .join(OpenedEnvelope, OpenedEnvelope.id == OpenedFile.opened_envelope_id)
        .where(OpenedFile.id == file_id, OpenedEnvelope.bid_id == bid.id)
    )
    row = ctx.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def originals(ctx: Context, tender: Tender) -> Sequence[tuple[str, str, dt.datetime]]:
    """Return (firm, number, instant) of the originals received."""
    query = (
        sa.select(Firm.name, OriginalReceived.number, OriginalReceived.received_at)
        .join(Firm, Firm.id == OriginalReceived.firm_id)
        .where(OriginalReceived.tender_id == tender.id)
        .order_by(OriginalReceived.id)
    )
    return [tuple(row) for row in ctx.session.execute(query)]  # type: ignore[misc]


def firms_without_original(ctx: Context, tender: Tender) -> Sequence[Firm]:
    """Return the approved firms whose original has not come: any of them may bid, so the list tells nothing."""
    came = sa.select(OriginalReceived.firm_id).where(OriginalReceived.tender_id == tender.id)
    query = sa.select(Firm).where(Firm.state == FirmState.APPROVED, Firm.id.not_in(came))
    return ctx.session.scalars(query.order_by(Firm.name)).all()


def _opened(ctx: Context, bid: Bid, opened: dict[EnvelopeKind, OpenedEnvelope], price: Price | None) -> OpenedBid:
    facts = FACTS.of(ctx, bid)
    return OpenedBid(bid, bid.firm, facts.guarantee, checks_of(ctx, bid.tender, facts), facts.original, opened, price)
