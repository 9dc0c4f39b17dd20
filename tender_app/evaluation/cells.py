"""Cells of a score sheet as their pages show them, as they are posted and answered: read, saved, and told back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from tender_app.bids.models import OpenedFile
from tender_app.evaluation import pages, working
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct
from tender_app.kernel.errors import NotNow, Refusal
from tender_app.kernel.persian import decimal_text, fold
from tender_app.web import filters
from tender_app.web.errors import status_of
from tender_app.web.fields import read_number
from tender_app.web.visit import context, drop, refuse
from tender_app.workflow.engine import advance, refusal_of

LONGEST_REASON = 2000
PDF = "application/pdf"


@dataclass(frozen=True)
class Cell:
    """One cell on a page: `key` tells its fields from others', `title` is what it is called there."""

    number: str
    key: int
    bid_id: int
    leaf: Any
    title: str
    group: str
    kept: Score | None
    files: Sequence[OpenedFile]
    typed: Mapping[str, str]
    fault: str = ""

    @property
    def points(self) -> str:
        """Return what stands in the field of points."""
        kept = decimal_text(self.kept.points) if self.kept and self.kept.points is not None else ""
        return self.typed.get(f"p-{self.key}", kept)

    @property
    def reason(self) -> str:
        """Return what stands in the field of the reason."""
        return self.typed.get(f"r-{self.key}", self.kept.reason if self.kept else "")

    @property
    def pages(self) -> str:
        """Return what stands in the field of pages."""
        return self.typed.get(f"g-{self.key}", noted(self.kept, self.files))

    @property
    def edition(self) -> int:
        """Return over which edition one types."""
        return self.kept.edition if self.kept else 0

    @property
    def levels(self) -> list[tuple[str, str, str]]:
        """Return the levels of the scale: points as a script reads them, as people do, and the sentence."""
        return [(points, decimal_text(Decimal(points)), sentence) for points, sentence in self.leaf.anchors]

    @property
    def anchors(self) -> list[dict[str, Any]]:
        """Return the pages on which the score stands, as links."""
        return anchors(self.number, self.bid_id, self.kept, self.files)

    @property
    def is_under_least(self) -> bool:
        """Tell whether the points are under what the criterion asks at least."""
        kept, least = self.kept, self.leaf.least
        return kept is not None and kept.points is not None and least is not None and kept.points < least

    @property
    def is_whole(self) -> bool:
        """Tell whether points and a reason are kept."""
        return is_whole(self.kept)

    @property
    def is_bare_end(self) -> bool:
        """Tell whether an end of the scale was given without a reason."""
        kept = self.kept
        return kept is not None and kept.points in {Decimal(0), self.leaf.top} and not kept.reason


def save_all(own: ScoreSheet, cells: Sequence[Cell]) -> dict[int, str]:
    """Save every cell that was typed and changed, or none: return the messages of those that were refused, by key."""
    faults: dict[int, str] = {}
    for cell in cells:
        names = f"p-{cell.key}", f"r-{cell.key}", f"e-{cell.key}", f"g-{cell.key}"
        if names[0] not in cell.typed:
            continue
        try:
            save(own, cell.kept, read(cell.bid_id, cell.leaf, cell.typed, names, cell.files))
        except ValueError as fault:
            refuse(422)
            faults[cell.key] = str(fault)
        except Refusal as refusal:
            refuse(status_of(refusal))
            faults[cell.key] = refusal.reason
    if faults:
        drop()
    return faults


def save(own: ScoreSheet, kept: Score | None, what: Scored) -> None:
    """Save a cell; what is kept already is saved, whatever edition it was typed over."""
    same = (kept.points if kept else None, kept.reason if kept else "", _pages(kept))
    if same != (what.points, what.reason, what.pages):
        advance(context(), own, SheetAct.SCORE, what)
    elif reason := refusal_of(context(), own, SheetAct.SCORE):
        raise NotNow(reason)


def read(bid_id: int, leaf: Any, typed: Mapping[str, str], names: Sequence[str], files: Sequence[OpenedFile]) -> Scored:
    """Return what was typed in the fields of points, reason, edition and pages; raise ValueError with a Persian message."""
    given, reason, over, noted = (typed.get(name, "") for name in names)
    edition = int(over[:18]) if over.isdecimal() else 0
    points = read_number(given, Decimal(0), leaf.top) if given.strip() else None
    noted_pages = pages.read(noted, ids(files)) if noted.strip() else ()
    return Scored(bid_id, leaf.id, points, fold(reason)[:LONGEST_REASON], edition, noted_pages)


def ids(files: Sequence[OpenedFile]) -> list[int]:
    """Return the ids of files in the order in which they are numbered."""
    return [file.id for file in files]


def noted(kept: Score | None, files: Sequence[OpenedFile]) -> str:
    """Return the pages on which a score stands as they are written."""
    return pages.told(_pages(kept), ids(files))


def anchors(number: str, bid_id: int, kept: Score | None, files: Sequence[OpenedFile]) -> list[dict[str, Any]]:
    """Return the pages on which a score stands as links: where each lies, and whether the page can show it."""
    shown = {file.id for file in files if file.media_type == PDF}
    return [
        {
            "text": pages.named(file, page, ids(files)),
            "href": url_for("opening.opened_file", number=number, bid_id=bid_id, file_id=file) + f"#page={page}",
            "is_shown": file in shown,
        }
        for file, page in _pages(kept)
    ]


def shown(number: str, kept: Score, files: Sequence[OpenedFile]) -> dict[str, Any]:
    """Return a saved cell as its page shows it."""
    given = "" if kept.points is None else decimal_text(kept.points)
    return {
        "points": given,
        "reason": kept.reason,
        "pages": noted(kept, files),
        "anchors": anchors(number, kept.bid_id, kept, files),
        "edition": kept.edition,
        "saved_at": filters.instant(kept.saved_at),
        "saved": filters.second(kept.saved_at),
    }


def blank(at: dt.datetime) -> dict[str, Any]:
    """Return a cell of which nothing was ever kept as its page shows it."""
    bare = {"points": "", "reason": "", "pages": "", "anchors": [], "edition": 0}
    return {**bare, "saved_at": filters.instant(at), "saved": filters.second(at)}


def is_whole(kept: Score | None) -> bool:
    """Tell whether points and a reason are kept of a cell."""
    return kept is not None and kept.points is not None and bool(kept.reason)


def total(criteria: Sequence[Any], given: Mapping[str, Decimal]) -> dict[str, Any]:
    """Return the evaluator's own total for a bid so far, and over how much of the weight."""
    earned, covered = working.so_far(criteria, given)
    return {"total": filters.exact(earned), "covered": filters.exact(covered, 0), "bar": int(earned)}


def _pages(kept: Score | None) -> tuple[tuple[int, int], ...]:
    return tuple((int(file), int(page)) for file, page in kept.pages) if kept else ()
