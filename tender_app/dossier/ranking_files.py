"""A ranking with its working as files: JSON for programs, CSV for spreadsheets; exact figures beside rounded ones.

The JSON's `case` is in the format of `flask rank`, so that anybody ranks again from plain figures. Points of single
evaluators, and so the case, are in neither file for those who may not read scores.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response

from tender_app.bids.models import Bid
from tender_app.dossier import case_tables
from tender_app.evaluation import fragility, methods
from tender_app.evaluation.explained import Explained, Line, explained
from tender_app.evaluation.fragility import Names
from tender_app.evaluation.models import Ranking
from tender_app.evaluation.scoring import half_up
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.web.law import under
from tender_app.web.visit import case_of, context
from tender_app.workflow.sight import may_see

bp = Blueprint("ranking_files", __name__, url_prefix="/tenders")

PLACES = 6
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute
HEADINGS = (
    N_("پیشنهاددهنده"),
    N_("رسید"),
    N_("سطر"),
    N_("محاسبه"),
    N_("مقدار دقیق"),
    N_("گردشده"),
    N_("رتبه"),
    N_("جایگاه"),
)
STATUS = {"below_threshold": N_("زیر حداقل امتیاز"), "over_budget": N_("بالاتر از بودجه")}


@dataclass(frozen=True, slots=True)
class Ranked:
    """What both files tell of a ranking."""

    tender: Tender
    kept: Ranking
    rows: list[Explained]
    names: Names
    receipts: dict[str, str]
    case: dict[str, Any] | None  # None for those who may not read scores


@bp.get("/<number>/ranking.json")
@under(Sight.PRICES)
def as_json(number: str) -> Response:
    """The ranking with its working, for programs."""
    found = _ranked(number)
    tender, figures = found.tender, methods.figures_of(found.tender)
    told = {
        "tender": tender.number,
        "method": tender.method.value,
        "figures": {
            name: str(getattr(figures, name)) for name in ("impact", "technical_share", "price_share", "budget")
        },
        "threshold": str(tender.minimum_score or 0),
        "tie_rule": tender.tie_rule.value,
        "computed_at": found.kept.computed_at.isoformat(),
        "digest": found.kept.digest,
        "bids": [_bid(found, row) for row in found.rows],
        "case": found.case,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return _file(text.encode(), "application/json", f"ranking-{tender.number}.json")


@bp.get("/<number>/ranking.csv")
@under(Sight.PRICES)
def as_csv(number: str) -> Response:
    """The ranking with its working line by line, for spreadsheets: UTF-8 with its mark, no cell that computes."""
    found, text = _ranked(number), io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_(heading) for heading in HEADINGS])
    for row in found.rows:
        writer.writerows([[safe(cell) for cell in line] for line in _lines(found, row)])
    return _file(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"ranking-{found.tender.number}.csv")


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number in figures stays one."""
    is_number = cell.lstrip("-").replace(".", "", 1).isascii() and cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell


def _ranked(number: str) -> Ranked:
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not may_see(ctx, tender, Sight.PRICES):
        raise NotAllowed(_("رتبه‌بندی پس از اعلام نتیجه برای همه باز می‌شود."))
    kept = ctx.session.scalars(
        sa.select(Ranking).where(Ranking.tender_id == tender.id, Ranking.superseded_at.is_(None))
    ).one_or_none()
    if kept is None:
        raise Missing(_("قیمتی گشوده نشده و رتبه‌بندی انجام نشده است."))
    contest, names = fragility.contest_of(ctx, tender)
    case = case_tables.case_of(ctx.session, tender) if may_see(ctx, tender, Sight.SCORES) else None
    return Ranked(tender, kept, explained(contest), names, _receipts(ctx, tender), case)


def _receipts(ctx: Context, tender: Tender) -> dict[str, str]:
    rows = ctx.session.execute(sa.select(Bid.id, Bid.receipt_no).where(Bid.tender_id == tender.id))
    return {str(row.id): row.receipt_no or "" for row in rows}


def _bid(found: Ranked, row: Explained) -> dict[str, Any]:
    place = row.place
    price = place.offer.price if place else None
    return {
        "bid": found.receipts[row.bid],
        "firm": found.names.firms[row.bid],
        "status": row.status,
        "technical": _value(row.technical),
        "price": None if price is None else str(price),
        "final": _value(place.final) if place else None,
        "working": row.text,
        "rank": place.rank if place else None,
        "place": place.place if place else None,
        "needs_lot": place.needs_lot if place else False,
        "criteria": [_criterion(found, line) for line in row.lines] if found.case is not None else None,
    }


def _criterion(found: Ranked, line: Line) -> dict[str, Any]:
    return {
        "id": line.leaf,
        "title": found.names.criteria[line.leaf],
        "points": dict(zip(found.names.evaluators, map(str, line.points), strict=True)),
        "mean": _value(line.mean),
        "share": str(line.share),
        "gained": _value(line.gained),
        "working": line.text,
    }


def _value(value: Fraction) -> dict[str, str]:
    return {"exact": str(value), "rounded": half_up(value, PLACES)}


def _lines(found: Ranked, row: Explained) -> Iterator[Sequence[str]]:
    """Give a bid's lines: its criteria (for those who may read scores), its score, its price, the figure and the place."""
    head = found.names.firms[row.bid], found.receipts[row.bid]
    for line in row.lines if found.case is not None else ():
        yield *head, found.names.criteria[line.leaf], line.text, *_cells(line.gained), "", ""
    yield *head, _("امتیاز فنی"), "", *_cells(row.technical), "", ""
    if row.place is None:
        yield *head, _(STATUS[row.status]), "", "", "", "", ""
        return
    yield *head, _("قیمت (ریال)"), "", *_cells(Fraction(row.place.offer.price or 0)), "", ""
    name = _(methods.YARDSTICKS[found.tender.method].name)
    yield *head, name, row.text, *_cells(row.place.final), str(row.place.rank), str(row.place.place)


def _cells(value: Fraction) -> tuple[str, str]:
    """Return a value exactly and rounded; a division is written with ÷, which no spreadsheet takes for a date."""
    return str(value).replace("/", " ÷ "), half_up(value, PLACES)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
