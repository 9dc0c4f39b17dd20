"""The table of bid securities in the agency's hands."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.awards.guarantee_rules import ReleaseGround, SecurityState
from tender_app.bids.models import Bid, Guarantee
from tender_app.kernel.vocabulary import Scope
from tender_app.people.models import Firm
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class Security(Case, Base):
    """A bid security from its opened envelope to its return or forfeiture; `expires_on` follows its extension.

    Without a guarantee it is the original in hand of a bid whose envelope الف told nothing: it only goes back.
    """

    __tablename__ = "security"
    __table_args__ = (
        sa.Index("ix_security_organisation_state", "organisation_id", "state"),
        sa.CheckConstraint("(guarantee_id IS NULL) = (expires_on IS NULL)", name="stated_with_expiry"),
    )
    kind: ClassVar[str] = "security"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id", Scope.FIRM: "firm_id"}

    state: Mapped[SecurityState] = mapped_column(word(SecurityState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    guarantee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guarantee.id"), unique=True)
    expires_on: Mapped[dt.date | None]
    held_at: Mapped[dt.datetime]
    ground: Mapped[ReleaseGround | None] = mapped_column(word(ReleaseGround))
    due_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]  # released or forfeited
    end_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    handed_to: Mapped[str] = mapped_column(sa.String(200), default="")
    handed_on: Mapped[dt.date | None]
    hand_note: Mapped[str] = mapped_column(sa.String(400), default="")

    tender: Mapped[Tender] = relationship()
    firm: Mapped[Firm] = relationship()
    bid: Mapped[Bid] = relationship()
    guarantee: Mapped[Guarantee | None] = relationship()

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "security_id": self.id}
