"""The words and values of a version of the cluster map, and how its candidates are ranked (domain: Σ weight·score/10)."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tender_app.clusters.papers import Scan
from tender_app.kernel.vocabulary import Named

FULL = Decimal(100)
TOP = Decimal(10)
LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 120, 200, 2000, 400


class MapState(Named):
    """Where a version of the map stands."""

    DRAFT = "draft", "پیش‌نویس"
    ADOPTED = "adopted", "مصوب"


class MapAct(Named):
    """What is done on a version of the map."""

    BEGIN = "begin_map", "آغاز نسخه تازه نقشه"
    EDIT_CRITERIA = "edit_criteria", "معیارها و وزن‌ها"
    ADD_CANDIDATE = "add_candidate", "افزودن نامزد"
    EDIT_CANDIDATE = "edit_candidate", "ویرایش نامزد"
    WITHDRAW_CANDIDATE = "withdraw_candidate", "کنار گذاشتن نامزد"
    RESTORE_CANDIDATE = "restore_candidate", "بازگرداندن نامزد"
    OFFER_WORKBOOK = "offer_workbook", "ورود از اکسل"
    TAKE_WORKBOOK = "take_workbook", "پذیرفتن تغییرهای پرونده"
    ADOPT = "adopt_map", "تصویب نقشه"


@dataclass(frozen=True, slots=True)
class NewMap:
    """A version to begin: of an organisation (its row), for a year, as a copy of the one before where there is one."""

    organisation: Any
    year: int
    title: str
    criteria: tuple["CriterionLine", ...] = ()

    def record(self) -> dict[str, Any]:
        """Keep year and title in the ledger."""
        return {"year": self.year, "title": self.title}


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion of a version: its title, its weight, and its turn among those that part equal totals (None: it does not)."""

    title: str
    weight: Decimal = Decimal(0)
    tie: int | None = None
    was: str = ""  # the title until now, where it is reworded: the scores stay with it

    def plain(self) -> list[Any]:
        """Return it as plain values."""
        return [self.title, str(self.weight), self.tie]


@dataclass(frozen=True, slots=True)
class CriteriaLines:
    """All the criteria of a draft; `edition` says which ones the person was looking at."""

    lines: tuple[CriterionLine, ...]
    edition: str = ""

    def record(self) -> dict[str, Any]:
        """Keep titles, weights and tie turns in the ledger."""
        return {"criteria": [line.plain() for line in self.lines]}


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A candidate of a version with its scores (0 to 10) by the criterion's title; a missing score is no zero."""

    name: str
    firms_count: int | None = None
    description: str = ""
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    slug: str = ""
    withdrawn: str = ""
    is_invented: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        scores = {title: str(score) for title, score in self.scores.items()}
        return {
            "slug": self.slug,
            "name": self.name,
            "firms_count": self.firms_count,
            "description": self.description,
            "scores": scores,
            "withdrawn": self.withdrawn,
        }


@dataclass(frozen=True, slots=True)
class CandidateEdit:
    """New facts of a candidate (its row's id; None adds one); `edition` says which ones the person was looking at."""

    candidate_id: int | None
    line: CandidateLine
    edition: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the new facts in the ledger."""
        return {"candidate": self.candidate_id, **self.line.plain()}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A candidate to leave out of the ranking, with the reason; the row stays."""

    candidate_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Restoration:
    """A candidate to take back into the ranking."""

    candidate_id: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """The provincial committee's letter by which a version is adopted."""

    number: str
    day: dt.date
    scan: Scan | None = None

    def record(self) -> dict[str, Any]:
        """Keep number, day and the scan's digest in the ledger."""
        return {"number": self.number, "day": str(self.day), "digest": self.scan.digest if self.scan else ""}


@dataclass(frozen=True, slots=True)
class Chart:
    """A version's content as plain lines: what a workbook holds, and what two versions are compared by."""

    criteria: tuple[CriterionLine, ...]
    candidates: tuple[CandidateLine, ...]

    @property
    def weight(self) -> Decimal:
        """Return the sum of the weights."""
        return weight_of(self.criteria)


def weight_of(criteria: Iterable["CriterionLine"]) -> Decimal:
    """Return the sum of the weights of criteria."""
    return sum((c.weight for c in criteria), Decimal(0))


def edition_of(plain: Any) -> str:
    """Return a short digest of plain values: two editors see by it that one was faster."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def total_of(criteria: Sequence[CriterionLine], scores: Mapping[str, Decimal]) -> Decimal | None:
    """Return Σ weight·score/10 of a candidate, exactly; None while a score is missing (domain.md §5.3)."""
    if not criteria or any(c.title not in scores for c in criteria):
        return None
    return sum((c.weight * scores[c.title] / TOP for c in criteria), Decimal(0))


def standings(
    criteria: Sequence[CriterionLine], rows: Sequence[Mapping[str, Decimal]]
) -> list[tuple[Decimal | None, int | None]]:
    """Return (total, rank) of each row of scores, the highest first.

    Equal totals are parted by the scores under the map's tie criteria, in their turn; what is still equal shares a rank
    (1, 1, 3). A row without a total has no rank.
    """
    turns = sorted((c for c in criteria if c.tie is not None), key=lambda c: c.tie or 0)
    totals = [total_of(criteria, scores) for scores in rows]
    keys = [
        None if total is None else (total, *(scores[c.title] for c in turns))
        for total, scores in zip(totals, rows, strict=True)
    ]
    known = [key for key in keys if key is not None]
    return [
        (total, None if key is None else 1 + sum(other > key for other in known))
        for total, key in zip(totals, keys, strict=True)
    ]


def remaining(weight: Decimal) -> Decimal:
    """Return what a sum of weights lacks of a hundred; below zero where it is too much."""
    return FULL - weight


def slug_of(number: int) -> str:
    """Return the identifier of an organisation's cluster by its number."""
    return f"c-{number:02}"
