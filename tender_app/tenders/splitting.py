"""Whether a transaction looks like a part of one that was split: a contract for the same cluster within a year (Art. 3, note 3)."""

import datetime as dt

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

YEAR = dt.timedelta(days=365)


def split_from(ctx: Context, tender: Tender) -> list[str]:
    """Return a warning for each tender of the same cluster that ended in a contract within the last year (R03)."""
    query = sa.select(Tender.number, Tender.ended_at).where(
        Tender.cluster_id == tender.cluster_id,
        Tender.id != tender.id,
        Tender.state == TenderState.CONTRACTED,
        Tender.ended_at >= ctx.now - YEAR,
    )
    text = _(
        "برای همین خوشه در {day} مناقصه {number} به قرارداد رسیده است؛ شکستن یک معامله برای رسیدن به نصاب پایین‌تر "
        "ممنوع است (تبصره ۳ ماده ۳). اگر کار دیگری است، در شرح کار روشن کنید."
    )
    return [
        text.format(day=calendar.numeric(calendar.today(ended)), number=number)
        for number, ended in ctx.session.execute(query.order_by(Tender.id))
        if ended is not None
    ]
