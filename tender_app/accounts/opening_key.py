"""Pages of one's own opening key: its passphrase, and the recovery sheet that is shown once and kept nowhere."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from tender_app.accounts.key_forms import NewKey, OtherPassphrase
from tender_app.accounts.paper import recovery_sheet
from tender_app.accounts.rules import OwnKey, PersonAct
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Person
from tender_app.sealing import passphrase
from tender_app.sealing.keys import locked_of, member_key
from tender_app.sealing.models import MemberKey
from tender_app.web.law import under
from tender_app.web.limits import BY_ADDRESS, limiter, was_refused
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance

bp = Blueprint("opening_key", __name__, url_prefix="/account/key")
NOT_IT = N_("نه گذرعبارت کنونی است و نه واژه‌های برگه بازیابی شما؛ هر ۳۳ واژه را به ترتیب بنویسید.")


@bp.route("", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@under(PersonAct.SET_KEY, Sight.OWN)
def show() -> Any:
    """Say whether one has an opening key; set one, and show its recovery sheet, once."""
    person, standing = _own()
    form = NewKey()
    if form.validate_on_submit():
        key = passphrase.new_key()
        locked = passphrase.lock(key, form.new.data, **cost())
        with attempt(form) as done:
            what = OwnKey(locked, password=form.password.data, seen=form.seen.data or "")
            advance(context(), person, PersonAct.SET_KEY, what)
        if done:
            return page("accounts/recovery.html", words=passphrase.words_of(key), recipient=locked.recipient)
    if request.method == "GET":
        form.seen.data = standing.recipient if standing else ""
    return page("accounts/opening_key.html", form=form, standing=standing)


@bp.route("/passphrase", methods=["GET", "POST"])
@limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=was_refused)
@under(PersonAct.CHANGE_PASSPHRASE, Sight.OWN)
def change() -> Any:
    """Put the same key under another passphrase, known by the present one or read back from the sheet."""
    person, standing = _own()
    if standing is None:
        return redirect(url_for(".show"))
    form = OtherPassphrase()
    if form.validate_on_submit():
        with attempt(form) as done:
            key = _read_back(standing, form.old.data)
            what = OwnKey(passphrase.lock(key, form.new.data, **cost()))
            advance(context(), person, PersonAct.CHANGE_PASSPHRASE, what)
        if done:
            flash(_("گذرعبارت تازه گذاشته شد. کلید همان است و سهم‌های شما و برگه بازیابی‌تان درست می‌ماند."))
            return redirect(url_for(".show"))
    return page(
        "_form.html",
        form=form,
        title=PersonAct.CHANGE_PASSPHRASE.label,
        lead=_("کلید شما همان می‌ماند؛ فقط گذرعبارتی که آن را باز می‌کند عوض می‌شود."),
        back=url_for(".show"),
        submit_label=_("ثبت گذرعبارت تازه"),
    )


@bp.post("/sheet")
@under(Sight.OWN)
def sheet() -> Any:
    """Return the recovery sheet as PDF, from the words that the page has; nothing of them is kept here."""
    person, standing = _own()
    words = request.form.get("words", "").split()
    key = _read_back_words(" ".join(words))
    if standing is None or key is None or str(key.to_public()) != standing.recipient:
        return redirect(url_for(".show"))
    made = recovery_sheet(person.name, standing.recipient, words, calendar.today(context().now))
    headers = {"Content-Disposition": "attachment; filename=recovery-sheet.pdf", "Cache-Control": "no-store"}
    return Response(made, mimetype="application/pdf", headers=headers)


def cost() -> dict[str, int]:
    """Return Argon2id's cost for keys made now: a tenth of a second, and next to nothing in tests."""
    return {"operations": 1, "memory": 8 * 1024} if settings().testing else {}


def _own() -> tuple[Person, MemberKey | None]:
    ctx = context()
    person = case_of(Person, Sight.OWN, id=ctx.actor.person_id)
    return person, member_key(ctx, person.id)


def _read_back(standing: MemberKey, said: str) -> Any:
    """Return the key by its passphrase or by its words; raise Invalid if it is neither."""
    found = _read_back_words(said)
    if found is None:
        try:
            found = passphrase.unlock(locked_of(standing), said)
        except passphrase.WrongPassphrase as wrong:
            raise Invalid(NOT_IT, {"old": NOT_IT}) from wrong
    return found


def _read_back_words(said: str) -> Any:
    try:
        return passphrase.key_of_words(said)
    except passphrase.BadWords:
        return None
