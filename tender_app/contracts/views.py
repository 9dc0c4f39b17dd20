"""Pages of contracts: the list, one contract, drafting, signatures, issue."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from tender_app.contracts import commands
from tender_app.contracts.forms import DraftForm, IssueForm, SignForm
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct, Drafted
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Sight
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.offers import buttons
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of
from tender_app.workflow.sight import may_see, where_visible

bp = Blueprint("contracts", __name__)


@bp.get("/contracts")
@under(SIGNED_IN, Sight.WORK, Sight.OWN)
def index() -> Response:
    """The contracts that one may see."""
    ctx = context()
    seen = sa.or_(where_visible(ctx, Contract, Sight.WORK), where_visible(ctx, Contract, Sight.OWN))
    query = sa.select(Contract).where(seen).options(selectinload(Contract.tender), selectinload(Contract.firm))
    rows = ctx.session.scalars(query.order_by(Contract.id.desc()).limit(200)).all()
    return page("contracts/index.html", contracts=rows)


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
            flash("پیش‌نویس از پیشنهاد برنده ساخته شد؛ آن را کامل کنید.")
            return redirect(url_for(".edit", contract_id=contract.id))
    lead = "مبلغ، مرحله‌ها و تیم از پیشنهاد برنده و نتیجه مناقصه برداشته می‌شود؛ چیزی دوباره نوشته نمی‌شود."
    title = ContractAct.DRAFT.label
    back = url_for("dossier.tender", number=number)
    return page("_form.html", form=form, title=title, lead=lead, reason=reason, back=back, submit_label=title)


@bp.get("/contracts/<int:contract_id>")
@under(Sight.WORK, Sight.OWN)
def show(contract_id: int) -> Response:
    """One contract."""
    ctx = context()
    contract = _seen(contract_id)
    query = sa.select(IssuedDocument).where(
        IssuedDocument.tender_id == contract.tender_id, IssuedDocument.kind == DocumentKind.CONTRACT
    )
    issued = ctx.session.scalars(query).one_or_none()
    return page("contracts/show.html", contract=contract, issued=issued, acts=buttons(contract))


@bp.route("/contracts/<int:contract_id>/edit", methods=["GET", "POST"])
@under(ContractAct.EDIT)
def edit(contract_id: int) -> Response:
    """Edit the draft."""
    ctx = context()
    contract = _seen(contract_id)
    reason = refusal_of(ctx, contract, ContractAct.EDIT)
    form = DraftForm(obj=None if request.method == "POST" else _shown(contract))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, contract, ContractAct.EDIT, form.value())
        if done:
            flash("پیش‌نویس ذخیره شد.")
            return redirect(url_for(".show", contract_id=contract_id))
    return page("contracts/edit.html", form=form, contract=contract, reason=reason)


@bp.route("/contracts/<int:contract_id>/sign", methods=["GET", "POST"])
@under(ContractAct.SIGN_AS_AGENT)
def sign(contract_id: int) -> Response:
    """Sign for the agent."""
    return _sign(contract_id, ContractAct.SIGN_AS_AGENT, SignForm())


@bp.route("/contracts/<int:contract_id>/issue", methods=["GET", "POST"])
@under(ContractAct.ISSUE)
def issue(contract_id: int) -> Response:
    """Sign for the company and issue."""
    return _sign(contract_id, ContractAct.ISSUE, IssueForm())


@bp.route("/contracts/<int:contract_id>/complete", methods=["GET", "POST"])
@under(ContractAct.COMPLETE)
def complete(contract_id: int) -> Response:
    """Complete a contract whose term ended."""
    return _sign(contract_id, ContractAct.COMPLETE, PersianForm())


def _sign(contract_id: int, act: ContractAct, form: Any) -> Response:
    ctx = context()
    contract = _seen(contract_id)
    reason = refusal_of(ctx, contract, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, contract, act, form.value() if hasattr(form, "value") else None)
        if done:
            flash(f"{act.label} انجام شد.")
            return redirect(url_for(".show", contract_id=contract_id))
    facts = commands.facts_of(ctx, contract)
    return page("contracts/sign.html", form=form, contract=contract, facts=facts, act=act, reason=reason)


def _seen(contract_id: int) -> Contract:
    ctx = context()
    contract = ctx.session.get(Contract, contract_id)
    if contract is None or not (may_see(ctx, contract, Sight.WORK) or may_see(ctx, contract, Sight.OWN)):
        raise Missing
    return contract


class _shown:  # noqa: N801 -- a view of a contract for the form
    """A contract as the form shows it."""

    def __init__(self, contract: Contract) -> None:
        self.starts_on, self.years = contract.starts_on, contract.years
        self.supervisor, self.special_terms = contract.supervisor, contract.special_terms
        self.shares = [p.share for p in contract.phases]
