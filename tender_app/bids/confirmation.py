"""What an addendum asks of submitted bids: each is confirmed, replaced or withdrawn until the deadline (Art. 17).

A bid that is neither is treated as the documents say: it stands, or it goes back unopened before the first envelope of
anybody is opened. Who confirmed is shown to the firm alone until then, like the bid itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.bids.confirmation_models import AddendumConfirmation
from tender_app.bids.facts import COUNTS
from tender_app.bids.guards import too_few
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, Confirmation
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context, Facts
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumState
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState, Unconfirmed
from tender_app.workflow.engine import advance

OPENING = (
    TenderState.OPENED_A,
    TenderState.TECHNICAL,
)  # to which the first opening leads: the latter where no الف is used


def load(ctx: Context, bids: Sequence[Bid]) -> Mapping[int, tuple[int, ...]]:
    """Read which addenda (their numbers) each submitted bid is still to be confirmed after, in two queries."""
    ids = [b.id for b in bids]
    query = sa.select(Addendum.tender_id, Addendum.id, Addendum.number, Addendum.issued_at).where(
        Addendum.tender_id.in_({b.tender_id for b in bids}), Addendum.state == AddendumState.ISSUED
    )
    issued = ctx.session.execute(query.order_by(Addendum.number)).all()
    done = sa.select(AddendumConfirmation.bid_id, AddendumConfirmation.addendum_id)
    known = {tuple(row) for row in ctx.session.execute(done.where(AddendumConfirmation.bid_id.in_(ids)))}
    return {
        b.id: tuple(
            row.number
            for row in issued
            if row.tender_id == b.tender_id
            and b.submitted_at is not None
            and b.submitted_at <= row.issued_at
            and (b.id, row.id) not in known
        )
        for b in bids
    }


WAITING = Facts[Bid, tuple[int, ...]](load)


def unconfirmed(ctx: Context, tender: Tender) -> list[Bid]:
    """Return the submitted bids of a tender that no act of their firms answered an addendum for."""
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.SUBMITTED).order_by(Bid.id)
    bids = ctx.session.scalars(query).all()
    WAITING.preload(ctx, bids)
    return [bid for bid in bids if WAITING.of(ctx, bid)]


def to_return(ctx: Context, tender: Tender) -> list[Bid]:
    """Return the bids that go back unopened in the opening, where the documents say so."""
    says_so = tender.unconfirmed_bids is Unconfirmed.RETURN
    return unconfirmed(ctx, tender) if says_so and tender.state in {TenderState.PUBLISHED, *OPENING} else []


def addendum_waits(ctx: Context, bid: Bid, what: Confirmation | None) -> str | None:
    """A bid is confirmed after addenda that came since it was submitted, as many as the firm saw (R14)."""
    waiting = WAITING.of(ctx, bid)
    if not waiting:
        return _("الحاقیه‌ای نیست که پیشنهاد شما پس از آن تأیید شود.")
    if what is None or what.addenda == waiting:
        return None
    return _("الحاقیه‌ها همان نیست که دیدید؛ شاید در این میان الحاقیه دیگری صادر شده است. دوباره ببینید.")


def nothing_to_confirm(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Nothing is left to confirm once nothing waits, or the deadline is over."""
    closes = bid.tender.closes_at
    is_over = closes is not None and ctx.now >= closes
    return _("مهلت تأیید گذشته است.") if is_over else addendum_waits(ctx, bid, None)


def is_left_unconfirmed(ctx: Context, bid: Bid, _what: Any) -> str | None:
    """Only an unconfirmed bid goes back unopened, in the opening, where the documents say so; it is never opened (R20)."""
    tender = bid.tender
    if tender.state not in OPENING or tender.unconfirmed_bids is not Unconfirmed.RETURN:
        return _("پیشنهاد تأییدنشده فقط در جلسه گشایش و آن‌گاه بازگردانده می‌شود که اسناد چنین گفته باشد.")
    return None if WAITING.of(ctx, bid) else _("این پیشنهاد تأیید شده است یا پس از الحاقیه تسلیم شده است.")


def enough_bids(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """There are as many bids as the documents ask for, those that go back unopened not counted (Art. 24)."""
    count = COUNTS.of(ctx, tender).bids.get(BidState.SUBMITTED, 0)
    return too_few(tender, count - len(to_return(ctx, tender)))


def confirm(ctx: Context, bid: Bid, what: Confirmation) -> None:
    """Keep that the firm lets its bid stand after these addenda."""
    query = sa.select(Addendum.id).where(Addendum.tender_id == bid.tender_id, Addendum.number.in_(what.addenda))
    ctx.session.add_all(
        AddendumConfirmation(
            bid_id=bid.id, addendum_id=addendum_id, confirmed_at=ctx.now, confirmed_by=ctx.actor.person_id
        )
        for addendum_id in ctx.session.scalars(query)
    )
    ctx.session.flush()
    ctx.facts.clear()


def return_unconfirmed(ctx: Context, tender: Tender, _what: Any) -> None:
    """Let the bids go back unopened before any envelope is opened."""
    for bid in to_return(ctx, tender):
        advance(ctx, bid, BidAct.RETURN)


def tell_of_return(ctx: Context, bid: Bid, _what: Any) -> None:
    """Keep and tell the firm why its bid went back."""
    numbers = "، ".join(persian_digits(number) for number in WAITING.of(ctx, bid))
    bid.finding = f"پس از الحاقیه شماره {numbers} نه تأیید شد و نه جایگزین"
    ctx.session.flush()
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [bid.firm_id])
    body = f"{bid.finding}؛ به گفته اسناد ناگشوده بازگردانده شد و پاکت‌های آن گشوده نمی‌شود."
    path = f"/tenders/{bid.tender.number}/bid"
    tell(ctx, people, "پیشنهاد شما ناگشوده بازگردانده شد", body=body, path=path, tender_id=bid.tender_id)
