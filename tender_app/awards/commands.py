"""What changes by the commission's decision and its confirmation."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.awards import minutes, paper
from tender_app.awards.guards import VOTES
from tender_app.awards.lots import lots_of
from tender_app.awards.models import Award
from tender_app.awards.queries import in_the_running
from tender_app.awards.rules import Ballot, Ending, Naming, Returned, Round, winners
from tender_app.bids.models import Bid
from tender_app.bids.rules import LIVE, BidAct, BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import negotiation
from tender_app.evaluation import queries as evaluation
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.tenders.facts import FACTS
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.queries import seated
from tender_app.workflow.engine import advance

OUT_EARLIER = (
    BidState.GUARANTEE_REJECTED,
    BidState.ENVELOPE_B_REJECTED,
    BidState.BELOW_MINIMUM,
    BidState.PRICE_REJECTED,
)


def cast_vote(ctx: Context, tender: Tender, what: Ballot) -> None:
    """Keep a member's vote in the round that counts now; the third vote of a round is told to the head, whose turn it is."""
    number = VOTES.of(ctx, tender).round_of(what.matter).number
    seats = FACTS.of(ctx, tender).seats
    role = next(s.role for s in seats if s.person_id == ctx.actor.person_id and s.role in COMMISSION)
    ctx.session.add(
        Vote(
            tender_id=tender.id,
            matter=what.matter,
            round=number,
            person_id=ctx.actor.person_id,
            role=role,
            is_for=what.is_for,
            reason=what.reason,
            cast_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    votes = [v for v in VOTES.of(ctx, tender).votes if v.matter is what.matter and v.round == number]
    ended = Round(number, tuple(votes))
    if ended.is_complete:
        outcome = "تصویب شد" if ended.has_passed else "رأی نیاورد"
        _tell(ctx, tender, seated(ctx, tender, [Role.HEAD]), f"رأی‌گیری پایان یافت؛ {what.matter.label}: {outcome}")


def name_winners(ctx: Context, tender: Tender, what: Naming | None) -> None:
    """Name first and second winner from the ranking, the lot where equals drew one, and the runner-up rule."""
    view = in_the_running(ctx, tender)
    if view is None or not view.rows:
        raise LookupError("a tender without a ranking")
    first, second = _winners(ctx, tender, view)
    ctx.session.add(
        Award(
            tender_id=tender.id,
            ranking_id=view.ranking_id,
            winner_bid_id=first,
            runner_up_bid_id=second,
            reason=what.reason if what else "",
            decided_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.noted.update(winner=first, runner_up=second)
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, managers, "رأی کمیسیون در انتظار تأیید شماست")


def _winners(ctx: Context, tender: Tender, view: evaluation.RankingView) -> tuple[int, int | None]:
    """Return first and second winner: by agreement where the price is negotiated, else by the ranking (R30)."""
    agreed = negotiation.agreed_with(ctx, tender)
    if agreed is not None:
        return agreed.bid_id, None
    weighted = evaluation.gap_is_weighted(tender)
    guarantee, drawn = evaluation.guarantee_of(tender), lots_of(ctx, tender)
    first, second = winners(view.places, guarantee, weighted=weighted, lots=drawn)
    return int(first.offer.id), int(second.offer.id) if second else None


def issue_price_minutes(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the minutes of the price session and the decision."""
    award = standing(ctx, tender)
    facts = minutes.price_minutes_facts(ctx, tender, award)
    kind = DocumentKind.PRICE_MINUTES if tender.basis.names_runner_up else DocumentKind.FINAL_MINUTES
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: paper.price_minutes(facts, stamp))
    award.minuted_at = ctx.now


def return_decision(ctx: Context, tender: Tender, what: Returned) -> None:
    """Send the decision back to the commission with the reason; the decision's row stays."""
    award = standing(ctx, tender)
    award.returned_at, award.return_reason = ctx.now, what.text
    _tell(ctx, tender, seated(ctx, tender, [*COMMISSION, Role.SECRETARY]), "رأی کمیسیون با دلیل برگشت", body=what.text)


def confirm_award(ctx: Context, tender: Tender, _what: Any) -> None:
    """Confirm and announce: the ranked bids' outcomes, a letter to every bidder, messages."""
    award = standing(ctx, tender)
    award.announced_at = ctx.now
    ctx.session.flush()
    outcomes = {award.winner_bid_id: BidAct.WIN, award.runner_up_bid_id: BidAct.SECOND}
    first = _bids(ctx, tender, [BidState.PRICED])
    for bid in first:
        advance(ctx, bid, outcomes.get(bid.id, BidAct.LOSE))
        _send_letter(ctx, tender, bid, award)
    for bid in _bids(ctx, tender, OUT_EARLIER) if first else ():
        _send_letter(ctx, tender, bid, award)
    if not first:  # the result was told to all before: now the turn came to another
        chosen = ctx.session.get_one(Bid, award.winner_bid_id)
        advance(ctx, chosen, BidAct.PROMOTE)
        _send_letter(ctx, tender, chosen, award)
    staff = seated(ctx, tender, [*COMMISSION, Role.SECRETARY])
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, [*staff, *officers], "برنده تأیید و اعلام شد")


def end_tender(ctx: Context, tender: Tender, what: Ending) -> None:
    """Keep the law's reason for renewal or cancellation, and tell everybody who bid."""
    tender.ended_at, tender.end_reason, tender.end_note = ctx.now, what.reason.value, what.note
    for bid in _bids(ctx, tender, list(LIVE)):
        _tell_firm(ctx, tender, bid.firm_id, f"مناقصه {tender.state.label}", what.reason.label, path="")
    staff = seated(ctx, tender, [*COMMISSION, Role.SECRETARY, Role.EVALUATOR])
    managers = holders(ctx, {Role.MANAGER, Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, [*staff, *managers], f"مناقصه {tender.state.label}", body=what.reason.label)


def standing(ctx: Context, tender: Tender) -> Award:
    """Return the decision that stands."""
    query = sa.select(Award).where(Award.tender_id == tender.id, Award.returned_at.is_(None))
    return ctx.session.scalars(query).one()


def _send_letter(ctx: Context, tender: Tender, bid: Bid, award: Award) -> None:
    facts = minutes.letter_facts(ctx, bid, award)
    kind = DocumentKind.AWARD_LETTER if bid.state is BidState.WON else DocumentKind.REGRET_LETTER
    about = Issue(kind, tender.number, tender.title, tender.organisation_id, tender.id, firm_id=bid.firm_id)
    issue(ctx, about, lambda stamp: paper.letter(facts, stamp))
    _tell_firm(ctx, tender, bid.firm_id, f"نتیجه مناقصه: {tender.basis.word(bid.state)}", tender.title)


def _bids(ctx: Context, tender: Tender, states: Sequence[BidState]) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(states))
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, *, body: str = "") -> None:
    subject = tender.basis.said(subject)
    tell(
        ctx, people, subject, body=body or tender.title, path=f"/tenders/{tender.number}/decision", tender_id=tender.id
    )


def _tell_firm(ctx: Context, tender: Tender, firm_id: int, subject: str, body: str, *, path: str = "/bid") -> None:
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [firm_id])
    tell(ctx, people, subject, body=body, path=f"/tenders/{tender.number}{path}", tender_id=tender.id)
