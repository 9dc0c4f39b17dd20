"""Tables of addenda and of the pre-bid meeting."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.kernel.vocabulary import Scope
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders.addenda_rules import AddendumState, value_of
from tender_app.tenders.models import Tender, TenderDocument


class Addendum(Case, Base):
    """A numbered change of a published tender. `before` and `after` hold the changed facts as JSON, by name.

    While it is a draft, `after` is what it would change and `before` is empty; both are fixed when it is issued.
    """

    __tablename__ = "addendum"
    __table_args__ = (
        sa.UniqueConstraint("tender_id", "number"),
        sa.Index(
            "uq_addendum_draft",
            "tender_id",
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        ),
    )
    kind: ClassVar[str] = "addendum"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id"}

    state: Mapped[AddendumState] = mapped_column(word(AddendumState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    number: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    is_material: Mapped[bool] = mapped_column(default=False)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest_before: Mapped[str] = mapped_column(sa.String(64), default="")
    digest_after: Mapped[str] = mapped_column(sa.String(64), default="")
    paper_code: Mapped[str] = mapped_column(sa.String(20), default="")
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    drafted_at: Mapped[dt.datetime]
    issued_at: Mapped[dt.datetime | None]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    documents: Mapped[list["AddendumDocument"]] = relationship(order_by="AddendumDocument.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "addendum_id": self.id}

    @property
    def changes(self) -> dict[str, Any]:
        """Return the facts as they become, by name."""
        return {name: value_of(name, plain) for name, plain in self.after.items()}

    @property
    def was(self) -> dict[str, Any]:
        """Return the facts as they were, once it is issued."""
        return {name: value_of(name, plain) for name, plain in self.before.items()}


class AddendumDocument(Base):
    """A document that an addendum adds or puts in the place of another; `document_id` once it counts."""

    __tablename__ = "addendum_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    addendum_id: Mapped[int] = mapped_column(sa.ForeignKey("addendum.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tender_document.id"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tender_document.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    uploaded_at: Mapped[dt.datetime]

    replaces: Mapped[TenderDocument | None] = relationship(foreign_keys=[replaces_id])


class PrebidMinutes(Base):
    """The pre-bid meeting of a tender: who came, which no other firm is told, and what was asked and answered."""

    __tablename__ = "prebid_minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    attendees: Mapped[list[Any]]  # [[name, firm], …]
    items: Mapped[list[Any]]  # [[question, answer], …]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    kept_at: Mapped[dt.datetime]
    issued_at: Mapped[dt.datetime | None]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
