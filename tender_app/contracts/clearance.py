"""What stands between an award and its contract: an open complaint (Art. 25), a winner who refused (Art. 21)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_queries import OPEN_ABOUT
from tender_app.awards.complaint_rules import OPEN
from tender_app.awards.guarantee_commands import release_after_contract
from tender_app.awards.refusal_guards import standing_award
from tender_app.awards.validity import has_lapsed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import Drafted, Guaranteed
from tender_app.kernel.words import _
from tender_app.store.context import Context, Facts
from tender_app.tenders.bases import said_of
from tender_app.tenders.rules import TenderState

ABOUT = OPEN_ABOUT.join(Contract, Contract.tender_id == Complaint.tender_id).where(
    Contract.id == sa.bindparam("contract_id")
)


def load(ctx: Context, contracts: Sequence[Contract]) -> Mapping[int, bool]:
    """Read which contracts' tenders have an open complaint, in one query."""
    tenders = [c.tender_id for c in contracts]
    query = sa.select(Complaint.tender_id).where(Complaint.tender_id.in_(tenders), Complaint.state.in_(OPEN))
    contested = set(ctx.session.scalars(query))
    return {c.id: c.tender_id in contested for c in contracts}


CONTESTED = Facts[Contract, bool](load)


def complaint_is_weighed(ctx: Context, contract: Contract, what: Guaranteed | None) -> str | None:
    """A complaint stops no tender by itself; to issue while one is open, the manager confirms with the reason (Art. 25)."""
    if what is None or what.despite or not CONTESTED.of(ctx, contract):
        return None
    return _(
        "شکایتی درباره این مناقصه باز است. شکایت مانع بستن قرارداد نیست (ماده ۲۵)، ولی دلیل صدور با وجود آن را بنویسید؛ در دفتر "
        "رویدادها می‌ماند."
    )


def winner_stands(ctx: Context, what: Drafted | None) -> str | None:
    """A contract is drafted with an announced winner who has not refused (Art. 21)."""
    if what is None or standing_award(ctx, what.tender) is not None:
        return None
    told = _("برنده‌ای نمانده است که قرارداد با او بسته شود؛ کمیسیون درباره تجدید رأی می‌دهد (ماده ۲۴).")
    return said_of(what, told)


def winner_still_signs(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A contract is signed with the winner who stands, in a tender that has not ended, while its own bid is valid (Art. 21)."""
    if _is_gone(ctx, contract):
        return _("این شرکت دیگر برنده مناقصه نیست یا مناقصه پایان یافته است؛ این پیش‌نویس بسته نمی‌شود.")
    if has_lapsed(ctx, contract.bid):
        return _("این شرکت تمدید اعتبار را نپذیرفته و اعتبار نخست پایان یافته است؛ نوبت برنده دوم است (ماده ۲۱).")
    return None


def winner_is_gone(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A draft is set aside once its winner is out, or the tender ended otherwise."""
    return None if _is_gone(ctx, contract) else _("برنده این پیش‌نویس بر جاست.")


def release_guarantees(ctx: Context, contract: Contract, _what: Any) -> None:
    """Let the signed contract free the guarantees of both winners (Art. 21)."""
    release_after_contract(ctx, contract.tender)


def _is_gone(ctx: Context, contract: Contract) -> bool:
    ended = contract.tender.state in {TenderState.RENEWED, TenderState.CANCELLED}
    return ended or ctx.session.get_one(Bid, contract.bid_id).state is not BidState.WON


def open_about(ctx: Context, contract_id: int) -> Sequence[Complaint]:
    """Return the open complaints about a contract's tender, in one query."""
    return ctx.session.scalars(ABOUT, {"contract_id": contract_id}).all()
