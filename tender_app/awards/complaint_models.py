"""Tables of complaints: the complaint with its answer and ruling, and the papers enclosed with either."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.awards.complaint_rules import ComplaintGround, ComplaintState, Enclosed, Ruling
from tender_app.kernel.vocabulary import Scope
from tender_app.people.models import Firm
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class Complaint(Case, Base):
    """A firm's complaint about a tender: answered by the agency, then perhaps ruled on by the board (Arts. 7-8, 25)."""

    __tablename__ = "complaint"
    __table_args__ = (sa.Index("ix_complaint_tender_state", "tender_id", "state"),)
    kind: ClassVar[str] = "complaint"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id", Scope.FIRM: "firm_id"}

    state: Mapped[ComplaintState] = mapped_column(word(ComplaintState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    ground: Mapped[ComplaintGround] = mapped_column(word(ComplaintGround))
    article: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    demand: Mapped[str] = mapped_column(sa.String(1000))
    signer: Mapped[str] = mapped_column(sa.String(200))
    submitted_at: Mapped[dt.datetime]
    submitted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    answer_due_on: Mapped[dt.date]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[dt.datetime | None]
    settlement: Mapped[str] = mapped_column(sa.String(2000), default="")
    settled_at: Mapped[dt.datetime | None]
    board_no: Mapped[str] = mapped_column(sa.String(60), default="")
    referred_on: Mapped[dt.date | None]
    board_due_on: Mapped[dt.date | None]
    ruling: Mapped[Ruling | None] = mapped_column(word(Ruling))
    ruling_no: Mapped[str] = mapped_column(sa.String(60), default="")
    ruled_on: Mapped[dt.date | None]
    ruling_text: Mapped[str] = mapped_column(sa.String(2000), default="")

    tender: Mapped[Tender] = relationship()
    firm: Mapped[Firm] = relationship()
    papers: Mapped[list["ComplaintPaper"]] = relationship(order_by="ComplaintPaper.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "complaint_id": self.id}


class ComplaintPaper(Base):
    """A file enclosed with a complaint, or the scan of its ruling."""

    __tablename__ = "complaint_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaint.id"), index=True)
    enclosed: Mapped[Enclosed] = mapped_column(word(Enclosed))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    received_at: Mapped[dt.datetime]
