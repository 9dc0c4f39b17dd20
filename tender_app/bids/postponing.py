"""The page on which the head postpones the price session, once."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.bids.price_session import Later
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.tenders.session_rules import Postponed
from tender_app.web.fields import Moment, PersianForm, Prose, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance

bp = Blueprint("postponing", __name__, url_prefix="/tenders")

LEAD = N_(
    "جلسه گشایش قیمت فقط یک بار و تا پایان اعتبار پیشنهادها به تعویق می‌افتد (ماده ۱۸). "
    "پیشنهاددهندگان، کمیسیون و ناظران همان دم آگاه می‌شوند."
)


class PostponementForm(PersianForm):
    """The new hour, and why."""

    opens_at = Moment(N_("ساعت تازه جلسه"), description=N_("مانند ۱۴۰۵/۰۹/۲۰ ۱۰:۰۰ به وقت تهران"))
    reason = Prose(N_("دلیل تعویق"), [required(N_("دلیل را بنویسید؛ به همه گفته می‌شود.")), up_to(1000)])


@bp.route("/<number>/prices/postpone", methods=["GET", "POST"])
@under(TenderAct.POSTPONE_PRICES)
def postpone(number: str) -> Response:
    """Postpone the price session."""
    ctx, act = context(), TenderAct.POSTPONE_PRICES
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, act)
    form, title, before = PostponementForm(), tender.title, tender.prices_open_at
    if form.validate_on_submit() and before is not None:
        what = Later(Postponed(before, form.opens_at.data, form.reason.data))
        with attempt(form) as done:
            advance(ctx, tender, act, what)
        if done:
            flash(_("جلسه گشایش قیمت به تعویق افتاد و همه آگاه شدند."))
            return redirect(url_for("opening.session", number=number))
    announced = calendar.moment(before) if before else "—"
    until = calendar.long_date(tender.valid_until) if tender.valid_until else "—"
    back = url_for("opening.session", number=number)
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=tender.basis.said(_(LEAD)),
        about=[(_("مناقصه"), title), (_("ساعت اعلام‌شده"), announced), (_("اعتبار پیشنهادها تا"), until)],
        reason=reason,
        back=back,
        crumbs=[(title, url_for("dossier.tender", number=number)), (_("جلسه"), back), (act.label, None)],
        submit_label=act.label,
    )
