"""Evaluators are reminded of sheets that wait before prices are opened."""

import sqlalchemy as sa

from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.reminders import DAY, Reason, ReminderKind
from tender_app.tenders.rules import TenderState


def _who_scores(ctx: Context, tender: Tender) -> list[int]:
    """Return the evaluators whose sheet is neither confirmed nor given up."""
    over = (SheetState.CONFIRMED, SheetState.RECUSED)
    query = sa.select(ScoreSheet.person_id).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state.not_in(over))
    return list(ctx.session.scalars(query))


SCORING = Reason(
    ReminderKind.SCORING,
    {TenderState.TECHNICAL},
    2 * DAY,
    lambda _ctx, tender: tender.prices_open_at,
    _who_scores,
    "scores",
)
