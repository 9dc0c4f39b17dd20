"""Pages of the dated settings: the values in force by group, the history of each, a new one, the taking back of a wrong one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation import queries
from tender_app.regulation.forms import SettingForm, WhyForm, setting_form
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.reach import Reached, deadlines_on, decided_since
from tender_app.regulation.rules import Group, Kind, Parameter, SettingAct, shown
from tender_app.regulation.weekends import days_changed
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("regulation", __name__, url_prefix="/regulation")
HOME = N_("مقادیر قانون")


@bp.get("/settings")
@under(SIGNED_IN)
def settings() -> Response:
    """Every parameter by group, with the value in force, since when, and by which decree."""
    ctx = context()
    latest, values = queries.latest(ctx), queries.values_on(ctx)
    groups = [(group, [_row(p, values[p], *latest[p]) for p in Parameter if p.terms.group is group]) for group in Group]
    return page("regulation/settings.html", groups=groups, may_enact=_may_enact())


@bp.get("/settings/<parameter>")
@under(SIGNED_IN)
def setting(parameter: str) -> Response:
    """One parameter: what it is, its value in force, and its history."""
    ctx, known = context(), _known(parameter)
    rows = queries.history(ctx, known)
    now, _coming = queries.latest(ctx)[known]
    return page(
        "regulation/setting.html",
        parameter=known,
        value=shown(known, queries.in_force(ctx, known)),
        rows=[(row, shown(known, row.means), _standing(row, now)) for row in rows],
        default=shown(known, known.terms.default),
        deadlines=_touched([row for row in rows if row.withdrawn_at is None]) if known is Parameter.WEEKEND else None,
        may_enact=_may_enact(),
    )


@bp.route("/settings/<parameter>/new", methods=["GET", "POST"])
@under(SettingAct.ENACT)
def enact(parameter: str) -> Response:
    """Enter a value from a day on; one from a past day shows what was decided since, and asks to be confirmed."""
    ctx = context()
    if reason := may_begin(ctx, DatedSetting, SettingAct.ENACT):
        raise NotAllowed(reason)
    known = _known(parameter)
    form = setting_form(known)
    decided: list[Reached] = []
    if form.validate_on_submit():
        decided = _decided(form)
        if not decided or form.understood.data:
            with attempt(form) as done:
                begin(ctx, DatedSetting, SettingAct.ENACT, form.enacted(known))
            if done:
                flash(_("مقدار تازه «{parameter}» ثبت شد.").format(parameter=known.label))
                if known is Parameter.WEEKEND:
                    flash(_("هیچ مهلتی خودبه‌خود جابه‌جا نشد؛ مهلت‌هایی که به آنها می‌رسد در همین صفحه است."))
                return redirect(url_for(".setting", parameter=known.value))
        else:
            form.understood.errors = [_("این روز گذشته است؛ فهرست را ببینید و این را تأیید کنید.")]
    elif known.terms.kind in {Kind.WEEKDAYS, Kind.YES_NO} and not form.is_submitted():
        form["value"].data = queries.in_force(ctx, known)
    in_force = shown(known, queries.in_force(context(), known))
    return page("regulation/enact.html", form=form, parameter=known, decided=decided, in_force=in_force)


@bp.route("/settings/rows/<int:setting_id>/withdraw", methods=["GET", "POST"])
@under(SettingAct.WITHDRAW)
def withdraw(setting_id: int) -> Response:
    """Take a wrong value back, with the reason."""
    row = case_of(DatedSetting, Sight.PAGE, id=setting_id)
    reason = reason_against(row, SettingAct.WITHDRAW)
    known = _known(row.parameter)
    back, form = url_for(".setting", parameter=known.value), WhyForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(context(), row, SettingAct.WITHDRAW, form.value())
        if done:
            flash(_("این مقدار پس گرفته شد؛ مقدار پیش از آن برقرار است."))
            return redirect(back)
    since = calendar.long_date(row.effective_from)
    lead = _("مقدار {value} از {since}. سطر پاک نمی‌شود و دلیل شما کنار آن می‌ماند.").format(
        value=shown(known, row.means), since=since
    )
    return page(
        "_form.html",
        form=form,
        title=_("پس گرفتن «{parameter}»").format(parameter=known.label),
        lead=lead,
        reason=reason,
        back=back,
        crumbs=[(HOME, url_for(".settings")), (known.label, back), (_("پس گرفتن"), None)],
        submit_label=_("پس گرفتن مقدار"),
    )


def _decided(form: SettingForm) -> list[Reached]:
    """Return what was decided between a past day and now."""
    day = form.effective_from.data
    return decided_since(context(), day) if day < calendar.today(context().now) else []


def _touched(standing: Sequence[DatedSetting]) -> list[Reached] | None:
    """Return the deadlines from today on that fall on days which a standing weekend closes or opens; None without one."""
    ctx = context()
    today = calendar.today(ctx.now)
    changes = [days_changed(ctx, row) for row in standing]
    found = [r for days in changes for r in deadlines_on(ctx, replace(days, first=max(days.first, today)))]
    return sorted(found, key=lambda reached: reached.at) if standing else None


def _may_enact() -> bool:
    return may_begin(context(), DatedSetting, SettingAct.ENACT) is None


def _known(name: str) -> Parameter:
    if name not in queries.KNOWN:
        raise Missing
    return Parameter(name)


def _row(parameter: Parameter, value: Any, now: DatedSetting | None, coming: DatedSetting | None) -> dict[str, Any]:
    return {
        "parameter": parameter,
        "value": shown(parameter, value),
        "row": now,
        "coming": coming,
        "coming_value": shown(parameter, coming.means) if coming else "",
    }


def _standing(row: DatedSetting, now: DatedSetting | None) -> tuple[str, str]:
    """Return the word and the look of where a row of the history stands today."""
    if row.withdrawn_at is not None:
        return _("پس‌گرفته"), "no"
    if now is not None and row.id == now.id:
        return _("برقرار"), "open"
    return (_("آینده"), "wait") if row.effective_from > calendar.today(context().now) else (_("گذشته"), "")
