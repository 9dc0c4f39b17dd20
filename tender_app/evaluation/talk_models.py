"""Tables of the talks on scores: the cells that are talked about, and the points that evaluators changed in them."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.talk_rules import TalkState
from tender_app.kernel.vocabulary import Scope
from tender_app.people.models import Person
from tender_app.store.base import Base, one_standing, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class Talk(Case, Base):
    """A talk of the evaluators about cells (bid × leaf), which the head opens and closes before the scores are locked."""

    __tablename__ = "talk"
    __table_args__ = (one_standing("uq_talk_open", "tender_id", ended="closed_at"),)
    kind: ClassVar[str] = "talk"
    scopes: ClassVar = {Scope.TENDER: "tender_id", Scope.ORGANISATION: "organisation_id"}

    state: Mapped[TalkState] = mapped_column(word(TalkState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(1000))
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[dt.datetime | None]
    note: Mapped[str] = mapped_column(sa.String(2000), default="")

    tender: Mapped[Tender] = relationship()
    cells: Mapped[list["TalkCell"]] = relationship(order_by="TalkCell.id")
    revisions: Mapped[list["ScoreRevision"]] = relationship(order_by="ScoreRevision.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "talk_id": self.id}


class TalkCell(Base):
    """A bid under a leaf that is talked about."""

    __tablename__ = "talk_cell"
    __table_args__ = (sa.UniqueConstraint("talk_id", "bid_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))


class ScoreRevision(Base):
    """Points that an evaluator put beside those of the confirmed sheet, which stay; the last row of a cell stands."""

    __tablename__ = "score_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id"), index=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("score_sheet.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    original: Mapped[Decimal]
    points: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(sa.String(2000))
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    revised_at: Mapped[dt.datetime]

    sheet: Mapped[ScoreSheet] = relationship()
    proposer: Mapped[Person] = relationship()
