"""Tables of conflicts of interest: what each evaluator declared and signed, and what was decided on an alert."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.evaluation.conflict_rules import Turn, Verdict
from tender_app.store.base import Base, word


class ConflictDeclaration(Base):
    """What an evaluator declared, word for word, and the instant of signing; never edited."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("score_sheet.id"))
    turn: Mapped[Turn] = mapped_column(word(Turn))
    text: Mapped[str] = mapped_column(sa.String(2000))
    digest: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[dt.datetime]


class ConflictDecision(Base):
    """What was decided on an alert, with the paths as they were seen; other paths make another alert."""

    __tablename__ = "conflict_decision"
    __table_args__ = (sa.UniqueConstraint("tender_id", "alert"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    alert: Mapped[str] = mapped_column(sa.String(64))  # the digest of person, firm and paths
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    paths: Mapped[list[Any]]  # of steps in words
    verdict: Mapped[Verdict] = mapped_column(word(Verdict))
    reason: Mapped[str] = mapped_column(sa.String(1000))
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime]
