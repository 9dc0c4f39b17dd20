"""Tables of the interviews: the questions that are the same for all, slots, presence, and decisions on absence."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.bids.models import Bid
from tender_app.evaluation.interview_rules import InterviewState
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Firm, Person
from tender_app.store.base import Base, one_standing, word
from tender_app.store.case import Case
from tender_app.tenders.models import Criterion, Tender


class InterviewPlan(Base):
    """What all bidders of a tender are asked; a later plan, once every interview of it was cancelled, replaces it."""

    __tablename__ = "interview_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    made_at: Mapped[dt.datetime]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    questions: Mapped[list["InterviewQuestion"]] = relationship(order_by="InterviewQuestion.position")


class InterviewQuestion(Base):
    """A question drawn from a leaf, whose score the answers inform."""

    __tablename__ = "interview_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("interview_plan.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(1000))

    criterion: Mapped[Criterion] = relationship()


class Interview(Case, Base):
    """One bidder's interview: its slot, and what became of it."""

    __tablename__ = "interview"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "bid_id"),
        sa.CheckConstraint("ends_at > starts_at", name="some_time"),
    )
    kind: ClassVar[str] = "interview"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id", Scope.FIRM: "firm_id"}

    state: Mapped[InterviewState] = mapped_column(word(InterviewState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("interview_plan.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(sa.String(300))
    planned_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    attending: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [name, position] whom the firm says it sends
    remote: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # ids of members who take part from afar
    guests: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [name, position] of the firm who came
    begun_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    end_reason: Mapped[str] = mapped_column(sa.String(1000), default="")

    tender: Mapped[Tender] = relationship()
    bid: Mapped[Bid] = relationship()
    firm: Mapped[Firm] = relationship()
    plan: Mapped[InterviewPlan] = relationship()
    presences: Mapped[list["InterviewPresence"]] = relationship(order_by="InterviewPresence.id")
    decisions: Mapped[list["AbsenceDecision"]] = relationship(order_by="AbsenceDecision.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "interview_id": self.id}


class InterviewPresence(Base):
    """From when to when somebody was in an interview; who left and returned has several."""

    __tablename__ = "interview_presence"
    __table_args__ = (one_standing("uq_interview_presence_standing", "interview_id", "person_id", ended="left_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    is_remote: Mapped[bool]
    joined_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    was_dropped: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()


class AbsenceDecision(Base):
    """What the head decided of a member who was not there long enough; the last one counts."""

    __tablename__ = "absence_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(sa.ForeignKey("interview.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    is_admitted: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    decided_at: Mapped[dt.datetime]
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
