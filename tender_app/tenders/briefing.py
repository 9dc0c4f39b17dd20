"""Pages of the pre-bid meeting: who came and what was said, and its minutes for everybody."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.calendar import moment
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders import prebid
from tender_app.tenders.forms import PrebidForm
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("briefing", __name__, url_prefix="/tenders")


@bp.route("/<number>/prebid", methods=["GET", "POST"])
@under(TenderAct.KEEP_PREBID)
def keep(number: str) -> Response:
    """Keep who came and what was asked and answered."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.KEEP_PREBID)
    form, kept = PrebidForm(), prebid.MINUTES.of(ctx, tender)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.KEEP_PREBID, form.value())
        if done:
            flash(_("جلسه ثبت شد؛ صورتجلسه هنوز منتشر نشده است."))
            return redirect(url_for(".issue", number=number))
    elif not form.is_submitted() and kept is not None:
        form.fill(kept.attendees, kept.items, kept.text)
    title = TenderAct.KEEP_PREBID.label
    return page(
        "_form.html",
        form=form,
        title=title,
        lead=tender.basis.said(
            _("نام حاضران فقط برای کارکنان است؛ پرسش‌ها و پاسخ‌ها بی نام پرسنده برای همه منتشر می‌شود (ماده ۱۷).")
        ),
        about=_about(tender),
        reason=reason,
        keep=f"prebid-{tender.number}",
        crumbs=[(tender.title, url_for("dossier.tender", number=number)), (title, None)],
        back=url_for("dossier.tender", number=number),
        submit_label=_("ذخیره"),
    )


@bp.route("/<number>/prebid/minutes", methods=["GET", "POST"])
@under(TenderAct.ISSUE_PREBID_MINUTES)
def issue(number: str) -> Response:
    """Issue the minutes for everybody."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.ISSUE_PREBID_MINUTES)
    form, kept = PersianForm(), prebid.MINUTES.of(ctx, tender)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.ISSUE_PREBID_MINUTES)
        if done:
            flash(_("صورتجلسه برای همه منتشر شد."))
            return redirect(url_for("dossier.tender", number=number))
    title = TenderAct.ISSUE_PREBID_MINUTES.label
    said = [(question, given) for question, given in kept.items] if kept is not None else []
    return page(
        "_form.html",
        form=form,
        title=title,
        lead=_("صورتجلسه با امضای زمان و کد صادر می‌شود و به همه شرکت‌ها یکسان و هم‌زمان خبر داده می‌شود."),
        about=[*_about(tender), *said],
        reason=reason,
        crumbs=[(tender.title, url_for("dossier.tender", number=number)), (title, None)],
        back=url_for(".keep", number=number),
        submit_label=_("صدور برای همه"),
    )


def _about(tender: Tender) -> list[tuple[str, object]]:
    return [
        (_("زمان"), moment(tender.prebid_at) if tender.prebid_at else _("اعلام نشده است")),
        (_("جا"), tender.prebid_place or "—"),
    ]
