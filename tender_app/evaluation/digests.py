"""The digests that freeze scores: of one confirmed sheet, and of all that was locked; recomputed from what is stored."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.evaluation.models import Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.evaluation.talk_models import ScoreRevision
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


def of_locked(results: Sequence[Any], sheets: Sequence[tuple[int, str]], revisions: Sequence[list[Any]]) -> str:
    """Return the digest of locked scores: of each bid's exact score, (id, digest) of each confirmed sheet, each revision."""
    return digest([[r.bid_id, r.score] for r in results] + [list(sheet) for sheet in sheets] + list(revisions))


def row_of(revision: ScoreRevision) -> list[Any]:
    """Return what a revision says, as it is hashed and told in a case file."""
    return [
        revision.sheet_id,
        revision.bid_id,
        revision.criterion_id,
        str(revision.original),
        str(revision.points),
        revision.reason,
        revision.proposed_by,
    ]


def revisions_of(session: Session, tender_id: int) -> list[list[Any]]:
    """Return the revisions of a tender's scores, the oldest first."""
    query = sa.select(ScoreRevision).join(ScoreSheet, ScoreSheet.id == ScoreRevision.sheet_id)
    found = session.scalars(query.where(ScoreSheet.tender_id == tender_id).order_by(ScoreRevision.id))
    return [row_of(revision) for revision in found]


def of_stored(ctx: Context, tender: Tender) -> str:
    """Return what the digest of the tender's locked scores is by what is stored now: equal while nothing was changed."""
    results = ctx.session.execute(RESULTS, {"tender": tender.id}).all()
    sheets = of_sheets(ctx, ctx.session.scalars(CONFIRMED, {"tender": tender.id}).all())
    return of_locked(results, sheets, revisions_of(ctx.session, tender.id))
