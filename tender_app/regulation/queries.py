"""The value in force on a day, and the working calendar: one or two questions, asked once in a context."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.models import Organisation
from tender_app.regulation.days import Closed, HolidayState, WorkingCalendar
from tender_app.regulation.models import DatedSetting, Holiday
from tender_app.regulation.rules import Parameter, Row, read, values_of
from tender_app.store.context import Context

KNOWN = frozenset(parameter.value for parameter in Parameter)
EVER = dt.datetime.min.replace(tzinfo=dt.UTC)  # what came with the installation was known before anything was decided
SETTINGS = sa.select(
    DatedSetting.parameter,
    DatedSetting.value,
    DatedSetting.effective_from,
    DatedSetting.entered_by,
    DatedSetting.entered_at,
    DatedSetting.withdrawn_at,
).order_by(DatedSetting.effective_from, DatedSetting.id)
HOLIDAYS = sa.select(Holiday.day, Holiday.title, Holiday.is_estimate, Holiday.state, Holiday.listing).where(
    sa.or_(Holiday.organisation_id.is_(None), Holiday.organisation_id == sa.bindparam("organisation"))
)


def in_force(ctx: Context, parameter: Parameter, on: dt.date | None = None) -> Any:
    """Return a parameter's value on a day (today in Tehran by default), of the type that its kind names."""
    return values_on(ctx, on)[parameter]


def values_on(ctx: Context, on: dt.date | None = None, known_at: dt.datetime | None = None) -> Mapping[Parameter, Any]:
    """Return every parameter's value on a day (today in Tehran by default), in one question for all days.

    `known_at` leaves out what was entered after that instant: what was decided then keeps the values of then.
    """
    day, known = on or calendar.today(ctx.now), known_at or ctx.now
    key = ((values_on, known), day.toordinal())
    if key not in ctx.facts:
        ctx.facts[key] = values_of(rows(ctx), day, known)
    found: Mapping[Parameter, Any] = ctx.facts[key]
    return found


def rows(ctx: Context) -> Sequence[Row]:
    """Return every dated value, those that were withdrawn too, in the order of their day, then of their entering."""
    if (rows, 0) not in ctx.facts:
        ctx.facts[(rows, 0)] = [
            Row(Parameter(name), read(Parameter(name), value), since, entered if by else EVER, withdrawn)
            for name, value, since, by, entered, withdrawn in ctx.session.execute(SETTINGS)
            if name in KNOWN
        ]
    found: Sequence[Row] = ctx.facts[(rows, 0)]
    return found


def working_calendar(ctx: Context, organisation_id: int | None = None) -> WorkingCalendar:
    """Return the working days of an organisation (of the country without one), read once in a context."""
    key = (working_calendar, organisation_id or 0)
    if key not in ctx.facts:
        ctx.facts[key] = _calendar(ctx, organisation_id)
    found: WorkingCalendar = ctx.facts[key]
    return found


def _calendar(ctx: Context, organisation_id: int | None) -> WorkingCalendar:
    weekends = [(dt.date.min, Parameter.WEEKEND.terms.default)]
    weekends += [
        (row.effective_from, row.value)
        for row in rows(ctx)
        if row.parameter is Parameter.WEEKEND and row.is_known(ctx.now)
    ]
    entered: dict[dt.date, tuple[Closed, ...]] = {}
    years = set()
    for day, title, is_estimate, state, listing in ctx.session.execute(HOLIDAYS, {"organisation": organisation_id}):
        if listing:
            years.add(int(listing[:4]))
        if state is HolidayState.STANDING:
            entered[day] = (*entered.get(day, ()), Closed(title, is_estimate))
    return WorkingCalendar(tuple(weekends), entered, frozenset(years))


def history(ctx: Context, parameter: Parameter) -> Sequence[DatedSetting]:
    """Return every row of a parameter with who entered it, the latest day first."""
    query = sa.select(DatedSetting).where(DatedSetting.parameter == parameter.value)
    ordered = query.options(selectinload(DatedSetting.person)).order_by(
        DatedSetting.effective_from.desc(), DatedSetting.id.desc()
    )
    return ctx.session.scalars(ordered).all()


def latest(ctx: Context) -> Mapping[Parameter, tuple[DatedSetting | None, DatedSetting | None]]:
    """Return, for each parameter, the row in force today and the next that is coming, in one question."""
    today = calendar.today(ctx.now)
    standing = sa.select(DatedSetting).where(DatedSetting.withdrawn_at.is_(None))
    found: dict[Parameter, tuple[DatedSetting | None, DatedSetting | None]] = dict.fromkeys(Parameter, (None, None))
    for row in ctx.session.scalars(standing.order_by(DatedSetting.effective_from, DatedSetting.id)):
        if row.parameter not in KNOWN:
            continue
        parameter = Parameter(row.parameter)
        now, coming = found[parameter]
        found[parameter] = (row, coming) if row.effective_from <= today else (now, coming or row)
    return found


def holidays_of_year(ctx: Context, year: int) -> Sequence[Holiday]:
    """Return the holidays and closures entered for a Jalali year, in their order; withdrawn ones too."""
    first, last = calendar.from_jalali(year, 1, 1), calendar.from_jalali(year, 12, calendar.month_length(year, 12))
    query = sa.select(Holiday).where(Holiday.day >= first, Holiday.day <= last)
    return ctx.session.scalars(
        query.options(selectinload(Holiday.organisation)).order_by(Holiday.day, Holiday.id)
    ).all()


def organisations_of(ctx: Context, roles: Iterable[Role]) -> Sequence[Organisation]:
    """Return the organisations for which the actor acts in one of the roles."""
    ids = {place for role in roles for place in ctx.actor.scope_ids(role, Scope.ORGANISATION)}
    query = sa.select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
    return ctx.session.scalars(query).all() if ids else []
