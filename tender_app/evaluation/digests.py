"""The digests that freeze scores: of one confirmed sheet, and of all that was locked; recomputed from what is stored."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

SCORES = (
    sa.select(Score.sheet_id, Score.bid_id, Score.criterion_id, Score.points, Score.reason, Score.pages)
    .where(Score.sheet_id.in_(sa.bindparam("sheets", expanding=True)))
    .order_by(Score.bid_id, Score.criterion_id)
)
RESULTS = (
    sa.select(TechnicalResult.bid_id, TechnicalResult.score)
    .where(TechnicalResult.tender_id == sa.bindparam("tender"))
    .order_by(TechnicalResult.id)
)
CONFIRMED = (
    sa.select(ScoreSheet.id)
    .where(ScoreSheet.tender_id == sa.bindparam("tender"), ScoreSheet.state == SheetState.CONFIRMED)
    .order_by(ScoreSheet.id)
)


def digest(rows: Any) -> str:
    """Return the SHA-256 (hex) of plain values."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def of_sheet(ctx: Context, sheet: ScoreSheet) -> str:
    """Return the digest of a sheet's points and reasons as they are stored now."""
    return of_sheets(ctx, [sheet.id])[0][1]


def of_sheets(ctx: Context, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return (id, digest) of sheets: of their points and reasons as they are stored now."""
    found: dict[int, list[list[Any]]] = {sheet_id: [] for sheet_id in ids}
    for sheet_id, bid_id, criterion_id, points, reason, pages in ctx.session.execute(SCORES, {"sheets": ids}):
        found[sheet_id].append([bid_id, criterion_id, str(points), reason, *([pages] if pages else [])])
    return [(sheet_id, digest(rows)) for sheet_id, rows in found.items()]


def of_locked(results: Sequence[Any], sheets: Sequence[tuple[int, str]]) -> str:
    """Return the digest of locked scores: each bid's exact score (a TechnicalResult), and (id, digest) of each confirmed sheet."""
    return digest([[r.bid_id, r.score] for r in results] + [list(sheet) for sheet in sheets])


def of_stored(ctx: Context, tender: Tender) -> str:
    """Return what the digest of the tender's locked scores is by what is stored now: equal while nothing was changed."""
    results = ctx.session.execute(RESULTS, {"tender": tender.id}).all()
    return of_locked(results, of_sheets(ctx, ctx.session.scalars(CONFIRMED, {"tender": tender.id}).all()))
