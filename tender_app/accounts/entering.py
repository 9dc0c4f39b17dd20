"""Going in: at once after a right password, or by a second step where the account has a second factor.

Between the two steps the signed session holds who proved the password, and for five minutes alone; nobody is signed in
meanwhile. A changed password, a suspension or a factor that ended sends back to the first step.
"""

import datetime as dt
import re
from typing import Any

from flask import Blueprint, flash, redirect, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from tender_app.accounts.commands import remember_visit
from tender_app.accounts.factor_forms import SecondStep
from tender_app.accounts.factors import wrong_code
from tender_app.kernel.words import _
from tender_app.people import second_factor
from tender_app.people.factor_models import SecondFactor
from tender_app.people.models import Person, PersonState
from tender_app.store.clock import system_now
from tender_app.store.context import Context
from tender_app.web.law import PUBLIC, under
from tender_app.web.limits import BY_ADDRESS, BY_NAME, limiter, was_refused
from tender_app.web.visit import SignedIn, attempt, context, page

bp = Blueprint("entering", __name__)
HALF = "half_signed_in"
TERM = dt.timedelta(minutes=5)
OWN_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


def half_signed_in() -> str:
    """Return the key under which the codes of who proved a password are counted, from whatever address they come."""
    return f"code:{_half().get('person') or get_remote_address()}"


def enter(who: SignedIn, target: str) -> Response:
    """Sign in who proved the password, and lead on; where they set a second factor, lead to its step instead."""
    if second_factor.live(context().session, who.person_id) is None:
        return _go_in(who, target)
    logout_user()
    session.clear()
    session[HALF] = {
        "person": who.person_id,
        "epoch": who.epoch,
        "until": (system_now() + TERM).timestamp(),
        "next": target,
    }
    return redirect(url_for("entering.second_step"))


@bp.route("/login/code", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@limiter.limit(BY_NAME, key_func=half_signed_in, methods=["POST"], deduct_when=was_refused)
@under(PUBLIC)
def second_step() -> Response:
    """Ask who proved the password for the code of their second factor, or a recovery code, and sign them in."""
    ctx, half = context(), _half()
    factor = _factor_of(ctx, half)
    if factor is None:
        target = (session.pop(HALF, None) or {}).get("next", "")
        flash(_("زمان این مرحله گذشته یا حساب تغییر کرده است؛ نام کاربری و گذرواژه را دوباره بنویسید."), "warn")
        return redirect(url_for("accounts.sign_in", next=own_page(target) if target else None))
    form = SecondStep()
    if form.validate_on_submit():
        with attempt(form) as done:
            if not second_factor.take(ctx, factor, form.code.data):
                raise wrong_code()
        if done:
            return _go_in(SignedIn(half["person"], half["epoch"]), half["next"])
    return page("accounts/second_step.html", form=form)


def own_page(target: str) -> str:
    """Return a page of our own to go on to; anything that could lead elsewhere becomes the desk."""
    return target if OWN_PAGE.fullmatch(target) else url_for("dossier.desk")


def _go_in(who: SignedIn, target: str) -> Response:
    before = remember_visit(context(), who.person_id)
    session.clear()
    session["last_visit"] = before.isoformat() if before else ""
    login_user(who)
    return redirect(own_page(target))


def _half() -> dict[str, Any]:
    """Return what is kept of a right password, within its five minutes; else nothing."""
    half: dict[str, Any] = session.get(HALF) or {}
    return half if half.get("until", 0) > system_now().timestamp() else {}


def _factor_of(ctx: Context, half: dict[str, Any]) -> SecondFactor | None:
    """Return the factor that the half-signed-in person has to show; None where the first step no longer holds."""
    person = ctx.session.get(Person, half["person"]) if half else None
    if person is None or person.state is not PersonState.ACTIVE or person.epoch != half["epoch"]:
        return None
    return second_factor.live(ctx.session, person.id)
