"""The page of a draft's calendar: one wish, every lawful day with its reason, months and a line of time."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation.days import WorkingCalendar, unentered_in
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.bases import Basis
from tender_app.tenders.commands import edition_of
from tender_app.tenders.deciding import days_of, law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.planning import HORIZON, PlanError, Planned, Planner
from tender_app.tenders.planning_forms import MOVABLE, WAS, MoveForm, TakeForm, WishForm
from tender_app.tenders.planning_steps import LAST_ROUND, PUBLISHED
from tender_app.tenders.rules import Changes, TenderAct
from tender_app.web.law import under
from tender_app.web.months import Mark, Sheet, months_of, sheets
from tender_app.web.offers import reason_against
from tender_app.web.periods import Period, Periods, month_chart
from tender_app.web.visit import attempt, case_of, context, page, refuse
from tender_app.workflow.engine import advance

bp = Blueprint("tender_calendar", __name__, url_prefix="/tenders")
NAMES = (*schedule.STEPS, *schedule.DAYS)
BARS = (
    (N_("آگهی"), PUBLISHED, LAST_ROUND, "d"),
    (N_("دریافت اسناد"), PUBLISHED, "documents_until", "b"),
    (N_("تهیه و تسلیم پیشنهاد"), "documents_until", "closes_at", "a"),
    (N_("ارزیابی فنی"), "opens_at", "prices_open_at", "b"),
    (N_("رأی و قرارداد"), "prices_open_at", "contract_by", "a"),
    (N_("اعتبار پیشنهادها"), "closes_at", "valid_until", "hatch"),
)


@bp.route("/<number>/edit/calendar", methods=["GET", "POST"])
@under(TenderAct.EDIT)
def plan(number: str) -> Response:
    """Compute the calendar from a wish, move a day of it, or take all days into the draft."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.EDIT)
    planner = Planner(law_of(ctx, tender), days_of(ctx, tender), tender.bytes_hours, tender.is_international)
    take = TakeForm()
    if (
        take.validate_on_submit()
        and (taken := take.days())
        and _is_lawful(ctx, planner, take, taken, tender.basis.said)
    ):
        with attempt(take) as done:
            values = planner.instants(taken, {name: getattr(tender, name) for name in schedule.STEPS})
            advance(ctx, tender, TenderAct.EDIT, Changes(values, take.edition.data or ""))
        if done:
            flash(_("این روزها در زمان‌بندی پیش‌نویس نوشته شد."))
            return redirect(url_for("tenders.edit_section", number=number, section="schedule"))
    return _shown(ctx, tender, planner, take, reason)


def _shown(ctx: Context, tender: Tender, planner: Planner, take: TakeForm, reason: str | None) -> Response:
    today = calendar.today(ctx.now)
    wish, moves = WishForm(request.args), MoveForm(request.args)
    days, faults = _asked(planner, wish, moves, today, _begun(tender, planner, today))
    if take.is_submitted():
        days = take.days() or days
    said = tender.basis.said
    rows = [replace(row, label=said(row.label), why=said(row.why)) for row in planner.explained(days)]
    faults = [(name, said(text)) for name, text in faults]
    if faults:
        refuse(422)
    return page(
        "tenders/calendar.html",
        form=take,
        tender=tender,
        reason=reason,
        wish=wish,
        moves=_movable(days, tender.basis),
        faults=faults,
        rows=rows,
        sheets=_months(rows, planner.days, today),
        chart=_chart(days, today),
        estimates=planner.days.estimates(days[PUBLISHED], days["valid_until"]),
        unentered=unentered_in(planner.days, (calendar.jalali_year(day) for day in days.values())),
        edition=edition_of(tender, NAMES),
        movable=MOVABLE,
    )


def _asked(
    planner: Planner, wish: WishForm, moves: MoveForm, today: dt.date, days: dict[str, dt.date]
) -> tuple[dict[str, dt.date], list[tuple[str, str]]]:
    """Return the calendar that was asked for, and what was wrong with the asking: (id of the field, message)."""
    if "on" in request.args:
        if not wish.validate():
            return days, [(field.id, error) for field in wish for error in field.errors]
        try:
            return planner.wished(wish.wish.data, wish.on.data, today), []
        except PlanError as refused:
            wish.on.errors = [str(refused)]
            return days, [("on", str(refused))]
    if WAS + PUBLISHED in request.args:
        return _moved(planner, moves, days, today)
    return days, []


def _moved(
    planner: Planner, moves: MoveForm, days: dict[str, dt.date], today: dt.date
) -> tuple[dict[str, dt.date], list[tuple[str, str]]]:
    is_read = moves.validate()
    days = moves.days(WAS) or days
    if not is_read:
        return days, [(field.id, f"{field.label.text}: {error}") for field in moves for error in field.errors]
    faults = []
    for name in moves.changed():
        try:
            moved = planner.moved(days, name, moves[name].data)
        except PlanError as refused:
            faults.append((name, str(refused)))
            continue
        if moved[PUBLISHED] < today:
            faults.append((name, _("انتشار نمی‌تواند در گذشته باشد.")))
            continue
        days = moved
    return days, faults


def _begun(tender: Tender, planner: Planner, today: dt.date) -> dict[str, dt.date]:
    """Return the calendar from which the page begins: a usual one, with the days that the draft already has."""
    found = planner.forward(today + dt.timedelta(days=planner.law[Parameter.NOTICE_LEAD]))
    kept = {name: schedule.day_of(value) for name in NAMES if (value := getattr(tender, name)) is not None}
    if len(kept) < len(NAMES) or max(abs(day - today) for day in kept.values()) > HORIZON:
        return found
    return planner.around(kept)


def _is_lawful(
    ctx: Context, planner: Planner, form: TakeForm, days: dict[str, dt.date], said: Callable[[str], str]
) -> bool:
    """Tell whether the days may stand in a draft; mark what may not."""
    values = {**planner.instants(days, {}), "is_international": planner.is_international}
    faults = schedule.faults(values, ctx.now, planner.law)
    for fault in faults:
        form[fault.field].errors = [*form[fault.field].errors, said(fault.text)]
    return not faults


def _typed(days: dict[str, dt.date]) -> dict[str, str]:
    shown = {name: calendar.numeric(days[name]) for name in MOVABLE}
    return {**shown, **{WAS + name: text for name, text in shown.items()}}


def _months(rows: list[Planned], days: WorkingCalendar, today: dt.date) -> list[Sheet]:
    marks: dict[dt.date, list[Mark]] = {}
    for number, row in enumerate(rows, 1):
        marks.setdefault(row.day, []).append(Mark(number, row.label, f"#step-{row.name}"))

    def closed(day: dt.date) -> tuple[str, bool]:
        return days.why(day), any(holiday.is_estimate for holiday in days.holidays(day))

    return sheets(months_of([row.day for row in rows]), marks, closed, today)


def _chart(days: dict[str, dt.date], today: dt.date) -> Periods:
    bars: list[tuple[str, list[Any]]] = [
        (str(label), [Period(days[first], days[last], look, "")]) for label, first, last, look in BARS
    ]
    return month_chart(bars, today)


def _movable(days: dict[str, dt.date], basis: Basis) -> MoveForm:
    form = MoveForm(MultiDict(_typed(days)))
    for field in form:
        field.label.text = basis.said(field.label.text)
    return form
