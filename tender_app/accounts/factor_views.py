"""Pages of one's own second factor: what it is, setting it, its recovery codes, ending it."""

from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, redirect, request, url_for
from flask_login import login_user
from markupsafe import Markup

from tender_app.accounts.factor_forms import ProofForm
from tender_app.accounts.rules import PersonAct
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.people import second_factor
from tender_app.people.factor_models import SecondFactor
from tender_app.people.models import Person
from tender_app.web.acting import act_page
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.limits import BY_ADDRESS, BY_NAME, limiter, signed_in_person, was_refused
from tender_app.web.visit import SignedIn, attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance

bp = Blueprint("second_factor", __name__, url_prefix="/account/factor")


@bp.route("", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=signed_in_person, methods=["POST"], deduct_when=was_refused)
@under(SIGNED_IN, PersonAct.SET_FACTOR)
def show() -> Any:
    """Say whether one has a second factor; confirm the one that is being set, and show its recovery codes, once."""
    ctx, person = context(), _oneself()
    form = ProofForm()
    if form.validate_on_submit():
        codes = second_factor.new_codes()
        with attempt(form) as done:
            advance(ctx, person, PersonAct.SET_FACTOR, form.value(codes))
        if done:
            login_user(SignedIn(person.id, person.epoch))
            return page("accounts/recovery_codes.html", codes=codes, is_new=True)
    live = second_factor.live(ctx.session, person.id)
    pending = None if live else second_factor.being_set(ctx, person.id)
    return page(
        "accounts/second_factor.html",
        form=form,
        live=live,
        left=second_factor.codes_left(ctx, live) if live else 0,
        shown=_shown(person, pending) if pending else None,
    )


@bp.post("/begin")
@under(SIGNED_IN, PersonAct.SET_FACTOR)
def begin() -> Any:
    """Make the secret that is to be confirmed; one that is being set stays."""
    second_factor.prepare(context(), _oneself().id)
    return redirect(url_for(".show"))


@bp.route("/codes", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=signed_in_person, methods=["POST"], deduct_when=was_refused)
@under(SIGNED_IN, PersonAct.RENEW_CODES)
def renew() -> Any:
    """Make new recovery codes and show them, once; those that were left are worth nothing any more."""
    person, form = _oneself(), ProofForm()
    if form.validate_on_submit():
        codes = second_factor.new_codes()
        with attempt(form) as done:
            advance(context(), person, PersonAct.RENEW_CODES, form.value(codes))
        if done:
            return page("accounts/recovery_codes.html", codes=codes, is_new=False)
    lead = _("ده کد تازه ساخته و یک بار نشان داده می‌شود. کدهای پیشین، به کار رفته یا نرفته، از کار می‌افتد.")
    return act_page(person, PersonAct.RENEW_CODES, form, back=url_for(".show"), lead=lead, crumbs=_crumbs())


@bp.post("/codes.txt")
@under(SIGNED_IN, PersonAct.RENEW_CODES)
def text() -> Any:
    """Return the recovery codes as plain text, from what the page has; nothing of them is kept here."""
    ctx, person = context(), _oneself()
    codes = tuple(dict.fromkeys(request.form.get("codes", "").split()))
    live = second_factor.live(ctx.session, person.id)
    if live is None or not codes or second_factor.codes_left(ctx, live, codes) != len(codes):
        return redirect(url_for(".show"))
    lead = _("کدهای بازیابی حساب «{username}» در {address}؛ هر کد یک بار به جای کد گوشی پذیرفته می‌شود.").format(
        username=person.username, address=settings().public_url
    )
    headers = {"Content-Disposition": "attachment; filename=recovery-codes.txt"}
    return Response("\r\n".join((lead, "", *codes, "")), mimetype="text/plain", headers=headers)


@bp.route("/end", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=signed_in_person, methods=["POST"], deduct_when=was_refused)
@under(SIGNED_IN, PersonAct.END_FACTOR)
def end() -> Any:
    """End one's second factor, by the password and a code."""
    return act_page(
        _oneself(),
        PersonAct.END_FACTOR,
        ProofForm(),
        back=url_for(".show"),
        lead=_("از آن پس گذرواژه به تنهایی برای ورود و امضا بس است. برای گوشی تازه هم نخست رمز کنونی را بردارید."),
        crumbs=_crumbs(),
        done=_("رمز دوم برداشته شد؛ آن را از برنامه گوشی هم پاک کنید."),
    )


def _oneself() -> Person:
    return case_of(Person, Sight.OWN, id=context().actor.person_id)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("حساب من"), url_for("accounts.account")), (_("رمز دوم"), url_for(".show"))]


def _shown(person: Person, pending: SecondFactor) -> dict[str, Any] | None:
    """Return the secret being set as a page shows it: a QR code, and the same in groups of four letters."""
    secret = second_factor.secret_of(settings(), pending)
    if secret is None:
        return None
    house = urlsplit(settings().public_url).hostname or "tender"
    address = second_factor.address_for(secret, name=person.username, issuer=house)
    drawn = segno.make_qr(address, error="m").svg_inline(
        omitsize=True, svgclass="qr qr-large", lineclass=None, title=_("کد QR رمز دوم")
    )
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return {"qr": Markup(drawn), "address": address, "groups": groups}  # noqa: S704 -- drawn here
