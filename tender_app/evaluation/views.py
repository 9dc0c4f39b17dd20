"""Pages of evaluation: the evaluator's own sheet, the standing of all sheets, the ranking with its working."""

import functools
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.bids import key_persons
from tender_app.documents.issued import of_tender
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import desk, low_price, negotiation, queries, working
from tender_app.evaluation.alerts import ALERTS
from tender_app.evaluation.explained import Explained, Line, explained
from tender_app.evaluation.forms import LockForm, ReplacementForm
from tender_app.evaluation.fragility import contest_of
from tender_app.evaluation.methods import YARDSTICKS, made
from tender_app.evaluation.room import own_sheet
from tender_app.evaluation.rules import SheetAct
from tender_app.evaluation.talk_models import Talk
from tender_app.evaluation.talk_rules import Opened, TalkAct
from tender_app.kernel.errors import Missing, NotAllowed
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
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, may_begin, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("evaluation", __name__, url_prefix="/tenders")

PAPERS = (DocumentKind.TECHNICAL_REPORT, DocumentKind.DRIFT_REPORT)
CONFIRMATION = N_("پس از تأیید، امتیازها و دلیل‌ها دگرگون نمی‌شود و رئیس جلسه می‌تواند آنها را قطعی کند.")


@bp.get("/<number>/scores")
@under(Sight.OWN)
def sheet(number: str) -> Response:
    """The evaluator's sheet: declarations first, then the bids and what is done of each, colleagues last."""
    ctx = context()
    own = own_sheet(number)
    tender = own.tender
    return page(
        "evaluation/sheet.html",
        tender=tender,
        sheet=own,
        bids=desk.bids_to_score(ctx, tender, own),
        spots=desk.spots(ctx, tender, own),
        totals=desk.totals(ctx, tender, own),
        leaves=working.leaves_of(tender.criteria),
        facts=desk.FACTS.of(ctx, own),
        comparison=queries.comparison(ctx, tender),
        alike=key_persons.shared(ctx, tender),
        acts=buttons(own),
        is_open=refusal_of(ctx, own, SheetAct.SCORE) is None,
    )


@bp.route("/<number>/scores/confirm", methods=["GET", "POST"])
@under(SheetAct.CONFIRM)
def confirm(number: str) -> Response:
    """Confirm the sheet; it cannot be changed afterwards."""
    ctx = context()
    own = own_sheet(number)
    reason = refusal_of(ctx, own, SheetAct.CONFIRM)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, own, SheetAct.CONFIRM)
        if done:
            flash(_("برگه شما تأیید شد."))
            return redirect(url_for(".sheet", number=number))
    return page(
        "evaluation/confirm.html",
        form=form,
        tender=own.tender,
        sheet=own,
        lead=CONFIRMATION,
        reason=reason,
        bids=desk.bids_to_score(ctx, own.tender, own),
        totals=desk.totals(ctx, own.tender, own),
    )


@bp.get("/<number>/technical")
@under(Sight.WORK)
def technical(number: str) -> Response:
    """How far the sheets are; when all are closed, where evaluators differ; after locking, the scores."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    sees_scores = may_see(ctx, tender, Sight.SCORES)
    may_talk = may_begin(ctx, Talk, TalkAct.OPEN_TALK, Opened(tender)) is None
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
        talks=url_for("talking.index", number=number) if may_talk else "",
        issued=of_tender(ctx.session, tender.id, *PAPERS) if sees_scores else [],
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
    form = LockForm()
    if comparison.gaps:
        form.demand_note()
    seen = {"comparison": comparison, "verdicts": _verdicts(tender, comparison), "tender": tender}
    show = functools.partial(page, "evaluation/lock.html", lead=tender.basis.said(lead), **seen)
    return _do(tender, TenderAct.LOCK_SCORES, form, reason, _("امتیازهای فنی قطعی و گزارش آن صادر شد."), show)


def _verdicts(tender: Tender, comparison: queries.Comparison) -> list[tuple[str, Fraction, bool, str]]:
    """Return each bid's score, whether it reaches the minimum, and what a lock means for it."""
    found = []
    for bid in comparison.bids:
        if bid.score is not None:
            short = [cell.title for cell in bid.cells if cell.is_short]
            is_qualified = not short and bid.score >= (tender.minimum_score or 0)
            told = working.verdict(is_qualified=is_qualified, short=short, price=tender.basis.envelope("c"))
            found.append((bid.firm, bid.score, is_qualified, told))
    return found


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
