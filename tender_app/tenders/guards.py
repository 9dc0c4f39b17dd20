"""Reasons against acts on tenders and questions; facts are read for many tenders at once."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterState
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.ledger.models import LedgerEntry
from tender_app.people.capacities import Seat, seats
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Attendance, Criterion, Insertion, Question, Tender, TenderDocument
from tender_app.tenders.rules import (
    DAYS_FOR_BIDS,
    EVALUATORS,
    INSERTIONS,
    SEATS,
    Asked,
    Draft,
    Method,
    Outlet,
    Seating,
    Session,
    TenderAct,
    TenderState,
    weight_faults,
)

RUNNING = frozenset(set(TenderState) - {TenderState.CONTRACTED, TenderState.RENEWED, TenderState.CANCELLED})
PAPERS = (Outlet.NATIONAL_PAPER, Outlet.PROVINCIAL_PAPER)


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """What the guards need to know of a tender."""

    seats: Sequence[Seat]
    present: Mapping[Session, frozenset[Role]]
    papers: int
    documents: int
    criteria: Sequence[tuple[int, int | None, Decimal, str]]
    invited_in: frozenset[str]

    def holders(self, role: Role) -> list[int]:
        """Return who sits in a role."""
        return [s.person_id for s in self.seats if s.role is role]


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, TenderFacts]:
    """Read the facts of the tenders, in six queries."""
    ids = [t.id for t in tenders]
    seated = seats(ctx.session, Scope.TENDER, ids, ctx.now)
    present = _grouped(ctx, sa.select(Attendance.tender_id, Attendance.session, Attendance.role), Attendance, ids)
    papers = _counts(ctx, Insertion, ids, Insertion.outlet.in_(PAPERS))
    documents = _counts(ctx, TenderDocument, ids)
    criteria = _grouped(
        ctx,
        sa.select(Criterion.tender_id, Criterion.id, Criterion.parent_id, Criterion.weight, Criterion.title),
        Criterion,
        ids,
    )
    invited = _grouped(
        ctx,
        sa.select(LedgerEntry.tender_id, LedgerEntry.before).where(LedgerEntry.act == TenderAct.INVITE),
        LedgerEntry,
        ids,
    )
    return {
        i: TenderFacts(
            seated[i],
            {s: frozenset(r.role for r in present.get(i, ()) if r.session is s and r.role) for s in Session},
            papers.get(i, 0),
            documents.get(i, 0),
            [(c.id, c.parent_id, c.weight, c.title) for c in criteria.get(i, ())],
            frozenset(r.before for r in invited.get(i, ())),
        )
        for i in ids
    }


FACTS = Facts(load)


def cluster_of_draft(what: Draft) -> Cluster:
    """A tender is prepared where its cluster is."""
    cluster: Cluster = what.cluster
    return cluster


def cluster_is_licensed(_ctx: Context, what: Draft | None) -> str | None:
    """A tender needs a development licence (R01)."""
    if what is None or what.cluster.state is ClusterState.LICENSED:
        return None
    return "مناقصه فقط برای خوشه‌ای تهیه می‌شود که مجوز توسعه دارد؛ نخست مصوبه‌ها و مجوز آن را ثبت کنید."


def cluster_has_no_running_tender(ctx: Context, what: Draft | None) -> str | None:
    """One tender at a time for a cluster."""
    if what is None:
        return None
    query = sa.select(Tender.number).where(Tender.cluster_id == what.cluster.id, Tender.state.in_(RUNNING))
    running = ctx.session.scalars(query.limit(1)).first()
    return f"برای این خوشه مناقصه {running} در جریان است." if running else None


def seats_are_proper(ctx: Context, tender: Tender, what: Seating | None) -> str | None:
    """Three members, a secretary who is none of them, three evaluators or more; nobody of a bidding firm (R06, R23)."""
    if what is None:
        return None
    members = what.commission()
    if len(set(members)) != len(members):
        return "سه عضو کمیسیون باید سه شخص باشند (ماده ۵)."
    if what.secretary in members:
        return "دبیر کمیسیون نمی‌تواند عضو آن باشد."
    if len(set(what.evaluators)) < EVALUATORS:
        return persian_digits(f"دست‌کم {EVALUATORS} ارزیاب لازم است.")
    if set(what.evaluators) & {*members, what.secretary, tender.prepared_by}:
        return "ارزیاب نمی‌تواند عضو یا دبیر کمیسیون یا تهیه‌کننده اسناد باشد."
    return _tied_to_firms(ctx, {*members, what.secretary, *what.evaluators})


def is_complete(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Nothing that approval needs is missing."""
    found = missing(ctx, tender)
    if not found:
        return None
    return persian_digits(f"{len(found)} مورد از اسناد کامل نیست؛ نخست: {found[0][1]}")


def missing(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    """Return (section, what is missing) of a draft, in the order of its sections (R02, R06, R07, R09)."""
    facts = FACTS.of(ctx, tender)
    return [
        *_missing_values(tender),
        *(("schedule", fault) for fault in schedule_faults(tender)),
        *_missing_evaluation(tender, facts),
        *_missing_seats(facts),
        *([] if facts.documents else [("documents", "دست‌کم یک سند بارگذاری کنید.")]),
    ]


def schedule_faults(tender: Tender) -> list[str]:
    """Return what is wrong with the order of the tender's days."""
    steps = [
        ("پایان دریافت اسناد", tender.documents_until),
        ("پایان مهلت پرسش", tender.questions_until),
        ("پایان مهلت تسلیم پیشنهاد", tender.closes_at),
        ("گشایش پاکت‌های الف و ب", tender.opens_at),
        ("گشایش پاکت‌های ج", tender.prices_open_at),
    ]
    empty = [f"{name} را بنویسید." for name, at in steps if at is None]
    if empty or tender.valid_until is None or tender.contract_by is None:
        dates = (("پایان اعتبار پیشنهادها", tender.valid_until), ("آخرین روز بستن قرارداد", tender.contract_by))
        return empty + [f"{name} را بنویسید." for name, day in dates if day is None]
    known = [(name, at) for name, at in steps if at is not None]
    faults = [
        f"«{after}» نمی‌تواند پیش از «{before}» باشد."
        for (before, one), (after, other) in itertools.pairwise(known)
        if other < one
    ]
    last = calendar.today(known[-1][1])
    if tender.contract_by < last:
        faults.append("آخرین روز بستن قرارداد نمی‌تواند پیش از گشایش پاکت‌های ج باشد.")
    if tender.valid_until < tender.contract_by:
        faults.append("اعتبار پیشنهادها باید تا آخرین روز بستن قرارداد بماند (ماده ۲۱).")
    return faults


def insertions_recorded(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The notice appears in newspapers twice or more (Art. 13, R09)."""
    if FACTS.of(ctx, tender).papers >= INSERTIONS:
        return None
    return "دست‌کم دو نوبت آگهی روزنامه باید ثبت شود (ماده ۱۳)."


def ten_days_for_bids(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Ten days at least from the end of handing out documents to the deadline, and nothing in the past (R10)."""
    if tender.documents_until is None or tender.closes_at is None:
        return None
    if tender.documents_until <= ctx.now:
        return "پایان دریافت اسناد در گذشته است؛ زمان‌بندی را از نو بنویسید."
    if tender.closes_at - tender.documents_until < DAYS_FOR_BIDS:
        return "از پایان دریافت اسناد تا پایان مهلت تسلیم باید دست‌کم ۱۰ روز باشد (ماده ۱۵)."
    return None


def approver_did_not_prepare(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Who prepared a tender does not approve it."""
    return "کسی که اسناد را تهیه کرده نمی‌تواند آن را تصویب کند." if tender.prepared_by == ctx.actor.person_id else None


def before_opening(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Originals are handed over before the opening."""
    late = tender.opens_at is not None and ctx.now >= tender.opens_at
    return "ساعت گشایش رسیده است؛ اصل تضمین پس از آن پذیرفته نمی‌شود." if late else None


def deadline_passed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The deadline for bids has passed: `now >= closes_at`."""
    if tender.closes_at is not None and ctx.now >= tender.closes_at:
        return None
    return f"مهلت تسلیم پیشنهاد تا {_moment(tender.closes_at)} باز است."


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
    names = "، ".join(role.label for role in Role if role in absent)
    return f"جلسه رسمیت ندارد؛ حضور {names} ثبت نشده است (ماده ۵)."


def not_invited_yet(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """An invitation to a session is sent once."""
    if tender.state in FACTS.of(ctx, tender).invited_in:
        return "دعوت این جلسه فرستاده شده است."
    return None


def session_of(tender: Tender) -> Session:
    """Return the session at which the tender stands."""
    early = tender.state in {TenderState.PUBLISHED, TenderState.OPENED_A}
    return Session.ENVELOPES if early else Session.PRICES


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
        return "پرسش فقط از مناقصه‌ای است که برای دریافت پیشنهاد باز است."
    if tender.questions_until is None or ctx.now < tender.questions_until:
        return None
    return f"مهلت پرسش {_moment(tender.questions_until)} پایان یافت."


def deadline_not_passed(ctx: Context, question: Question, _what: Any) -> str | None:
    """An answer after the deadline helps nobody."""
    closes = question.tender.closes_at
    return "مهلت تسلیم پیشنهاد گذشته است؛ پاسخ دیگر اثری ندارد." if closes and ctx.now >= closes else None


def _missing_values(tender: Tender) -> list[tuple[str, str]]:
    needed = (
        ("subject", "موضوع و شرح کار", tender.subject),
        ("subject", "شرح خدمات عامل", tender.terms),
        ("money", "برآورد", tender.estimate),
        ("money", "ردیف بودجه", tender.budget_line),
        ("money", "گواهی تأمین اعتبار", tender.funding_certificate),
        ("money", "مبلغ تضمین", tender.guarantee or not tender.has_envelope_a),
        ("money", "شماره ستاد", tender.setad_no),
        ("money", "شماره مصوبه هیأت مدیره", tender.board_resolution),
        ("money", "تاریخ مصوبه هیأت مدیره", tender.board_resolution_on),
        ("schedule", "محل گشایش پاکت‌ها", tender.opening_place),
    )
    return [(section, f"{name} را بنویسید.") for section, name, value in needed if not value]


def _missing_evaluation(tender: Tender, facts: TenderFacts) -> list[tuple[str, str]]:
    found = []
    if tender.minimum_score is None:
        found.append("حداقل امتیاز فنی را بنویسید.")
    if tender.method is Method.WEIGHTED_PRICE and tender.impact is None:
        found.append("ضریب تأثیر را بنویسید.")
    if tender.method is Method.QCBS and tender.technical_share is None:
        found.append("سهم امتیاز فنی را بنویسید.")
    faults = weight_faults(facts.criteria) if facts.criteria else ["درخت معیارها را بنویسید."]
    return [*(("evaluation", f) for f in found), *(("criteria", f) for f in faults)]


def _missing_seats(facts: TenderFacts) -> list[tuple[str, str]]:
    found = [f"{role.label} را تعیین کنید." for role in SEATS if not facts.holders(role)]
    if len(facts.holders(Role.EVALUATOR)) < EVALUATORS:
        found.append(persian_digits(f"دست‌کم {EVALUATORS} ارزیاب تعیین کنید."))
    return [("seats", fault) for fault in found]


def _tied_to_firms(ctx: Context, people: set[int]) -> str | None:
    from tender_app.people.models import Capacity, Person  # noqa: PLC0415

    query = (
        sa.select(Person.name)
        .join(Capacity, Capacity.person_id == Person.id)
        .where(Capacity.role == Role.FIRM, Capacity.person_id.in_(people))
    )
    tied = ctx.session.scalars(query.limit(1)).first()
    return f"{tied} نماینده یک شرکت پیشنهاددهنده است و نمی‌تواند در کمیسیون یا ارزیابی باشد." if tied else None


def _not_before(ctx: Context, at: dt.datetime | None) -> str | None:
    if at is not None and ctx.now >= at:
        return None
    return f"پیش از ساعت اعلام‌شده شدنی نیست: {_moment(at)}."


def _moment(at: dt.datetime | None) -> str:
    return calendar.moment(at) if at else "—"


def _counts(ctx: Context, model: Any, ids: Sequence[int], *conditions: Any) -> dict[int, int]:
    query = sa.select(model.tender_id, sa.func.count()).where(model.tender_id.in_(ids), *conditions)
    return {row[0]: row[1] for row in ctx.session.execute(query.group_by(model.tender_id))}


def _grouped(ctx: Context, query: Any, model: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in ctx.session.execute(query.where(model.tender_id.in_(ids)).order_by(model.id)):
        found.setdefault(row.tender_id, []).append(row)
    return found
