"""What the pages of contracts read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.clusters.models import Cluster
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible

PAGE = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """A contract on the list."""

    id: int
    number: str | None
    cluster: str
    firm: str
    state: ContractState
    amount: int
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of contracts, the newest first, and the id after which the next page begins."""

    rows: Sequence[Listed]
    after: int | None


def listing(ctx: Context, before: int | None = None) -> Listing:
    """Return a page of the contracts that the actor may see, in one query."""
    seen = sa.or_(where_visible(ctx, Contract, Sight.WORK), where_visible(ctx, Contract, Sight.OWN))
    query = (
        sa.select(
            Contract.id,
            Contract.number,
            Cluster.name,
            Firm.name,
            Contract.state,
            Contract.amount,
            Contract.starts_on,
            Contract.ends_on,
        )
        .join(Tender, Tender.id == Contract.tender_id)
        .join(Cluster, Cluster.id == Tender.cluster_id)
        .join(Firm, Firm.id == Contract.firm_id)
        .where(seen, sa.true() if before is None else Contract.id < before)
    )
    found = ctx.session.execute(query.order_by(Contract.id.desc()).limit(PAGE + 1)).all()
    rows = [Listed(*row) for row in found[:PAGE]]
    return Listing(rows, rows[-1].id if len(found) > PAGE else None)


def seen(ctx: Context, contract_id: int) -> Contract | None:
    """Return a contract with what its page shows, if the actor may see it as staff or as its firm."""
    visible = sa.or_(where_visible(ctx, Contract, Sight.WORK), where_visible(ctx, Contract, Sight.OWN))
    query = sa.select(Contract).where(Contract.id == contract_id, visible)
    query = query.options(joinedload(Contract.firm), joinedload(Contract.tender), joinedload(Contract.organisation))
    return ctx.session.scalars(query).one_or_none()


def issued(ctx: Context, contract: Contract) -> IssuedDocument | None:
    """Return the contract's paper, if it was issued."""
    query = sa.select(IssuedDocument).where(
        IssuedDocument.tender_id == contract.tender_id, IssuedDocument.kind == DocumentKind.CONTRACT
    )
    return ctx.session.scalars(query).one_or_none()
