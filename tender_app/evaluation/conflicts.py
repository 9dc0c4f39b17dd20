"""Pages of the alerts of conflicts of interest: the list with every path, and the decision on one."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from tender_app.evaluation import alerts
from tender_app.evaluation.alerts import ALERTS, Alert
from tender_app.evaluation.conflict_rules import Decision, Verdict
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.fields import Choice, PersianForm, Prose, required, up_to
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("conflicts", __name__, url_prefix="/tenders")

TITLE = N_("تعارض منافع")
LEAD = N_(
    "اگر تعارض هست، ارزیاب همان دم کنار گذاشته می‌شود و جانشین می‌گیرد؛ کرسی کمیسیون را مدیرعامل به دیگری می‌سپارد. تصمیم با دلیل "
    "در دفتر رویدادها می‌ماند و بازگشت ندارد."
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
    return page("evaluation/conflicts.html", tender=tender, title=_(TITLE), alerts=found, mine=mine, past=past)


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
        lead=tender.basis.said(_(LEAD)),
        about=about,
        reason=reason,
        back=back,
        crumbs=crumbs,
        submit_label=_("ثبت تصمیم"),
    )


def _kind(alert: Alert) -> str:
    return _("قطعی") if alert.is_exact else persian_digits(_("احتمالی، {score} از ۱۰۰").format(score=alert.score))
