"""Pages of guarantees: the registers, release and hand-over, and the one extension of validity with its answers."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.awards import guarantee_queries as queries
from tender_app.awards import validity
from tender_app.awards.guarantee_forms import AgreementForm, DeclineForm, HandOverForm, ValidityForm
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SecurityAct
from tender_app.awards.refusal_rules import extended_until
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Named, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.store.case import Case
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web import filters
from tender_app.web.acting import act_page
from tender_app.web.fields import PersianForm
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.offers import buttons
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("guarantees", __name__)

ANSWERS = {BidAct.AGREE_VALIDITY, BidAct.DECLINE_VALIDITY}
READERS = (Role.OFFICER, Role.MANAGER, Role.AUDITOR)
LEADS = {
    SecurityAct.RELEASE: N_("نامه آزادسازی برای شرکت صادر و به او گفته می‌شود. اصل تضمین را سپس با رسید تحویل دهید."),
    SecurityAct.HAND_OVER: N_("اصل تضمین با معرفی‌نامه شرکت تحویل می‌شود؛ رسید آن را در پرونده نگه دارید."),
    BidAct.AGREE_VALIDITY: N_("پیشنهاد و تضمین تا پایان اعتبار تازه برجاست."),
    BidAct.DECLINE_VALIDITY: N_(
        "پیشنهاد با پایان اعتبار نخست پایان می‌یابد و تضمین بازگردانده می‌شود؛ ضبط نمی‌شود (ماده ۲۱)."
    ),
}


@bp.get("/guarantees")
@under(SIGNED_IN, Sight.WORK)
def register() -> Response:
    """Every guarantee in the hands of one's organisation, with what is due."""
    ctx = context()
    if not ctx.actor.holds(READERS):
        raise NotAllowed(_("دفتر تضمین‌ها را کارکنان سازمان می‌بینند."))
    return page(
        "awards/guarantees.html", tender=None, rows=queries.of_organisations(ctx), today=calendar.today(ctx.now)
    )


@bp.get("/tenders/<number>/guarantees")
@under(Sight.WORK, Sight.OWN)
def index(number: str) -> Response:
    """The guarantees of a tender: all to staff, its own to a firm; and the answers to an extension of validity."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    sees_work = may_see(ctx, tender, Sight.WORK)
    if not sees_work and not may_see(ctx, tender, Sight.OWN):
        raise NotAllowed(_("تضمین‌ها را کارکنان و شرکت صاحب تضمین می‌بینند."))
    sees_all = sees_work and may_see(ctx, tender, Sight.GUARANTEE)
    rows = queries.of_tender(ctx, tender)
    return page(
        "awards/guarantees.html",
        tender=tender,
        sees_register=ctx.actor.holds(READERS),
        rows=rows,
        acts={e.security.id: buttons(e.security) for e in rows},
        answers=_answers(ctx, tender),
        extension=validity.EXTENSIONS.of(ctx, tender),
        others=queries.other_originals(ctx, tender) if sees_all else (),
        tender_acts=buttons(tender, only={TenderAct.EXTEND_VALIDITY}),
        today=calendar.today(ctx.now),
    )


@bp.route("/tenders/<number>/guarantees/<int:security_id>/release", methods=["GET", "POST"])
@under(SecurityAct.RELEASE)
def release(number: str, security_id: int) -> Response:
    """Release a guarantee with a letter."""
    return _of_security(number, security_id, SecurityAct.RELEASE, PersianForm())


@bp.route("/tenders/<number>/guarantees/<int:security_id>/hand-over", methods=["GET", "POST"])
@under(SecurityAct.HAND_OVER)
def hand_over(number: str, security_id: int) -> Response:
    """Record that the original was handed over."""
    return _of_security(number, security_id, SecurityAct.HAND_OVER, HandOverForm())


@bp.route("/tenders/<number>/validity", methods=["GET", "POST"])
@under(TenderAct.EXTEND_VALIDITY)
def extend(number: str) -> Response:
    """Extend the bids' validity, once, by the documents' own period."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = _("یک بار و درست به همان مدت اسناد (ماده ۲۱)؛ برای هر پیشنهاددهنده نامه صادر می‌شود و هر یک خود پاسخ می‌دهد.")
    about = [(_("مناقصه"), tender.title)]
    if tender.valid_until and tender.closes_at and validity.EXTENSIONS.of(ctx, tender) is None:
        until = extended_until(calendar.today(tender.closes_at), tender.valid_until)
        about += [
            (_("پایان اعتبار کنونی"), calendar.long_date(tender.valid_until)),
            (_("پایان اعتبار پس از تمدید"), calendar.long_date(until)),
            (_("پیشنهادهای برجا"), "، ".join(b.firm.name for b in validity.standing_bids(ctx, tender))),
        ]
    return _act(tender, tender, TenderAct.EXTEND_VALIDITY, ValidityForm(), lead, about)


@bp.route("/tenders/<number>/bids/<int:bid_id>/validity/agree", methods=["GET", "POST"])
@under(BidAct.AGREE_VALIDITY)
def agree(number: str, bid_id: int) -> Response:
    """Agree to the extension, with the extended guarantee."""
    bid, form = _bid(number, bid_id), AgreementForm()
    if not bid.tender.has_envelope_a:
        del form.expires_on
    return _of_bid(bid, BidAct.AGREE_VALIDITY, form)


@bp.route("/tenders/<number>/bids/<int:bid_id>/validity/decline", methods=["GET", "POST"])
@under(BidAct.DECLINE_VALIDITY)
def decline(number: str, bid_id: int) -> Response:
    """Decline the extension."""
    return _of_bid(_bid(number, bid_id), BidAct.DECLINE_VALIDITY, DeclineForm())


def _of_security(number: str, security_id: int, act: SecurityAct, form: Any) -> Response:
    tender = case_of(Tender, Sight.WORK, number=number)
    security = case_of(Security, Sight.WORK, id=security_id, tender_id=tender.id)
    found = security.guarantee
    stated = (
        [
            (_("تضمین"), found.kind.label, found.issuer),
            (_("شماره"), filters.ltr(found.number)),
            (_("مبلغ"), filters.rial(found.amount)),
        ]
        if found
        else [(_("تضمین"), _("اصل تضمین؛ پاکت الف آن خوانده نشد"))]
    )
    about = [
        (_("شرکت"), security.firm.name),
        *stated,
        (_("به موجب"), security.ground.label if security.ground else "—"),
    ]
    return _act(security, tender, act, form, _(LEADS[act]), about)


def _of_bid(bid: Bid, act: BidAct, form: Any) -> Response:
    until = bid.tender.valid_until
    about = [(_("شرکت"), bid.firm.name), (_("پایان اعتبار تازه"), calendar.long_date(until) if until else "—")]
    return _act(bid, bid.tender, act, form, _(LEADS[act]), about)


def _act(case: Case, tender: Tender, act: Named, form: Any, lead: str, about: Sequence[tuple[str, ...]]) -> Response:
    back = url_for("guarantees.index", number=tender.number)
    return act_page(
        case,
        act,
        form,
        lead=tender.basis.said(lead),
        about=about,
        crumbs=[(tender.title, url_for("dossier.tender", number=tender.number)), (_("تضمین‌ها"), back)],
        back=back,
    )


def _bid(number: str, bid_id: int) -> Bid:
    ctx = context()
    bid = ctx.session.get(Bid, bid_id)
    if bid is None or bid.tender.number != number or not _is_seen(ctx, bid):
        raise Missing
    return bid


def _is_seen(ctx: Context, bid: Bid) -> bool:
    return may_see(ctx, bid, Sight.OWN) or may_see(ctx, bid, Sight.GUARANTEE)


def _answers(ctx: Context, tender: Tender) -> list[dict[str, Any]]:
    """Return each standing bid with its answer to the extension, and the acts that the actor may do about it."""
    if validity.EXTENSIONS.of(ctx, tender) is None:
        return []
    bids = [bid for bid in validity.asked_bids(ctx, tender) if _is_seen(ctx, bid)]
    validity.ANSWERS.preload(ctx, bids)
    return [{"bid": bid, "answer": validity.ANSWERS.of(ctx, bid), "acts": buttons(bid, only=ANSWERS)} for bid in bids]
