"""Pages of accounts: signing in and out, one's own account, firms' registration."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from tender_app.accounts import feeds, queries
from tender_app.accounts.entering import enter
from tender_app.accounts.forms import ChangePassword, EmailForm, FirmFacts, ReasonForm, Register, SignIn, UseLink
from tender_app.accounts.guards import LINK_ENDED, link_of
from tender_app.accounts.rules import FirmAct, PersonAct
from tender_app.accounts.tie_commands import declared_ties, shareholders
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people import passwords, second_factor
from tender_app.people.models import Firm, Person, PersonState
from tender_app.web.law import PUBLIC, SIGNED_IN, under
from tender_app.web.limits import BY_ADDRESS, BY_NAME, REGISTER, limiter, typed_name, was_refused
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import SignedIn, attempt, case_of, context, page, reading, refuse, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("accounts", __name__)
WRONG = N_("نام کاربری یا گذرواژه درست نیست؛ هر دو را دوباره بنویسید.")


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=typed_name, methods=["POST"], deduct_when=was_refused)
@under(PUBLIC)
def sign_in() -> Response:
    """Sign in; the same words for an unknown name and a wrong password, whatever else the account would ask for."""
    form = SignIn()
    if form.validate_on_submit():
        who = _recognised(form.username.data.lower(), form.password.data)
        if who is not None:
            return enter(who, request.args.get("next", ""))
        form.form_errors.append(WRONG)
    context()
    return page("accounts/sign_in.html", form=form, accounts=queries.demonstration_accounts(settings()))


@bp.post("/logout")
@under(PUBLIC)
def sign_out() -> Response:
    """Sign out, and forget everything that this web session kept."""
    logout_user()
    session.clear()
    return redirect(url_for("dossier.board"))


@bp.route("/account", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@under(SIGNED_IN, PersonAct.CHANGE_PASSWORD)
def account() -> Response:
    """Show one's own capacities and facts; change the password, which ends one's other web sessions."""
    ctx = context()
    person = case_of(Person, Sight.OWN, id=ctx.actor.person_id)
    form = ChangePassword()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.CHANGE_PASSWORD, form.value())
        if done:
            login_user(SignedIn(person.id, person.epoch))
            flash(_("گذرواژه تازه ثبت شد. نشست‌های دیگر شما پایان یافت."))
            return redirect(url_for(".account"))
    return page(
        "accounts/account.html",
        form=form,
        person=person,
        capacities=queries.capacities_of(ctx, person),
        feed=feeds.of_person(ctx, person),
        factor=second_factor.live(ctx.session, person.id),
        ties=declared_ties(ctx, person),
    )


@bp.route("/account/email", methods=["GET", "POST"])
@under(SIGNED_IN, PersonAct.SET_EMAIL)
def email() -> Response:
    """Set the address to which one's own letters go."""
    ctx = context()
    person = case_of(Person, Sight.OWN, id=ctx.actor.person_id)
    form = EmailForm(obj=person)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.SET_EMAIL, form.value())
        if done:
            flash(_("نشانی رایانامه ثبت شد؛ نامه‌های بعدی به آن می‌رود."))
            return redirect(url_for(".account"))
    back = url_for(".account")
    crumbs = [(_("حساب من"), back), (_("رایانامه"), None)]
    return page("_form.html", form=form, title=_("نشانی رایانامه من"), crumbs=crumbs, back=back)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, deduct_when=was_refused)
@under(PersonAct.USE_LINK)
def reset(token: str) -> Response:
    """Set a new password with a link that the administrator handed over."""
    ctx = context()
    link = link_of(ctx, token)
    if link is None:
        refuse(404)
        return page("accounts/link_ended.html", reason=LINK_ENDED)
    person = ctx.session.get_one(Person, link.person_id)
    reason = refusal_of(ctx, person, PersonAct.USE_LINK)
    form = UseLink()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, person, PersonAct.USE_LINK, form.value(token))
        if done:
            flash(_("گذرواژه تازه ثبت شد؛ با آن وارد شوید."))
            return redirect(url_for(".sign_in"))
    lead = _(
        "برای حساب «{username}». این پیوند یک بار کار می‌کند و با ثبت گذرواژه همه نشست‌های پیشین پایان می‌یابد."
    ).format(username=person.username)
    return page(
        "_form.html", form=form, title=_("گذاشتن گذرواژه تازه"), lead=lead, reason=reason, submit_label=_("ثبت گذرواژه")
    )


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
            flash(_("ثبت‌نام رسید. پس از تأیید کارشناس می‌توانید پرسش و پیشنهاد بفرستید؛ اکنون وارد شوید."))
            return redirect(url_for(".sign_in"))
    return page("accounts/firm_form.html", form=form, title=_("ثبت‌نام شرکت مشاور"))


@bp.get("/firms")
@under(SIGNED_IN, Sight.WORK)
def firms() -> Response:
    """Firms' registrations for those who judge them, those that wait first."""
    return page("accounts/firms.html", listing=queries.firms(context(), request.args.get("after", "")))


@bp.get("/firms/<int:firm_id>")
@under(Sight.WORK)
def show_firm(firm_id: int) -> Response:
    """One firm's registration."""
    return _firm(case_of(Firm, Sight.WORK, id=firm_id))


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
    return _firm(_own_firm(), is_own=True)


@bp.route("/firm/mend", methods=["GET", "POST"])
@under(FirmAct.RESUBMIT)
def mend_firm() -> Response:
    """Mend a refused registration and send it again."""
    ctx, firm = context(), _own_firm()
    reason = reason_against(firm, FirmAct.RESUBMIT)
    form = FirmFacts()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, firm, FirmAct.RESUBMIT, form.facts())
        if done:
            flash(_("ثبت‌نام اصلاح‌شده فرستاده شد و در انتظار بررسی کارشناس است."))
            return redirect(url_for(".own_firm"))
    elif request.method == "GET":
        form.fill(firm)
    return page("accounts/firm_form.html", form=form, title=_("اصلاح ثبت‌نام شرکت"), reason=reason, firm=firm)


def _firm(firm: Firm, *, is_own: bool = False) -> Response:
    reviewer = queries.organisation_name(context(), firm.organisation_id)
    holders = shareholders(context(), firm)
    return page("accounts/firm.html", firm=firm, reviewer=reviewer, acts=buttons(firm), is_own=is_own, holders=holders)


def _judge(firm_id: int, act: FirmAct) -> Response:
    ctx = context()
    firm = case_of(Firm, Sight.WORK, id=firm_id)
    reason = reason_against(firm, act)
    form = ReasonForm()
    if act is FirmAct.APPROVE:
        del form.text
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, firm, act, form.value() if act is FirmAct.REFUSE else None)
        if done:
            flash(_("{act}: «{firm}» ثبت شد.").format(act=act.label, firm=firm.name))
            return redirect(url_for(".show_firm", firm_id=firm.id))
    return page("accounts/judge.html", form=form, firm=firm, title=act.label, reason=reason)


def _own_firm() -> Firm:
    own = queries.own_firm(context())
    if own is None:
        raise NotAllowed(_("این صفحه برای نمایندگان شرکت‌هاست؛ با حساب شرکت وارد شوید."))
    return case_of(Firm, Sight.OWN, id=own.id)


def _recognised(username: str, password: str) -> SignedIn | None:
    """Return who this is; the hash is computed for an unknown name too, and while no transaction is held."""
    with reading() as ctx:
        person = queries.person_by_username(ctx, username)
    kept = person.password_hash if person is not None and person.state is PersonState.ACTIVE else None
    if passwords.is_right(kept, password) and person is not None:
        return SignedIn(person.id, person.epoch)
    return None
