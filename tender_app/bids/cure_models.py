"""Tables of the formal check's one cure period: what was asked of a bid, what came, and what the commission found."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from tender_app.bids.cure_rules import CureKind
from tender_app.bids.models import Bid
from tender_app.store.base import Base, word


class CureRequest(Base):
    """What was asked of a bid, once: a second request is refused by the table itself."""

    __tablename__ = "cure_request"
    __table_args__ = (
        sa.CheckConstraint("(settled_at IS NULL) = (is_cured IS NULL)", name="settled_with_outcome"),
        sa.CheckConstraint("until > asked_at", name="some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    until: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    is_cured: Mapped[bool | None]
    finding: Mapped[str] = mapped_column(sa.String(1000), default="")

    bid: Mapped[Bid] = relationship(backref=backref("cure", uselist=False))
    items: Mapped[list["CureItem"]] = relationship(order_by="CureItem.id")


class CureItem(Base):
    """One paper that is asked for."""

    __tablename__ = "cure_item"
    __table_args__ = (sa.UniqueConstraint("request_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("cure_request.id"))
    kind: Mapped[CureKind] = mapped_column(word(CureKind))
    note: Mapped[str] = mapped_column(sa.String(400), default="")

    files: Mapped[list["CureFile"]] = relationship(order_by="CureFile.id")


class CureFile(Base):
    """A file that the firm brought for what was asked; it is kept as it came, and a later one beside it."""

    __tablename__ = "cure_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("cure_item.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    came_at: Mapped[dt.datetime]
