"""The secret address of a person's calendar: made and revoked by the person alone, kept as a digest."""

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.words import _
from tender_app.people.models import CalendarFeed, Person, PersonState
from tender_app.store.context import Context


@dataclass(frozen=True, slots=True)
class Feed:
    """A new secret address."""

    token: str

    def record(self) -> dict[str, Any]:
        """Keep its digest: the address itself opens the calendar."""
        return {"digest": digest_of(self.token)}


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_person(ctx: Context, person: Person) -> CalendarFeed | None:
    """Return the address that works now, if there is one."""
    query = sa.select(CalendarFeed).where(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))
    return ctx.session.scalars(query.order_by(CalendarFeed.id.desc()).limit(1)).one_or_none()


def person_of(ctx: Context, token: str) -> Person | None:
    """Return whose calendar an address opens now: a revoked one, or a suspended person's, opens none."""
    query = (
        sa.select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.token_digest == digest_of(token), CalendarFeed.revoked_at.is_(None))
    )
    person = ctx.session.scalars(query).one_or_none()
    return person if person is not None and person.state is PersonState.ACTIVE else None


def there_is_one(ctx: Context, person: Person, _what: Any) -> str | None:
    """Only an address that works can be revoked."""
    return None if of_person(ctx, person) else _("نشانی تقویمی ساخته نشده است.")


def make(ctx: Context, person: Person, what: Feed) -> None:
    """Keep a new address."""
    ctx.session.add(CalendarFeed(person_id=person.id, token_digest=digest_of(what.token), made_at=ctx.now))
    ctx.session.flush()


def revoke(ctx: Context, person: Person, _what: Any) -> None:
    """End every address of the person."""
    mine = sa.and_(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))
    ctx.session.execute(sa.update(CalendarFeed).where(mine).values(revoked_at=ctx.now))
