"""Reasons against acts on contracts, and that of a cluster which turns on its contract."""

from typing import Any

import sqlalchemy as sa

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import WHOLE, ContractState, Drafted, Guaranteed
from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState


def tender_of_draft(what: Drafted) -> Tender:
    """A contract is drafted for a tender."""
    tender: Tender = what.tender
    return tender


def tender_is_awarded(_ctx: Context, what: Drafted | None) -> str | None:
    """A contract follows an announced award (Art. 21)."""
    if what is None or what.tender.state is TenderState.AWARDED:
        return None
    return _("پیش‌نویس قرارداد پس از تأیید و اعلام برنده تهیه می‌شود.")


def no_contract_yet(ctx: Context, what: Drafted | None) -> str | None:
    """One contract for a tender."""
    if what is None:
        return None
    standing = sa.and_(Contract.tender_id == what.tender.id, Contract.state != ContractState.LAPSED)
    known = ctx.session.scalar(sa.select(Contract.id).where(standing))
    return _("پیش‌نویس قرارداد این مناقصه تهیه شده است.") if known else None


def is_complete(_ctx: Context, contract: Contract, _what: Any) -> str | None:
    """Shares sum to 100, amounts to the price, and the supervisor is named (R38)."""
    if sum(p.share for p in contract.phases) != WHOLE:
        return _("جمع سهم مرحله‌ها ۱۰۰ نیست.")
    if sum(p.amount for p in contract.phases) != contract.amount:
        return _("جمع مبلغ مرحله‌ها با مبلغ قرارداد یکی نیست.")
    return None if contract.supervisor else _("ناظر فنی را در پیش‌نویس بنویسید.")


def guarantee_is_given(_ctx: Context, contract: Contract, _what: Any) -> str | None:
    """The performance guarantee is in hand before the company signs (Art. 21, R35)."""
    return None if contract.guarantee_no else _("شماره تضمین انجام تعهدات ثبت نشده است؛ عامل آن را هنگام امضا می‌نویسد.")


def signature_is_whole(_ctx: Context, contract: Contract, what: Guaranteed | None) -> str | None:
    """The agent's signature comes with the guarantee and the name of one who may sign for the firm."""
    if what is None:
        return None
    if not what.guarantee_no:
        return _("شماره تضمین انجام تعهدات را بنویسید؛ بی آن قرارداد بسته نمی‌شود (ماده ۲۱).")
    known = {s.id for s in contract.firm.signatories}
    is_known = what.signatory_id is None or what.signatory_id in known
    return None if is_known else _("این شخص در فهرست صاحبان امضای شرکت نیست.")


def bids_are_valid(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A contract is signed while the bids are valid (Art. 21, R35)."""
    until = contract.tender.valid_until
    if until is None or calendar.today(ctx.now) <= until:
        return None
    return _("اعتبار پیشنهادها {until} پایان یافته است؛ مناقصه تجدید می‌شود (ماده ۲۴).").format(
        until=calendar.numeric(until)
    )


def signer_did_not_draft(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """Who drafted a contract does not sign it for the company."""
    own = contract.drafted_by == ctx.actor.person_id
    return _("کسی که پیش‌نویس را تهیه کرده نمی‌تواند آن را امضا و صادر کند.") if own else None


def term_ended(ctx: Context, contract: Contract, _what: Any) -> str | None:
    """A contract is completed after its last day."""
    if calendar.today(ctx.now) > contract.ends_on:
        return None
    return _("مدت قرارداد تا {ends_on} است.").format(ends_on=calendar.numeric(contract.ends_on))


def cluster_has_contract(ctx: Context, cluster: Cluster, _what: Any) -> str | None:
    """A cluster's development begins with the issued contract of its agent."""
    query = (
        sa.select(Contract.id)
        .join(Tender, Tender.id == Contract.tender_id)
        .where(Tender.cluster_id == cluster.id, Contract.state == ContractState.ISSUED)
    )
    return None if ctx.session.scalar(query.limit(1)) else _("قراردادی برای این خوشه صادر نشده است.")
