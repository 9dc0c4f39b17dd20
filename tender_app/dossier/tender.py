"""The tender page: everything that one tender shows to this viewer, in a fixed number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tender_app.awards.models import Award
from tender_app.bids.models import Bid, Price
from tender_app.clusters.models import ClusterLetter
from tender_app.clusters.queries import licence_of
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.queries import RankingView, ranking
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.queries import waiting_questions
from tender_app.tenders.rules import TenderState
from tender_app.workflow.sight import may_see, where_visible

STEPS = (
    "مجوز خوشه",
    "تصویب اسناد",
    "دریافت پیشنهادها",
    "گشایش الف و ب",
    "ارزیابی فنی",
    "گشایش قیمت",
    "رأی و اعلام",
    "قرارداد",
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
    head: LedgerEntry | None
    licence: ClusterLetter | None
    step: int | None
    result: Result | None
    ranking: RankingView | None
    sees_work: bool
    sees_ledger: bool
    waiting: int
    takes_bids: bool


def tender_by_number(ctx: Context, number: str, sight: Sight) -> Tender:
    """Return the tender with what its page needs, if the actor may see this of it; else raise Missing."""
    query = (
        sa.select(Tender)
        .where(Tender.number == number.upper())
        .options(
            joinedload(Tender.organisation),
            joinedload(Tender.cluster),
            selectinload(Tender.criteria),
            selectinload(Tender.documents),
            selectinload(Tender.insertions),
        )
    )
    tender = ctx.session.scalars(query).unique().one_or_none()
    if tender is None or not may_see(ctx, tender, sight):
        raise Missing("مناقصه‌ای با این شماره برای شما باز نیست.")
    return tender


def tender_view(ctx: Context, number: str) -> TenderView:
    """Return the tender's page for this viewer."""
    tender = tender_by_number(ctx, number, Sight.PAGE)
    answered = sa.select(Question).where(Question.tender_id == tender.id, where_visible(ctx, Question, Sight.PAGE))
    sees_result, sees_work = may_see(ctx, tender, Sight.RESULT), may_see(ctx, tender, Sight.WORK)
    return TenderView(
        tender,
        ctx.session.scalars(answered.order_by(Question.id.desc()).limit(50)).all(),
        _papers(ctx, tender),
        _head(ctx, tender),
        licence_of(ctx, tender.cluster_id),
        AT.get(tender.state),
        _result(ctx, tender) if sees_result else None,
        ranking(ctx, tender) if sees_result else None,
        sees_work,
        may_see(ctx, tender, Sight.LEDGER),
        waiting_questions(ctx, tender) if sees_work else 0,
        tender.state is TenderState.PUBLISHED and tender.closes_at is not None and ctx.now < tender.closes_at,
    )


def _papers(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id)
    if not may_see(ctx, tender, Sight.WORK):
        query = query.where(IssuedDocument.is_public.is_(True))
    private = (DocumentKind.RECEIPT, DocumentKind.CONTRACT)
    return ctx.session.scalars(query.where(IssuedDocument.kind.not_in(private)).order_by(IssuedDocument.id)).all()


def _head(ctx: Context, tender: Tender) -> LedgerEntry | None:
    """Return the last entry of the tender's chain: its digest, its place, and when it was made."""
    query = sa.select(LedgerEntry).where(LedgerEntry.case_kind == Tender.kind, LedgerEntry.case_id == tender.id)
    return ctx.session.scalars(query.order_by(LedgerEntry.position.desc()).limit(1)).first()


def _result(ctx: Context, tender: Tender) -> Result | None:
    winner, second = sa.orm.aliased(Bid), sa.orm.aliased(Bid)
    first_firm, second_firm = sa.orm.aliased(Firm), sa.orm.aliased(Firm)
    query = (
        sa.select(Award.announced_at, Award.reason, first_firm.name, Price.total, second_firm.name)
        .join(winner, winner.id == Award.winner_bid_id)
        .join(first_firm, first_firm.id == winner.firm_id)
        .join(Price, Price.bid_id == winner.id)
        .outerjoin(second, second.id == Award.runner_up_bid_id)
        .outerjoin(second_firm, second_firm.id == second.firm_id)
        .where(Award.tender_id == tender.id, Award.announced_at.is_not(None))
    )
    row = ctx.session.execute(query).one_or_none()
    return None if row is None else Result(row[2], row[3], row[4], row[0], row[1])
