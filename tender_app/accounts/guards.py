"""Reasons against acts on persons, firms and their accounts."""

import hashlib
from typing import Any

import sqlalchemy as sa

from tender_app.accounts.rules import NewPassword, NewPerson, Registration
from tender_app.people import passwords
from tender_app.people.models import Firm, FirmState, Person, ResetLink
from tender_app.store.context import Context


def is_someone_else(ctx: Context, person: Person, _what: Any) -> str | None:
    """Nobody suspends their own account."""
    return "حساب خودتان را نمی‌توانید غیرفعال کنید." if person.id == ctx.actor.person_id else None


def username_is_free(ctx: Context, what: NewPerson | None) -> str | None:
    """A user name belongs to one person."""
    if what is None:
        return None
    taken = ctx.session.scalar(sa.select(Person.id).where(Person.username == what.username))
    return "این نام کاربری گرفته شده است؛ نام دیگری برگزینید." if taken else None


def knows_old_password(_ctx: Context, person: Person, what: NewPassword | None) -> str | None:
    """Only who knows the old password changes it."""
    if what is None or passwords.is_right(person.password_hash, what.old):
        return None
    return "گذرواژه کنونی درست نیست."


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


LINK_ENDED = "این پیوند به کار رفته یا زمانش گذشته است؛ از راهبر سامانه پیوند تازه بخواهید."


def legal_id_is_new(ctx: Context, what: Registration | None) -> str | None:
    """One registration per legal national id (R45)."""
    if what is None:
        return None
    known = ctx.session.scalar(sa.select(Firm.id).where(Firm.legal_id == what.legal_id))
    if known is None:
        return None
    return "شرکتی با این شناسه ملی ثبت‌نام کرده است؛ اگر حساب آن در دسترس نیست از راهبر سامانه پیوند گذرواژه بخواهید."


def firm_is_approved(_ctx: Context, what: Any) -> str | None:
    """Only a firm whose registration was approved asks and bids."""
    firm: Firm | None = getattr(what, "firm", None)
    if firm is None or firm.state is FirmState.APPROVED:
        return None
    return "ثبت‌نام شرکت شما هنوز تأیید نشده است؛ پس از تأیید کارشناس می‌توانید ادامه دهید."
