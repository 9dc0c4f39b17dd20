"""The page on which a firm lets its submitted bid stand after an addendum."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from tender_app.bids.confirmation import WAITING
from tender_app.bids.rules import BidAct, BidState, Confirmation
from tender_app.bids.views import own_bid
from tender_app.kernel.calendar import long_date
from tender_app.kernel.money import grouped
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders.addenda import ISSUED
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.visit import attempt, case_of, fresh_context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("confirming", __name__, url_prefix="/tenders")


class ConfirmationForm(PersianForm):
    """After which addenda the bid stands, as they were shown."""

    addenda = HiddenField()

    def value(self) -> Confirmation:
        """Return the confirmation."""
        return Confirmation(tuple(int(part) for part in (self.addenda.data or "").split() if part.isdecimal()))


@bp.route("/<number>/bid/confirm", methods=["GET", "POST"])
@under(BidAct.CONFIRM)
def confirm(number: str) -> Response:
    """Confirm that the submitted bid stands after the addenda."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    bid = own_bid(tender, BidState.SUBMITTED)
    ctx = fresh_context()
    reason = refusal_of(ctx, bid, BidAct.CONFIRM)
    form = ConfirmationForm()
    back = url_for("bids.show", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, bid, BidAct.CONFIRM, form.value())
        if done:
            flash(_("پیشنهاد شما پس از الحاقیه تأیید شد."))
            return redirect(back)
    waiting = WAITING.of(ctx, bid)
    form.addenda.data = " ".join(str(n) for n in waiting)
    rows = [a for a in ISSUED.of(ctx, tender) if a.number in waiting]
    lead = _("پاکت‌های شما همان می‌ماند و با شرایط تازه سنجیده می‌شود.")
    if tender.has_envelope_a and tender.valid_until:
        lead += _(" تضمین شما باید دست‌کم {amount} و تا {until} معتبر باشد؛ اگر نیست، پیشنهاد را جایگزین کنید.").format(
            amount=_amount(tender), until=long_date(tender.valid_until)
        )
    return page(
        "_form.html",
        form=form,
        title=BidAct.CONFIRM.label,
        lead=lead,
        about=[(_("رسید"), bid.receipt_no), *((persian_digits(f"الحاقیه {a.number}"), a.reason) for a in rows)],
        reason=reason,
        back=back,
        crumbs=[(tender.title, url_for("dossier.tender", number=number)), (_("پیشنهاد شما"), back), (_("تأیید"), None)],
        submit_label=_("پیشنهاد من معتبر بماند"),
    )


def _amount(tender: Tender) -> str:
    return _("{amount} ریال").format(amount=grouped(tender.guarantee or 0))
