"""Pages of one's own score sheet as a workbook: to take away, and to bring back after a look at every change."""

import io
import json
from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters.map_forms import WorkbookForm
from tender_app.clusters.receiving import workbook_sent
from tender_app.clusters.tables import MEDIA_TYPE
from tender_app.evaluation import cells, desk, working
from tender_app.evaluation.closed import why_closed
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.room import own_sheet
from tender_app.evaluation.rules import Scored, Several, SheetAct
from tender_app.evaluation.workbook import Ground, Proposal, proposed, write
from tender_app.kernel.errors import Invalid, NotNow
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.uploads import holds_files
from tender_app.web.visit import attempt, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("score_workbooks", __name__, url_prefix="/tenders")

FIELDS = ("points", "reason", "edition", "pages")


@bp.get("/<number>/scores/workbook")
@under(Sight.OWN)
def export(number: str) -> Response:
    """One's own sheet as a workbook."""
    own = own_sheet(number)
    content = write(_ground(own), context().now, own.tender.title)
    name = f"{_('برگه امتیاز')} {own.tender.number}.xlsx"
    return send_file(io.BytesIO(content), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)


@bp.route("/<number>/scores/import", methods=["GET", "POST"])
@under(SheetAct.SCORE)
@holds_files
def offer(number: str) -> Response:
    """Send a workbook: every change that it would make is shown, and nothing is kept."""
    own = own_sheet(number)
    form, reason = WorkbookForm(), why_closed(context(), own)
    if form.validate_on_submit():
        with attempt(form) as done:
            if reason:
                raise NotNow(reason)
            name, content = workbook_sent()
        if done:
            return _preview(own, proposed(content, _ground(own)), name)
    return page("evaluation/import.html", form=form, tender=own.tender, reason=reason)


@bp.post("/<number>/scores/take")
@under(SheetAct.SCORE)
@holds_files
def take(number: str) -> Response:
    """Take the changes that were shown, all or none; a cell that became newer meanwhile refuses them."""
    ctx, own = context(), own_sheet(number)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            if closed := why_closed(ctx, own):
                raise NotNow(closed)
            advance(ctx, own, SheetAct.SCORE, Several(_posted(own)))
        if done:
            flash(_("تغییرهای پرونده در برگه شما نشست."))
            return redirect(url_for("evaluation.sheet", number=number))
    own = own_sheet(number)
    form.file = None
    return page("evaluation/import.html", form=form, tender=own.tender, reason=why_closed(context(), own))


def _preview(own: ScoreSheet, proposal: Proposal, name: str) -> Response:
    rows = [
        [c.bid_id, c.criterion_id, "" if c.points is None else str(c.points), c.reason, c.edition]
        for c in proposal.cells
    ]
    return page(
        "evaluation/preview.html",
        form=PersianForm(),
        tender=own.tender,
        proposal=proposal,
        file_name=name,
        taken=json.dumps(rows, ensure_ascii=False),
    )


def _posted(own: ScoreSheet) -> tuple[Scored, ...]:
    """Return the cells of a preview as they come back: read like any that is typed."""
    leaves = {leaf.id: leaf for _group, leaf in working.leaves_of(own.tender.criteria)}
    kept = desk.every_score(context(), own)
    files = desk.files(context(), sorted(desk.FACTS.of(context(), own).done))
    try:
        rows: list[Any] = json.loads(request.form.get("changes", ""))
        found = []
        for bid, leaf, points, reason, edition in rows:
            was = kept.get((bid, leaf))
            pages = cells.noted(was, files.get(bid, []))
            typed = dict(zip(FIELDS, (points, reason, str(edition), pages), strict=True))
            found.append(cells.read(bid, leaves[leaf], typed, FIELDS, files.get(bid, [])))
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise Invalid(_("این تغییرها خوانده نشد؛ پرونده را دوباره بفرستید.")) from broken
    if not found:
        raise Invalid(_("این پرونده چیزی را تغییر نمی‌دهد."))
    return tuple(found)


def _ground(own: ScoreSheet) -> Ground:
    ctx = context()
    bids = [(bid.id, bid.firm) for bid in desk.bids_to_score(ctx, own.tender, own)]
    leaves = [leaf for _group, leaf in working.leaves_of(own.tender.criteria)]
    return Ground(bids, leaves, desk.every_score(ctx, own))
