"""A tender's ledger as a page: its entries in order, what may be read of each now, and whether the chains hold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.ledger.log import Finding, verify
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import installed
from tender_app.workflow.sight import may_see, where_visible

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a page shows it."""

    id: int
    at: dt.datetime
    case: str
    act: str
    who: str
    role: str
    before: str
    after: str
    detail: dict[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """A page of entries, the next page's cursor, and what the verification of all chains found.

    Until the opening there is neither `count` nor `head`: both would move with every bid.
    """

    entries: Sequence[Entry]
    after: int | None
    count: int | None
    head: str
    findings: Sequence[Finding]
    hides_bids: bool
    sees_case: bool


def record_of(ctx: Context, tender: Tender, after: int = 0) -> Record:
    """Return a page of the tender's ledger; what bidders did or handed over is hidden until the opening, askers always."""
    hides = not may_see(ctx, tender, Sight.BIDDERS)
    query = sa.select(LedgerEntry, Person.name).outerjoin(Person, Person.id == LedgerEntry.person_id)
    query = query.where(LedgerEntry.tender_id == tender.id, LedgerEntry.id > after)
    if hides:
        query = query.where(LedgerEntry.case_kind != Bid.kind, LedgerEntry.act != TenderAct.RECEIVE_ORIGINAL)
    rows = ctx.session.execute(query.order_by(LedgerEntry.id).limit(PAGE + 1)).all()
    askers = set(
        ctx.session.scalars(
            sa.select(Question.id).where(Question.tender_id == tender.id, where_visible(ctx, Question, Sight.OWN))
        )
    )
    acts, states = _labels()
    entries = [_entry(row, name, acts, states, askers) for row, name in rows[:PAGE]]
    count, head, findings = verify(ctx.session, tender.id)
    sees_case = may_see(ctx, tender, Sight.CASE_FILE)
    after_these = entries[-1].id if len(rows) > PAGE else None
    return Record(entries, after_these, None if hides else count, "" if hides else head, findings, hides, sees_case)


def _entry(row: LedgerEntry, name: str | None, acts: Any, states: Any, askers: set[int]) -> Entry:
    is_hidden = row.case_kind == Question.kind and row.role == Role.FIRM and row.case_id not in askers
    return Entry(
        row.id,
        row.at,
        TITLES.get(row.case_kind, row.case_kind),
        acts.get(row.act, row.act),
        _("پنهان") if is_hidden else name or _("سامانه"),
        Role(row.role).label,
        states.get((row.case_kind, row.before), ""),
        states.get((row.case_kind, row.after), row.after),
        row.detail,
        row.digest,
    )


TITLES = {
    "tender": N_("مناقصه"),
    "question": N_("پرسش"),
    "addendum": N_("الحاقیه"),
    "bid": N_("پیشنهاد"),
    "score_sheet": N_("برگه امتیاز"),
    "talk": N_("گفت‌وگوی امتیازها"),
    "interview": N_("مصاحبه"),
    "contract": N_("قرارداد"),
}


def _labels() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    acts = {act.value: act.label for p in installed() for act in p.acts()}
    states = {(p.model.kind, state.value): state.label for p in installed() for state in p.states}
    return acts, states
