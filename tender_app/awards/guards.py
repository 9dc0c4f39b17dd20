"""Reasons against the commission's decisions and their confirmation."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.awards.models import Award
from tender_app.awards.rules import Ballot, Ending, Round, current_round
from tender_app.bids.confirmation import to_return
from tender_app.bids.facts import COUNTS
from tender_app.bids.models import Bid
from tender_app.bids.rules import LIVE, BidState
from tender_app.documents.models import DocumentKind
from tender_app.evaluation.conflict_models import ConflictDecision
from tender_app.evaluation.conflict_rules import Verdict
from tender_app.evaluation.explanation_guards import no_price_is_in_question
from tender_app.evaluation.explanation_rules import Asked
from tender_app.evaluation.methods import NEGOTIATED
from tender_app.evaluation.negotiation import RANKED, in_turn, nothing_negotiated, price_is_agreed
from tender_app.kernel import calendar
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import roles_on
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.rules import Matter, RenewalReason, TenderState

REJECTED = {
    BidState.RETURNED,
    BidState.GUARANTEE_REJECTED,
    BidState.ENVELOPE_B_REJECTED,
    BidState.BELOW_MINIMUM,
    BidState.PRICE_REJECTED,
    BidState.LEFT,
}
REFUTATIONS = {
    RenewalReason.TOO_FEW_BIDDERS: N_("شمار پیشنهادهای پذیرفتنی کمتر از حد نصاب اسناد نیست؛ دلیل دیگری برگزینید."),
    RenewalReason.BOTH_WINNERS_REFUSED: N_(
        "برنده‌ای اعلام نشده است که از بستن قرارداد خودداری کند، یا برنده هنوز بر جاست؛ دلیل دیگری برگزینید."
    ),
    RenewalReason.VALIDITY_ENDED: N_("اعتبار پیشنهادها هنوز پایان نیافته است؛ دلیل دیگری برگزینید."),
    RenewalReason.PRICES_TOO_HIGH: N_("قیمتی گشوده نشده است؛ دلیل دیگری برگزینید."),
}


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """The votes of a tender and its decisions."""

    votes: Sequence[Vote]
    awards: Sequence[Award]
    referred_at: dt.datetime | None = (
        None  # when a conflict that was found after the lock was last left to the commission
    )

    @property
    def renewal_is_asked(self) -> bool:
        """Tell whether nobody voted on renewal since a conflict was left to that vote."""
        at = self.referred_at
        return at is not None and not any(v.matter is Matter.RENEWAL and v.cast_at >= at for v in self.votes)

    def round_of(self, matter: Matter) -> Round:
        """Return the round of voting that counts now."""
        spent = sum(a.returned_at is not None for a in self.awards) if matter is Matter.AWARD else 0
        return current_round([v for v in self.votes if v.matter is matter], spent=spent)


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, VoteFacts]:
    """Read votes and decisions of the tenders, and when conflicts were left to a vote, in three queries."""
    ids = [t.id for t in tenders]
    votes = ctx.session.scalars(sa.select(Vote).where(Vote.tender_id.in_(ids)).order_by(Vote.id)).all()
    awards = ctx.session.scalars(sa.select(Award).where(Award.tender_id.in_(ids)).order_by(Award.id)).all()
    late = sa.select(ConflictDecision.tender_id, sa.func.max(ConflictDecision.decided_at))
    late = late.where(ConflictDecision.tender_id.in_(ids), ConflictDecision.verdict == Verdict.REFERRED)
    referred = dict(ctx.session.execute(late.group_by(ConflictDecision.tender_id)).all())
    return {
        i: VoteFacts([v for v in votes if v.tender_id == i], [a for a in awards if a.tender_id == i], referred.get(i))
        for i in ids
    }


VOTES = Facts(load)


def matter_is_open(ctx: Context, tender: Tender, what: Ballot | None) -> str | None:
    """A matter is voted on in its own stage; without a ballot, there must be one that waits."""
    if what is None:
        return None if waiting_matter(ctx, tender) else _("اکنون موضوعی در انتظار رأی نیست.")
    if what.matter is Matter.AWARD and tender.state is not TenderState.PRICES_OPENED:
        return _("درباره برنده پس از گشایش قیمت‌ها رأی داده می‌شود.")
    if what.matter is Matter.AWARD and (
        reason := some_bid_ranked(ctx, tender, what)
        or price_is_agreed(ctx, tender, what)
        or no_price_is_in_question(ctx, tender, what)
    ):
        return reason
    if what.matter is Matter.RENEWAL and (reason := _no_renewal(ctx, tender)):
        return reason
    if not what.is_for and not what.reason:
        return _("رأی مخالف با دلیل ثبت می‌شود.")
    return None


def _no_renewal(ctx: Context, tender: Tender) -> str | None:
    if tender.state is TenderState.DECIDED:
        return _("رأی کمیسیون نزد مدیرعامل است؛ درباره تجدید پس از برگشت آن رأی داده می‌شود.")
    if reason := no_winner_stands(ctx, tender, None):
        return reason
    late = tender.closes_at is not None and ctx.now >= tender.closes_at
    return None if late else _("درباره تجدید پس از پایان مهلت تسلیم رأی داده می‌شود.")


def waiting_matter(ctx: Context, tender: Tender) -> Matter | None:
    """Return the matter on which the commission has to vote now, if there is one."""
    facts, bids = VOTES.of(ctx, tender), COUNTS.of(ctx, tender).bids
    for matter in (Matter.CANCELLATION, Matter.RENEWAL):
        standing = facts.round_of(matter)
        if standing.votes and not standing.is_complete:
            return matter
    if tender.state is TenderState.AWARDED:
        return Matter.RENEWAL if all_refused(ctx, tender) and not next_in_turn(ctx, tender) else None
    if tender.state in {TenderState.TECHNICAL_LOCKED, TenderState.PRICES_OPENED} and facts.renewal_is_asked:
        return Matter.RENEWAL
    if tender.state is TenderState.PRICES_OPENED:
        return _after_prices(ctx, tender)
    opened = tender.opens_at is not None and ctx.now >= tender.opens_at
    few = bids.get(BidState.SUBMITTED, 0) < max(tender.minimum_bids, 1)
    stuck = (
        (tender.state is TenderState.PUBLISHED and opened and few)
        or (
            tender.state is TenderState.OPENED_A
            and not bids.get(BidState.SUBMITTED)
            and not bids.get(BidState.GUARANTEE_ACCEPTED)
        )
        or (tender.state is TenderState.TECHNICAL_LOCKED and not bids.get(BidState.QUALIFIED))
    )
    return Matter.RENEWAL if stuck else None


def _after_prices(ctx: Context, tender: Tender) -> Matter | None:
    """Return the matter once prices are open: none while an explanation or a negotiation waits, renewal where nobody is left to choose."""
    ranked = RANKED.of(ctx, tender)
    if no_price_is_in_question(ctx, tender, None):
        return None
    if price_is_agreed(ctx, tender, None) is None:
        return Matter.AWARD if ranked else Matter.RENEWAL
    return None if in_turn(ranked) else Matter.RENEWAL


def choice_is_not_begun(ctx: Context, what: Asked | None) -> str | None:
    """A price is asked about before anybody votes on the winner, or negotiates: what they do rests on the ranking."""
    if what is None:
        return None
    if VOTES.of(ctx, what.tender).round_of(Matter.AWARD).votes:
        return _("رأی‌گیری درباره برنده آغاز شده است؛ توضیح قیمت پیش از آن خواسته می‌شود.")
    return nothing_negotiated(ctx, what.tender, None)


def has_not_voted(ctx: Context, tender: Tender, what: Ballot | None) -> str | None:
    """A member votes once in a round, and so does a seat, whoever sits in it."""
    matter = what.matter if what else waiting_matter(ctx, tender)
    if matter is None:
        return None
    votes = VOTES.of(ctx, tender).round_of(matter).votes
    if ctx.actor.person_id in {v.person_id for v in votes}:
        return _("رأی شما در این دور ثبت شده است.")
    taken = roles_on(ctx.actor, tender) & {v.role for v in votes}
    return _("رأی این کرسی در این دور پیش از شما ثبت شده است.") if taken else None


def ballot_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A member's vote is waited for while a matter is open on which they have not voted."""
    return matter_is_open(ctx, tender, None) or has_not_voted(ctx, tender, None)


def all_three_voted(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A decision needs the votes of all three members (Art. 5)."""
    standing = VOTES.of(ctx, tender).round_of(Matter.AWARD)
    return None if standing.is_complete else _("هنوز هر سه عضو درباره برنده رأی نداده‌اند.")


def two_votes_for_award(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Two of three are for the award (R19)."""
    return _passed(ctx, tender, Matter.AWARD, _("تعیین برنده به دو رأی موافق از سه رأی نیاز دارد."))


def two_votes_for_renewal(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Two of three are for the renewal."""
    return _passed(ctx, tender, Matter.RENEWAL, _("تجدید به دو رأی موافق از سه رأی کمیسیون نیاز دارد."))


def two_votes_for_cancellation(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Two of three are for the cancellation."""
    return _passed(ctx, tender, Matter.CANCELLATION, _("لغو به دو رأی موافق از سه رأی کمیسیون نیاز دارد."))


def next_in_turn(ctx: Context, tender: Tender) -> bool:
    """Tell whether, by the tender's law, another ranked bid is asked once the chosen one refused."""
    if not tender.basis.asks_next or not all_refused(ctx, tender):
        return False
    ranked = RANKED.of(ctx, tender)
    return bool(in_turn(ranked) if tender.method in NEGOTIATED else ranked)


def all_refused(ctx: Context, tender: Tender) -> bool:
    """Tell whether winners were announced and none of them is left to sign (Art. 24-a-2, R36)."""
    announced = [a for a in VOTES.of(ctx, tender).awards if a.announced_at]
    return bool(announced) and all(a.returned_at for a in announced)


def no_winner_stands(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """An awarded tender is renewed once all named winners refused and nobody is asked next, or the validity is over."""
    if tender.state is not TenderState.AWARDED or (all_refused(ctx, tender) and not next_in_turn(ctx, tender)):
        return None
    if tender.valid_until is not None and calendar.today(ctx.now) > tender.valid_until:
        return None
    if next_in_turn(ctx, tender):
        return _("مشاور منتخب کنار رفت و نوبت پیشنهاد بعدی رتبه‌بندی است؛ تجدید پس از آن است که پیشنهادی نمانده باشد.")
    return _("برنده اعلام‌شده هنوز بر جاست؛ تجدید پس از خودداری برندگان یا پایان اعتبار پیشنهادهاست (ماده ۲۴).")


def some_bid_ranked(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A winner is named from the ranking."""
    return None if RANKED.of(ctx, tender) else _("پیشنهادی در رتبه‌بندی نیست.")


def renewal_reason_fits(ctx: Context, tender: Tender, what: Ending | None) -> str | None:
    """A reason that facts can refute is refused (Art. 24-a)."""
    if what is None:
        return None
    refuted = {
        RenewalReason.TOO_FEW_BIDDERS: _remaining(ctx, tender) >= max(tender.minimum_bids, 1),
        RenewalReason.BOTH_WINNERS_REFUSED: not all_refused(ctx, tender),
        RenewalReason.VALIDITY_ENDED: tender.valid_until is None or calendar.today(ctx.now) <= tender.valid_until,
        RenewalReason.PRICES_TOO_HIGH: tender.state is not TenderState.PRICES_OPENED,
    }
    reason = RenewalReason(what.reason)
    return REFUTATIONS[reason] if refuted.get(reason) else None


def _remaining(ctx: Context, tender: Tender) -> int:
    standing = sum(count for state, count in COUNTS.of(ctx, tender).bids.items() if state in LIVE - REJECTED)
    return standing - len(to_return(ctx, tender))


def price_minutes_missing(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Minutes of a decision are issued once for each decision."""
    facts = VOTES.of(ctx, tender)
    if facts.awards and facts.awards[-1].minuted_at is not None:
        return _("صورتجلسه این تصمیم صادر شده است.")
    return None


def price_minutes_issued(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The award is confirmed on its minutes."""
    facts = VOTES.of(ctx, tender)
    if facts.awards and facts.awards[-1].minuted_at is not None:
        return None
    return _("نخست دبیر باید صورتجلسه قیمت و تعیین برنده را صادر کند.")


def next_is_asked(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The turn passes on once the chosen one's refusal was confirmed, while bids are valid and one is left."""
    if not all_refused(ctx, tender):
        return _("مشاور منتخب هنوز بر جاست؛ نوبت پیشنهاد بعدی پس از خودداری تأییدشده اوست.")
    if tender.valid_until is not None and calendar.today(ctx.now) > tender.valid_until:
        return _("اعتبار پیشنهادها پایان یافته است؛ درباره تجدید رأی داده می‌شود.")
    return None if next_in_turn(ctx, tender) else _("پیشنهادی در رتبه‌بندی نمانده است؛ درباره تجدید رأی داده می‌شود.")


def was_named_in_turn(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid that was not chosen at first wins once the board named it after the chosen one's refusal."""
    query = sa.select(Award.id).where(
        Award.winner_bid_id == bid.id, Award.announced_at.is_not(None), Award.returned_at.is_(None)
    )
    return None if ctx.session.scalar(query.limit(1)) else _("نوبت این پیشنهاد نرسیده است.")


def bid_award_stands(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A bid's outcome follows the announced award."""
    query = sa.select(Award.id).where(Award.tender_id == bid.tender_id, Award.announced_at.is_not(None))
    return None if ctx.session.scalar(query.limit(1)) else _("نتیجه هنوز اعلام نشده است.")


def contract_is_issued(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A tender ends in a contract that was issued."""
    issued = DocumentKind.CONTRACT in COUNTS.of(ctx, tender).papers
    return None if issued else _("قرارداد این مناقصه هنوز صادر نشده است.")


def _passed(ctx: Context, tender: Tender, matter: Matter, reason: str) -> str | None:
    return None if VOTES.of(ctx, tender).round_of(matter).has_passed else reason
