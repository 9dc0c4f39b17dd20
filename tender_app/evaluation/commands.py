"""What changes sheets, scores and the ranking."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidAct, BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import paper, scoring
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import Invitation, Scored, SheetAct, SheetState
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.notifications.outbox import tell
from tender_app.store.context import Context
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.queries import seated
from tender_app.tenders.rules import Method
from tender_app.workflow.engine import advance, begin


def hand_out_sheets(ctx: Context, tender: Tender, _what: Any) -> None:
    """Hand a sheet to every seated evaluator, and tell them."""
    people = seated(ctx, tender, [Role.EVALUATOR])
    for person_id in people:
        begin(ctx, ScoreSheet, SheetAct.INVITE_EVALUATOR, Invitation(tender, person_id))
    _tell(ctx, tender, people, "برگه امتیاز به شما سپرده شد", "scores")


def make_sheet(ctx: Context, what: Invitation) -> ScoreSheet:
    """Make an evaluator's sheet."""
    return ScoreSheet(
        organisation_id=what.tender.organisation_id,
        tender_id=what.tender.id,
        person_id=what.person_id,
        invited_at=ctx.now,
    )


def keep_declaration(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Keep when the evaluator declared no conflict."""
    sheet.declared_at = ctx.now


def tell_head_of_recusal(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Tell the head that an evaluator stepped aside."""
    head = seated(ctx, sheet.tender, [Role.HEAD])
    _tell(ctx, sheet.tender, head, f"{sheet.person.name} برای تعارض منافع کناره گرفت", "technical")


def keep_score(ctx: Context, sheet: ScoreSheet, what: Scored) -> None:
    """Keep points and reason under the next edition."""
    query = sa.select(Score).where(
        Score.sheet_id == sheet.id, Score.bid_id == what.bid_id, Score.criterion_id == what.criterion_id
    )
    score = ctx.session.scalars(query).one_or_none()
    if score is None:
        score = Score(sheet_id=sheet.id, bid_id=what.bid_id, criterion_id=what.criterion_id, edition=0)
        ctx.session.add(score)
    score.points, score.reason, score.edition, score.saved_at = what.points, what.reason, what.edition + 1, ctx.now
    ctx.session.flush()


def close_sheet(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Keep when the sheet was confirmed, and the digest of its scores."""
    sheet.confirmed_at = ctx.now
    scores = ctx.session.scalars(
        sa.select(Score).where(Score.sheet_id == sheet.id).order_by(Score.bid_id, Score.criterion_id)
    )
    sheet.digest = _digest([[s.bid_id, s.criterion_id, str(s.points), s.reason] for s in scores])


def tell_head_of_confirmation(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Tell the head that a sheet is confirmed."""
    head = seated(ctx, sheet.tender, [Role.HEAD])
    _tell(ctx, sheet.tender, head, f"{sheet.person.name} برگه امتیاز خود را تأیید کرد", "technical")


def lock_scores(ctx: Context, tender: Tender, _what: Any) -> None:
    """Lock: each bid's exact score and its working, the digest, who is qualified, and the report."""
    nodes = criteria_tree(tender.criteria)
    sheets = confirmed_sheets(ctx, tender)
    bids = _bids(ctx, tender, BidState.UNDER_EVALUATION)
    points = scores_of(ctx, [s.id for s in sheets])
    results = [_result(tender, bid, nodes, [points[s.id] for s in sheets]) for bid in bids]
    ctx.session.add_all(results)
    tender.scores_digest = _digest([[r.bid_id, r.score] for r in results] + [[s.id, s.digest] for s in sheets])
    ctx.session.flush()
    for bid, result in zip(bids, results, strict=True):
        advance(ctx, bid, BidAct.QUALIFY if result.is_qualified else BidAct.FAIL)
    facts = _report(ctx, tender, bids, results, sheets)
    about = Issue(DocumentKind.TECHNICAL_REPORT, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: paper.technical_report(facts, stamp))


def rank_bids(ctx: Context, tender: Tender, _what: Any) -> None:
    """Rank the bids whose prices were read, by the tender's method and the tie rule; keep the working."""
    prices = _prices(ctx, tender)
    offers = [
        scoring.Offer(str(r.bid_id), Fraction(r.score), prices[r.bid_id])
        for r in ctx.session.scalars(sa.select(TechnicalResult).where(TechnicalResult.tender_id == tender.id))
        if r.bid_id in prices
    ]
    places = ranked(tender, offers)
    ranking = Ranking(tender_id=tender.id, computed_at=ctx.now, scores_digest=tender.scores_digest, digest="")
    ranking.rows = [
        RankingRow(
            bid_id=int(p.offer.id),
            technical=str(p.offer.technical),
            price=p.offer.price,
            final=str(p.final),
            rank=p.rank,
            place=p.place,
            needs_lot=p.needs_lot,
        )
        for p in places
    ]
    ranking.digest = _digest([[r.bid_id, r.technical, r.price, r.final, r.place] for r in ranking.rows])
    ctx.session.add(ranking)
    ctx.session.flush()


def ranked(tender: Tender, offers: Sequence[scoring.Offer]) -> list[scoring.Place]:
    """Return the places of the offers by the tender's method."""
    if tender.method is Method.QCBS:
        share = tender.technical_share or Decimal(0)
        return scoring.by_quality_and_cost(offers, share, 1 - share)
    return scoring.by_weighted_price(offers, tender.impact or Decimal(0))


def criteria_tree(criteria: Sequence[Criterion]) -> list[scoring.Node]:
    """Return a tender's criteria as a tree for scoring."""

    def node(c: Criterion) -> scoring.Node:
        children = tuple(node(child) for child in criteria if child.parent_id == c.id)
        return scoring.Node(str(c.id), c.weight, children, c.top)

    return [node(c) for c in criteria if c.parent_id is None]


def confirmed_sheets(ctx: Context, tender: Tender) -> Sequence[ScoreSheet]:
    """Return the confirmed sheets of a tender."""
    query = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id, ScoreSheet.state == SheetState.CONFIRMED)
    return ctx.session.scalars(query.options(selectinload(ScoreSheet.person)).order_by(ScoreSheet.id)).all()


def scores_of(ctx: Context, sheets: Sequence[int]) -> dict[int, dict[int, dict[str, Decimal]]]:
    """Return points by sheet, bid and leaf."""
    found: dict[int, dict[int, dict[str, Decimal]]] = {s: {} for s in sheets}
    for score in ctx.session.scalars(sa.select(Score).where(Score.sheet_id.in_(sheets))):
        if score.points is not None:
            found[score.sheet_id].setdefault(score.bid_id, {})[str(score.criterion_id)] = score.points
    return found


def _result(
    tender: Tender, bid: Bid, nodes: Sequence[scoring.Node], sheets: Sequence[dict[int, dict[str, Decimal]]]
) -> TechnicalResult:
    own = [sheet[bid.id] for sheet in sheets]
    score = scoring.technical_score(nodes, own)
    leaves = [leaf for node in nodes for leaf in node.leaves()]
    means = {leaf.id: scoring.trimmed_mean([Fraction(s[leaf.id]) for s in own], 0) for leaf in leaves}
    working = {
        "means": {leaf: str(mean) for leaf, mean in means.items()},
        "points": {leaf.id: [str(s[leaf.id]) for s in own] for leaf in leaves},
    }
    return TechnicalResult(
        tender_id=tender.id,
        bid_id=bid.id,
        score=str(score),
        is_qualified=score >= Fraction(tender.minimum_score or 0),
        working=working,
    )


def _report(
    ctx: Context, tender: Tender, bids: Sequence[Bid], results: Sequence[TechnicalResult], sheets: Sequence[ScoreSheet]
) -> paper.ReportFacts:
    groups = {c.parent_id for c in tender.criteria}
    means = []
    for c in tender.criteria:
        is_group = c.id in groups
        cells = ["" if is_group else _shown(Fraction(r.working["means"][str(c.id)])) for r in results]
        title = c.title if c.parent_id is None else f"– {c.title}"
        means.append([title, _plain(c.weight), *cells])
    return paper.ReportFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.moment(ctx.now),
        f"{_plain(tender.minimum_score or Decimal(0))} از ۱۰۰",
        [b.firm.name for b in bids],
        means,
        [
            (
                b.firm.name,
                _shown(Fraction(r.score)),
                ltr(persian_digits(r.score)),
                "به حداقل رسید" if r.is_qualified else "زیر حداقل؛ پاکت ج گشوده نمی‌شود",
            )
            for b, r in zip(bids, results, strict=True)
        ],
        [(s.person.name, f"تأیید {_day(s.confirmed_at)}") for s in sheets],
        tender.scores_digest,
    )


def _bids(ctx: Context, tender: Tender, state: BidState) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state)
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def _prices(ctx: Context, tender: Tender) -> dict[int, int]:
    query = sa.select(Price.bid_id, Price.total).join(Bid, Bid.id == Price.bid_id)
    rows = ctx.session.execute(query.where(Bid.tender_id == tender.id, Bid.state == BidState.PRICED))
    return {row.bid_id: row.total for row in rows}


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, path: str) -> None:
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/{path}", tender_id=tender.id)


def _digest(rows: Any) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _shown(value: Fraction) -> str:
    return persian_digits(scoring.half_up(value, 2)).replace(".", "٫")


def _plain(value: Decimal) -> str:
    return persian_digits(f"{value.normalize():f}").replace(".", "٫")


def _day(at: dt.datetime | None) -> str:
    return calendar.numeric(calendar.today(at)) if at else ""
