"""The table of debriefs: for which bid, about which decision, and in which drawn order the evaluators are numbered."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.bids.models import Bid
from tender_app.documents.models import IssuedDocument
from tender_app.store.base import Base


class Debrief(Base):
    """A losing bid's debrief; `evaluators` are the sheets' ids in an order drawn once for the tender: number one comes first."""

    __tablename__ = "debrief"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_document.id"))
    evaluators: Mapped[list[Any]]
    made_at: Mapped[dt.datetime]

    bid: Mapped[Bid] = relationship()
    document: Mapped[IssuedDocument] = relationship()
