"""Pages of the administrator: organisations, people, capacities; no bid, no score, no price."""

import secrets

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts import queries
from tender_app.accounts.forms import CapacityForm, OrganisationForm, PersonForm
from tender_app.accounts.rules import EndedCapacity, Link, OrganisationAct, PersonAct
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Organisation, Person
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("administration", __name__, url_prefix="/admin")


@bp.get("")
@under(OrganisationAct.ADD_ORGANISATION)
def index() -> Response:
    """Organisations, and the way to people."""
    ctx = context()
    _demand(may_begin(ctx, Organisation, OrganisationAct.ADD_ORGANISATION))
    return page("accounts/admin.html", organisations=queries.organisations(ctx))


@bp.route("/organisations/new", methods=["GET", "POST"])
@under(OrganisationAct.ADD_ORGANISATION)
def add_organisation() -> Response:
    """Add an organisation."""
    ctx = context()
    _demand(may_begin(ctx, Organisation, OrganisationAct.ADD_ORGANISATION))
    form = OrganisationForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Organisation, OrganisationAct.ADD_ORGANISATION, form.value())
        if done:
            flash("سازمان افزوده شد.")
            return redirect(url_for(".index"))
    return page("_form.html", form=form, title="افزودن سازمان", back=url_for(".index"))


@bp.route("/organisations/<int:organisation_id>", methods=["GET", "POST"])
@under(OrganisationAct.EDIT_ORGANISATION)
def edit_organisation(organisation_id: int) -> Response:
    """Edit an organisation's facts."""
    ctx = context()
    organisation = case_of(Organisation, Sight.WORK, id=organisation_id)
    reason = refusal_of(ctx, organisation, OrganisationAct.EDIT_ORGANISATION)
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, organisation, OrganisationAct.EDIT_ORGANISATION, form.value())
        if done:
            flash("ویرایش سازمان ثبت شد.")
            return redirect(url_for(".index"))
    return page("_form.html", form=form, title=organisation.name, reason=reason, back=url_for(".index"))


@bp.get("/people")
@under(PersonAct.ADD_PERSON)
def people() -> Response:
    """People, found by name, in pages."""
    ctx = context()
    _demand(may_begin(ctx, Person, PersonAct.ADD_PERSON))
    words = fold(request.args.get("q", ""))
    rows = queries.people(ctx, words, request.args.get("after", 0, type=int))
    shown = rows[: queries.PAGE]
    more = url_for(".people", q=words, after=shown[-1].id) if len(rows) > len(shown) else None
    return page("accounts/people.html", people=shown, words=words, more=more)


@bp.route("/people/new", methods=["GET", "POST"])
@under(PersonAct.ADD_PERSON)
def add_person() -> Response:
    """Add a person with a first password."""
    ctx = context()
    _demand(may_begin(ctx, Person, PersonAct.ADD_PERSON))
    form = PersonForm()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            person = begin(ctx, Person, PersonAct.ADD_PERSON, form.value())
        if done:
            flash("کاربر افزوده شد؛ اکنون سمت او را ثبت کنید.")
            return redirect(url_for(".person", person_id=person.id))
    return page("_form.html", form=form, title="افزودن کاربر", back=url_for(".people"))


@bp.get("/people/<int:person_id>")
@under(Sight.WORK)
def person(person_id: int) -> Response:
    """A person's account and capacities."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    capacities = queries.capacities_of(context(), shown)
    return page("accounts/person.html", person=shown, capacities=capacities, acts=buttons(shown))


@bp.route("/people/<int:person_id>/capacity", methods=["GET", "POST"])
@under(PersonAct.GRANT)
def grant(person_id: int) -> Response:
    """Give a capacity."""
    ctx = context()
    shown = case_of(Person, Sight.WORK, id=person_id)
    reason = refusal_of(ctx, shown, PersonAct.GRANT)
    form = CapacityForm()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, shown, PersonAct.GRANT, form.value())
        if done:
            flash("سمت ثبت شد.")
            return redirect(url_for(".person", person_id=person_id))
    title, back = f"سمت تازه برای {shown.name}", url_for(".person", person_id=person_id)
    return page("_form.html", form=form, title=title, reason=reason, back=back)


@bp.post("/people/<int:person_id>/capacity/<int:capacity_id>/end")
@under(PersonAct.END_CAPACITY)
def end_capacity(person_id: int, capacity_id: int) -> Response:
    """End a capacity now."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    advance(context(), shown, PersonAct.END_CAPACITY, EndedCapacity(capacity_id))
    flash("سمت پایان یافت؛ آنچه در آن انجام شده بود می‌ماند.")
    return redirect(url_for(".person", person_id=person_id))


@bp.post("/people/<int:person_id>/link")
@under(PersonAct.HAND_OVER_LINK)
def hand_over_link(person_id: int) -> Response:
    """Make a link with which the person sets a new password, and show it once."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    token = secrets.token_urlsafe(24)
    advance(context(), shown, PersonAct.HAND_OVER_LINK, Link(token))
    address = settings().public_url + url_for("accounts.reset", token=token)
    return page("accounts/link.html", person=shown, address=address)


@bp.post("/people/<int:person_id>/suspend")
@under(PersonAct.SUSPEND)
def suspend(person_id: int) -> Response:
    """Suspend an account and end its web sessions."""
    return _change(person_id, PersonAct.SUSPEND)


@bp.post("/people/<int:person_id>/restore")
@under(PersonAct.RESTORE)
def restore(person_id: int) -> Response:
    """Restore a suspended account."""
    return _change(person_id, PersonAct.RESTORE)


def _change(person_id: int, act: PersonAct) -> Response:
    shown = case_of(Person, Sight.WORK, id=person_id)
    advance(context(), shown, act)
    flash(f"{act.label}: {shown.name}")
    return redirect(url_for(".person", person_id=person_id))


def _demand(reason: str | None) -> None:
    if reason:
        raise NotAllowed(reason)
