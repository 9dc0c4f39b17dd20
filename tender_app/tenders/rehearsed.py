"""What a finished rehearsal says: one plain sentence, a chart and a table for each of its four answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tender_app.kernel.money import grouped
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.words import _
from tender_app.tenders import rehearsal
from tender_app.tenders.prepared import WeightRehearsal
from tender_app.tenders.rehearsal import Tally, Terms, share

RARELY = 2  # of 100 tenders: a criterion that changes fewer winners changes practically none
STEP = 5  # points in a pillar


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in a sentence, with the rows of its table; bars are (label, share of 100 in whole figures, text)."""

    sentence: str
    rows: Sequence[tuple[str, ...]]
    bars: Sequence[tuple[str, int, int, str]] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The four answers of a rehearsal and what its charts are drawn from."""

    cost: Answer
    criteria: Answer
    split: Answer
    cliff: Answer
    idle: Sequence[str]
    parts: Sequence[tuple[str, int]]
    counts: Sequence[int]
    begins: int
    minimum: Fraction


def told(row: WeightRehearsal) -> Told:
    """Return what a finished rehearsal says."""
    terms, tally = rehearsal.read(row.terms), row.tally
    idle = [leaf.title for leaf, flips in zip(terms.leaves, tally["flips"], strict=True) if _is_idle(flips, tally)]
    return Told(
        _cost(terms, tally),
        _criteria(terms, tally, idle),
        _split(terms, tally),
        _cliff(terms, tally),
        idle,
        parts(tally),
        pillars(tally),
        begin(tally),
        terms.minimum,
    )


def parts(tally: Tally) -> list[tuple[str, int]]:
    """Return how many winners were what, in the order of the bar."""
    return [
        (_("هم ارزان‌ترین و هم بهترین فنی"), tally["by_both"]),
        (_("ارزان‌ترین"), tally["by_price"]),
        (_("نه ارزان‌ترین و نه بهترین فنی"), tally["by_neither"]),
        (_("بهترین فنی"), tally["by_quality"]),
    ]


def pillars(tally: Tally) -> list[int]:
    """Return the scores in steps of five points, from where they begin; the last step holds 100 too."""
    scores: list[int] = tally["scores"]
    found = [sum(scores[begins : begins + STEP]) for begins in range(begin(tally), rehearsal.HUNDRED, STEP)]
    found[-1] += scores[rehearsal.HUNDRED]
    return found


def begin(tally: Tally) -> int:
    """Return the round ten from which scores are drawn."""
    lowest = next((score for score, count in enumerate(tally["scores"]) if count), 0)
    return min(lowest // 10 * 10, 50)


def _is_idle(flips: int, tally: Tally) -> bool:
    return share(flips, tally["contested"]) < RARELY


def _cost(terms: Terms, tally: Tally) -> Answer:
    places = (_("نزدیک حداقل"), _("در میانه پذیرفته‌ها"), _("نزدیک امتیاز کامل"))
    found = rehearsal.costs(terms, tally)
    highest = max(cost.rial for cost in found) or 1
    rows = [
        (place, figure(cost.score), grouped(cost.rial), _of_estimate(cost.rial, terms))
        for place, cost in zip(places, found, strict=True)
    ]
    bars = [
        (f"{place} ({figure(cost.score)})", cost.rial, highest, _("{rial} ریال").format(rial=grouped(cost.rial)))
        for place, cost in zip(places, found, strict=True)
    ]
    if not found[1].rial:
        return Answer(_("در این روش، امتیاز فنی و قیمت با هم سنجیده نمی‌شود؛ هیچ امتیازی بهای ریالی ندارد."), rows)
    sentence = _(
        "شرکتی با قیمتی برابر برآورد، برای هر امتیاز فنی بیشتر می‌تواند نزدیک {rial} ریال ({share} برآورد) گران‌تر باشد و همان رتبه را بگیرد."
    ).format(rial=grouped(found[1].rial), share=_of_estimate(found[1].rial, terms))
    return Answer(sentence, rows, bars)


def _criteria(terms: Terms, tally: Tally, idle: Sequence[str]) -> Answer:
    flips = sorted(zip(terms.leaves, tally["flips"], strict=True), key=lambda pair: -pair[1])
    rows = [(leaf.title, figure(leaf.weight), percent(count, tally["contested"])) for leaf, count in flips]
    highest = max((count for _unused, count in flips), default=0) or 1
    bars = [(leaf.title, count, highest, percent(count, tally["contested"])) for leaf, count in flips]
    if idle:
        names = "، ".join(f"«{title}»" for title in idle)
        sentence = _(
            "{names} تقریباً هیچ‌گاه برنده را عوض نمی‌کند (کمتر از ۲ مناقصه از هر ۱۰۰): یا وزنش را بالا ببرید یا کار ارزیابی‌اش را بردارید."
        ).format(names=names)
    else:
        sentence = _("هر معیار گاهی برنده را عوض می‌کند؛ پراثرترین «{first}» است.").format(first=flips[0][0].title)
    return Answer(sentence, rows, bars)


def _split(terms: Terms, tally: Tally) -> Answer:
    lowest, best = tally["by_both"] + tally["by_price"], tally["by_both"] + tally["by_quality"]
    technical = rehearsal.technical_share(terms, tally)
    sentence = _(
        "از هر ۱۰۰ مناقصه با دست‌کم دو پیشنهاد پذیرفته، {lowest} بار ارزان‌ترین و {best} بار بهترین فنی برنده شد؛ در عمل {technical} از تفاوت "
        "پیشنهادها از امتیاز فنی است و {price} از قیمت."
    ).format(
        lowest=_whole(share(lowest, tally["contested"])),
        best=_whole(share(best, tally["contested"])),
        technical=_per_cent(technical * 100),
        price=_per_cent(100 - _rounded(technical * 100)),
    )
    rows = [(label, grouped(count), percent(count, tally["contested"])) for label, count in parts(tally)]
    return Answer(sentence, rows)


def _cliff(terms: Terms, tally: Tally) -> Answer:
    sentence = _(
        "{below} از پیشنهادها زیر حداقل {minimum} می‌ماند و {near} در یک‌امتیازی آن است؛ در {nearly} از مناقصه‌ها پیشنهادی که کمتر از یک امتیاز "
        "کم داشت برنده می‌شد، و در {point} یک امتیاز برنده را عوض می‌کرد."
    ).format(
        minimum=figure(terms.minimum),
        below=percent(tally["below"], tally["bids"]),
        near=percent(tally["near_below"] + tally["near_above"], tally["bids"]),
        nearly=percent(tally["nearly_won"], tally["tenders"]),
        point=percent(tally["one_point"], tally["contested"]),
    )
    rows = [
        (_("پیشنهادهای زیر حداقل"), grouped(tally["below"]), percent(tally["below"], tally["bids"])),
        (_("تا یک امتیاز زیر حداقل"), grouped(tally["near_below"]), percent(tally["near_below"], tally["bids"])),
        (_("تا یک امتیاز بالای حداقل"), grouped(tally["near_above"]), percent(tally["near_above"], tally["bids"])),
        (
            _("مناقصه‌ای که ردشده نزدیک، برنده‌اش می‌بود"),
            grouped(tally["nearly_won"]),
            percent(tally["nearly_won"], tally["tenders"]),
        ),
        (
            _("مناقصه‌ای که یک امتیاز برنده‌اش را عوض می‌کرد"),
            grouped(tally["one_point"]),
            percent(tally["one_point"], tally["contested"]),
        ),
    ]
    return Answer(sentence, rows)


def figure(value: Fraction) -> str:
    """Return a number with at most one decimal, in Persian figures."""
    return decimal_text(Decimal(_rounded(value * 10)) / 10)


def percent(count: int, of: int) -> str:
    """Return a count as a share of 100, with at most one decimal."""
    return _("{share} درصد").format(share=figure(share(count, of)))


def _per_cent(value: Fraction | int) -> str:
    return _("{share} درصد").format(share=persian_digits(_rounded(Fraction(value))))


def _of_estimate(rial: int, terms: Terms) -> str:
    share_of = Fraction(rial * rehearsal.HUNDRED, terms.estimate)
    return _("{share} درصد").format(share=decimal_text(Decimal(_rounded(share_of * 100)) / 100))


def _whole(value: Fraction) -> str:
    return persian_digits(_rounded(value))


def _rounded(value: Any) -> int:
    """Return a fraction as the nearest whole number, halves upwards; for showing only."""
    return int(Fraction(value) + Fraction(1, 2))
