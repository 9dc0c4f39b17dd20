"""What the documents, the notice and the pages say of a tender's method: its rule and its figure, in words (pure)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tender_app.kernel.money import grouped
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.words import N_, _
from tender_app.tenders.rules import Aggregation, Method, TieRule

TIES: Mapping[TieRule, str] = {
    TieRule.TECHNICAL: N_("برابری با امتیاز فنی بالاتر، سپس قیمت کمتر، سپس قرعه شکسته می‌شود."),
    TieRule.PRICE: N_("برابری با قیمت کمتر، سپس امتیاز فنی بالاتر، سپس قرعه شکسته می‌شود."),
    TieRule.LOT: N_("برابری با قرعه شکسته می‌شود."),
}
RULES: Mapping[Method, str] = {
    Method.WEIGHTED_PRICE: N_("برنده کمترین قیمت تراز شده است؛ ضریب تأثیر {impact}."),
    Method.QCBS: N_("برنده بیشترین امتیاز نهایی است؛ سهم امتیاز فنی {technical_share}."),
    Method.LEAST_COST: N_("برنده کمترین قیمت از میان پیشنهادهایی است که به حداقل امتیاز فنی رسیده‌اند."),
    Method.QUALITY_ONLY: N_(
        "به ترتیب امتیاز فنی؛ با نخستین مذاکره قیمت می‌شود، بی آنکه از قیمت پیشنهادی بیشتر شود، و اگر به نتیجه نرسد "
        "نوبت به بعدی می‌رسد."
    ),
    Method.FIXED_BUDGET: N_(
        "برنده بیشترین امتیاز فنی است از میان پیشنهادهایی که قیمتشان از بودجه {budget} ریال بیشتر نیست."
    ),
    Method.SINGLE_SOURCE: N_("یک شرکت دعوت می‌شود و قیمت آن با مذاکره نهایی می‌شود، بی آنکه از قیمت پیشنهادی بیشتر شود."),
}


def rule_of(tender: Any) -> str:
    """Return the rule by which a tender is won, with its figures and the tie rule (R07)."""
    rule = _(RULES[tender.method]).format(
        impact=_figure(tender.impact),
        technical_share=_figure(tender.technical_share),
        budget=grouped(tender.budget or 0),
    )
    return f"{rule} {_(TIES[tender.tie_rule])}"


def aggregation_of(tender: Any) -> str:
    """Return in a few words how the evaluators' points become one; a trimmed mean says how many it leaves out."""
    label: str = tender.aggregation.label
    if tender.aggregation is not Aggregation.TRIMMED_MEAN:
        return label
    return persian_digits(_("{label}، {trim} امتیاز از هر سو").format(label=label, trim=tender.trim))


def parameter_of(tender: Any) -> str:
    """Return the figure that the documents fix for the method, in words; empty where it has none."""
    told = {
        Method.WEIGHTED_PRICE: _("ضریب تأثیر {figure}").format(figure=_figure(tender.impact)),
        Method.QCBS: _("سهم امتیاز فنی {figure}").format(figure=_figure(tender.technical_share)),
        Method.FIXED_BUDGET: _("بودجه {figure} ریال").format(figure=grouped(tender.budget or 0)),
    }
    return told.get(tender.method, "")


def _figure(value: Decimal | None) -> str:
    return "—" if value is None else decimal_text(value)
