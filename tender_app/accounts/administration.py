"""Pages of the administrator: organisations, people, capacities; no bid, no score, no price."""

import secrets

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts import queries
from tender_app.accounts.forms import CapacityForm, EmailForm, OrganisationForm, PersonForm, ReasonForm
from tender_app.accounts.rules import EndedCapacity, Link, OrganisationAct, PersonAct
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Named, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Organisation, Person
from tender_app.store.case import Case
from tender_app.web.acting import act_page
from tender_app.web.law import under
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("administration", __name__, url_prefix="/admin")
HOME = N_("راهبری سامانه")


@bp.get("")
@under(OrganisationAct.ADD_ORGANISATION)
def index() -> Response:
    """What is administered, in numbers, with the ways on."""
    _demand(Organisation, OrganisationAct.ADD_ORGANISATION)
    return page("accounts/admin.html", numbers=queries.numbers(context()))


@bp.get("/organisations")
@under(OrganisationAct.ADD_ORGANISATION)
def organisations() -> Response:
    """Every organisation by name."""
    _demand(Organisation, OrganisationAct.ADD_ORGANISATION)
    return page("accounts/organisations.html", organisations=queries.organisations(context()))


@bp.route("/organisations/new", methods=["GET", "POST"])
@under(OrganisationAct.ADD_ORGANISATION)
def add_organisation() -> Response:
    """Add an organisation."""
    _demand(Organisation, OrganisationAct.ADD_ORGANISATION)
    form = OrganisationForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(context(), Organisation, OrganisationAct.ADD_ORGANISATION, form.value())
        if done:
            flash(_("سازمان افزوده شد؛ اکنون کارکنان آن را بیفزایید."))
            return redirect(url_for(".organisations"))
    crumbs = _crumbs((_("سازمان‌ها"), url_for(".organisations")), (_("سازمان تازه"), None))
    return page("_form.html", form=form, title=_("افزودن سازمان"), crumbs=crumbs, back=url_for(".organisations"))


@bp.route("/organisations/<int:organisation_id>", methods=["GET", "POST"])
@under(OrganisationAct.EDIT_ORGANISATION)
def edit_organisation(organisation_id: int) -> Response:
    """Edit an organisation's facts."""
    organisation = case_of(Organisation, Sight.WORK, id=organisation_id)
    reason, title = reason_against(organisation, OrganisationAct.EDIT_ORGANISATION), organisation.name
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        what = form.value(is_invented=organisation.is_invented)
        with attempt(form) as done:
            advance(context(), organisation, OrganisationAct.EDIT_ORGANISATION, what)
        if done:
            flash(_("ویرایش سازمان ثبت شد."))
            return redirect(url_for(".organisations"))
    back = url_for(".organisations")
    crumbs = _crumbs((_("سازمان‌ها"), back), (title, None))
    return page("_form.html", form=form, title=title, crumbs=crumbs, reason=reason, back=back)


@bp.get("/people")
@under(PersonAct.ADD_PERSON)
def people() -> Response:
    """People, found by name, in pages."""
    _demand(Person, PersonAct.ADD_PERSON)
    words = fold(request.args.get("q", ""))[:60]
    rows = queries.people(context(), words, request.args.get("after", 0, type=row_id))
    shown = rows[: queries.PAGE]
    more = url_for(".people", q=words or None, after=shown[-1].id) if len(rows) > len(shown) else None
    return page("accounts/people.html", people=shown, words=words, more=more)


@bp.route("/people/new", methods=["GET", "POST"])
@under(PersonAct.ADD_PERSON)
def add_person() -> Response:
    """Add a person with a first password."""
    ctx = context()
    _demand(Person, PersonAct.ADD_PERSON)
    form = PersonForm()
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            person = begin(ctx, Person, PersonAct.ADD_PERSON, form.value())
        if done:
            flash(_("کاربر افزوده شد؛ اکنون سمت او را ثبت کنید."))
            return redirect(url_for(".person", person_id=person.id))
    crumbs = _crumbs((_("کاربران"), url_for(".people")), (_("کاربر تازه"), None))
    lead = _("گذرواژه نخست را به خود شخص بدهید؛ او آن را در صفحه «حساب من» تغییر می‌دهد.")
    return page("_form.html", form=form, title=_("افزودن کاربر"), lead=lead, crumbs=crumbs, back=url_for(".people"))


@bp.get("/people/<int:person_id>")
@under(Sight.WORK)
def person(person_id: int) -> Response:
    """A person's account and capacities."""
    return _person(case_of(Person, Sight.WORK, id=person_id))


@bp.route("/people/<int:person_id>/capacity", methods=["GET", "POST"])
@under(PersonAct.GRANT)
def grant(person_id: int) -> Response:
    """Give a capacity, from when to when."""
    ctx = context()
    shown = case_of(Person, Sight.WORK, id=person_id)
    reason, name = reason_against(shown, PersonAct.GRANT), shown.name
    form = CapacityForm(organisation=shown.organisation_id or 0)
    form.offer(queries.organisations(ctx))
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, shown, PersonAct.GRANT, form.value(ctx.now))
        if done:
            flash(_("سمت ثبت شد."))
            return redirect(url_for(".person", person_id=person_id))
    back = url_for(".person", person_id=person_id)
    crumbs = _crumbs((_("کاربران"), url_for(".people")), (name, back), (_("سمت تازه"), None))
    lead = _("سمت‌های کمیسیون، دبیر و ارزیاب در خود مناقصه داده می‌شود.")
    return page(
        "_form.html",
        form=form,
        title=_("سمت تازه برای {name}").format(name=name),
        lead=lead,
        crumbs=crumbs,
        reason=reason,
        back=back,
    )


@bp.post("/people/<int:person_id>/capacity/<int:capacity_id>/end")
@under(PersonAct.END_CAPACITY)
def end_capacity(person_id: int, capacity_id: int) -> Response:
    """End a capacity now."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    advance(context(), shown, PersonAct.END_CAPACITY, EndedCapacity(capacity_id))
    flash(_("سمت پایان یافت؛ آنچه در آن انجام شده بود می‌ماند."))
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


@bp.route("/people/<int:person_id>/email", methods=["GET", "POST"])
@under(PersonAct.CORRECT_EMAIL)
def correct_email(person_id: int) -> Response:
    """Set the address to which a person's letters go."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    reason, name = reason_against(shown, PersonAct.CORRECT_EMAIL), shown.name
    form = EmailForm(obj=shown)
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), shown, PersonAct.CORRECT_EMAIL, form.value())
        if done:
            flash(_("نشانی رایانامه ثبت شد؛ نامه‌های بعدی به آن می‌رود."))
            return redirect(url_for(".person", person_id=person_id))
    back = url_for(".person", person_id=person_id)
    crumbs = _crumbs((_("کاربران"), url_for(".people")), (name, back), (_("رایانامه"), None))
    title = _("رایانامه {name}").format(name=name)
    return page("_form.html", form=form, title=title, crumbs=crumbs, reason=reason, back=back)


@bp.route("/people/<int:person_id>/factor", methods=["GET", "POST"])
@under(PersonAct.LIFT_FACTOR)
def lift_factor(person_id: int) -> Response:
    """End the second factor of a person who lost the telephone, with the reason that they will read."""
    shown = case_of(Person, Sight.WORK, id=person_id)
    back = url_for(".person", person_id=person_id)
    return act_page(
        shown,
        PersonAct.LIFT_FACTOR,
        ReasonForm(),
        back=back,
        lead=_(
            "برای «{name}»، که گوشی و کدهای بازیابی را در دست ندارد. پیش از آن مطمئن شوید درخواست از خود اوست: از آن پس "
            "گذرواژه به تنهایی بس است. نشست‌های باز او پایان می‌یابد و نامه‌ای با همین دلیل به او می‌رود."
        ).format(name=shown.name),
        crumbs=_crumbs((_("کاربران"), url_for(".people")), (shown.name, back)),
        done=_("رمز دوم کاربر برداشته شد و به او نامه رفت."),
    )


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


def _person(shown: Person) -> Response:
    ctx = context()
    place = queries.organisation_name(ctx, shown.organisation_id) if shown.organisation_id else ""
    capacities = queries.capacities_of(ctx, shown)
    return page("accounts/person.html", person=shown, place=place, capacities=capacities, acts=buttons(shown))


def _demand(model: type[Case], act: Named) -> None:
    """Refuse whoever may not begin such a life: the lists beside it are theirs alone."""
    if reason := may_begin(context(), model, act):
        raise NotAllowed(reason)


def _crumbs(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(HOME, url_for(".index")), *steps]
