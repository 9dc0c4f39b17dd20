"""Pages of the alerts of conflicts of interest: the list with every path, and the decision on one."""

from collections.abc import Iterable

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from tender_app.evaluation import alerts
from tender_app.evaluation import conflict_guards as guards
from tender_app.evaluation.alerts import ALERTS, Alert
from tender_app.evaluation.conflict_rules import Decision, Verdict
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.web.fields import Choice, PersianForm, Prose, required, up_to
from tender_app.web.law import address_of, under
from tender_app.web.offers import Button, beside, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("conflicts", __name__, url_prefix="/tenders")

TITLE = N_("تعارض منافع")
KEPT = N_("تصمیم با دلیل در دفتر رویدادها می‌ماند و بازگشت ندارد.")
OF_EVALUATOR = N_("اگر تعارض هست، ارزیاب همان دم کنار گذاشته می‌شود و جانشین می‌گیرد.")
TOO_EARLY = N_("اگر تعارض هست، تا سپردن برگه‌ها پس از گشایش پاکت‌های ب درنگ کنید و آن‌گاه ارزیاب را کنار بگذارید.")
TOO_LATE = N_(
    "امتیازهای فنی قطعی شده و برگه این ارزیاب در آن به شمار آمده است: دیگر کنار گذاشته نمی‌شود. اگر تعارض هست، به رأی کمیسیون درباره "
    "تجدید سپرده می‌شود و اعضا همان دم به رأی خوانده می‌شوند (ماده ۲۴)."
)
OF_OTHERS = N_(
    "اگر تعارض هست، باید کنار برود: کرسی کمیسیون را مدیرعامل به دیگری می‌سپارد، و کارمند پرونده را به همکارش."
)


class DecisionForm(PersianForm):
    """What is decided on an alert, and why; the alert is named by the ties that were shown."""

    verdict = Choice(N_("تصمیم"), Verdict, prompt=N_("برگزینید"), validators=[required(N_("تصمیم را برگزینید."))])
    reason = Prose(
        N_("دلیل"),
        [required(N_("دلیل تصمیم را بنویسید؛ در دفتر رویدادها می‌ماند.")), up_to(1000)],
        description=N_("چه چیزی را سنجیدید: سند، پرسش از خود شخص، استعلام."),
    )
    alert = HiddenField()

    def offer(self, verdicts: Iterable[Verdict]) -> None:
        """Offer these verdicts alone."""
        offered = {"", *(verdict.value for verdict in verdicts)}
        self.verdict.choices = {word: label for word, label in self.verdict.choices.items() if word in offered}

    def value(self, alert: Alert) -> Decision:
        """Return the decision."""
        return Decision(alert.judge.person_id, alert.firm_id, self.alert.data, self.verdict.data, self.reason.data)


@beside(Tender)
def alerts_here(tender: Tender) -> Button | None:
    """Lead who may see the alerts from the tender's pages to them."""
    if tender.state in alerts.NAMELESS or not may_see(context(), tender, Sight.CONFLICTS):
        return None
    return {"label": _(TITLE), "href": url_for("conflicts.overview", number=tender.number), "is_way": True}


@bp.get("/<number>/conflicts")
@under(Sight.CONFLICTS, TenderAct.DECIDE_CONFLICT)
def overview(number: str) -> Response:
    """The alerts with their paths, those that wait first, and what was decided."""
    ctx = context()
    tender = case_of(Tender, Sight.CONFLICTS, number=number)
    closed = refusal_of(ctx, tender, TenderAct.DECIDE_CONFLICT)
    found = sorted(ALERTS.of(ctx, tender), key=lambda a: (not a.waits, not a.is_exact, -a.score))
    mine = set() if closed else {a.mark for a in found if a.waits and alerts.decides(ctx, tender, a)}
    shown = {a.decision.id for a in found if a.decision}
    past = [row for row in alerts.decided(ctx, tender) if row.decision.id not in shown]
    vote = address_of(current_app, TenderAct.VOTE, tender) if refusal_of(ctx, tender, TenderAct.VOTE) is None else None
    return page(
        "evaluation/conflicts.html", tender=tender, title=_(TITLE), alerts=found, mine=mine, past=past, vote=vote
    )


@bp.route("/<number>/conflicts/<int:person_id>/<int:firm_id>", methods=["GET", "POST"])
@under(TenderAct.DECIDE_CONFLICT)
def decide(number: str, person_id: int, firm_id: int) -> Response:
    """Decide on the alert about one person and one firm."""
    ctx, act = context(), TenderAct.DECIDE_CONFLICT
    tender = case_of(Tender, Sight.CONFLICTS, number=number)
    reason = reason_against(tender, act)
    alert = next((a for a in ALERTS.of(ctx, tender) if (a.judge.person_id, a.firm_id) == (person_id, firm_id)), None)
    if alert is None:
        raise Missing
    if reason is None and not (alert.waits and alerts.decides(ctx, tender, alert)):
        reason = _("درباره این هشدار تصمیم گرفته شده است، یا تصمیم آن با شما نیست.")
    form = DecisionForm(alert=alert.mark)
    form.offer(guards.verdicts_on(tender, alert.judge.role))
    back = url_for(".overview", number=number)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, act, form.value(alert))
        if done:
            flash(_("تصمیم درباره {person} ثبت شد.").format(person=alert.person))
            return redirect(back)
    form.alert.data = alert.mark
    about = [(_("شخص"), alert.steps[0][0]), (_("شرکت"), alert.firm), (_("هشدار"), _kind(alert))]
    about += [(_("مسیر"), " ← ".join(steps)) for steps in alert.steps]
    crumbs = [(tender.title, url_for("dossier.tender", number=number)), (_(TITLE), back), (act.label, None)]
    return page(
        "_form.html",
        form=form,
        title=act.label,
        lead=f"{_lead(tender, alert)} {_(KEPT)}",
        about=about,
        reason=reason,
        back=back,
        crumbs=crumbs,
        submit_label=_("ثبت تصمیم"),
    )


def _lead(tender: Tender, alert: Alert) -> str:
    """Return what follows if there is a conflict, by who is tied and where the tender stands."""
    if alert.judge.role is not Role.EVALUATOR:
        text = OF_OTHERS
    elif tender.state in guards.LOCKED:
        text = TOO_LATE
    else:
        text = TOO_EARLY if tender.state is TenderState.OPENED_A else OF_EVALUATOR
    return tender.basis.said(_(text))


def _kind(alert: Alert) -> str:
    return _("قطعی") if alert.is_exact else persian_digits(_("احتمالی، {score} از ۱۰۰").format(score=alert.score))
