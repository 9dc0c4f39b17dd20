"""The prices that an opening brought to light, in plain values, and their digest, which the ledger quotes."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, Price
from tender_app.ledger.signing import canonical


def opened(session: Session, tender_id: int) -> list[dict[str, Any]]:
    """Return each opened price with its phases (rial), by bid."""
    query = sa.select(Bid.id, Bid.receipt_no, Price.total, Price.phases).join(Bid, Bid.id == Price.bid_id)
    rows = session.execute(query.where(Bid.tender_id == tender_id).order_by(Bid.id))
    return [
        {
            "bid": bid,
            "receipt": receipt,
            "total": total,
            "phases": [{"title": phase["title"], "amount": phase["amount"]} for phase in phases],
        }
        for bid, receipt, total, phases in rows
    ]


def digest(session: Session, tender_id: int) -> str:
    """Return the SHA-256 (hex) of the opened prices as they are stored now."""
    return hashlib.sha256(canonical(opened(session, tender_id))).hexdigest()
