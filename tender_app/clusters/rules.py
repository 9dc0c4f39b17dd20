"""The words and values of a cluster's life."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_

FULL = Decimal(100)
TOP = Decimal(10)


class ClusterState(Named):
    """Where a cluster stands."""

    IDENTIFIED = "identified", "شناسایی و رتبه‌بندی‌شده"
    PREFEASIBLE = "prefeasible", "امکان‌سنجی‌شده"
    APPROVED_BY_PROVINCE = "approved_by_province", "مصوب کمیته استانی"
    APPROVED_BY_ISIPO = "approved_by_isipo", "مصوب سازمان"
    LICENSED = "licensed", "دارای مجوز توسعه"
    IN_DEVELOPMENT = "in_development", "در حال توسعه"
    COMPLETED = "completed", "پایان دوره توسعه"


class ClusterAct(Named):
    """What moves a cluster on."""

    IDENTIFY = "identify", "ثبت در نقشه خوشه"
    RECORD_PREFEASIBILITY = "record_prefeasibility", "ثبت امکان‌سنجی مقدماتی"
    RECORD_PROVINCE = "record_province", "ثبت تصویب کمیته استانی"
    RECORD_ISIPO = "record_isipo", "ثبت تصویب سازمان صنایع کوچک"
    RECORD_LICENCE = "record_licence", "ثبت مجوز توسعه"
    BEGIN_DEVELOPMENT = "begin_development", "آغاز توسعه"
    COMPLETE_DEVELOPMENT = "complete_development", "پایان دوره توسعه"


NEXT_STEP = {
    ClusterState.IDENTIFIED: N_("امکان‌سنجی مقدماتی انجام و نامه آن ثبت می‌شود."),
    ClusterState.PREFEASIBLE: N_("کمیته استانی گزارش امکان‌سنجی را بررسی می‌کند."),
    ClusterState.APPROVED_BY_PROVINCE: N_("سازمان صنایع کوچک و شهرک‌های صنعتی ایران آن را بررسی می‌کند."),
    ClusterState.APPROVED_BY_ISIPO: N_("مجوز توسعه صادر می‌شود."),
    ClusterState.LICENSED: N_("عامل توسعه با مناقصه برگزیده می‌شود."),
    ClusterState.IN_DEVELOPMENT: N_("عامل توسعه با قرارداد کار می‌کند؛ دوره سه تا پنج سال است."),
    ClusterState.COMPLETED: N_("دوره توسعه پایان یافته و کار به شبکه فراگیر خوشه سپرده شده است."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """An approval's letter: its number and the day on which it was signed."""

    number: str
    day: dt.date
    note: str = ""


def weighted_total(weights: Sequence[Decimal], scores: Sequence[Decimal]) -> Decimal:
    """Return Σ weight·score/10 of a candidate on the map (weights sum to 100, scores 0 to 10; domain.md §5.3)."""
    return sum((w * s / TOP for w, s in zip(weights, scores, strict=True)), Decimal(0))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cluster to put on a map, with its score (0 to 10) under each criterion, in the map's order."""

    map: Any  # the ClusterMap row; a rule knows no tables
    organisation: Any
    slug: str
    name: str
    scores: tuple[Decimal, ...]
    description: str = ""
    firms_count: int | None = None
    is_invented: bool = False

    def record(self) -> dict[str, Any]:
        """Keep the name and the scores in the ledger."""
        return {"slug": self.slug, "name": self.name, "scores": [str(s) for s in self.scores]}


def ranks(totals: Sequence[Decimal]) -> list[int]:
    """Return the rank of each total, the highest first; equals share a rank (1, 1, 3)."""
    return [1 + sum(other > total for other in totals) for total in totals]
