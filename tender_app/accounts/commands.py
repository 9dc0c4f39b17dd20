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
    NewEmail,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    OwnKey,
    PersonAct,
    Reason,
    Registration,
)
from tender_app.kernel.actor import Actor, Held
from tender_app.kernel.errors import Invalid, Missing
from tender_app.kernel.persian import fold
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people import capacities, passwords
from tender_app.people.models import Capacity, Firm, Organisation, Person, ResetLink, Signatory
from tender_app.sealing.keys import keep_member_key, member_key, relock
from tender_app.store.context import Context
from tender_app.workflow.engine import advance, begin

LINK_TERM = dt.timedelta(hours=48)
FIRM_FACTS = (
    "organisation_id", "name", "legal_id", "registration_no", "economic_code",
    "address", "postal_code", "phone", "iban",
)  # fmt: skip
INSTALLER = Actor(None, (Held(Role.ADMIN, Scope.INSTALLATION),), "نصب سامانه")


def create_administrator(ctx: Context, *, name: str, username: str, password: str) -> Person:
    """Add a person who administers the whole installation, as the installer of the application.

    Raises Invalid for a password that is not taken or a user name that is held.
    """
    if fault := passwords.fault_of(password):
        raise Invalid(fault, {"password": fault})
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
        email=what.email,
        epoch=1,
    )


def grant_capacity(ctx: Context, person: Person, what: NewCapacity) -> None:
    """Let the person act in a role for the term of the capacity."""
    capacities.grant(
        ctx,
        person.id,
        what.role,
        scope=what.scope,
        scope_id=what.scope_id,
        starts_at=what.starts_at,
        ends_at=what.ends_at,
        basis=what.basis,
    )


def end_capacity(ctx: Context, _person: Person, what: EndedCapacity) -> None:
    """End one of the person's capacities now."""
    capacities.end(ctx, ctx.session.get_one(Capacity, what.capacity_id))


def make_reset_link(ctx: Context, person: Person, what: Link) -> None:
    """Keep the digest of a link's token; it works once, for 48 hours, and ends the links made before it."""
    _end_links(ctx, person)
    digest = hashlib.sha256(what.token.encode()).hexdigest()
    ctx.session.add(ResetLink(person_id=person.id, token_digest=digest, expires_at=ctx.now + LINK_TERM))


def end_web_sessions(_ctx: Context, person: Person, _what: Any) -> None:
    """End every web session of the person."""
    person.epoch += 1


def set_password(ctx: Context, person: Person, what: NewPassword) -> None:
    """Set a new password; web sessions that the old one began and links that wait end with it."""
    person.password_hash = passwords.hashed(what.new)
    _end_links(ctx, person)
    end_web_sessions(ctx, person, what)


def set_password_by_link(ctx: Context, person: Person, what: NewPassword) -> None:
    """Set a new password with a link, which is used up by it."""
    if link_of(ctx, what.token) is None:
        raise Missing
    set_password(ctx, person, what)


def keep_key(ctx: Context, person: Person, what: OwnKey) -> None:
    """Keep the person's new key; one that stood before ends, and with it the shares that were sealed to it."""
    keep_member_key(ctx, person.id, what.locked)


def change_passphrase(ctx: Context, person: Person, what: OwnKey) -> None:
    """Put the person's key under another passphrase; its shares stay good."""
    standing = member_key(ctx, person.id)
    if standing is None:
        raise Missing
    relock(standing, what.locked)


def set_email(_ctx: Context, person: Person, what: NewEmail) -> None:
    """Let the person's letters go to this address from now on."""
    person.email = what.address


def remember_visit(ctx: Context, person_id: int) -> dt.datetime | None:
    """Keep that the person signed in now; return when they did before (no act of the law: the revision stays)."""
    before = ctx.session.scalar(sa.select(Person.visited_at).where(Person.id == person_id))
    ctx.session.execute(sa.update(Person).where(Person.id == person_id).values(visited_at=ctx.now))
    return before


def make_firm(ctx: Context, what: Registration) -> Firm:
    """Make a firm with its signatories."""
    firm = Firm(registered_at=ctx.now)
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


def _end_links(ctx: Context, person: Person) -> None:
    waiting = sa.update(ResetLink).where(ResetLink.person_id == person.id, ResetLink.used_at.is_(None))
    ctx.session.execute(waiting.values(used_at=ctx.now))


def _people(ctx: Context, firm: Firm) -> list[int]:
    return holders(ctx, {Role.FIRM}, Scope.FIRM, [firm.id])


def _write(organisation: Organisation, what: OrganisationFacts) -> None:
    for name in OrganisationFacts.__dataclass_fields__:
        setattr(organisation, name, getattr(what, name))
    organisation.name = fold(what.name)


def _write_firm(firm: Firm, what: Registration) -> None:
    for name in FIRM_FACTS:
        setattr(firm, name, getattr(what, name))
    firm.refusal_reason = ""
    firm.signatories = [
        Signatory(name=s.name, national_code=s.national_code, position=s.position, authorisation=s.authorisation)
        for s in what.signatories
    ]
