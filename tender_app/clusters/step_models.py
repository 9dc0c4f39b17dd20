"""Tables of the steps to a licence: the pre-feasibility study with its reports, and the requests for approval."""

import datetime as dt
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.clusters.models import Cluster, Paper
from tender_app.clusters.step_rules import ApprovalState, Body, StudyState
from tender_app.kernel.vocabulary import Scope
from tender_app.store.base import Base, word
from tender_app.store.case import Case


class Prefeasibility(Case, Base):
    """The pre-feasibility study of a cluster, from its beginning to the accepted report."""

    __tablename__ = "prefeasibility"
    __table_args__ = (sa.UniqueConstraint("cluster_id"),)
    kind: ClassVar[str] = "prefeasibility"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[StudyState] = mapped_column(word(StudyState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"))
    begun_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]

    cluster: Mapped[Cluster] = relationship(lazy="joined", innerjoin=True)
    reports: Mapped[list["StudyReport"]] = relationship(order_by="StudyReport.id", viewonly=True)


class StudyReport(Base):
    """A report as it was submitted; one that was sent back stays beside the next."""

    __tablename__ = "study_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    prefeasibility_id: Mapped[int] = mapped_column(sa.ForeignKey("prefeasibility.id"), index=True)
    author: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[dt.date]
    findings: Mapped[str] = mapped_column(sa.String(4000))
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    submitted_at: Mapped[dt.datetime]
    submitted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    returned_at: Mapped[dt.datetime | None]
    returned_reason: Mapped[str] = mapped_column(sa.String(1000), default="")

    paper: Mapped[Paper] = relationship()


class Approval(Case, Base):
    """A request for the approval of a cluster by a body, and the letter that answered it."""

    __tablename__ = "approval"
    kind: ClassVar[str] = "approval"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[ApprovalState] = mapped_column(word(ApprovalState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    body: Mapped[Body] = mapped_column(word(Body))
    asked_number: Mapped[str] = mapped_column(sa.String(60))
    asked_day: Mapped[dt.date]
    asked_paper_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    asked_at: Mapped[dt.datetime]
    answer_number: Mapped[str] = mapped_column(sa.String(60), default="")
    answer_day: Mapped[dt.date | None]
    answer_paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster_paper.id"))
    answered_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")

    cluster: Mapped[Cluster] = relationship(lazy="joined", innerjoin=True)
    asked_paper: Mapped[Paper] = relationship(foreign_keys=[asked_paper_id])
    answer_paper: Mapped[Paper | None] = relationship(foreign_keys=[answer_paper_id])
