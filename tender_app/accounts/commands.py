"""What changes organisations, persons, capacities and firms."""

import datetime as dt
import hashlib
from typing import Any

import sqlalchemy as sa

from tender_app.accounts.guards import link_of
from tender_app.accounts.rules import (
    EndedCapacity,
    Link,
    NewCapacity,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    PersonAct,
    Reason,
    Registration,
)
from tender_app.kernel.actor import Actor, Held
from tender_app.kernel.errors import Missing
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people import capacities, passwords
from tender_app.people.models import Capacity, Firm, Organisation, Person, ResetLink, Signatory
from tender_app.store.context import Context
from tender_app.workflow.engine import advance, begin

LINK_TERM = dt.timedelta(hours=48)
INSTALLER = Actor(None, (Held(Role.ADMIN, Scope.INSTALLATION),), "نصب سامانه")


def create_administrator(ctx: Context, *, name: str, username: str, password: str) -> Person:
    """Add a person who administers the whole installation, as the installer of the application."""
    installing = Context(ctx.session, INSTALLER, ctx.now, ctx.settings)
    person = begin(installing, Person, PersonAct.ADD_PERSON, NewPerson(name, username, password, "راهبر سامانه"))
    advance(installing, person, PersonAct.GRANT, NewCapacity(Role.ADMIN, Scope.INSTALLATION, basis="نصب سامانه"))
    return person


def make_organisation(_ctx: Context, what: OrganisationFacts) -> Organisation:
    """Make an organisation of its facts."""
    organisation = Organisation()
    _write(organisation, what)
    return organisation


def edit_organisation(_ctx: Context, organisation: Organisation, what: OrganisationFacts) -> None:
    """Replace an organisation's facts."""
    _write(organisation, what)


def make_person(_ctx: Context, what: NewPerson) -> Person:
    """Make a person with a first password."""
    return Person(
        name=what.name,
        username=what.username,
        password_hash=passwords.hashed(what.password),
        position=what.position,
        organisation_id=what.organisation_id,
        national_code=what.national_code,
        mobile=what.mobile,
        epoch=1,
    )


def grant_capacity(ctx: Context, person: Person, what: NewCapacity) -> None:
    """Let the person act in a role from now on."""
    capacities.grant(
        ctx, person.id, what.role, scope=what.scope, scope_id=what.scope_id, ends_at=what.ends_at, basis=what.basis
    )


def end_capacity(ctx: Context, person: Person, what: EndedCapacity) -> None:
    """End one of the person's capacities now."""
    capacity = ctx.session.get(Capacity, what.capacity_id)
    if capacity is None or capacity.person_id != person.id:
        raise Missing
    capacities.end(ctx, capacity)


def make_reset_link(ctx: Context, person: Person, what: Link) -> None:
    """Keep the digest of a link's token; the link works once, for 48 hours."""
    digest = hashlib.sha256(what.token.encode()).hexdigest()
    ctx.session.add(ResetLink(person_id=person.id, token_digest=digest, expires_at=ctx.now + LINK_TERM))


def end_web_sessions(_ctx: Context, person: Person, _what: Any) -> None:
    """End every web session of the person."""
    person.epoch += 1


def set_password(ctx: Context, person: Person, what: NewPassword) -> None:
    """Set a new password and end the web sessions that the old one began."""
    person.password_hash = passwords.hashed(what.new)
    end_web_sessions(ctx, person, what)


def set_password_by_link(ctx: Context, person: Person, what: NewPassword) -> None:
    """Set a new password with a link, which is used up by it."""
    link = link_of(ctx, what.token)
    if link is None:
        raise Missing
    link.used_at = ctx.now
    set_password(ctx, person, what)


def make_firm(ctx: Context, what: Registration) -> Firm:
    """Make a firm with its signatories, and the account of the person who registers it."""
    firm = Firm(registered_at=ctx.now, legal_id=what.legal_id, organisation_id=what.organisation_id)
    _write_firm(firm, what)
    return firm


def open_account(ctx: Context, firm: Firm, what: Registration) -> None:
    """Open the account of the person who registers the firm, with the capacity to act for it."""
    if what.person is None:
        return
    person = begin(ctx, Person, PersonAct.OPEN_ACCOUNT, what.person)
    capacities.grant(ctx, person.id, Role.FIRM, scope=Scope.FIRM, scope_id=firm.id, basis="ثبت‌نام شرکت")


def mend_firm(ctx: Context, firm: Firm, what: Registration) -> None:
    """Replace the facts of a refused registration."""
    ctx.session.execute(sa.delete(Signatory).where(Signatory.firm_id == firm.id))
    ctx.session.expire(firm, ["signatories"])
    _write_firm(firm, what)


def tell_officers_of_firm(ctx: Context, firm: Firm, _what: Any) -> None:
    """Tell the officers of the firm's organisation that a registration waits."""
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [firm.organisation_id])
    tell(ctx, officers, f"ثبت‌نام شرکت «{firm.name}» رسید", path=f"/firms/{firm.id}")


def tell_firm_of_approval(ctx: Context, firm: Firm, _what: Any) -> None:
    """Tell the firm that it may ask and bid."""
    tell(ctx, _people(ctx, firm), "ثبت‌نام شرکت شما تأیید شد", body="اکنون می‌توانید پرسش و پیشنهاد بفرستید.", path="/")


def keep_refusal_reason(_ctx: Context, firm: Firm, what: Reason) -> None:
    """Keep why the registration was refused."""
    firm.refusal_reason = what.text


def tell_firm_of_refusal(ctx: Context, firm: Firm, what: Reason) -> None:
    """Tell the firm why, and where it can be mended."""
    tell(ctx, _people(ctx, firm), "ثبت‌نام شرکت شما پذیرفته نشد", body=what.text, path="/firm")


def _people(ctx: Context, firm: Firm) -> list[int]:
    return holders(ctx, {Role.FIRM}, Scope.FIRM, [firm.id])


def _write(organisation: Organisation, what: OrganisationFacts) -> None:
    for name in OrganisationFacts.__dataclass_fields__:
        setattr(organisation, name, getattr(what, name))
    organisation.name = fold(what.name)


def _write_firm(firm: Firm, what: Registration) -> None:
    for name in ("name", "registration_no", "address", "postal_code", "phone", "iban", "economic_code"):
        setattr(firm, name, getattr(what, name))
    firm.refusal_reason = ""
    firm.signatories = [
        Signatory(name=s.name, national_code=s.national_code, position=s.position, authorisation=s.authorisation)
        for s in what.signatories
    ]
