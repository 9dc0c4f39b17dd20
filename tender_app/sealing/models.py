"""Tables of what is sealed: members' and tenders' keys, their shares, and envelopes, header apart from payload."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.kernel.vocabulary import Named
from tender_app.store.base import Base, one_standing, word


class KeyPurpose(Named):
    """Which envelopes a key closes."""

    ENVELOPES = "ab", "پاکت‌های الف و ب"
    PRICES = "c", "پاکت‌های ج"


class SealedIn(Named):
    """Where an envelope was sealed: what its clear content passed through."""

    BROWSER = "browser", "در مرورگر شرکت"
    SERVER = "server", "در سامانه، هنگام رسیدن"


class MemberKey(Base):
    """A person's own key under their opening passphrase; a new one ends the one before and deletes nothing."""

    __tablename__ = "member_key"
    __table_args__ = (one_standing("uq_member_key_standing", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recipient: Mapped[str] = mapped_column(sa.String(80))
    salt: Mapped[bytes]
    box: Mapped[bytes]
    operations: Mapped[int]
    memory: Mapped[int]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class TenderKey(Base):
    """The public half of a tender's key; its secret half exists in shares alone, `needed` of which give it back."""

    __tablename__ = "tender_key"
    __table_args__ = (one_standing("uq_tender_key_standing", "tender_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    purpose: Mapped[KeyPurpose] = mapped_column(word(KeyPurpose))
    recipient: Mapped[str] = mapped_column(sa.String(80))
    needed: Mapped[int] = mapped_column(default=2)
    created_at: Mapped[dt.datetime]
    rehearsed_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class KeyShare(Base):
    """One member's share of a tender's key, sealed to that member's own key."""

    __tablename__ = "key_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_key_id: Mapped[int] = mapped_column(sa.ForeignKey("tender_key.id"), index=True)
    member_key_id: Mapped[int] = mapped_column(sa.ForeignKey("member_key.id"))
    sealed: Mapped[bytes]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    member_key: Mapped[MemberKey] = relationship()


class KeySession(Base):
    """A quarter of an hour in which shares meet: sealed to a passing key whose secret is in the head's cookie alone."""

    __tablename__ = "key_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(40))
    recipient: Mapped[str] = mapped_column(sa.String(80))
    begun_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    begun_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    refused: Mapped[int] = mapped_column(default=0)


class SessionShare(Base):
    """What a member gave in a session, sealed to its passing key; deleted with the session."""

    __tablename__ = "session_share"
    __table_args__ = (sa.UniqueConstraint("key_session_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_session_id: Mapped[int] = mapped_column(sa.ForeignKey("key_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    sealed: Mapped[bytes]
    given_at: Mapped[dt.datetime]


class SealedEnvelope(Base):
    """One age file: its header lies apart from its payload, and neither in the database.

    `digest` is SHA-256(SHA-256(header) ‖ SHA-256(payload)). A header that was destroyed can be given back by nobody.
    Without a `payload_key` the digest was registered first, and the bytes are still to come.
    """

    __tablename__ = "sealed_envelope"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_key_id: Mapped[int] = mapped_column(sa.ForeignKey("tender_key.id"))
    header_key: Mapped[str] = mapped_column(sa.String(40))
    header_digest: Mapped[str] = mapped_column(sa.String(64))
    payload_key: Mapped[str] = mapped_column(sa.String(40))
    payload_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    sealed_in: Mapped[SealedIn] = mapped_column(word(SealedIn), default=SealedIn.SERVER)
    sealed_at: Mapped[dt.datetime]
    destroyed_at: Mapped[dt.datetime | None]

    tender_key: Mapped[TenderKey] = relationship()

    @property
    def is_awaited(self) -> bool:
        """Tell whether its bytes are still to come."""
        return not self.payload_key
