"""The page that tells the committee how its evaluators judged, once all their sheets are closed to change."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Blueprint
from werkzeug.wrappers import Response

from tender_app.bids.models import Bid
from tender_app.evaluation import analytics, desk, methods, working
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.queries import confirmed_sheets, given_in, sees_every_sheet
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.web.charts import balance_chart
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import where_visible

bp = Blueprint("judging", __name__, url_prefix="/tenders")

TITLE = N_("تحلیل امتیازدهی")
STEPS = (2, 5, 10)  # points of 100: from which on a deviation is shown darker


@bp.get("/<number>/technical/analytics")
@under(Sight.SCORES)
def judges(number: str) -> Response:
    """Severity, consistency, agreement and order: for those who may read every sheet of the tender."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not sees_every_sheet(ctx, tender):
        raise NotAllowed(_("تحلیل امتیازدهی پس از تأیید همه برگه‌ها و برای کسانی است که همه امتیازها را می‌بینند."))
    sheets = confirmed_sheets(ctx, tender)
    nodes = working.criteria_tree(tender.criteria)
    given, firms = _given(ctx, tender, sheets)
    how = methods.aggregation_of(tender)
    found = analytics.analysis(nodes, given, orders_of(ctx, sheets), how) if firms else None
    names = {str(sheet.id): sheet.person.name for sheet in sheets}
    leaves = [(str(leaf.id), leaf.title) for _group, leaf in working.leaves_of(tender.criteria)]
    return page(
        "evaluation/analytics.html",
        tender=tender,
        title=_(TITLE),
        found=found,
        names=names,
        firms=firms,
        leaves=leaves,
        heat=heat,
        chart=balance_chart([(names[j.evaluator], j.severity) for j in found.judges]) if found else None,
    )


def orders_of(ctx: Context, sheets: Sequence[ScoreSheet]) -> Mapping[str, list[str]]:
    """Return by sheet the bids that it scores in the order in which they were laid before the evaluator.

    That order follows from the seed of the sheet; where a sheet has none, it is that of the first scores that were kept.
    """
    query = sa.select(Score.sheet_id, Score.bid_id).where(Score.sheet_id.in_([s.id for s in sheets]))
    query = query.group_by(Score.sheet_id, Score.bid_id).order_by(sa.func.min(Score.saved_at), sa.func.min(Score.id))
    found: dict[str, list[str]] = {str(sheet.id): [] for sheet in sheets}
    for row in ctx.session.execute(query):
        found[str(row.sheet_id)].append(str(row.bid_id))
    for sheet in sheets:
        if sheet.seed:
            found[str(sheet.id)].sort(key=lambda bid, sheet=sheet: desk.place(sheet, int(bid)))  # type: ignore[misc]
    return found


def heat(gap: Fraction) -> str:
    """Return how a deviation from the panel is shown: its direction and how far it goes."""
    level = sum(abs(gap) >= step for step in STEPS)
    return f"heat-{'up' if gap > 0 else 'down'}-{level}" if level else ""


def _given(ctx: Context, tender: Tender, sheets: Sequence[ScoreSheet]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the points by sheet and bid, and the firms of the bids that every sheet holds whole."""
    given = given_in(ctx, [sheet.id for sheet in sheets])
    rows = ctx.session.execute(
        sa.select(Bid.id, Firm.name)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(Bid.tender_id == tender.id, where_visible(ctx, Bid, Sight.TECHNICAL))
        .order_by(Bid.submitted_at, Bid.id)
    )
    leaves = len(working.leaves_of(tender.criteria))
    firms = {str(r.id): r.name for r in rows if all(len(own.get(r.id, ())) == leaves for own in given.values())}
    points = {
        str(sheet.id): {
            bid: {leaf: p for leaf, (p, _reason) in given[sheet.id][int(bid)].items() if p is not None} for bid in firms
        }
        for sheet in sheets
    }
    return points, firms
