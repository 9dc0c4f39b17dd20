"""The outbox: a message to a person, written in the act's own transaction."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base


class Message(Base):
    """What one person is told about one event; the desk shows it, and mail will be a copy."""

    __tablename__ = "message"
    __table_args__ = (sa.Index("ix_message_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    tender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.String(2000), default="")
    path: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[dt.datetime]
