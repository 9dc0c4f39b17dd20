"""What the contract says, all of it from stored rows, for its paper and for the page on which it is signed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.models import ClusterLetter
from tender_app.clusters.rules import ClusterAct
from tender_app.contracts import text
from tender_app.contracts.models import Contract, ContractPhase, ContractSignature
from tender_app.contracts.rules import printed
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import seats
from tender_app.people.models import Capacity, Person
from tender_app.regulation.queries import values_on
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context

FINANCE_HEAD = "مدیر مالی"


def facts_of(ctx: Context, contract: Contract) -> text.ContractFacts:
    """Return what the contract's paper says, all of it from stored rows."""
    tender, signed = contract.tender, {s.role: s for s in contract.signatures}
    day = calendar.today(contract.issued_at or ctx.now)
    return text.ContractFacts(
        contract.organisation.name,
        contract.organisation.province,
        contract.number or "",
        printed(contract.number) if contract.number else "",
        tender.number,
        tender.setad_no,
        tender.cluster.name,
        calendar.numeric(day),
        _both(day),
        _client(ctx, contract, signed.get(Role.MANAGER)),
        _agent(contract, signed.get(Role.FIRM)),
        _finance(ctx, tender.id),
        persian_digits(f"{contract.years} سال شمسی"),
        _both(contract.starts_on),
        _both(contract.ends_on),
        _amount(contract.amount),
        _amount(contract.performance_guarantee),
        contract.guarantee_no,
        contract.supervisor,
        [_phase(phase) for phase in contract.phases],
        money.grouped(contract.amount),
        [(m.get("name", ""), m.get("role", "")) for m in contract.team],
        _licence(ctx, tender.cluster_id),
        _award_minutes(ctx, tender.id),
        _rates(ctx, contract),
        [line for line in contract.special_terms.split("\n") if line],
        [line for line in tender.terms.split("\n") if line],
        [(phase.title, phase.deliverable) for phase in contract.phases if phase.deliverable],
    )


def _rates(ctx: Context, contract: Contract) -> text.Rates:
    """Return the percentages in force on the day of issue; an issued contract keeps those that were known then."""
    at = contract.issued_at
    return rates_of(values_on(ctx) if at is None else values_on(ctx, calendar.today(at), at))


def rates_of(law: Mapping[Parameter, Any]) -> text.Rates:
    """Return the percentages that the contract's text names, from the values of the law."""
    return text.Rates(
        retention=decimal_text(law[Parameter.RETENTION]),
        insurance=decimal_text(law[Parameter.INSURANCE]),
        change=decimal_text(law[Parameter.CHANGE_MOST]),
        delay_weekly=decimal_text(law[Parameter.DELAY_WEEKLY]),
        delay_most=decimal_text(law[Parameter.DELAY_MOST]),
    )


def _phase(phase: ContractPhase) -> tuple[str, str, str, str]:
    share = decimal_text(phase.share)
    return phase.title, share, money.grouped(phase.amount), calendar.numeric(phase.due_on)


def _client(ctx: Context, contract: Contract, signature: ContractSignature | None) -> text.Party:
    o = contract.organisation
    person = ctx.session.get_one(Person, signature.person_id) if signature else None
    position = (person.position if person else "") or Role.MANAGER.label
    pairs = (
        ("شناسه ملی", persian_digits(o.legal_id)),
        ("شماره ثبت", persian_digits(o.registration_no)),
        ("کد اقتصادی", persian_digits(o.economic_code)),
        ("نشانی", o.address),
        ("کد پستی", persian_digits(o.postal_code)),
        ("تلفن", persian_digits(o.phone)),
        ("نماینده و صاحب امضا", _holder(person.name, position, person.national_code) if person else ""),
        ("اختیار امضا", _basis(ctx, person.id, o.id) if person else ""),
    )
    return text.Party(o.name, _told(pairs), person.name if person else "", position, _signed(signature))


def _agent(contract: Contract, signature: ContractSignature | None) -> text.Party:
    f = contract.firm
    known = next((s for s in f.signatories if signature and s.name == signature.name), None)
    holder = known or next(iter(f.signatories), None)
    pairs = (
        ("شناسه ملی", persian_digits(f.legal_id)),
        ("شماره ثبت", persian_digits(f.registration_no)),
        ("کد اقتصادی", persian_digits(f.economic_code)),
        ("نشانی", f.address),
        ("کد پستی", persian_digits(f.postal_code)),
        ("تلفن", persian_digits(f.phone)),
        ("شماره شبا", ltr(f.iban) if f.iban else ""),
        ("نماینده و صاحب امضا", _holder(holder.name, holder.position, holder.national_code) if holder else ""),
        ("اختیار امضا", holder.authorisation if holder else ""),
    )
    name, position = (holder.name, holder.position) if holder else ("", "")
    return text.Party(f.name, _told(pairs), name, position, _signed(signature))


def _holder(name: str, position: str, national_code: str) -> str:
    return f"{name}، {position}" + (f"، کد ملی {persian_digits(national_code)}" if national_code else "")


def _basis(ctx: Context, person_id: int, organisation_id: int) -> str:
    """Return the paper by which a person acts as the organisation's manager."""
    query = sa.select(Capacity.basis).where(
        Capacity.person_id == person_id, Capacity.role == Role.MANAGER, Capacity.scope_id == organisation_id
    )
    return ctx.session.scalars(query.order_by(Capacity.id.desc())).first() or ""


def _finance(ctx: Context, tender_id: int) -> tuple[str, str]:
    """Return the finance member of the tender's commission, who is the client's finance head (Art. 6): name, position."""
    sitting = seats(ctx.session, Scope.TENDER, [tender_id], ctx.now)[tender_id]
    found = next((seat for seat in sitting if seat.role is Role.FINANCE), None)
    return (found.name, found.position or FINANCE_HEAD) if found else ("", FINANCE_HEAD)


def _award_minutes(ctx: Context, tender_id: int) -> str:
    query = sa.select(IssuedDocument).where(
        IssuedDocument.tender_id == tender_id, IssuedDocument.kind == DocumentKind.PRICE_MINUTES
    )
    minutes = ctx.session.scalars(query.order_by(IssuedDocument.id.desc())).first()
    if minutes is None:
        return "صورتجلسه تعیین برنده در پرونده مناقصه است."
    day = calendar.numeric(calendar.today(minutes.issued_at))
    return f"صورتجلسه گشایش قیمت و تعیین برنده، مورخ {day}، به کد سند {ltr(minutes.code)}، پیوست این قرارداد است."


def _told(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in pairs if value]


def _signed(signature: ContractSignature | None) -> str:
    if signature is None:
        return ""
    local = calendar.tehran(signature.signed_at)
    return f"امضا در سامانه، {calendar.numeric(local.date())} ساعت {persian_digits(f'{local:%H:%M}')}"


def _licence(ctx: Context, cluster_id: int) -> str:
    query = sa.select(ClusterLetter).where(
        ClusterLetter.cluster_id == cluster_id, ClusterLetter.act == ClusterAct.RECORD_LICENCE
    )
    letter = ctx.session.scalars(query).one_or_none()
    return f"شماره {persian_digits(letter.number)} مورخ {calendar.numeric(letter.day)}" if letter else ""


def _both(day: dt.date) -> str:
    return f"{calendar.numeric(day)} ({calendar.date_in_words(day)})"


def _amount(amount: int) -> str:
    return f"{money.grouped(amount)} ریال ({money.in_words(amount)} ریال)"
