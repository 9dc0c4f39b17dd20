"""Tables of a running contract: what happened, what was paid, what was decided at the end of each year."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.contracts.progress import Event, Renewal
from tender_app.store.base import Base, word


class ContractEvent(Base):
    """Something that happened in a running contract, with the number of its letter or minutes; never edited."""

    __tablename__ = "contract_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    event: Mapped[Event] = mapped_column(word(Event))
    year: Mapped[int]
    day: Mapped[dt.date]
    number: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    legal_id: Mapped[str] = mapped_column(sa.String(11), default="")
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime]


class ContractPayment(Base):
    """A paid statement or advance, in rial, with every deduction as it was computed that day."""

    __tablename__ = "contract_payment"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("gross > 0", name="something_is_paid"),
        sa.CheckConstraint("net = gross + vat - retention - insurance - recovered", name="sum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[dt.date]
    is_advance: Mapped[bool]
    guarantee_no: Mapped[str] = mapped_column(sa.String(60), default="")
    gross: Mapped[int]
    vat: Mapped[int]
    retention: Mapped[int]
    insurance: Mapped[int]
    recovered: Mapped[int]
    net: Mapped[int]
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime]


class ContractRenewal(Base):
    """What was decided at the end of a contract's year: the next plan starts from it (R42)."""

    __tablename__ = "contract_renewal"
    __table_args__ = (sa.UniqueConstraint("contract_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"))
    year: Mapped[int]
    decision: Mapped[Renewal] = mapped_column(word(Renewal))
    reason: Mapped[str] = mapped_column(sa.String(1000))
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime]
