"""One purchase is not split to stay under a threshold: what else was bought for the same cluster or subject (R03, Art. 3)."""

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.persian import search_key
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState

BOUGHT = set(TenderState) - {
    TenderState.PREPARING,
    TenderState.AWAITING_APPROVAL,
    TenderState.RENEWED,
    TenderState.CANCELLED,
}
OTHERS = (
    sa.select(Tender.number, Tender.cluster_id, Tender.subject)
    .where(
        Tender.organisation_id == sa.bindparam("organisation"),
        Tender.id != sa.bindparam("own"),
        Tender.state.in_(BOUGHT),
        Tender.published_at >= sa.bindparam("since"),
    )
    .order_by(Tender.id)
)


def earlier(ctx: Context, tender: Tender) -> list[str]:
    """Return the numbers of the company's tenders of the last months for the same cluster or the same subject."""
    months = law_of(ctx, tender)[Parameter.SPLIT_MONTHS]
    since = calendar.instant(calendar.add_months(calendar.today(ctx.now), -months), calendar.parse_time("00:00"))
    own = search_key(tender.subject or "")
    asked = {"organisation": tender.organisation_id, "own": tender.id, "since": since}
    rows = ctx.session.execute(OTHERS, asked)
    return [r.number for r in rows if r.cluster_id == tender.cluster_id or (own and search_key(r.subject or "") == own)]


def warnings(ctx: Context, tender: Tender) -> list[str]:
    """Return the advice on a purchase that looks like a part of another."""
    found = earlier(ctx, tender)
    if not found:
        return []
    told = _(
        "در ماه‌های گذشته برای همین خوشه یا همین موضوع مناقصه {numbers} منتشر شده است؛ تقسیم معامله برای پایین ماندن از نصاب "
        "روا نیست (ماده ۳). اگر دو کار جداست، تفاوت را در موضوع بنویسید."
    )
    return [told.format(numbers="، ".join(found))]
