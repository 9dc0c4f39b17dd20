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


class LogAct(Base):
    """An act that the receipt log holds, as the leaf to come commits to it; `slot` and `position` follow with the leaf."""

    __tablename__ = "log_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)
    tender_id: Mapped[int | None] = mapped_column(index=True)
    receipt_no: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    body: Mapped[dict[str, Any]]
    nonce: Mapped[bytes]
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    promise: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(sa.ForeignKey("log_leaf.position"), index=True)
    slot: Mapped[int | None]

    @property
    def at(self) -> dt.datetime:
        """Return the act's own instant, by the clock that binds."""
        return dt.datetime.fromisoformat(self.body["at"])


class LogLeaf(Base):
    """A stretch of true time and what it commits to; the next leaf begins where this one ends."""

    __tablename__ = "log_leaf"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    ends: Mapped[dt.datetime]
    ahead: Mapped[int]  # seconds by which a demonstration's clock ran ahead at its end
    binding_ends: Mapped[dt.datetime] = mapped_column(index=True)  # its end by the clock that binds


class LogNode(Base):
    """The hash of a complete subtree of the log."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogHead(Base):
    """A signed head: `size` leaves with this root, at this instant."""

    __tablename__ = "log_head"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signed: Mapped[dict[str, Any]]


class Heartbeat(Base):
    """One run of a worker: from its first beat to its last; a pause within makes a row of its own."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime] = mapped_column(index=True)
