"""Cells of a score sheet as they are posted and answered: read, saved, and told back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tender_app.bids.models import Bid
from tender_app.evaluation import queries, working
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct
from tender_app.kernel.errors import Refusal
from tender_app.kernel.persian import decimal_text, fold
from tender_app.tenders.models import Criterion
from tender_app.web import filters
from tender_app.web.errors import status_of
from tender_app.web.fields import read_number
from tender_app.web.visit import context, drop, refuse
from tender_app.workflow.engine import advance

LONGEST_REASON = 2000


def save_all(own: ScoreSheet, bid: Bid, kept: Mapping[int, Score], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Save every cell that changed, or none: return (field, message) of those that were refused."""
    faults: list[tuple[str, str]] = []
    for _, leaf in working.leaves_of(own.tender.criteria):
        names = f"p-{leaf.id}", f"r-{leaf.id}", f"e-{leaf.id}"
        try:
            save(own, kept.get(leaf.id), read(bid, leaf, typed, names))
        except ValueError as fault:
            refuse(422)
            faults.append((names[0], f"{leaf.title}: {fault}"))
        except Refusal as refusal:
            refuse(status_of(refusal))
            faults.append((names[0], f"{leaf.title}: {refusal.reason}"))
    if faults:
        drop()
    return faults


def save(own: ScoreSheet, kept: Score | None, what: Scored) -> None:
    """Save a cell; what is kept already is saved, whatever edition it was typed over."""
    if (kept.points if kept else None, kept.reason if kept else "") != (what.points, what.reason):
        advance(context(), own, SheetAct.SCORE, what)


def points(text: str, leaf: Criterion) -> Decimal | None:
    """Read points for a leaf, None for an empty text; raise ValueError with a Persian message."""
    return read_number(text, Decimal(0), leaf.top) if text.strip() else None


def read(bid: Bid, leaf: Criterion, typed: Mapping[str, str], names: tuple[str, str, str]) -> Scored:
    """Return what was typed in the fields of points, reason and edition; raise ValueError with a Persian message."""
    given, reason, over = (typed.get(name, "") for name in names)
    edition = int(over[:18]) if over.isdecimal() else 0
    return Scored(bid.id, leaf.id, points(given, leaf), fold(reason)[:LONGEST_REASON], edition)


def shown(kept: Score) -> dict[str, Any]:
    """Return a saved cell as its page shows it."""
    given = "" if kept.points is None else decimal_text(kept.points)
    return {
        "points": given,
        "reason": kept.reason,
        "edition": kept.edition,
        "saved_at": filters.instant(kept.saved_at),
        "saved": filters.second(kept.saved_at),
    }


def total(own: ScoreSheet, bid: Bid, kept: Mapping[int, Score]) -> dict[str, Any]:
    """Return the evaluator's own total so far, over how much of the weight, and what is left to do."""
    given = {str(leaf): s.points for leaf, s in kept.items() if s.points is not None}
    earned, covered = working.so_far(own.tender.criteria, given)
    facts = queries.FACTS.of(context(), own)
    return {
        "total": filters.exact(earned),
        "covered": filters.exact(covered, 0),
        "bar": int(earned),
        "done": facts.done(bid.id),
        "done_text": filters.fa(facts.done(bid.id)),
        "left": facts.left,
        "left_text": filters.fa(facts.left),
    }
