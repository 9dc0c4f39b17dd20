"""What a contract binds to, in plain values, and its digest, which the ledger quotes when the contract is issued."""

import datetime as dt
import hashlib
from typing import Any

from tender_app.contracts.models import Contract
from tender_app.ledger.signing import canonical
from tender_app.tenders.rules import plain


def facts(contract: Contract) -> dict[str, Any]:
    """Return number, parties (by national id), amounts in rial, shares in percent, and days of an issued contract."""
    return {
        "number": contract.number,
        "tender": contract.tender.number,
        "bid": contract.bid_id,
        "receipt": contract.bid.receipt_no,
        "client": contract.organisation.legal_id,
        "agent": contract.firm.legal_id,
        "amount": contract.amount,
        "performance_guarantee": contract.performance_guarantee,
        "phases": [
            {"title": p.title, "share": plain(p.share), "amount": p.amount, "due_on": p.due_on.isoformat()}
            for p in contract.phases
        ],
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "issued_at": None
        if contract.issued_at is None
        else contract.issued_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
    }


def digest(contract: Contract) -> str:
    """Return the SHA-256 (hex) of these facts as they are stored now."""
    return hashlib.sha256(canonical(facts(contract))).hexdigest()
