"""Pages of evaluation: the evaluator's own sheet, the standing of all sheets, the ranking with its working."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tender_app.bids.models import Bid
from tender_app.bids.queries import technical_form
from tender_app.evaluation import queries
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct
from tender_app.kernel.errors import Missing, NotAllowed, Refusal
from tender_app.kernel.persian import fold, persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import Method, TenderAct
from tender_app.web.charts import pair_chart
from tender_app.web.errors import status_of
from tender_app.web.fields import Number, PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import attempt, case_of, context, page, refuse
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("evaluation", __name__, url_prefix="/tenders")


@bp.get("/<number>/scores")
@under(Sight.OWN)
def sheet(number: str) -> Response:
    """The evaluator's sheet: declaration first, then the bids and what is done of each."""
    ctx = context()
    tender, own = _own_sheet(number)
    bids = queries.bids_to_score(ctx, tender, own)
    return page("evaluation/sheet.html", tender=tender, sheet=own, bids=bids, acts=buttons(own))


@bp.route("/<number>/scores/declare", methods=["GET", "POST"])
@under(SheetAct.DECLARE_NO_CONFLICT)
def declare(number: str) -> Response:
    """Declare that there is no conflict of interest."""
    lead = (
        "اعلام می‌کنم با هیچ‌یک از پیشنهاددهندگان این مناقصه، خود یا بستگانم، رابطه مالکیت، مدیریت، استخدام، "
        "مشاوره یا دعوا ندارم و اگر چنین رابطه‌ای بیابم بی‌درنگ کناره می‌گیرم."
    )
    return _act(number, SheetAct.DECLARE_NO_CONFLICT, lead, "اعلام شما ثبت شد؛ اکنون پیشنهادها را می‌بینید.")


@bp.route("/<number>/scores/recuse", methods=["GET", "POST"])
@under(SheetAct.RECUSE)
def recuse(number: str) -> Response:
    """Step aside for a conflict of interest."""
    lead = "با کناره‌گیری، برگه شما بسته می‌شود و امتیازهایتان در محاسبه نمی‌آید. این کار بازگشت ندارد."
    return _act(number, SheetAct.RECUSE, lead, "کناره‌گیری شما ثبت شد.")


@bp.route("/<number>/scores/confirm", methods=["GET", "POST"])
@under(SheetAct.CONFIRM)
def confirm(number: str) -> Response:
    """Confirm the sheet; it cannot be changed afterwards."""
    lead = "پس از تأیید، امتیازها دگرگون نمی‌شود و رئیس کمیسیون می‌تواند آنها را قطعی کند."
    return _act(number, SheetAct.CONFIRM, lead, "برگه شما تأیید شد.")


@bp.route("/<number>/scores/<int:bid_id>", methods=["GET", "POST"])
@under(SheetAct.SCORE)
def score(number: str, bid_id: int) -> Response:
    """Score one bid beside its documents; a script saves while one types, a button saves without it."""
    ctx = context()
    tender, own = _own_sheet(number)
    bid = case_of(Bid, Sight.TECHNICAL, id=bid_id, tender_id=tender.id)
    reason = refusal_of(ctx, own, SheetAct.SCORE)
    kept = queries.scores(ctx, own, bid)
    leaves = queries.leaves(tender)
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        faults = _save(own, bid, leaves, kept, request.form)
        if request.accept_mimetypes.best == "application/json":
            return _saved_json(own, bid, faults)
        if not faults:
            flash("امتیازها ذخیره شد.")
            return redirect(url_for(".score", number=number, bid_id=bid_id))
        refuse(422)
    return page(
        "evaluation/score.html",
        tender=tender,
        sheet=own,
        bid=bid,
        leaves=leaves,
        kept=kept,
        typed=request.form if request.method == "POST" else {},
        faults=faults,
        reason=reason,
        envelope=technical_form(ctx, bid),
        bids=queries.bids_to_score(ctx, tender, own),
    )


@bp.get("/<number>/technical")
@under(Sight.WORK)
def technical(number: str) -> Response:
    """How far the sheets are; after locking, the scores with their working."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    sees_scores = may_see(ctx, tender, Sight.SCORES)
    return page(
        "evaluation/technical.html",
        tender=tender,
        sheets=queries.sheets(ctx, tender),
        results=queries.results(ctx, tender) if sees_scores else [],
        gaps=queries.wide_gaps(ctx, tender) if sees_scores else [],
        sees_scores=sees_scores,
        acts=buttons(tender, only={TenderAct.LOCK_SCORES, TenderAct.OPEN_PRICES}),
    )


@bp.route("/<number>/technical/lock", methods=["GET", "POST"])
@under(TenderAct.LOCK_SCORES)
def lock(number: str) -> Response:
    """Lock the technical scores."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.LOCK_SCORES)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.LOCK_SCORES)
        if done:
            flash("امتیازهای فنی قطعی و گزارش آن صادر شد.")
            return redirect(url_for(".technical", number=number))
    lead = "پس از قطعی شدن، هیچ امتیازی دگرگون نمی‌شود؛ پیشنهادهای زیر حداقل کنار می‌روند و پاکت ج آنها گشوده نمی‌شود."
    back = url_for(".technical", number=number)
    title = TenderAct.LOCK_SCORES.label
    return page("_form.html", form=form, title=title, lead=lead, reason=reason, back=back, submit_label=title)


@bp.get("/<number>/ranking")
@under(Sight.PRICES, Sight.RESULT)
def ranking(number: str) -> Response:
    """The ranking with its working."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not may_see(ctx, tender, Sight.PRICES) and not may_see(ctx, tender, Sight.RESULT):
        raise NotAllowed("رتبه‌بندی پس از اعلام نتیجه برای همه باز می‌شود.")
    view = queries.ranking(ctx, tender)
    if view is None:
        raise Missing("قیمتی گشوده نشده و رتبه‌بندی انجام نشده است.")
    weighted = tender.method is Method.WEIGHTED_PRICE
    chart = pair_chart([(r.firm, r.price, r.final) for r in view.rows], tender.estimate) if weighted else None
    acts = buttons(tender, only={TenderAct.VOTE, TenderAct.NAME_WINNERS})
    return page(
        "evaluation/ranking.html", tender=tender, view=view, chart=chart if view.rows else None, weighted=weighted, acts=acts
    )


def _act(number: str, act: SheetAct, lead: str, done_text: str) -> Response:
    ctx = context()
    tender, own = _own_sheet(number)
    reason = refusal_of(ctx, own, act)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, act)
        if done:
            flash(done_text)
            return redirect(url_for(".sheet", number=number))
    back = url_for(".sheet", number=number)
    title = act.label
    return page("_form.html", form=form, title=title, lead=lead, reason=reason, back=back, submit_label=title, about=[("مناقصه", tender.title)])


def _own_sheet(number: str) -> tuple[Tender, ScoreSheet]:
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    own = queries.own_sheet(ctx, tender)
    if own is None:
        raise NotAllowed("برگه امتیازی در این مناقصه به نام شما نیست.")
    return tender, case_of(ScoreSheet, Sight.OWN, id=own.id)


def _save(
    own: ScoreSheet,
    bid: Bid,
    leaves: list[tuple[str, Criterion]],
    kept: dict[int, Score],
    typed: MultiDict[str, str],
) -> list[tuple[str, str]]:
    """Save every row that changed; return (field, message) of those that were refused. Good rows are kept."""
    faults: list[tuple[str, str]] = []
    for _, leaf in leaves:
        try:
            points = _points(typed.get(f"p-{leaf.id}", ""), leaf)
        except ValueError as fault:
            faults.append((f"p-{leaf.id}", f"{leaf.title}: {fault}"))
            continue
        reason = fold(typed.get(f"r-{leaf.id}", ""))[:2000]
        before = kept.get(leaf.id)
        if (before.points if before else None, before.reason if before else "") == (points, reason):
            continue
        edition = typed.get(f"e-{leaf.id}", 0, type=int)
        try:
            advance(context(), own, SheetAct.SCORE, Scored(bid.id, leaf.id, points, reason, edition))
        except Refusal as refusal:
            refuse(status_of(refusal))
            faults.append((f"p-{leaf.id}", f"{leaf.title}: {refusal.reason}"))
    return faults


def _points(text: str, leaf: Criterion) -> Decimal | None:
    if not text.strip():
        return None
    value: Decimal = Number(most=str(leaf.top), name="points", _form=None).read(text)
    return value


def _saved_json(own: ScoreSheet, bid: Bid, faults: list[tuple[str, str]]) -> Response:
    ctx = context()
    refusal_of(ctx, own, SheetAct.SCORE)
    said: dict[str, Any] = {
        "saved_at": ctx.now.isoformat(),
        "editions": {str(k): s.edition for k, s in queries.scores(ctx, own, bid).items()},
        "faults": dict(faults),
        "left": persian_digits(sum(b.of - b.done for b in queries.bids_to_score(ctx, own.tender, own))),
    }
    return make_response(jsonify(said))


