"""Weight rehearsals of a draft: asked for, worked off by the worker portion by portion, stale once a weight changes.

A rehearsal never blocks: it is shown to whoever approves, and the ledger's entry of the act names its digest.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.kernel.words import _
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.database import Database
from tender_app.tenders import rehearsal
from tender_app.tenders.facts import FACTS
from tender_app.tenders.judging import weight_faults
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import RehearsalState, WeightRehearsal
from tender_app.tenders.rules import Method

PORTION = 200  # simulated tenders in one transaction of the worker
UNFINISHED = (RehearsalState.QUEUED, RehearsalState.RUNNING)


@dataclass(frozen=True, slots=True)
class Trial:
    """A rehearsal to run; its seed repeats an earlier one, or is drawn anew."""

    seed: int

    def record(self) -> dict[str, Any]:
        """Keep the seed."""
        return {"seed": self.seed}


def new_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(10**9)


def terms_of(ctx: Context, tender: Tender) -> rehearsal.Terms | None:
    """Return what would rank the bids of a draft, or None while a part of it is not given or does not add up."""
    facts = FACTS.of(ctx, tender)
    rows = facts.criteria
    effect = _effect(tender)
    if not rows or weight_faults(rows) or tender.minimum_score is None or effect is None or not tender.estimate:
        return None
    ceiling = (tender.budget or 0) if tender.method is Method.FIXED_BUDGET else 0
    minimum, leaves = Fraction(tender.minimum_score), tuple(_leaves(rows, facts.leasts))
    tie = tender.tie_rule.value
    return rehearsal.Terms(tender.method.value, minimum, Fraction(effect), tender.estimate, leaves, ceiling, tie)


def _effect(tender: Tender) -> Decimal | None:
    """Return the coefficient by which technique and price meet: none is needed where they never do, one bid has no rank."""
    if tender.method is Method.WEIGHTED_PRICE:
        return tender.impact
    if tender.method is Method.QCBS:
        return tender.technical_share or None
    return None if tender.method is Method.SINGLE_SOURCE else Decimal(0)


def _leaves(
    rows: Sequence[tuple[int, int | None, Decimal, str]], leasts: Mapping[int, Fraction]
) -> list[rehearsal.Leaf]:
    """Return what is scored, each with its weight in the whole and its own least."""
    groups = {parent for _unused, parent, *_rest in rows}
    weights = {row[0]: Fraction(row[2]) for row in rows}
    return [
        rehearsal.Leaf(
            title,
            weights[node] * (weights[parent] / rehearsal.HUNDRED if parent is not None else 1),
            leasts.get(node, Fraction(0)),
        )
        for node, parent, _weight, title in rows
        if node not in groups
    ]


def terms_are_given(ctx: Context, tender: Tender, _what: Trial | None) -> str | None:
    """Only whole terms can be rehearsed."""
    if tender.method is Method.SINGLE_SOURCE:
        return _("در روش تک‌گزینه‌ای رتبه‌بندی نیست و وزن‌ها آزموده نمی‌شود.")
    if terms_of(ctx, tender) is not None:
        return None
    return _(
        "برای آزمون وزن‌ها، برآورد، حداقل امتیاز، ضریب یا سهم فنی، و معیارهایی با جمع ۱۰۰ لازم است؛ نخست آن‌ها را بنویسید."
    )


def none_is_under_way(ctx: Context, tender: Tender, _what: Trial | None) -> str | None:
    """One rehearsal at a time for a draft."""
    last = latest(ctx, tender)
    return _("آزمونی در جریان است؛ نتیجه آن همین‌جا می‌آید.") if last and last.state in UNFINISHED else None


def ask(ctx: Context, tender: Tender, what: Trial) -> None:
    """Queue a rehearsal over the terms as they are now."""
    terms = terms_of(ctx, tender)
    if terms is None or ctx.actor.person_id is None:
        raise LookupError("a rehearsal is asked for by a person, over whole terms")
    record = terms.record()
    ctx.session.add(
        WeightRehearsal(
            tender_id=tender.id,
            state=RehearsalState.QUEUED,
            seed=what.seed,
            tenders=rehearsal.TENDERS,
            terms=record,
            terms_digest=rehearsal.digest_of(record),
            tally=rehearsal.blank(terms),
            asked_by=ctx.actor.person_id,
            asked_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.noted.update(terms_digest=rehearsal.digest_of(record))


def latest(ctx: Context, tender: Tender, *, finished: bool = False) -> WeightRehearsal | None:
    """Return the newest rehearsal of a draft; or the newest that is finished."""
    query = sa.select(WeightRehearsal).where(WeightRehearsal.tender_id == tender.id)
    if finished:
        query = query.where(WeightRehearsal.state == RehearsalState.FINISHED)
    return ctx.session.scalars(query.order_by(WeightRehearsal.id.desc()).limit(1)).first()


def is_stale(ctx: Context, tender: Tender, row: WeightRehearsal) -> bool:
    """Tell whether the draft's terms are no longer those that were rehearsed."""
    terms = terms_of(ctx, tender)
    return terms is None or rehearsal.digest_of(terms.record()) != row.terms_digest


def advice(ctx: Context, tender: Tender) -> str | None:
    """Return what whoever sends or approves should know: no rehearsal, or one of other weights. It blocks nothing."""
    if tender.method is Method.SINGLE_SOURCE:
        return None
    row = latest(ctx, tender, finished=True)
    if row is None:
        return _("وزن‌ها آزموده نشده است؛ آزمون نشان می‌دهد هر امتیاز فنی چند ریال می‌ارزد و کدام معیار اثری ندارد.")
    if is_stale(ctx, tender, row):
        return _("پس از آزمون وزن‌ها، معیار، وزن، حداقل، ضریب یا برآورد تغییر کرده است؛ آزمون را دوباره بخواهید.")
    return None


def note(ctx: Context, tender: Tender, _what: Any) -> None:
    """Name the newest finished rehearsal in the entry of the act: its digest, its seed, and whether it still fits."""
    row = latest(ctx, tender, finished=True)
    if row is not None:
        said = {"digest": row.digest, "seed": row.seed, "is_stale": is_stale(ctx, tender, row)}
        ctx.noted.update(rehearsal=said)


def sweep(database: Database, *, demo: bool) -> None:
    """Work off every rehearsal that waits, each portion in a transaction of its own, so that pages see how far it is."""
    while True:
        with database.transaction() as session:
            if not advance_one(session, demo=demo):
                return


def advance_one(session: Session, *, demo: bool, portion: int = PORTION) -> bool:
    """Simulate the next portion of the oldest rehearsal that is not finished; tell whether there was one."""
    query = sa.select(WeightRehearsal).where(WeightRehearsal.state.in_(UNFINISHED)).order_by(WeightRehearsal.id)
    row = session.scalars(query.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return False
    until = min(row.done + portion, row.tenders)
    found = rehearsal.simulate(rehearsal.read(row.terms), row.seed, range(row.done, until))
    row.tally, row.done, row.state = rehearsal.merged(row.tally, found), until, RehearsalState.RUNNING
    if until == row.tenders:
        row.state, row.finished_at = RehearsalState.FINISHED, clock.now(session, demo=demo)
        row.digest = rehearsal.digest_of({"terms": row.terms, "seed": row.seed, "tally": row.tally})
    return True
