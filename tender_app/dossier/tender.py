"""The tender page: everything that one tender shows to this viewer, in a fixed number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import immediateload, joinedload

from tender_app.awards.models import Award
from tender_app.bids.models import Bid, Price
from tender_app.clusters.queries import licence_of
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.models import Negotiation
from tender_app.evaluation.queries import RankingView, ranking
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import N_, _
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders import messages
from tender_app.tenders.addenda import addenda
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.extension import extended
from tender_app.tenders.models import DraftedExtension, Question, Tender
from tender_app.tenders.queries import answered, waiting_questions
from tender_app.tenders.renewal import kin
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.sight import may_see

STEPS = (
    N_("مجوز خوشه"),
    N_("تصویب اسناد"),
    N_("دریافت پیشنهادها"),
    "",  # what a tender's law opens first
    N_("ارزیابی فنی"),
    N_("گشایش قیمت"),
    N_("رأی و اعلام"),
    N_("قرارداد"),
)
AT = {
    TenderState.PREPARING: 2,
    TenderState.AWAITING_APPROVAL: 2,
    TenderState.PUBLISHED: 3,
    TenderState.OPENED_A: 4,
    TenderState.TECHNICAL: 5,
    TenderState.TECHNICAL_LOCKED: 6,
    TenderState.PRICES_OPENED: 7,
    TenderState.DECIDED: 7,
    TenderState.AWARDED: 8,
    TenderState.CONTRACTED: 9,
}


# What the page asks is written down once: to build a question costs more than to answer it.
TENDER = (
    sa.select(Tender)
    .where(Tender.number == sa.bindparam("number"))
    .options(
        joinedload(Tender.organisation),
        joinedload(Tender.cluster),
        immediateload(Tender.criteria),
        immediateload(Tender.documents),
        immediateload(Tender.insertions),
    )
)
PAPERS = (
    sa.select(IssuedDocument)
    .where(
        IssuedDocument.tender_id == sa.bindparam("tender_id"),
        IssuedDocument.kind.not_in((DocumentKind.RECEIPT, DocumentKind.CONTRACT)),
    )
    .order_by(IssuedDocument.id)
)
PUBLIC_PAPERS = PAPERS.where(
    sa.or_(
        IssuedDocument.is_public.is_(True),
        sa.and_(  # an invited firm's own letter
            IssuedDocument.kind == DocumentKind.INVITATION,
            IssuedDocument.firm_id.in_(sa.bindparam("firms", expanding=True)),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Result:
    """The public result of a finished tender."""

    winner: str
    amount: int
    runner_up: str | None
    announced_at: dt.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class TenderView:
    """What the tender page shows."""

    tender: Tender
    questions: Sequence[Question]
    papers: Sequence[IssuedDocument]
    evidence: LedgerEntry | None
    step: int | None
    steps: Sequence[tuple[str, dt.date | None]]
    result: Result | None
    ranking: RankingView | None
    sees_work: bool
    sees_ledger: bool
    sees_access: bool
    extensions: Sequence[DraftedExtension]
    sees_case: bool
    kin: tuple[Tender | None, Tender | None]
    waiting: int
    addenda: Sequence[Addendum]
    undelivered: int


def tender_by_number(ctx: Context, number: str, sight: Sight) -> Tender:
    """Return the tender with what its page needs, if the actor may see this of it; else raise Missing."""
    tender = ctx.session.scalars(TENDER, {"number": number.upper()}).unique().one_or_none()
    if tender is None or not may_see(ctx, tender, sight):
        raise Missing(_("مناقصه‌ای با این شماره برای شما باز نیست."))
    return tender


def tender_view(ctx: Context, number: str) -> TenderView:
    """Return the tender's page for this viewer."""
    tender = tender_by_number(ctx, number, Sight.PAGE)
    sees_result, sees_work = may_see(ctx, tender, Sight.RESULT), may_see(ctx, tender, Sight.WORK)
    result = _result(ctx, tender) if sees_result else None
    licence = licence_of(ctx, tender.cluster_id)
    return TenderView(
        tender,
        answered(ctx, tender, 50),
        _papers(ctx, tender),
        _evidence(ctx, tender),
        _step(ctx, tender),
        _steps(tender, licence.day if licence else None, result),
        result,
        ranking(ctx, tender) if sees_result else None,
        sees_work,
        may_see(ctx, tender, Sight.LEDGER),
        may_see(ctx, tender, Sight.ACCESS),
        extended(ctx, tender),
        may_see(ctx, tender, Sight.CASE_FILE),
        shown_kin(ctx, tender),
        waiting_questions(ctx, tender) if sees_work else 0,
        addenda(ctx, tender),
        messages.count_undelivered(ctx, tender) if sees_work else 0,
    )


def shown_kin(ctx: Context, tender: Tender) -> tuple[Tender | None, Tender | None]:
    """Return the tender before and after a renewal, each if the actor may see its page."""
    before, after = (t if t and may_see(ctx, t, Sight.PAGE) else None for t in kin(ctx, tender))
    return before, after


def _step(ctx: Context, tender: Tender) -> int | None:
    """Return at which step the tender stands; once the deadline has passed it waits for the opening."""
    late = tender.state is TenderState.PUBLISHED and tender.closes_at is not None and tender.closes_at <= ctx.now
    return AT[TenderState.OPENED_A] if late else AT.get(tender.state)


def _steps(tender: Tender, licence: dt.date | None, result: Result | None) -> Sequence[tuple[str, dt.date | None]]:
    """Return the steps with the day on which each was done or is due, where it is known."""
    announced = result.announced_at if result else None
    contract = tender.ended_at if tender.state is TenderState.CONTRACTED else tender.contract_by
    days = (licence, tender.published_at, tender.closes_at, tender.opens_at, None, tender.prices_open_at, announced)
    names = (_(name) if name else _(tender.basis.opening) for name in STEPS)
    return tuple(zip(names, (*days, contract), strict=True))


def _papers(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    if may_see(ctx, tender, Sight.WORK):
        return ctx.session.scalars(PAPERS, {"tender_id": tender.id}).all()
    firms = ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)
    return ctx.session.scalars(PUBLIC_PAPERS, {"tender_id": tender.id, "firms": list(firms)}).all()


def _evidence(ctx: Context, tender: Tender) -> LedgerEntry | None:
    """Return the chain's last entry; until the opening that of the publication, for originals of guarantees come since."""
    query = sa.select(LedgerEntry).where(LedgerEntry.case_kind == Tender.kind, LedgerEntry.case_id == tender.id)
    if tender.state is TenderState.PUBLISHED:
        query = query.where(LedgerEntry.act == TenderAct.PUBLISH)
    return ctx.session.scalars(query.order_by(LedgerEntry.position.desc()).limit(1)).first()


def _result(ctx: Context, tender: Tender) -> Result | None:
    winner, second = sa.orm.aliased(Bid), sa.orm.aliased(Bid)
    first_firm, second_firm = sa.orm.aliased(Firm), sa.orm.aliased(Firm)
    query = (
        sa.select(
            Award.announced_at,
            Award.reason,
            first_firm.name,
            sa.func.coalesce(Negotiation.agreed, Price.total),
            second_firm.name,
        )
        .join(winner, winner.id == Award.winner_bid_id)
        .join(first_firm, first_firm.id == winner.firm_id)
        .join(Price, Price.bid_id == winner.id)
        .outerjoin(Negotiation, Negotiation.bid_id == winner.id)
        .outerjoin(second, second.id == Award.runner_up_bid_id)
        .outerjoin(second_firm, second_firm.id == second.firm_id)
        .where(Award.tender_id == tender.id, Award.announced_at.is_not(None), Award.returned_at.is_(None))
    )
    row = ctx.session.execute(query).one_or_none()
    return None if row is None else Result(row[2], row[3], row[4], row[0], row[1])
