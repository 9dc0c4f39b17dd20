"""Pages of clusters: the map, one cluster, the letters of its steps."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.clusters import queries
from tender_app.clusters.forms import LetterForm
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.vocabulary import Sight
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("clusters", __name__, url_prefix="/clusters")


@bp.get("")
@under(Sight.PAGE)
def index() -> Response:
    """The cluster maps."""
    return page("clusters/index.html", maps=queries.maps(context()))


@bp.get("/<int:cluster_id>")
@under(Sight.PAGE)
def show(cluster_id: int) -> Response:
    """One cluster: where it stands, its letters, its place on the map."""
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    letters, scores = queries.letters(ctx, cluster), queries.scores_of(ctx, cluster)
    return page(
        "clusters/show.html",
        cluster=cluster,
        letters=letters,
        scores=scores,
        steps=list(ClusterState),
        acts=buttons(cluster),
    )


def _letter(cluster_id: int, act: ClusterAct) -> Response:
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    reason = refusal_of(ctx, cluster, act)
    form = LetterForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, cluster, act, form.value())
        if done:
            flash(f"{act.label} انجام شد.")
            return redirect(url_for(".show", cluster_id=cluster.id))
    back = url_for(".show", cluster_id=cluster_id)
    return page("_form.html", form=form, title=act.label, lead=f"خوشه {cluster.name}", reason=reason, back=back)


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
