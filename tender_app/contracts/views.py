"""Pages of contracts: the list, one contract, drafting, signatures, issue."""

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.awards.complaining import marks_of
from tender_app.contracts import clearance, commands, queries, text
from tender_app.contracts.forms import DraftForm, IssueForm, SignForm
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, ContractState, Drafted, year_of
from tender_app.contracts.wording import facts_of
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.web.charts import share_chart
from tender_app.web.fields import PersianForm
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.marks import Mark
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("contracts", __name__)

LEADS = {
    ContractAct.SIGN_AS_AGENT: N_(
        "متن این صفحه همان است که صادر می‌شود. با امضا، شرکت به آن پایبند می‌شود؛ سپس کارفرما امضا و صادر می‌کند."
    ),
    ContractAct.ISSUE: N_("با امضا، شماره قرارداد داده و متن این صفحه صادر می‌شود. این کار بازگشت ندارد."),
    ContractAct.LAPSE: N_("برنده این پیش‌نویس کنار رفته است؛ پیش‌نویس در پرونده می‌ماند و بسته نمی‌شود."),
    ContractAct.COMPLETE: N_("مدت قرارداد پایان یافته است؛ با این کار دوره توسعه خوشه نیز پایان می‌یابد."),
}


def marks_of_contract(ctx: Context, contract_id: int) -> list[Mark]:
    """Return the marks of a contract's pages."""
    return marks_of(ctx, clearance.open_about(ctx, contract_id))


@bp.get("/contracts")
@under(SIGNED_IN, Sight.WORK, Sight.OWN)
def index() -> Response:
    """The contracts that one may see."""
    listing = queries.listing(context(), request.args.get("before", type=row_id))
    return page("contracts/index.html", listing=listing)


@bp.route("/tenders/<number>/contract", methods=["GET", "POST"])
@under(ContractAct.DRAFT)
def draft(number: str) -> Response:
    """Draft the contract of an awarded tender."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = may_begin(ctx, Contract, ContractAct.DRAFT, Drafted(tender))
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            contract = begin(ctx, Contract, ContractAct.DRAFT, Drafted(tender))
        if done:
            flash(_("پیش‌نویس از پیشنهاد برنده ساخته شد؛ آن را کامل کنید."))
            return redirect(url_for(".edit", contract_id=contract.id))
    title = ContractAct.DRAFT.label
    back = url_for("dossier.tender", number=number)
    return page(
        "_form.html",
        form=form,
        title=title,
        lead=_("مبلغ، مرحله‌ها و تیم از پیشنهاد برنده و نتیجه مناقصه برداشته می‌شود؛ چیزی دوباره نوشته نمی‌شود."),
        reason=reason,
        back=back,
        crumbs=[(tender.title, back), (title, None)],
        submit_label=title,
    )


@bp.get("/contracts/<int:contract_id>")
@under(Sight.WORK, Sight.OWN)
def show(contract_id: int) -> Response:
    """One contract."""
    ctx = context()
    contract = _seen(contract_id)
    today = calendar.today(ctx.now)
    running = contract.state is ContractState.ISSUED and contract.starts_on <= today <= contract.ends_on
    rows = [(p.title, p.share, p.due_on) for p in contract.phases]
    return page(
        "contracts/show.html",
        contract=contract,
        issued=queries.issued(ctx, contract),
        today=today,
        current=next((p for p in contract.phases if p.due_on >= today), None) if running else None,
        year=year_of(contract.starts_on, today) if running else None,
        in_words=calendar.date_in_words,
        chart=share_chart(rows, contract.starts_on, today if running else None),
        acts=buttons(contract),
    )


@bp.route("/contracts/<int:contract_id>/edit", methods=["GET", "POST"])
@under(ContractAct.EDIT)
def edit(contract_id: int) -> Response:
    """Edit the draft."""
    contract = _seen(contract_id)
    reason = reason_against(contract, ContractAct.EDIT)
    form = DraftForm(obj=None if request.method == "POST" else _draft_of(contract))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), contract, ContractAct.EDIT, form.value(contract.years))
        if done:
            flash(_("پیش‌نویس ذخیره شد."))
            return redirect(url_for(".show", contract_id=contract_id))
    is_overtaken = form.look_at(commands.edition_of(contract))
    return page(
        "contracts/edit.html", form=form, contract=contract, reason=reason, theirs=contract if is_overtaken else None
    )


@bp.route("/contracts/<int:contract_id>/sign", methods=["GET", "POST"])
@under(ContractAct.SIGN_AS_AGENT)
def sign(contract_id: int) -> Response:
    """Sign for the agent, with the whole text in sight."""
    form = SignForm()
    contract = _seen(contract_id)
    form.signatory.choices = [(s.id, f"{s.name}، {s.position}") for s in contract.firm.signatories]
    return _act(contract, ContractAct.SIGN_AS_AGENT, form)


@bp.route("/contracts/<int:contract_id>/issue", methods=["GET", "POST"])
@under(ContractAct.ISSUE)
def issue(contract_id: int) -> Response:
    """Sign for the company and issue, with the whole text in sight."""
    contract, form = _seen(contract_id), IssueForm()
    if not clearance.CONTESTED.of(context(), contract):
        del form.despite
    return _act(contract, ContractAct.ISSUE, form)


@bp.route("/contracts/<int:contract_id>/lapse", methods=["GET", "POST"])
@under(ContractAct.LAPSE)
def lapse(contract_id: int) -> Response:
    """Set aside a draft whose winner is out."""
    return _act(_seen(contract_id), ContractAct.LAPSE, PersianForm())


@bp.route("/contracts/<int:contract_id>/complete", methods=["GET", "POST"])
@under(ContractAct.COMPLETE)
def complete(contract_id: int) -> Response:
    """Complete a contract whose term ended."""
    return _act(_seen(contract_id), ContractAct.COMPLETE, PersianForm())


def _act(contract: Contract, act: ContractAct, form: Any) -> Response:
    reason = reason_against(contract, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), contract, act, form.value() if hasattr(form, "value") else None)
        if done:
            flash(_("{act} انجام شد.").format(act=act.label))
            return redirect(url_for(".show", contract_id=contract.id))
    facts = facts_of(context(), contract)
    return page(
        "contracts/sign.html",
        form=form,
        contract=contract,
        facts=facts,
        articles=text.articles(facts),
        annexes=text.annexes(facts),
        act=act,
        lead=LEADS[act],
        reason=reason,
    )


def _seen(contract_id: int) -> Contract:
    contract = queries.seen(context(), contract_id)
    if contract is None:
        raise Missing
    return contract


def _draft_of(contract: Contract) -> SimpleNamespace:
    """Return the draft as its form shows it."""
    return SimpleNamespace(
        starts_on=contract.starts_on,
        supervisor=contract.supervisor,
        special_terms=contract.special_terms,
        shares=[phase.share for phase in contract.phases],
    )
