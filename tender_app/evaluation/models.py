"""Tables of evaluation: score sheets, scores, the locked technical result, and the ranking."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.evaluation.rules import Outcome, SheetState
from tender_app.kernel.vocabulary import Scope
from tender_app.people.models import Person
from tender_app.store.base import Base, one_standing, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class ScoreSheet(Case, Base):
    """One evaluator's scores for all bids of a tender, their own until they confirm it."""

    __tablename__ = "score_sheet"
    __table_args__ = (sa.UniqueConstraint("tender_id", "person_id"),)
    kind: ClassVar[str] = "score_sheet"
    scopes: ClassVar = {Scope.PERSON: "person_id", Scope.TENDER: "tender_id", Scope.ORGANISATION: "organisation_id"}

    state: Mapped[SheetState] = mapped_column(word(SheetState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    invited_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    seed: Mapped[str] = mapped_column(
        sa.String(32), default=""
    )  # of the order in which its bids stand; "": as they came

    tender: Mapped[Tender] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def route(self) -> Mapping[str, object]:
        """Return the tender's number and its own id."""
        return {"number": self.tender.number, "sheet_id": self.id}


class Score(Base):
    """Points (0 to the criterion's top) that an evaluator gave a bid under one leaf, with the reason."""

    __tablename__ = "score"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "bid_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("score_sheet.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    points: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(sa.String(2000), default="")
    pages: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [[file of envelope ب, page], …] that it stands on
    edition: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[dt.datetime]


class TechnicalResult(Base):
    """A bid's locked technical score as an exact fraction ("1459/20") of 100."""

    __tablename__ = "technical_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"), unique=True)
    score: Mapped[str] = mapped_column(sa.String(120))
    is_qualified: Mapped[bool]
    working: Mapped[dict[str, Any]]


class Ranking(Base):
    """A ranking with its digest: that of the price opening, and a later one for each price rejected after it.

    One stands; what it superseded keeps its rows, and why it stands no more.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        one_standing("uq_ranking_standing", "tender_id", ended="superseded_at"),
        sa.CheckConstraint("(superseded_at IS NULL) = (superseded_for = '')", name="superseded_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    computed_at: Mapped[dt.datetime]
    scores_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    superseded_at: Mapped[dt.datetime | None]
    superseded_for: Mapped[str] = mapped_column(sa.String(2000), default="")

    rows: Mapped[list["RankingRow"]] = relationship(order_by="RankingRow.place")


class RankingRow(Base):
    """A bid's place: `rank` before the tie rule (shared by equals), `place` after it; fractions are exact text."""

    __tablename__ = "ranking_row"
    __table_args__ = (sa.UniqueConstraint("ranking_id", "bid_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ranking_id: Mapped[int] = mapped_column(sa.ForeignKey("ranking.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    technical: Mapped[str] = mapped_column(sa.String(120))
    price: Mapped[int]
    final: Mapped[str] = mapped_column(sa.String(200))
    rank: Mapped[int]
    place: Mapped[int]
    needs_lot: Mapped[bool] = mapped_column(default=False)


class Negotiation(Base):
    """A negotiation of the price with one ranked bid: the price agreed is no higher than the proposed one, or it failed."""

    __tablename__ = "negotiation"
    __table_args__ = (
        sa.UniqueConstraint("tender_id", "bid_id"),
        sa.CheckConstraint("(agreed IS NULL) = (outcome = 'failed')", name="agreed_or_failed"),
        sa.CheckConstraint("agreed <= proposed", name="no_higher_than_proposed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    outcome: Mapped[Outcome] = mapped_column(word(Outcome))
    proposed: Mapped[int]
    agreed: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    held_at: Mapped[dt.datetime]
