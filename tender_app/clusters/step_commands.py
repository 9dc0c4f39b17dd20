"""What changes studies and requests for approval; an acceptance and a grant move the cluster on."""

import sqlalchemy as sa

from tender_app.clusters.map_commands import keep_paper
from tender_app.clusters.models import Paper
from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import ClusterAct, Letter
from tender_app.clusters.step_models import Approval, Prefeasibility, StudyReport
from tender_app.clusters.step_rules import PROVES, Answer, Report, Request, StudyOf, Why
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.notifications.outbox import holders, tell
from tender_app.store.context import Context
from tender_app.workflow.engine import advance


def make_study(ctx: Context, what: StudyOf) -> Prefeasibility:
    """Begin the study of a cluster."""
    return Prefeasibility(organisation_id=what.cluster.organisation_id, cluster_id=what.cluster.id, begun_at=ctx.now)


def keep_report(ctx: Context, study: Prefeasibility, what: Report) -> None:
    """Keep a submitted report beside those that were sent back."""
    if what.scan is None or ctx.actor.person_id is None:
        raise Missing
    paper = keep_paper(ctx, study.organisation_id, what.scan)
    report = StudyReport(
        prefeasibility_id=study.id,
        author=what.author,
        number=what.number,
        day=what.day,
        findings=what.findings,
        paper_id=paper.id,
        submitted_at=ctx.now,
        submitted_by=ctx.actor.person_id,
    )
    ctx.session.add(report)
    ctx.session.flush()
    managers = holders(ctx, [Role.MANAGER], Scope.ORGANISATION, [study.organisation_id])
    tell(ctx, managers, f"گزارش امکان‌سنجی خوشه {study.cluster.name} رسید", path=f"/clusters/{study.cluster_id}")


def keep_return(ctx: Context, study: Prefeasibility, what: Why) -> None:
    """Keep why a report goes back, and tell who submitted it."""
    report = last_report(ctx, study)
    report.returned_at, report.returned_reason = ctx.now, what.reason
    subject = f"گزارش امکان‌سنجی خوشه {study.cluster.name} برای اصلاح برگشت"
    tell(ctx, [report.submitted_by], subject, body=what.reason, path=f"/clusters/{study.cluster_id}")


def accept_report(ctx: Context, study: Prefeasibility, _what: object) -> None:
    """Let the accepted report be the cluster's proof, and tell who submitted it."""
    report = last_report(ctx, study)
    study.accepted_at = ctx.now
    letter = Letter(report.number, report.day, f"تهیه‌کننده گزارش: {report.author}", _scan(report.paper))
    advance(ctx, study.cluster, ClusterAct.RECORD_PREFEASIBILITY, letter)
    subject = f"گزارش امکان‌سنجی خوشه {study.cluster.name} پذیرفته شد"
    tell(ctx, [report.submitted_by], subject, path=f"/clusters/{study.cluster_id}")


def make_request(ctx: Context, what: Request) -> Approval:
    """Make the request for an approval, with its letter."""
    if what.scan is None:
        raise Missing
    return Approval(
        organisation_id=what.cluster.organisation_id,
        cluster_id=what.cluster.id,
        body=what.body,
        asked_number=what.number,
        asked_day=what.day,
        asked_paper_id=keep_paper(ctx, what.cluster.organisation_id, what.scan).id,
        asked_at=ctx.now,
    )


def keep_answer(ctx: Context, approval: Approval, what: Answer) -> None:
    """Keep the letter that answers a request."""
    if what.scan is None:
        raise Missing
    approval.answer_number, approval.answer_day, approval.answered_at = what.number, what.day, ctx.now
    approval.answer_paper_id = keep_paper(ctx, approval.organisation_id, what.scan).id
    approval.reason = what.reason
    ctx.session.flush()
    managers = holders(ctx, [Role.MANAGER], Scope.ORGANISATION, [approval.organisation_id])
    subject = f"{approval.body.label}: پاسخ درخواست خوشه {approval.cluster.name} ثبت شد ({approval.state.persian})"
    tell(ctx, managers, subject, body=what.reason, path=f"/clusters/{approval.cluster_id}")


def carry_to_cluster(ctx: Context, approval: Approval, what: Answer) -> None:
    """Let a granted approval be the cluster's proof."""
    advance(ctx, approval.cluster, PROVES[approval.body], Letter(what.number, what.day, "", what.scan))


def last_report(ctx: Context, study: Prefeasibility) -> StudyReport:
    """Return the report that was submitted last."""
    query = sa.select(StudyReport).where(StudyReport.prefeasibility_id == study.id).order_by(StudyReport.id.desc())
    return ctx.session.scalars(query.limit(1)).one()


def _scan(paper: Paper) -> Scan:
    return Scan(paper.file_name, paper.media_type, paper.file_key, paper.digest, paper.size)
