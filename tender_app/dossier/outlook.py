"""What stands around a desk: the tenders that run, the days of the month, the clusters of one's company and their terms."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.clusters.map_queries import current_rank
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterState
from tender_app.contracts.models import Contract
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import reach
from tender_app.regulation.days import WorkingCalendar
from tender_app.store.context import Context
from tender_app.tenders.guards import RUNNING
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.periods import Period
from tender_app.workflow.sight import where_visible

WORKING = COMMISSION | {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY, Role.EVALUATOR, Role.FIRM}
READERS = (Role.OFFICER, Role.MANAGER, Role.AUDITOR)
DEVELOPED = (ClusterState.LICENSED, ClusterState.IN_DEVELOPMENT, ClusterState.COMPLETED)
TERMS = (
    ("questions_until", N_("پایان مهلت پرسش")),
    ("closes_at", N_("پایان مهلت تسلیم")),
    ("opens_at", N_("گشایش پاکت‌های الف و ب")),
    ("prices_open_at", N_("گشایش قیمت")),
)
ORDINALS = (N_("یکم"), N_("دوم"), N_("سوم"), N_("چهارم"), N_("پنجم"))
MOST = 12
WEEK = 7


@dataclass(frozen=True, slots=True)
class Running:
    """A tender under way, with its dates by name."""

    number: str
    title: str
    state: TenderState
    closes_at: dt.datetime | None
    terms: tuple[tuple[str, dt.datetime], ...]

    def next(self, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        """Return the next of its dates."""
        return min(((label, at) for label, at in self.terms if at > now), key=lambda term: term[1], default=None)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that falls on a day; `is_mine` when it is a task of the person."""

    at: dt.datetime
    label: str
    path: str
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month with what falls on it."""

    number: int
    is_closed: bool
    is_today: bool
    events: tuple[Event, ...]

    @property
    def is_mine(self) -> bool:
        """Tell whether a task of the person falls on it."""
        return any(e.is_mine for e in self.events)


@dataclass(frozen=True, slots=True)
class Month:
    """A Jalali month in weeks from Saturday; days of other months are None."""

    title: str
    name: str
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster of one's company: its latest tender and the term of its contract."""

    id: int
    name: str
    slug: str
    state: ClusterState
    tender_number: str | None
    tender_state: TenderState | None
    published_at: dt.datetime | None
    contract_by: dt.date | None
    years: int | None
    starts_on: dt.date | None
    ends_on: dt.date | None

    @property
    def has_running_tender(self) -> bool:
        """Tell whether a tender of the cluster is under way."""
        return self.tender_state in RUNNING


def running(ctx: Context) -> list[Running]:
    """Return the tenders under way within the actor's reach, the nearest deadline first."""
    held = WORKING & {h.role for h in ctx.actor.held}
    if not held:
        return []
    mine = sa.or_(*(reach(ctx.actor, Tender, role) for role in held))
    columns = [getattr(Tender, name) for name, _unused in TERMS]
    query = sa.select(Tender.number, Tender.title, Tender.state, Tender.closes_at, *columns).where(
        mine, where_visible(ctx, Tender, Sight.PAGE), Tender.state.in_(RUNNING)
    )
    rows: Iterable[tuple[Any, ...]] = ctx.session.execute(query.order_by(Tender.closes_at, Tender.id).limit(MOST))
    return [
        Running(
            number,
            title,
            state,
            closes,
            tuple((label, at) for (_unused, label), at in zip(TERMS, dates, strict=True) if at),
        )
        for number, title, state, closes, *dates in rows
    ]


def month_of(now: dt.datetime, events: Iterable[Event], closed: WorkingCalendar) -> Month:
    """Return the Jalali month of `now` with the events that fall into it."""
    today = calendar.today(now)
    year, month, _unused = calendar.to_jalali(today)
    first = calendar.from_jalali(year, month, 1)
    by_day: dict[dt.date, list[Event]] = {}
    for event in sorted(events, key=lambda e: e.at):
        by_day.setdefault(calendar.today(event.at), []).append(event)
    dates = [first + dt.timedelta(days=n) for n in range(calendar.month_length(year, month))]
    days = [Day(n, closed.is_closed(d), d == today, tuple(by_day.get(d, ()))) for n, d in enumerate(dates, 1)]
    blank = (first.weekday() - calendar.SATURDAY) % WEEK
    cells: list[Day | None] = [*(None,) * blank, *days, *(None,) * (-(blank + len(days)) % WEEK)]
    weeks = tuple(tuple(cells[n : n + WEEK]) for n in range(0, len(cells), WEEK))
    name = calendar.MONTHS[month - 1]
    return Month(persian_digits(f"{name} {year}"), name, weeks)


def places(ctx: Context) -> Sequence[Place]:
    """Return the licensed clusters of the actor's own company by rank, each with its latest tender and contract."""
    if not ctx.actor.holds(READERS):
        return []
    later = sa.orm.aliased(Tender)
    latest = sa.select(sa.func.max(later.id)).where(later.cluster_id == Cluster.id).scalar_subquery()
    rank = current_rank()
    query = (
        sa.select(
            Cluster.id,
            Cluster.name,
            Cluster.slug,
            Cluster.state,
            Tender.number,
            Tender.state,
            Tender.published_at,
            Tender.contract_by,
            Tender.years,
            Contract.starts_on,
            Contract.ends_on,
        )
        .select_from(Cluster)
        .outerjoin(Tender, Tender.id == latest)
        .outerjoin(Contract, sa.and_(Contract.tender_id == Tender.id, Contract.issued_at.is_not(None)))
        .where(sa.or_(*(reach(ctx.actor, Cluster, role) for role in READERS)), Cluster.state.in_(DEVELOPED))
    )
    rows: Iterable[tuple[Any, ...]] = ctx.session.execute(query.order_by(rank.is_(None), rank, Cluster.id).limit(MOST))
    return [Place(*row) for row in rows]


def periods_of(place: Place, today: dt.date) -> list[Period]:
    """Return the running tender and the contract of a cluster as periods, one under way parted at today."""
    if place.has_running_tender:
        return _foreseen(place, today)
    if not (place.starts_on and place.ends_on):
        return []
    if place.ends_on < today:
        return [Period(place.starts_on, place.ends_on, "c", _("پایان‌یافته"))]
    if place.starts_on >= today:
        return [Period(place.starts_on, place.ends_on, "hatch", _("آغاز نشده"))]
    year = sum(calendar.add_years(place.starts_on, n) <= today for n in range(len(ORDINALS)))
    return [
        Period(place.starts_on, today, "a", _("سال {year}").format(year=ORDINALS[year - 1])),
        Period(today, place.ends_on, "c", _("مانده")),
    ]


def _foreseen(place: Place, today: dt.date) -> list[Period]:
    """Return the tender under way, and the contract that is to follow it."""
    ends = max(place.contract_by or today, today)
    after = [Period(ends, calendar.add_years(ends, place.years or 1), "hatch", _("پیش‌بینی قرارداد"))]
    return [Period(calendar.today(place.published_at), ends, "d", _("مناقصه")), *after] if place.published_at else []
