"""Producing the debriefs: for every losing bid, in the very act that announces the winner."""

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards.debrief_facts import facts_of
from tender_app.awards.debrief_models import Debrief
from tender_app.awards.debrief_paper import debrief
from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation.queries import confirmed_sheets
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

LOSING = (
    BidState.GUARANTEE_REJECTED,
    BidState.ENVELOPE_B_REJECTED,
    BidState.BELOW_MINIMUM,
    BidState.PRICE_REJECTED,
    BidState.RUNNER_UP,
    BidState.LOST,
)


def produce_debriefs(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue each losing bid's debrief to its firm, and tell it; evaluators get numbers, drawn once for the tender."""
    award = ctx.session.scalars(sa.select(Award).where(Award.tender_id == tender.id, Award.returned_at.is_(None))).one()
    evaluators = [sheet.id for sheet in confirmed_sheets(ctx, tender)]
    secrets.SystemRandom().shuffle(evaluators)
    for bid in _losing(ctx, tender):
        _produce(ctx, bid, award, evaluators)


def _produce(ctx: Context, bid: Bid, award: Award, evaluators: list[int]) -> None:
    tender, facts = bid.tender, facts_of(ctx, bid, award, evaluators)
    about = Issue(
        DocumentKind.DEBRIEF, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id
    )
    day = calendar.numeric(calendar.today(ctx.now))
    document = issue(ctx, about, lambda stamp: debrief(facts, day, stamp))
    ctx.session.add(
        Debrief(
            tender_id=tender.id,
            bid_id=bid.id,
            firm_id=bid.firm_id,
            award_id=award.id,
            document_id=document.id,
            evaluators=evaluators,
            made_at=ctx.now,
        )
    )
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    path = f"/tenders/{tender.number}/debrief"
    tell(ctx, people, "کارنامه ارزیابی پیشنهاد شما آماده است", body=tender.title, path=path, tender_id=tender.id)


def _losing(ctx: Context, tender: Tender) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(LOSING))
    query = query.options(selectinload(Bid.firm), selectinload(Bid.tender))
    return ctx.session.scalars(query.order_by(Bid.submitted_at, Bid.id)).all()
