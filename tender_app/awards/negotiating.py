"""The page on which the head records a negotiation of the price."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.awards.lots import next_by_lot
from tender_app.awards.negotiation_form import NegotiationForm
from tender_app.evaluation import queries
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web import filters
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("negotiating", __name__, url_prefix="/tenders")


@bp.route("/<number>/negotiation", methods=["GET", "POST"])
@under(TenderAct.NEGOTIATE)
def negotiate(number: str) -> Response:
    """Record what the negotiation with the bid whose turn it is came to."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.NEGOTIATE)
    view = queries.ranking(ctx, tender)
    turns = {row.bid_id for row in next_by_lot(ctx, tender)}
    rows = [row for row in view.rows if row.bid_id in turns] if view else []
    form = NegotiationForm()
    form.offer([(row.bid_id, row.firm) for row in rows])
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.NEGOTIATE, form.value())
        if done:
            flash(_("نتیجه مذاکره ثبت شد و در صورتجلسه می‌آید."))
            return redirect(url_for("evaluation.ranking", number=number))
    lead = _("قیمت توافق‌شده از قیمت پیشنهادی بیشتر نمی‌شود. اگر مذاکره به نتیجه نرسد، نوبت به پیشنهاد بعدی می‌رسد.")
    about = [
        (row.firm, _("امتیاز فنی {score}").format(score=filters.exact(row.technical, 2)), filters.rial(row.price))
        for row in rows
    ]
    title = tender.basis.word(TenderAct.NEGOTIATE)
    return page(
        "_form.html",
        form=form,
        title=title,
        lead=lead,
        reason=reason,
        about=about,
        crumbs=[
            (tender.title, url_for("dossier.tender", number=number)),
            (_("رتبه‌بندی"), url_for("evaluation.ranking", number=number)),
            (title, None),
        ],
        back=url_for("evaluation.ranking", number=number),
        submit_label=_("ثبت نتیجه مذاکره"),
        submit_note=_("آنچه ثبت شد دگرگون نمی‌شود."),
    )
