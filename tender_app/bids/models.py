"""Tables of bids: the bid, its sealed envelopes, and what the opening acts brought to light."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.bids.rules import BidState, EnvelopeKind, GuaranteeKind
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Firm
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.base import Base, one_standing, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class Bid(Case, Base):
    """One version of a firm's bid; a replacement is a new row, and the old one stands until it is submitted."""

    __tablename__ = "bid"
    __table_args__ = (
        sa.Index(
            "uq_bid_draft",
            "tender_id",
            "firm_id",
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        ),
        sa.Index(
            "uq_bid_submitted",
            "tender_id",
            "firm_id",
            unique=True,
            sqlite_where=sa.text("state = 'submitted'"),
            postgresql_where=sa.text("state = 'submitted'"),
        ),
        sa.Index("ix_bid_tender_state", "tender_id", "state"),
        sa.CheckConstraint("(receipt_no IS NULL) = (submitted_at IS NULL)", name="receipt_with_instant"),
    )
    kind: ClassVar[str] = "bid"
    scopes: ClassVar = {Scope.FIRM: "firm_id", Scope.TENDER: "tender_id", Scope.ORGANISATION: "organisation_id"}

    state: Mapped[BidState] = mapped_column(word(BidState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    started_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    receipt_no: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    finding: Mapped[str] = mapped_column(sa.String(1000), default="")

    tender: Mapped[Tender] = relationship()
    firm: Mapped[Firm] = relationship()
    envelopes: Mapped[list["BidEnvelope"]] = relationship(order_by="BidEnvelope.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "bid_id": self.id}

    def envelope(self, kind: EnvelopeKind) -> "BidEnvelope | None":
        """Return the envelope of this kind that stands now, if one is sealed."""
        return next((e for e in self.envelopes if e.kind is kind and e.superseded_at is None), None)


class BidEnvelope(Base):
    """A sealed envelope in its place in a bid; sealing again supersedes it and deletes nothing."""

    __tablename__ = "bid_envelope"
    __table_args__ = (one_standing("uq_bid_envelope_standing", "bid_id", "kind", ended="superseded_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    kind: Mapped[EnvelopeKind] = mapped_column(word(EnvelopeKind))
    sealed_id: Mapped[int] = mapped_column(sa.ForeignKey("sealed_envelope.id"))
    placed_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]

    sealed: Mapped[SealedEnvelope] = relationship()


class Upload(Base):
    """A sealed payload that arrives in parts: `received` of its bytes are safe on the disk, and no other counts.

    `token` names its file (sealing.parts). A row ends when its envelope is placed, or when nobody goes on with it.
    """

    __tablename__ = "upload"
    __table_args__ = (sa.CheckConstraint("received >= 0 AND received <= length", name="within_length"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    kind: Mapped[EnvelopeKind] = mapped_column(word(EnvelopeKind))
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    bid: Mapped[Bid] = relationship()


class OpenedEnvelope(Base):
    """What an opening act found in an envelope: its form, or the cause for which it cannot be read."""

    __tablename__ = "opened_envelope"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    kind: Mapped[EnvelopeKind] = mapped_column(word(EnvelopeKind))
    bid_envelope_id: Mapped[int] = mapped_column(sa.ForeignKey("bid_envelope.id"), unique=True)
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    form: Mapped[dict[str, Any]]
    damage: Mapped[str] = mapped_column(sa.String(400), default="")

    files: Mapped[list["OpenedFile"]] = relationship(order_by="OpenedFile.id")


class OpenedFile(Base):
    """A file that came out of an opened envelope."""

    __tablename__ = "opened_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_envelope_id: Mapped[int] = mapped_column(sa.ForeignKey("opened_envelope.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]


class FileAccess(Base):
    """That somebody other than the firm opened a file of its bid, and in which capacity; never edited.

    The file came out of an envelope, or the firm brought it in the one cure period.
    """

    __tablename__ = "file_access"
    __table_args__ = (
        sa.Index("ix_file_access_file_person", "opened_file_id", "person_id"),
        sa.Index("ix_file_access_cure_person", "cure_file_id", "person_id"),
        sa.CheckConstraint("(opened_file_id IS NULL) <> (cure_file_id IS NULL)", name="of_one_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("opened_file.id"))
    cure_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cure_file.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    at: Mapped[dt.datetime]


class Guarantee(Base):
    """The bid security as envelope الف stated it, and the commission's verdict on it."""

    __tablename__ = "guarantee"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    kind: Mapped[GuaranteeKind] = mapped_column(word(GuaranteeKind))
    issuer: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(sa.String(60))
    amount: Mapped[int]
    expires_on: Mapped[dt.date]
    sepam_no: Mapped[str] = mapped_column(sa.String(40), default="")
    verdict_reason: Mapped[str] = mapped_column(sa.String(1000), default="")


class OriginalReceived(Base):
    """The paper original of a firm's guarantee, handed over before the opening."""

    __tablename__ = "original_received"
    __table_args__ = (sa.UniqueConstraint("tender_id", "firm_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    received_at: Mapped[dt.datetime]
    received_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Price(Base):
    """The price that envelope ج held: the total and its phases, in rial."""

    __tablename__ = "price"
    __table_args__ = (sa.CheckConstraint("total > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    total: Mapped[int]
    phases: Mapped[list[Any]]  # [{"title": …, "amount": rial}]
