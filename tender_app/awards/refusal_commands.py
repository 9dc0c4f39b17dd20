"""What a winner's refusal brings about: forfeiture, the second winner's turn, or nobody left (Art. 21, R36)."""

from typing import Any

from tender_app.awards.guarantee_commands import forfeit_of
from tender_app.awards.guards import next_in_turn
from tender_app.awards.models import Award
from tender_app.awards.refusal_guards import standing_award, term_of, waiting
from tender_app.awards.refusal_letters import send_award_letter
from tender_app.awards.refusal_models import WinnerRefusal
from tender_app.awards.refusal_rules import Dismissed, RefusalGround, RefusalOutcome, Refused
from tender_app.awards.validity import has_lapsed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState
from tender_app.evaluation.methods import NEGOTIATED
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.workflow.engine import advance


def record_refusal(ctx: Context, tender: Tender, what: Refused) -> None:
    """Keep the ground and the evidence, and tell the manager, who decides."""
    award = _standing(ctx, tender)
    ctx.session.add(
        WinnerRefusal(
            tender_id=tender.id,
            award_id=award.id,
            bid_id=award.winner_bid_id,
            ground=what.ground,
            evidence=what.evidence,
            recorded_at=ctx.now,
            recorded_by=ctx.actor.person_id,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    ctx.noted["bid"] = award.winner_bid_id
    managers = holders(ctx, {Role.MANAGER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, managers, "خودداری برنده در انتظار تصمیم شماست", f"{what.ground.persian}: {what.evidence}"[:500])


def dismiss_refusal(ctx: Context, tender: Tender, what: Dismissed) -> None:
    """Keep why the recorded refusal is none; the winner stays."""
    _decide(ctx, tender, RefusalOutcome.DISMISSED, what.text)
    _tell(ctx, tender, seated(ctx, tender, [*COMMISSION]), "خودداری برنده پذیرفته نشد", what.text)


def confirm_refusal(ctx: Context, tender: Tender, _what: Any) -> None:
    """End the winner's turn, forfeit where it refused, and let the second winner, if one stands, take its place."""
    refusal = _decide(ctx, tender, RefusalOutcome.CONFIRMED)
    award, bid = _standing(ctx, tender), ctx.session.get_one(Bid, refusal.bid_id)
    award.returned_at, award.return_reason = ctx.now, f"{refusal.ground.persian}: {refusal.evidence}"[:1000]
    ctx.session.flush()
    ctx.facts.clear()
    if refusal.ground is RefusalGround.NOT_EXTENDED:
        advance(ctx, bid, BidAct.LAPSE)
    else:
        advance(ctx, bid, BidAct.REFUSE)
        forfeit_of(ctx, bid, f"{refusal.ground.persian}. {refusal.evidence}"[:1000])
    second = _second(ctx, award)
    ctx.noted["winner"] = second.id if second else None
    if second is None:
        members = [*seated(ctx, tender, [*COMMISSION, Role.SECRETARY])]
        left = (
            "نوبت پیشنهاد بعدی رتبه‌بندی است" if next_in_turn(ctx, tender) else "کسی نماند؛ درباره تجدید رأی داده می‌شود"
        )
        _tell(ctx, tender, members, f"خودداری تأیید شد: {left}", tender.title)
    else:
        _promote(ctx, tender, award, second)


def ask_next(ctx: Context, tender: Tender, _what: Any) -> None:
    """Let the board choose again among those who are left, the best first; all that was decided before stays written."""
    members = [*seated(ctx, tender, [*COMMISSION, Role.SECRETARY])]
    held = "مذاکره با پیشنهاد بعدی و سپس رأی" if tender.method in NEGOTIATED else "رأی درباره پیشنهاد بعدی"
    _tell(ctx, tender, members, f"نوبت پیشنهاد بعدی رسید: {held}", tender.title)


def _promote(ctx: Context, tender: Tender, award: Award, second: Bid) -> None:
    """Offer the contract to the second winner, by a decision row of its own and a letter."""
    passed = Award(
        tender_id=tender.id,
        ranking_id=award.ranking_id,
        winner_bid_id=second.id,
        reason="با خودداری برنده اول، نوبت به برنده دوم رسید (ماده ۲۱).",
        decided_at=ctx.now,
        minuted_at=award.minuted_at,
        announced_at=ctx.now,
    )
    ctx.session.add(passed)
    ctx.session.flush()
    advance(ctx, second, BidAct.PROMOTE)
    send_award_letter(ctx, second, term_of(ctx, tender))
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [tender.organisation_id])
    _tell(ctx, tender, officers, "نوبت به برنده دوم رسید", second.firm.name)


def _second(ctx: Context, award: Award) -> Bid | None:
    """Return the second winner if it still stands and its bid has not lapsed."""
    if award.runner_up_bid_id is None:
        return None
    bid = ctx.session.get_one(Bid, award.runner_up_bid_id)
    return bid if bid.state is BidState.RUNNER_UP and not has_lapsed(ctx, bid) else None


def _standing(ctx: Context, tender: Tender) -> Award:
    award = standing_award(ctx, tender)
    if award is None:
        raise LookupError(f"tender {tender.id} has no standing winner")
    return award


def _decide(ctx: Context, tender: Tender, outcome: RefusalOutcome, note: str = "") -> WinnerRefusal:
    refusal = waiting(ctx, tender)
    if refusal is None:
        raise LookupError(f"tender {tender.id} has no refusal to decide")
    refusal.outcome, refusal.note = outcome, note
    refusal.decided_at, refusal.decided_by = ctx.now, ctx.actor.person_id
    ctx.session.flush()
    ctx.noted.update(bid=refusal.bid_id, ground=refusal.ground.value)
    return refusal


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, body: str) -> None:
    tell(ctx, people, subject, body=body, path=f"/tenders/{tender.number}/refusal", tender_id=tender.id)
