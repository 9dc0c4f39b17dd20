"""Tables of a price's explanation: what was asked of a bid, what came with which files, and how the members voted."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.bids.models import Bid
from tender_app.evaluation.explanation_rules import Count, ExplanationState
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Person
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class PriceExplanation(Case, Base):
    """What was asked about a bid's price, once; its answer and the commission's decision."""

    __tablename__ = "price_explanation"
    __table_args__ = (sa.CheckConstraint("until > asked_at", name="some_time"),)
    kind: ClassVar[str] = "price_explanation"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id", Scope.FIRM: "firm_id"}

    state: Mapped[ExplanationState] = mapped_column(word(ExplanationState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    question: Mapped[str] = mapped_column(sa.String(2000))
    asked_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(2000), default="")
    decided_at: Mapped[dt.datetime | None]

    tender: Mapped[Tender] = relationship()
    bid: Mapped[Bid] = relationship()
    files: Mapped[list["ExplanationFile"]] = relationship(order_by="ExplanationFile.id")
    votes: Mapped[list["ExplanationVote"]] = relationship(order_by="ExplanationVote.id", lazy="selectin")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "explanation_id": self.id}

    @property
    def count(self) -> Count:
        """Return the votes as they stand."""
        return Count(frozenset(v.role for v in self.votes), sum(v.rejects for v in self.votes))


class ExplanationFile(Base):
    """A file that came with the answer."""

    __tablename__ = "explanation_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    explanation_id: Mapped[int] = mapped_column(sa.ForeignKey("price_explanation.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]


class ExplanationVote(Base):
    """A seat's vote on a price; each seat votes once."""

    __tablename__ = "explanation_vote"
    __table_args__ = (sa.UniqueConstraint("explanation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    explanation_id: Mapped[int] = mapped_column(sa.ForeignKey("price_explanation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    rejects: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    cast_at: Mapped[dt.datetime]

    person: Mapped[Person] = relationship()
