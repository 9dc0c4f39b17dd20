"""Tables of the contract: its facts, phases, signatures, and the gapless serial of its number."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tender_app.bids.models import Bid
from tender_app.contracts.rules import ContractState
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Firm, Organisation
from tender_app.store.base import Base, word
from tender_app.store.case import Case
from tender_app.tenders.models import Tender


class Contract(Case, Base):
    """The agency contract, drafted from the award and the winning bid; its number comes with its issue."""

    __tablename__ = "contract"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "year", "serial"),
        sa.Index(
            "uq_contract_standing",
            "tender_id",
            unique=True,
            sqlite_where=sa.text("state <> 'lapsed'"),
            postgresql_where=sa.text("state <> 'lapsed'"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name="order"),
    )
    kind: ClassVar[str] = "contract"
    scopes: ClassVar = {Scope.ORGANISATION: "organisation_id", Scope.FIRM: "firm_id", Scope.TENDER: "tender_id"}

    state: Mapped[ContractState] = mapped_column(word(ContractState))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("bid.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # the ASCII slug, as QZ-C-1405-03
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    years: Mapped[int]
    amount: Mapped[int]
    performance_guarantee: Mapped[int]
    guarantee_no: Mapped[str] = mapped_column(sa.String(60), default="")
    supervisor: Mapped[str] = mapped_column(sa.String(200), default="")
    special_terms: Mapped[str] = mapped_column(sa.Text, default="")
    team: Mapped[list[Any]]  # [{"name": …, "role": …}]
    drafted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    issued_at: Mapped[dt.datetime | None]

    organisation: Mapped[Organisation] = relationship()
    tender: Mapped[Tender] = relationship()
    bid: Mapped[Bid] = relationship()
    firm: Mapped[Firm] = relationship()
    phases: Mapped[list["ContractPhase"]] = relationship(order_by="ContractPhase.position")
    signatures: Mapped[list["ContractSignature"]] = relationship(order_by="ContractSignature.id")


class ContractPhase(Base):
    """A phase: its share of the price (the shares sum to 100), amount in rial, due day and deliverable."""

    __tablename__ = "contract_phase"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    share: Mapped[Decimal]
    amount: Mapped[int]
    due_on: Mapped[dt.date]
    deliverable: Mapped[str] = mapped_column(sa.String(400), default="")


class ContractSignature(Base):
    """Who signed, for which side, in which capacity, and when."""

    __tablename__ = "contract_signature"
    __table_args__ = (sa.UniqueConstraint("contract_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    name: Mapped[str] = mapped_column(sa.String(120))
    signed_at: Mapped[dt.datetime]


class ContractSerial(Base):
    """The last serial that an organisation gave in a Jalali year; locked while the next one is taken."""

    __tablename__ = "contract_serial"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
