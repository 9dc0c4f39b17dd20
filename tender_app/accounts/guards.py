"""Reasons against acts on organisations, persons, firms and their accounts.

A value that is taken or cannot stand is refused with Invalid, which names the field in which it can be mended.
"""

import datetime as dt
import hashlib
from typing import Any

import sqlalchemy as sa

from tender_app.accounts.rules import (
    EndedCapacity,
    NewCapacity,
    NewPassword,
    NewPerson,
    OrganisationFacts,
    OwnKey,
    Registration,
)
from tender_app.kernel.errors import Invalid, Missing
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_, _
from tender_app.people import passwords
from tender_app.people.models import Capacity, Firm, FirmState, Organisation, Person, ResetLink
from tender_app.sealing.keys import member_key
from tender_app.store.context import Context

LINK_ENDED = N_("این پیوند به کار رفته یا زمانش گذشته است؛ از راهبر سامانه پیوند تازه بخواهید.")
FIRM_IS_KNOWN = N_(
    "شرکتی با این شناسه ملی ثبت‌نام کرده است؛ اگر حساب آن در دسترس شما نیست، از راهبر سامانه پیوند گذرواژه بخواهید."
)


def organisation_is_new(ctx: Context, what: OrganisationFacts | None) -> str | None:
    """No two organisations share a name or the letters with which their tender numbers begin."""
    if what is not None:
        _demand_single(ctx, what, sa.true())
    return None


def organisation_stays_single(ctx: Context, organisation: Organisation, what: OrganisationFacts | None) -> str | None:
    """An edited organisation takes neither name nor letters of another."""
    if what is not None:
        _demand_single(ctx, what, Organisation.id != organisation.id)
    return None


def is_someone_else(ctx: Context, person: Person, _what: Any) -> str | None:
    """Nobody suspends their own account."""
    if person.id != ctx.actor.person_id:
        return None
    return _("حساب خودتان را نمی‌توانید غیرفعال کنید؛ راهبر دیگری می‌تواند.")


def username_is_free(ctx: Context, what: NewPerson | None) -> str | None:
    """A user name belongs to one person."""
    if what is not None and ctx.session.scalar(sa.select(Person.id).where(Person.username == what.username)):
        raise _bad("username", _("این نام کاربری گرفته شده است؛ نام دیگری برگزینید."))
    return None


def capacity_is_sound(ctx: Context, person: Person, what: NewCapacity | None) -> str | None:
    """A capacity begins now or later, ends after it began, and is not held twice at one time."""
    if what is None:
        return None
    starts = what.starts_at or ctx.now
    if starts < ctx.now:
        raise _bad("starts_at", _("سمت از گذشته داده نمی‌شود؛ امروز یا روزی در آینده را بنویسید."))
    if what.ends_at is not None and what.ends_at <= starts:
        raise _bad("ends_at", _("پایان سمت باید پس از آغاز آن و پس از اکنون باشد."))
    if ctx.session.scalar(_overlapping(person, what, starts)):
        raise _bad("role", _("این شخص همین سمت را در همین جا دارد؛ نخست آن را پایان دهید یا زمان دیگری بنویسید."))
    return None


def capacity_may_end(ctx: Context, person: Person, what: EndedCapacity | None) -> str | None:
    """What ended stays as it was, and nobody ends their own administration."""
    if what is None:
        return None
    capacity = ctx.session.get(Capacity, what.capacity_id)
    if capacity is None or capacity.person_id != person.id:
        raise Missing
    if capacity.ends_at is not None and capacity.ends_at <= ctx.now:
        return _("این سمت پیش‌تر پایان یافته است.")
    if capacity.role is Role.ADMIN and person.id == ctx.actor.person_id:
        return _("سمت راهبری خودتان را نمی‌توانید پایان دهید؛ راهبر دیگری می‌تواند.")
    return None


def knows_old_password(_ctx: Context, person: Person, what: NewPassword | None) -> str | None:
    """Only who knows the old password changes it, and to another one."""
    if what is None:
        return None
    if not passwords.is_right(person.password_hash, what.old):
        raise _bad("old", _("گذرواژه کنونی درست نیست؛ آن را دوباره بنویسید."))
    if what.old == what.new:
        raise _bad("new", _("گذرواژه تازه همان گذرواژه کنونی است؛ گذرواژه دیگری برگزینید."))
    return None


def key_is_ones_own(ctx: Context, person: Person, what: OwnKey | None) -> str | None:
    """A new key is set by who knows the sign-in password, and once: a form that was sent twice makes one key."""
    if what is None:
        return None
    if not passwords.is_right(person.password_hash, what.password):
        raise _bad("password", _("گذرواژه ورود درست نیست؛ آن را دوباره بنویسید."))
    standing = member_key(ctx, person.id)
    if (standing.recipient if standing else "") != what.seen:
        return _("کلید شما همین حالا ساخته شد؛ صفحه را تازه کنید. اگر برگه بازیابی را ندارید کلید تازه بسازید.")
    return None


def key_stays(ctx: Context, person: Person, what: OwnKey | None) -> str | None:
    """Another passphrase is put on the same key."""
    standing = member_key(ctx, person.id)
    if standing is None:
        return _("هنوز گذرعبارت گشایش نگذاشته‌اید.")
    same = what is None or what.locked.recipient == standing.recipient
    return None if same else _("این برگه بازیابی از کلید دیگری است.")


def link_holds(ctx: Context, person: Person, what: NewPassword | None) -> str | None:
    """A link works once, within its term, for its own person."""
    if what is None:
        return None
    link = link_of(ctx, what.token)
    return None if link is not None and link.person_id == person.id else LINK_ENDED


def link_of(ctx: Context, token: str) -> ResetLink | None:
    """Return the unused link of a token, within its term."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    query = sa.select(ResetLink).where(
        ResetLink.token_digest == digest, ResetLink.used_at.is_(None), ResetLink.expires_at > ctx.now
    )
    return ctx.session.scalars(query).one_or_none()


def legal_id_is_new(ctx: Context, what: Registration | None) -> str | None:
    """One registration per legal national id (R45)."""
    if what is not None and ctx.session.scalar(sa.select(Firm.id).where(Firm.legal_id == what.legal_id)):
        raise _bad("legal_id", FIRM_IS_KNOWN)
    return None


def legal_id_stays_single(ctx: Context, firm: Firm, what: Registration | None) -> str | None:
    """A mended registration takes no other firm's legal national id."""
    if what is None:
        return None
    if ctx.session.scalar(sa.select(Firm.id).where(Firm.legal_id == what.legal_id, Firm.id != firm.id)):
        raise _bad("legal_id", FIRM_IS_KNOWN)
    return None


def firm_is_approved(_ctx: Context, what: Any) -> str | None:
    """Only a firm whose registration was approved asks and bids."""
    firm: Firm | None = getattr(what, "firm", None)
    if firm is None or firm.state is FirmState.APPROVED:
        return None
    if firm.state is FirmState.REFUSED:
        return _("ثبت‌نام شرکت شما پذیرفته نشده است؛ در صفحه «شرکت من» آن را اصلاح کنید و دوباره بفرستید.")
    return _("ثبت‌نام شرکت شما هنوز تأیید نشده است؛ پس از تأیید کارشناس می‌توانید ادامه دهید.")


def _demand_single(ctx: Context, what: OrganisationFacts, others: sa.ColumnElement[bool]) -> None:
    for name, message in (
        ("name", _("سازمانی با این نام ثبت شده است؛ همان را ویرایش کنید.")),
        ("code", _("سازمان دیگری این کوتاه‌نوشت را دارد؛ کوتاه‌نوشت دیگری بنویسید.")),
    ):
        taken = sa.select(Organisation.id).where(getattr(Organisation, name) == getattr(what, name), others)
        if ctx.session.scalar(taken):
            raise _bad(name, message)


def _overlapping(person: Person, what: NewCapacity, starts: dt.datetime) -> sa.Select[int]:
    here = Capacity.scope_id.is_(None) if what.scope_id is None else Capacity.scope_id == what.scope_id
    query = sa.select(Capacity.id).where(
        Capacity.person_id == person.id,
        Capacity.role == what.role,
        Capacity.scope == what.scope,
        here,
        sa.or_(Capacity.ends_at.is_(None), Capacity.ends_at > starts),
    )
    if what.ends_at is not None:
        query = query.where(Capacity.starts_at < what.ends_at)
    return query


def _bad(field: str, message: str) -> Invalid:
    return Invalid(message, {field: message})
