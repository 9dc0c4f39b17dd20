"""Pages of the decision: votes, naming, minutes, confirmation, renewal and cancellation."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.awards import lots, queries
from tender_app.awards.forms import CancelForm, NamingForm, RenewForm, ReturnForm, VoteForm
from tender_app.awards.guards import VOTES, waiting_matter
from tender_app.evaluation import fragile_words
from tender_app.evaluation import queries as evaluation
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Matter, TenderAct
from tender_app.web import filters
from tender_app.web.acting import act_page
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("awards", __name__, url_prefix="/tenders")

ENDING = N_("پس از دو رأی موافق کمیسیون؛ به همه پیشنهاددهندگان اعلام می‌شود و بازگشت ندارد.")
Rows = Sequence[tuple[str, ...]]
ACTS = {
    TenderAct.ANNOUNCE_LOT,
    TenderAct.DRAW_LOT,
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
    rounds = VOTES.of(ctx, tender)
    view = evaluation.ranking(ctx, tender) if may_see(ctx, tender, Sight.PRICES) else None
    form = VoteForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.VOTE, form.value())
        if done:
            flash(_("رأی شما ثبت شد."))
            return redirect(url_for(".decision", number=number))
    elif request.method == "GET":
        form.matter.data = waiting_matter(ctx, tender)
    return page(
        "awards/decision.html",
        form=form,
        tender=tender,
        refusal=refusal,
        can_vote=bool(buttons(tender, only={TenderAct.VOTE})),
        ballots=queries.ballots(ctx, tender),
        awards=rounds.awards,
        rounds=[(m, rounds.round_of(m)) for m in Matter if any(v.matter is m for v in rounds.votes)],
        waiting=waiting_matter(ctx, tender),
        papers=queries.papers(ctx, tender),
        view=view,
        lot=lots.LOTS.of(ctx, tender),
        fragile=fragile_words.headline_of(ctx, tender) if view and view.rows else "",
        running=queries.in_the_running(ctx, tender) if view else None,
        decided=queries.decided(ctx, tender, view),
        acts=buttons(tender, only=ACTS),
    )


@bp.route("/<number>/decision/winners", methods=["GET", "POST"])
@under(TenderAct.NAME_WINNERS)
def name_winners(number: str) -> Response:
    """Name first and second winner."""
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.NAME_WINNERS)
    view = queries.in_the_running(context(), tender)
    form = NamingForm()
    lead = (
        _("برنده اول و دوم از رتبه‌بندی و قاعده ماده ۲۰ نام برده می‌شوند و برای تأیید به مدیرعامل می‌رود.")
        if tender.basis.names_runner_up
        else _("مشاور منتخب از رتبه‌بندی نام برده می‌شود و برای تأیید به مدیرعامل می‌رود.")
    )
    return _act(tender, TenderAct.NAME_WINNERS, form, lead, reason=reason, about=_ranked(tender, view))


@bp.route("/<number>/decision/minutes", methods=["GET", "POST"])
@under(TenderAct.ISSUE_PRICE_MINUTES)
def price_minutes(number: str) -> Response:
    """Issue the minutes of the price session."""
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = _("صورتجلسه از حاضران، قیمت‌ها، رتبه‌بندی، آرا و تصمیم ساخته می‌شود.")
    return _act(tender, TenderAct.ISSUE_PRICE_MINUTES, PersianForm(), lead, about=_decided(tender))


@bp.route("/<number>/decision/return", methods=["GET", "POST"])
@under(TenderAct.RETURN_DECISION)
def return_decision(number: str) -> Response:
    """Return the decision with a reason."""
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = _("کمیسیون دور تازه‌ای رأی می‌دهد؛ رأی پیشین می‌ماند.")
    return _act(tender, TenderAct.RETURN_DECISION, ReturnForm(), lead, about=_decided(tender))


@bp.route("/<number>/decision/confirm", methods=["GET", "POST"])
@under(TenderAct.CONFIRM_AWARD)
def confirm(number: str) -> Response:
    """Confirm and announce the award."""
    tender = case_of(Tender, Sight.WORK, number=number)
    lead = _("نتیجه برای همه منتشر و نامه‌ها و کارنامه‌ها برای پیشنهاددهندگان صادر می‌شود. این کار بازگشت ندارد.")
    return _act(tender, TenderAct.CONFIRM_AWARD, PersianForm(), lead, about=_decided(tender))


@bp.route("/<number>/renew", methods=["GET", "POST"])
@under(TenderAct.RENEW)
def renew(number: str) -> Response:
    """Declare the tender renewed."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(tender, TenderAct.RENEW, RenewForm(), ENDING)


@bp.route("/<number>/cancel", methods=["GET", "POST"])
@under(TenderAct.CANCEL)
def cancel(number: str) -> Response:
    """Declare the tender cancelled."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return _act(tender, TenderAct.CANCEL, CancelForm(), ENDING)


def _act(
    tender: Tender, act: TenderAct, form: Any, lead: str, *, reason: str | None = None, about: Rows = ()
) -> Response:
    back = url_for("awards.decision", number=tender.number)
    crumbs = [
        (tender.title, url_for("dossier.tender", number=tender.number)),
        (tender.basis.said(_("رأی و تصمیم کمیسیون")), back),
    ]
    about = [(_("مناقصه"), tender.title), *about]
    return act_page(
        tender, act, form, lead=tender.basis.said(_(lead)), about=about, crumbs=crumbs, reason=reason, back=back
    )


def _decided(tender: Tender) -> Rows:
    """Return whom the commission named, for the pages of those who act on it."""
    ctx = context()
    named = queries.decided(ctx, tender, evaluation.ranking(ctx, tender))
    if named is None:
        return ()
    first, second = named.winner, named.runner_up
    return [
        (_("برنده اول") if tender.basis.names_runner_up else _("مشاور منتخب"), first.firm, filters.rial(named.price)),
        (_("به حروف"), filters.rial_words(named.price)),
        *_second(tender, second),
        *([(tender.basis.said(_("توضیح کمیسیون")), named.reason)] if named.reason else []),
    ]


def _second(tender: Tender, second: evaluation.Ranked | None) -> Rows:
    if not tender.basis.names_runner_up:
        return ()
    return [(_("برنده دوم"), second.firm, filters.rial(second.price)) if second else (_("برنده دوم"), _("ندارد"))]


def _ranked(tender: Tender, view: evaluation.RankingView | None) -> Rows:
    if view is None or not view.rows:
        return ()
    first, names_second = view.rows[0], tender.basis.names_runner_up
    tied = (
        _("{price}؛ برابر با دیگری، با قرعه").format(price=filters.rial(first.price))
        if first.needs_lot
        else filters.rial(first.price)
    )
    label = _("برنده اول به رتبه‌بندی") if names_second else _("نخست در رتبه‌بندی")
    fragile = (_("شکننده‌ترین عدد"), fragile_words.headline_of(context(), tender))
    return [(label, first.firm, tied), *_second(tender, view.runner_up), fragile]
