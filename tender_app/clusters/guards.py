"""Reasons against acts on clusters."""

import sqlalchemy as sa

from tender_app.clusters.map_guards import day_fault
from tender_app.clusters.models import Cluster, ClusterLetter
from tender_app.clusters.rules import Letter
from tender_app.clusters.step_models import Approval, Prefeasibility
from tender_app.clusters.step_rules import PROVES, ApprovalState, Body, StudyState
from tender_app.kernel import calendar
from tender_app.kernel.errors import Invalid
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.workflow.table import Guard


def letter_follows(ctx: Context, cluster: Cluster, what: Letter | None) -> str | None:
    """A letter is not of the future, nor older than the one before it (Invalid names the field)."""
    if what is None:
        return None
    last = ctx.session.scalar(sa.select(sa.func.max(ClusterLetter.day)).where(ClusterLetter.cluster_id == cluster.id))
    if fault := day_fault(what.day, calendar.today(ctx.now), last):
        raise Invalid(fault, {"day": fault})
    return None


def licence_has_its_scan(_ctx: Context, _cluster: Cluster, what: Letter | None) -> str | None:
    """A licence is kept with its scan (Invalid names the field)."""
    if what is None or what.scan is not None:
        return None
    message = _("تصویر مجوز توسعه را پیوست کنید.")
    raise Invalid(message, {"file": message})


def study_is_accepted(ctx: Context, cluster: Cluster, _what: Letter | None) -> str | None:
    """A cluster is feasible once the report of its study is accepted (R01)."""
    query = sa.select(Prefeasibility.id).where(
        Prefeasibility.cluster_id == cluster.id, Prefeasibility.state == StudyState.ACCEPTED
    )
    if ctx.session.scalar(query.limit(1)) is not None:
        return None
    return _("گزارش امکان‌سنجی مقدماتی هنوز پذیرفته نشده است.")


def approval_is_granted(body: Body) -> Guard[Cluster]:
    """Return the guard that a cluster's approval by this body was granted (R01)."""

    def guard(ctx: Context, cluster: Cluster, _what: Letter | None) -> str | None:
        query = sa.select(Approval.id).where(
            Approval.cluster_id == cluster.id, Approval.body == body, Approval.state == ApprovalState.GRANTED
        )
        if ctx.session.scalar(query.limit(1)) is not None:
            return None
        return _("«{act}» با نامه آن ثبت می‌شود؛ درخواست و پاسخ آن را در صفحه خوشه ثبت کنید.").format(
            act=PROVES[body].label
        )

    return guard
