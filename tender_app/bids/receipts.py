"""What enters the receipt log of acts on bids, once each has its entry in the ledger; a submission's receipt quotes it."""

from typing import Any

import sqlalchemy as sa

from tender_app.bids import minutes, receipt_paper
from tender_app.bids.key_rules import Destruction
from tender_app.bids.models import Bid, BidEnvelope, OpenedEnvelope
from tender_app.bids.rules import EnvelopeKind, Submission
from tender_app.documents.issued import Issue, draw
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LedgerEntry, LogAct
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct

OPENS = {TenderAct.OPEN_A: EnvelopeKind.A, TenderAct.OPEN_B: EnvelopeKind.B, TenderAct.OPEN_PRICES: EnvelopeKind.C}


def give_receipt(ctx: Context, bid: Bid, what: Submission, entry: LedgerEntry) -> None:
    """Promise that the log will hold the submission: with this the receipt is whole."""
    envelopes = dict(sorted(what.digests.items()))
    receipt_log.enter(ctx, entry, bid.tender.number, receipt_no=what.receipt_no, envelopes=envelopes)


def draw_receipt(ctx: Context, bid: Bid, act: LogAct) -> IssuedDocument:
    """Draw a submission's receipt as a paper, which quotes the promise.

    It is drawn when it is first asked for: submission is one small act, and many come in the same minute.
    """
    if bid.receipt_no is None or bid.submitted_at is None:
        raise LookupError(f"bid {bid.id} was not submitted")
    tender = bid.tender
    facts = minutes.receipt_facts(bid, Submission(bid.receipt_no, act.body["envelopes"]), bid.submitted_at, act.promise)
    about = Issue(
        DocumentKind.RECEIPT, bid.receipt_no, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id
    )
    return draw(ctx, about, lambda stamp: receipt_paper.receipt(facts, stamp))


def note_end(ctx: Context, bid: Bid, _what: Any, entry: LedgerEntry) -> None:
    """Enter that a submitted bid was replaced or withdrawn."""
    receipt_log.enter(ctx, entry, bid.tender.number, receipt_no=bid.receipt_no or "")


def note_opening(ctx: Context, tender: Tender, _what: Any, entry: LedgerEntry) -> None:
    """Enter which envelopes an opening opened, by their digests."""
    kind = OPENS[TenderAct(entry.act)]
    query = (
        sa.select(SealedEnvelope.digest)
        .join(BidEnvelope, BidEnvelope.sealed_id == SealedEnvelope.id)
        .join(OpenedEnvelope, OpenedEnvelope.bid_envelope_id == BidEnvelope.id)
        .join(Bid, Bid.id == OpenedEnvelope.bid_id)
        .where(Bid.tender_id == tender.id, OpenedEnvelope.kind == kind)
    )
    receipt_log.enter(ctx, entry, tender.number, envelopes=sorted(ctx.session.scalars(query)))


def note_destruction(ctx: Context, tender: Tender, what: Destruction, entry: LedgerEntry) -> None:
    """Enter which envelopes can be opened by nobody any more."""
    receipt_log.enter(ctx, entry, tender.number, envelopes=sorted(what.digests))
