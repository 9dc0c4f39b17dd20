"""What changes contracts: drafting from the award, signatures, issue under a gapless number."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tender_app.awards.models import Award
from tender_app.bids.models import Bid, OpenedEnvelope, Price
from tender_app.bids.rules import BidState, EnvelopeKind
from tender_app.clusters.rules import ClusterAct
from tender_app.contracts import agreed, paper
from tender_app.contracts.models import Contract, ContractPhase, ContractSerial, ContractSignature
from tender_app.contracts.rules import (
    WHOLE,
    Drafted,
    Guaranteed,
    Revised,
    deliverables,
    percents,
    slug_of,
)
from tender_app.contracts.wording import facts_of
from tender_app.documents.issued import Issue
from tender_app.documents.issued import issue as issue_paper
from tender_app.documents.models import DocumentKind
from tender_app.evaluation.negotiation import agreed_price
from tender_app.kernel import calendar, money
from tender_app.kernel.errors import Invalid, Stale
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import N_
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Person, Signatory
from tender_app.regulation.queries import in_force, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.commands import OVERTAKEN
from tender_app.tenders.rules import TenderAct, edition
from tender_app.workflow.engine import advance

FORTNIGHT = dt.timedelta(days=14)


def make_contract(ctx: Context, what: Drafted) -> Contract:
    """Draft from the award and the winning bid: price, phases with exact shares, team."""
    query = sa.select(Award).where(Award.tender_id == what.tender.id, Award.announced_at.is_not(None))
    query = query.where(Award.returned_at.is_(None))
    award = ctx.session.scalars(query).one()
    bid = ctx.session.get_one(Bid, award.winner_bid_id)
    price = ctx.session.scalars(sa.select(Price).where(Price.bid_id == bid.id)).one()
    days = working_calendar(ctx, what.tender.organisation_id)
    start = days.working(calendar.today(ctx.now) + FORTNIGHT)
    amount = agreed_price(ctx, bid.id) or price.total
    contract = Contract(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        bid_id=bid.id,
        firm_id=bid.firm_id,
        starts_on=start,
        ends_on=calendar.last_day_of_term(start, what.tender.years),
        years=what.tender.years,
        amount=amount,
        performance_guarantee=_performance(ctx, amount),
        team=_team(ctx, bid),
        drafted_by=ctx.actor.person_id,
    )
    contract.phases = _phases(contract, _agreed(price, amount))
    return contract


def _performance(ctx: Context, price: int) -> int:
    """Return the performance security asked for a price, by the share in force on the day of the draft."""
    share = in_force(ctx, Parameter.PERFORMANCE_SECURITY)
    return money.shares(price, [share, 100 - share])[0] if share else 0


def edition_of(contract: Contract) -> str:
    """Return the edition of what a draft's page lets one change, as it stands now."""
    facts = {name: getattr(contract, name) for name in ("starts_on", "supervisor", "special_terms")}
    return edition({**facts, "shares": [phase.share for phase in contract.phases]})


def edit(ctx: Context, contract: Contract, what: Revised) -> None:
    """Change the draft; where shares change, the phases' amounts follow and sum exactly to the price (R38).

    Stale if somebody changed it since it was shown.
    """
    if what.edition and what.edition != edition_of(contract):
        raise Stale(OVERTAKEN)
    total = sum(what.shares, Decimal(0))
    if total != WHOLE or len(what.shares) != len(contract.phases):
        told = persian_digits(f"{total:f}").replace(".", "٫")
        raise Invalid(
            N_("جمع سهم مرحله‌ها {told} است و باید ۱۰۰ باشد.").format(told=told),
            {"shares": N_("سهم‌ها باید با هم ۱۰۰ شود.")},
        )
    if what.years != contract.years:
        raise Invalid(N_("مدت قرارداد همان است که در مناقصه اعلام شد."), {"years": N_("مدت را نمی‌توان دگرگون کرد.")})
    contract.starts_on = what.starts_on
    contract.ends_on = calendar.last_day_of_term(what.starts_on, what.years)
    contract.supervisor, contract.special_terms = what.supervisor, what.special_terms
    if what.shares != tuple(phase.share for phase in contract.phases):
        _share_out(contract, what.shares)
    for phase in contract.phases:
        phase.due_on = _due(contract.starts_on, contract.years, phase.position, len(contract.phases))
    ctx.session.flush()


def sign(ctx: Context, contract: Contract, what: Guaranteed | None) -> None:
    """Keep a signature with its instant; the agent's brings the performance guarantee and names the signatory."""
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    role = Role.FIRM if contract.firm_id in ctx.actor.scope_ids(Role.FIRM, Scope.FIRM) else Role.MANAGER
    name = person.name
    if role is Role.FIRM:
        signer = _signatory(contract, what.signatory_id if what else None)
        name = signer.name if signer else name
        contract.guarantee_no = what.guarantee_no if what else ""
    contract.signatures.append(ContractSignature(person_id=person.id, role=role, name=name, signed_at=ctx.now))
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
    ctx.noted["contract"] = agreed.digest(contract)
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
    path = f"/contracts/{contract.id}"
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [contract.firm_id])
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [contract.organisation_id])
    tell(ctx, [*people, *officers], f"قرارداد {contract.number} صادر شد", path=path, tender_id=contract.tender_id)


def release_runner_up(ctx: Context, contract: Contract, _what: Any) -> None:
    """Tell the second winner that its guarantee is returned, now that the contract is signed (Art. 21)."""
    second = sa.select(Bid.firm_id).where(Bid.tender_id == contract.tender_id, Bid.state == BidState.RUNNER_UP)
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, list(ctx.session.scalars(second)))
    body = "قرارداد با برنده اول بسته شد؛ تضمین شرکت در فرآیند شما بازگردانده می‌شود (ماده ۲۱)."
    path = f"/tenders/{contract.tender.number}/bid"
    tell(ctx, people, "تضمین شما آزاد شد", body=body, path=path, tender_id=contract.tender_id)


def record_in_tender(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the tender end in its contract."""
    advance(ctx, contract.tender, TenderAct.RECORD_CONTRACT)


def begin_development(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the cluster's development begin."""
    advance(ctx, contract.tender.cluster, ClusterAct.BEGIN_DEVELOPMENT)


def complete_development(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the cluster's development end with the contract."""
    advance(ctx, contract.tender.cluster, ClusterAct.COMPLETE_DEVELOPMENT)


def _next_serial(ctx: Context, organisation_id: int, year: int) -> int:
    """Return the next serial, holding its row, so that two contracts never share a number and none is skipped."""
    key = {"organisation_id": organisation_id, "year": year}
    insert = postgresql.insert if ctx.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    ctx.session.execute(insert(ContractSerial).values(**key, last=0).on_conflict_do_nothing())
    kept = ctx.session.get_one(ContractSerial, key, with_for_update=True, populate_existing=True)
    kept.last += 1
    ctx.session.flush()
    return kept.last


def _phases(contract: Contract, offered: Sequence[Mapping[str, Any]]) -> list[ContractPhase]:
    """Return the phases as the winning bid priced them: its amounts to the rial, and the shares that follow."""
    amounts = [int(phase["amount"]) for phase in offered]
    whats = deliverables(contract.years)
    return [
        ContractPhase(
            position=place,
            title=phase["title"],
            share=share,
            amount=amount,
            due_on=_due(contract.starts_on, contract.years, place, len(amounts)),
            deliverable=whats[place - 1] if len(whats) == len(amounts) else "",
        )
        for place, (phase, share, amount) in enumerate(zip(offered, percents(amounts), amounts, strict=True), 1)
    ]


def _agreed(price: Price, amount: int) -> Sequence[Mapping[str, Any]]:
    """Return the phases of the price that was agreed: those that were offered, in the same proportions to the rial."""
    if amount == price.total:
        return price.phases
    amounts = money.shares(amount, [int(phase["amount"]) for phase in price.phases])
    return [{**phase, "amount": part} for phase, part in zip(price.phases, amounts, strict=True)]


def _signatory(contract: Contract, chosen: int | None) -> Signatory | None:
    known = contract.firm.signatories
    return next((s for s in known if s.id == chosen), known[0] if known else None)


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
