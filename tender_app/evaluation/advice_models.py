"""Tables of the advice on prices: which directive a tender chose before publication, and the committee's opinion."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.evaluation.price_range import Importance, Regime
from tender_app.store.base import Base, word


class PriceCheck(Base):
    """A tender's choice of a directive; without a row, or with none chosen, nothing is computed."""

    __tablename__ = "price_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    regime: Mapped[Regime | None] = mapped_column(word(Regime))
    importance: Mapped[Importance] = mapped_column(word(Importance), default=Importance.MEDIUM)
    is_large: Mapped[bool] = mapped_column(default=False)
    chosen_at: Mapped[dt.datetime]


class PriceOpinion(Base):
    """That the technical committee was asked about the prices, once, and what it said (Art. 20-b)."""

    __tablename__ = "price_opinion"
    __table_args__ = (sa.CheckConstraint("(recorded_at IS NULL) = (letter_on IS NULL)", name="opinion_with_letter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    question: Mapped[str] = mapped_column(sa.String(1000))
    asked_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    letter_no: Mapped[str] = mapped_column(sa.String(60), default="")
    letter_on: Mapped[dt.date | None]
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_at: Mapped[dt.datetime | None]
