"""The table of lots."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base


class Lot(Base):
    """A lot among equal bids: its instant was announced first, and everything else follows from the receipt log."""

    __tablename__ = "lot"
    __table_args__ = (
        sa.CheckConstraint("announced_at < draws_at", name="announced_first"),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed = '')", name="drawn_with_seed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    announced_at: Mapped[dt.datetime]
    draws_at: Mapped[dt.datetime]
    receipts: Mapped[list[str]] = mapped_column(sa.JSON)
    drawn_at: Mapped[dt.datetime | None]
    head_size: Mapped[int | None]
    root: Mapped[str] = mapped_column(sa.String(64), default="")
    seed: Mapped[str] = mapped_column(sa.String(64), default="")
