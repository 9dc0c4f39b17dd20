"""The outbox: a message to a person, written in the act's own transaction; and what became of the letter that is its copy."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.notifications.rules import DeliveryState
from tender_app.store.base import Base, word


class Message(Base):
    """What one person is told about one event; the desk shows it, and a letter is its copy.

    One that is `is_private` went to some firms and not to all: that they were told says something about them.
    """

    __tablename__ = "message"
    __table_args__ = (sa.Index("ix_message_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    tender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.String(2000), default="")
    path: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[dt.datetime]
    is_private: Mapped[bool] = mapped_column(default=False)

    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id", back_populates="message")


class Delivery(Base):
    """One letter of a message: its state is the truth about it, whatever any job believes.

    «Send again» is a further row. `turn` counts the tries; `holder` is the one run that may hand the letter over.
    `tried_at` is told by the clock that binds; `next_at`, `asked_at` and `held_at` are true time, for the worker alone.
    """

    __tablename__ = "delivery"
    __table_args__ = (sa.Index("ix_delivery_state", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState), default=DeliveryState.WAITING)
    turn: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(sa.String(32), default="")
    address: Mapped[str] = mapped_column(sa.String(254), default="")
    error: Mapped[str] = mapped_column(sa.String(400), default="")
    written_at: Mapped[dt.datetime]
    tried_at: Mapped[dt.datetime | None]
    next_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    held_at: Mapped[dt.datetime | None]

    message: Mapped[Message] = relationship(back_populates="deliveries")
