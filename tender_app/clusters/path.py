"""A cluster's whole path from the map to its licence: what is done, what is next, and since when it waits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tender_app.clusters import map_queries, queries
from tender_app.clusters.models import Cluster, ClusterLetter, Paper
from tender_app.clusters.rules import ClusterAct, ClusterState
from tender_app.clusters.step_models import Approval, Prefeasibility, StudyReport
from tender_app.clusters.step_rules import ApprovalState, Body, StudyState
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context

DONE, NOW, AHEAD = "done", "now", "todo"
WAITS_FOR = {
    StudyState.BEGUN: N_("کارشناس گزارش را می‌فرستد"),
    StudyState.SUBMITTED: N_("مدیرعامل گزارش را می‌پذیرد یا برمی‌گرداند"),
    StudyState.RETURNED: N_("کارشناس گزارش اصلاح‌شده را می‌فرستد"),
}
STATES = list(ClusterState)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a step: what, on which day, with which paper; `note` is for staff."""

    title: str
    day: dt.date
    number: str = ""
    note: str = ""
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path; the one under way says what is next and since when it waits."""

    title: str
    standing: str
    events: tuple[Event, ...] = ()
    next: str = ""
    since: dt.datetime | None = None

    def waits(self, now: dt.datetime) -> str:
        """Say how long the step waits: in days."""
        days = (calendar.today(now) - calendar.today(self.since)).days if self.since else 0
        return persian_digits(_("{days} روز").format(days=days)) if days else _("امروز")


def path_of(ctx: Context, cluster: Cluster) -> list[Step]:
    """Return the steps from the map to the licence, as staff see them."""
    letters = {letter.act: letter for letter in _letters(ctx, cluster)}
    approvals = ctx.session.scalars(
        sa.select(Approval)
        .where(Approval.cluster_id == cluster.id)
        .options(joinedload(Approval.asked_paper), joinedload(Approval.answer_paper))
        .order_by(Approval.id)
    ).all()
    place = STATES.index(cluster.state)
    return [
        _ranked(ctx, cluster),
        _study(ctx, cluster, letters.get(ClusterAct.RECORD_PREFEASIBILITY), place),
        _approval(Body.PROVINCE, approvals, letters, place - 1),
        _approval(Body.ISIPO, approvals, letters, place - 2),
        _licence(letters, place - 3),
    ]


def _letters(ctx: Context, cluster: Cluster) -> Sequence[ClusterLetter]:
    query = sa.select(ClusterLetter).where(ClusterLetter.cluster_id == cluster.id).order_by(ClusterLetter.id)
    return ctx.session.scalars(query.options(joinedload(ClusterLetter.paper))).all()


def _ranked(ctx: Context, cluster: Cluster) -> Step:
    title = _("رتبه در نقشه خوشه")
    places = [place for place in queries.standing_of(ctx, cluster) if place.rank is not None]
    events = tuple(
        Event(
            persian_digits(_("رتبه {rank} در {map}").format(rank=place.rank, map=place.label)),
            place.version.letter_day,
            place.version.letter_number,
        )
        for place in reversed(places)
        if place.version.letter_day
    )
    current = map_queries.current_map(ctx, cluster.organisation_id)
    if current and any(place.version.id == current.id for place in places):
        return Step(title, DONE, events)
    is_past = cluster.state is not ClusterState.IDENTIFIED
    told = _("خوشه در نسخه جاری نقشه رتبه ندارد؛ با تصویب نسخه‌ای که آن را دربر دارد رتبه می‌گیرد.")
    return Step(title, AHEAD if is_past else NOW, events, told)


def _study(ctx: Context, cluster: Cluster, letter: ClusterLetter | None, place: int) -> Step:
    query = sa.select(Prefeasibility).where(Prefeasibility.cluster_id == cluster.id)
    study = ctx.session.scalars(query).one_or_none()
    title = _("امکان‌سنجی مقدماتی")
    if study is None:
        known = (Event(_("گزارش پذیرفته شد"), letter.day, letter.number, letter.note, letter.paper),) if letter else ()
        return Step(title, DONE if place > 0 else NOW, known, "" if place > 0 else _("کارشناس امکان‌سنجی را آغاز می‌کند"))
    reports = ctx.session.scalars(
        sa.select(StudyReport)
        .where(StudyReport.prefeasibility_id == study.id)
        .options(joinedload(StudyReport.paper))
        .order_by(StudyReport.id)
    ).all()
    events = [Event(_("آغاز امکان‌سنجی"), calendar.today(study.begun_at))]
    for report in reports:
        told = _("گزارش {author}").format(author=report.author)
        events.append(Event(told, report.day, report.number, report.findings, report.paper))
        if report.returned_at:
            events.append(Event(_("گزارش برگشت"), calendar.today(report.returned_at), "", report.returned_reason))
    if study.accepted_at:
        events.append(Event(_("گزارش پذیرفته شد"), calendar.today(study.accepted_at)))
        return Step(title, DONE, tuple(events))
    last = reports[-1] if reports else None
    since = (last.returned_at or last.submitted_at) if last else study.begun_at
    return Step(title, NOW, tuple(events), _(WAITS_FOR[study.state]), since)


def _approval(body: Body, approvals: Sequence[Approval], letters: dict[ClusterAct, ClusterLetter], place: int) -> Step:
    """Return the step of a body's approval; `place` is above 0 once it is past, 0 while it is the one under way."""
    title = _("تصویب {body}").format(body=body.label)
    own = [a for a in approvals if a.body is body]
    events: list[Event] = []
    for a in own:
        events.append(Event(_("درخواست تصویب"), a.asked_day, a.asked_number, "", a.asked_paper))
        if a.answer_day:
            events.append(Event(a.state.label, a.answer_day, a.answer_number, a.reason, a.answer_paper))
    proof = ClusterAct.RECORD_PROVINCE if body is Body.PROVINCE else ClusterAct.RECORD_ISIPO
    if not own and (letter := letters.get(proof)):
        events.append(Event(_("تصویب شد"), letter.day, letter.number, letter.note, letter.paper))
    if place > 0:
        return Step(title, DONE, tuple(events))
    if place < 0:
        return Step(title, AHEAD)
    before = ClusterAct.RECORD_PREFEASIBILITY if body is Body.PROVINCE else ClusterAct.RECORD_PROVINCE
    since = letters[before].recorded_at if before in letters else None
    if own and own[-1].state is ApprovalState.REQUESTED:
        return Step(
            title, NOW, tuple(events), _("پاسخ {body} می‌رسد و ثبت می‌شود").format(body=body.label), own[-1].asked_at
        )
    if own:
        told = _("پس از رفع ایراد، کارشناس دوباره درخواست می‌فرستد")
        return Step(title, NOW, tuple(events), told, own[-1].answered_at)
    return Step(title, NOW, tuple(events), _("کارشناس نامه درخواست را می‌فرستد و ثبت می‌کند"), since)


def _licence(letters: dict[ClusterAct, ClusterLetter], place: int) -> Step:
    title = _("مجوز توسعه")
    if letter := letters.get(ClusterAct.RECORD_LICENCE):
        event = Event(_("مجوز توسعه صادر شد"), letter.day, letter.number, letter.note, letter.paper)
        return Step(title, DONE, (event,))
    if place != 0:
        return Step(title, AHEAD)
    before = letters.get(ClusterAct.RECORD_ISIPO)
    return Step(title, NOW, (), _("کارشناس مجوز را ثبت می‌کند"), before.recorded_at if before else None)
