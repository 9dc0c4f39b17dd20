"""What changes by the explanation of a price: asked, answered, voted on, decided; a rejected price makes a new ranking."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, Verdict
from tender_app.evaluation.commands import rank_bids
from tender_app.evaluation.explanation_guards import least_day, until_of
from tender_app.evaluation.explanation_models import ExplanationFile, ExplanationVote, PriceExplanation
from tender_app.evaluation.explanation_rules import Answered, Asked, Finding, Opinion
from tender_app.evaluation.models import Ranking
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.capacities import roles_on
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.workflow.engine import advance


def make_explanation(ctx: Context, what: Asked) -> PriceExplanation:
    """Keep the question and the instant until which the firm may answer."""
    bid: Bid = what.bid
    return PriceExplanation(
        organisation_id=bid.organisation_id,
        tender_id=bid.tender_id,
        firm_id=bid.firm_id,
        bid_id=bid.id,
        question=what.question,
        asked_at=ctx.now,
        until=until_of(what.until_on or least_day(ctx, what.tender)),
    )


def tell_firm_of_question(ctx: Context, explanation: PriceExplanation, _what: Any) -> None:
    """Tell the firm, and nobody else outside the commission, what is asked and until when."""
    ctx.noted["until"] = explanation.until.isoformat()
    until = calendar.moment(explanation.until)
    _tell_firm(ctx, explanation, f"توضیح قیمت پیشنهاد شما، تا {until}", explanation.question)


def keep_answer(ctx: Context, explanation: PriceExplanation, what: Answered) -> None:
    """Keep what the firm explained, with its files; it is given once and stays."""
    explanation.answer, explanation.answered_at = what.text, ctx.now
    explanation.answered_by = ctx.actor.person_id
    explanation.files = [ExplanationFile(**asdict(file)) for file in what.files]
    ctx.session.flush()
    _tell_board(ctx, explanation, "توضیح قیمت رسید؛ رأی بدهید", explanation.bid.firm.name)


def cast_opinion(ctx: Context, explanation: PriceExplanation, what: Opinion) -> None:
    """Keep a seat's vote on the price; the third is told to the head, whose turn it is."""
    role = min(roles_on(ctx.actor, explanation) & COMMISSION, key=list(Role).index)
    vote = ExplanationVote(
        person_id=ctx.actor.person_id, role=role, rejects=what.rejects, reason=what.reason, cast_at=ctx.now
    )
    explanation.votes.append(vote)
    ctx.session.flush()
    ctx.facts.clear()
    if explanation.count.is_complete:
        head = seated(ctx, explanation.tender, [Role.HEAD])
        _tell(ctx, explanation, head, "هر سه عضو درباره قیمت رأی دادند", explanation.bid.firm.name)


def keep_finding(ctx: Context, explanation: PriceExplanation, what: Finding) -> None:
    """Keep the commission's reasons, and tell the firm."""
    explanation.reason, explanation.decided_at = what.reason, ctx.now
    ctx.session.flush()
    ctx.facts.clear()
    _tell_firm(ctx, explanation, f"توضیح قیمت: {explanation.state.label}", what.reason)
    _tell_board(ctx, explanation, f"توضیح قیمت: {explanation.state.label}", explanation.bid.firm.name)


def reject_bid(ctx: Context, explanation: PriceExplanation, what: Finding) -> None:
    """Let the bid leave the ranking."""
    advance(ctx, explanation.bid, BidAct.REJECT_LOW, Verdict(f"قیمت نامتعارف پایین: {what.reason}"))


def rank_anew(ctx: Context, bid: Bid, _what: Verdict) -> None:
    """Rank what is left; the ranking that stood keeps its rows, and why it stands no more."""
    tender = ctx.session.get_one(Tender, bid.tender_id)
    query = sa.select(Ranking).where(Ranking.tender_id == tender.id, Ranking.superseded_at.is_(None))
    former = ctx.session.scalars(query).one()
    former.superseded_at, former.superseded_for = ctx.now, f"{bid.firm.name}: {bid.finding}"
    ctx.session.flush()
    rank_bids(ctx, tender, None)
    ctx.facts.clear()


def _tell_board(ctx: Context, explanation: PriceExplanation, subject: str, body: str) -> None:
    _tell(ctx, explanation, seated(ctx, explanation.tender, [*COMMISSION, Role.SECRETARY]), subject, body)


def _tell(ctx: Context, explanation: PriceExplanation, people: list[int], subject: str, body: str) -> None:
    path = f"/tenders/{explanation.tender.number}/explanations/{explanation.id}"
    tell(ctx, people, subject, body=body, path=path, tender_id=explanation.tender_id)


def _tell_firm(ctx: Context, explanation: PriceExplanation, subject: str, body: str) -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [explanation.firm_id])
    tell(
        ctx,
        people,
        subject,
        body=body,
        path=f"/tenders/{explanation.tender.number}/bid/price-explanation",
        tender_id=explanation.tender_id,
    )
