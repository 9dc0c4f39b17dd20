"""What pages read of complaints, and the mark that every page of a case shows while one is open."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_rules import OPEN, Age, ComplaintGround, ComplaintState, age, end_of, hints
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Sight
from tender_app.regulation.queries import in_force, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.workflow.sight import may_see, where_visible

OPEN_ABOUT = (
    sa.select(Complaint)
    .join(Tender, Tender.id == Complaint.tender_id)
    .options(joinedload(Complaint.tender), joinedload(Complaint.firm))
    .where(Complaint.state.in_(OPEN))
    .order_by(Complaint.id)
)
BY_NUMBER = OPEN_ABOUT.where(Tender.number == sa.bindparam("number"))


def answer_due(case: Any) -> dt.datetime | None:
    """Return the end of the last day of the agency's answer."""
    return end_of(case.answer_due_on)


def board_due(case: Any) -> dt.datetime | None:
    """Return the end of the last day of the board's ruling."""
    return end_of(case.board_due_on)


def open_about(ctx: Context, number: str) -> Sequence[Complaint]:
    """Return the open complaints about the tender with this number, in one query."""
    return ctx.session.scalars(BY_NUMBER, {"number": number.upper()}).all()


def listed(ctx: Context, tender: Tender) -> Sequence[Complaint]:
    """Return the complaints about a tender that the actor may see, the newest first."""
    seen = sa.or_(where_visible(ctx, Complaint, Sight.WORK), where_visible(ctx, Complaint, Sight.OWN))
    query = sa.select(Complaint).where(Complaint.tender_id == tender.id, seen).options(joinedload(Complaint.firm))
    return ctx.session.scalars(query.order_by(Complaint.id.desc())).all()


def seen(ctx: Context, number: str, complaint_id: int) -> Complaint | None:
    """Return one complaint if the actor may see it, as staff or as its firm."""
    query = sa.select(Complaint).join(Tender, Tender.id == Complaint.tender_id)
    found = ctx.session.scalars(query.where(Complaint.id == complaint_id, Tender.number == number)).one_or_none()
    is_seen = found is not None and any(may_see(ctx, found, sight) for sight in (Sight.WORK, Sight.OWN))
    return found if is_seen else None


def age_of(ctx: Context, complaint: Complaint) -> Age | None:
    """Return how old a complaint is that waits for its answer, by the days in force when it came (R33)."""
    if complaint.state is not ComplaintState.SUBMITTED:
        return None
    of = answer_days(ctx, calendar.today(complaint.submitted_at))
    return age(complaint.submitted_at, ctx.now, of, working_calendar(ctx, complaint.organisation_id).is_closed)


def answer_days(ctx: Context, day: dt.date | None = None) -> int:
    """Return in how many working days an agency answers (Art. 25-b)."""
    days: int = in_force(ctx, Parameter.COMPLAINT_DAYS, day)
    return days


def hints_of(ctx: Context, complaint: Complaint) -> list[str]:
    """Return what may keep the board from hearing it, for staff and firm alike (R34)."""
    day = complaint.referred_on or calendar.today(complaint.submitted_at)
    return hints_about(ctx, complaint.tender, complaint.firm_id, complaint.ground, day)


def hints_about(ctx: Context, tender: Tender, firm_id: int, ground: ComplaintGround, day: dt.date) -> list[str]:
    """Return what may keep the board from hearing a firm's complaint of a day about this (R34)."""
    months = in_force(ctx, Parameter.OBJECTION_MONTHS, day)
    until = calendar.add_months(tender.valid_until, months) if tender.valid_until else None
    won = is_contracted_winner(ctx, tender, firm_id)
    return list(hints(ground, day, heard_until=until, is_winner_with_contract=won))


def is_contracted_winner(ctx: Context, tender: Tender, firm_id: int) -> bool:
    """Tell whether the contract was closed with this firm."""
    if tender.state is not TenderState.CONTRACTED:
        return False
    query = sa.select(IssuedDocument.id).where(
        IssuedDocument.tender_id == tender.id,
        IssuedDocument.kind == DocumentKind.CONTRACT,
        IssuedDocument.firm_id == firm_id,
    )
    return ctx.session.scalar(query.limit(1)) is not None


def answers(ctx: Context, complaint: Complaint) -> Sequence[IssuedDocument]:
    """Return the letters of answer to the firm in this tender."""
    query = sa.select(IssuedDocument).where(
        IssuedDocument.tender_id == complaint.tender_id,
        IssuedDocument.kind == DocumentKind.COMPLAINT_ANSWER,
        IssuedDocument.firm_id == complaint.firm_id,
        IssuedDocument.issued_at == complaint.answered_at,
    )
    return ctx.session.scalars(query).all()
