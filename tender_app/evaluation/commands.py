"""What changes sheets, scores and the ranking."""

import datetime as dt
import secrets
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import BidAct, BidState
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.evaluation import digests, methods, paper, queries, scoring, working
from tender_app.evaluation.conflict_models import ConflictDeclaration
from tender_app.evaluation.conflict_rules import Turn
from tender_app.evaluation.models import Ranking, RankingRow, Score, ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import Invitation, Locking, Replacement, Scored, Several, SheetAct, SheetState
from tender_app.kernel import calendar
from tender_app.kernel.errors import Stale
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import tell
from tender_app.people.capacities import grant
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders import method_text
from tender_app.tenders.composition import capacities_told
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import attendance, seated
from tender_app.tenders.rules import Session
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
    bids = _bids(ctx, tender, BidState.UNDER_EVALUATION)
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
    facts = _report(ctx, tender, [*zip(bids, cells, results, strict=True)], what.note if what else "")
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


Judged = tuple[Bid, tuple[working.Cell, ...], TechnicalResult]


def _report(ctx: Context, tender: Tender, rows: Sequence[Judged], note: str) -> paper.ReportFacts:
    every = sa.select(ScoreSheet).where(ScoreSheet.tender_id == tender.id).options(selectinload(ScoreSheet.person))
    sheets = ctx.session.scalars(every.order_by(ScoreSheet.id)).all()
    confirmed = [s for s in sheets if s.state is SheetState.CONFIRMED]
    names, signed = [s.person.name for s in confirmed], _declared(ctx, [s.id for s in confirmed])
    return paper.ReportFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.moment(ctx.now),
        f"{_plain(tender.minimum_score or Decimal(0))} از ۱۰۰",
        [bid.firm.name for bid, _, _ in rows],
        _means(tender, [cells for _, cells, _ in rows]),
        [
            (bid.firm.name, _shown(Fraction(r.score)), ltr(persian_digits(r.score)), _verdict(tender, r, cells))
            for bid, cells, r in rows
        ],
        [(s.person.name, f"تأیید {_day(s.confirmed_at)}") for s in confirmed],
        tender.scores_digest,
        [(bid.firm.name, _opinions(names, cells)) for bid, cells, _ in rows],
        _plain(law_of(ctx, tender)[Parameter.DEVIATION]),
        [_gap(bid, cell) for bid, cells, _ in rows for cell in cells if cell.is_wide],
        note,
        [s.person.name for s in sheets if s.state is SheetState.RECUSED],
        method_text.aggregation(tender),
        capacities_told(ctx, tender, attendance(ctx, tender, Session.ENVELOPES)),
        [(s.person.name, _moment(signed.get(s.id)), _moment(s.confirmed_at), ltr(s.digest[:16])) for s in confirmed],
        [[name, *(_own_total(tender, cells, place) for _, cells, _ in rows)] for place, name in enumerate(names)],
        [(bid.firm.name, bid.finding) for bid in _bids(ctx, tender, BidState.ENVELOPE_B_REJECTED)],
        tender.basis.said,
    )


def _declared(ctx: Context, sheet_ids: Sequence[int]) -> dict[int, dt.datetime]:
    """Return when the declaration that opened the bids to each evaluator was signed."""
    query = sa.select(ConflictDeclaration.sheet_id, ConflictDeclaration.signed_at)
    second = sa.and_(ConflictDeclaration.sheet_id.in_(sheet_ids), ConflictDeclaration.turn == Turn.SECOND)
    return dict(ctx.session.execute(query.where(second)).all())


def _verdict(tender: Tender, result: TechnicalResult, cells: Sequence[working.Cell]) -> str:
    short = [cell.title for cell in cells if cell.is_short]
    return working.verdict(is_qualified=result.is_qualified, short=short, price=tender.basis.envelope("c"))


def _own_total(tender: Tender, cells: Sequence[working.Cell], place: int) -> str:
    """Return what one evaluator's points alone make of a bid."""
    given = {cell.leaf: points for cell in cells if (points := cell.points[place]) is not None}
    return _shown(working.so_far(tender.criteria, given)[0])


def _means(tender: Tender, bids: Sequence[tuple[working.Cell, ...]]) -> list[list[str]]:
    means = [{c.leaf: c.mean for c in cells} for cells in bids]
    rows = []
    for c in tender.criteria:
        shown = ["" if (mean := found.get(str(c.id))) is None else _shown(mean) for found in means]
        rows.append([c.title if c.parent_id is None else f"– {c.title}", _plain(c.weight), *shown])
    return rows


def _opinions(names: Sequence[str], cells: Sequence[working.Cell]) -> list[tuple[str, str, str, str]]:
    """Return each evaluator's points and reason under each criterion."""
    return [
        (cell.title, name, "" if points is None else _plain(points), reason)
        for cell in cells
        for name, points, reason in zip(names, cell.points, cell.reasons, strict=True)
    ]


def _gap(bid: Bid, cell: working.Cell) -> str:
    given = [p for p in cell.points if p is not None]
    return f"{bid.firm.name}، {cell.title}: از {_plain(min(given))} تا {_plain(max(given))}"


def _bids(ctx: Context, tender: Tender, state: BidState) -> Sequence[Bid]:
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == state)
    return ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()


def _prices(ctx: Context, tender: Tender) -> dict[int, int]:
    query = sa.select(Price.bid_id, Price.total).join(Bid, Bid.id == Price.bid_id)
    rows = ctx.session.execute(query.where(Bid.tender_id == tender.id, Bid.state == BidState.PRICED))
    return {row.bid_id: row.total for row in rows}


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, path: str) -> None:
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/{path}", tender_id=tender.id)


def _shown(value: Fraction) -> str:
    return persian_digits(scoring.half_up(value, 2)).replace(".", "٫")


def _plain(value: Decimal) -> str:
    return decimal_text(value)


def _moment(at: dt.datetime | None) -> str:
    return calendar.moment(at) if at else "—"


def _day(at: dt.datetime | None) -> str:
    return calendar.numeric(calendar.today(at)) if at else ""
