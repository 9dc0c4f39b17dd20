"""A ranking explained line by line: each evaluator's points, their mean, its share of the score, the figure, the tie rule (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tender_app.evaluation import scoring, working
from tender_app.evaluation.contest import Contest, means, parts
from tender_app.evaluation.scoring import Place
from tender_app.kernel.words import _
from tender_app.tenders.rules import Method


@dataclass(frozen=True, slots=True)
class Line:
    """What one criterion adds to a bid's score: `gained` is `mean` of 100, by the criterion's `share` of the whole."""

    leaf: str
    points: tuple[Fraction, ...]
    mean: Fraction
    share: Fraction
    gained: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A scored bid with all that its place follows from; `place` is None where it is not ranked."""

    bid: str
    technical: Fraction
    lines: tuple[Line, ...]
    status: str
    place: Place | None
    text: str  # how the figure it is ranked by came about


def explained(contest: Contest) -> list[Explained]:
    """Return every scored bid with its working: the ranked ones in order, then the others."""
    stand = contest.stand()
    inside = set(contest.qualified(stand))
    places = contest.places(stand)
    placed = {place.offer.id: place for place in places}
    found = []
    for bid in [*placed, *(b for b in contest.prices if b not in placed)]:
        place = placed.get(bid)
        status = "ranked" if place else "over_budget" if bid in inside else "below_threshold"
        made = _final(contest, places, place) if place else ""
        found.append(Explained(bid, stand.technical[bid], tuple(_lines(contest, bid)), status, place, made))
    return found


def _lines(contest: Contest, bid: str) -> list[Line]:
    shares, mean, lines = parts(contest.nodes), means(contest, bid), list[Line]()
    for leaf in (leaf for node in contest.nodes for leaf in node.leaves()):
        points = tuple(Fraction(sheet[leaf.id]) for sheet in contest.given(bid))
        middle, share = Fraction(mean[leaf.id]), shares[leaf.id]
        gained = share * scoring.HUNDRED * middle / Fraction(leaf.top)
        lines.append(Line(leaf.id, points, middle, share, gained, _text(points, contest.how.trim, leaf, share, gained)))
    return lines


def _text(points: Sequence[Fraction], trim: int, leaf: scoring.Node, share: Fraction, gained: Fraction) -> str:
    """Return how a line came about: the mean of the points, and what its share of the whole makes of it."""
    kept = sorted(points)[trim : len(points) - trim] if len(points) > 2 * trim else list(points)
    middle = scoring.trimmed_mean(points, trim)
    added = " + ".join(working.plain(p) for p in kept)
    made = f"({added}) ÷ {working.plain(Fraction(len(kept)))} = {working.plain(middle)}"
    whole = "" if leaf.top == scoring.HUNDRED else f" ÷ {working.plain(Fraction(leaf.top))} × ۱۰۰"
    return f"{made} → {working.factor(middle)}{whole} × {working.factor(share * 100)}٪ = {working.plain(gained)}"


def _final(contest: Contest, places: Sequence[Place], place: Place) -> str:
    price, figures = int(place.offer.price or 0), contest.figures
    if contest.method is Method.WEIGHTED_PRICE:
        return working.weighted_price(price, place.offer.technical, figures.impact, place.final)
    if contest.method is Method.QCBS:
        lowest = min(int(p.offer.price or 0) for p in places)
        shares = figures.technical_share, figures.price_share
        return working.combined_score(price, place.offer.technical, lowest, shares, place.final)
    return _("همان {figure}").format(figure=working.plain(place.final))
