"""Pages of a lot: its rule and working for who follows the session, the announcement and the draw for the head."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.awards import lots
from tender_app.awards.lot_rules import LotCall
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.acting import act_page
from tender_app.web.fields import Moment, PersianForm
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("lotting", __name__, url_prefix="/tenders")

TITLE = N_("قرعه میان پیشنهادهای برابر")
ANNOUNCING = N_(
    "ساعت قرعه به کمیسیون و پیشنهاددهندگان برابر اعلام می‌شود و دگرگون نمی‌شود. نتیجه از نخستین سطر دفتر رسید پس از آن ساعت "
    "به دست می‌آید که اکنون هیچ‌کس آن را نمی‌داند."
)
DRAWING = N_("قرعه یک بار کشیده می‌شود؛ هر کس با همین عددها می‌تواند آن را دوباره حساب کند.")


class LotForm(PersianForm):
    """When the lot will be drawn."""

    draws_at = Moment(N_("ساعت قرعه"), description=N_("مانند ۱۴۰۵/۰۹/۲۰ ۱۰:۰۰ به وقت تهران؛ دست‌کم دو دقیقه دیگر"))

    def value(self) -> LotCall:
        """Return the instant."""
        return LotCall(self.draws_at.data)


@beside(Tender)
def lot_here(tender: Tender) -> Button | None:
    """Lead who may see a lot from the tender's pages to it."""
    ctx = context()
    if lots.LOTS.of(ctx, tender) is None or not _sees(ctx, tender):
        return None
    return {"label": _(TITLE), "href": url_for("lotting.lot", number=tender.number), "is_way": True}


@bp.get("/<number>/lot")
@under(Sight.LIVE_PRICES, Sight.PRICES)
def lot(number: str) -> Response:
    """The lot: when, among whom, by which rule, and once it is drawn each figure that it follows from."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not _sees(ctx, tender):
        raise NotAllowed(_("قرعه را کسانی می‌بینند که جلسه قیمت را می‌بینند، و پس از اعلام نتیجه همه."))
    found = lots.LOTS.of(ctx, tender)
    if found is None:
        raise Missing(_("قرعه‌ای اعلام نشده است."))
    acts = buttons(tender, only={TenderAct.DRAW_LOT})
    return page("awards/lot.html", tender=tender, title=_(TITLE), lot=found, turns=lots.turns(ctx, found), acts=acts)


@bp.route("/<number>/lot/announce", methods=["GET", "POST"])
@under(TenderAct.ANNOUNCE_LOT)
def announce(number: str) -> Response:
    """Announce when the lot will be drawn."""
    return _act(number, TenderAct.ANNOUNCE_LOT, LotForm(), ANNOUNCING)


@bp.route("/<number>/lot/draw", methods=["GET", "POST"])
@under(TenderAct.DRAW_LOT)
def draw(number: str) -> Response:
    """Draw the lot."""
    return _act(number, TenderAct.DRAW_LOT, PersianForm(), DRAWING)


def _sees(ctx: Context, tender: Tender) -> bool:
    return may_see(ctx, tender, Sight.LIVE_PRICES) or may_see(ctx, tender, Sight.PRICES)


def _act(number: str, act: TenderAct, form: PersianForm, lead: str) -> Response:
    tender, back = case_of(Tender, Sight.WORK, number=number), url_for("awards.decision", number=number)
    return act_page(
        tender,
        act,
        form,
        lead=tender.basis.said(_(lead)),
        about=[(_("مناقصه"), tender.title)],
        crumbs=[
            (tender.title, url_for("dossier.tender", number=number)),
            (tender.basis.said(_("رأی و تصمیم کمیسیون")), back),
        ],
        then=url_for(".lot", number=number),
        back=back,
    )
