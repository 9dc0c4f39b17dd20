"""What an open complaint asks of a contract: the manager's reasoned confirmation of its issue (Art. 25)."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_queries import OPEN_ABOUT
from tender_app.awards.complaint_rules import OPEN
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import Guaranteed
from tender_app.kernel.words import _
from tender_app.store.context import Context, Facts

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


def open_about(ctx: Context, contract_id: int) -> Sequence[Complaint]:
    """Return the open complaints about a contract's tender, in one query."""
    return ctx.session.scalars(ABOUT, {"contract_id": contract_id}).all()
