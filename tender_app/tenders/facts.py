"""What the guards and pages of tenders need to know, read for many tenders in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from tender_app.kernel.vocabulary import Role, Scope
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import Seat, seats
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Attendance, Criterion, Insertion, InvitedFirm, Tender, TenderDocument
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
    invited: int = 0  # firms on the list of a limited call
    leasts: Mapping[int, Fraction] = field(default_factory=dict)  # by criterion, of 100

    def holders(self, role: Role) -> list[int]:
        """Return who sits in a role."""
        return [s.person_id for s in self.seats if s.role is role]


def _of_tenders(model: Any, *columns: Any) -> sa.Select[Any]:
    """Return the question for rows of tenders whose ids are named when it is asked; it is built once."""
    wanted = model.tender_id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(model.tender_id, *columns).where(wanted)


def _count(model: Any, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return how many rows of a kind the enclosing question's tender has, as a column."""
    return sa.select(sa.func.count()).where(model.tender_id == Tender.id, *where).scalar_subquery()


ATTENDANCE = _of_tenders(Attendance, Attendance.session, Attendance.role, Attendance.person_id).order_by(Attendance.id)
COUNTS = sa.select(
    Tender.id,
    _count(Insertion, Insertion.outlet.in_(PAPERS)),
    _count(TenderDocument),
    _count(InvitedFirm),
).where(Tender.id.in_(sa.bindparam("ids", expanding=True)))
CRITERIA = _of_tenders(
    Criterion, Criterion.id, Criterion.parent_id, Criterion.weight, Criterion.title, Criterion.least, Criterion.top
).order_by(Criterion.id)
INVITED = (
    _of_tenders(LedgerEntry, LedgerEntry.before).where(LedgerEntry.act == TenderAct.INVITE).order_by(LedgerEntry.id)
)


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, TenderFacts]:
    """Read the facts of the tenders, in five queries."""
    ids = [t.id for t in tenders]
    seated = seats(ctx.session, Scope.TENDER, ids, ctx.now)
    present = _grouped(ctx, ATTENDANCE, ids)
    counts = {i: counted for i, *counted in ctx.session.execute(COUNTS, {"ids": ids})}
    criteria = _grouped(ctx, CRITERIA, ids)
    invited = _grouped(ctx, INVITED, ids)
    return {
        i: TenderFacts(
            seated[i],
            {s: _present(present.get(i, ()), s, seated[i]) for s in Session},
            papers,
            documents,
            [(c.id, c.parent_id, c.weight, c.title) for c in criteria.get(i, ())],
            frozenset(r.before for r in invited.get(i, ())),
            firms,
            {c.id: 100 * Fraction(c.least) / Fraction(c.top) for c in criteria.get(i, ()) if c.least is not None},
        )
        for i, (papers, documents, firms) in counts.items()
    }


FACTS = Facts(load)


def _present(rows: Sequence[Any], session: Session, seated: Sequence[Seat]) -> frozenset[Role]:
    """Return the seats whose holders are present: who left a seat is present in it no more."""
    now = {(s.role, s.person_id) for s in seated}
    return frozenset(r.role for r in rows if r.session is session and (r.role, r.person_id) in now)


def _grouped(ctx: Context, query: sa.Select[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in ctx.session.execute(query, {"ids": ids}):
        found.setdefault(row.tender_id, []).append(row)
    return found
