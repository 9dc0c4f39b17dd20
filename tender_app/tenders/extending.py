"""Pages on which the manager decides an extension that was drafted after an outage."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.calendar import moment
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders import extension
from tender_app.tenders.models import DraftedExtension, Tender
from tender_app.tenders.rules import Reason, TenderAct
from tender_app.web.fields import Count, PersianForm, Prose, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("extending", __name__, url_prefix="/tenders")

LEAD = N_(
    "مهلت تسلیم و گشایش با هم و برای همه جابه‌جا می‌شود؛ پیشنهادهای تسلیم‌شده معتبر می‌ماند و همه شرکت‌ها و کمیسیون آگاه می‌شوند. "
    "تصمیم با شماست و سامانه خود چیزی را تمدید نمی‌کند."
)
DECLINING = N_("مهلت همان می‌ماند. دلیل شما در دفتر رویدادها ثبت می‌شود.")


class ExtensionForm(PersianForm):
    """By how many hours; at least what was lost."""

    hours = Count(N_("تمدید به ساعت"), [required(N_("شمار ساعت را بنویسید."))], least="1", most=str(extension.LONGEST))


class DecliningForm(PersianForm):
    """Why the deadline stays."""

    text = Prose(N_("دلیل نپذیرفتن"), [required(N_("دلیل را بنویسید.")), up_to(1000)])


@bp.route("/<number>/extension", methods=["GET", "POST"])
@under(TenderAct.EXTEND)
def extend(number: str) -> Response:
    """Extend the deadline for all."""
    ctx, act = context(), TenderAct.EXTEND
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    draft = extension.waiting(ctx, tender)
    form = ExtensionForm()
    if draft is not None and tender.closes_at is not None and not form.is_submitted():
        form.hours.data = extension.least_hours(draft, tender.closes_at, ctx.now)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, extension.extension_by(_still(draft, reason), tender, form.hours.data))
        if done:
            flash(_("مهلت برای همه تمدید شد و آگاهی آن فرستاده شد."))
            return redirect(url_for("dossier.tender", number=number))
    return _page(form, tender, draft, act, reason, tender.basis.said(_(LEAD)))


@bp.route("/<number>/extension/decline", methods=["GET", "POST"])
@under(TenderAct.DECLINE_EXTENSION)
def decline(number: str) -> Response:
    """Leave the deadline as it is, with the reason."""
    ctx, act = context(), TenderAct.DECLINE_EXTENSION
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    draft = extension.waiting(ctx, tender)
    form = DecliningForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, extension.refused(_still(draft, reason), Reason(form.text.data)))
        if done:
            flash(_("پیش‌نویس تمدید نپذیرفته شد و مهلت همان ماند."))
            return redirect(url_for("dossier.tender", number=number))
    return _page(form, tender, draft, act, reason, DECLINING)


def _still(draft: DraftedExtension | None, reason: str | None) -> DraftedExtension:
    """Return the draft that waits; what was decided meanwhile is told."""
    if draft is None:
        raise NotNow(reason or "")
    return draft


def _page(
    form: PersianForm, tender: Tender, draft: DraftedExtension | None, act: TenderAct, reason: str | None, lead: str
) -> Response:
    other = {TenderAct.EXTEND, TenderAct.DECLINE_EXTENSION} - {act}
    return page(
        "tenders/extension.html",
        form=form,
        tender=tender,
        draft=draft,
        act=act,
        lead=lead,
        reason=reason,
        is_posted=request.method == "POST",
        least=extension.least_hours(draft, tender.closes_at, context().now) if draft and tender.closes_at else 0,
        other=[{**row, "primary": False} for row in buttons(tender, only=other)] if draft else [],
        moment=moment,
    )
