"""What the contract says, all of it from stored rows, for its paper and for the page on which it is signed."""

import datetime as dt

import sqlalchemy as sa

from tender_app.clusters.models import ClusterLetter
from tender_app.clusters.rules import ClusterAct
from tender_app.contracts import paper
from tender_app.contracts.models import Contract, ContractPhase, ContractSignature
from tender_app.contracts.rules import printed
from tender_app.documents.marks import ltr
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.store.context import Context


def facts_of(ctx: Context, contract: Contract) -> paper.ContractFacts:
    """Return what the contract's paper says, all of it from stored rows."""
    tender, signed = contract.tender, {s.role: s for s in contract.signatures}
    return paper.ContractFacts(
        contract.organisation.name,
        contract.number or "",
        printed(contract.number) if contract.number else "",
        tender.number,
        tender.setad_no,
        tender.cluster.name,
        calendar.numeric(calendar.today(contract.issued_at or ctx.now)),
        _client(contract, signed.get(Role.MANAGER)),
        _agent(contract, signed.get(Role.FIRM)),
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
        [line for line in contract.special_terms.split("\n") if line],
        [line for line in tender.terms.split("\n") if line],
        [(phase.title, phase.deliverable) for phase in contract.phases if phase.deliverable],
    )


def _phase(phase: ContractPhase) -> tuple[str, str, str, str]:
    share = decimal_text(phase.share)
    return phase.title, share, money.grouped(phase.amount), calendar.numeric(phase.due_on)


def _client(contract: Contract, signature: ContractSignature | None) -> paper.Party:
    o = contract.organisation
    pairs = (
        ("شناسه ملی", persian_digits(o.legal_id)),
        ("شماره ثبت", persian_digits(o.registration_no)),
        ("کد اقتصادی", persian_digits(o.economic_code)),
        ("نشانی", o.address),
        ("کد پستی", persian_digits(o.postal_code)),
        ("تلفن", persian_digits(o.phone)),
        ("نماینده", f"{signature.name}، مدیرعامل" if signature else ""),
    )
    signer = signature.name if signature else ""
    return paper.Party(o.name, _told(pairs), signer, "مدیرعامل", _signed(signature))


def _agent(contract: Contract, signature: ContractSignature | None) -> paper.Party:
    f = contract.firm
    holder = next((s for s in f.signatories if signature and s.name == signature.name), None)
    holder = holder or (f.signatories[0] if f.signatories else None)
    pairs = (
        ("شناسه ملی", persian_digits(f.legal_id)),
        ("شماره ثبت", persian_digits(f.registration_no)),
        ("نشانی", f.address),
        ("کد پستی", persian_digits(f.postal_code)),
        ("تلفن", persian_digits(f.phone)),
        ("شماره شبا", ltr(f.iban) if f.iban else ""),
        (
            "صاحب امضا",
            f"{holder.name}، {holder.position}، کد ملی {persian_digits(holder.national_code)}" if holder else "",
        ),
        ("آگهی روزنامه رسمی", holder.authorisation if holder else ""),
    )
    name, position = (holder.name, holder.position) if holder else ("", "")
    return paper.Party(f.name, _told(pairs), name, position, _signed(signature))


def _told(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in pairs if value]


def _signed(signature: ContractSignature | None) -> str:
    if signature is None:
        return ""
    local = calendar.tehran(signature.signed_at)
    return f"امضا در سامانه {calendar.numeric(local.date())} ساعت {persian_digits(f'{local:%H:%M}')}"


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
