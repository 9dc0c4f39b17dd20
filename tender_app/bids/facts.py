"""What guards and pages know of bids, read for many at once in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import BidState, EnvelopeKind, worth
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar, money
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender


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


def _kinds(ctx: Context, query: Any, ids: Sequence[int]) -> dict[int, frozenset[EnvelopeKind]]:
    column = query.selected_columns[0]
    found: dict[int, frozenset[EnvelopeKind]] = {}
    for bid_id, kind in ctx.session.execute(query.where(column.in_(ids))):
        found[bid_id] = found.get(bid_id, frozenset()) | {kind}
    return found
