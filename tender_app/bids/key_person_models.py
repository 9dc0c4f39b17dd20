"""The key persons of bids, as their technical envelopes name them once they are opened."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base


class KeyPerson(Base):
    """A member of a proposed team; figures are None and texts empty where the envelope does not state them."""

    __tablename__ = "key_person"
    __table_args__ = (sa.CheckConstraint("share BETWEEN 1 AND 100", name="share_of_a_hundred"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    national_code: Mapped[str] = mapped_column(sa.String(10), default="", index=True)
    role: Mapped[str] = mapped_column(sa.String(120), default="")
    degree: Mapped[str] = mapped_column(sa.String(120), default="")
    certificate: Mapped[str] = mapped_column(sa.String(200), default="")
    years: Mapped[int | None]
    share: Mapped[int | None]  # of their time, of 100
