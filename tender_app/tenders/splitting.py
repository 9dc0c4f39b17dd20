<<<<<<< HEAD
"""One purchase is not split to stay under a threshold: what else was bought for the same cluster or subject (R03, Art. 3)."""
=======
"""Whether a transaction looks like a part of one that was split: a contract for the same cluster within a year (Art. 3, note 3)."""

import datetime as dt
>>>>>>> procedures

import sqlalchemy as sa

from tender_app.kernel import calendar
<<<<<<< HEAD
from tender_app.kernel.persian import search_key
=======
>>>>>>> procedures
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

<<<<<<< HEAD
MONTHS = 12  # the look-back of the rule catalogue; the Act names no span
BOUGHT = set(TenderState) - {
    TenderState.PREPARING,
    TenderState.AWAITING_APPROVAL,
    TenderState.RENEWED,
    TenderState.CANCELLED,
}


def earlier(ctx: Context, tender: Tender) -> list[str]:
    """Return the numbers of the company's tenders of the last 12 months for the same cluster or the same subject."""
    since = calendar.instant(calendar.add_months(calendar.today(ctx.now), -MONTHS), calendar.parse_time("00:00"))
    query = sa.select(Tender.number, Tender.cluster_id, Tender.subject).where(
        Tender.organisation_id == tender.organisation_id,
        Tender.id != tender.id,
        Tender.state.in_(BOUGHT),
        Tender.published_at >= since,
    )
    own = search_key(tender.subject or "")
    rows = ctx.session.execute(query.order_by(Tender.id))
    return [r.number for r in rows if r.cluster_id == tender.cluster_id or (own and search_key(r.subject or "") == own)]


def warnings(ctx: Context, tender: Tender) -> list[str]:
    """Return the advice on a purchase that looks like a part of another."""
    found = earlier(ctx, tender)
    if not found:
        return []
    told = _(
        "در دوازده ماه گذشته برای همین خوشه یا همین موضوع مناقصه {numbers} منتشر شده است؛ تقسیم معامله برای پایین ماندن از نصاب "
        "روا نیست (ماده ۳). اگر دو کار جداست، تفاوت را در موضوع بنویسید."
    )
    return [told.format(numbers="، ".join(found))]
=======
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
>>>>>>> procedures
