"""Tables of the award: the commission's decision and its announcement."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base, one_standing


class Award(Base):
    """First and second winner as the commission named them; a returned decision keeps its row and reason.

    An announced one that is returned is over by its winner's refusal; the second winner's turn is a row of its own.
    """

    __tablename__ = "award"
    __table_args__ = (one_standing("uq_award_standing", "tender_id", ended="returned_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    ranking_id: Mapped[int] = mapped_column(sa.ForeignKey("ranking.id"))
    winner_bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    runner_up_bid_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bid.id"))
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    decided_at: Mapped[dt.datetime]
    minuted_at: Mapped[dt.datetime | None]
    announced_at: Mapped[dt.datetime | None]
    returned_at: Mapped[dt.datetime | None]
    return_reason: Mapped[str] = mapped_column(sa.String(1000), default="")
