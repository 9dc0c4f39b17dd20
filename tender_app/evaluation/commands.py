"""What changes sheets, scores and the ranking."""

import secrets
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidAct, BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import digests, methods, paper, queries, report, scoring, working
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import Invitation, Locking, Replacement, Scored, Several, SheetAct
from tender_app.kernel.errors import Stale
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import tell
from tender_app.people.capacities import grant
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated
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
        seed=secrets.token_hex(16),
    )


def tell_head_of_recusal(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Tell the head that an evaluator stepped aside."""
    head = seated(ctx, sheet.tender, [Role.HEAD])
    _tell(ctx, sheet.tender, head, f"{sheet.person.name} برای تعارض منافع کناره گرفت", "technical")


def note_order(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Let the ledger say by which seed the sheet's bids are ordered: drawn before anybody scored, and never again."""
    ctx.noted["seed"] = sheet.seed


def keep_scores(ctx: Context, sheet: ScoreSheet, what: Scored | Several) -> None:
    """Keep points and reasons under their next editions; Stale if somebody saved the same cell at this very moment."""
    for cell in what.cells:
        _keep_score(ctx, sheet, cell)
    ctx.facts.clear()


def close_sheet(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Keep when the sheet was confirmed, and the digest of its scores."""
    sheet.confirmed_at = ctx.now
    sheet.digest = digests.of_sheet(ctx, sheet)
    ctx.noted["sheet"] = sheet.digest


def tell_head_of_confirmation(ctx: Context, sheet: ScoreSheet, _what: Any) -> None:
    """Tell the head that a sheet is confirmed."""
    head = seated(ctx, sheet.tender, [Role.HEAD])
    _tell(ctx, sheet.tender, head, f"{sheet.person.name} برگه امتیاز خود را تأیید کرد", "technical")


def seat_evaluator(ctx: Context, tender: Tender, what: Replacement) -> None:
    """Seat a new evaluator in place of one who stepped aside, and hand the sheet over."""
    grant(ctx, what.person_id, Role.EVALUATOR, scope=Scope.TENDER, scope_id=tender.id, basis="جانشین ارزیاب کناره‌گرفته")
    begin(ctx, ScoreSheet, SheetAct.INVITE_EVALUATOR, Invitation(tender, what.person_id))
    _tell(ctx, tender, [what.person_id], "برگه امتیاز به شما سپرده شد", "scores")


def lock_scores(ctx: Context, tender: Tender, what: Locking | None) -> None:
    """Lock: each bid's exact score and its working, the digest, who is qualified, and the report."""
    sheets = queries.confirmed_sheets(ctx, tender)
    bids = queries.bids_in(ctx, tender, BidState.UNDER_EVALUATION)
    given = queries.given_in(ctx, [s.id for s in sheets])
    gap, how = law_of(ctx, tender)[Parameter.DEVIATION], methods.aggregation_of(tender)
    cells = [working.cells_of(tender.criteria, [given[s.id].get(bid.id, {}) for s in sheets], gap, how) for bid in bids]
    results = [_result(tender, bid, row) for bid, row in zip(bids, cells, strict=True)]
    ctx.session.add_all(results)
    revisions = digests.revisions_of(ctx.session, tender.id)
    tender.scores_digest = digests.of_locked(results, [(s.id, s.digest) for s in sheets], revisions)
    ctx.noted["scores"] = tender.scores_digest
    ctx.session.flush()
    for bid, result in zip(bids, results, strict=True):
        advance(ctx, bid, BidAct.QUALIFY if result.is_qualified else BidAct.FAIL)
    facts = report.facts(ctx, tender, [*zip(bids, cells, results, strict=True)], what.note if what else "")
    about = Issue(DocumentKind.TECHNICAL_REPORT, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: paper.technical_report(facts, stamp))


def rank_bids(ctx: Context, tender: Tender, _what: Any) -> None:
    """Rank the bids whose prices were read, by the tender's method and the tie rule; keep the working."""
    prices = _prices(ctx, tender)
    results = sa.select(TechnicalResult).where(TechnicalResult.tender_id == tender.id)
    offers = [
        scoring.Offer(str(r.bid_id), Fraction(r.score), prices[r.bid_id])
        for r in ctx.session.scalars(results.order_by(TechnicalResult.id))
        if r.bid_id in prices
    ]
    places = ranked(tender, offers)
    ranking = Ranking(tender_id=tender.id, computed_at=ctx.now, scores_digest=tender.scores_digest, digest="")
    ranking.rows = [
        RankingRow(
            bid_id=int(p.offer.id),
            technical=str(p.offer.technical),
            price=None if p.offer.price is None else int(p.offer.price),
            final=str(p.final),
            rank=p.rank,
            place=p.place,
            needs_lot=p.needs_lot,
        )
        for p in places
    ]
    ranking.digest = digests.digest([[r.bid_id, r.technical, r.price, r.final, r.place] for r in ranking.rows])
    ctx.noted["ranking"] = ranking.digest
    ctx.session.add(ranking)
    ctx.session.flush()


def ranked(tender: Tender, offers: Sequence[scoring.Offer]) -> list[scoring.Place]:
    """Return the places of the offers by the tender's method."""
    return methods.places(tender.method, offers, methods.figures_of(tender))


def _keep_score(ctx: Context, sheet: ScoreSheet, what: Scored) -> None:
    kept = sa.update(Score).where(
        Score.sheet_id == sheet.id,
        Score.bid_id == what.bid_id,
        Score.criterion_id == what.criterion_id,
        Score.edition == what.edition,
    )
    values = {
        "points": what.points,
        "reason": what.reason,
        "pages": [list(page) for page in what.pages],
        "edition": what.edition + 1,
        "saved_at": ctx.now,
    }
    result = cast("sa.CursorResult[Any]", ctx.session.execute(kept.values(**values)))
    if result.rowcount == 0:
        _insert_score(ctx, Score(sheet_id=sheet.id, bid_id=what.bid_id, criterion_id=what.criterion_id, **values))


def _insert_score(ctx: Context, score: Score) -> None:
    try:
        with ctx.session.begin_nested():
            ctx.session.add(score)
    except IntegrityError as taken:
        raise Stale from taken


def _result(tender: Tender, bid: Bid, cells: Sequence[working.Cell]) -> TechnicalResult:
    score = working.score_of(tender.criteria, cells)
    if score is None:
        raise LookupError(f"bid {bid.id} has an empty cell in a confirmed sheet")
    short = [cell.leaf for cell in cells if cell.is_short]
    return TechnicalResult(
        tender_id=tender.id,
        bid_id=bid.id,
        score=str(score),
        is_qualified=score >= Fraction(tender.minimum_score or 0) and not short,
        working={
            "means": {c.leaf: str(c.mean) for c in cells},
            "points": {c.leaf: [str(p) for p in c.points] for c in cells},
            "short": short,
        },
    )


def _prices(ctx: Context, tender: Tender) -> dict[int, int]:
    query = sa.select(Price.bid_id, Price.total).join(Bid, Bid.id == Price.bid_id)
    rows = ctx.session.execute(query.where(Bid.tender_id == tender.id, Bid.state == BidState.PRICED))
    return {row.bid_id: row.total for row in rows}


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, path: str) -> None:
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/{path}", tender_id=tender.id)
