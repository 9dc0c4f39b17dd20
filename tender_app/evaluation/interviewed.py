"""What acts on interviews bring about: slots with their letters, presence with its instants, minutes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import interview_paper
from tender_app.evaluation.interview_facts import attendance, inside
from tender_app.evaluation.interview_models import (
    AbsenceDecision,
    Interview,
    InterviewPlan,
    InterviewPresence,
    InterviewQuestion,
)
from tender_app.evaluation.interview_rules import (
    AbsenceDecided,
    Attending,
    Dropped,
    Held,
    InterviewAct,
    InterviewCancelled,
    Plan,
    Remote,
    Slot,
    SlotMoved,
)
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.people.capacities import roles_on
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
from tender_app.workflow.engine import begin

SITTING = (Role.EVALUATOR, Role.HEAD, Role.SECRETARY)  # as whom somebody joins, the first that they hold


def plan_interviews(ctx: Context, tender: Tender, what: Plan) -> None:
    """Fix the questions, and give every bid its slot."""
    plan = InterviewPlan(tender_id=tender.id, made_at=ctx.now, made_by=ctx.actor.person_id)
    plan.questions = [
        InterviewQuestion(criterion_id=leaf, position=place, text=text)
        for place, (leaf, text) in enumerate(what.questions, 1)
    ]
    ctx.session.add(plan)
    ctx.session.flush()
    query = sa.select(Bid).where(Bid.id.in_([bid for bid, _at in what.slots])).options(selectinload(Bid.firm))
    bids = {bid.id: bid for bid in ctx.session.scalars(query)}
    for bid_id, at in what.slots:
        slot = Slot(plan, bids[bid_id], at, at + dt.timedelta(minutes=what.minutes), what.place)
        begin(ctx, Interview, InterviewAct.PLAN_INTERVIEW, slot)
    _tell(ctx, tender, seated(ctx, tender, SITTING), "زمان مصاحبه با پیشنهاددهندگان تعیین شد")


def make_interview(ctx: Context, what: Slot) -> Interview:
    """Make a bid's interview."""
    return Interview(
        organisation_id=what.bid.organisation_id,
        tender_id=what.bid.tender_id,
        plan_id=what.plan.id,
        bid_id=what.bid.id,
        firm_id=what.bid.firm_id,
        starts_at=what.starts_at,
        ends_at=what.ends_at,
        place=what.place,
        planned_at=ctx.now,
        attending=[],
        remote=[],
        guests=[],
    )


def send_letter(ctx: Context, interview: Interview, _what: Any) -> None:
    """Issue the firm's letter of invitation, and tell it."""
    facts = interview_paper.letter_facts(ctx, interview)
    _issue(ctx, interview, DocumentKind.INTERVIEW_LETTER, lambda stamp: interview_paper.letter(facts, stamp), own=True)
    _tell_firm(ctx, interview, "به مصاحبه دعوت شدید")


def confirm_slot(ctx: Context, interview: Interview, what: Attending) -> None:
    """Keep that the firm comes, and whom it sends."""
    interview.confirmed_at, interview.attending = ctx.now, [list(row) for row in what.people]
    people = seated(ctx, interview.tender, [Role.HEAD, Role.SECRETARY])
    _tell(ctx, interview.tender, people, f"{interview.firm.name} نوبت مصاحبه را تأیید کرد")


def move_slot(ctx: Context, interview: Interview, what: SlotMoved) -> None:
    """Move the slot as long as it was; the firm confirms anew, by a letter of its own."""
    length = interview.ends_at - interview.starts_at
    interview.starts_at, interview.ends_at = what.starts_at, what.starts_at + length
    interview.confirmed_at = None
    send_letter(ctx, interview, what)
    _tell(ctx, interview.tender, seated(ctx, interview.tender, SITTING), f"نوبت مصاحبه {interview.firm.name} جابه‌جا شد")


def mark_remote(_ctx: Context, interview: Interview, what: Remote) -> None:
    """Keep who takes part from afar."""
    interview.remote = list(what.people)


def begin_interview(ctx: Context, interview: Interview, _what: Any) -> None:
    """Keep when it began; who begins it is in it."""
    interview.begun_at = ctx.now
    _enter(ctx, interview)


def join(ctx: Context, interview: Interview, _what: Any) -> None:
    """Keep when somebody joined."""
    _enter(ctx, interview)


def leave(ctx: Context, interview: Interview, _what: Any) -> None:
    """Keep when somebody left."""
    _exit(ctx, interview, ctx.actor.person_id)


def note_drop(ctx: Context, interview: Interview, what: Dropped) -> None:
    """Keep when a member's line broke."""
    _exit(ctx, interview, what.person_id, was_dropped=True)


def register_guests(_ctx: Context, interview: Interview, what: Attending) -> None:
    """Keep who of the firm is there."""
    interview.guests = [list(row) for row in what.people]


def close_interview(ctx: Context, interview: Interview, what: Held) -> None:
    """Let everybody out, and issue the minutes."""
    for presence in interview.presences:
        if presence.left_at is None:
            presence.left_at = ctx.now
    interview.ended_at, interview.text = ctx.now, what.text
    ctx.session.flush()
    facts = interview_paper.minutes_facts(ctx, interview, attendance(ctx, interview))
    _issue(ctx, interview, DocumentKind.INTERVIEW_MINUTES, lambda stamp: interview_paper.minutes(facts, stamp))


def cancel_interview(ctx: Context, interview: Interview, what: InterviewCancelled) -> None:
    """Keep why it is not held, and tell who would have come."""
    for presence in interview.presences:
        if presence.left_at is None:
            presence.left_at = ctx.now
    interview.ended_at, interview.end_reason = ctx.now, what.reason
    _tell_firm(ctx, interview, "مصاحبه لغو شد")
    _tell(ctx, interview.tender, seated(ctx, interview.tender, SITTING), f"مصاحبه {interview.firm.name} لغو شد")


def decide_absence(ctx: Context, interview: Interview, what: AbsenceDecided) -> None:
    """Keep the head's decision, and tell the evaluator."""
    made = AbsenceDecision(
        interview_id=interview.id,
        person_id=what.person_id,
        is_admitted=what.is_admitted,
        reason=what.reason,
        decided_at=ctx.now,
        decided_by=ctx.actor.person_id,
    )
    ctx.session.add(made)
    ctx.session.flush()
    ctx.session.expire(interview, ["decisions"])
    ctx.facts.clear()
    told = interview.tender.basis.said("رئیس کمیسیون درباره حضور شما در مصاحبه تصمیم گرفت")
    _tell(ctx, interview.tender, [what.person_id], told)


def _enter(ctx: Context, interview: Interview) -> None:
    roles = roles_on(ctx.actor, interview)
    ctx.session.add(
        InterviewPresence(
            interview_id=interview.id,
            person_id=ctx.actor.person_id,
            role=next(role for role in SITTING if role in roles),
            is_remote=ctx.actor.person_id in interview.remote,
            joined_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.session.expire(interview, ["presences"])


def _exit(ctx: Context, interview: Interview, person_id: int | None, *, was_dropped: bool = False) -> None:
    presence = inside(interview, person_id)
    if presence is None:
        raise LookupError(f"person {person_id} is not in interview {interview.id}")
    presence.left_at, presence.was_dropped = ctx.now, was_dropped
    ctx.noted["since"] = presence.joined_at.isoformat()


def _issue(ctx: Context, interview: Interview, kind: DocumentKind, render: Any, *, own: bool = False) -> None:
    tender = interview.tender
    firm_id = interview.firm_id if own else None
    issue(ctx, Issue(kind, tender.number, interview.firm.name, tender.organisation_id, tender.id, firm_id), render)


def _tell_firm(ctx: Context, interview: Interview, subject: str) -> None:
    _tell(ctx, interview.tender, holders(ctx, [Role.FIRM], Scope.FIRM, [interview.firm_id]), subject)


def _tell(ctx: Context, tender: Tender, people: Iterable[int], subject: str) -> None:
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/interviews", tender_id=tender.id)


def people_of(ctx: Context, tender: Tender) -> list[Person]:
    """Return the seated evaluators of a tender."""
    ids = seated(ctx, tender, [Role.EVALUATOR])
    return list(ctx.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
