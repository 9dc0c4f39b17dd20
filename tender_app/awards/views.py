"""Pages of the decision: votes, naming, minutes, confirmation, renewal and cancellation."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.awards.forms import CancelForm, NamingForm, RenewForm, ReturnForm, VoteForm
from tender_app.awards.guards import VOTES, waiting_matter
from tender_app.evaluation import queries as evaluation
from tender_app.kernel.vocabulary import Sight
from tender_app.tenders.guards import FACTS
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("awards", __name__, url_prefix="/tenders")

ACTS = {
    TenderAct.NAME_WINNERS,
    TenderAct.ISSUE_PRICE_MINUTES,
    TenderAct.RETURN_DECISION,
    TenderAct.CONFIRM_AWARD,
    TenderAct.RENEW,
    TenderAct.CANCEL,
}


@bp.route("/<number>/decision", methods=["GET", "POST"])
@under(TenderAct.VOTE, Sight.WORK)
def decision(number: str) -> Response:
    """The votes so far and what follows from them; a member votes here."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    refusal = refusal_of(ctx, tender, TenderAct.VOTE)
    form = VoteForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.VOTE, form.value())
        if done:
            flash("رأی شما ثبت شد.")
            return redirect(url_for(".decision", number=number))
    elif request.method == "GET":
        form.matter.data = waiting_matter(ctx, tender)
    names = {s.person_id: s for s in FACTS.of(ctx, tender).seats}
    return page(
        "awards/decision.html",
        form=form,
        tender=tender,
        refusal=refusal,
        can_vote=bool(buttons(tender, only={TenderAct.VOTE})),
        votes=VOTES.of(ctx, tender).votes,
        awards=VOTES.of(ctx, tender).awards,
        names=names,
        view=evaluation.ranking(ctx, tender) if may_see(ctx, tender, Sight.PRICES) else None,
        acts=buttons(tender, only=ACTS),
    )


@bp.route("/<number>/decision/winners", methods=["GET", "POST"])
@under(TenderAct.NAME_WINNERS)
def name_winners(number: str) -> Response:
    """Name first and second winner."""
    form = NamingForm()
    tender = case_of(Tender, Sight.WORK, number=number)
    view = evaluation.ranking(context(), tender)
    if view and may_see(context(), tender, Sight.PRICES):
        equals = [r for r in view.rows if r.place == view.rows[0].place]
        if len(equals) > 1:
            form.drawn.choices = [(0, "—"), *((r.bid_id, r.firm) for r in equals)]
    lead = "برنده اول و دوم از رتبه‌بندی و قاعده ماده ۲۰ نام برده می‌شوند و برای تأیید مدیرعامل می‌روند."
    return _act(tender, TenderAct.NAME_WINNERS, form, lead)


@bp.route("/<number>/decision/minutes", methods=["GET", "POST"])
@under(TenderAct.ISSUE_PRICE_MINUTES)
def price_minutes(number: str) -> Response:
    """Issue the minutes of the price session."""
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = "صورتجلسه از حاضران، قیمت‌ها، رتبه‌بندی، آرا و تصمیم ساخته می‌شود."
    return _act(tender, TenderAct.ISSUE_PRICE_MINUTES, PersianForm(), lead)


@bp.route("/<number>/decision/return", methods=["GET", "POST"])
@under(TenderAct.RETURN_DECISION)
def return_decision(number: str) -> Response:
    """Return the decision with a reason."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(tender, TenderAct.RETURN_DECISION, ReturnForm(), "کمیسیون دور تازه‌ای رأی می‌دهد؛ رأی پیشین می‌ماند.")


@bp.route("/<number>/decision/confirm", methods=["GET", "POST"])
@under(TenderAct.CONFIRM_AWARD)
def confirm(number: str) -> Response:
    """Confirm and announce the award."""
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = "نتیجه برای همه منتشر و نامه‌ها برای پیشنهاددهندگان صادر می‌شود."
    return _act(tender, TenderAct.CONFIRM_AWARD, PersianForm(), lead)


@bp.route("/<number>/renew", methods=["GET", "POST"])
@under(TenderAct.RENEW)
def renew(number: str) -> Response:
    """Declare the tender renewed."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(tender, TenderAct.RENEW, RenewForm(), "پس از دو رأی موافق کمیسیون؛ به همه پیشنهاددهندگان اعلام می‌شود.")


@bp.route("/<number>/cancel", methods=["GET", "POST"])
@under(TenderAct.CANCEL)
def cancel(number: str) -> Response:
    """Declare the tender cancelled."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(
        tender, TenderAct.CANCEL, CancelForm(), "پس از دو رأی موافق کمیسیون؛ به همه پیشنهاددهندگان اعلام می‌شود."
    )


def _act(tender: Tender, act: TenderAct, form: Any, lead: str) -> Response:
    ctx = context()
    reason = refusal_of(ctx, tender, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, form.value() if hasattr(form, "value") else None)
        if done:
            flash(f"{act.label} انجام شد.")
            return redirect(url_for("awards.decision", number=tender.number))
    back = url_for("awards.decision", number=tender.number)
    about = [("مناقصه", tender.title)]
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=lead,
        reason=reason,
        back=back,
        about=about,
        submit_label=act.label,
    )
