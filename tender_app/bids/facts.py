"""What guards and pages know of bids, read for many at once in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid, BidEnvelope, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import BidState, Check, EnvelopeKind, GuaranteeTerms, guarantee_checks, haircuts_of
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class BidFacts:
    """What the guards need to know of a bid that was opened."""

    opened: frozenset[EnvelopeKind]
    guarantee: Guarantee | None
    original: str | None  # the number on the paper original, once it was handed over
    has_price: bool


def load(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, BidFacts]:
    """Read the facts of the bids, in four queries."""
    ids, tenders = [b.id for b in bids], {b.tender_id for b in bids}
    opened = _kinds(ctx, sa.select(OpenedEnvelope.bid_id, OpenedEnvelope.kind).where(OpenedEnvelope.damage == ""), ids)
    guarantees = {g.bid_id: g for g in ctx.session.scalars(sa.select(Guarantee).where(Guarantee.bid_id.in_(ids)))}
    received = sa.select(OriginalReceived).where(OriginalReceived.tender_id.in_(tenders))
    originals = {(o.tender_id, o.firm_id): o.number for o in ctx.session.scalars(received)}
    prices = set(ctx.session.scalars(sa.select(Price.bid_id).where(Price.bid_id.in_(ids))))
    return {
        b.id: BidFacts(
            opened.get(b.id, frozenset()),
            guarantees.get(b.id),
            originals.get((b.tender_id, b.firm_id)),
            b.id in prices,
        )
        for b in bids
    }


FACTS = Facts(load)


def load_sealed(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, frozenset[EnvelopeKind]]:
    """Read which envelopes of the bids are sealed, in one query."""
    query = sa.select(BidEnvelope.bid_id, BidEnvelope.kind).where(BidEnvelope.superseded_at.is_(None))
    return dict.fromkeys((b.id for b in bids), frozenset()) | _kinds(ctx, query, [b.id for b in bids])


SEALED = Facts(load_sealed)


def load_awaited(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, Mapping[EnvelopeKind, SealedEnvelope]]:
    """Read which envelopes of the bids were registered by their digests and wait for their bytes, in one query."""
    query = sa.select(BidEnvelope.bid_id, BidEnvelope.kind, SealedEnvelope).join(BidEnvelope.sealed)
    query = query.where(BidEnvelope.superseded_at.is_(None), SealedEnvelope.payload_key == "")
    found: dict[int, dict[EnvelopeKind, SealedEnvelope]] = {b.id: {} for b in bids}
    for bid_id, kind, sealed in ctx.session.execute(query.where(BidEnvelope.bid_id.in_(found))):
        found[bid_id][kind] = sealed
    return found


AWAITED = Facts(load_awaited)


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


def checks_of(ctx: Context, tender: Tender, facts: BidFacts) -> list[Check]:
    """Return what is required of the bid's guarantee, with what was found; nothing where none could be read."""
    found = facts.guarantee
    if found is None:
        return []
    return guarantee_checks(
        GuaranteeTerms(found.kind, found.issuer, found.number, found.amount, found.expires_on, found.sepam_no),
        haircuts_of(law_of(ctx, tender))[found.kind],
        required=tender.guarantee,
        valid_until=tender.valid_until,
        has_original=facts.original is not None,
    )


def _kinds(ctx: Context, query: Any, ids: Sequence[int]) -> dict[int, frozenset[EnvelopeKind]]:
    column = query.selected_columns[0]
    found: dict[int, frozenset[EnvelopeKind]] = {}
    for bid_id, kind in ctx.session.execute(query.where(column.in_(ids))):
        found[bid_id] = found.get(bid_id, frozenset()) | {kind}
    return found
