"""What a draft still needs before it may be approved, in the order of its sections (R02, R06, R07, R09-R11, R23)."""

from decimal import Decimal
from typing import Any

from tender_app.kernel.holidays import is_closed
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.store.context import Context
from tender_app.tenders import schedule
from tender_app.tenders.facts import FACTS, TenderFacts
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import EVALUATORS, SEATS, WHOLE, Method, weight_faults

LEAST_IMPACT, MOST_IMPACT = Decimal("0.1"), Decimal("0.4")


def missing(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    """Return (section, what is missing or wrong) of a draft; empty when it may be sent for approval."""
    facts = FACTS.of(ctx, tender)
    dates = dates_of(tender)
    return [
        *_values(tender),
        *(("schedule", f.text) for f in (*schedule.absent(dates), *schedule.faults(dates, ctx.now))),
        *_evaluation(tender),
        *(("criteria", f) for f in (weight_faults(facts.criteria) if facts.criteria else ["درخت معیارها را بنویسید."])),
        *([] if facts.documents else [("documents", "دست‌کم یک سند بارگذاری کنید.")]),
        *_seats(facts),
    ]


def warnings(tender: Tender) -> list[tuple[str, str]]:
    """Return (section, advice) of what does not stop the approval but deserves a second look."""
    return [("schedule", text) for text in schedule.warnings(dates_of(tender), is_closed)]


def dates_of(tender: Tender) -> dict[str, Any]:
    """Return the days of a tender by name."""
    return {name: getattr(tender, name) for name in (*schedule.STEPS, *schedule.DAYS)}


def _values(tender: Tender) -> list[tuple[str, str]]:
    needed = (
        ("subject", "موضوع و شرح کار", tender.subject),
        ("subject", "شرح خدمات عامل", tender.terms),
        ("money", "برآورد", tender.estimate),
        ("money", "ردیف بودجه", tender.budget_line),
        ("money", "گواهی تأمین اعتبار", tender.funding_certificate),
        ("money", "مبلغ تضمین", tender.guarantee or not tender.has_envelope_a),
        ("money", "شماره ستاد", tender.setad_no),
        ("money", "شماره مصوبه هیأت مدیره", tender.board_resolution),
        ("money", "تاریخ مصوبه هیأت مدیره", tender.board_resolution_on),
        ("schedule", "محل گشایش پاکت‌ها", tender.opening_place),
    )
    found = [(section, f"«{name}» را بنویسید.") for section, name, value in needed if not value]
    if tender.has_envelope_a and tender.guarantee and tender.estimate and tender.guarantee >= tender.estimate:
        found.append(("money", "مبلغ تضمین باید کمتر از برآورد باشد."))
    return found


def _evaluation(tender: Tender) -> list[tuple[str, str]]:
    found = []
    if tender.minimum_score is None or not 0 < tender.minimum_score <= WHOLE:
        found.append("«حداقل امتیاز فنی» را میان ۱ و ۱۰۰ بنویسید.")
    if tender.method is Method.WEIGHTED_PRICE and not _within(tender.impact, LEAST_IMPACT, MOST_IMPACT):
        found.append("«ضریب تأثیر» را میان ۰٫۱ و ۰٫۴ بنویسید.")
    if tender.method is Method.QCBS and not _within(tender.technical_share, Decimal("0.01"), Decimal("0.99")):
        found.append("«سهم امتیاز فنی» را میان ۰٫۰۱ و ۰٫۹۹ بنویسید.")
    return [("evaluation", text) for text in found]


def _within(value: Decimal | None, least: Decimal, most: Decimal) -> bool:
    return value is not None and least <= value <= most


def _seats(facts: TenderFacts) -> list[tuple[str, str]]:
    found = [f"«{role.label}» را تعیین کنید." for role in SEATS if not facts.holders(role)]
    if len(facts.holders(Role.EVALUATOR)) < EVALUATORS:
        found.append(persian_digits(f"دست‌کم {EVALUATORS} ارزیاب تعیین کنید."))
    return [("seats", fault) for fault in found]
