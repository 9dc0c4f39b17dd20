"""Tables of organisations, persons, firms, and the capacities in which persons act."""

import datetime as dt
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from tender_app.kernel.vocabulary import Named, Role, Scope
from tender_app.store.base import Base, word
from tender_app.store.case import Case


class OrganisationState(Named):
    """Where an organisation stands."""

    ACTIVE = "active", "فعال"


class PersonState(Named):
    """Where a person's account stands."""

    ACTIVE = "active", "فعال"
    SUSPENDED = "suspended", "غیرفعال"


class FirmState(Named):
    """Where a firm's registration stands."""

    PENDING = "pending", "در انتظار تأیید"
    APPROVED = "approved", "تأییدشده"
    REFUSED = "refused", "ردشده"


class Organisation(Case, Base):
    """A provincial industrial estates company; everything else belongs to one."""

    __tablename__ = "organisation"
    kind: ClassVar[str] = "organisation"
    scopes: ClassVar = {Scope.ORGANISATION: "id"}

    state: Mapped[OrganisationState] = mapped_column(word(OrganisationState))
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    province: Mapped[str] = mapped_column(sa.String(60))
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    legal_id: Mapped[str] = mapped_column(sa.String(11), default="")
    registration_no: Mapped[str] = mapped_column(sa.String(12), default="")
    economic_code: Mapped[str] = mapped_column(sa.String(14), default="")
    address: Mapped[str] = mapped_column(sa.String(400), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(10), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    is_invented: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[int] = synonym("id")  # an organisation belongs to itself


class Person(Case, Base):
    """Someone who signs in; in what capacity they act is looked up case by case."""

    __tablename__ = "person"
    kind: ClassVar[str] = "person"
    scopes: ClassVar = {Scope.PERSON: "id", Scope.ORGANISATION: "organisation_id"}

    state: Mapped[PersonState] = mapped_column(word(PersonState))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[str] = mapped_column(sa.String(120), default="")
    national_code: Mapped[str] = mapped_column(sa.String(10), default="")
    mobile: Mapped[str] = mapped_column(sa.String(11), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    epoch: Mapped[int] = mapped_column(default=1)  # raised to end every running web session
    visited_at: Mapped[dt.datetime | None]

    organisation: Mapped[Organisation | None] = relationship()


class Capacity(Base):
    """From when to when a person acts in a role, and where; never deleted, only ended."""

    __tablename__ = "capacity"
    __table_args__ = (
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="order"),
        sa.Index("ix_capacity_where", "scope", "scope_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role))
    scope: Mapped[Scope] = mapped_column(word(Scope))
    scope_id: Mapped[int | None]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    basis: Mapped[str] = mapped_column(sa.String(200), default="")

    person: Mapped[Person] = relationship()


class Firm(Case, Base):
    """A consulting firm that bids; known by its legal national id."""

    __tablename__ = "firm"
    kind: ClassVar[str] = "firm"
    scopes: ClassVar = {Scope.FIRM: "id", Scope.ORGANISATION: "organisation_id"}

    state: Mapped[FirmState] = mapped_column(word(FirmState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    legal_id: Mapped[str] = mapped_column(sa.String(11), unique=True)
    registration_no: Mapped[str] = mapped_column(sa.String(12))
    economic_code: Mapped[str] = mapped_column(sa.String(14), default="")
    address: Mapped[str] = mapped_column(sa.String(400), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(10), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    iban: Mapped[str] = mapped_column(sa.String(26), default="")
    registered_at: Mapped[dt.datetime]
    refusal_reason: Mapped[str] = mapped_column(sa.String(400), default="")

    signatories: Mapped[list["Signatory"]] = relationship(order_by="Signatory.id")


class Signatory(Base):
    """Someone authorised to sign for a firm, with the gazette notice that says so."""

    __tablename__ = "signatory"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    national_code: Mapped[str] = mapped_column(sa.String(10))
    position: Mapped[str] = mapped_column(sa.String(120))
    authorisation: Mapped[str] = mapped_column(sa.String(200), default="")


class ResetLink(Base):
    """A link, handed over by the administrator, with which a person sets a new password once."""

    __tablename__ = "reset_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class CalendarFeed(Base):
    """A secret address at which a person's calendar program reads their desk; revoked, never deleted."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
