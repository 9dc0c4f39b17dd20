"""What the technical report tells: read when scores are locked, set in type by `paper`."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.marks import ltr
from tender_app.evaluation import paper, queries, scoring, working
from tender_app.evaluation.conflict_models import ConflictDeclaration
from tender_app.evaluation.conflict_rules import Turn
from tender_app.evaluation.models import ScoreSheet, TechnicalResult
from tender_app.evaluation.rules import SheetState
from tender_app.kernel import calendar
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.people.models import Person
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders import method_text
from tender_app.tenders.composition import capacities_told
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import attendance
from tender_app.tenders.rules import Session

Judged = tuple[Bid, tuple[working.Cell, ...], TechnicalResult]


def facts(ctx: Context, tender: Tender, rows: Sequence[Judged], note: str) -> paper.ReportFacts:
    """Return what the report says of the scored bids, with the head's note."""
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
        signers(ctx, tender, confirmed),
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
        [(bid.firm.name, bid.finding) for bid in queries.bids_in(ctx, tender, BidState.ENVELOPE_B_REJECTED)],
        tender.basis.said,
    )


def signers(ctx: Context, tender: Tender, confirmed: Sequence[ScoreSheet]) -> list[tuple[str, str, str]]:
    """Return (name, capacity, when) of who answers for the locked scores: the evaluators, and the head who locks them."""
    head = ctx.session.get_one(Person, ctx.actor.person_id)
    locked = f"قطعی کردن {calendar.numeric(calendar.today(ctx.now))}"
    judges = [(s.person.name, "ارزیاب", f"تأیید {_day(s.confirmed_at)}") for s in confirmed]
    return [*judges, (head.name, tender.basis.word(Role.HEAD), locked)]


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


def _shown(value: Fraction) -> str:
    return persian_digits(scoring.half_up(value, 2)).replace(".", "٫")


def _plain(value: Decimal) -> str:
    return decimal_text(value)


def _moment(at: dt.datetime | None) -> str:
    return calendar.moment(at) if at else "—"


def _day(at: dt.datetime | None) -> str:
    return calendar.numeric(calendar.today(at)) if at else ""
