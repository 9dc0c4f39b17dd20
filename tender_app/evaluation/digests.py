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


def digest(rows: Any) -> str:
    """Return the SHA-256 (hex) of plain values."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def of_sheet(ctx: Context, sheet: ScoreSheet) -> str:
    """Return the digest of a sheet's points and reasons as they are stored now."""
    scores = ctx.session.scalars(
        sa.select(Score).where(Score.sheet_id == sheet.id).order_by(Score.bid_id, Score.criterion_id)
    )
    return digest([[s.bid_id, s.criterion_id, str(s.points), s.reason] for s in scores])


def of_locked(
    results: Sequence[TechnicalResult], sheets: Sequence[tuple[int, str]], revisions: Sequence[list[Any]]
) -> str:
    """Return the digest of locked scores: each bid's exact score, (id, digest) of each confirmed sheet, each revision."""
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
    results = ctx.session.scalars(
        sa.select(TechnicalResult).where(TechnicalResult.tender_id == tender.id).order_by(TechnicalResult.id)
    ).all()
    query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED)
    sheets = ctx.session.scalars(query.order_by(ScoreSheet.id)).all()
    digests = [(sheet.id, of_sheet(ctx, sheet)) for sheet in sheets]
    return of_locked(results, digests, revisions_of(ctx.session, tender.id))
