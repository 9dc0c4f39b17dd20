"""A renewed tender begins as a copy of the one that was renewed, under its own number, and both know each other (Art. 24-a)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.models import Cluster
from tender_app.kernel.vocabulary import Scope
from tender_app.kernel.words import _
from tender_app.people.capacities import grant, seats
from tender_app.store.context import Context
from tender_app.tenders.commands import make_tender
from tender_app.tenders.models import Criterion, InvitedFirm, Tender, TenderDocument
from tender_app.tenders.rules import Draft, TenderState

OWN = frozenset(  # what a tender never takes from the one before it; nor does it take instants and days
    "id procedure version revision state organisation_id cluster_id number title search prepared_by approved_by setad_no "
    "end_reason end_note terms_digest scores_digest renews_id".split()
)


@dataclass(frozen=True, slots=True)
class Renewed:
    """A tender to begin from a renewed one (its row), with its seats or without."""

    source: Any
    with_seats: bool = False

    @property
    def cluster(self) -> Any:
        """Return the cluster of both."""
        return self.source.cluster

    @property
    def procedure(self) -> str:
        """Return the key of the procedure under which both run: a renewal changes no law."""
        key: str = self.source.procedure
        return key

    def record(self) -> dict[str, Any]:
        """Keep from which tender."""
        return {"source": self.source.number, "with_seats": self.with_seats}


def cluster_of_copy(what: Renewed) -> Cluster:
    """A copy is prepared where its source's cluster is."""
    cluster: Cluster = what.cluster
    return cluster


def source_was_renewed(ctx: Context, what: Renewed | None) -> str | None:
    """Only a renewed tender is begun again, and once."""
    if what is None:
        return None
    if what.source.state is not TenderState.RENEWED:
        return _("فقط مناقصه‌ای که تجدید شده است از نو آغاز می‌شود.")
    made = ctx.session.scalar(sa.select(Tender.number).where(Tender.renews_id == what.source.id))
    return _("مناقصه {number} از همین مناقصه آغاز شده است.").format(number=made) if made else None


def make_copy(ctx: Context, what: Renewed) -> Tender:
    """Begin a draft with the facts of the renewed tender, under the next number; its times are its own."""
    source: Tender = what.source
    made = make_tender(ctx, Draft(source.cluster, source.title, source.legal_basis))
    for column in sa.inspect(Tender).columns:
        if column.key not in OWN and not isinstance(getattr(source, column.key), dt.date):
            setattr(made, column.key, getattr(source, column.key))
    made.renews_id = source.id
    return made


def copy_parts(ctx: Context, tender: Tender, what: Renewed) -> None:
    """Copy criteria, documents and invited firms, and the seats where that was asked for."""
    source: Tender = what.source
    _copy_criteria(ctx, tender, source.criteria)
    for document in source.documents:
        kept = {c.key: getattr(document, c.key) for c in sa.inspect(TenderDocument).columns}
        ctx.session.add(TenderDocument(**{**kept, "id": None, "tender_id": tender.id, "uploaded_at": ctx.now}))
    for firm_id in ctx.session.scalars(sa.select(InvitedFirm.firm_id).where(InvitedFirm.tender_id == source.id)):
        ctx.session.add(InvitedFirm(tender_id=tender.id, firm_id=firm_id, added_at=ctx.now))
    if what.with_seats:
        for seat in seats(ctx.session, Scope.TENDER, [source.id], ctx.now)[source.id]:
            grant(ctx, seat.person_id, seat.role, scope=Scope.TENDER, scope_id=tender.id, basis=source.number)
    ctx.session.flush()
    ctx.session.expire(tender, ["criteria", "documents"])


def kin(ctx: Context, tender: Tender) -> tuple[Tender | None, Tender | None]:
    """Return the tender that this one renews, and the one that renews it, in one query."""
    pair = sa.or_(Tender.id == tender.renews_id, Tender.renews_id == tender.id)
    found = ctx.session.scalars(sa.select(Tender).where(pair)).all()
    before = next((t for t in found if t.id == tender.renews_id), None)
    return before, next((t for t in found if t.renews_id == tender.id), None)


def _copy_criteria(ctx: Context, tender: Tender, rows: Sequence[Criterion]) -> None:
    """Copy the tree from its roots on, each node under its own copy."""
    made: dict[int | None, int | None] = {None: None}
    left = list(rows)
    while ready := [row for row in left if row.parent_id in made]:
        for row in ready:
            kept = {c.key: getattr(row, c.key) for c in sa.inspect(Criterion).columns}
            copy = Criterion(**{**kept, "id": None, "tender_id": tender.id, "parent_id": made[row.parent_id]})
            ctx.session.add(copy)
            ctx.session.flush()
            made[row.id] = copy.id
        left = [row for row in left if row.id not in made]
