"""Tables of the tender: its facts, criteria, documents, insertions, questions, attendance and votes."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.clusters.models import Cluster
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.people.models import Firm, Organisation
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders import levels
from tender_app.tenders.bases import BASES, Basis
from tender_app.tenders.methods import aggregation_of, parameter_of
from tender_app.tenders.procurement import DirectGround, LegalBasis, ProcurementMethod
from tender_app.tenders.rules import (
    Aggregation,
    Decision,
    Matter,
    Method,
    Outlet,
    QuestionState,
    RunnerUpBasis,
    Session,
    TenderState,
    TieRule,
    Unconfirmed,
    ending_label,
)


class Tender(Case, Base):
    """One call for bids. A draft accepts anything: what is missing is a list, checked before approval."""

    __tablename__ = "tender"
    __table_args__ = (
        sa.Index("ix_tender_board", "published_at", "id"),
        sa.Index("ix_tender_organisation_state", "organisation_id", "state"),
        sa.Index("ix_tender_closes", "state", "closes_at"),
    )
    kind: ClassVar[str] = "tender"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "id", Scope.FIRM: None}

    state: Mapped[TenderState] = mapped_column(word(TenderState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(30), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    search: Mapped[str] = mapped_column(sa.String(800), default="")
    subject: Mapped[str] = mapped_column(sa.Text, default="")
    terms: Mapped[str] = mapped_column(sa.Text, default="")

    estimate: Mapped[int | None]
    budget_line: Mapped[str] = mapped_column(sa.String(60), default="")
    funding_certificate: Mapped[str] = mapped_column(sa.String(60), default="")
    setad_no: Mapped[str] = mapped_column(sa.String(30), default="")
    board_resolution: Mapped[str] = mapped_column(sa.String(60), default="")
    board_resolution_on: Mapped[dt.date | None]

    documents_until: Mapped[dt.datetime | None]
    questions_until: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    opens_at: Mapped[dt.datetime | None]
    prices_open_at: Mapped[dt.datetime | None]
    valid_until: Mapped[dt.date | None]
    contract_by: Mapped[dt.date | None]
    years: Mapped[int] = mapped_column(default=3)

    guarantee: Mapped[int | None]
    has_envelope_a: Mapped[bool] = mapped_column(default=True)
    method: Mapped[Method] = mapped_column(word(Method), default=Method.WEIGHTED_PRICE)
    procurement_method: Mapped[ProcurementMethod] = mapped_column(
        word(ProcurementMethod), default=ProcurementMethod.OPEN
    )
    is_international: Mapped[bool] = mapped_column(default=False)  # firms of other countries are called too
    form_reason: Mapped[str] = mapped_column(sa.String(2000), default="")  # why not every firm is called
    direct_ground: Mapped[DirectGround | None] = mapped_column(word(DirectGround))
    direct_report: Mapped[str] = mapped_column(sa.String(60), default="")
    budget: Mapped[int | None]
    minimum_score: Mapped[Decimal | None]
    impact: Mapped[Decimal | None]
    technical_share: Mapped[Decimal | None]
    minimum_bids: Mapped[int] = mapped_column(default=1)
    runner_up_basis: Mapped[RunnerUpBasis] = mapped_column(word(RunnerUpBasis), default=RunnerUpBasis.NOMINAL)
    aggregation: Mapped[Aggregation] = mapped_column(word(Aggregation), default=Aggregation.MEAN)
    trim: Mapped[int] = mapped_column(default=0)  # how many at each end a trimmed mean leaves out
    tie_rule: Mapped[TieRule] = mapped_column(word(TieRule), default=TieRule.TECHNICAL)
    opening_place: Mapped[str] = mapped_column(sa.String(300), default="")
    needed_shares: Mapped[int] = mapped_column(default=2)
    bytes_hours: Mapped[int] = mapped_column(default=0)  # after the deadline, for bytes whose digest came before it
    unconfirmed_bids: Mapped[Unconfirmed] = mapped_column(word(Unconfirmed), default=Unconfirmed.STAND)
    prebid_at: Mapped[dt.datetime | None]
    prebid_place: Mapped[str] = mapped_column(sa.String(300), default="")
    extended_at: Mapped[dt.datetime | None]  # when the deadline was last moved for all

    renews_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str] = mapped_column(sa.String(60), default="")
    end_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    terms_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    scores_digest: Mapped[str] = mapped_column(sa.String(64), default="")

    organisation: Mapped[Organisation] = relationship()
    cluster: Mapped[Cluster] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position")
    documents: Mapped[list["TenderDocument"]] = relationship(  # those that count now
        primaryjoin="and_(TenderDocument.tender_id == Tender.id, TenderDocument.superseded_at.is_(None))",
        order_by="TenderDocument.id",
        viewonly=True,
    )
    insertions: Mapped[list["Insertion"]] = relationship(order_by="Insertion.day")

    @property
    def legal_basis(self) -> LegalBasis:
        """Return the law under which it runs, or will begin: the key of its procedure."""
        return LegalBasis(self.procedure or LegalBasis.TENDER_ACT)

    @property
    def basis(self) -> Basis:
        """Return what that law asks for and how its papers speak."""
        return BASES[self.legal_basis]

    @property
    def form(self) -> str:
        """Return what its law calls such a call."""
        title = self.basis.titles[self.procurement_method]
        return _("{form}، بین‌المللی").format(form=_(title)) if self.is_international else title

    @property
    def parameter(self) -> str:
        """Return the figure that the documents fix for its method, in words."""
        return parameter_of(self)

    @property
    def how_aggregated(self) -> str:
        """Return how its evaluators' points become one, in a few words."""
        return aggregation_of(self)

    @hybrid_property
    def is_open_call(self) -> bool:
        """Tell whether everybody is called, by a notice."""
        return self.procurement_method == ProcurementMethod.OPEN

    @property
    def route(self) -> Mapping[str, object]:
        """Return the number, by which the tender's pages are found."""
        return {"number": self.number}

    @property
    def bytes_until(self) -> dt.datetime | None:
        """Return until when bytes may come whose digest was registered before the deadline; None without a window."""
        if not self.bytes_hours or self.closes_at is None:
            return None
        return self.closes_at + dt.timedelta(hours=self.bytes_hours)

    @property
    def ending(self) -> str:
        """Return the law's reason for its renewal or cancellation; nothing for any other."""
        return ending_label(self.end_reason)

    @property
    def tender_of(self) -> int:
        """Return its own id: a tender's entries stand in its own file."""
        return self.id


class Criterion(Base):
    """A node of the criteria tree; weights among siblings sum to 100; a leaf is scored from 0 to `top`."""

    __tablename__ = "criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("criterion.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    weight: Mapped[Decimal]
    top: Mapped[Decimal] = mapped_column(default=Decimal(100))
    guidance: Mapped[str] = mapped_column(sa.String(1000), default="")
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")  # what a bid shows to earn the points
    least: Mapped[Decimal | None]  # the points below which a bid fails, whatever its total
    anchors: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [points as text, sentence], the lowest first

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return (what, text) of its evidence, its least and its levels, as far as the documents give them."""
        return levels.told(self)


class TenderDocument(Base):
    """A file that everyone may download once the tender is published; one that an addendum replaced is kept."""

    __tablename__ = "tender_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    uploaded_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]


class Insertion(Base):
    """One round of the notice in a newspaper or elsewhere (Tender Act, Art. 13)."""

    __tablename__ = "insertion"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    outlet: Mapped[Outlet] = mapped_column(word(Outlet))
    name: Mapped[str] = mapped_column(sa.String(120))
    issue_no: Mapped[str] = mapped_column(sa.String(30), default="")
    day: Mapped[dt.date]


class InvitedFirm(Base):
    """A firm that a limited call, or one without competition, invites; others neither see it nor bid."""

    __tablename__ = "invited_firm"
    __table_args__ = (sa.UniqueConstraint("tender_id", "firm_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    added_at: Mapped[dt.datetime]
    invited_at: Mapped[dt.datetime | None]  # when the letter was issued

    firm: Mapped[Firm] = relationship()


class Question(Case, Base):
    """A firm's question on the documents; the asker is shown to nobody but the auditor and themselves.

    What is published is `public_text` where the officer put it in other words; `text` is kept as it came.
    """

    __tablename__ = "question"
    kind: ClassVar[str] = "question"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.TENDER: "tender_id", Scope.FIRM: "firm_id"}

    state: Mapped[QuestionState] = mapped_column(word(QuestionState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[dt.datetime | None]
    public_text: Mapped[str] = mapped_column(sa.Text, default="")
    draft: Mapped[str] = mapped_column(sa.Text, default="")
    drafted_at: Mapped[dt.datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))

    tender: Mapped[Tender] = relationship()
    merged_into: Mapped["Question | None"] = relationship(remote_side="Question.id")

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "question_id": self.id}

    @property
    def shown(self) -> str:
        """Return the question as it is published."""
        return self.public_text or self.text


class Attendance(Base):
    """Who was present at a session of the commission, as the secretary registered it."""

    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("tender_id", "session", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    session: Mapped[Session] = mapped_column(word(Session))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role | None] = mapped_column(word(Role))
    name: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    registered_at: Mapped[dt.datetime]


class Vote(Base):
    """A member's opinion on a matter; a returned decision begins a new round and keeps the old votes."""

    __tablename__ = "vote"
    __table_args__ = (sa.UniqueConstraint("tender_id", "matter", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    matter: Mapped[Matter] = mapped_column(word(Matter))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    is_for: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    cast_at: Mapped[dt.datetime]


class DraftedExtension(Base):
    """An extension for all that an outage before the deadline asks for; the manager decides it, once.

    The outage is in true time and `lost` in seconds; the instants of the tender are those of the clock that binds.
    """

    __tablename__ = "drafted_extension"
    __table_args__ = (
        sa.UniqueConstraint("tender_id", "outage_to"),
        sa.CheckConstraint("lost > 0", name="something_was_lost"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_with_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    outage_from: Mapped[dt.datetime]
    outage_to: Mapped[dt.datetime]
    lost: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    closes_before: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    opens_at: Mapped[dt.datetime]
    drafted_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision: Mapped[Decision | None] = mapped_column(word(Decision))
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
