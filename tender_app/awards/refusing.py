"""Pages of a winner's refusal: recorded by the head of the commission, decided by the manager (Art. 21)."""

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.awards.guarantee_forms import DismissalForm, RefusalForm
from tender_app.awards.guards import VOTES, next_in_turn
from tender_app.awards.queries import firms_of_bids
from tender_app.awards.refusal_guards import REFUSALS, standing_award, term_of, waiting
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.acting import act_page
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import case_of, context, page

bp = Blueprint("refusing", __name__, url_prefix="/tenders")

ACTS = {
    TenderAct.RECORD_REFUSAL,
    TenderAct.CONFIRM_REFUSAL,
    TenderAct.DISMISS_REFUSAL,
    TenderAct.ASK_NEXT,
    TenderAct.RENEW,
}
LEADS = {
    TenderAct.RECORD_REFUSAL: N_("ثبت شما به تنهایی اثری ندارد؛ مدیرعامل درباره آن تصمیم می‌گیرد."),
    TenderAct.DISMISS_REFUSAL: N_("برنده بر جا می‌ماند؛ دلیل برای کمیسیون فرستاده می‌شود."),
    TenderAct.ASK_NEXT: N_(
        "پیشنهاد کنارگذاشته از رتبه‌بندی بیرون است؛ درباره پیشنهاد بعدی رأی گرفته و صورتجلسه نهایی تازه‌ای صادر می‌شود. اگر روش با "
        "مذاکره است، نخست قیمت با آن مذاکره می‌شود."
    ),
}


@bp.get("/<number>/refusal")
@under(Sight.WORK)
def show(number: str) -> Response:
    """Who is to sign, until when, and what was recorded of refusals."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    award, refusals = standing_award(ctx, tender), REFUSALS.of(ctx, tender)
    ids = {r.bid_id for r in refusals} | {
        i for a in VOTES.of(ctx, tender).awards for i in (a.winner_bid_id, a.runner_up_bid_id) if i
    }
    return page(
        "awards/refusal.html",
        tender=tender,
        award=award,
        next_waits=next_in_turn(ctx, tender),
        was_announced=any(a.announced_at for a in VOTES.of(ctx, tender).awards),
        term=term_of(ctx, tender),
        refusals=refusals,
        firms=firms_of_bids(ctx, ids),
        acts=buttons(tender, only=ACTS),
    )


@bp.route("/<number>/refusal/record", methods=["GET", "POST"])
@under(TenderAct.RECORD_REFUSAL)
def record(number: str) -> Response:
    """Record that the winner does not sign."""
    return _act(number, TenderAct.RECORD_REFUSAL, RefusalForm())


@bp.route("/<number>/refusal/confirm", methods=["GET", "POST"])
@under(TenderAct.CONFIRM_REFUSAL)
def confirm(number: str) -> Response:
    """Confirm the refusal: forfeiture, and the second winner's turn."""
    return _act(number, TenderAct.CONFIRM_REFUSAL, PersianForm())


@bp.route("/<number>/refusal/dismiss", methods=["GET", "POST"])
@under(TenderAct.DISMISS_REFUSAL)
def dismiss(number: str) -> Response:
    """Dismiss the refusal with the reason."""
    return _act(number, TenderAct.DISMISS_REFUSAL, DismissalForm())


@bp.route("/<number>/refusal/next", methods=["GET", "POST"])
@under(TenderAct.ASK_NEXT)
def ask_next(number: str) -> Response:
    """Let the board choose among those who are left."""
    return _act(number, TenderAct.ASK_NEXT, PersianForm())


def _act(number: str, act: TenderAct, form: Any) -> Response:
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = tender.basis.on_refusal if act is TenderAct.CONFIRM_REFUSAL else LEADS[act]
    back = url_for(".show", number=number)
    return act_page(
        tender,
        act,
        form,
        lead=tender.basis.said(_(lead)),
        about=_about(tender),
        crumbs=[(tender.title, url_for("dossier.tender", number=number)), (_("خودداری برنده"), back)],
        back=back,
    )


def _about(tender: Tender) -> list[tuple[str, ...]]:
    """Return whose refusal it is, and what was recorded of it."""
    ctx = context()
    award, recorded = standing_award(ctx, tender), waiting(ctx, tender)
    if award is None:
        return []
    firms = firms_of_bids(ctx, {i for i in (award.winner_bid_id, award.runner_up_bid_id) if i})
    about: list[tuple[str, ...]] = [(_("برنده"), firms[award.winner_bid_id])]
    if tender.basis.names_runner_up:
        about.append((_("برنده دوم"), firms.get(award.runner_up_bid_id or 0, _("ندارد"))))
    if recorded is not None:
        about.append((_("ثبت‌شده"), recorded.ground.label, recorded.evidence))
    return about
