"""Pages of approval: sending a finished draft, and publishing or returning what another person prepared."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders import linting, records, trying_weights
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.facts import FACTS
from tender_app.tenders.forms import ReturnForm
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.tenders.views import sections_of
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("approval", __name__, url_prefix="/tenders")


@bp.route("/<number>/send", methods=["GET", "POST"])
@under(TenderAct.SEND_FOR_APPROVAL)
def send(number: str) -> Response:
    """Send the finished draft for approval."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.SEND_FOR_APPROVAL)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
        if done:
            flash(_("اسناد برای تصویب فرستاده شد؛ تا تصویب یا برگشت، ویرایش بسته است."))
            return redirect(url_for("dossier.tender", number=number))
    return page(
        "tenders/send.html",
        form=form,
        tender=tender,
        reason=reason,
        sections=sections_of(tender, missing(ctx, tender)),
        advice=warnings(ctx, tender),
        asked=linting.questions(ctx, tender),
    )


@bp.route("/<number>/approve", methods=["GET", "POST"])
@under(TenderAct.PUBLISH)
def approve(number: str) -> Response:
    """Approve and publish what another person prepared."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.PUBLISH)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.PUBLISH)
        if done:
            flash(_("مناقصه منتشر شد؛ آگهی آن صادر و کلیدهای پاکت‌ها ساخته شد."))
            return redirect(url_for("dossier.tender", number=number))
    return page(
        "tenders/approve.html",
        form=form,
        tender=tender,
        reason=reason,
        acts=[{**act, "primary": False} for act in buttons(tender, only={TenderAct.RETURN_DRAFT})],
        seats=[(tender.basis.word(seat.role), seat.name, seat.position) for seat in FACTS.of(ctx, tender).seats],
        advice=warnings(ctx, tender),
        asked=linting.questions(ctx, tender),
        papers=records.RECORDS.of(ctx, tender).standing,
        **trying_weights.shown(ctx, tender),
    )


@bp.route("/<number>/return", methods=["GET", "POST"])
@under(TenderAct.RETURN_DRAFT)
def return_draft(number: str) -> Response:
    """Return a draft with the reason."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.RETURN_DRAFT)
    form = ReturnForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.RETURN_DRAFT, form.value())
        if done:
            flash(_("اسناد برای اصلاح برگشت و دلیل آن به تهیه‌کننده رسید."))
            return redirect(url_for("dossier.desk"))
    back = url_for(".approve", number=number)
    return page(
        "_form.html",
        form=form,
        title=TenderAct.RETURN_DRAFT.label,
        lead=tender.title,
        reason=reason,
        back=back,
        submit_label=_("برگرداندن"),
    )
