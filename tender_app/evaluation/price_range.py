"""Whether a price lies in the range of prices that fit the estimate: an advisory sum, by either of two directives.

Both directives target works with price lists and neither is mandatory for an agent's services (domain of Art. 20-b): the
result is advice and decides nothing. Means are exact fractions; a root has forty figures. The sums are pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_

FIGURES = 40
WHOLE = Fraction(100)
FEW, MANY = 6, 10  # bids: up to six, up to ten, and more
MEAN_LIMIT = Fraction(115)
FEWEST = 4  # below so many bids the ministry's directive takes the lowest
NEAR, LOW, HIGH, WIDE = Fraction(1, 10), Fraction(8, 10), Fraction(135, 100), Fraction(2, 10)
GUARANTEE_SHARE = Fraction(1, 2)
DISCOUNT = Fraction(97, 100)


class Regime(Named):
    """By which directive prices are held against the estimate."""

    NATIONAL = "national", "دستورالعمل دامنه قیمت‌های متناسب (بخشنامه ۹۴/۲۵۸۰۴)"
    OIL_MINISTRY = "oil_ministry", "دستورالعمل ارزیابی مالی وزارت نفت"


class Importance(Named):
    """How important a contract is: it widens the national range."""

    LOW = "low", "کم"
    MEDIUM = "medium", "متوسط"
    HIGH = "high", "زیاد"


class Verdict(Named):
    """What the sum says of a price."""

    FITS = "fits", "در دامنه"
    BELOW = "below", "پایین‌تر از دامنه"
    ABOVE = "above", "بالاتر از دامنه"
    BY_ANNEX = "by_annex", "با دامنه پیوست پذیرفته"
    LOWEST = "lowest", "کمترین قیمت؛ سنجش لازم نیست"
    NOT_JUDGED = "not_judged", "سنجیده نمی‌شود"


FACTORS = {
    FEW: {Importance.LOW: Fraction(11, 10), Importance.MEDIUM: Fraction(1), Importance.HIGH: Fraction(9, 10)},
    MANY: {Importance.LOW: Fraction(13, 10), Importance.MEDIUM: Fraction(12, 10), Importance.HIGH: Fraction(11, 10)},
    0: {Importance.LOW: Fraction(15, 10), Importance.MEDIUM: Fraction(14, 10), Importance.HIGH: Fraction(13, 10)},
}
REVIEW = N_(
    "میانگین پیشنهادها از دامنه مجاز برآورد بیرون است؛ برآورد برای بازنگری به کمیته برمی‌گردد و سنجش ادامه نمی‌یابد."
)


@dataclass(frozen=True, slots=True)
class National:
    """The sum of the national directive, in percent of the estimate, with every step."""

    mean: Fraction
    limit: Fraction
    kept: tuple[Fraction, ...]
    dropped: tuple[Fraction, ...]
    kept_mean: Fraction
    deviation: Decimal
    factor: Fraction
    upper: Decimal
    lower: Decimal

    def verdict(self, percent: Fraction) -> Verdict:
        """Return where an offer lies."""
        if percent in self.dropped or _decimal(percent) > self.upper:
            return Verdict.ABOVE
        return Verdict.BELOW if _decimal(percent) < self.lower else Verdict.FITS


@dataclass(frozen=True, slots=True)
class OilMinistry:
    """The sum of the oil ministry's directive, in rial, with every step; `review`: the estimate goes back."""

    mean: Fraction
    is_simple: bool
    review: bool
    all_mean: Fraction | None = None
    deviation: Decimal | None = None
    standard: tuple[Decimal, ...] = ()
    estimate_standard: Decimal | None = None
    primary: tuple[Decimal, Decimal] | None = None
    annex: tuple[Fraction, Fraction] | None = None

    def verdict(self, price: Fraction, lowest: Fraction) -> Verdict:
        """Return where a price lies."""
        if self.is_simple:
            return Verdict.LOWEST if price == lowest else Verdict.NOT_JUDGED
        if self.review or self.primary is None or self.annex is None:
            return Verdict.NOT_JUDGED
        if self.primary[0] <= price <= self.primary[1]:
            return Verdict.FITS
        if self.annex[0] <= price <= self.annex[1]:
            return Verdict.BY_ANNEX
        return Verdict.BELOW if price < self.primary[0] else Verdict.ABOVE


def national(
    percents: Sequence[Fraction], importance: Importance, *, guarantee_percent: Fraction, is_large: bool = False
) -> National:
    """Return the national range for offers in percent of the estimate, which itself enters the means as 100.

    The lower bound is discounted where the contract is large or the bids are few; else half the guarantee is taken off.
    Raises ValueError without an offer that is kept.
    """
    mean = (sum(percents, Fraction(0)) + WHOLE) / (len(percents) + 1)
    limit = mean * (Fraction(125, 100) if mean <= MEAN_LIMIT else Fraction(110, 100))
    kept = tuple(p for p in percents if p <= limit)
    if not kept:
        raise ValueError("no offer is left to compare")
    kept_mean = (sum(kept, Fraction(0)) + WHOLE) / (len(kept) + 1)
    deviation = _root(sum(((p - kept_mean) ** 2 for p in kept), Fraction(0)) / len(kept))
    factor = _factor(len(percents), importance)
    with localcontext(prec=FIGURES):
        upper = _decimal(kept_mean) + _decimal(factor) * deviation
        base = _decimal(kept_mean) - _decimal(factor) * deviation
        discounted = is_large or len(percents) <= FEW
        lower = _decimal(DISCOUNT) * base if discounted else base - _decimal(GUARANTEE_SHARE * guarantee_percent)
    return National(
        mean, limit, kept, tuple(p for p in percents if p > limit), kept_mean, deviation, factor, upper, lower
    )


def lower_by_guarantee(found: National, guarantee_percent: Fraction) -> Decimal:
    """Return the lower bound in the form that takes half the guarantee off."""
    with localcontext(prec=FIGURES):
        base = _decimal(found.kept_mean) - _decimal(found.factor) * found.deviation
        return base - _decimal(GUARANTEE_SHARE * guarantee_percent)


def oil_ministry(prices: Sequence[Fraction], estimate: int) -> OilMinistry:
    """Return the oil ministry's range for prices in rial; raise ValueError without prices or estimate."""
    if not prices or estimate <= 0:
        raise ValueError("neither prices nor an estimate to hold them against")
    mean = sum(prices, Fraction(0)) / len(prices)
    near = all(abs(price - estimate) <= NEAR * estimate for price in prices)
    if len(prices) < FEWEST or near:
        return OilMinistry(mean, is_simple=True, review=False)
    if not LOW * estimate <= mean <= HIGH * estimate:
        return OilMinistry(mean, is_simple=False, review=True)
    everything = [*prices, Fraction(estimate)]
    all_mean = sum(everything, Fraction(0)) / len(everything)
    deviation = _root(sum(((p - all_mean) ** 2 for p in everything), Fraction(0)) / len(everything))
    with localcontext(prec=FIGURES):
        standard = tuple((_decimal(p - all_mean)) / deviation for p in prices)
        own = _decimal(estimate - all_mean) / deviation
        primary = (_decimal(all_mean) - deviation, _decimal(all_mean) + deviation)
    width = WIDE if -1 <= own <= 1 else NEAR
    annex = ((1 - width) * estimate, (1 + width) * estimate)
    return OilMinistry(mean, False, False, all_mean, deviation, standard, own, primary, annex)


def _factor(count: int, importance: Importance) -> Fraction:
    return FACTORS[FEW if count <= FEW else MANY if count <= MANY else 0][importance]


def _decimal(value: Fraction | int) -> Decimal:
    """Return a fraction to forty figures."""
    exact = Fraction(value)
    with localcontext(prec=FIGURES):
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def _root(value: Fraction) -> Decimal:
    """Return a square root to forty figures."""
    with localcontext(prec=FIGURES):
        return _decimal(value).sqrt()
