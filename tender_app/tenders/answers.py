"""Answers to questions on the documents: drafted one by one, released to everybody at one moment (Art. 17; R12).

The asker is hidden from all but the auditor. What is published may therefore be put in other words; a text that names any
firm or its representative is not published, whoever asked: a refusal that turned on the asker would tell who it was.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.persian import search_key
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.kernel.words import _
from tender_app.people.capacities import in_force
from tender_app.people.models import Capacity, Firm, Person
from tender_app.store.context import Context, Facts
from tender_app.tenders.commands import tell_firms_of_answers
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Answer, Merging, QuestionAct, QuestionState, Release, TenderState
from tender_app.workflow.engine import advance

SOON = dt.timedelta(days=3)  # before a deadline: a question without an answer is pressing


@dataclass(frozen=True, slots=True)
class Pressing:
    """A tender whose deadline is near while questions wait for their answers."""

    number: str
    title: str
    count: int
    closes_at: dt.datetime


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, list[Question]]:
    """Read the questions whose answers are drafted and not released, in one query."""
    ids = [t.id for t in tenders]
    query = sa.select(Question).where(
        Question.tender_id.in_(ids), Question.state == QuestionState.ASKED, Question.draft != ""
    )
    rows = ctx.session.scalars(query.order_by(Question.id)).all()
    return {i: [row for row in rows if row.tender_id == i] for i in ids}


DRAFTED = Facts[Tender, list[Question]](load)


def answers_help(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """What is said to all bidders is said before the deadline."""
    if tender.closes_at is None or ctx.now < tender.closes_at:
        return None
    return _("مهلت تسلیم پیشنهاد {closes} گذشته است؛ آنچه به همه گفته می‌شود پیش از آن گفته می‌شود.").format(
        closes=calendar.moment(tender.closes_at)
    )


def answers_are_drafted(ctx: Context, tender: Tender, what: Release | None) -> str | None:
    """Drafted answers are released, those that the officer saw, and none that names a firm (R12)."""
    drafted = {q.id: q for q in DRAFTED.of(ctx, tender)}
    if not drafted:
        return _("پاسخ نوشته‌شده‌ای در انتظار انتشار نیست.")
    if what is None:
        return None
    if not what.questions or not drafted.keys() >= set(what.questions):
        return _("پاسخ‌ها همان نیست که دیدید؛ صفحه را تازه کنید.")
    return named_in(ctx, *(text for n in what.questions for text in (drafted[n].shown, drafted[n].draft)))


def names_nobody(ctx: Context, question: Question, what: Answer | None) -> str | None:
    """Neither the question as it is published nor its answer names a firm or who acts for it (R12)."""
    return None if what is None else named_in(ctx, what.public_text or question.text, what.text)


def named_in(ctx: Context, *texts: str) -> str | None:
    """Return the refusal of texts that name any firm or representative, whoever asked."""
    said = " ".join(search_key(text) for text in texts)
    firms = ctx.session.execute(sa.select(Firm.name, Firm.legal_id)).all()
    people = sa.select(Person.name).join(Capacity, Capacity.person_id == Person.id)
    people = people.where(Capacity.role == Role.FIRM, Capacity.scope == Scope.FIRM, in_force(ctx.now))
    names = [name for row in firms for name in row] + list(ctx.session.scalars(people))
    found = next((name for name in names if name and search_key(name) in said), None)
    if found is None:
        return None
    return _(
        "متن انتشار نام «{name}» را دارد؛ پرسش و پاسخ بی نام شرکت‌ها و نمایندگانشان منتشر می‌شود. آن را به عبارت دیگر بنویسید."
    ).format(name=found)


def another_asks_the_same(ctx: Context, question: Question, what: Merging | None) -> str | None:
    """A question goes into another of the same tender that still stands by itself."""
    if what is None:
        return None if others(ctx, question) else _("پرسش دیگری نیست که این با آن یکی شود.")
    fits = any(q.id == what.into for q in others(ctx, question))
    return None if fits else _("پرسشی که برگزیدید در این مناقصه نیست یا خود با پرسش دیگری یکی شده است.")


def others(ctx: Context, question: Question) -> Sequence[Question]:
    """Return the questions into which this one may go."""
    query = sa.select(Question).where(
        Question.tender_id == question.tender_id,
        Question.id != question.id,
        Question.state.in_((QuestionState.ASKED, QuestionState.ANSWERED)),
    )
    return ctx.session.scalars(query.order_by(Question.id)).all()


def other_is_unanswered(_ctx: Context, question: Question, _what: Any) -> str | None:
    """A merged question comes apart until the other one is answered."""
    other = question.merged_into
    answered = other is not None and other.state is QuestionState.ANSWERED
    return _("پرسشی که این با آن یکی شد پاسخ گرفته است.") if answered else None


def keep_draft(ctx: Context, question: Question, what: Answer) -> None:
    """Keep the answer and the question's public words; nobody but the officers sees them yet."""
    question.draft, question.public_text, question.drafted_at = what.text, what.public_text, ctx.now
    ctx.session.flush()


def merge(ctx: Context, question: Question, what: Merging) -> None:
    """Let the question be answered with another; what was merged into it goes along."""
    moved = sa.update(Question).where(Question.merged_into_id == question.id).values(merged_into_id=what.into)
    ctx.session.execute(moved)
    question.merged_into_id = what.into
    ctx.session.flush()


def split(ctx: Context, question: Question, _what: Any) -> None:
    """Let the question stand by itself again."""
    question.merged_into_id = None
    ctx.session.flush()


def release(ctx: Context, tender: Tender, what: Release) -> None:
    """Release the drafted answers at one moment, with one message to everybody (R12)."""
    for question in DRAFTED.of(ctx, tender):
        if question.id in what.questions:
            answer = Answer(question.draft, question.public_text, is_alone=False)
            advance(ctx, question, QuestionAct.ANSWER, answer)
    tell_firms_of_answers(ctx, tender)


def pressing(ctx: Context, organisations: Sequence[int]) -> list[Pressing]:
    """Return the tenders of these organisations that close soon while questions wait, the nearest first."""
    query = (
        sa.select(Tender.number, Tender.title, sa.func.count(), Tender.closes_at)
        .join(Question, Question.tender_id == Tender.id)
        .where(Tender.organisation_id.in_(organisations), Tender.state == TenderState.PUBLISHED)
        .where(Question.state == QuestionState.ASKED, Tender.closes_at > ctx.now, Tender.closes_at <= ctx.now + SOON)
        .group_by(Tender.id, Tender.number, Tender.title, Tender.closes_at)
        .order_by(Tender.closes_at)
    )
    return [Pressing(*row) for row in ctx.session.execute(query)]
