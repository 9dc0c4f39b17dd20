"""Tables of what is sealed: a tender's public keys, and envelopes whose header lies apart from the payload."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.kernel.vocabulary import Named
from tender_app.store.base import Base, word


class KeyPurpose(Named):
    """Which envelopes a key closes."""

    ENVELOPES = "ab", "پاکت‌های الف و ب"
    PRICES = "c", "پاکت‌های ج"


class TenderKey(Base):
    """The public half of a tender's key; the secret half is not in the database."""

    __tablename__ = "tender_key"
    __table_args__ = (sa.UniqueConstraint("tender_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    purpose: Mapped[KeyPurpose] = mapped_column(word(KeyPurpose))
    recipient: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[dt.datetime]


class SealedEnvelope(Base):
    """One age file, its header here and its payload in the store; `digest` is SHA-256(SHA-256(h) ‖ SHA-256(p))."""

    __tablename__ = "sealed_envelope"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_key_id: Mapped[int] = mapped_column(sa.ForeignKey("tender_key.id"))
    header: Mapped[bytes]
    payload_key: Mapped[str] = mapped_column(sa.String(40))
    payload_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    sealed_at: Mapped[dt.datetime]

    tender_key: Mapped[TenderKey] = relationship()
