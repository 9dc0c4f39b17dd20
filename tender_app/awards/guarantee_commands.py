"""What changes guarantees: held from their opening, due by a row of the law, released, handed over, forfeited."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.awards.guarantee_guards import has_other_live, kept_bids, stays_unopened
from tender_app.awards.guarantee_letters import send_letter
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import (
    Due,
    Forfeiture,
    HandOver,
    InHand,
    Opened,
    ReleaseGround,
    SecurityAct,
    SecurityState,
)
from tender_app.bids.models import Bid, Guarantee, OriginalReceived
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance, begin

OUT = (BidState.BELOW_MINIMUM, BidState.PRICE_REJECTED)


def make_security(ctx: Context, what: Opened | InHand) -> Security:
    """Hold the guarantee that an opened envelope stated, or the original of one that was never read."""
    bid: Bid = what.bid
    stated: Guarantee | None = what.guarantee
    return Security(
        organisation_id=bid.organisation_id,
        tender_id=bid.tender_id,
        firm_id=bid.firm_id,
        bid_id=bid.id,
        guarantee_id=stated.id if stated else None,
        expires_on=stated.expires_on if stated else None,
        held_at=ctx.now,
    )


def hold_guarantees(ctx: Context, tender: Tender, _what: Any) -> None:
    """Hold every guarantee that the opening of envelopes الف brought to light."""
    for bid in _bids(ctx, tender):
        held_of(ctx, bid)


def release_unopened(ctx: Context, tender: Tender, _what: Any) -> None:
    """Who handed an original over and has no bid that counts takes it back unopened (Arts. 15-17): returned, withdrawn, late."""
    _due(ctx, [bid for bid in _bids(ctx, tender) if stays_unopened(ctx, bid)], ReleaseGround.UNOPENED)


def release_rejected(ctx: Context, bid: Bid, _what: Any) -> None:
    """A bid that fell out at الف or ب takes its guarantee back at once (Art. 18)."""
    _due(ctx, [bid], ReleaseGround.REJECTED)


def release_left(ctx: Context, bid: Bid, _what: Any) -> None:
    """Who does not extend its validity leaves without forfeiture (Art. 21-a)."""
    _due(ctx, [bid], ReleaseGround.LEFT)


def keep_first_two(ctx: Context, tender: Tender, _what: Any) -> None:
    """After the prices only the first two guarantees are kept (Art. 20-c, R31)."""
    kept = kept_bids(ctx, tender)
    out = [b for b in _bids(ctx, tender, [*OUT, BidState.PRICED]) if b.state in OUT or b.id not in kept]
    _due(ctx, out, ReleaseGround.NOT_KEPT)


def keep_first_two_anew(ctx: Context, bid: Bid, _what: Any) -> None:
    """Where a price left the ranking, keep the first two of the new one: a guarantee that was to go back is held again."""
    tender = ctx.session.get_one(Tender, bid.tender_id)
    kept = kept_bids(ctx, tender)
    due = sa.select(Security).where(Security.bid_id.in_(kept), Security.state == SecurityState.RELEASE_DUE)
    for held in ctx.session.scalars(due.order_by(Security.id)).all():
        advance(ctx, held, SecurityAct.KEEP)
    keep_first_two(ctx, tender, None)


def keep(_ctx: Context, security: Security, _what: Any) -> None:
    """Forget that the guarantee was to go back."""
    security.ground, security.due_at = None, None


def release_losers(ctx: Context, tender: Tender, _what: Any) -> None:
    """Whoever was named neither first nor second winner takes the guarantee back (Art. 20-c)."""
    _due(ctx, _bids(ctx, tender, [BidState.LOST]), ReleaseGround.NOT_NAMED)


def release_after_contract(ctx: Context, tender: Tender) -> None:
    """The contract frees the second winner's guarantee, and the winner's, whose performance security is in hand (Art. 21)."""
    _due(ctx, _bids(ctx, tender, [BidState.WON, BidState.RUNNER_UP]), ReleaseGround.CONTRACT)


def release_all(ctx: Context, tender: Tender, _what: Any) -> None:
    """A tender that ends without a contract gives every guarantee back but a forfeited one (Art. 24)."""
    _due(ctx, [b for b in _bids(ctx, tender) if b.state is not BidState.REFUSED], ReleaseGround.ENDED)


def fall_due(ctx: Context, security: Security, what: Due) -> None:
    """Keep why a guarantee goes back and since when, and tell the officers."""
    security.ground, security.due_at = what.ground, ctx.now
    tender = ctx.session.get_one(Tender, security.tender_id)
    officers = holders(ctx, {Role.OFFICER}, Scope.ORGANISATION, [security.organisation_id])
    body = f"{ctx.session.get_one(Bid, security.bid_id).firm.name}: {what.ground.persian}"
    tell(ctx, officers, "تضمینی باید آزاد شود", body=body, path=_path(tender), tender_id=tender.id)


def release(ctx: Context, security: Security, _what: Any) -> None:
    """Issue the letter of release to the firm."""
    security.ended_at = ctx.now
    ground = security.ground.persian if security.ground else ""
    paragraphs = (
        f"تضمین شرکت در فرآیند آن شرکت در مناقصه «{security.tender.title}» به این موجب آزاد شد: {ground}.",
        "خواهشمند است نماینده شرکت با معرفی‌نامه و اصل این نامه برای دریافت اصل تضمین به دستگاه مراجعه کند.",
    )
    send_letter(ctx, security.bid, DocumentKind.RELEASE_LETTER, paragraphs, place="guarantees")


def keep_hand_over(ctx: Context, security: Security, what: HandOver) -> None:
    """Keep to whom the original was handed, and tell the firm."""
    security.handed_to, security.handed_on, security.hand_note = what.name, what.day, what.note
    people = holders(ctx, {Role.FIRM}, Scope.FIRM, [security.firm_id])
    body = f"به {what.name}، {calendar.numeric(what.day)}"
    path = _path(security.tender)
    tell(ctx, people, "اصل تضمین تحویل شد", body=body, path=path, tender_id=security.tender_id)


def forfeit_of(ctx: Context, bid: Bid, reason: str) -> None:
    """Forfeit the guarantee of a winner that refused, if the tender asks for one (Art. 21, R36)."""
    held = held_of(ctx, bid)
    if held is not None:
        advance(ctx, held, SecurityAct.FORFEIT, Forfeiture(reason))


def forfeit(ctx: Context, security: Security, what: Forfeiture) -> None:
    """Keep the reason and issue the letter of forfeiture to the firm."""
    security.ended_at, security.end_note = ctx.now, what.reason
    paragraphs = (
        f"آن شرکت برنده مناقصه «{security.tender.title}» شناخته شد و از بستن قرارداد خودداری کرد: {what.reason}",
        "از این رو، به موجب ماده ۲۱ قانون برگزاری مناقصات، تضمین شرکت در فرآیند ارجاع کار به شرح زیر ضبط می‌شود.",
    )
    send_letter(ctx, security.bid, DocumentKind.FORFEITURE_LETTER, paragraphs, place="guarantees")


def held_of(ctx: Context, bid: Bid) -> Security | None:
    """Return the bid's guarantee in the agency's hands; one that was opened before it was kept so is taken in now."""
    known = ctx.session.scalars(sa.select(Security).where(Security.bid_id == bid.id)).one_or_none()
    if known is not None:
        return known
    stated = ctx.session.scalars(sa.select(Guarantee).where(Guarantee.bid_id == bid.id)).one_or_none()
    return None if stated is None else begin(ctx, Security, SecurityAct.HOLD, Opened(stated, bid))


def _in_hand(ctx: Context, bid: Bid) -> Security | None:
    """Take in the original of a firm none of whose guarantees was read, for the bid with which it goes back."""
    own = {"tender_id": bid.tender_id, "firm_id": bid.firm_id}
    original = ctx.session.scalars(sa.select(OriginalReceived).filter_by(**own)).one_or_none()
    known = ctx.session.scalar(sa.select(Security.id).filter_by(**own).limit(1))
    if original is None or known is not None or has_other_live(ctx, bid):
        return None
    return begin(ctx, Security, SecurityAct.HOLD, InHand(original, bid))


def _due(ctx: Context, bids: Iterable[Bid], ground: ReleaseGround) -> None:
    for bid in bids:
        held = held_of(ctx, bid) or _in_hand(ctx, bid)
        if held is not None and held.state is SecurityState.HELD:
            advance(ctx, held, SecurityAct.FALL_DUE, Due(ground))


def _bids(ctx: Context, tender: Tender, states: Sequence[BidState] = ()) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id).options(joinedload(Bid.firm), joinedload(Bid.tender))
    if states:
        query = query.where(Bid.state.in_(states))
    return ctx.session.scalars(query.order_by(Bid.submitted_at, Bid.id)).all()


def _path(tender: Tender) -> str:
    return f"/tenders/{tender.number}/guarantees"
