"""What a case file says of sealed envelopes, scores and the ranking's figures, in plain values."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, BidEnvelope, Price
from tender_app.bids.rules import ASIDE, BidState
from tender_app.evaluation import digests
from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.sealing.models import SealedEnvelope
from tender_app.tenders import published
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Aggregation, Method


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope of a submitted bid: what is told of it, where its payload lies, whether its bid was not set aside."""

    told: dict[str, Any]
    payload_key: str
    stands: bool


def envelopes(session: Session, tender_id: int) -> list[Envelope]:
    """Return the envelopes of every bid that was ever submitted, by receipt and kind.

    Those of a bid that was replaced, withdrawn or returned unopened are told of by their digests alone.
    """
    query = (
        sa.select(Bid, BidEnvelope.kind, SealedEnvelope)
        .join(BidEnvelope, BidEnvelope.bid_id == Bid.id)
        .join(SealedEnvelope, SealedEnvelope.id == BidEnvelope.sealed_id)
        .where(Bid.tender_id == tender_id, Bid.receipt_no.is_not(None), BidEnvelope.superseded_at.is_(None))
        .order_by(Bid.receipt_no, BidEnvelope.kind)
    )
    return [
        Envelope(
            {
                "receipt": bid.receipt_no,
                "bid": bid.id,
                "kind": kind.value,
                "digest": sealed.digest,
                "header_digest": sealed.header_digest,
                "payload_digest": sealed.payload_digest,
                "size": sealed.size,
            },
            sealed.payload_key,
            bid.state not in ASIDE | {BidState.RETURNED},
        )
        for bid, kind, sealed in session.execute(query)
    ]


def scores(session: Session, tender: Tender) -> dict[str, Any]:
    """Return every confirmed sheet with its digest, and each bid's exact score, as they were locked."""
    query = sa.select(ScoreSheet.id, ScoreSheet.digest).where(
        ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED
    )
    return {
        "digest": tender.scores_digest,
        "results": [
            {"bid": bid, "receipt": receipt, "score": score}
            for bid, receipt, score, *_rest in _results(session, tender)
        ],
        "sheets": [
            {"sheet": sheet, "digest": digest, "scores": _points(session, sheet)}
            for sheet, digest in session.execute(query.order_by(ScoreSheet.id))
        ],
        **({"revisions": revisions} if (revisions := digests.revisions_of(session, tender.id)) else {}),
    }


def case_of(session: Session, tender: Tender) -> dict[str, Any]:
    """Return the tender in the format of `flask rank`; bids are named by their receipts, evaluators by their sheets.

    A bid whose price envelope could not be read is not in it, nor one that reached the threshold in all and fell under the
    least of a criterion: the format knows no such bid.
    """
    terms = published.terms_of(tender)
    least = Fraction(tender.minimum_score or 0)
    judged = [
        row
        for row in _results(session, tender)
        if row.state is not BidState.PRICE_REJECTED and (row.is_qualified or Fraction(row.score) < least)
    ]
    query = sa.select(Price.bid_id, Price.total).where(Price.bid_id.in_([row.bid_id for row in judged]))
    totals = {row.bid_id: row.total for row in session.execute(query)}
    given: dict[int, dict[str, dict[str, str]]] = {row.bid_id: {} for row in judged}
    told = scores(session, tender)
    standing = [(sheet["sheet"], *row[:3]) for sheet in told["sheets"] for row in sheet["scores"]]
    standing += [(sheet, bid, leaf, points) for sheet, bid, leaf, _, points, *_ in told.get("revisions", ())]
    for sheet, bid, leaf, points in standing:
        if bid in given:
            given[bid].setdefault(str(sheet), {})[str(leaf)] = points
    return {
        "id": tender.number,
        "method": terms["method"],
        "criteria": terms["criteria"],
        **_aggregation(tender),
        "threshold": terms["minimum_score"],
        **_parameters(tender, terms),
        "bids": [
            {"id": row.receipt_no, "price": totals.get(row.bid_id), "scores": given[row.bid_id]} for row in judged
        ],
    }


def _aggregation(tender: Tender) -> dict[str, str]:
    """Return how `flask rank` brings the evaluators together: a consensus is the mean of the points that stand."""
    if tender.aggregation is not Aggregation.TRIMMED_MEAN:
        return {"aggregation": "mean"}
    return {"aggregation": "trimmed_mean", "trim": str(tender.trim), "trim_at": "leaf"}


def _parameters(tender: Tender, terms: dict[str, Any]) -> dict[str, str]:
    share = tender.technical_share or Decimal(0)
    told = {
        Method.WEIGHTED_PRICE: {"i": terms["impact"] or "0"},
        Method.QCBS: {"wt": str(share), "wf": str(1 - share)},
        Method.FIXED_BUDGET: {"budget": str(tender.budget or 0)},
    }
    return told.get(tender.method, {})


def _results(session: Session, tender: Tender) -> list[Any]:
    query = (
        sa.select(
            TechnicalResult.bid_id, Bid.receipt_no, TechnicalResult.score, Bid.state, TechnicalResult.is_qualified
        )
        .join(Bid, Bid.id == TechnicalResult.bid_id)
        .where(TechnicalResult.tender_id == tender.id)
    )
    return list(session.execute(query.order_by(TechnicalResult.id)))


def _points(session: Session, sheet: int) -> list[list[Any]]:
    """Return [bid, leaf, points, reason] of a sheet, in the order and the words of its digest."""
    query = sa.select(Score.bid_id, Score.criterion_id, Score.points, Score.reason).where(Score.sheet_id == sheet)
    rows = session.execute(query.order_by(Score.bid_id, Score.criterion_id))
    return [[row.bid_id, row.criterion_id, str(row.points), row.reason] for row in rows]
