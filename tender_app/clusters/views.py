"""Pages of clusters: the current maps, one cluster with its path, its papers and its licence."""

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters import queries
from tender_app.clusters.forms import LetterForm
from tender_app.clusters.maps import begins_here
from tender_app.clusters.models import Cluster, Paper
from tender_app.clusters.path import path_of
from tender_app.clusters.receiving import scanned
from tender_app.clusters.rules import NEXT_STEP, ClusterAct, ClusterState
from tender_app.clusters.steps import open_cases
from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.people.models import Organisation
from tender_app.store.files import files_of
from tender_app.web.law import under
from tender_app.web.offers import Button, buttons, reason_against
from tender_app.web.uploads import holds_files
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import may_see

bp = Blueprint("clusters", __name__, url_prefix="/clusters")


@bp.get("")
@under(Sight.PAGE)
def index() -> Response:
    """The cluster maps, of one's own organisation first, narrowed by province and state."""
    ctx = context()
    own = queries.own_place(ctx)
    chosen = request.args.get("organisation", own or 0, type=row_id)
    state = next((s for s in ClusterState if s.value == request.args.get("state")), None)
    return page(
        "clusters/index.html",
        maps=queries.maps(ctx, organisation_id=chosen or None, state=state),
        places=queries.places(ctx),
        states=list(ClusterState),
        chosen=chosen,
        state=state,
        own=own,
        may_begin=begins_here(own),
    )


@bp.get("/<int:cluster_id>")
@under(Sight.PAGE)
def show(cluster_id: int) -> Response:
    """One cluster: where it stands, its path with papers, its place on the map."""
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    standing = queries.standing_of(ctx, cluster)
    sees_work = may_see(ctx, cluster, Sight.WORK)
    return page(
        "clusters/show.html",
        cluster=cluster,
        organisation=ctx.session.get_one(Organisation, cluster.organisation_id).name,
        letters=queries.letters(ctx, cluster),
        path=path_of(ctx, cluster) if sees_work else [],
        standing=standing,
        scores=queries.scores_of(ctx, cluster, standing[0].version) if standing else [],
        steps=list(ClusterState),
        next_step=NEXT_STEP[cluster.state],
        sees_work=sees_work,
        acts=_acts(cluster),
        now=ctx.now,
    )


def _acts(cluster: Cluster) -> list[Button]:
    """Return what can be done on the cluster and on its steps under way; one of them leads."""
    rows = [row for case in open_cases(cluster) for row in buttons(case)] + buttons(cluster)
    lead = next((n for n, row in enumerate(rows) if row["primary"]), None)
    return [{**row, "primary": n == lead} for n, row in enumerate(rows)]


@bp.route("/<int:cluster_id>/licence", methods=["GET", "POST"])
@under(ClusterAct.RECORD_LICENCE)
@holds_files
def record_licence(cluster_id: int) -> Response:
    """Record the development licence."""
    ctx, act = context(), ClusterAct.RECORD_LICENCE
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    reason, name = reason_against(cluster, act), cluster.name
    form = LetterForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, cluster, act, form.value(scanned(reason)))
        if done:
            flash(_("{act} انجام شد. {next_step}").format(act=act.label, next_step=NEXT_STEP[cluster.state]))
            return redirect(url_for(".show", cluster_id=cluster.id))
    back = url_for(".show", cluster_id=cluster_id)
    crumbs = [(_("خوشه‌ها"), url_for(".index")), (_("خوشه {name}").format(name=name), back), (act.label, None)]
    said = {"title": act.label, "lead": _("خوشه {name}").format(name=name), "submit_label": act.label, "files": True}
    return page("_form.html", form=form, crumbs=crumbs, reason=reason, back=back, **said)


@bp.get("/<int:cluster_id>/papers/<int:paper_id>")
@under(Sight.WORK)
def paper(cluster_id: int, paper_id: int) -> Response:
    """A letter, a report or a scan of the cluster's organisation, to download."""
    cluster = case_of(Cluster, Sight.WORK, id=cluster_id)
    found = context().session.get(Paper, paper_id)
    if found is None or found.organisation_id != cluster.organisation_id:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)
