"""The words and values of the steps to a licence: the pre-feasibility study and the two approvals."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.kernel.vocabulary import Named


class StudyState(Named):
    """Where a pre-feasibility study stands."""

    BEGUN = "begun", "در دست تهیه"
    SUBMITTED = "submitted", "در انتظار پذیرش"
    RETURNED = "returned", "برگشته برای اصلاح"
    ACCEPTED = "accepted", "پذیرفته"


class StudyAct(Named):
    """What moves a study on."""

    BEGIN = "begin_study", "آغاز امکان‌سنجی مقدماتی"
    SUBMIT = "submit_study", "فرستادن گزارش امکان‌سنجی"
    RETURN = "return_study", "برگرداندن گزارش"
    ACCEPT = "accept_study", "پذیرفتن گزارش"


class ApprovalState(Named):
    """Where a request for an approval stands."""

    REQUESTED = "requested", "در انتظار پاسخ"
    GRANTED = "granted", "تصویب شد"
    REFUSED = "refused", "تصویب نشد"


class ApprovalAct(Named):
    """What is done with a request for an approval."""

    REQUEST = "request_approval", "درخواست تصویب"
    GRANT = "grant_approval", "ثبت نامه تصویب"
    REFUSE = "refuse_approval", "ثبت نامه رد"


class Body(Named):
    """Who approves."""

    PROVINCE = "province", "کمیته استانی"
    ISIPO = "isipo", "سازمان صنایع کوچک و شهرک‌های صنعتی ایران"


ASKED_IN = {ClusterState.PREFEASIBLE: Body.PROVINCE, ClusterState.APPROVED_BY_PROVINCE: Body.ISIPO}
PROVES = {Body.PROVINCE: ClusterAct.RECORD_PROVINCE, Body.ISIPO: ClusterAct.RECORD_ISIPO}


@dataclass(frozen=True, slots=True)
class StudyOf:
    """A study to begin, of a cluster (its row)."""

    cluster: Any

    def record(self) -> dict[str, Any]:
        """Keep the cluster in the ledger."""
        return {"cluster": self.cluster.slug}


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a study: who wrote it, its number and day, what it finds, and the file."""

    author: str
    number: str
    day: dt.date
    findings: str
    scan: Scan | None

    def record(self) -> dict[str, Any]:
        """Keep what names the report, and the digest of its file, in the ledger."""
        digest = self.scan.digest if self.scan else ""
        return {"name": self.author, "number": self.number, "day": str(self.day), "digest": digest}


@dataclass(frozen=True, slots=True)
class Why:
    """A reason that goes with an act."""

    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an approval of a cluster (its row): to whom, by which letter."""

    cluster: Any
    body: Body
    number: str
    day: dt.date
    scan: Scan | None

    def record(self) -> dict[str, Any]:
        """Keep the cluster, the body and the letter in the ledger."""
        digest = self.scan.digest if self.scan else ""
        return {
            "cluster": self.cluster.slug,
            "body": self.body.value,
            "number": self.number,
            "day": str(self.day),
            "digest": digest,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The letter that answers a request, with the reason where it refuses."""

    number: str
    day: dt.date
    scan: Scan | None
    reason: str = ""

    def record(self) -> dict[str, Any]:
        """Keep the letter and the reason in the ledger."""
        digest = self.scan.digest if self.scan else ""
        return {"number": self.number, "day": str(self.day), "digest": digest, "reason": self.reason}
