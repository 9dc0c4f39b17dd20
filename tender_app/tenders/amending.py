"""Pages of addenda: the list, the difference of old and new, and the drafting and issuing of one."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.store.files import files_of
from tender_app.tenders import addenda
from tender_app.tenders.addenda_forms import AddendumForm, EnclosureForm, IssueForm
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import FIXED, AddendumAct, AddendumState, Begun, Enclosure, Issued, TakenOut
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons, reason_against
from tender_app.web.uploads import holds_files, received
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("amending", __name__, url_prefix="/tenders")


@bp.get("/<number>/addenda")
@under(Sight.PAGE)
def index(number: str) -> Response:
    """The addenda of a tender, for everybody."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    reason = may_begin(context(), Addendum, AddendumAct.BEGIN, Begun(tender))
    return page("tenders/addenda.html", tender=tender, rows=addenda.addenda(context(), tender), reason=reason)


@bp.route("/<number>/addenda/new", methods=["GET", "POST"])
@under(AddendumAct.BEGIN)
def new(number: str) -> Response:
    """Begin an addendum."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = may_begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            made = begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
        if done:
            return redirect(url_for(".revise", number=number, addendum_id=made.id))
    back = url_for(".index", number=number)
    return page(
        "_form.html",
        form=form,
        title=AddendumAct.BEGIN.label,
        lead=FIXED,
        about=[(_("مناقصه"), tender.title)],
        reason=reason,
        back=back,
        crumbs=[
            (tender.title, url_for("dossier.tender", number=number)),
            (_("الحاقیه‌ها"), back),
            (AddendumAct.BEGIN.label, None),
        ],
        submit_label=_("آغاز الحاقیه"),
    )


@beside(Tender)
def begin_here(tender: Tender) -> Button | None:
    """Offer an addendum on the page of a tender for which one may be begun now."""
    if may_begin(context(), Addendum, AddendumAct.BEGIN, Begun(tender)):
        return None
    return {"label": AddendumAct.BEGIN.label, "href": url_for("amending.new", number=tender.number)}


@bp.get("/<number>/addenda/<int:addendum_id>")
@under(Sight.PAGE)
def show(number: str, addendum_id: int) -> Response:
    """An addendum: number, reason, and old and new side by side; a draft with what can be done."""
    return _shown(*_case(number, addendum_id, Sight.PAGE))


@bp.route("/<number>/addenda/<int:addendum_id>/edit", methods=["GET", "POST"])
@under(AddendumAct.REVISE)
def revise(number: str, addendum_id: int) -> Response:
    """Write what the addendum explains and changes; what contradicts the law is told at its field."""
    ctx = context()
    tender, addendum = _case(number, addendum_id, Sight.WORK)
    reason = reason_against(addendum, AddendumAct.REVISE)
    form = AddendumForm()
    if not form.is_submitted():
        form.fill(tender, addendum.changes)
        form.reason.data, form.text.data, form.is_material.data = addendum.reason, addendum.text, addendum.is_material
    elif form.validate() and form.fits(addenda.check_revision(ctx, addendum, form.value(tender))):
        with attempt(form) as done:
            advance(ctx, addendum, AddendumAct.REVISE, form.value(tender))
        if done:
            flash(_("پیش‌نویس الحاقیه ذخیره شد؛ دگرگونی‌ها را ببینید."))
            return redirect(url_for(".show", number=number, addendum_id=addendum_id))
    form.edition.data = addenda.edition(addendum)
    return page("tenders/addendum_edit.html", form=form, tender=tender, addendum=addendum, reason=reason, fixed=FIXED)


@bp.route("/<number>/addenda/<int:addendum_id>/documents", methods=["GET", "POST"])
@under(AddendumAct.ENCLOSE)
@holds_files
def enclose(number: str, addendum_id: int) -> Response:
    """Enclose a document, or one in the place of another."""
    ctx = context()
    tender, addendum = _case(number, addendum_id, Sight.WORK)
    reason = reason_against(addendum, AddendumAct.ENCLOSE)
    form = EnclosureForm()
    form.offer(tender)
    faults: list[tuple[str, str]] = []
    if form.validate_on_submit():
        with attempt(form) as done:
            if reason:
                raise NotNow(reason)
            upload = received(request.files.get("file"), "file")
            kept = files_of(settings()).put(upload.content)
            what = Enclosure(
                form.title.data, upload.name, upload.media_type, kept.key, kept.digest, kept.size, form.replaces.data
            )
            advance(ctx, addendum, AddendumAct.ENCLOSE, what)
        if done:
            flash(_("سند به الحاقیه افزوده شد."))
            return redirect(url_for(".enclose", number=number, addendum_id=addendum_id))
        faults = [("file", message) for message in form.form_errors]
        form.form_errors.clear()
    return page(
        "tenders/addendum_documents.html", form=form, tender=tender, addendum=addendum, reason=reason, faults=faults
    )


@bp.post("/<number>/addenda/<int:addendum_id>/documents/<int:document_id>/remove")
@under(AddendumAct.TAKE_OUT)
def take_out(number: str, addendum_id: int, document_id: int) -> Response:
    """Take a document out of the draft."""
    _tender, addendum = _case(number, addendum_id, Sight.WORK)
    advance(context(), addendum, AddendumAct.TAKE_OUT, TakenOut(document_id))
    flash(_("سند از الحاقیه برداشته شد."))
    return redirect(url_for(".enclose", number=number, addendum_id=addendum_id))


@bp.post("/<number>/addenda/<int:addendum_id>/reschedule")
@under(AddendumAct.RESCHEDULE)
def reschedule(number: str, addendum_id: int) -> Response:
    """Take the proposed days into the draft."""
    _tender, addendum = _case(number, addendum_id, Sight.WORK)
    advance(context(), addendum, AddendumAct.RESCHEDULE)
    flash(_("زمان‌های پیشنهادی در الحاقیه نشست."))
    return redirect(url_for(".show", number=number, addendum_id=addendum_id))


@bp.route("/<number>/addenda/<int:addendum_id>/issue", methods=["GET", "POST"])
@under(AddendumAct.ISSUE)
def issue(number: str, addendum_id: int) -> Response:
    """Issue the addendum, over the difference that it makes."""
    ctx = context()
    tender, addendum = _case(number, addendum_id, Sight.WORK)
    reason = reason_against(addendum, AddendumAct.ISSUE)
    form = IssueForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, addendum, AddendumAct.ISSUE, Issued(form.edition.data or ""))
        if done:
            flash(_("الحاقیه صادر شد؛ همه در یک لحظه آگاه شدند."))
            return redirect(url_for(".show", number=number, addendum_id=addendum_id))
    form.edition.data = addenda.edition(addendum)
    return _shown(tender, addendum, issuing=form, reason=reason)


@bp.route("/<number>/addenda/<int:addendum_id>/drop", methods=["GET", "POST"])
@under(AddendumAct.DROP)
def drop(number: str, addendum_id: int) -> Response:
    """Set the draft aside."""
    ctx = context()
    tender, addendum = _case(number, addendum_id, Sight.WORK)
    reason = reason_against(addendum, AddendumAct.DROP)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, addendum, AddendumAct.DROP)
        if done:
            flash(_("پیش‌نویس الحاقیه کنار گذاشته شد."))
            return redirect(url_for(".index", number=number))
    return page(
        "_form.html",
        form=form,
        title=AddendumAct.DROP.label,
        lead=_("پیش‌نویس می‌ماند و دیگر صادر نمی‌شود؛ اسناد مناقصه دست نمی‌خورد."),
        about=[(_("مناقصه"), tender.title), (_("دلیل الحاقیه"), addendum.reason or "—")],
        reason=reason,
        back=url_for(".show", number=number, addendum_id=addendum_id),
        submit_label=AddendumAct.DROP.label,
    )


def _case(number: str, addendum_id: int, sight: Sight) -> tuple[Tender, Addendum]:
    tender = case_of(Tender, sight, number=number)
    return tender, case_of(Addendum, sight, id=addendum_id, tender_id=tender.id)


def _shown(
    tender: Tender, addendum: Addendum, *, issuing: IssueForm | None = None, reason: str | None = None
) -> Response:
    ctx = context()
    is_draft = addendum.state is AddendumState.DRAFT
    sees_work = may_see(ctx, addendum, Sight.WORK)
    leave_out = {AddendumAct.TAKE_OUT, AddendumAct.RESCHEDULE} | ({AddendumAct.ISSUE} if issuing else set())
    takes = is_draft and sees_work and refusal_of(ctx, addendum, AddendumAct.RESCHEDULE) is None
    return page(
        "tenders/addendum.html",
        form=issuing,
        tender=tender,
        addendum=addendum,
        changes=addenda.changes_of(addendum),
        is_draft=is_draft,
        reason=reason,
        faults=addenda.faults(ctx, tender, addendum.changes) if is_draft and sees_work else [],
        proposal=addenda.proposed_text(ctx, addendum) if is_draft and sees_work else "",
        takes_proposal=takes,
        least=addenda.least(ctx, tender).days,
        acts=buttons(addendum, leave_out=leave_out) if sees_work else [],
    )
