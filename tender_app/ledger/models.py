"""Tables of the ledger: one chain of entries per case, and the head of each chain."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base

START = "0" * 64


class LedgerHead(Base):
    """Where a case's chain ends; locked while an entry is added."""

    __tablename__ = "ledger_head"

    case_kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


class LedgerEntry(Base):
    """One act, chained to the one before it; the database refuses to change or delete it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("case_kind", "case_id", "position"),
        sa.Index("ix_ledger_entry_tender", "tender_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_kind: Mapped[str] = mapped_column(sa.String(20))
    case_id: Mapped[int]
    position: Mapped[int]
    tender_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    person_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(sa.String(32))
    act: Mapped[str] = mapped_column(sa.String(40))
    before: Mapped[str] = mapped_column(sa.String(32))
    after: Mapped[str] = mapped_column(sa.String(32))
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
