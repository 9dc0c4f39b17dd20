"""Pages of prices that look too low: the suggestion, the question, the firm's answer, the votes and the decision."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.bids.models import Bid
from tender_app.evaluation import explanation_guards as guards
from tender_app.evaluation import low_price, queries
from tender_app.evaluation.explanation_forms import AnswerForm, AskForm, FindingForm, OpinionForm
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import MOST_FILES, Asked, Enclosed, ExplanationAct, Suspect
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation.rules import Parameter
from tender_app.store.files import files_of
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.acting import act_page
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.uploads import holds_files, received_all
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of
from tender_app.workflow.sight import may_see, where_visible

bp = Blueprint("explaining", __name__, url_prefix="/tenders")

TITLE = N_("قیمت‌های بسیار پایین")
OWN_TITLE = N_("توضیح قیمت پیشنهاد")
SIGHTS = (Sight.WORK, Sight.OWN)
LEADS = {
    ExplanationAct.ASK: N_(
        "پرسش همان دم به خود شرکت فرستاده می‌شود و دیگران آن را نمی‌بینند. از هر پیشنهاد یک بار پرسیده می‌شود؛ تا پاسخ و تصمیم "
        "کمیسیون، برنده تعیین نمی‌شود."
    ),
    ExplanationAct.VOTE: N_("هر سه عضو رأی می‌دهند و ممتنع نیست؛ رد قیمت به دو رأی نیاز دارد (ماده ۵)."),
    ExplanationAct.ACCEPT: N_("پیشنهاد در رتبه‌بندی می‌ماند و شرکت آگاه می‌شود. این تصمیم بازگشت ندارد."),
    ExplanationAct.REJECT: N_(
        "پیشنهاد از رتبه‌بندی بیرون می‌رود و رتبه‌بندی تازه ساخته می‌شود؛ رتبه‌بندی پیشین با دلیل می‌ماند. این تصمیم بازگشت ندارد."
    ),
}


@beside(Tender)
def explanations_here(tender: Tender) -> Button | None:
    """Lead the commission to the low prices once prices are read, and a firm to what is asked of it."""
    if tender.state not in {TenderState.PRICES_OPENED, TenderState.DECIDED}:
        return None
    if may_see(context(), tender, Sight.PRICE_ADVICE):
        return {"label": _(TITLE), "href": url_for("explaining.index", number=tender.number), "is_way": True}
    own = _own(tender)
    if own is None:
        return None
    return {"label": _(OWN_TITLE), "href": url_for("explaining.answer", number=tender.number)}


@bp.get("/<number>/explanations")
@under(Sight.PRICE_ADVICE)
def index(number: str) -> Response:
    """Every ranked price beside the estimate and the others, what was asked about it, and the rule of the suggestion."""
    ctx = context()
    tender = case_of(Tender, Sight.PRICE_ADVICE, number=number)
    view = queries.ranking(ctx, tender)
    asked = {row.bid_id: row for row in guards.EXPLANATIONS.of(ctx, tender)}
    found = low_price.suggestions(ctx, tender, view) if view else {}
    rows = [(r, found[r.bid_id], asked.get(r.bid_id)) for r in view.rows] if view else []
    return page(
        "evaluation/explanations.html",
        tender=tender,
        title=_(TITLE),
        rows=rows,
        asked=list(asked.values()),
        bounds=low_price.bounds(ctx, tender),
        reasons={r.bid_id: _against(tender, r.bid_id) for r, _found, known in rows if known is None},
    )


@bp.route("/<number>/explanations/ask/<int:bid_id>", methods=["GET", "POST"])
@under(ExplanationAct.ASK)
def ask(number: str, bid_id: int) -> Response:
    """Ask a bidder to explain its price."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    bid = case_of(Bid, Sight.PRICES, id=bid_id, tender_id=tender.id)
    reason, firm = _against(tender, bid_id), bid.firm.name
    form = AskForm()
    least = guards.least_day(ctx, tender)
    if not form.is_submitted():
        form.until_on.data = least
    if form.validate_on_submit():
        with attempt(form) as done:
            made = begin(ctx, PriceExplanation, ExplanationAct.ASK, form.value(tender, bid))
        if done:
            flash(
                _("پرسش به {firm} فرستاده شد؛ مهلت پاسخ {until}.").format(firm=firm, until=calendar.moment(made.until))
            )
            return redirect(url_for(".show", number=number, explanation_id=made.id))
    days = law_of(context(), tender)[Parameter.EXPLANATION_DAYS]
    return page(
        "_form.html",
        form=form,
        title=ExplanationAct.ASK.label,
        lead=tender.basis.said(_(LEADS[ExplanationAct.ASK])),
        about=[
            (_("پیشنهاددهنده"), firm),
            (
                _("کوتاه‌ترین مهلت"),
                persian_digits(_("{days} روز کاری، تا {day}").format(days=days, day=calendar.long_date(least))),
            ),
        ],
        crumbs=[*_crumbs(tender), (ExplanationAct.ASK.label, None)],
        reason=reason,
        back=url_for(".index", number=number),
        submit_label=_("فرستادن پرسش"),
    )


@bp.get("/<number>/explanations/<int:explanation_id>")
@under(Sight.WORK)
def show(number: str, explanation_id: int) -> Response:
    """One explanation: the question, the answer, the votes and the decision."""
    explanation = _case(number, explanation_id)
    return page(
        "evaluation/explanation.html",
        tender=explanation.tender,
        row=explanation,
        firm=explanation.bid.firm.name,
        now=context().now,
        acts=buttons(explanation),
    )


@bp.route("/<number>/explanations/<int:explanation_id>/vote", methods=["GET", "POST"])
@under(ExplanationAct.VOTE)
def vote(number: str, explanation_id: int) -> Response:
    """Vote on the price."""
    return _act(number, explanation_id, ExplanationAct.VOTE, OpinionForm())


@bp.route("/<number>/explanations/<int:explanation_id>/accept", methods=["GET", "POST"])
@under(ExplanationAct.ACCEPT)
def accept(number: str, explanation_id: int) -> Response:
    """Accept the price."""
    return _act(number, explanation_id, ExplanationAct.ACCEPT, FindingForm())


@bp.route("/<number>/explanations/<int:explanation_id>/reject", methods=["GET", "POST"])
@under(ExplanationAct.REJECT)
def reject(number: str, explanation_id: int) -> Response:
    """Reject the price as abnormally low."""
    return _act(number, explanation_id, ExplanationAct.REJECT, FindingForm())


@bp.get("/<number>/explanations/<int:explanation_id>/files/<int:file_id>")
@under(*SIGHTS)
def file(number: str, explanation_id: int, file_id: int) -> Response:
    """A file of an answer, for its firm and for who decides on it."""
    ctx = context()
    query = sa.select(PriceExplanation).join(Tender, Tender.id == PriceExplanation.tender_id)
    query = query.where(PriceExplanation.id == explanation_id, Tender.number == number.upper())
    explanation = ctx.session.scalars(query).one_or_none()
    if explanation is None or not any(may_see(ctx, explanation, sight) for sight in SIGHTS):
        ctx.asked.update(SIGHTS)
        raise Missing
    found = next((f for f in explanation.files if f.id == file_id), None)
    if found is None:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)


@bp.route("/<number>/bid/price-explanation", methods=["GET", "POST"])
@under(ExplanationAct.ANSWER, Sight.OWN)
@holds_files
def answer(number: str) -> Response:
    """What is asked of a firm about its own price, with the time left; it answers here once."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not may_see(ctx, tender, Sight.OWN):
        raise NotAllowed(_("توضیح قیمت با خود پیشنهاددهنده است؛ با حساب شرکت وارد شوید."))
    own, form = _own(tender), AnswerForm()
    reason = refusal_of(ctx, own, ExplanationAct.ANSWER) if own is not None else None
    if own is not None and form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, ExplanationAct.ANSWER, form.value(_enclosed()))
        if done:
            flash(tender.basis.said(_("توضیح شما رسید و به کمیسیون سپرده شد.")))
            return redirect(url_for(".answer", number=number))
        reason = refusal_of(context(), own, ExplanationAct.ANSWER)
    return page(
        "evaluation/explain.html",
        form=form,
        tender=tender,
        title=_(OWN_TITLE),
        row=own,
        reason=reason,
        now=ctx.now,
        most=MOST_FILES,
    )


def _act(number: str, explanation_id: int, act: ExplanationAct, form: Any) -> Response:
    """Let a member vote, or the head decide, with the answer and the price in sight; the votes are shown to who decides."""
    ctx, explanation = context(), _case(number, explanation_id)
    return act_page(
        explanation,
        act,
        form,
        lead=explanation.tender.basis.said(_(LEADS[act])),
        about=[(_("پیشنهاددهنده"), explanation.bid.firm.name)],
        crumbs=_crumbs(explanation.tender),
        back=url_for(".show", number=number, explanation_id=explanation_id),
        template="evaluation/price_act.html",
        known={
            "row": explanation,
            "found": _standing(explanation),
            "decides": act is not ExplanationAct.VOTE,
            "now": ctx.now,
        },
    )


def _standing(explanation: PriceExplanation) -> Suspect | None:
    """Return how the price lies to the estimate and to the others while it is ranked, to who may see that."""
    ctx, tender = context(), explanation.tender
    view = queries.ranking(ctx, tender) if may_see(ctx, tender, Sight.PRICE_ADVICE) else None
    return low_price.suggestions(ctx, tender, view).get(explanation.bid_id) if view else None


def _against(tender: Tender, bid_id: int) -> str | None:
    """Return why no explanation of this bid's price may be asked for now."""
    ctx = context()
    bid = ctx.session.get_one(Bid, bid_id)
    return may_begin(ctx, PriceExplanation, ExplanationAct.ASK, Asked(tender, bid))


def _case(number: str, explanation_id: int) -> PriceExplanation:
    tender = case_of(Tender, Sight.WORK, number=number)
    return case_of(PriceExplanation, Sight.WORK, id=explanation_id, tender_id=tender.id)


def _own(tender: Tender) -> PriceExplanation | None:
    ctx = context()
    query = sa.select(PriceExplanation).where(
        PriceExplanation.tender_id == tender.id, where_visible(ctx, PriceExplanation, Sight.OWN)
    )
    return ctx.session.scalars(query).first()


def _enclosed() -> tuple[Enclosed, ...]:
    """Store the files that were sent; none is stored where one of them is not to be taken."""
    uploads = received_all(request.files.getlist("files"), "files", MOST_FILES)
    store = files_of(settings())
    stored = [(upload, store.put(upload.content)) for upload in uploads]
    return tuple(Enclosed(u.name, u.media_type, s.key, s.digest, s.size) for u, s in stored)


def _crumbs(tender: Tender) -> list[tuple[str, str | None]]:
    return [
        (tender.title, url_for("dossier.tender", number=tender.number)),
        (_(TITLE), url_for(".index", number=tender.number)),
    ]
