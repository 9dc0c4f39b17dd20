"""Pages of preparation: the draft in sections, its documents, seats and insertions, approval and publication."""

from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters.models import Cluster
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.store.files import files_of
from tender_app.tenders import queries
from tender_app.tenders.forms import (
    CriteriaForm,
    DocumentForm,
    Evaluation,
    InsertionForm,
    MoneySection,
    ReturnForm,
    Schedule,
    SeatsForm,
    Subject,
)
from tender_app.tenders.guards import FACTS, missing
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Attachment, Draft, TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.uploads import received
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("tenders", __name__, url_prefix="/tenders")

SECTIONS: dict[str, tuple[str, type[Any]]] = {
    "subject": ("موضوع و شرح خدمات", Subject),
    "money": ("برآورد، اعتبار و تضمین", MoneySection),
    "schedule": ("زمان‌بندی", Schedule),
    "evaluation": ("روش ارزیابی و رتبه‌بندی", Evaluation),
    "criteria": ("معیارها و وزن‌ها", CriteriaForm),
}
OTHER = {"documents": "اسناد", "seats": "کمیسیون و ارزیابان", "insertions": "نوبت‌های آگهی"}


@bp.route("/new/<int:cluster_id>", methods=["GET", "POST"])
@under(TenderAct.PREPARE)
def prepare(cluster_id: int) -> Response:
    """Begin a draft for a licensed cluster."""
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    reason = may_begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster))
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            tender = begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster))
        if done:
            flash(f"پیش‌نویس {tender.number} آغاز شد؛ هر بخش را جداگانه پر کنید.")
            return redirect(url_for(".edit", number=tender.number))
    lead = f"برای خوشه {cluster.name}. پیش‌نویس ناتمام نگه داشته می‌شود و تا انتشار کسی جز کارکنان آن را نمی‌بیند."
    back = url_for("clusters.show", cluster_id=cluster.id)
    return page(
        "_form.html", form=form, title="تهیه مناقصه", lead=lead, reason=reason, back=back, submit_label="آغاز تهیه"
    )


@beside(Cluster)
def begin_here(cluster: Cluster) -> Button | None:
    """Offer a draft on the page of a cluster for which one may be begun now."""
    if may_begin(context(), Tender, TenderAct.PREPARE, Draft(cluster)):
        return None
    return {"label": TenderAct.PREPARE.label, "href": url_for("tenders.prepare", cluster_id=cluster.id)}


@bp.get("/<number>/edit")
@under(TenderAct.EDIT)
def edit(number: str) -> Response:
    """The draft at a glance: sections, what is missing, what can be done."""
    ctx = context()
    tender = _draft(number)
    refusal_of(ctx, tender, TenderAct.EDIT)
    return page(
        "tenders/edit.html",
        tender=tender,
        sections=_sections(tender, missing(ctx, tender)),
        acts=buttons(tender, leave_out={TenderAct.EDIT, TenderAct.ATTACH, TenderAct.SEAT}),
    )


@bp.route("/<number>/edit/<section>", methods=["GET", "POST"])
@under(TenderAct.EDIT)
def edit_section(number: str, section: str) -> Response:
    """One section of the draft; what is incomplete is kept as it is."""
    ctx = context()
    if section not in SECTIONS:
        raise Missing
    tender = _draft(number)
    reason = refusal_of(ctx, tender, TenderAct.EDIT)
    title, kind = SECTIONS[section]
    form = kind(obj=tender)
    if request.method == "GET":
        form.edition.data = str(tender.revision)
        if isinstance(form, CriteriaForm):
            form.fill(tender.criteria)
    elif form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.EDIT, form.value())
        if done:
            flash(f"بخش «{title}» ذخیره شد.")
            return redirect(url_for(".edit", number=number))
    template = "tenders/criteria.html" if section == "criteria" else "tenders/section.html"
    return page(template, form=form, tender=tender, title=title, reason=reason, section=section)


@bp.route("/<number>/edit/documents", methods=["GET", "POST"])
@under(TenderAct.ATTACH)
def attach(number: str) -> Response:
    """Attach a document."""
    ctx = context()
    tender = _draft(number)
    reason = refusal_of(ctx, tender, TenderAct.ATTACH)
    form = DocumentForm()
    faults: list[tuple[str, str]] = []
    if form.validate_on_submit():
        with attempt(form) as done:
            upload = received(request.files.get("file"), "file")
            stored = files_of(settings()).put(upload.content)
            what = Attachment(form.title.data, upload.name, upload.media_type, stored.key, stored.digest, stored.size)
            advance(ctx, tender, TenderAct.ATTACH, what)
        if done:
            flash("سند بارگذاری شد.")
            return redirect(url_for(".attach", number=number))
        faults = [("file", message) for message in form.form_errors]
        form.form_errors.clear()
    status = 422 if faults else None
    response = page("tenders/documents.html", form=form, tender=tender, reason=reason, faults=faults)
    response.status_code = status or response.status_code
    return response


@bp.route("/<number>/edit/seats", methods=["GET", "POST"])
@under(TenderAct.SEAT)
def seat(number: str) -> Response:
    """Name the commission, its secretary and the evaluators."""
    ctx = context()
    tender = _draft(number)
    reason = refusal_of(ctx, tender, TenderAct.SEAT)
    form = SeatsForm()
    form.offer(queries.staff_of(ctx, tender.organisation_id))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.SEAT, form.value())
        if done:
            flash("سمت‌های مناقصه ثبت شد.")
            return redirect(url_for(".edit", number=number))
    elif request.method == "GET":
        facts = FACTS.of(ctx, tender)
        pairs = ((Role.HEAD, form.head), (Role.FINANCE, form.finance), (Role.TECHNICAL, form.technical))
        for role, field in (*pairs, (Role.SECRETARY, form.secretary)):
            field.data = next(iter(facts.holders(role)), None)
        form.evaluators.data = facts.holders(Role.EVALUATOR)
    lead = "سه عضو با سمت‌های ماده ۵، یک دبیر بی‌رأی، و دست‌کم سه ارزیاب که عضو کمیسیون نیستند."
    back = url_for(".edit", number=number)
    return page("_form.html", form=form, title=OTHER["seats"], lead=lead, reason=reason, back=back)


@bp.route("/<number>/insertions", methods=["GET", "POST"])
@under(TenderAct.RECORD_INSERTION)
def insertions(number: str) -> Response:
    """Record the rounds of the notice."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.RECORD_INSERTION)
    form = InsertionForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.RECORD_INSERTION, form.value())
        if done:
            flash("نوبت آگهی ثبت شد.")
            return redirect(url_for(".insertions", number=number))
    return page("tenders/insertions.html", form=form, tender=tender, reason=reason)


@bp.route("/<number>/send", methods=["GET", "POST"])
@under(TenderAct.SEND_FOR_APPROVAL)
def send(number: str) -> Response:
    """Send the finished draft for approval."""
    ctx = context()
    tender = _draft(number)
    reason = refusal_of(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
        if done:
            flash("اسناد برای تصویب فرستاده شد؛ تا تصویب یا برگشت، ویرایش بسته است.")
            return redirect(url_for("dossier.tender", number=number))
    faults = missing(ctx, tender)
    return page("tenders/send.html", form=form, tender=tender, reason=reason, sections=_sections(tender, faults))


@bp.route("/<number>/approve", methods=["GET", "POST"])
@under(TenderAct.PUBLISH)
def approve(number: str) -> Response:
    """Approve and publish what another person prepared."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.PUBLISH)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.PUBLISH)
        if done:
            flash("مناقصه منتشر شد؛ آگهی آن صادر و کلیدهای پاکت‌ها ساخته شد.")
            return redirect(url_for("dossier.tender", number=number))
    acts = buttons(tender, only={TenderAct.RETURN_DRAFT})
    return page("tenders/approve.html", form=form, tender=tender, reason=reason, acts=acts, seats=_names(tender))


@bp.route("/<number>/return", methods=["GET", "POST"])
@under(TenderAct.RETURN_DRAFT)
def return_draft(number: str) -> Response:
    """Return a draft with the reason."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.RETURN_DRAFT)
    form = ReturnForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.RETURN_DRAFT, form.value())
        if done:
            flash("اسناد برای اصلاح برگشت.")
            return redirect(url_for("dossier.desk"))
    back = url_for(".approve", number=number)
    return page("_form.html", form=form, title=TenderAct.RETURN_DRAFT.label, reason=reason, back=back)


@bp.get("/<number>/documents/<int:document_id>")
@under(Sight.PAGE)
def document(number: str, document_id: int) -> Response:
    """A document of the tender, to download."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    found = next((d for d in tender.documents if d.id == document_id), None)
    if found is None:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)


def _draft(number: str) -> Tender:
    tender = case_of(Tender, Sight.WORK, number=number)
    if reason := _stranger(tender):
        raise NotAllowed(reason)
    return tender


def _stranger(tender: Tender) -> str | None:
    """Return why the actor is no officer of this tender's organisation, if so."""
    from tender_app.people.capacities import roles_on  # noqa: PLC0415

    staff = {Role.OFFICER, Role.MANAGER, Role.AUDITOR}
    return None if staff & roles_on(context().actor, tender) else "تهیه اسناد با کارشناس سازمان است."


def _sections(tender: Tender, faults: list[tuple[str, str]]) -> list[dict[str, Any]]:
    titles = {**{key: title for key, (title, _) in SECTIONS.items()}, **OTHER}
    return [
        {"title": title, "href": _address(tender, key), "faults": [text for section, text in faults if section == key]}
        for key, title in titles.items()
    ]


def _address(tender: Tender, key: str) -> str:
    views = {"documents": "attach", "seats": "seat", "insertions": "insertions"}
    if key in views:
        return url_for(f".{views[key]}", number=tender.number)
    return url_for(".edit_section", number=tender.number, section=key)


def _names(tender: Tender) -> list[tuple[str, str]]:
    return [(s.role.label, s.name) for s in FACTS.of(context(), tender).seats]
