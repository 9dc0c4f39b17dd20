"""What the pages of tenders read, and the terms by which their tasks are due."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import in_force
from tender_app.people.models import Capacity, Firm, Person, PersonState
from tender_app.store.context import Context
from tender_app.tenders.models import Attendance, Question, Tender, Vote
from tender_app.tenders.rules import QuestionState, Session, TenderAct, session_in
from tender_app.workflow.sight import where_visible


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as a page shows it; `asker` only to whom the law shows it."""

    id: int
    text: str
    state: QuestionState
    asked_at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    asker: str
    is_mine_to_answer: bool
    original: str = ""
    draft: str = ""
    merged_into: int | None = None
    can_split: bool = False


def closes_at(case: Any) -> dt.datetime | None:
    """Return the deadline for bids of the case's tender."""
    return _tender(case).closes_at


def commission_opens_at(case: Any) -> dt.datetime | None:
    """Return the hour at which the commission opens envelopes الف and ب."""
    return _tender(case).opens_at


def prices_open_at(case: Any) -> dt.datetime | None:
    """Return the hour at which the commission opens envelopes ج."""
    return _tender(case).prices_open_at


def session_at(case: Any) -> dt.datetime | None:
    """Return the hour of the session at which the case's tender stands."""
    tender = _tender(case)
    return tender.opens_at if session_in(tender.state) is Session.ENVELOPES else tender.prices_open_at


def invited_by(case: Any) -> dt.datetime | None:
    """Return until when the commission is invited: the deadline for bids, later the hour of the price session."""
    tender = _tender(case)
    return tender.closes_at if session_in(tender.state) is Session.ENVELOPES else tender.prices_open_at


def questions_until(case: Any) -> dt.datetime | None:
    """Return the term of questions."""
    return _tender(case).questions_until


def staff_of(ctx: Context, organisation_id: int) -> Sequence[Person]:
    """Return the active persons of an organisation, by name."""
    query = sa.select(Person).where(Person.organisation_id == organisation_id, Person.state == PersonState.ACTIVE)
    return ctx.session.scalars(query.order_by(Person.name)).all()


def questions(ctx: Context, tender: Tender, sight: Sight) -> Sequence[Question]:
    """Return the questions of a tender that the actor may see in this way, the oldest first."""
    query = sa.select(Question).where(Question.tender_id == tender.id, where_visible(ctx, Question, sight))
    return ctx.session.scalars(query.order_by(Question.id)).all()


def question_list(ctx: Context, tender: Tender) -> list[QuestionRow]:
    """Return the questions that the actor may see in any way; askers to whom the law shows them (R12).

    Who works on them sees them as they came; what is published stands in the order of its release and of its own words,
    which tells nothing of who asked first.
    """
    shown = [where_visible(ctx, Question, sight) for sight in (Sight.WORK, Sight.OWN, Sight.PAGE)]
    query = (
        sa.select(Question, Firm.name, shown[1].label("names_asker"), shown[0].label("is_work"))
        .join(Firm, Firm.id == Question.firm_id)
        .where(Question.tender_id == tender.id, sa.or_(*shown))
        .order_by(Question.id)
    )
    rows = [
        QuestionRow(
            q.id,
            q.shown,
            q.state,
            q.asked_at,
            q.answer,
            q.answered_at,
            asker=name if names_asker else "",
            is_mine_to_answer=bool(is_work) and q.state is QuestionState.ASKED,
            original=q.text if (is_work or names_asker) and q.shown != q.text else "",
            draft=q.draft if is_work and q.state is QuestionState.ASKED else "",
            merged_into=q.merged_into_id,
            can_split=bool(is_work),
        )
        for q, name, names_asker, is_work in ctx.session.execute(query)
    ]
    sees_all = any(row.is_mine_to_answer or row.asker for row in rows)
    return rows if sees_all else sorted(rows, key=lambda row: (row.answered_at or ctx.now, row.text))


def answered(ctx: Context, tender: Tender, most: int) -> list[Question]:
    """Return the latest answered questions, those of one release in the order of their own words."""
    query = sa.select(Question).where(Question.tender_id == tender.id, where_visible(ctx, Question, Sight.PAGE))
    rows = ctx.session.scalars(query.order_by(Question.answered_at.desc()).limit(most)).all()
    return sorted(sorted(rows, key=lambda q: q.shown), key=lambda q: q.answered_at or ctx.now, reverse=True)


def when_and_where(tender: Tender, session: Session) -> str:
    """Return the announced hour and place of a session in one line."""
    at = tender.opens_at if session is Session.ENVELOPES else tender.prices_open_at
    return "، ".join(part for part in (calendar.moment(at) if at else "", tender.opening_place) if part)


def returned(ctx: Context, tender: Tender) -> tuple[str, dt.datetime] | None:
    """Return why and when the draft came back from approval, until it is sent again."""
    query = (
        sa.select(LedgerEntry)
        .where(LedgerEntry.case_kind == Tender.kind, LedgerEntry.case_id == tender.id)
        .where(LedgerEntry.act.in_((TenderAct.SEND_FOR_APPROVAL, TenderAct.RETURN_DRAFT)))
    )
    last = ctx.session.scalars(query.order_by(LedgerEntry.position.desc()).limit(1)).first()
    return (last.detail["text"], last.at) if last and last.act == TenderAct.RETURN_DRAFT else None


def waiting_questions(ctx: Context, tender: Tender) -> int:
    """Return how many questions wait for an answer."""
    query = sa.select(sa.func.count()).where(Question.tender_id == tender.id, Question.state == QuestionState.ASKED)
    return ctx.session.scalar(query) or 0


def attendance(ctx: Context, tender: Tender, session: Session) -> Sequence[Attendance]:
    """Return who was present at a session."""
    query = sa.select(Attendance).where(Attendance.tender_id == tender.id, Attendance.session == session)
    return ctx.session.scalars(query.order_by(Attendance.id)).all()


def votes(ctx: Context, tender: Tender) -> Sequence[Vote]:
    """Return every vote cast on the tender, in order."""
    return ctx.session.scalars(sa.select(Vote).where(Vote.tender_id == tender.id).order_by(Vote.id)).all()


def seated(ctx: Context, tender: Tender, roles: Sequence[Role]) -> list[int]:
    """Return the ids of who holds one of the roles in the tender now."""
    query = sa.select(Capacity.person_id).where(
        Capacity.scope == Scope.TENDER, Capacity.scope_id == tender.id, Capacity.role.in_(roles), in_force(ctx.now)
    )
    return list(ctx.session.scalars(query.order_by(Capacity.id)))


def _tender(case: Any) -> Tender:
    tender: Tender = case if isinstance(case, Tender) else case.tender
    return tender
