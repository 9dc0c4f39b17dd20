"""What a publication says of how bids will be judged, in plain values: the ledger keeps it, outsiders compute with it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import plain

SILENT = {"unconfirmed_bids": "stand", "aggregation": "mean", "trim": 0, "tie_rule": "technical"}
"""What a publication means that says nothing of these."""


def terms_of(tender: Tender) -> dict[str, Any]:
    """Return the instants, the method and the criteria that bind: instants in UTC, decimals as text, money in rial."""
    return {
        "closes_at": _instant(tender.closes_at),
        "opens_at": _instant(tender.opens_at),
        "prices_open_at": _instant(tender.prices_open_at),
        "legal_basis": tender.legal_basis.value,
        "procurement_method": tender.procurement_method.value,
        "is_international": tender.is_international,
        "method": tender.method.value,
        "minimum_score": _decimal(tender.minimum_score),
        "impact": _decimal(tender.impact),
        "technical_share": _decimal(tender.technical_share),
        "budget": tender.budget,
        "runner_up_basis": tender.runner_up_basis.value,
        "guarantee": tender.guarantee,
        "has_envelope_a": tender.has_envelope_a,
        "unconfirmed_bids": tender.unconfirmed_bids.value,
        "aggregation": tender.aggregation.value,
        "trim": tender.trim,
        "tie_rule": tender.tie_rule.value,
        "criteria": _tree(tender.criteria, None),
    }


def _tree(rows: Sequence[Criterion], parent: int | None) -> list[dict[str, Any]]:
    """Return the criteria below one, as `flask rank` reads them; a leaf with what else the documents fix of it."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if row.parent_id == parent:
            children = _tree(rows, row.id)
            below = {"children": children} if children else _leaf(row)
            found.append({"id": str(row.id), "weight": plain(row.weight), **below})
    return found


def _leaf(row: Criterion) -> dict[str, Any]:
    """Return the most points of a leaf, and its least, evidence and levels where the documents give them."""
    given = {"least": _decimal(row.least), "evidence": row.evidence, "anchors": row.anchors}
    return {"max": plain(row.top), **{name: value for name, value in given.items() if value}}


def _instant(value: dt.datetime | None) -> str | None:
    return None if value is None else value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
