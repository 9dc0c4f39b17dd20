"""Pages of clusters: the map, one cluster, the letters of its steps."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.clusters import queries
from tender_app.clusters.forms import LetterForm
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import NEXT_STEP, ClusterAct, ClusterState
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance
from tender_app.workflow.sight import may_see

bp = Blueprint("clusters", __name__, url_prefix="/clusters")


@bp.get("")
@under(Sight.PAGE)
def index() -> Response:
    """The cluster maps, of one's own organisation first, narrowed by province and state."""
    ctx = context()
    chosen = request.args.get("organisation", queries.own_place(ctx) or 0, type=row_id)
    state = next((s for s in ClusterState if s.value == request.args.get("state")), None)
    return page(
        "clusters/index.html",
        maps=queries.maps(ctx, organisation_id=chosen or None, state=state),
        places=queries.places(ctx),
        states=list(ClusterState),
        chosen=chosen,
        state=state,
    )


@bp.get("/<int:cluster_id>")
@under(Sight.PAGE)
def show(cluster_id: int) -> Response:
    """One cluster: where it stands, its letters, its place on the map."""
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    map_title, organisation = queries.map_of(ctx, cluster)
    return page(
        "clusters/show.html",
        cluster=cluster,
        letters=queries.letters(ctx, cluster),
        scores=queries.scores_of(ctx, cluster),
        map_title=map_title,
        organisation=organisation,
        steps=list(ClusterState),
        next_step=NEXT_STEP[cluster.state],
        sees_work=may_see(ctx, cluster, Sight.WORK),
        acts=buttons(cluster),
    )


def _letter(cluster_id: int, act: ClusterAct) -> Response:
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    reason, name = reason_against(cluster, act), cluster.name
    form = LetterForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, cluster, act, form.value())
        if done:
            flash(_("{act} انجام شد. {next_step}").format(act=act.label, next_step=NEXT_STEP[cluster.state]))
            return redirect(url_for(".show", cluster_id=cluster.id))
    back = url_for(".show", cluster_id=cluster_id)
    crumbs = [(_("خوشه‌ها"), url_for(".index")), (_("خوشه {name}").format(name=name), back), (act.label, None)]
    said = {"title": act.label, "lead": _("خوشه {name}").format(name=name), "submit_label": act.label}
    return page("_form.html", form=form, crumbs=crumbs, reason=reason, back=back, **said)


@bp.route("/<int:cluster_id>/prefeasibility", methods=["GET", "POST"])
@under(ClusterAct.RECORD_PREFEASIBILITY)
def record_prefeasibility(cluster_id: int) -> Response:
    """Record the pre-feasibility study."""
    return _letter(cluster_id, ClusterAct.RECORD_PREFEASIBILITY)


@bp.route("/<int:cluster_id>/province", methods=["GET", "POST"])
@under(ClusterAct.RECORD_PROVINCE)
def record_province(cluster_id: int) -> Response:
    """Record the provincial committee's approval."""
    return _letter(cluster_id, ClusterAct.RECORD_PROVINCE)


@bp.route("/<int:cluster_id>/isipo", methods=["GET", "POST"])
@under(ClusterAct.RECORD_ISIPO)
def record_isipo(cluster_id: int) -> Response:
    """Record ISIPO's approval."""
    return _letter(cluster_id, ClusterAct.RECORD_ISIPO)


@bp.route("/<int:cluster_id>/licence", methods=["GET", "POST"])
@under(ClusterAct.RECORD_LICENCE)
def record_licence(cluster_id: int) -> Response:
    """Record the development licence."""
    return _letter(cluster_id, ClusterAct.RECORD_LICENCE)
