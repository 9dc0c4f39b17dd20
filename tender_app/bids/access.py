"""Who opened which file of a bid, when and in which capacity: kept as it happens, shown to the firm and the auditor."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.cure_models import CureFile
from tender_app.bids.models import Bid, FileAccess, OpenedEnvelope, OpenedFile
from tender_app.bids.rules import EnvelopeKind
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.people.models import Firm, Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

ONCE = dt.timedelta(minutes=10)  # within which one person's views of a file in one capacity count once
PAGE = 20
COLUMN: Mapping[type[OpenedFile | CureFile], str] = {OpenedFile: "opened_file_id", CureFile: "cure_file_id"}


@dataclass(frozen=True, slots=True)
class Access:
    """A file of a bid that was opened: by whom (`who` is a name, or an evaluator's number) and in which capacity."""

    id: int
    at: dt.datetime
    firm: str
    envelope: EnvelopeKind | None  # None: the firm brought it in the cure period
    file: str
    who: str
    role: Role


@dataclass(frozen=True, slots=True)
class Accesses:
    """A page of accesses, the newest first, and the cursor of those before them, if there are any."""

    rows: Sequence[Access]
    before: int | None


def keep_access(
    ctx: Context, file_id: int, bid_id: int, role: Role, table: type[OpenedFile | CureFile] = OpenedFile
) -> None:
    """Keep that the actor opens this file in this capacity, unless it was kept within the last ten minutes."""
    file = sa.select(table.id).where(table.id == file_id)
    ctx.session.execute(file.with_for_update(key_share=True))  # two views at once are kept one after the other
    same = sa.select(FileAccess.id).where(
        getattr(FileAccess, COLUMN[table]) == file_id,
        FileAccess.person_id == ctx.actor.person_id,
        FileAccess.role == role,
        FileAccess.at > ctx.now - ONCE,
    )
    if ctx.session.scalar(same.limit(1)) is None:
        who = ctx.actor.person_id
        ctx.session.add(FileAccess(**{COLUMN[table]: file_id}, bid_id=bid_id, person_id=who, role=role, at=ctx.now))
        ctx.session.flush()


def accesses_of(ctx: Context, bid: Bid, before: int | None = None) -> Accesses:
    """Return who opened the files of the firm's own bid; evaluators, who score without names, by their number alone."""
    numbers = _evaluators(ctx, bid)
    found = _page(ctx, FileAccess.bid_id == bid.id, before)
    rows = [_access(row, numbers.get(row.FileAccess.person_id, "")) for row in found]
    return _cut(rows)


def accesses_in(ctx: Context, tender: Tender, before: int | None = None) -> Accesses:
    """Return who opened the files of all bids of the tender, everybody by name: for the auditor."""
    found = _page(ctx, Bid.tender_id == tender.id, before)
    return _cut([_access(row, "") for row in found])


def _page(ctx: Context, where: sa.ColumnElement[bool], before: int | None) -> Sequence[Any]:
    query = (
        sa.select(
            FileAccess,
            sa.func.coalesce(OpenedFile.name, CureFile.name).label("file"),
            OpenedEnvelope.kind.label("envelope"),
            Firm.name.label("firm"),
            Person.name.label("person"),
        )
        .outerjoin(OpenedFile, OpenedFile.id == FileAccess.opened_file_id)
        .outerjoin(OpenedEnvelope, OpenedEnvelope.id == OpenedFile.opened_envelope_id)
        .outerjoin(CureFile, CureFile.id == FileAccess.cure_file_id)
        .join(Bid, Bid.id == FileAccess.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .join(Person, Person.id == FileAccess.person_id)
        .where(where)
    )
    if before is not None:
        query = query.where(FileAccess.id < before)
    return ctx.session.execute(query.order_by(FileAccess.id.desc()).limit(PAGE + 1)).all()


def _cut(rows: Sequence[Access]) -> Accesses:
    return Accesses(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _access(row: Any, number: str) -> Access:
    kept = row.FileAccess
    who = number if number and kept.role is Role.EVALUATOR else row.person
    return Access(kept.id, kept.at, row.firm, row.envelope, row.file, who, kept.role)


def _evaluators(ctx: Context, bid: Bid) -> Mapping[int, str]:
    """Return each evaluator's number, by the order in which they first opened a file of this bid.

    The order of their seats is known from the papers, and would give the names away.
    """
    query = (
        sa.select(FileAccess.person_id)
        .where(FileAccess.bid_id == bid.id, FileAccess.role == Role.EVALUATOR)
        .group_by(FileAccess.person_id)
        .order_by(sa.func.min(FileAccess.id))
    )
    people = ctx.session.scalars(query).all()
    return {person: persian_digits(_("ارزیاب {place}").format(place=n)) for n, person in enumerate(people, 1)}
