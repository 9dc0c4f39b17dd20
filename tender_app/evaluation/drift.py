"""What the talks changed: every revised score beside its original, and what it did to each bid's total and place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import drift_paper, methods, queries, report, working
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.talk_models import ScoreRevision, Talk
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm, Person
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible


@dataclass(frozen=True, slots=True)
class Change:
    """A revised score: by whom, where, from what to what and why; `stands` unless a later one took its place."""

    evaluator: str
    firm: str
    leaf: str
    top: Decimal
    original: Decimal
    points: Decimal
    reason: str
    proposer: str
    is_own: bool
    stands: bool
    revision: ScoreRevision


@dataclass(frozen=True, slots=True)
class Effect:
    """A bid's total of 100 and place before and after the talks."""

    firm: str
    before: Fraction
    after: Fraction
    place_before: int
    place_after: int


@dataclass(frozen=True, slots=True)
class Discussed:
    """A talk with the cells that it was about, as (firm, leaf)."""

    talk: Talk
    cells: tuple[tuple[str, str], ...]
    opened_by: str


@dataclass(frozen=True, slots=True)
class Drift:
    """All of it: the talks, the changes in their order, the effects on the bids in the order of their submission."""

    talks: tuple[Discussed, ...]
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]

    @property
    def standing(self) -> list[Change]:
        """Return the changes that count."""
        return [change for change in self.changes if change.stands]

    @property
    def by_evaluator(self) -> list[tuple[str, int, Fraction, Fraction]]:
        """Return for each evaluator who changed: how many scores, by how much on average of 100, and the most."""
        moved: dict[str, list[Fraction]] = {}
        for change in self.standing:
            moved.setdefault(change.evaluator, []).append(abs(_of_hundred(change)))
        return [(name, len(sizes), sum(sizes, Fraction(0)) / len(sizes), max(sizes)) for name, sizes in moved.items()]

    @property
    def balance(self) -> tuple[int, int]:
        """Return how many standing changes went up, and how many down."""
        signs = [_of_hundred(change) for change in self.standing]
        return sum(s > 0 for s in signs), sum(s < 0 for s in signs)


def drift_of(ctx: Context, tender: Tender) -> Drift:
    """Return what the talks that the actor may see changed; the number of questions does not grow with the changes."""
    seen = sa.select(Talk).where(Talk.tender_id == tender.id, where_visible(ctx, Talk, Sight.SCORES))
    return _drift(ctx, tender, ctx.session.scalars(_whole(seen)).all())


def issue_report(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the report beside the locked scores, where there was a talk."""
    talks = ctx.session.scalars(_whole(sa.select(Talk).where(Talk.tender_id == tender.id))).all()
    if not talks:
        return
    signers = report.signers(ctx, tender, queries.confirmed_sheets(ctx, tender))
    facts = drift_paper.facts_of(tender, _drift(ctx, tender, talks), ctx.now, signers)
    about = Issue(DocumentKind.DRIFT_REPORT, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: drift_paper.report(facts, stamp))


def _whole(query: sa.Select[Any]) -> sa.Select[Any]:
    revisions = selectinload(Talk.revisions)
    sheets = revisions.selectinload(ScoreRevision.sheet).selectinload(ScoreSheet.person)
    return query.options(selectinload(Talk.cells), sheets, revisions.selectinload(ScoreRevision.proposer)).order_by(
        Talk.id
    )


def _drift(ctx: Context, tender: Tender, talks: Sequence[Talk]) -> Drift:
    if not talks:
        return Drift((), (), ())
    firms = _firms(ctx, tender)
    leaves = {leaf.id: leaf for _group, leaf in working.leaves_of(tender.criteria)}
    openers = sa.select(Person.id, Person.name).where(Person.id.in_({talk.opened_by for talk in talks}))
    names = dict(ctx.session.execute(openers).all())
    rows = [revision for talk in talks for revision in talk.revisions]
    last = {(r.sheet_id, r.bid_id, r.criterion_id): r.id for r in rows}
    changes = [
        Change(
            r.sheet.person.name,
            firms.get(r.bid_id, ""),
            leaves[r.criterion_id].title,
            leaves[r.criterion_id].top,
            r.original,
            r.points,
            r.reason,
            r.proposer.name,
            r.proposed_by == r.sheet.person_id,
            last[(r.sheet_id, r.bid_id, r.criterion_id)] == r.id,
            r,
        )
        for r in rows
    ]
    told = [
        Discussed(
            talk,
            tuple((firms.get(c.bid_id, ""), leaves[c.criterion_id].title) for c in talk.cells),
            names.get(talk.opened_by, ""),
        )
        for talk in talks
    ]
    return Drift(tuple(told), tuple(changes), tuple(_effects(ctx, tender, firms)))


def _firms(ctx: Context, tender: Tender) -> Mapping[int, str]:
    """Return the firms of the bids that were scored, by bid, in the order of their submission."""
    judged = (BidState.ENVELOPE_B_REJECTED, BidState.GUARANTEE_REJECTED)
    query = sa.select(Bid.id, Firm.name).join(Firm, Firm.id == Bid.firm_id)
    query = query.where(Bid.tender_id == tender.id, Bid.state.not_in(judged), Bid.submitted_at.is_not(None))
    return dict(ctx.session.execute(query.order_by(Bid.submitted_at, Bid.id)).all())


def _effects(ctx: Context, tender: Tender, firms: Mapping[int, str]) -> list[Effect]:
    sheets = [sheet.id for sheet in queries.confirmed_sheets(ctx, tender)]
    before = _totals(ctx, tender, queries.originals_in(ctx, sheets), firms)
    after = _totals(ctx, tender, queries.given_in(ctx, sheets), firms)
    return [
        Effect(firms[bid], before[bid], after[bid], _place(before, bid), _place(after, bid))
        for bid in firms
        if bid in before and bid in after
    ]


def _totals(ctx: Context, tender: Tender, given: working.Given, bids: Mapping[int, str]) -> dict[int, Fraction]:
    gap, how = law_of(ctx, tender)[Parameter.DEVIATION], methods.aggregation_of(tender)
    sheets = {b: [sheet.get(b, {}) for sheet in given.values()] for b in bids}
    cells = {b: working.cells_of(tender.criteria, sheets[b], gap, how) for b in bids}
    scores = {bid: working.score_of(tender.criteria, row) for bid, row in cells.items()}
    return {bid: score for bid, score in scores.items() if score is not None}


def _place(totals: Mapping[int, Fraction], bid: int) -> int:
    return 1 + sum(other > totals[bid] for other in totals.values())


def _of_hundred(change: Change) -> Fraction:
    return 100 * Fraction(change.points - change.original) / Fraction(change.top)
