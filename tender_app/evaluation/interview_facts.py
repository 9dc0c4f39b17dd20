"""What the interviews of tenders, sheets and bids tell the guards and pages: who was there long enough, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.evaluation.interview_models import Interview, InterviewPlan, InterviewPresence
from tender_app.evaluation.interview_rules import InterviewState, share
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetState
from tender_app.kernel.vocabulary import Role
from tender_app.people.models import Person
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context, Facts
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender

WAITING = (InterviewState.PLANNED, InterviewState.RUNNING)


@dataclass(frozen=True, slots=True)
class Attended:
    """An evaluator at one interview: how much of it, whether that is enough, and what the head decided if it is not."""

    person: Person
    part: Fraction
    is_enough: bool
    is_admitted: bool | None
    reason: str

    @property
    def may_score(self) -> bool:
        """Tell whether they may score what the interview informs."""
        return self.is_enough or bool(self.is_admitted)

    @property
    def waits(self) -> bool:
        """Tell whether the head has still to decide."""
        return not self.is_enough and self.is_admitted is None


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Sequence[Interview]]:
    """Read the interviews of the tenders that were not cancelled, with presence and decisions."""
    ids = [t.id for t in tenders]
    query = sa.select(Interview).where(Interview.tender_id.in_(ids), Interview.state != InterviewState.CANCELLED)
    query = query.options(selectinload(Interview.presences), selectinload(Interview.decisions))
    rows = ctx.session.scalars(query.order_by(Interview.starts_at, Interview.id)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


STANDING = Facts[Tender, Sequence[Interview]](load)


def load_closed(ctx: Context, sheets: Sequence[ScoreSheet]) -> Mapping[int, Mapping[int, tuple[Interview, bool]]]:
    """Return, for each sheet, the standing interviews by bid, and whether its evaluator may score what they inform."""
    tenders = {s.tender_id: s.tender for s in sheets}
    found = load(ctx, list(tenders.values()))
    return {s.id: {i.bid_id: (i, may_score(ctx, i, s.person_id)) for i in found[s.tender_id]} for s in sheets}


CLOSED = Facts[ScoreSheet, Mapping[int, tuple[Interview, bool]]](load_closed)


def load_leaves(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, frozenset[int]]:
    """Return the leaves that the last plan of each tender draws its questions from."""
    ids = [t.id for t in tenders]
    query = (
        sa.select(InterviewPlan).where(InterviewPlan.tender_id.in_(ids)).options(selectinload(InterviewPlan.questions))
    )
    last = {plan.tender_id: plan for plan in ctx.session.scalars(query.order_by(InterviewPlan.id))}
    return {i: frozenset(q.criterion_id for q in last[i].questions) if i in last else frozenset() for i in ids}


LEAVES = Facts[Tender, frozenset[int]](load_leaves)


def may_score(ctx: Context, interview: Interview, person_id: int) -> bool:
    """Tell whether an evaluator may score what this interview informs."""
    if interview.state is not InterviewState.HELD:
        return False
    decided = [d.is_admitted for d in interview.decisions if d.person_id == person_id]
    return is_enough(ctx, interview, part_of(interview, person_id)) or (bool(decided) and decided[-1])


def part_of(interview: Interview, person_id: int) -> Fraction:
    """Return how much of an interview that ended somebody was there."""
    if interview.begun_at is None or interview.ended_at is None:
        return Fraction(0)
    end = interview.ended_at
    spans = [(p.joined_at, p.left_at or end) for p in interview.presences if p.person_id == person_id]
    return share(spans, (interview.begun_at, end))


def is_enough(ctx: Context, interview: Interview, part: Fraction) -> bool:
    """Tell whether such a part of an interview suffices to score what it informs."""
    return 100 * part >= Fraction(law_of(ctx, interview.tender)[Parameter.INTERVIEW_PRESENCE])


def attendance(ctx: Context, interview: Interview) -> list[Attended]:
    """Return every evaluator who judges the tender, at an interview that was held."""
    query = sa.select(Person).join(ScoreSheet, ScoreSheet.person_id == Person.id)
    query = query.where(ScoreSheet.tender_id == interview.tender_id, ScoreSheet.state != SheetState.RECUSED)
    return [_attended(ctx, interview, person) for person in ctx.session.scalars(query.order_by(ScoreSheet.id))]


def inside(interview: Interview, person_id: int | None) -> InterviewPresence | None:
    """Return the presence of somebody who is in the interview now."""
    return next((p for p in interview.presences if p.person_id == person_id and p.left_at is None), None)


def members_in(interview: Interview) -> list[InterviewPresence]:
    """Return the evaluators who are in the interview now."""
    return [p for p in interview.presences if p.left_at is None and p.role is Role.EVALUATOR]


def _attended(ctx: Context, interview: Interview, person: Person) -> Attended:
    part = part_of(interview, person.id)
    decided = [d for d in interview.decisions if d.person_id == person.id]
    is_admitted, reason = (decided[-1].is_admitted, decided[-1].reason) if decided else (None, "")
    return Attended(person, part, is_enough(ctx, interview, part), is_admitted, reason)
