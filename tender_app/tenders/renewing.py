"""The page on which a renewed tender is begun again from its copy."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.renewal import Renewed
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.web.fields import BooleanField, PersianForm
from tender_app.web.law import under
from tender_app.web.offers import Button, beside
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import begin, may_begin

bp = Blueprint("renewing", __name__, url_prefix="/tenders")


class RenewalForm(PersianForm):
    """What the copy takes along."""

    with_seats = BooleanField(
        N_("اعضای کمیسیون، دبیر و ارزیابان هم همان‌ها باشند"), description=N_("در پیش‌نویس می‌توان آنها را تغییر داد.")
    )


@beside(Tender)
def renewal_button(tender: Tender) -> Button | None:
    """Offer the officer the new tender on the page of a renewed one."""
    if tender.state is not TenderState.RENEWED:
        return None
    if may_begin(context(), Tender, TenderAct.RENEW_FROM, Renewed(tender)):
        return None
    return {"label": TenderAct.RENEW_FROM.label, "href": url_for("renewing.renew_from", number=tender.number)}


@bp.route("/<number>/renewal", methods=["GET", "POST"])
@under(TenderAct.RENEW_FROM)
def renew_from(number: str) -> Response:
    """Begin the new tender from the renewed one."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = may_begin(ctx, Tender, TenderAct.RENEW_FROM, Renewed(tender))
    form = RenewalForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            made = begin(ctx, Tender, TenderAct.RENEW_FROM, Renewed(tender, bool(form.with_seats.data)))
        if done:
            flash(
                _("پیش‌نویس مناقصه {number} از مناقصه تجدیدشده ساخته شد؛ زمان‌ها را بنویسید.").format(number=made.number)
            )
            return redirect(url_for("tenders.edit", number=made.number))
    back = url_for("dossier.tender", number=number)
    return page(
        "_form.html",
        form=form,
        title=TenderAct.RENEW_FROM.label,
        lead=_(
            "موضوع، شرایط، معیارها و اسناد رونوشت می‌شود؛ شماره، زمان‌ها، آگهی و کلیدها تازه است. هر دو مناقصه به هم پیوند دارند."
        ),
        reason=reason,
        back=back,
        crumbs=[(tender.title, back), (TenderAct.RENEW_FROM.label, None)],
        submit_label=TenderAct.RENEW_FROM.label,
    )
