"""What the guards and pages of tenders need to know, read for many tenders in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Role, Scope
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import Seat, seats
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Attendance, Criterion, Insertion, Tender, TenderDocument
from tender_app.tenders.rules import Outlet, Session, TenderAct

PAPERS = (Outlet.NATIONAL_PAPER, Outlet.PROVINCIAL_PAPER)


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """What the guards need to know of a tender."""

    seats: Sequence[Seat]
    present: Mapping[Session, frozenset[Role]]
    papers: int
    documents: int
    criteria: Sequence[tuple[int, int | None, Decimal, str]]
    invited_in: frozenset[str]

    def holders(self, role: Role) -> list[int]:
        """Return who sits in a role."""
        return [s.person_id for s in self.seats if s.role is role]


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, TenderFacts]:
    """Read the facts of the tenders, in six queries."""
    ids = [t.id for t in tenders]
    seated = seats(ctx.session, Scope.TENDER, ids, ctx.now)
    present = _grouped(ctx, sa.select(Attendance.tender_id, Attendance.session, Attendance.role), Attendance, ids)
    papers = _counts(ctx, Insertion, ids, Insertion.outlet.in_(PAPERS))
    documents = _counts(ctx, TenderDocument, ids)
    criteria = _grouped(
        ctx,
        sa.select(Criterion.tender_id, Criterion.id, Criterion.parent_id, Criterion.weight, Criterion.title),
        Criterion,
        ids,
    )
    invited = _grouped(
        ctx,
        sa.select(LedgerEntry.tender_id, LedgerEntry.before).where(LedgerEntry.act == TenderAct.INVITE),
        LedgerEntry,
        ids,
    )
    return {
        i: TenderFacts(
            seated[i],
            {s: frozenset(r.role for r in present.get(i, ()) if r.session is s and r.role) for s in Session},
            papers.get(i, 0),
            documents.get(i, 0),
            [(c.id, c.parent_id, c.weight, c.title) for c in criteria.get(i, ())],
            frozenset(r.before for r in invited.get(i, ())),
        )
        for i in ids
    }


FACTS = Facts(load)


def _counts(ctx: Context, model: Any, ids: Sequence[int], *conditions: Any) -> dict[int, int]:
    query = sa.select(model.tender_id, sa.func.count()).where(model.tender_id.in_(ids), *conditions)
    return {row[0]: row[1] for row in ctx.session.execute(query.group_by(model.tender_id))}


def _grouped(ctx: Context, query: Any, model: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in ctx.session.execute(query.where(model.tender_id.in_(ids)).order_by(model.id)):
        found.setdefault(row.tender_id, []).append(row)
    return found
