"""How bids are judged and ranked, in the words that the documents freeze (Tender Act, Art. 20-a)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.documents.marks import ltr, unbroken
from tender_app.kernel import money
from tender_app.kernel.persian import decimal_text
from tender_app.tenders.rules import Aggregation, RunnerUpBasis, TieRule

EXAMPLE = 80  # the technical score of the worked example
LOT = "در جلسه کمیسیون و با ثبت در صورتجلسه قرعه کشیده می‌شود."
TIES = {
    TieRule.TECHNICAL: (
        "اگر دو پیشنهاد در نتیجه برابر باشند، آن‌که امتیاز فنی بیشتری دارد پیش است؛ اگر باز برابر بود، آن‌که قیمت کمتری دارد؛ و اگر باز برابر "
        f"بود، {LOT}"
    ),
    TieRule.PRICE: (
        "اگر دو پیشنهاد در نتیجه برابر باشند، آن‌که قیمت کمتری دارد پیش است؛ اگر باز برابر بود، آن‌که امتیاز فنی بیشتری دارد؛ و اگر باز برابر "
        f"بود، {LOT}"
    ),
    TieRule.LOT: f"اگر دو پیشنهاد در نتیجه برابر باشند، {LOT}",
}


def rule(tender: Any) -> list[str]:
    """Return how the technical score changes the price, with the formula, its figures and a worked example."""
    return RULES.get(tender.method.value, _labelled)(tender)


def _weighted(tender: Any) -> list[str]:
    impact = Fraction(tender.impact or 0)
    divisor = 100 - impact * (100 - EXAMPLE)
    price = tender.estimate or 0
    balanced = int(price * 100 / divisor + Fraction(1, 2))
    return [
        "برنده کسی است که قیمت تراز شده کمتری داشته باشد. قیمت تراز شده چنین به دست می‌آید:",
        f"{ltr('L = 100 × C ÷ (100 − i × (100 − t))')}",
        (
            f"در این رابطه، {ltr('C')} قیمت پیشنهادی به ریال، {ltr('t')} امتیاز فنی از ۱۰۰ و {ltr('i')} ضریب تأثیر امتیاز فنی است. "
            f"در این مناقصه {unbroken('i = ' + _figure(tender.impact))} است."
        ),
        (
            f"نمونه: پیشنهادی با قیمت {money.grouped(price)} ریال و امتیاز فنی {decimal_text(Decimal(EXAMPLE))} قیمت تراز شده‌ای برابر "
            f"{money.grouped(balanced)} ریال دارد."
        ),
        "رتبه‌بندی با عدد دقیق انجام می‌شود و گرد کردن فقط برای نمایش است.",
    ]


def _quality_and_cost(tender: Any) -> list[str]:
    share = tender.technical_share or Decimal(0)
    return [
        "برنده کسی است که امتیاز ترکیبی بیشتری داشته باشد. امتیاز ترکیبی چنین به دست می‌آید:",
        f"{ltr('S = T × St + P × Sf')}",
        f"{ltr('Sf = 100 × Fmin ÷ F')}",
        (
            f"در این رابطه، {ltr('St')} امتیاز فنی از ۱۰۰، {ltr('F')} قیمت پیشنهادی و {ltr('Fmin')} کمترین قیمت میان پیشنهادهای دارای حداقل "
            f"امتیاز است. در این مناقصه {unbroken('T = ' + _figure(share))} و {unbroken('P = ' + _figure(1 - share))} است."
        ),
        "رتبه‌بندی با عدد دقیق انجام می‌شود و گرد کردن فقط برای نمایش است.",
    ]


def _least_cost(_tender: Any) -> list[str]:
    return [
        "میان پیشنهادهایی که حداقل امتیاز فنی را دارند، برنده کسی است که کمترین قیمت را داده باشد؛ امتیاز فنی بالاتر اثری در قیمت ندارد."
    ]


def _quality_only(_tender: Any) -> list[str]:
    return [
        (
            "برنده کسی است که بیشترین امتیاز فنی را داشته باشد؛ پاکت قیمت فقط برای او گشوده و درباره آن مذاکره می‌شود. اگر مذاکره به نتیجه نرسد، "
            "نوبت نفر بعد است."
        )
    ]


def _fixed_budget(tender: Any) -> list[str]:
    return [
        (
            f"بودجه ثابت {money.grouped(tender.budget or 0)} ریال است. پیشنهاد گران‌تر از آن کنار می‌رود و میان دیگران، برنده کسی است که بیشترین "
            "امتیاز فنی را داشته باشد."
        )
    ]


def _single_source(_tender: Any) -> list[str]:
    return [
        (
            "فقط از یک شرکت پیشنهاد خواسته می‌شود. اگر پیشنهاد حداقل امتیاز فنی را داشته باشد، پاکت قیمت گشوده و درباره آن مذاکره "
            "می‌شود."
        )
    ]


def _labelled(tender: Any) -> list[str]:
    return [f"روش: {tender.method.label}."]


RULES = {
    "weighted_price": _weighted,
    "qcbs": _quality_and_cost,
    "least_cost": _least_cost,
    "quality_only": _quality_only,
    "fixed_budget": _fixed_budget,
    "single_source": _single_source,
}


def tie(tender: Any) -> str:
    """Return what decides between equals, as the documents fix it."""
    return TIES[tender.tie_rule]


def aggregation(tender: Any) -> str:
    """Return how the evaluators' points under a criterion become one."""
    told = {
        Aggregation.MEAN: "امتیاز هر معیار میانگین امتیاز همه ارزیابان است.",
        Aggregation.TRIMMED_MEAN: (
            f"امتیاز هر معیار میانگین امتیاز ارزیابان است پس از کنار گذاشتن {decimal_text(Decimal(tender.trim))} بالاترین و "
            f"{decimal_text(Decimal(tender.trim))} پایین‌ترین امتیاز آن معیار؛ اگر پس از آن امتیازی نماند، میانگین همه است."
        ),
        Aggregation.CONSENSUS: (
            "ارزیابان درباره امتیازهای دور از هم گفت‌وگو می‌کنند و هر کس می‌تواند امتیاز خود را با دلیل تغییر دهد؛ امتیاز نخست نگه داشته می‌شود. "
            "امتیاز هر معیار میانگین امتیازهای برجامانده است."
        ),
    }
    return told[tender.aggregation]


def runner_up(tender: Any) -> str:
    """Return who is the second winner, on the basis that the documents fix (Art. 20)."""
    basis = "تراز شده" if tender.runner_up_basis is RunnerUpBasis.WEIGHTED else "پیشنهادی"
    return (
        f"نفر دوم فقط هنگامی برنده دوم است که فاصله قیمت {basis} او از برنده اول کمتر از مبلغ تضمین شرکت در فرآیند باشد؛ فاصله برابر با آن "
        "کافی نیست (ماده ۲۰ قانون برگزاری مناقصات)."
    )


def _figure(value: Decimal | None) -> str:
    return "—" if value is None else decimal_text(value)
