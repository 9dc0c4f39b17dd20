"""Pages of accounts: signing in and out, one's own account, firms' registration."""

import datetime as dt
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from tender_app.accounts import queries
from tender_app.accounts.forms import ChangePassword, FirmFacts, ReasonForm, Register, SignIn, UseLink
from tender_app.accounts.guards import LINK_ENDED, link_of
from tender_app.accounts.rules import FirmAct, PersonAct
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.people import passwords
from tender_app.people.models import Firm, Person, PersonState
from tender_app.web.law import PUBLIC, SIGNED_IN, under
from tender_app.web.limits import REGISTER, SIGN_IN, limiter
from tender_app.web.offers import buttons
from tender_app.web.visit import SignedIn, attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("accounts", __name__)
WRONG = "نام کاربری یا گذرواژه درست نیست."


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@under(PUBLIC)
def sign_in() -> Response:
    """Sign in; the same words for an unknown name and a wrong password."""
    form = SignIn()
    if form.validate_on_submit():
        ctx = context()
        person = queries.person_by_username(ctx, form.username.data)
        kept = person.password_hash if person and person.state is PersonState.ACTIVE else None
        if passwords.is_right(kept, form.password.data) and person:
            _remember(person)
            person.visited_at = ctx.now
            return redirect(_local(request.args.get("next", "")))
        form.form_errors.append(WRONG)
    context()
    return page("accounts/sign_in.html", form=form, accounts=queries.demonstration_accounts(settings()))


@bp.post("/logout")
@under(PUBLIC)
def sign_out() -> Response:
    """Sign out."""
    logout_user()
    session.clear()
    return redirect(url_for("dossier.board"))


@bp.route("/account", methods=["GET", "POST"])
@under(SIGNED_IN)
def account() -> Response:
    """One's own capacities and password."""
    ctx = context()
    person = case_of(Person, Sight.OWN, id=ctx.actor.person_id)
    form = ChangePassword()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.CHANGE_PASSWORD, form.value())
        if done:
            _remember(person)
            flash("گذرواژه تازه ثبت شد. نشست‌های دیگر شما پایان یافت.")
            return redirect(url_for("accounts.account"))
    return page("accounts/account.html", form=form, person=person, capacities=queries.capacities_of(ctx, person))


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@under(PersonAct.USE_LINK)
def reset(token: str) -> Response:
    """Set a new password with a link that the administrator handed over."""
    ctx = context()
    link = link_of(ctx, token)
    if link is None:
        raise Missing(LINK_ENDED)
    person = ctx.session.get_one(Person, link.person_id)
    refusal_of(ctx, person, PersonAct.USE_LINK)
    form = UseLink()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.USE_LINK, form.value(token))
        if done:
            flash("گذرواژه تازه ثبت شد؛ با آن وارد شوید.")
            return redirect(url_for("accounts.sign_in"))
    title, lead = "گذاشتن گذرواژه تازه", f"برای حساب «{person.username}». این پیوند یک بار کار می‌کند."
    return page("_form.html", form=form, title=title, lead=lead, submit_label="ثبت گذرواژه")


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(REGISTER, methods=["POST"])
@under(FirmAct.REGISTER)
def register() -> Response:
    """Register a consulting firm, with the account of who registers it."""
    ctx = context()
    may_begin(ctx, Firm, FirmAct.REGISTER)
    form = Register()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Firm, FirmAct.REGISTER, form.value())
        if done:
            flash("ثبت‌نام رسید. پس از تأیید کارشناس می‌توانید پرسش و پیشنهاد بفرستید؛ اکنون وارد شوید.")
            return redirect(url_for("accounts.sign_in"))
    lead = "برای شرکت‌های مشاور. پس از ثبت‌نام، کارشناس سازمان مدارک را می‌بیند و حساب را برای پیشنهاد دادن باز می‌کند."
    return page("_form.html", form=form, title="ثبت‌نام شرکت مشاور", lead=lead, submit_label="فرستادن ثبت‌نام")


@bp.get("/firms")
@under(SIGNED_IN, Sight.WORK)
def firms() -> Response:
    """Firms' registrations for those who judge them."""
    return page("accounts/firms.html", firms=queries.firms(context()))


@bp.get("/firms/<int:firm_id>")
@under(Sight.WORK)
def show_firm(firm_id: int) -> Response:
    """One firm's registration."""
    firm = case_of(Firm, Sight.WORK, id=firm_id)
    return page("accounts/firm.html", firm=firm, acts=buttons(firm))


@bp.route("/firms/<int:firm_id>/approve", methods=["GET", "POST"])
@under(FirmAct.APPROVE)
def approve_firm(firm_id: int) -> Response:
    """Approve a registration."""
    return _judge(firm_id, FirmAct.APPROVE)


@bp.route("/firms/<int:firm_id>/refuse", methods=["GET", "POST"])
@under(FirmAct.REFUSE)
def refuse_firm(firm_id: int) -> Response:
    """Refuse a registration, with the reason that the firm will read."""
    return _judge(firm_id, FirmAct.REFUSE)


@bp.get("/firm")
@under(Sight.OWN)
def own_firm() -> Response:
    """The firm for which one acts."""
    firm = _own_firm()
    return page("accounts/firm.html", firm=firm, acts=buttons(firm), is_own=True)


@bp.route("/firm/mend", methods=["GET", "POST"])
@under(FirmAct.RESUBMIT)
def mend_firm() -> Response:
    """Mend a refused registration and send it again."""
    ctx, firm = context(), _own_firm()
    reason = refusal_of(ctx, firm, FirmAct.RESUBMIT)
    form = FirmFacts()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, firm, FirmAct.RESUBMIT, form.facts())
        if done:
            flash("ثبت‌نام اصلاح‌شده فرستاده شد.")
            return redirect(url_for("accounts.own_firm"))
    elif request.method == "GET":
        form.fill(firm)
    lead = firm.refusal_reason
    return page("_form.html", form=form, title="اصلاح ثبت‌نام", lead=lead, reason=reason, back=url_for(".own_firm"))


def _judge(firm_id: int, act: FirmAct) -> Response:
    ctx = context()
    firm = case_of(Firm, Sight.WORK, id=firm_id)
    reason = refusal_of(ctx, firm, act)
    form = ReasonForm()
    if act is FirmAct.APPROVE:
        del form.text
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, firm, act, form.value() if act is FirmAct.REFUSE else None)
        if done:
            flash(f"{act.label}: «{firm.name}» ثبت شد.")
            return redirect(url_for("accounts.show_firm", firm_id=firm.id))
    about = [("شرکت", firm.name), ("شناسه ملی", firm.legal_id), ("شماره ثبت", firm.registration_no)]
    back = url_for("accounts.show_firm", firm_id=firm.id)
    return page("_form.html", form=form, title=act.label, reason=reason, about=about, back=back, submit_label=act.label)


def _own_firm() -> Firm:
    ctx = context()
    own = queries.own_firm(ctx)
    if own is None:
        raise NotAllowed("این صفحه برای نمایندگان شرکت‌هاست.")
    return case_of(Firm, Sight.OWN, id=own.id)


def _remember(person: Person) -> None:
    visited: dt.datetime | None = person.visited_at
    session["last_visit"] = visited.isoformat() if visited else ""
    login_user(SignedIn(person.id, person.epoch))


def _local(target: str) -> str:
    """Return a page of our own to go on to; anything that leads elsewhere becomes the desk."""
    parts = urlsplit(target)
    is_local = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if is_local else url_for("dossier.desk")
