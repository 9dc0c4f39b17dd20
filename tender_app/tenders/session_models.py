"""Tables of the commission's sittings: observers, a head's representative, the technical committee's letter, a postponement."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base, one_standing, word
from tender_app.tenders.session_rules import ObserverBody


class ObserverSeat(Base):
    """Who observes a tender for whom, by which letter; the capacity itself is held in `capacity`, and ends with this."""

    __tablename__ = "observer_seat"
    __table_args__ = (one_standing("uq_observer_seat_standing", "tender_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    body: Mapped[ObserverBody] = mapped_column(word(ObserverBody))
    organisation_name: Mapped[str] = mapped_column(sa.String(200))
    letter_no: Mapped[str] = mapped_column(sa.String(60))
    letter_on: Mapped[dt.date]
    seated_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Representation(Base):
    """That who sits in the head's seat represents the head of the agency, by a letter (Art. 5-a)."""

    __tablename__ = "representation"
    __table_args__ = (sa.UniqueConstraint("tender_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    letter_no: Mapped[str] = mapped_column(sa.String(60))
    letter_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]


class CommitteeLetter(Base):
    """The letter that appoints the technical committee: the evaluators who are seated then; a later one replaces it."""

    __tablename__ = "committee_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    letter_no: Mapped[str] = mapped_column(sa.String(60))
    letter_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]


class Postponement(Base):
    """The one postponement of a tender's price session (Art. 18)."""

    __tablename__ = "postponement"
    __table_args__ = (sa.CheckConstraint("opens_at > opens_before", name="later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), unique=True)
    opens_before: Mapped[dt.datetime]
    opens_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    decided_at: Mapped[dt.datetime]
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
