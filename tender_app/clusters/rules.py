"""The words and values of a cluster's life."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tender_app.clusters.papers import Scan
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_


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
    RECORD_PREFEASIBILITY = "record_prefeasibility", "پذیرش امکان‌سنجی مقدماتی"
    RECORD_PROVINCE = "record_province", "تصویب کمیته استانی"
    RECORD_ISIPO = "record_isipo", "تصویب سازمان صنایع کوچک"
    RECORD_LICENCE = "record_licence", "ثبت مجوز توسعه"
    BEGIN_DEVELOPMENT = "begin_development", "آغاز توسعه"
    COMPLETE_DEVELOPMENT = "complete_development", "پایان دوره توسعه"


NEXT_STEP = {
    ClusterState.IDENTIFIED: N_("امکان‌سنجی مقدماتی انجام و گزارش آن پذیرفته می‌شود."),
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
    scan: Scan | None = None

    def record(self) -> dict[str, Any]:
        """Keep number, day, note and the scan's digest in the ledger."""
        digest = self.scan.digest if self.scan else ""
        return {"number": self.number, "day": str(self.day), "note": self.note, "digest": digest}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cluster that is identified on a draft of the map; its scores are the map's."""

    map: Any  # the ClusterMap row; a rule knows no tables
    slug: str
    name: str
    description: str = ""
    firms_count: int | None = None
    is_invented: bool = False

    def record(self) -> dict[str, Any]:
        """Keep the name in the ledger."""
        return {"slug": self.slug, "name": self.name}
