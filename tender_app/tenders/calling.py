"""Pages of a limited call: why it is limited, and which firms are invited."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter
from tender_app.tenders.call_forms import InvitedForm, JustificationForm
from tender_app.tenders.deciding import call_of, law_of, thresholds_of
from tender_app.tenders.invitations import firms_to_invite, invited
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import Invited, call_faults
from tender_app.tenders.rules import TenderAct
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("calling", __name__, url_prefix="/tenders")


@bp.route("/<number>/invitations", methods=["GET", "POST"])
@under(TenderAct.INVITE_FIRM, Sight.WORK)
def invitations(number: str) -> Response:
    """The list of invited firms, with what it still lacks; the officer of a draft adds to it."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.INVITE_FIRM)
    form = InvitedForm()
    form.offer(firms_to_invite(ctx, tender))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.INVITE_FIRM, form.value())
        if done:
            flash(_("شرکت به فهرست دعوت‌شدگان افزوده شد."))
            return redirect(url_for(".invitations", number=number))
    rows, law = invited(ctx, tender), law_of(ctx, tender)
    return page(
        "tenders/invitations.html",
        form=form,
        tender=tender,
        reason=reason,
        rows=rows,
        faults=call_faults(call_of(tender, len(rows)), law[Parameter.INVITED], thresholds_of(law)),
        acts=buttons(tender, only={TenderAct.JUSTIFY}),
    )


@bp.post("/<number>/invitations/<int:firm_id>/remove")
@under(TenderAct.UNINVITE_FIRM)
def uninvite(number: str, firm_id: int) -> Response:
    """Take a firm off the list."""
    tender = case_of(Tender, Sight.WORK, number=number)
    advance(context(), tender, TenderAct.UNINVITE_FIRM, Invited(firm_id))
    flash(_("شرکت از فهرست دعوت‌شدگان برداشته شد."))
    return redirect(url_for(".invitations", number=number))


@bp.route("/<number>/justify", methods=["GET", "POST"])
@under(TenderAct.JUSTIFY)
def justify(number: str) -> Response:
    """Certify why the call is limited, or one firm alone is asked."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.JUSTIFY)
    form = JustificationForm(
        data={"reason": tender.form_reason, "ground": tender.direct_ground, "report": tender.direct_report}
    )
    form.suit(tender)
    back = url_for(".invitations", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.JUSTIFY, form.value())
        if done:
            flash(_("دلیل ثبت شد و در پرونده مناقصه ماند."))
            return redirect(back)
    lead = _("بالاترین مقام دستگاه با دلیل گواهی می‌کند که چرا همه شرکت‌ها فراخوانده نمی‌شوند.")
    return page(
        "_form.html",
        form=form,
        title=TenderAct.JUSTIFY.label,
        lead=lead,
        reason=reason,
        about=[(_("مناقصه"), tender.title), (_("شیوه فراخوان"), tender.procurement_method.label)],
        crumbs=[(tender.title, url_for("dossier.tender", number=number)), (TenderAct.JUSTIFY.label, None)],
        back=back,
        submit_label=_("ثبت دلیل"),
    )
