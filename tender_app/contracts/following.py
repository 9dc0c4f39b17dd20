"""Pages of a running contract: what happened, what was paid, what is decided, and what it is behind with."""

import functools
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from tender_app.contracts import progress, queries
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, ContractState
from tender_app.contracts.running import STANDING, warning_of
from tender_app.contracts.running_forms import EventForm, PaymentForm, YearForm
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.web.acting import act_page
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import context, page

bp = Blueprint("following", __name__, url_prefix="/contracts/<int:contract_id>")
RECORDS = (ContractAct.RECORD_EVENT, ContractAct.PAY, ContractAct.DECIDE_YEAR)
LEADS = {
    ContractAct.RECORD_EVENT: N_("آنچه ثبت شود می‌ماند و در دفتر رویدادها می‌آید؛ نادرست را با رویداد تازه درست کنید."),
    ContractAct.PAY: N_("کسورات با نرخ‌های همان روز حساب و نگه داشته می‌شود و عامل آگاه می‌شود."),
    ContractAct.DECIDE_YEAR: N_("بی این تصمیم، برنامه سال بعد آغاز نمی‌شود."),
}


@bp.get("/progress")
@under(Sight.WORK, Sight.OWN)
def show(contract_id: int) -> Response:
    """The running of a contract, from its first day to its exit."""
    ctx, contract = context(), _seen(contract_id)
    known = STANDING.of(ctx, contract)
    return page(
        "contracts/progress.html",
        contract=contract,
        known=known,
        left=contract.amount - known.paid.gross,
        advice=progress.advice(known.facts, calendar.today(ctx.now)) if contract.state is ContractState.ISSUED else [],
        steps=[
            (event.label, known.facts.first(event)) for event in progress.Event if event is not progress.Event.VISIT
        ],
        visits=[e for e in known.events if e.event is progress.Event.VISIT],
        acts=buttons(contract, only=RECORDS),
    )


@beside(Contract)
def progress_here(contract: Contract) -> Button | None:
    """Lead from a contract to its running, once it runs."""
    if contract.state not in {ContractState.ISSUED, ContractState.COMPLETED}:
        return None
    return {"label": _("اجرای قرارداد"), "href": url_for("following.show", contract_id=contract.id)}


@bp.route("/events", methods=["GET", "POST"])
@under(ContractAct.RECORD_EVENT)
def record_event(contract_id: int) -> Response:
    """Record what happened."""
    return _record(contract_id, ContractAct.RECORD_EVENT, EventForm())


@bp.route("/payments", methods=["GET", "POST"])
@under(ContractAct.PAY)
def pay(contract_id: int) -> Response:
    """Record a payment."""
    contract = _seen(contract_id)
    lead = warning_of(STANDING.of(context(), contract)) or ""
    return _record(contract_id, ContractAct.PAY, PaymentForm(), lead=lead)


@bp.route("/years", methods=["GET", "POST"])
@under(ContractAct.DECIDE_YEAR)
def decide_year(contract_id: int) -> Response:
    """Decide on the year that ends."""
    contract = _seen(contract_id)
    year = len(STANDING.of(context(), contract).renewals) + 1
    lead = persian_digits(_("تصمیم پایان سال {year} از {years}.").format(year=year, years=contract.years))
    return _record(contract_id, ContractAct.DECIDE_YEAR, YearForm(), year, lead=lead)


def _record(contract_id: int, act: ContractAct, form: Any, *arguments: Any, lead: str = "") -> Response:
    back = url_for(".show", contract_id=contract_id)
    return act_page(
        _seen(contract_id),
        act,
        form,
        lead=" ".join(part for part in (lead, LEADS[act]) if part),
        crumbs=[(_("قراردادها"), url_for("contracts.index")), (_("اجرای قرارداد"), back)],
        value=functools.partial(form.value, *arguments),
        submit_label=_("ثبت"),
        back=back,
    )


def _seen(contract_id: int) -> Contract:
    contract = queries.seen(context(), contract_id)
    if contract is None:
        raise Missing
    return contract
