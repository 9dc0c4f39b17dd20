"""Reasons against acts on studies and on requests for approval."""

import datetime as dt

import sqlalchemy as sa

from tender_app.clusters import map_queries as queries
from tender_app.clusters.map_guards import day_fault
from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import ClusterState
from tender_app.clusters.step_models import Approval, Prefeasibility, StudyReport
from tender_app.clusters.step_rules import ASKED_IN, Answer, ApprovalState, Report, Request, StudyOf
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import _
from tender_app.store.context import Context


def place_of_study(what: StudyOf | Request | None) -> Cluster | None:
    """A study is begun, and an approval requested, where the cluster is."""
    cluster: Cluster | None = what.cluster if what else None
    return cluster


def cluster_is_ranked(ctx: Context, what: StudyOf | None) -> str | None:
    """A study is of a cluster that has a rank in the current version of the map (R01)."""
    if what is None:
        return None
    current = queries.current_map(ctx, what.cluster.organisation_id)
    if current is not None and queries.rank_of(ctx, current, what.cluster.id) is not None:
        return None
    return _("این خوشه در نسخه جاری نقشه رتبه ندارد؛ نخست نقشه‌ای که آن را دربر دارد باید تصویب شود.")


def cluster_needs_study(ctx: Context, what: StudyOf | None) -> str | None:
    """A cluster has one study, before its approvals."""
    if what is None:
        return None
    begun = sa.select(Prefeasibility.id).where(Prefeasibility.cluster_id == what.cluster.id).limit(1)
    if what.cluster.state is ClusterState.IDENTIFIED and ctx.session.scalar(begun) is None:
        return None
    return _("امکان‌سنجی این خوشه پیش‌تر آغاز یا پذیرفته شده است؛ همان را در صفحه خوشه دنبال کنید.")


def report_is_whole(ctx: Context, _study: Prefeasibility, what: Report | None) -> str | None:
    """A report has its file and is not of the future (Invalid names the field)."""
    if what is not None:
        _with_scan(what.scan, _("پرونده گزارش را پیوست کنید."))
        _on_a_fit_day(ctx, what.day, None)
    return None


def accepter_did_not_submit(ctx: Context, study: Prefeasibility, _what: object) -> str | None:
    """Who submitted a report does not accept it: two persons."""
    query = (
        sa.select(StudyReport.submitted_by)
        .where(StudyReport.prefeasibility_id == study.id)
        .order_by(StudyReport.id.desc())
    )
    if ctx.session.scalar(query.limit(1)) != ctx.actor.person_id:
        return None
    return _("گزارش را خود شما فرستاده‌اید؛ مدیر دیگری درباره آن تصمیم می‌گیرد.")


def cluster_awaits_approval(ctx: Context, what: Request | None) -> str | None:
    """An approval is requested in its turn, one request at a time."""
    if what is None:
        return None
    if ASKED_IN.get(what.cluster.state) is not what.body:
        return _("خوشه در مرحله «{state}» است و اکنون درخواست تصویب از «{body}» ندارد.").format(
            state=what.cluster.state.label, body=what.body.label
        )
    query = sa.select(Approval.asked_number).where(
        Approval.cluster_id == what.cluster.id, Approval.state == ApprovalState.REQUESTED
    )
    waiting = ctx.session.scalar(query.limit(1))
    if waiting is None:
        return None
    return _("درخواست شماره {number} هنوز پاسخ ندارد؛ نخست پاسخ آن را ثبت کنید.").format(number=waiting)


def request_is_whole(ctx: Context, what: Request | None) -> str | None:
    """A request's letter has its scan, and its day follows the letters before it (Invalid names the field)."""
    if what is None:
        return None
    _with_scan(what.scan, _("تصویر نامه درخواست را پیوست کنید."))
    last = [
        sa.select(sa.func.max(ClusterLetter.day)).where(ClusterLetter.cluster_id == what.cluster.id),
        sa.select(sa.func.max(Approval.answer_day)).where(Approval.cluster_id == what.cluster.id),
    ]
    days = [day for query in last if (day := ctx.session.scalar(query))]
    _on_a_fit_day(ctx, what.day, max(days, default=None))
    return None


def answer_is_whole(ctx: Context, approval: Approval, what: Answer | None) -> str | None:
    """An answer has its scan, and its day is not before the request's (Invalid names the field)."""
    if what is not None:
        _with_scan(what.scan, _("تصویر نامه پاسخ را پیوست کنید."))
        _on_a_fit_day(ctx, what.day, approval.asked_day)
    return None


def refusal_has_reason(_ctx: Context, _approval: Approval, what: Answer | None) -> str | None:
    """A refusal says why (Invalid names the field)."""
    if what is None or what.reason:
        return None
    message = _("دلیل رد را بنویسید.")
    raise Invalid(message, {"reason": message})


def _with_scan(scan: Scan | None, message: str) -> None:
    if scan is None:
        raise Invalid(message, {"file": message})


def _on_a_fit_day(ctx: Context, day: dt.date, last: dt.date | None) -> None:
    if fault := day_fault(day, calendar.today(ctx.now), last):
        raise Invalid(fault, {"day": fault})
