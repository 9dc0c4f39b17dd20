"""The table of confirmations: which submitted bid its firm let stand after which addendum."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base


class AddendumConfirmation(Base):
    """That a firm confirmed its submitted bid after an addendum; never edited."""

    __tablename__ = "addendum_confirmation"
    __table_args__ = (sa.UniqueConstraint("bid_id", "addendum_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    addendum_id: Mapped[int] = mapped_column(sa.ForeignKey("addendum.id"))
    confirmed_at: Mapped[dt.datetime]
    confirmed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
