"""Pages of workbooks: a version to download, a workbook to send, its changes to look at and to take."""

import io

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters import map_queries as queries
from tender_app.clusters.differences import proposal_of
from tender_app.clusters.map_forms import WorkbookForm
from tender_app.clusters.map_rules import MapAct
from tender_app.clusters.models import ClusterMap
from tender_app.clusters.papers import Scan
from tender_app.clusters.receiving import stored, unread, workbook_sent
from tender_app.clusters.sheets import UnreadableError
from tender_app.clusters.tables import MEDIA_TYPE
from tender_app.clusters.workbook import Taking, read, write
from tender_app.kernel.errors import Missing, NotNow
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.uploads import Upload, holds_files
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("workbooks", __name__, url_prefix="/clusters/maps")


@bp.get("/<int:cluster_map_id>/workbook")
@under(Sight.WORK)
def export(cluster_map_id: int) -> Response:
    """A version as a workbook, which is the template of an import too."""
    ctx = context()
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    content = write(queries.chart_of(ctx, version), ctx.now, title=version.title)
    name = f"{_('نقشه خوشه')} {version.year}.xlsx"
    return send_file(io.BytesIO(content), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)


@bp.route("/<int:cluster_map_id>/import", methods=["GET", "POST"])
@under(MapAct.OFFER_WORKBOOK)
@holds_files
def offer(cluster_map_id: int) -> Response:
    """Send a workbook; it is looked at, and nothing of it is taken."""
    ctx, act = context(), MapAct.OFFER_WORKBOOK
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    form, reason = WorkbookForm(), reason_against(version, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, version, act, _received(reason))
        if done:
            offered = queries.last_workbook(ctx, version)
            return redirect(url_for(".take", cluster_map_id=cluster_map_id, workbook_id=offered.id))
    return page("clusters/import.html", form=form, version=version, reason=reason)


@bp.route("/<int:cluster_map_id>/import/<int:workbook_id>", methods=["GET", "POST"])
@under(MapAct.TAKE_WORKBOOK)
def take(cluster_map_id: int, workbook_id: int) -> Response:
    """Look at what a workbook would change; take exactly that."""
    ctx, act = context(), MapAct.TAKE_WORKBOOK
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    reason = reason_against(version, act)
    workbook = queries.workbook_of(ctx, version, workbook_id)
    if workbook is None:
        raise Missing
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, version, act, Taking(workbook_id, request.form.get("digest", "")))
        if done:
            flash(_("تغییرهای پرونده در پیش‌نویس نشست."))
            return redirect(url_for("maps.show", cluster_map_id=cluster_map_id))
    proposal = proposal_of(ctx, version, workbook)
    return page(
        "clusters/preview.html", form=form, version=version, reason=reason, workbook=workbook, proposal=proposal
    )


def _received(reason: str | None) -> Scan:
    """Store a workbook that can be read; of another, say why not (Invalid names the field)."""
    if reason:
        raise NotNow(reason)
    name, content = workbook_sent()
    try:
        read(content)
    except UnreadableError as wrong:
        raise unread(str(wrong)) from wrong
    return stored(Upload(name, MEDIA_TYPE, content))
