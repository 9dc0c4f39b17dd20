"""Tables of what follows an award: a winner's refusal, the extension of validity and each bidder's answer to it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.awards.refusal_rules import RefusalGround, RefusalOutcome
from tender_app.store.base import Base, one_standing, word


class WinnerRefusal(Base):
    """That a winner does not sign, as the head recorded it and the manager decided it; one waits at a time."""

    __tablename__ = "winner_refusal"
    __table_args__ = (
        one_standing("uq_winner_refusal_waiting", "tender_id", ended="decided_at"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="outcome_with_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    ground: Mapped[RefusalGround] = mapped_column(word(RefusalGround))
    evidence: Mapped[str] = mapped_column(sa.String(1000))
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[RefusalOutcome | None] = mapped_column(word(RefusalOutcome))
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ValidityExtension(Base):
    """The one extension of the bids' validity: a tender has no second."""

    __tablename__ = "validity_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    valid_before: Mapped[dt.date]
    valid_until: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    extended_at: Mapped[dt.datetime]
    extended_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class ValidityAnswer(Base):
    """A bidder's answer to the extension: a bid answers once."""

    __tablename__ = "validity_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    agrees: Mapped[bool]
    expires_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    answered_at: Mapped[dt.datetime]
    answered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
