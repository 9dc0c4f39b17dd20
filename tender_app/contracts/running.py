"""A running contract: reasons against its records and payments, and what they change (R39-R43)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from tender_app.contracts import progress
from tender_app.contracts.models import Contract
from tender_app.contracts.progress import (
    Claimed,
    Event,
    Happened,
    Paid,
    Payable,
    Rates,
    Renewal,
    Renewed,
    council_missing,
    deducted,
    is_final,
    most_in_advance,
)
from tender_app.contracts.records import ContractEvent, ContractPayment, ContractRenewal
from tender_app.kernel import calendar, money
from tender_app.kernel.identifiers import is_legal_id
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders, tell
from tender_app.regulation.queries import values_on
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts

R = TypeVar("R", ContractEvent, ContractPayment, ContractRenewal)
RECORDS: Mapping[Any, sa.Select[Any]] = {
    table: sa.select(table).where(table.contract_id.in_(sa.bindparam("ids", expanding=True))).order_by(table.id)
    for table in (ContractEvent, ContractPayment, ContractRenewal)
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A running contract with everything that was recorded of it."""

    events: Sequence[ContractEvent]
    payments: Sequence[ContractPayment]
    renewals: Sequence[ContractRenewal]
    facts: progress.Facts

    @property
    def paid(self) -> Paid:
        """Return what was claimed so far."""
        statements = [p for p in self.payments if not p.is_advance]
        advances = sum(p.gross for p in self.payments if p.is_advance)
        return Paid(sum(p.gross for p in statements), advances, sum(p.recovered for p in statements))

    def decision(self, year: int) -> ContractRenewal | None:
        """Return what was decided at the end of a year."""
        return next((r for r in self.renewals if r.year == year), None)

    def has(self, event: Event) -> bool:
        """Tell whether something was recorded."""
        return self.facts.first(event) is not None


def load(ctx: Context, contracts: Sequence[Contract]) -> Mapping[int, Standing]:
    """Read the records of the contracts, in three queries."""
    ids = [c.id for c in contracts]
    events, payments, renewals = (
        _records(ctx, ContractEvent, ids),
        _records(ctx, ContractPayment, ids),
        _records(ctx, ContractRenewal, ids),
    )
    found = {}
    for contract in contracts:
        own = [e for e in events if e.contract_id == contract.id]
        happened = [(e.event, e.year, e.day) for e in own]
        facts = progress.Facts(contract.starts_on, contract.years, happened, _spans(ctx, contract.starts_on))
        paid = [p for p in payments if p.contract_id == contract.id]
        found[contract.id] = Standing(own, paid, [r for r in renewals if r.contract_id == contract.id], facts)
    return found


STANDING = Facts(load)


def _records(ctx: Context, table: type[R], ids: Sequence[int]) -> Sequence[R]:
    return ctx.session.scalars(RECORDS[table], {"ids": ids}).all()


def rates(ctx: Context, day: dt.date) -> Rates:
    """Return the deductions in force on a day."""
    found = values_on(ctx, day)
    return Rates(
        found[Parameter.VAT], found[Parameter.RETENTION], found[Parameter.INSURANCE], found[Parameter.ADVANCE_MOST]
    )


def _spans(ctx: Context, day: dt.date) -> progress.Spans:
    """Return the spans in force on the day on which a contract starts."""
    found = values_on(ctx, day)
    months = (Parameter.STUDY_MONTHS, Parameter.VISIT_MONTHS_STUDY, Parameter.VISIT_MONTHS_LATER)
    return progress.Spans(*(found[name] for name in months))


def event_fits(ctx: Context, contract: Contract, what: Happened | None) -> str | None:
    """What is recorded happened within the contract, and asks for what it stands on."""
    if what is None:
        return None
    today = calendar.today(ctx.now)
    if not contract.starts_on <= what.day <= today:
        return _("تاریخ باید از آغاز قرارداد ({start}) تا امروز ({today}) باشد.").format(
            start=calendar.numeric(contract.starts_on), today=calendar.numeric(today)
        )
    if not 1 <= what.year <= contract.years:
        return _("این قرارداد {years} سال دارد.").format(years=persian_digits(contract.years))
    if what.event is Event.NETWORK and not (what.title and is_legal_id(what.legal_id)):
        return _("نام شبکه فراگیر و شناسه ملی درست آن (یازده رقم) را بنویسید؛ شبکه باید ثبت شده باشد.")
    if what.event is Event.PLAN:
        return _plan_fault(ctx, contract, what)
    return None


def _plan_fault(ctx: Context, contract: Contract, what: Happened) -> str | None:
    """The decision on a year is recorded before the next year's plan starts (R42)."""
    known = STANDING.of(ctx, contract)
    if known.facts.first(Event.PLAN, what.year):
        return _("آغاز برنامه سال {year} پیش‌تر ثبت شده است.").format(year=persian_digits(what.year))
    if what.year == 1:
        return None
    before = known.decision(what.year - 1)
    if before is None:
        return _("تصمیم ادامه پس از سال {year} هنوز ثبت نشده است؛ نخست مدیرعامل آن را ثبت می‌کند.").format(
            year=persian_digits(what.year - 1)
        )
    if before.decision is Renewal.TERMINATE:
        return _("در پایان سال {year} تصمیم به پایان قرارداد گرفته شده است؛ برنامه تازه‌ای آغاز نمی‌شود.").format(
            year=persian_digits(what.year - 1)
        )
    return None


def year_is_undecided(ctx: Context, contract: Contract, what: Renewed | None) -> str | None:
    """A year is decided once, in its order, and not before it began (R42)."""
    known = STANDING.of(ctx, contract)
    following = len(known.renewals) + 1
    if following > contract.years:
        return _("تصمیم همه سال‌های قرارداد ثبت شده است.")
    if calendar.today(ctx.now) < calendar.add_years(contract.starts_on, following - 1):
        return _("سال {year} قرارداد هنوز آغاز نشده است.").format(year=persian_digits(following))
    if what is None:
        return None
    if what.year != following:
        return _("اکنون نوبت تصمیم سال {year} است.").format(year=persian_digits(following))
    if what.decision is not Renewal.CONTINUE and not what.reason:
        return _("شرط‌ها یا دلیل پایان دادن را بنویسید؛ برای عامل فرستاده می‌شود.")
    return None


def payment_fits(ctx: Context, contract: Contract, what: Claimed | None) -> str | None:
    """A payment stays within the contract; the last one needs the insurance clearance (R39; social security, Art. 38)."""
    known = STANDING.of(ctx, contract)
    left = contract.amount - known.paid.gross
    if left <= 0:
        return _("همه مبلغ قرارداد پرداخت شده است.")
    if what is None:
        return None
    if any(p.number == what.number for p in known.payments):
        return _("صورت‌وضعیت شماره «{number}» پیش‌تر ثبت شده است.").format(number=what.number)
    return (_advance_fault if what.is_advance else _statement_fault)(ctx, contract, known, what)


def _statement_fault(_ctx: Context, contract: Contract, known: Standing, what: Claimed) -> str | None:
    left = contract.amount - known.paid.gross
    if what.gross > left:
        return _("از مبلغ قرارداد {left} ریال مانده است؛ بیش از آن پرداخت نمی‌شود.").format(left=money.grouped(left))
    if is_final(what.gross, known.paid, contract.amount) and not known.has(Event.CLEARANCE):
        return _(
            "این آخرین پرداخت است و در گرو مفاصاحساب بیمه است (ماده ۳۸ تأمین اجتماعی)؛ نخست شماره و تاریخ آن را ثبت کنید."
        )
    return None


def _advance_fault(ctx: Context, contract: Contract, known: Standing, what: Claimed) -> str | None:
    most = most_in_advance(contract.amount, rates(ctx, what.day))
    if known.paid.advance or known.paid.gross:
        return _("پیش‌پرداخت یک بار و پیش از نخستین صورت‌وضعیت داده می‌شود.")
    if what.gross > most:
        return _("پیش‌پرداخت بیش از {most} ریال نیست.").format(most=money.grouped(most))
    return None if what.guarantee_no else _("پیش‌پرداخت در برابر تضمین داده می‌شود؛ شماره تضمین آن را بنویسید.")


def exit_is_recorded(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A contract ends with the registered network and the minutes of the hand-over (R43)."""
    known = STANDING.of(ctx, contract)
    missing = [event.label for event in (Event.NETWORK, Event.HANDOVER) if not known.has(event)]
    if not missing:
        return None
    return _("پیش از پایان قرارداد ثبت کنید: {missing}.").format(missing="، ".join(missing))


def clearance_is_recorded(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A contract ends with the insurance clearance in hand (R39)."""
    if STANDING.of(ctx, contract).has(Event.CLEARANCE):
        return None
    return _("پیش از پایان قرارداد، مفاصاحساب بیمه (ماده ۳۸ تأمین اجتماعی) را ثبت کنید.")


def warning_of(known: Standing) -> str | None:
    """Return what the payer should know before paying, if anything (R40)."""
    return council_missing(known.facts)


def record_event(ctx: Context, contract: Contract, what: Happened) -> None:
    """Keep what happened."""
    fields = {name: getattr(what, name) for name in what.__dataclass_fields__}
    ctx.session.add(ContractEvent(contract_id=contract.id, **fields, **_by(ctx)))
    ctx.session.flush()


def decide_year(ctx: Context, contract: Contract, what: Renewed) -> None:
    """Keep the decision on a year and tell the agent."""
    decided = {"decided_by": ctx.actor.person_id, "decided_at": ctx.now}
    ctx.session.add(
        ContractRenewal(contract_id=contract.id, year=what.year, decision=what.decision, reason=what.reason, **decided)
    )
    ctx.session.flush()
    subject = persian_digits(f"تصمیم پایان سال {what.year} قرارداد: {what.decision.label}")
    tell(ctx, _agents(ctx, contract), subject, body=what.reason, path=_path(contract), tender_id=contract.tender_id)


def pay(ctx: Context, contract: Contract, what: Claimed) -> None:
    """Keep a payment with its deductions as they are in force on its day."""
    due = payable(ctx, contract, what)
    sums = {name: getattr(due, name) for name in ("gross", "vat", "retention", "insurance", "recovered", "net")}
    facts = {"number": what.number, "day": what.day, "is_advance": what.is_advance, "guarantee_no": what.guarantee_no}
    ctx.session.add(ContractPayment(contract_id=contract.id, **facts, **sums, **_by(ctx)))
    ctx.session.flush()
    ctx.noted.update(sums)
    kind = "پیش‌پرداخت" if what.is_advance else "صورت‌وضعیت"
    body = f"مبلغ {money.grouped(due.gross)} ریال، قابل پرداخت {money.grouped(due.net)} ریال"
    subject = f"{kind} {what.number} پرداخت شد"
    tell(ctx, _agents(ctx, contract), subject, body=body, path=_path(contract), tender_id=contract.tender_id)


def payable(ctx: Context, contract: Contract, what: Claimed) -> Payable:
    """Return a payment with its deductions; an advance has none."""
    if what.is_advance:
        return Payable(what.gross, 0, 0, 0, 0)
    return deducted(what.gross, rates(ctx, what.day), STANDING.of(ctx, contract).paid, contract.amount)


def _by(ctx: Context) -> dict[str, Any]:
    return {"recorded_by": ctx.actor.person_id, "recorded_at": ctx.now}


def _agents(ctx: Context, contract: Contract) -> list[int]:
    return holders(ctx, {Role.FIRM}, Scope.FIRM, [contract.firm_id])


def _path(contract: Contract) -> str:
    return f"/contracts/{contract.id}/progress"
