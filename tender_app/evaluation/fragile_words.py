"""What would change the winner, as sentences and rows of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tender_app.evaluation import fragility, robustness, scoring
from tender_app.evaluation.contest import Outcome
from tender_app.evaluation.fragility import Found, Names
from tender_app.evaluation.robustness import Change, Kind, LeftOut
from tender_app.kernel.money import grouped
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

MOST = 12  # changes of single scores that a page lists
CHARTED = 2  # of each kind, in the chart
THOUSAND = 1000
NOTHING_FOUND = N_("هیچ تغییر تنها یک عدد، در همه دامنه آن، برنده را عوض نمی‌کند.")


@dataclass(frozen=True, slots=True)
class Row:
    """A change as a page shows it."""

    about: str
    sentence: str
    was: str
    bound: str
    exact: str
    then: str
    percent: str
    size: int  # thousandths of the range, for the chart


@dataclass(frozen=True, slots=True)
class Without:
    """The effect of leaving out an evaluator."""

    evaluator: str
    then: str
    is_other: bool
    finals: tuple[tuple[str, Fraction, int], ...]  # firm, final figure, place


@dataclass(frozen=True, slots=True)
class Told:
    """All that a page says of how fragile a ranking is."""

    headline: str
    is_found: bool
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    chart: tuple[Row, ...]
    unknown: tuple[Row, ...]
    left_out: tuple[Without, ...]


def told(found: Found, names: Names, *, with_scores: bool) -> Told:
    """Return what a reader may know: without the scores, only what follows from scores of 100, prices and figures."""
    kinds = [(N_("ضریب و سهم"), found.figures), (N_("قیمت‌ها"), found.prices)]
    if with_scores:
        kinds += [(N_("وزن معیارها"), found.weights), (N_("امتیازهای ارزیابان"), found.scores)]
    every = [change for _title, changes in kinds for change in changes]
    least = robustness.smallest(every)
    known = sorted(_of_each([c for c in every if c.is_known]), key=robustness.order)
    unknown = sorted(_of_each([c for c in every if not c.is_known]), key=robustness.order)

    def rows(changes: Sequence[Change]) -> tuple[Row, ...]:
        return tuple(row(change, names) for change in changes)

    groups = [(title, [c for c in known if c in set(changes)][:MOST]) for title, changes in kinds]
    return Told(
        row(least, names).sentence if least else _(NOTHING_FOUND),
        least is not None,
        tuple((_(title), rows(changes)) for title, changes in groups if changes),
        rows(
            sorted((c for kind in Kind for c in [k for k in known if k.kind is kind][:CHARTED]), key=robustness.order)
        ),
        rows(unknown[:MOST]),
        tuple(_without(w, found, names) for w in found.left_out) if with_scores else (),
    )


def headline_of(ctx: Context, tender: Tender) -> str:
    """Return the most fragile number of a ranked tender in a sentence; nothing before the prices are opened."""
    read = fragility.of_tender(ctx, tender)
    if read is None:
        return ""
    least = robustness.smallest(read[0].changes)
    return row(least, read[1]).sentence if least else _(NOTHING_FOUND)


def now(found: Found, names: Names) -> str:
    """Return who is first as things are; nothing where nobody is."""
    return _and(found.outcome.winners, names) if found.outcome.winners else ""


def row(change: Change, names: Names) -> Row:
    """Return a change in words."""
    about, then = _ABOUT[change.kind](change, names), outcome(change.outcome, names)
    shown = _rial if change.kind is Kind.PRICE else _figure
    was, bound = shown(change.was), _bound(change)
    sentence = _("اگر {about} از {was} {bound}، {then}.").format(
        about=about, was=was, bound=_reaching(change), then=then
    )
    thousandths = int(change.size * THOUSAND)
    return Row(about, sentence, was, bound, str(change.bound), then, _percent(change.size), thousandths)


def outcome(what: Outcome, names: Names) -> str:
    """Return who is first then."""
    if what.sealed:
        return _("معلوم نیست چه کسی برنده می‌شود، زیرا پاکت قیمت {firms} مهر و موم مانده است").format(
            firms=_and(what.sealed, names)
        )
    if not what.winners:
        return _("پیشنهادی در رتبه‌بندی نمی‌ماند")
    if len(what.winners) > 1:
        return _("میان {firms} قرعه کشیده می‌شود").format(firms=_and(what.winners, names))
    return _("برنده {firm} می‌شود").format(firm=_and(what.winners, names))


def _of_each(changes: Sequence[Change]) -> list[Change]:
    """Return the smaller one of the changes of each number."""
    least: dict[tuple[Any, ...], Change] = {}
    for change in changes:
        key = (change.kind, *change.about)
        if key not in least or robustness.order(change) < robustness.order(least[key]):
            least[key] = change
    return list(least.values())


def _without(left: LeftOut, found: Found, names: Names) -> Without:
    finals = tuple((names.firms[p.offer.id], p.final, p.place) for p in left.places)
    is_other = left.outcome != found.outcome
    stays = not is_other and not left.outcome.sealed and len(left.outcome.winners) == 1
    then = (
        _("برنده {firm} می‌ماند").format(firm=_and(left.outcome.winners, names))
        if stays
        else outcome(left.outcome, names)
    )
    return Without(names.evaluators[left.evaluator], then, is_other, finals)


def _weight(change: Change, names: Names) -> str:
    return _("وزن «{criterion}»").format(criterion=names.criteria[change.about[0]])


def _single(change: Change, names: Names) -> str:
    evaluator, bid, leaf = change.about
    return _("امتیاز {evaluator} به {firm} در «{criterion}»").format(
        evaluator=names.evaluators[evaluator], firm=names.firms[bid], criterion=names.criteria[leaf]
    )


def _price(change: Change, names: Names) -> str:
    return _("قیمت {firm}").format(firm=names.firms[change.about[0]])


def _coefficient(_change: Change, names: Names) -> str:
    return names.figure


_ABOUT: Mapping[Kind, Callable[[Change, Names], str]] = {
    Kind.WEIGHT: _weight,
    Kind.SCORE: _single,
    Kind.PRICE: _price,
    Kind.FIGURE: _coefficient,
}


def _reaching(change: Change) -> str:
    """Return the end of "from so much …": a bound that suffices is reached, another is passed; a price is whole rial."""
    if change.kind is Kind.PRICE or not change.is_strict:
        return _("به {bound} برسد").format(bound=_bound(change))
    if change.bound == change.was:
        return _("اندکی بیشتر شود") if change.is_up else _("اندکی کمتر شود")
    text = _("به بیش از {bound} برسد") if change.is_up else _("به کمتر از {bound} برسد")
    return text.format(bound=_figure(change.bound))


def _bound(change: Change) -> str:
    if change.kind is Kind.PRICE:
        return _rial(_whole(change))
    figure = _figure(change.bound)
    if not change.is_strict:
        return figure
    return (_("بیش از {figure}") if change.is_up else _("کمتر از {figure}")).format(figure=figure)


def _whole(change: Change) -> Fraction:
    """Return the first whole rial at which the winner is another."""
    if change.is_up:
        return Fraction(floor(change.bound) + 1 if change.is_strict else ceil(change.bound))
    return Fraction(ceil(change.bound) - 1 if change.is_strict else floor(change.bound))


def _figure(value: Fraction) -> str:
    """Return a figure with up to four places, without needless zeros."""
    text = scoring.half_up(value, 4).rstrip("0").rstrip(".")
    return persian_digits(text).replace(".", "٫")


def _rial(value: Fraction) -> str:
    return _("{amount} ریال").format(amount=grouped(int(value)))


def _percent(size: Fraction) -> str:
    return persian_digits(scoring.half_up(100 * size, 2)).replace(".", "٫") + "٪"


def _and(bids: frozenset[str], names: Names) -> str:
    return _(" و ").join(f"«{names.firms[bid]}»" for bid in sorted(bids, key=int))
