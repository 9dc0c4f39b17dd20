"""Tables of dated settings and of closed days."""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.kernel.vocabulary import Scope
from tender_app.people.models import Organisation, Person
from tender_app.regulation.days import HolidayKind, HolidayState
from tender_app.regulation.rules import Parameter, SettingState, read
from tender_app.store.base import Base, word
from tender_app.store.case import Case


class DatedSetting(Case, Base):
    """A parameter's value from a day on; never edited: a later row supersedes it, a wrong one is withdrawn."""

    __tablename__ = "dated_setting"
    __table_args__ = (sa.Index("ix_dated_setting_parameter", "parameter", "effective_from"),)
    kind: ClassVar[str] = "dated_setting"
    scopes: ClassVar = {}  # of the whole installation

    state: Mapped[SettingState] = mapped_column(word(SettingState))
    parameter: Mapped[str] = mapped_column(sa.String(40))  # without a CHECK: the table of parameters grows with the law
    value: Mapped[str] = mapped_column(sa.String(40))
    effective_from: Mapped[dt.date]
    decree_no: Mapped[str] = mapped_column(sa.String(80), default="")
    decree_date: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # None: it came with the installation
    entered_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_for: Mapped[str] = mapped_column(sa.String(400), default="")

    person: Mapped[Person | None] = relationship()
    organisation_id = None  # of no organisation

    @property
    def route(self) -> Mapping[str, object]:
        """Return what the addresses of its pages are made of."""
        return {"setting_id": self.id}

    @property
    def means(self) -> object:
        """Return its value, typed."""
        return read(Parameter(self.parameter), self.value)


class Holiday(Case, Base):
    """A closed day: of the whole country, or of one organisation (a provincial closure)."""

    __tablename__ = "holiday"
    __table_args__ = (sa.Index("ix_holiday_day", "day"),)
    kind: ClassVar[str] = "holiday"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id"}

    state: Mapped[HolidayState] = mapped_column(word(HolidayState))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    day: Mapped[dt.date]
    title: Mapped[str] = mapped_column(sa.String(200))
    holiday_kind: Mapped[HolidayKind] = mapped_column(word(HolidayKind))
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    is_estimate: Mapped[bool] = mapped_column(default=False)
    listing: Mapped[str | None] = mapped_column(sa.String(24), unique=True)  # its place in the package's list
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    withdrawn_for: Mapped[str] = mapped_column(sa.String(400), default="")

    organisation: Mapped[Organisation | None] = relationship()
