"""The demonstration clock's page: moved forward only, by an officer, in demonstration mode alone."""

import datetime as dt

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField

from tender_app.kernel.calendar import moment
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_, _
from tender_app.store import clock as clocks
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm, required
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.visit import context, page

bp = Blueprint("demo", __name__)
STEPS = (("1h", N_("یک ساعت")), ("1d", N_("یک روز")), ("7d", N_("یک هفته")), ("30d", N_("سی روز")))
BY = {
    "1h": dt.timedelta(hours=1),
    "1d": dt.timedelta(days=1),
    "7d": dt.timedelta(days=7),
    "30d": dt.timedelta(days=30),
}


class ClockForm(PersianForm):
    """How far to move: a span, or to the next event of a running tender."""

    step = SelectField(N_("جلو برود تا"), validators=[required()])


@bp.route("/demo/clock", methods=["GET", "POST"])
@under(SIGNED_IN)
def clock() -> Response:
    """Move the demonstration's clock forward."""
    ctx = context()
    if not ctx.actor.holds({Role.OFFICER}):
        raise NotAllowed(_("جلو بردن ساعت نمایش با کارشناس است."))
    events = _events()
    form = ClockForm()
    form.step.choices = [*STEPS, *((key, label) for key, (label, _unused) in events.items())]
    if form.validate_on_submit():
        by = BY.get(form.step.data) or events[form.step.data][1] - ctx.now
        clocks.move_forward(ctx.session, by + (dt.timedelta(seconds=1) if form.step.data not in BY else dt.timedelta()))
        flash(_("ساعت نمایش جلو برده شد؛ همه مهلت‌ها با آن سنجیده می‌شود."))
        return redirect(url_for("dossier.desk"))
    said = {
        "title": _("جلو بردن ساعت نمایش"),
        "lead": _(
            "همه مهلت‌ها با ساعت نمایش سنجیده می‌شود. این ساعت فقط جلو می‌رود و برای همه کسانی که این نمایش را "
            "می‌بینند یکی است."
        ),
        "about": [(_("اکنون در این نمایش"), moment(ctx.now))],
        "submit_label": _("جلو بردن ساعت"),
        "submit_note": _("برگشتن به ساعت پیش شدنی نیست؛ برای آغاز دوباره، نمایش را از نو بسازید."),
        "back": url_for("dossier.desk"),
    }
    return page("_form.html", form=form, **said)


def _events() -> dict[str, tuple[str, dt.datetime]]:
    ctx = context()
    names = {
        "closes_at": _("پایان مهلت تسلیم"),
        "opens_at": _("گشایش الف و ب"),
        "prices_open_at": _("گشایش قیمت"),
    }
    query = sa.select(Tender).where(Tender.published_at.is_not(None)).order_by(Tender.id.desc()).limit(12)
    found = {}
    for tender in ctx.session.scalars(query.options(joinedload(Tender.cluster))):
        for name, label in names.items():
            at = getattr(tender, name)
            if at is not None and at > ctx.now:
                found[f"{tender.number}:{name}"] = (
                    _("{label}، خوشه {cluster}: {at}").format(label=label, cluster=tender.cluster.name, at=moment(at)),
                    at,
                )
    return dict(sorted(found.items(), key=lambda event: event[1][1]))
