"""Pages of evaluation: the evaluator's own sheet, the standing of all sheets, the ranking with its working."""

import functools
from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.bids import key_persons
from tender_app.bids.models import Bid
from tender_app.bids.queries import technical_form
from tender_app.evaluation import cells, low_price, negotiation, queries, working
from tender_app.evaluation.alerts import ALERTS
from tender_app.evaluation.declaring import own_sheet
from tender_app.evaluation.explained import Explained, Line, explained
from tender_app.evaluation.forms import LockForm, ReplacementForm
from tender_app.evaluation.fragility import contest_of
from tender_app.evaluation.methods import YARDSTICKS, made
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct
from tender_app.kernel.errors import Missing, NotAllowed, Refusal
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation.queries import in_force
from tender_app.regulation.rules import Parameter
from tender_app.tenders.facts import FACTS as TENDERS
from tender_app.tenders.methods import parameter_of, rule_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import staff_of
from tender_app.tenders.rules import Method, TenderAct
from tender_app.web.charts import pair_chart
from tender_app.web.errors import status_of
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, drop, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("evaluation", __name__, url_prefix="/tenders")

LONGEST_REASON = 2000
CONFIRMATION = N_("پس از تأیید، امتیازها و دلیل‌ها دگرگون نمی‌شود و رئیس جلسه می‌تواند آنها را قطعی کند.")


@bp.get("/<number>/scores")
@under(Sight.OWN)
def sheet(number: str) -> Response:
    """The evaluator's sheet: declarations first, then the bids and what is done of each, colleagues last."""
    ctx = context()
    tender, own = own_sheet(number)
    return page(
        "evaluation/sheet.html",
        tender=tender,
        sheet=own,
        bids=queries.bids_to_score(ctx, tender, own),
        comparison=queries.comparison(ctx, tender),
        alike=key_persons.shared(ctx, tender),
        acts=buttons(own),
    )


@bp.route("/<number>/scores/confirm", methods=["GET", "POST"])
@under(SheetAct.CONFIRM)
def confirm(number: str) -> Response:
    """Confirm the sheet; it cannot be changed afterwards."""
    ctx = context()
    tender, own = own_sheet(number)
    reason = refusal_of(ctx, own, SheetAct.CONFIRM)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, SheetAct.CONFIRM)
        if done:
            flash(_("برگه شما تأیید شد."))
            return redirect(url_for(".sheet", number=number))
    totals = queries.bids_to_score(ctx, tender, own)
    return page("evaluation/confirm.html", form=form, tender=tender, lead=CONFIRMATION, reason=reason, totals=totals)


@bp.route("/<number>/scores/<int:bid_id>", methods=["GET", "POST"])
@under(SheetAct.SCORE)
def score(number: str, bid_id: int) -> Response:
    """Score one bid beside its documents; a script saves while one types, a button saves without it."""
    ctx = context()
    tender, own, bid = _to_score(number, bid_id)
    reason = refusal_of(ctx, own, SheetAct.SCORE)
    kept = queries.scores(ctx, own, bid)
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        faults = cells.save_all(own, bid, kept, request.form)
        if not faults:
            flash(_("امتیازها ذخیره شد."))
            return redirect(url_for(".score", number=number, bid_id=bid_id))
        kept = queries.scores(ctx, own, bid)
    return page(
        "evaluation/score.html",
        tender=tender,
        sheet=own,
        bid=bid,
        leaves=working.leaves_of(tender.criteria),
        kept=kept,
        typed=request.form if request.method == "POST" else {},
        faults=faults,
        reason=reason,
        envelope=technical_form(ctx, bid),
        bids=queries.bids_to_score(ctx, tender, own),
        sum=cells.total(own, bid, kept),
        acts=buttons(own, only={SheetAct.CONFIRM}),
        saved_at=max((s.saved_at for s in kept.values()), default=None),
    )


@bp.post("/<number>/scores/<int:bid_id>/<int:leaf_id>")
@under(SheetAct.SCORE)
def autosave(number: str, bid_id: int, leaf_id: int) -> Response:
    """Save one cell while one types.

    Answers as JSON: 200 with `saved_at` and `edition`; 409 with the newer value where there is one; 422 with what is
    wrong; 401 when the session ended.
    """
    _unused, own, bid = _to_score(number, bid_id)
    leaf = next((leaf for _unused, leaf in working.leaves_of(own.tender.criteria) if leaf.id == leaf_id), None)
    if leaf is None:
        raise Missing
    try:
        what = cells.read(bid, leaf, request.form, ("points", "reason", "edition"))
        cells.save(own, queries.scores(context(), own, bid).get(leaf_id), what)
    except ValueError as fault:
        return make_response(jsonify(reason=str(fault)), 422)
    except Refusal as refusal:
        drop()
        newer = queries.scores(context(), own, bid).get(leaf_id)
        said = {"reason": refusal.reason, **({"newer": cells.shown(newer)} if newer else {})}
        return make_response(jsonify(said), status_of(refusal))
    kept = queries.scores(context(), own, bid)
    return make_response(jsonify({**cells.shown(kept[leaf_id]), **cells.total(own, bid, kept)}))


@bp.get("/<number>/technical")
@under(Sight.WORK)
def technical(number: str) -> Response:
    """How far the sheets are; when all are closed, where evaluators differ; after locking, the scores."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    sees_scores = may_see(ctx, tender, Sight.SCORES)
    acts = {TenderAct.LOCK_SCORES, TenderAct.OPEN_PRICES}
    if refusal_of(ctx, tender, TenderAct.REPLACE_EVALUATOR) is None:
        acts.add(TenderAct.REPLACE_EVALUATOR)
    return page(
        "evaluation/technical.html",
        tender=tender,
        sheets=queries.sheets(ctx, tender),
        results=queries.results(ctx, tender) if sees_scores else [],
        short=queries.shortfalls(ctx, tender) if sees_scores else {},
        alike=key_persons.shared(ctx, tender),
        verdict=working.verdict,
        comparison=queries.comparison(ctx, tender),
        sees_all=queries.sees_every_sheet(ctx, tender),
        is_locked=bool(tender.scores_digest),
        alerts=sum(a.waits for a in ALERTS.of(ctx, tender)) if may_see(ctx, tender, Sight.CONFLICTS) else 0,
        acts=buttons(tender, only=acts),
    )


@bp.route("/<number>/technical/lock", methods=["GET", "POST"])
@under(TenderAct.LOCK_SCORES)
def lock(number: str) -> Response:
    """Lock the technical scores."""
    lead = _("پس از قطعی شدن، هیچ امتیازی دگرگون نمی‌شود؛ پیشنهادهای زیر حداقل کنار می‌روند و پاکت ج آنها گشوده نمی‌شود.")
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.LOCK_SCORES)
    comparison = queries.comparison(context(), tender)
    show = functools.partial(page, "evaluation/lock.html", comparison=comparison, lead=lead)
    return _do(tender, TenderAct.LOCK_SCORES, LockForm(), reason, _("امتیازهای فنی قطعی و گزارش آن صادر شد."), show)


@bp.route("/<number>/technical/replace", methods=["GET", "POST"])
@under(TenderAct.REPLACE_EVALUATOR)
def replace_evaluator(number: str) -> Response:
    """Name an evaluator in place of one who stepped aside."""
    lead = _("ارزیاب تازه مانند دیگران نخست نبود تعارض منافع را اعلام می‌کند و سپس همه پیشنهادها را امتیاز می‌دهد.")
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.REPLACE_EVALUATOR)
    form = ReplacementForm()
    seated = {seat.person_id for seat in TENDERS.of(context(), tender).seats} | {tender.prepared_by}
    form.offer([p for p in staff_of(context(), tender.organisation_id) if p.id not in seated])
    show = functools.partial(page, "_form.html", lead=lead)
    return _do(tender, TenderAct.REPLACE_EVALUATOR, form, reason, _("برگه امتیاز به ارزیاب تازه سپرده شد."), show)


@bp.get("/<number>/ranking")
@under(Sight.PRICES)
def ranking(number: str) -> Response:
    """The ranking with its working: for the commission from the price session on, for all once it is announced."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not may_see(ctx, tender, Sight.PRICES):
        raise NotAllowed(_("رتبه‌بندی پس از اعلام نتیجه برای همه باز می‌شود."))
    view = queries.ranking(ctx, tender)
    if view is None:
        raise Missing(_("قیمتی گشوده نشده و رتبه‌بندی انجام نشده است."))
    yardstick = YARDSTICKS[tender.method]
    rows = [(r.firm, r.price, r.final) for r in view.rows] if tender.method is Method.WEIGHTED_PRICE else []
    return page(
        "evaluation/ranking.html",
        tender=tender,
        view=view,
        chart=pair_chart(rows, tender.estimate) if rows else None,
        yardstick=yardstick,
        parameter=parameter_of(tender),
        rule=rule_of(tender),
        analysis_days=in_force(ctx, Parameter.ANALYSIS_DAYS),
        made=made(tender, view.rows),
        scored=_scored(tender) if may_see(ctx, tender, Sight.SCORES) else [],
        negotiations=negotiation.told(ctx, tender),
        over_budget=queries.over_budget(ctx, tender),
        set_aside=low_price.set_aside(ctx, tender),
        superseded=queries.superseded(ctx, tender),
        gap_is_weighted=queries.gap_is_weighted(tender),
        unopened=queries.unopened(ctx, tender),
        acts=buttons(tender, only={TenderAct.NEGOTIATE, TenderAct.VOTE, TenderAct.NAME_WINNERS}),
    )


def _scored(tender: Tender) -> list[tuple[str, Explained, list[tuple[str, Line]]]]:
    """Return each bid's technical score line by line, with the names of the firm and of the criteria."""
    contest, names = contest_of(context(), tender)
    return [
        (names.firms[row.bid], row, [(names.criteria[line.leaf], line) for line in row.lines])
        for row in explained(contest)
    ]


def _do(tender: Tender, act: TenderAct, form: Any, reason: str | None, done_text: str, show: Any) -> Response:
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), tender, act, form.value())
        if done:
            flash(done_text)
            return redirect(url_for(".technical", number=tender.number))
    back = url_for(".technical", number=tender.number)
    crumbs = [
        (tender.title, url_for("dossier.tender", number=tender.number)),
        (_("ارزیابی فنی"), back),
        (act.label, None),
    ]
    shown: Response = show(form=form, title=act.label, reason=reason, back=back, crumbs=crumbs, submit_label=act.label)
    return shown


def _to_score(number: str, bid_id: int) -> tuple[Tender, ScoreSheet, Bid]:
    tender, own = own_sheet(number)
    return tender, own, case_of(Bid, Sight.TECHNICAL, id=bid_id, tender_id=tender.id)
