"""What a draft still needs before it may be approved, in the order of its sections (R02, R06, R07, R09-R11, R23)."""

from decimal import Decimal
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import _
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders import funds, records, rehearsing, schedule, splitting
from tender_app.tenders.deciding import Law, call_of, days_of, impact_bounds, law_of, thresholds_of
from tender_app.tenders.facts import FACTS, TenderFacts
from tender_app.tenders.judging import trim_fault, weight_faults
from tender_app.tenders.models import Tender
from tender_app.tenders.procurement import ProcurementMethod, call_faults
from tender_app.tenders.rules import SEATS, WHOLE, Method


def missing(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    """Return (section, what is missing or wrong) of a draft; empty when it may be sent for approval."""
    facts, law = FACTS.of(ctx, tender), law_of(ctx, tender)
    tree = facts.criteria
    found = [
        *_subject(tender),
        *_money(ctx, tender),
        *_schedule(ctx, tender, law),
        *_form(tender, facts, law),
        *_evaluation(tender, law),
        *_trim(tender, facts, law),
        *(("criteria", f) for f in (weight_faults(tree) if tree else [_("درخت معیارها را بنویسید.")])),
        *([] if facts.documents else [("documents", _("دست‌کم یک سند بارگذاری کنید."))]),
        *_seats(tender, facts, law[Parameter.EVALUATORS]),
        *([] if records.is_exempt(ctx, tender) else _rounds(tender, facts, law[Parameter.INSERTIONS])),
        *records.faults(ctx, tender),
    ]
    return [(section, tender.basis.said(text)) for section, text in found]


def warnings(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    """Return (section, advice) of what does not stop the approval but deserves a second look."""
    law, untried = law_of(ctx, tender), rehearsing.advice(ctx, tender)
    return [
        *(("schedule", text) for text in schedule.warnings(dates_of(tender), days_of(ctx, tender), law)),
        *(("evaluation", text) for text in _unusual_minimum(tender, law)),
        *([("evaluation", untried)] if untried else []),
        *(("subject", text) for text in splitting.warnings(ctx, tender)),
        *(("records", text) for text in records.advice(ctx, tender)),
    ]


def dates_of(tender: Tender) -> dict[str, Any]:
    """Return the days of a tender by name, with what bears on them: the window for bytes, and whether it is international."""
    names = (*schedule.STEPS, *schedule.DAYS, "bytes_hours", "is_international")
    return {name: getattr(tender, name) for name in names}


def _subject(tender: Tender) -> list[tuple[str, str]]:
    needed = {_("عنوان"): tender.title, _("موضوع و شرح کار"): tender.subject, _("شرح خدمات عامل"): tender.terms}
    return _unwritten("subject", [name for name, value in needed.items() if not value])


def _money(ctx: Context, tender: Tender) -> list[tuple[str, str]]:
    needed: dict[str, Any] = {
        _("برآورد"): tender.estimate,
        _("ردیف بودجه"): tender.budget_line,
        _("گواهی تأمین اعتبار"): tender.funding_certificate,
        _("شماره ستاد"): tender.setad_no,
    }
    if tender.basis.needs_resolution:
        needed[_("شماره مصوبه هیأت مدیره")] = tender.board_resolution
        needed[_("تاریخ مصوبه هیأت مدیره")] = tender.board_resolution_on
    if tender.has_envelope_a:
        needed[_("مبلغ تضمین")] = tender.guarantee
    names = ("estimate", "guarantee", "has_envelope_a", "board_resolution_on")
    faults = funds.faults({name: getattr(tender, name) for name in names}, calendar.today(ctx.now))
    absent = [name for name, value in needed.items() if not value]
    return [*_unwritten("money", absent), *(("money", fault.text) for fault in faults)]


def _schedule(ctx: Context, tender: Tender, law: Law) -> list[tuple[str, str]]:
    dates = dates_of(tender)
    absent = [*schedule.absent(dates), *([] if tender.opening_place else [_("محل گشایش پاکت‌ها")])]
    faults = schedule.faults(dates, ctx.now, law)
    return [*_unwritten("schedule", absent), *(("schedule", fault.text) for fault in faults)]


def _unwritten(section: str, names: list[str]) -> list[tuple[str, str]]:
    return [(section, _("{names} را بنویسید.").format(names="، ".join(f"«{name}»" for name in names)))] if names else []


def _evaluation(tender: Tender, law: Law) -> list[tuple[str, str]]:
    found, (least, most) = [], impact_bounds(law, tender)
    if tender.minimum_score is None or not 0 < tender.minimum_score <= WHOLE:
        found.append(_("«حداقل امتیاز فنی» را میان ۱ و ۱۰۰ بنویسید."))
    if tender.method is Method.WEIGHTED_PRICE and not _within(tender.impact, least, most):
        text = _("«ضریب تأثیر» را میان {least} و {most} بنویسید.")
        found.append(text.format(least=decimal_text(least), most=decimal_text(most)))
    if tender.method is Method.QCBS and not _within(tender.technical_share, Decimal("0.01"), Decimal("0.99")):
        found.append(_("«سهم امتیاز فنی» را میان ۰٫۰۱ و ۰٫۹۹ بنویسید."))
    if tender.method is Method.FIXED_BUDGET and not tender.budget:
        found.append(_("«بودجه ثابت» را بنویسید؛ در اسناد می‌آید و پیشنهاد بالاتر از آن رتبه‌بندی نمی‌شود."))
    return [("evaluation", text) for text in found]


def _trim(tender: Tender, facts: TenderFacts, law: Law) -> list[tuple[str, str]]:
    evaluators = max(len(facts.holders(Role.EVALUATOR)), law[Parameter.EVALUATORS])
    fault = trim_fault(tender.aggregation, tender.trim, evaluators)
    return [("evaluation", fault)] if fault else []


def _unusual_minimum(tender: Tender, law: Law) -> list[str]:
    least, most = law[Parameter.MINIMUM_SCORE_LEAST], law[Parameter.MINIMUM_SCORE_MOST]
    if tender.minimum_score is None or least <= tender.minimum_score <= most:
        return []
    text = _("«حداقل امتیاز فنی» {score} است؛ رایج {least} تا {most} است.")
    shown = {"score": tender.minimum_score, "least": least, "most": most}
    return [text.format(**{name: decimal_text(value) for name, value in shown.items()})]


def _form(tender: Tender, facts: TenderFacts, law: Law) -> list[tuple[str, str]]:
    """Return what keeps the form of the call and the method from fitting the law and each other (R04, R05)."""
    form, method = tender.procurement_method, tender.method
    faults = call_faults(call_of(tender, facts.invited), law[Parameter.INVITED], thresholds_of(law))
    found = [("invitations", fault) for fault in faults]
    if method not in tender.basis.methods:
        text = _("روش «{method}» در {law} نیست؛ روش دیگری برگزینید، یا مناقصه را بر پایه آیین‌نامه مشاوره آغاز کنید.")
        found.append(("evaluation", text.format(method=method.label, law=_(tender.basis.law))))
    if (method is Method.SINGLE_SOURCE) is not (form is ProcurementMethod.DIRECT):
        text = _("روش تک‌گزینه‌ای و فراخوان تک‌گزینه‌ای با هم برگزیده می‌شوند؛ یکی از این دو را عوض کنید.")
        found.append(("evaluation", text))
    return found


def _within(value: Decimal | None, least: Decimal, most: Decimal) -> bool:
    return value is not None and least <= value <= most


def _seats(tender: Tender, facts: TenderFacts, evaluators: int) -> list[tuple[str, str]]:
    empty = [f"«{tender.basis.word(role)}»" for role in SEATS if not facts.holders(role)]
    found = [_("{empty} را تعیین کنید.").format(empty="، ".join(empty))] if empty else []
    if len(facts.holders(Role.EVALUATOR)) < evaluators:
        found.append(persian_digits(_("دست‌کم {evaluators} ارزیاب تعیین کنید.").format(evaluators=evaluators)))
    return [("seats", fault) for fault in found]


def _rounds(tender: Tender, facts: TenderFacts, insertions: int) -> list[tuple[str, str]]:
    if facts.papers >= insertions or not records.needs_insertions(tender):
        return []
    return [
        (
            "insertions",
            persian_digits(
                _("دست‌کم {insertions} نوبت آگهی روزنامه باید ثبت شود (ماده ۱۳).").format(insertions=insertions)
            ),
        )
    ]
