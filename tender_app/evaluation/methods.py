"""How bids are ranked by each method of the law, in exact fractions, and how a page or a paper tells it (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.evaluation import scoring, working
from tender_app.evaluation.scoring import Number, Offer, Place
from tender_app.kernel import money
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.tenders.rules import Aggregation, Method, TieRule

NOTHING = Decimal(0)
Rank = Callable[[Sequence[Offer], "Figures"], list[Place]]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that the documents fix for the ranking; a method reads its own and no other."""

    impact: Number = NOTHING
    technical_share: Number = NOTHING
    price_share: Number = NOTHING
    budget: Number = NOTHING
    tie: TieRule = TieRule.TECHNICAL


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a method ranks by: the figure's name, whether it is money, and how it comes about."""

    name: str
    symbol: str
    is_money: bool
    formula: str = ""

    @property
    def heading(self) -> str:
        """Return the heading of the figure's column."""
        return _("{name} ({symbol}، ریال)" if self.is_money else "{name} ({symbol})").format(
            name=_(self.name), symbol=self.symbol
        )

    def shown(self, value: Fraction) -> str:
        """Return the figure, rounded for showing."""
        if self.is_money:
            return money.grouped(int(scoring.half_up(value, 0)))
        return persian_digits(scoring.half_up(value, 4)).replace(".", "٫")


QUALITY = Yardstick(
    N_("امتیاز فنی"),
    "t",
    is_money=False,
)
YARDSTICKS: Mapping[Method, Yardstick] = {
    Method.WEIGHTED_PRICE: Yardstick(
        N_("قیمت تراز شده"),
        "L",
        is_money=True,
        formula=N_(
            "قیمت تراز شده = ۱۰۰ × قیمت ÷ (۱۰۰ − ضریب تأثیر × (۱۰۰ − امتیاز فنی)). کمترین قیمت تراز شده پیش است."
        ),
    ),
    Method.QCBS: Yardstick(
        N_("امتیاز نهایی"),
        "S",
        is_money=False,
        formula=N_(
            "امتیاز نهایی = سهم فنی × امتیاز فنی + سهم قیمت × (۱۰۰ × کمترین قیمت ÷ قیمت). کمترین قیمت، از پیشنهادهای "
            "دارای حداقل امتیاز است؛ بیشترین امتیاز نهایی پیش است."
        ),
    ),
    Method.LEAST_COST: Yardstick(
        N_("قیمت پیشنهادی"),
        "C",
        is_money=True,
    ),
    Method.QUALITY_ONLY: QUALITY,
    Method.FIXED_BUDGET: Yardstick(
        N_("امتیاز فنی"),
        "t",
        is_money=False,
    ),
    Method.SINGLE_SOURCE: Yardstick(
        N_("امتیاز فنی"),
        "t",
        is_money=False,
    ),
}
RANKS: Mapping[Method, Rank] = {
    Method.WEIGHTED_PRICE: lambda offers, f: scoring.by_weighted_price(offers, f.impact, f.tie),
    Method.QCBS: lambda offers, f: scoring.by_quality_and_cost(offers, f.technical_share, f.price_share, f.tie),
    Method.LEAST_COST: lambda offers, f: scoring.by_price(offers, f.tie),
    Method.QUALITY_ONLY: lambda offers, f: scoring.by_quality(offers, f.tie),
    Method.FIXED_BUDGET: lambda offers, f: scoring.by_quality(scoring.within_budget(offers, f.budget), f.tie),
    Method.SINGLE_SOURCE: lambda offers, f: scoring.by_quality(offers, f.tie),
}
NEGOTIATED = {Method.QUALITY_ONLY, Method.SINGLE_SOURCE}


def places(method: Method, offers: Sequence[Offer], figures: Figures) -> list[Place]:
    """Return the places of qualified offers by a method; those over a fixed budget have none (R28)."""
    return RANKS[method](offers, figures)


def figures_of(tender: Any) -> Figures:
    """Return the figures of a tender."""
    share = tender.technical_share or NOTHING
    return Figures(tender.impact or NOTHING, share, 1 - share, Decimal(tender.budget or 0), tender.tie_rule)


def aggregation_of(tender: Any) -> scoring.Aggregation:
    """Return how a tender's evaluators are brought together: a consensus is the mean of the points that stand."""
    return scoring.Aggregation(tender.trim if tender.aggregation is Aggregation.TRIMMED_MEAN else 0)


def made(tender: Any, rows: Sequence[Any]) -> list[tuple[str, str]]:
    """Return how each ranked bid's final figure came about; nothing where it is the score or the price itself."""
    figures = figures_of(tender)
    if tender.method is Method.WEIGHTED_PRICE:
        return [(r.firm, working.weighted_price(r.price, r.technical, figures.impact, r.final)) for r in rows]
    if tender.method is Method.QCBS:
        shares, lowest = (figures.technical_share, figures.price_share), min((r.price for r in rows), default=0)
        return [(r.firm, working.combined_score(r.price, r.technical, lowest, shares, r.final)) for r in rows]
    return []
