"""Tables of the second factor: a secret that a person's telephone shares, and the codes for the day it is lost."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.store.base import Base, one_standing


class SecondFactor(Base):
    """A person's second factor, set once it is confirmed; never deleted, only ended.

    `box` is the secret under a key that the database does not hold; `last_step` is the last time step (RFC 6238) of
    which a code was taken.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        one_standing("uq_second_factor_standing", "person_id"),
        sa.CheckConstraint("confirmed_at IS NOT NULL OR last_step = 0", name="taken_when_confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    box: Mapped[bytes]
    made_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[dt.datetime | None]


class RecoveryCode(Base):
    """The digest of a code that replaces the telephone once; newer codes end those that were left."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    factor_id: Mapped[int] = mapped_column(sa.ForeignKey("second_factor.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
