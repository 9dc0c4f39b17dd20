"""The page on which the linter asks about a draft, and the officer answers what stays as it is."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders import linting
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import PersianForm, Prose, required, up_to
from tender_app.web.law import under
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("considering", __name__, url_prefix="/tenders")


class ConsideredForm(PersianForm):
    """Why the words stay as they are."""

    text = Prose(N_("پاسخ"), [required(N_("بنویسید چرا متن همین‌گونه می‌ماند.")), up_to(1000)])


@bp.route("/<number>/reading", methods=["GET", "POST"])
@under(TenderAct.ANSWER_FINDING)
def reading(number: str) -> Response:
    """Read the questions about a draft; answer one of them."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.ANSWER_FINDING)
    form, chosen = ConsideredForm(), request.form.get("finding", "")
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.ANSWER_FINDING, linting.Considered(chosen[:40], form.text.data))
        if done:
            flash(_("پاسخ شما ثبت شد و هنگام تصویب دیده می‌شود."))
            return redirect(url_for(".reading", number=number))
    asked = linting.questions(ctx, tender)
    return page("tenders/reading.html", form=form, tender=tender, reason=reason, asked=asked, chosen=chosen)
