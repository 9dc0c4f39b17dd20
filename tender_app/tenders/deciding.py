"""By which values of the law a tender is judged: those of its publication, as they were known then; a draft by today's."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tender_app.kernel import calendar
from tender_app.regulation.days import WorkingCalendar
from tender_app.regulation.queries import values_on, working_calendar
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import Call, LegalBasis, Thresholds

Law = Mapping[Parameter, Any]


def law_of(ctx: Context, tender: Tender) -> Law:
    """Return every value of the law for a tender; what is entered after its publication does not reach it."""
    at = tender.published_at
    return values_on(ctx) if at is None else values_on(ctx, calendar.today(at), at)


def days_of(ctx: Context, tender: Tender) -> WorkingCalendar:
    """Return the working days of the tender's organisation."""
    return working_calendar(ctx, tender.organisation_id)


def thresholds_of(law: Law) -> Thresholds:
    """Return the ceilings by which a transaction is classed (Art. 3)."""
    return Thresholds(law[Parameter.SMALL_CEILING], law[Parameter.MEDIUM_CEILING])


def call_of(tender: Tender, invited: int) -> Call:
    """Return how a tender's call stands, with so many firms on its list."""
    return Call(tender.procurement_method, invited, tender.form_reason, tender.direct_ground, tender.estimate)


def impact_bounds(law: Law, tender: Tender) -> tuple[Decimal, Decimal]:
    """Return between which values the impact coefficient of a tender may lie, by its legal basis (domain.md §3.1)."""
    if tender.legal_basis is LegalBasis.CONSULTING_BYLAW:
        return law[Parameter.IMPACT_LEAST_CONSULTING], law[Parameter.IMPACT_MOST_CONSULTING]
    return law[Parameter.IMPACT_LEAST], law[Parameter.IMPACT_MOST]
