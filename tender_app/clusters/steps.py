"""Pages of a cluster's steps: the pre-feasibility study, and the requests for approval with their answers."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.clusters.forms import GrantForm, RefusalForm, ReportForm, RequestForm, WhyForm
from tender_app.clusters.models import Cluster
from tender_app.clusters.receiving import scanned
from tender_app.clusters.step_models import Approval, Prefeasibility
from tender_app.clusters.step_rules import (
    ASKED_IN,
    ApprovalAct,
    ApprovalState,
    Body,
    Request,
    StudyAct,
    StudyOf,
    StudyState,
)
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.vocabulary import Named, Sight
from tender_app.kernel.words import _
from tender_app.store.case import Case
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, reason_against
from tender_app.web.uploads import holds_files
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("steps", __name__, url_prefix="/clusters")


@bp.post("/<int:cluster_id>/study")
@under(StudyAct.BEGIN)
def begin_study(cluster_id: int) -> Response:
    """Begin the pre-feasibility study of a cluster."""
    cluster = case_of(Cluster, Sight.WORK, id=cluster_id)
    begin(context(), Prefeasibility, StudyAct.BEGIN, StudyOf(cluster))
    flash(_("امکان‌سنجی مقدماتی آغاز شد؛ گزارش که آماده شد آن را بفرستید."))
    return redirect(url_for("clusters.show", cluster_id=cluster_id))


@bp.route("/studies/<int:prefeasibility_id>/report", methods=["GET", "POST"])
@under(StudyAct.SUBMIT)
@holds_files
def submit_study(prefeasibility_id: int) -> Response:
    """Submit the report of a study."""
    study = case_of(Prefeasibility, Sight.WORK, id=prefeasibility_id)
    form, act = ReportForm(), StudyAct.SUBMIT
    reason = reason_against(study, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), study, act, form.value(scanned(reason)))
        if done:
            return _done(study.cluster_id, _("گزارش فرستاده شد؛ مدیرعامل درباره آن تصمیم می‌گیرد."))
    return _page(form, study.cluster, act, reason, files=True)


@bp.route("/studies/<int:prefeasibility_id>/return", methods=["GET", "POST"])
@under(StudyAct.RETURN)
def return_study(prefeasibility_id: int) -> Response:
    """Send a report back, with the reason."""
    study = case_of(Prefeasibility, Sight.WORK, id=prefeasibility_id)
    form, act = WhyForm(), StudyAct.RETURN
    reason = reason_against(study, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), study, act, form.value())
        if done:
            return _done(study.cluster_id, _("گزارش برای اصلاح برگشت و کارشناس آگاه شد."))
    return _page(form, study.cluster, act, reason)


@bp.post("/studies/<int:prefeasibility_id>/accept")
@under(StudyAct.ACCEPT)
def accept_study(prefeasibility_id: int) -> Response:
    """Accept the report of a study."""
    study = case_of(Prefeasibility, Sight.WORK, id=prefeasibility_id)
    advance(context(), study, StudyAct.ACCEPT)
    return _done(study.cluster_id, _("گزارش پذیرفته شد؛ گام بعد درخواست تصویب از کمیته استانی است."))


@bp.route("/<int:cluster_id>/approvals/new", methods=["GET", "POST"])
@under(ApprovalAct.REQUEST)
@holds_files
def request_approval(cluster_id: int) -> Response:
    """Ask the body whose turn it is for its approval."""
    ctx, form, act = context(), RequestForm(), ApprovalAct.REQUEST
    cluster = case_of(Cluster, Sight.WORK, id=cluster_id)
    body = ASKED_IN.get(cluster.state, Body.PROVINCE)
    reason = _against_request(cluster, body)
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Approval, act, form.value(cluster, body, scanned(reason)))
        if done:
            return _done(cluster_id, _("درخواست ثبت شد؛ پاسخ که رسید همین‌جا ثبتش کنید."))
    return _page(form, cluster, act, reason, files=True, title=_("درخواست تصویب از {body}").format(body=body.label))


@bp.route("/approvals/<int:approval_id>/grant", methods=["GET", "POST"])
@under(ApprovalAct.GRANT)
@holds_files
def grant_approval(approval_id: int) -> Response:
    """Record the letter that grants an approval."""
    return _answer(approval_id, ApprovalAct.GRANT, GrantForm(), _("تصویب ثبت شد."))


@bp.route("/approvals/<int:approval_id>/refuse", methods=["GET", "POST"])
@under(ApprovalAct.REFUSE)
@holds_files
def refuse_approval(approval_id: int) -> Response:
    """Record the letter that refuses an approval."""
    return _answer(approval_id, ApprovalAct.REFUSE, RefusalForm(), _("رد ثبت شد؛ پس از رفع ایراد دوباره درخواست کنید."))


def _answer(approval_id: int, act: ApprovalAct, form: GrantForm, told: str) -> Response:
    approval = case_of(Approval, Sight.WORK, id=approval_id)
    reason = reason_against(approval, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), approval, act, form.value(scanned(reason)))
        if done:
            return _done(approval.cluster_id, told)
    return _page(form, approval.cluster, act, reason, files=True, title=f"{act.label}: {approval.body.label}")


def _against_request(cluster: Cluster, body: Body) -> str | None:
    """Return why no approval can be requested now, by the guards that need no letter."""
    ctx = context()
    try:
        return may_begin(ctx, Approval, ApprovalAct.REQUEST, Request(cluster, body, "", calendar.today(ctx.now), None))
    except Invalid:
        return None  # only the letter is missing, for which the page asks


def _done(cluster_id: int, told: str) -> Response:
    flash(told)
    return redirect(url_for("clusters.show", cluster_id=cluster_id))


def _page(
    form: Any, cluster: Cluster, act: Named, reason: str | None, *, files: bool = False, title: str = ""
) -> Response:
    back = url_for("clusters.show", cluster_id=cluster.id)
    name = _("خوشه {name}").format(name=cluster.name)
    crumbs = [(_("خوشه‌ها"), url_for("clusters.index")), (name, back), (title or act.label, None)]
    said = {"title": title or act.label, "lead": name, "submit_label": act.label, "files": files}
    return page("_form.html", form=form, crumbs=crumbs, reason=reason, back=back, **said)


@beside(Cluster)
def study_here(cluster: Cluster) -> Button | None:
    """Offer to begin a study on the page of a cluster that needs one."""
    if may_begin(context(), Prefeasibility, StudyAct.BEGIN, StudyOf(cluster)):
        return None
    return {"label": StudyAct.BEGIN.label, "action": url_for("steps.begin_study", cluster_id=cluster.id)}


@beside(Cluster)
def request_here(cluster: Cluster) -> Button | None:
    """Offer to ask for the approval whose turn it is."""
    body = ASKED_IN.get(cluster.state)
    if body is None or _against_request(cluster, body):
        return None
    label = _("درخواست تصویب از {body}").format(body=body.label)
    return {"label": label, "href": url_for("steps.request_approval", cluster_id=cluster.id)}


def open_cases(cluster: Cluster) -> list[Case]:
    """Return the study and the requests of a cluster that are under way."""
    session = context().session
    studies = sa.select(Prefeasibility).where(
        Prefeasibility.cluster_id == cluster.id, Prefeasibility.state != StudyState.ACCEPTED
    )
    asked = sa.select(Approval).where(Approval.cluster_id == cluster.id, Approval.state == ApprovalState.REQUESTED)
    return [*session.scalars(studies), *session.scalars(asked)]
