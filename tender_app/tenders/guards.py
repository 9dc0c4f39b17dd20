"""Reasons against acts on tenders and questions."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterState
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role
from tender_app.kernel.words import _
from tender_app.people.models import Capacity, Firm, Person, PersonState
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.completeness import dates_of, missing
from tender_app.tenders.deciding import law_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.judging import seat_faults
from tender_app.tenders.models import Insertion, Question, Tender, TenderDocument
from tender_app.tenders.rules import (
    Asked,
    Draft,
    InsertionFacts,
    Removal,
    RoundRemoval,
    Seating,
    Session,
    TenderState,
    session_in,
)

RUNNING = frozenset(set(TenderState) - {TenderState.CONTRACTED, TenderState.RENEWED, TenderState.CANCELLED})


def cluster_of_draft(what: Draft) -> Cluster:
    """A tender is prepared where its cluster is."""
    cluster: Cluster = what.cluster
    return cluster


def cluster_is_licensed(_ctx: Context, what: Draft | None) -> str | None:
    """A tender needs a development licence (R01)."""
    if what is None or what.cluster.state is ClusterState.LICENSED:
        return None
    return _("مناقصه فقط برای خوشه‌ای تهیه می‌شود که مجوز توسعه دارد؛ نخست مصوبه‌ها و مجوز آن را ثبت کنید.")


def cluster_has_no_running_tender(ctx: Context, what: Draft | None) -> str | None:
    """One tender at a time for a cluster."""
    if what is None:
        return None
    query = sa.select(Tender.number).where(Tender.cluster_id == what.cluster.id, Tender.state.in_(RUNNING))
    running = ctx.session.scalars(query.limit(1)).first()
    return _("برای این خوشه مناقصه {running} در جریان است.").format(running=running) if running else None


def seats_are_proper(ctx: Context, tender: Tender, what: Seating | None) -> str | None:
    """Members, secretary and evaluators are different persons of the company, nobody of a bidding firm (R06, R23)."""
    if what is None:
        return None
    if faults := seat_faults(what, tender.prepared_by):
        return faults[0][1]
    people = {person for _unused, person in what.taken()}
    return _strangers(ctx, tender, people) or _tied_to_firms(ctx, people)


def is_complete(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nothing that approval needs is missing."""
    found = missing(ctx, tender)
    if not found:
        return None
    sections = len({section for section, _unused in found})
    return persian_digits(
        _("{sections} بخش از اسناد کامل نیست؛ نخست: {first}").format(sections=sections, first=found[0][1])
    )


def document_is_of_the_draft(ctx: Context, tender: Tender, what: Removal | None) -> str | None:
    """Only a document that is there can be taken away."""
    if what is None:
        return None if FACTS.of(ctx, tender).documents else _("سندی بارگذاری نشده است.")
    query = sa.select(TenderDocument.id).where(
        TenderDocument.id == what.document_id, TenderDocument.tender_id == tender.id
    )
    return None if ctx.session.scalar(query) else _("این سند دیگر در پیش‌نویس نیست.")


def insertion_day_fits(ctx: Context, tender: Tender, what: InsertionFacts | None) -> str | None:
    """A round of the notice appears while its documents can be had."""
    return schedule.round_fault(what.day, tender.documents_until, calendar.today(ctx.now)) if what else None


def insertion_is_of_the_draft(ctx: Context, tender: Tender, what: RoundRemoval | None) -> str | None:
    """Only a round that is recorded can be taken away."""
    if what is None:
        return None
    query = sa.select(Insertion.id).where(Insertion.id == what.insertion_id, Insertion.tender_id == tender.id)
    return None if ctx.session.scalar(query) else _("این نوبت دیگر در پیش‌نویس نیست.")


def insertion_is_new(ctx: Context, tender: Tender, what: InsertionFacts | None) -> str | None:
    """A round is recorded once: the same paper on the same day is the same round."""
    if what is None:
        return None
    query = sa.select(Insertion.id).where(
        Insertion.tender_id == tender.id, Insertion.name == what.name, Insertion.day == what.day
    )
    found = ctx.session.scalars(query.limit(1)).first()
    return (
        _("نوبت {day} در «{name}» پیش‌تر ثبت شده است.").format(day=calendar.numeric(what.day), name=what.name)
        if found
        else None
    )


def ten_days_for_bids(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """So many days as the law asks from the end of handing out documents to the deadline, neither in the past (R10)."""
    faults = schedule.faults(dates_of(tender), ctx.now, law_of(ctx, tender))
    return next((fault.text for fault in faults if fault.field in {"documents_until", "closes_at"}), None)


def opening_waits_for_bytes(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """No envelope is opened while bytes may still come whose digest was registered before the deadline."""
    return schedule.window_fault(dates_of(tender))


def before_opening(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Originals are handed over before the opening."""
    late = tender.opens_at is not None and ctx.now >= tender.opens_at
    return _("ساعت گشایش رسیده است؛ اصل تضمین پس از آن پذیرفته نمی‌شود.") if late else None


def deadline_passed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The deadline for bids has passed: `now >= closes_at`."""
    if tender.closes_at is not None and ctx.now >= tender.closes_at:
        return None
    return _("مهلت تسلیم پیشنهاد تا {closes_at} باز است.").format(closes_at=_moment(tender.closes_at))


def opening_hour_reached(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Not before the announced hour of the opening (R18)."""
    if reason := deadline_passed(ctx, tender, what):
        return reason
    return _not_before(ctx, tender.opens_at)


def price_hour_reached(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Not before the announced hour of the price session."""
    return _not_before(ctx, tender.prices_open_at)


def session_hour_reached(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Attendance is registered in the session, not before it."""
    return _not_before(ctx, tender.opens_at if session_of(tender) is Session.ENVELOPES else tender.prices_open_at)


def all_three_present(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """All three members are present in the session (Art. 5)."""
    absent = COMMISSION - FACTS.of(ctx, tender).present[session_of(tender)]
    if not absent:
        return None
    names = "، ".join(tender.basis.word(role) for role in Role if role in absent)
    return _("جلسه رسمیت ندارد؛ حضور {names} ثبت نشده است{article}.").format(
        names=names, article=_(" (ماده ۵)") if tender.basis.names_runner_up else ""
    )


def someone_is_unregistered(ctx: Context, tender: Tender, what: Any) -> str | None:
    """A session waits for its attendance until all three members are in it."""
    return None if all_three_present(ctx, tender, what) else _("حضور هر سه عضو ثبت شده است.")


def not_invited_yet(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """An invitation to a session is sent once."""
    if tender.state in FACTS.of(ctx, tender).invited_in:
        return _("دعوت این جلسه فرستاده شده است.")
    return None


def session_of(tender: Tender) -> Session:
    """Return the session at which the tender stands."""
    return session_in(tender.state)


def firm_of_question(what: Asked) -> Firm:
    """A question is asked for a firm."""
    firm: Firm = what.firm
    return firm


def questions_are_open(ctx: Context, what: Asked | None) -> str | None:
    """Questions are asked until their own term."""
    if what is None:
        return None
    tender: Tender = what.tender
    if tender.state is not TenderState.PUBLISHED:
        return _("پرسش فقط از مناقصه‌ای است که برای دریافت پیشنهاد باز است.")
    if tender.questions_until is None or ctx.now < tender.questions_until:
        return None
    return _("مهلت پرسش {questions_until} پایان یافت.").format(questions_until=_moment(tender.questions_until))


def question_is_new(ctx: Context, what: Asked | None) -> str | None:
    """A question that is sent twice is one question."""
    if what is None:
        return None
    query = sa.select(Question.id).where(
        Question.tender_id == what.tender.id, Question.firm_id == what.firm.id, Question.text == what.text
    )
    return _("همین پرسش پیش‌تر رسیده است.") if what.text and ctx.session.scalars(query.limit(1)).first() else None


def deadline_not_passed(ctx: Context, question: Question, _what: Any) -> str | None:
    """An answer after the deadline helps nobody."""
    closes = question.tender.closes_at
    return _("مهلت تسلیم پیشنهاد گذشته است؛ پاسخ دیگر اثری ندارد.") if closes and ctx.now >= closes else None


def _strangers(ctx: Context, tender: Tender, people: set[int]) -> str | None:
    query = sa.select(sa.func.count()).where(
        Person.id.in_(people),
        Person.organisation_id == tender.organisation_id,
        Person.state == PersonState.ACTIVE,
    )
    return None if ctx.session.scalar(query) == len(people) else _("همه باید از کارکنان فعال همین سازمان باشند.")


def _tied_to_firms(ctx: Context, people: set[int]) -> str | None:
    query = (
        sa.select(Person.name)
        .join(Capacity, Capacity.person_id == Person.id)
        .where(Capacity.role == Role.FIRM, Capacity.person_id.in_(people))
    )
    tied = ctx.session.scalars(query.limit(1)).first()
    return (
        _("{tied} نماینده یک شرکت پیشنهاددهنده است و نمی‌تواند در کمیسیون یا ارزیابی باشد.").format(tied=tied)
        if tied
        else None
    )


def _not_before(ctx: Context, at: dt.datetime | None) -> str | None:
    if at is not None and ctx.now >= at:
        return None
    return _("پیش از ساعت اعلام‌شده شدنی نیست: {at}.").format(at=_moment(at))


def _moment(at: dt.datetime | None) -> str:
    return calendar.moment(at) if at else "—"
