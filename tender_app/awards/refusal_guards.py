"""Reasons against recording and confirming a winner's refusal, and against passing its turn on (Art. 21, R36)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.awards.guards import VOTES
from tender_app.awards.models import Award
from tender_app.awards.refusal_models import WinnerRefusal
from tender_app.awards.refusal_rules import AFTER_TERM, RefusalGround, RefusalOutcome, Refused, signs_by
from tender_app.awards.validity import has_lapsed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Sequence[WinnerRefusal]]:
    """Read the recorded refusals of the tenders, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(WinnerRefusal).where(WinnerRefusal.tender_id.in_(ids)).order_by(WinnerRefusal.id)
    rows = ctx.session.scalars(query).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


REFUSALS = Facts[Tender, Sequence[WinnerRefusal]](load)


def waiting(ctx: Context, tender: Tender) -> WinnerRefusal | None:
    """Return the refusal that the manager has not decided yet."""
    return next((r for r in REFUSALS.of(ctx, tender) if r.decided_at is None), None)


def standing_award(ctx: Context, tender: Tender) -> Award | None:
    """Return the announced decision whose winner is to sign; None once no named winner is left."""
    return next((a for a in VOTES.of(ctx, tender).awards if a.announced_at and a.returned_at is None), None)


def term_of(ctx: Context, tender: Tender) -> Any:
    """Return until when the standing winner signs and gives the performance security."""
    announced = [a for a in VOTES.of(ctx, tender).awards if a.announced_at]
    days = [calendar.today(a.announced_at) for a in announced if a.announced_at]
    return signs_by(tender.contract_by, days[0], days[-1], tender.valid_until) if days else tender.contract_by


def winner_is_waited_for(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Only who was named and announced can refuse."""
    if standing_award(ctx, tender) is not None:
        return None
    return _("برنده‌ای در انتظار بستن قرارداد نیست؛ همه برندگان نام‌برده کنار رفته‌اند.")


def no_refusal_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """One refusal is decided at a time."""
    return _("خودداری ثبت‌شده در انتظار تصمیم مدیرعامل است.") if waiting(ctx, tender) else None


def refusal_waits(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A manager decides what the head of the commission recorded."""
    return None if waiting(ctx, tender) else _("خودداری‌ای ثبت نشده که در انتظار تصمیم باشد.")


def refusal_ground_fits(ctx: Context, tender: Tender, what: Refused | None) -> str | None:
    """A ground that the facts refute is refused: silence counts once the term is over (R36)."""
    if what is None:
        return None
    term = term_of(ctx, tender)
    if what.ground in AFTER_TERM and (term is None or calendar.today(ctx.now) <= term):
        until = calendar.long_date(term) if term else "—"
        return _("برنده تا {until} برای امضا و سپردن تضمین مهلت دارد؛ پیش از آن فقط انصراف کتبی ثبت می‌شود.").format(
            until=until
        )
    if what.ground is RefusalGround.NOT_EXTENDED and not _has_lapsed(ctx, tender):
        return _("برنده تمدید اعتبار را رد نکرده یا اعتبار نخست هنوز پایان نیافته است.")
    return None


def refusal_was_confirmed(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """A winner's turn ends by a refusal that the manager confirmed."""
    query = sa.select(WinnerRefusal.id).where(
        WinnerRefusal.bid_id == bid.id, WinnerRefusal.outcome == RefusalOutcome.CONFIRMED
    )
    return None if ctx.session.scalar(query) else _("خودداری این برنده تأیید نشده است.")


def winner_has_gone(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """The second winner's turn comes when no first winner is left."""
    query = sa.select(Bid.id).where(Bid.tender_id == bid.tender_id, Bid.state == BidState.WON)
    return _("برنده اول هنوز بر جاست.") if ctx.session.scalar(query.limit(1)) else None


def _has_lapsed(ctx: Context, tender: Tender) -> bool:
    award = standing_award(ctx, tender)
    return award is not None and has_lapsed(ctx, ctx.session.get_one(Bid, award.winner_bid_id))
