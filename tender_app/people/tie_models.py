"""Tables of what is stated about ties: a firm's shareholders, and what a person declares of their own past."""

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.kernel.vocabulary import Named
from tender_app.store.base import Base, word


class OwnTie(Named):
    """What somebody declares of their own relation to a firm."""

    EMPLOYED = "employed", "کارمند"
    ADVISED = "advised", "مشاور"
    OWNED = "owned", "سهام‌دار"
    MANAGED = "managed", "مدیر"
    RELATED = "related", "خویشاوند مدیر یا سهام‌دار"
    DISPUTED = "disputed", "طرف دعوا"


class Shareholder(Base):
    """Who holds a share of a firm, as the firm stated; a later statement ends the rows before it and deletes none."""

    __tablename__ = "shareholder"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    code: Mapped[str] = mapped_column(sa.String(11))  # a person's national code, or a legal national id
    share: Mapped[Decimal]  # percent
    stated_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class DeclaredTie(Base):
    """A tie to a firm that a person declared of themselves, ended or not; never edited."""

    __tablename__ = "declared_tie"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[OwnTie] = mapped_column(word(OwnTie))
    firm_name: Mapped[str] = mapped_column(sa.String(200))
    legal_id: Mapped[str] = mapped_column(sa.String(11), default="")
    until: Mapped[dt.date | None]
    declared_at: Mapped[dt.datetime]
