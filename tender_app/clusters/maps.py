"""Pages of the versions of a cluster map: reading one, comparing, editing a draft, adopting it."""

from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters import map_queries as queries
from tender_app.clusters import queries as cluster_queries
from tender_app.clusters.map_forms import AdoptionForm, CandidateForm, CriteriaForm, MapForm, ReasonForm
from tender_app.clusters.map_rules import MapAct, MapState, NewMap, Restoration, Withdrawal, remaining, weight_of
from tender_app.clusters.models import ClusterMap
from tender_app.clusters.receiving import scanned
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Named, Sight
from tender_app.kernel.words import _
from tender_app.people.models import Organisation
from tender_app.store.files import files_of
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.slopes import slope_chart
from tender_app.web.uploads import holds_files
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("maps", __name__, url_prefix="/clusters/maps")

IN_TABLE = {MapAct.EDIT_CANDIDATE, MapAct.WITHDRAW_CANDIDATE, MapAct.RESTORE_CANDIDATE, MapAct.TAKE_WORKBOOK}


@bp.get("/<int:cluster_map_id>")
@under(Sight.PAGE)
def show(cluster_map_id: int) -> Response:
    """A version: its ranking, what moved since the one before, its letter; a draft with what can be done on it."""
    ctx = context()
    version = case_of(ClusterMap, Sight.PAGE, id=cluster_map_id)
    rows = queries.rows_of(ctx, version, visible=True)
    before = queries.version_before(ctx, version)
    moved = queries.moved(queries.rows_of(ctx, before, visible=True), rows) if before else []
    criteria = queries.lines_of(queries.criteria_of(ctx, version))
    return page(
        "clusters/map.html",
        version=version,
        organisation=ctx.session.get_one(Organisation, version.organisation_id),
        is_draft=version.state is MapState.DRAFT,
        edits=refusal_of(ctx, version, MapAct.EDIT_CANDIDATE) is None,
        criteria=criteria,
        ties=sorted((c for c in criteria if c.tie), key=lambda c: c.tie or 0),
        left=remaining(weight_of(criteria)),
        rows=[row for row in rows if not row.withdrawn],
        withdrawn=[row for row in rows if row.withdrawn],
        before=before,
        moved=moved,
        chart=slope_chart([(m.name, m.before, m.after) for m in moved]) if moved else None,
        versions=[v for v in queries.adopted_maps(ctx, version.organisation_id) if v.id != version.id],
        sees_work=may_see(ctx, version, Sight.WORK),
        acts=buttons(version, leave_out=IN_TABLE),
    )


@bp.route("/new", methods=["GET", "POST"])
@under(MapAct.BEGIN)
def begin_map() -> Response:
    """Begin the next year's version as a copy of the current one."""
    ctx = context()
    organisation = _own_organisation()
    current = queries.current_map(ctx, organisation.id)
    year = current.year + 1 if current else calendar.jalali_year(calendar.today(ctx.now))
    reason = may_begin(ctx, ClusterMap, MapAct.BEGIN, NewMap(organisation, year, ""))
    form = MapForm()
    if request.method == "GET":
        form.year.data = year
        form.title.data = persian_digits(
            _("نقشه خوشه‌های استان {province}، {year}").format(province=organisation.province, year=year)
        )
    if form.validate_on_submit():
        with attempt(form) as done:
            version = begin(ctx, ClusterMap, MapAct.BEGIN, NewMap(organisation, form.year.data, form.title.data))
        if done:
            flash(_("پیش‌نویس نقشه آغاز شد؛ معیارها، نامزدها و امتیازها را ویرایش کنید."))
            return redirect(url_for(".show", cluster_map_id=version.id))
    copied = (
        _("معیارها، وزن‌ها، نامزدها و امتیازهای «{title}» رونوشت می‌شود.").format(title=current.title) if current else ""
    )
    back = url_for("clusters.index")
    said = {"title": MapAct.BEGIN.label, "lead": copied, "submit_label": _("آغاز پیش‌نویس")}
    return page(
        "_form.html",
        form=form,
        crumbs=[(_("خوشه‌ها"), back), (MapAct.BEGIN.label, None)],
        reason=reason,
        back=back,
        **said,
    )


@bp.route("/<int:cluster_map_id>/criteria", methods=["GET", "POST"])
@under(MapAct.EDIT_CRITERIA)
def edit_criteria(cluster_map_id: int) -> Response:
    """Edit the criteria, their weights, and which of them part equal totals."""
    ctx, act = context(), MapAct.EDIT_CRITERIA
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    reason = reason_against(version, act)
    lines = queries.lines_of(queries.criteria_of(ctx, version))
    form, theirs = CriteriaForm(), None
    if request.method == "GET":
        form.fill(lines)
        form.look_at(lines)
    elif form.validate_on_submit() and form.fits():
        with attempt(form) as done:
            advance(ctx, version, act, form.value())
        if done:
            flash(_("معیارها ذخیره شد."))
            return redirect(url_for(".show", cluster_map_id=cluster_map_id))
        theirs = [(c.title, c.weight) for c in lines] if form.look_at(lines) else None
    total = weight_of(form.lines())
    return page(
        "clusters/criteria.html",
        form=form,
        version=version,
        reason=reason,
        theirs=theirs,
        total=total,
        left=remaining(total),
    )


@bp.route("/<int:cluster_map_id>/candidates/new", methods=["GET", "POST"])
@under(MapAct.ADD_CANDIDATE)
def add_candidate(cluster_map_id: int) -> Response:
    """Add a candidate."""
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    return _candidate(version, MapAct.ADD_CANDIDATE, None)


@bp.route("/<int:cluster_map_id>/candidates/<int:candidate_id>", methods=["GET", "POST"])
@under(MapAct.EDIT_CANDIDATE)
def edit_candidate(cluster_map_id: int, candidate_id: int) -> Response:
    """Edit a candidate and its scores."""
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    return _candidate(version, MapAct.EDIT_CANDIDATE, _row(version, candidate_id))


def _candidate(version: ClusterMap, act: MapAct, row: queries.Row | None) -> Response:
    ctx = context()
    reason = reason_against(version, act)
    criteria = queries.lines_of(queries.criteria_of(ctx, version))
    form = CandidateForm()
    if request.method == "GET":
        form.fill(criteria, queries.line_of(row, criteria) if row else None)
    elif form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, version, act, form.value(row.candidate_id if row else None))
        if done:
            flash(_("نامزد «{name}» ذخیره شد.").format(name=form.name.data))
            return redirect(url_for(".show", cluster_map_id=version.id))
    weights = {c.title: c.weight for c in criteria}
    return page("clusters/candidate.html", form=form, version=version, act=act, row=row, reason=reason, weights=weights)


@bp.route("/<int:cluster_map_id>/candidates/<int:candidate_id>/withdraw", methods=["GET", "POST"])
@under(MapAct.WITHDRAW_CANDIDATE)
def withdraw_candidate(cluster_map_id: int, candidate_id: int) -> Response:
    """Leave a candidate out of the ranking, with the reason."""
    ctx, act = context(), MapAct.WITHDRAW_CANDIDATE
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    row = _row(version, candidate_id)
    form = ReasonForm()
    reason = reason_against(version, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, version, act, Withdrawal(candidate_id, form.reason.data))
        if done:
            flash(_("«{name}» کنار گذاشته شد؛ سطر آن با دلیل می‌ماند.").format(name=row.name))
            return redirect(url_for(".show", cluster_map_id=version.id))
    return _form_page(form, version, act, reason, lead=row.name)


@bp.post("/<int:cluster_map_id>/candidates/<int:candidate_id>/restore")
@under(MapAct.RESTORE_CANDIDATE)
def restore_candidate(cluster_map_id: int, candidate_id: int) -> Response:
    """Take a candidate back into the ranking."""
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    advance(context(), version, MapAct.RESTORE_CANDIDATE, Restoration(candidate_id))
    flash(_("نامزد بازگردانده شد."))
    return redirect(url_for(".show", cluster_map_id=version.id))


@bp.route("/<int:cluster_map_id>/adopt", methods=["GET", "POST"])
@under(MapAct.ADOPT)
@holds_files
def adopt(cluster_map_id: int) -> Response:
    """Adopt a version with the provincial committee's letter."""
    ctx, act = context(), MapAct.ADOPT
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    form = AdoptionForm()
    reason = reason_against(version, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, version, act, form.value(scanned(reason)))
        if done:
            flash(_("نقشه تصویب شد و از این پس تغییر نمی‌کند."))
            return redirect(url_for(".show", cluster_map_id=version.id))
    lead = _("«{title}»: پس از تصویب رتبه‌ها ثابت می‌شود و این نسخه دیگر تغییر نمی‌کند.").format(title=version.title)
    return _form_page(form, version, act, reason, lead=lead, files=True)


@bp.get("/<int:cluster_map_id>/letter")
@under(Sight.WORK)
def letter(cluster_map_id: int) -> Response:
    """The scan of the letter by which a version was adopted."""
    version = case_of(ClusterMap, Sight.WORK, id=cluster_map_id)
    paper = version.letter_paper
    if paper is None:
        raise Missing
    path = files_of(settings()).path(paper.file_key)
    return send_file(path, mimetype=paper.media_type, as_attachment=True, download_name=paper.file_name)


def begins_here(organisation_id: int | None) -> bool:
    """Tell whether the actor may begin a version in an organisation now."""
    if organisation_id is None:
        return False
    ctx = context()
    organisation = ctx.session.get_one(Organisation, organisation_id)
    current = queries.current_map(ctx, organisation_id)
    year = current.year + 1 if current else calendar.jalali_year(calendar.today(ctx.now))
    return may_begin(ctx, ClusterMap, MapAct.BEGIN, NewMap(organisation, year, "")) is None


def _own_organisation() -> Organisation:
    ctx = context()
    own = cluster_queries.own_place(ctx)
    if own is None:
        ctx.asked.add(MapAct.BEGIN)
        raise NotAllowed(_("نسخه تازه نقشه را کارشناس سازمان آغاز می‌کند."))
    return ctx.session.get_one(Organisation, own)


def _row(version: ClusterMap, candidate_id: int) -> queries.Row:
    rows = queries.rows_of(context(), version)
    row = next((row for row in rows if row.candidate_id == candidate_id), None)
    if row is None:
        raise Missing
    return row


def _form_page(
    form: Any, version: ClusterMap, act: Named, reason: str | None, *, lead: str = "", files: bool = False
) -> Response:
    back = url_for("maps.show", cluster_map_id=version.id)
    crumbs = [(_("خوشه‌ها"), url_for("clusters.index")), (version.title, back), (act.label, None)]
    said = {"title": act.label, "lead": lead, "submit_label": act.label, "files": files}
    return page("_form.html", form=form, crumbs=crumbs, reason=reason, back=back, **said)
