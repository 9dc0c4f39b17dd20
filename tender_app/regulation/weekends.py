"""A weekend changes by a dated value: on which days offices close or open by it, until the next value."""

import sqlalchemy as sa

from tender_app.regulation.days import ONE_DAY
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.reach import Days
from tender_app.regulation.rules import Parameter, read
from tender_app.store.context import Context

OTHERS = (
    sa.select(DatedSetting.effective_from, DatedSetting.id, DatedSetting.value)
    .where(DatedSetting.parameter == Parameter.WEEKEND.value, DatedSetting.withdrawn_at.is_(None))
    .order_by(DatedSetting.effective_from, DatedSetting.id)
)


def days_changed(ctx: Context, setting: DatedSetting) -> Days:
    """Return the days that a weekend's value closes or opens, beside the weekend as it is without it."""
    place = (setting.effective_from, setting.id)
    rows = ctx.session.execute(OTHERS).all()
    earlier = [row.value for row in rows if (row.effective_from, row.id) < place]
    later = [row.effective_from for row in rows if (row.effective_from, row.id) > place]
    before = read(Parameter.WEEKEND, earlier[-1]) if earlier else Parameter.WEEKEND.terms.default
    last = later[0] - ONE_DAY if later else None
    return Days(setting.effective_from, last, before ^ read(Parameter.WEEKEND, setting.value))
