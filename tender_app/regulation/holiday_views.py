"""Pages of closed days: a year with its months, one holiday with the deadlines that it touches, and what is done with it."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.holidays import listed
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation import queries
from tender_app.regulation.commands import enter_year
from tender_app.regulation.days import HolidayAct
from tender_app.regulation.forms import ClosureForm, ConfirmForm, HolidayForm, MoveForm, WhyForm
from tender_app.regulation.models import Holiday
from tender_app.regulation.reach import Days, deadlines_on
from tender_app.web.fields import PersianForm
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.months import sheets
from tender_app.web.offers import buttons, reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("holidays", __name__, url_prefix="/regulation/holidays")
HOME = N_("تعطیلی‌ها")
STAFF = (Role.OFFICER, Role.MANAGER)
FARTHEST = 10  # years from now that can be entered


@bp.get("")
@under(SIGNED_IN)
def index() -> Response:
    """A year's closed days in months and as a list; a year that was not entered shows the package's list."""
    ctx = context()
    today = calendar.today(ctx.now)
    year = request.args.get("year", calendar.jalali_year(today), type=int)
    if not abs(year - calendar.jalali_year(today)) <= FARTHEST:
        year = calendar.jalali_year(today)
    own = queries.organisations_of(ctx, STAFF)
    days = queries.working_calendar(ctx, own[0].id if own else None)
    is_entered = year in days.years

    def closed(day: Any) -> tuple[str, bool]:
        return days.why(day), any(holiday.is_estimate for holiday in days.holidays(day))

    return page(
        "regulation/holidays.html",
        year=year,
        rows=queries.holidays_of_year(ctx, year),
        listed=[] if is_entered else listed(year),
        is_entered=is_entered,
        sheets=sheets([(year, month) for month in range(1, 13)], {}, closed, today),
        may_enter=may_begin(ctx, Holiday, HolidayAct.ENTER) is None,
        may_close=bool(own),
    )


@bp.get("/<int:holiday_id>")
@under(Sight.PAGE)
def show(holiday_id: int) -> Response:
    """One closed day, the deadlines that fall on it, and what can be done."""
    holiday = case_of(Holiday, Sight.PAGE, id=holiday_id)
    deadlines = deadlines_on(context(), Days(holiday.day, holiday.day), holiday.organisation_id)
    return page("regulation/holiday.html", holiday=holiday, deadlines=deadlines, acts=buttons(holiday))


@bp.route("/new", methods=["GET", "POST"])
@under(HolidayAct.ENTER)
def enter() -> Response:
    """Enter a holiday of the whole country."""
    _demand(HolidayAct.ENTER)
    form = HolidayForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            holiday = begin(context(), Holiday, HolidayAct.ENTER, form.value())
        if done:
            flash(_("روز تعطیل ثبت شد؛ هیچ مهلتی خودبه‌خود جابه‌جا نشد."))
            return redirect(url_for(".show", holiday_id=holiday.id))
    return _form(form, _("ثبت تعطیلی سراسری"), _("برای همه سازمان‌ها. مهلت‌هایی که در این روز است فهرست می‌شود."))


@bp.post("/years/<int:year>")
@under(HolidayAct.ENTER)
def enter_listed(year: int) -> Response:
    """Enter the package's holidays of a year, so that each can be confirmed or moved."""
    _demand(HolidayAct.ENTER)
    ctx = context()
    count = enter_year(ctx, year) if abs(year - calendar.jalali_year(calendar.today(ctx.now))) <= FARTHEST else 0
    flash(
        persian_digits(_("{count} روز تعطیل سال {year} ثبت شد.").format(count=count, year=year))
        if count
        else _("تعطیلی‌های این سال پیش‌تر ثبت شده است.")
    )
    return redirect(url_for(".index", year=year))


@bp.route("/close", methods=["GET", "POST"])
@under(HolidayAct.CLOSE)
def close() -> Response:
    """Enter a day on which the offices of one's own organisation are closed."""
    ctx = context()
    own = queries.organisations_of(ctx, STAFF)
    _demand(HolidayAct.CLOSE)
    form = ClosureForm()
    form.offer(own)
    if form.validate_on_submit():
        with attempt(form) as done:
            holiday = begin(ctx, Holiday, HolidayAct.CLOSE, form.value(own))
        if done:
            flash(_("تعطیلی ثبت شد؛ هیچ مهلتی خودبه‌خود جابه‌جا نشد."))
            return redirect(url_for(".show", holiday_id=holiday.id))
    lead = _("فقط برای سازمان خودتان. مهلت‌هایی که در این روز است فهرست می‌شود و کارشناسان آگاه می‌شوند.")
    return _form(form, _("ثبت تعطیلی استان"), lead)


@bp.route("/<int:holiday_id>/confirm", methods=["GET", "POST"])
@under(HolidayAct.CONFIRM)
def confirm(holiday_id: int) -> Response:
    """Confirm an estimated day."""
    return _act(holiday_id, HolidayAct.CONFIRM, ConfirmForm())


@bp.route("/<int:holiday_id>/move", methods=["GET", "POST"])
@under(HolidayAct.MOVE)
def move(holiday_id: int) -> Response:
    """Move a holiday to the announced day."""
    return _act(holiday_id, HolidayAct.MOVE, MoveForm())


@bp.route("/<int:holiday_id>/withdraw", methods=["GET", "POST"])
@under(HolidayAct.WITHDRAW)
def withdraw(holiday_id: int) -> Response:
    """Take a holiday of the country back, with the reason."""
    return _act(holiday_id, HolidayAct.WITHDRAW, WhyForm())


@bp.route("/<int:holiday_id>/reopen", methods=["GET", "POST"])
@under(HolidayAct.REOPEN)
def reopen(holiday_id: int) -> Response:
    """Take a closure of one's own organisation back, with the reason."""
    return _act(holiday_id, HolidayAct.REOPEN, WhyForm())


def _act(holiday_id: int, act: HolidayAct, form: Any) -> Response:
    holiday = case_of(Holiday, Sight.PAGE, id=holiday_id)
    reason = reason_against(holiday, act)
    title = f"{act.label}: {holiday.title}"
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), holiday, act, form.value())
        if done:
            flash(_("{act}: ثبت شد. هیچ مهلتی خودبه‌خود جابه‌جا نشد.").format(act=act.label))
            return redirect(url_for(".show", holiday_id=holiday_id))
    back = url_for(".show", holiday_id=holiday_id)
    return _form(form, title, calendar.long_date(holiday.day), reason=reason, back=back)


def _form(form: PersianForm, title: str, lead: str, *, reason: str | None = None, back: str = "") -> Response:
    crumbs = [(HOME, url_for(".index")), (title, None)]
    place = back or url_for(".index")
    return page("_form.html", form=form, title=title, lead=lead, crumbs=crumbs, back=place, reason=reason)


def _demand(act: HolidayAct) -> None:
    """Refuse whoever may not enter such a day."""
    if reason := may_begin(context(), Holiday, act):
        raise NotAllowed(reason)
