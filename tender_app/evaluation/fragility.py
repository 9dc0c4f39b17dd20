"""How fragile a tender's ranking is: its contest read from what is stored, and the changes that would make another first."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidState
from tender_app.evaluation import methods, queries, robustness, working
from tender_app.evaluation.contest import Contest, Outcome, Stand
from tender_app.evaluation.models import Ranking, TechnicalResult
from tender_app.evaluation.robustness import Change, LeftOut
from tender_app.kernel.words import _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders import rules
from tender_app.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Names:
    """What the parts of a contest are called."""

    firms: Mapping[str, str]
    criteria: Mapping[str, str]
    evaluators: Mapping[str, str]
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All changes that were found, and the effect of leaving out each evaluator."""

    stand: Stand
    outcome: Outcome
    figures: tuple[Change, ...]
    prices: tuple[Change, ...]
    weights: tuple[Change, ...]
    scores: tuple[Change, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes of every number."""
        return self.figures + self.prices + self.weights + self.scores


@dataclass(frozen=True)
class Kept:
    """A contest under the digest of what it was ranked by: the same digest, the same answer."""

    digest: str
    contest: Contest = field(compare=False)


def of_tender(ctx: Context, tender: Tender) -> tuple[Found, Names] | None:
    """Return how fragile the ranking is; None before the prices are opened."""
    kept = ctx.session.scalars(
        sa.select(Ranking).where(Ranking.tender_id == tender.id, Ranking.superseded_at.is_(None))
    ).one_or_none()
    if kept is None:
        return None
    contest, names = contest_of(ctx, tender)
    return _found(Kept(f"{tender.id} {kept.scores_digest} {kept.digest}", contest)), names


def contest_of(ctx: Context, tender: Tender) -> tuple[Contest, Names]:
    """Return the bids that were scored, with the prices that were read; one whose price could not be read is not among them."""
    sheets = queries.confirmed_sheets(ctx, tender)
    given = queries.given_in(ctx, [s.id for s in sheets])
    rows = ctx.session.execute(
        sa.select(Bid.id, Firm.name, Price.total)
        .join(Firm, Firm.id == Bid.firm_id)
        .join(TechnicalResult, TechnicalResult.bid_id == Bid.id)
        .outerjoin(Price, Price.bid_id == Bid.id)
        .where(TechnicalResult.tender_id == tender.id, Bid.state != BidState.PRICE_REJECTED)
        .order_by(TechnicalResult.id)
    ).all()
    contest = Contest(
        tender.method,
        methods.figures_of(tender),
        tuple(working.criteria_tree(tender.criteria)),
        {str(s.id): {str(r.id): _points(given[s.id].get(r.id, {})) for r in rows} for s in sheets},
        {str(r.id): r.total for r in rows},
        Fraction(tender.minimum_score or 0),
        methods.aggregation_of(tender),
    )
    names = Names(
        {str(r.id): r.name for r in rows},
        {str(c.id): c.title for c in tender.criteria},
        {str(s.id): s.person.name for s in sheets},
        _("سهم فنی") if tender.method is rules.Method.QCBS else _("ضریب تأثیر"),
    )
    return contest, names


@functools.lru_cache(maxsize=64)
def _found(kept: Kept) -> Found:
    contest = kept.contest
    stand = contest.stand()
    return Found(
        stand,
        contest.outcome(stand),
        tuple(robustness.figures(contest)),
        tuple(robustness.prices(contest)),
        tuple(robustness.weights(contest)),
        tuple(robustness.scores(contest)),
        tuple(robustness.left_out(contest)),
    )


def _points(sheet: working.Sheet) -> dict[str, Decimal]:
    return {leaf: points for leaf, (points, _reason) in sheet.items() if points is not None}
