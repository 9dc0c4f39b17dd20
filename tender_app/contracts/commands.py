"""What changes contracts: drafting from the award, signatures, issue under a gapless number."""

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tender_app.awards.models import Award
from tender_app.bids.models import Bid, OpenedEnvelope, Price
from tender_app.bids.rules import EnvelopeKind
from tender_app.clusters.models import ClusterLetter
from tender_app.clusters.rules import ClusterAct
from tender_app.contracts import paper
from tender_app.contracts.models import Contract, ContractPhase, ContractSerial, ContractSignature
from tender_app.contracts.rules import (
    GUARANTEE_PERCENT,
    Drafted,
    Guaranteed,
    Revised,
    printed,
    shares_of,
    slug_of,
)
from tender_app.documents.issued import Issue
from tender_app.documents.issued import issue as issue_paper
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar, money
from tender_app.kernel.errors import Invalid
from tender_app.kernel.holidays import working
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance


def make_contract(ctx: Context, what: Drafted) -> Contract:
    """Draft from the award and the winning bid: price, phases with exact shares, team."""
    query = sa.select(Award).where(Award.tender_id == what.tender.id, Award.announced_at.is_not(None))
    award = ctx.session.scalars(query).one()
    bid = ctx.session.get_one(Bid, award.winner_bid_id)
    price = ctx.session.scalars(sa.select(Price).where(Price.bid_id == bid.id)).one()
    start = working(calendar.today(ctx.now) + dt.timedelta(days=14))
    contract = Contract(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        bid_id=bid.id,
        firm_id=bid.firm_id,
        starts_on=start,
        ends_on=calendar.last_day_of_term(start, what.tender.years),
        years=what.tender.years,
        amount=price.total,
        performance_guarantee=money.shares(price.total, [GUARANTEE_PERCENT, 100 - GUARANTEE_PERCENT])[0],
        team=_team(ctx, bid),
        drafted_by=ctx.actor.person_id,
    )
    contract.phases = [
        ContractPhase(
            position=place,
            title=phase["title"],
            share=Decimal(0),
            amount=0,
            due_on=_due(start, what.tender.years, place, len(price.phases)),
        )
        for place, phase in enumerate(price.phases, 1)
    ]
    _share_out(contract, tuple(Decimal(share) for share in shares_of(what.tender.years)))
    return contract


def edit(ctx: Context, contract: Contract, what: Revised) -> None:
    """Change the draft; the phases' amounts follow from their shares and sum exactly to the price."""
    if sum(what.shares) != 100 or len(what.shares) != len(contract.phases):  # noqa: PLR2004 -- the whole
        total = persian_digits(f"{sum(what.shares).normalize():f}") if what.shares else "۰"
        raise Invalid(f"جمع سهم مرحله‌ها {total} است و باید ۱۰۰ باشد.", {"shares": "سهم‌ها باید با هم ۱۰۰ شود."})
    contract.starts_on, contract.years = what.starts_on, what.years
    contract.ends_on = calendar.last_day_of_term(what.starts_on, what.years)
    contract.supervisor, contract.special_terms = what.supervisor, what.special_terms
    _share_out(contract, what.shares)
    for phase in contract.phases:
        phase.due_on = _due(contract.starts_on, contract.years, phase.position, len(contract.phases))
    ctx.session.flush()


def sign(ctx: Context, contract: Contract, what: Guaranteed | None) -> None:
    """Keep a signature with its instant; the agent's brings the performance guarantee's number."""
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    role = Role.FIRM if ctx.actor.scope_ids(Role.FIRM, Scope.FIRM) else Role.MANAGER
    if role is Role.FIRM and what is not None:
        contract.guarantee_no = what.guarantee_no
    contract.signatures.append(ContractSignature(person_id=person.id, role=role, name=person.name, signed_at=ctx.now))
    ctx.session.flush()


def tell_managers_of_signature(ctx: Context, contract: Contract, _what: Any) -> None:
    """Tell the managers that the agent signed."""
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [contract.organisation_id])
    tell(
        ctx,
        managers,
        "عامل قرارداد را امضا کرد",
        body=contract.tender.title,
        path=f"/contracts/{contract.id}",
        tender_id=contract.tender_id,
    )


def issue(ctx: Context, contract: Contract, _what: Any) -> None:
    """Give the next number of the organisation's Jalali year, without a gap, and issue the paper."""
    year = calendar.jalali_year(calendar.today(ctx.now))
    serial = _next_serial(ctx, contract.organisation_id, year)
    contract.year, contract.serial, contract.issued_at = year, serial, ctx.now
    contract.number = slug_of(contract.organisation.code, year, serial)
    ctx.session.flush()
    facts = facts_of(ctx, contract)
    about = Issue(
        DocumentKind.CONTRACT,
        contract.number,
        f"قرارداد عاملیت توسعه خوشه {contract.tender.cluster.name}",
        contract.organisation_id,
        contract.tender_id,
        firm_id=contract.firm_id,
    )
    issue_paper(ctx, about, lambda stamp: paper.contract(facts, stamp))
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [contract.firm_id])
    path = f"/contracts/{contract.id}"
    tell(ctx, people, f"قرارداد {contract.number} صادر شد", path=path, tender_id=contract.tender_id)


def record_in_tender(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the tender end in its contract."""
    advance(ctx, contract.tender, TenderAct.RECORD_CONTRACT)


def begin_development(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the cluster's development begin."""
    advance(ctx, contract.tender.cluster, ClusterAct.BEGIN_DEVELOPMENT)


def complete_development(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the cluster's development end with the contract."""
    advance(ctx, contract.tender.cluster, ClusterAct.COMPLETE_DEVELOPMENT)


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
        [
            (
                p.title,
                persian_digits(f"{p.share.normalize():f}").replace(".", "٫"),
                money.grouped(p.amount),
                calendar.numeric(p.due_on),
            )
            for p in contract.phases
        ],
        money.grouped(contract.amount),
        [(m.get("name", ""), m.get("role", "")) for m in contract.team],
        _licence(ctx, tender.cluster_id),
        [line for line in contract.special_terms.split("\n") if line],
    )


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
    holder = f.signatories[0] if f.signatories else None
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


def _next_serial(ctx: Context, organisation_id: int, year: int) -> int:
    """Return the next serial, holding its row, so that two contracts never share a number and none is skipped."""
    key = {"organisation_id": organisation_id, "year": year}
    kept = ctx.session.get(ContractSerial, key, with_for_update=True, populate_existing=True)
    if kept is None:
        kept = ContractSerial(**key, last=0)
        ctx.session.add(kept)
    kept.last += 1
    ctx.session.flush()
    return kept.last


def _share_out(contract: Contract, shares: tuple[Decimal, ...]) -> None:
    amounts = money.shares(contract.amount, list(shares))
    for phase, share, amount in zip(contract.phases, shares, amounts, strict=True):
        phase.share, phase.amount = share, amount


def _due(start: dt.date, years: int, place: int, count: int) -> dt.date:
    if place == 1:
        return calendar.add_months(start, 4)
    if place == count:
        return calendar.last_day_of_term(start, years)
    return calendar.last_day_of_term(start, place - 1)


def _team(ctx: Context, bid: Bid) -> list[dict[str, str]]:
    query = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id == bid.id, OpenedEnvelope.kind == EnvelopeKind.B)
    opened = ctx.session.scalars(query).one_or_none()
    return list(opened.form.get("team", [])) if opened else []
