"""Pages of the interviews: the plan, each interview as it runs, and what its people do in it; a firm sees its own slot."""

import functools
import hashlib
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation import interview_facts, interview_forms, interviewed, working
from tender_app.evaluation.closed import over
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_paper import percent
from tender_app.evaluation.interview_rules import Dropped, InterviewAct, InterviewState
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import N_, _
from tender_app.people.capacities import roles_on
from tender_app.regulation.rules import Parameter
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.acting import act_page
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see, where_visible

bp = Blueprint("interviewing", __name__, url_prefix="/tenders")

EVERY, ANEW = 4, 20  # seconds between two questions of a page with scripts, and of one without
Act = InterviewAct
TITLE = N_("مصاحبه با پیشنهاددهندگان")
PLANNING = N_(
    "پرسش‌ها از معیارهاست و برای همه یکسان؛ با دعوت‌نامه به هر شرکت می‌رسد و دیگر دگرگون نمی‌شود. هر معیاری که پرسشی دارد فقط از "
    "سوی ارزیابی که در مصاحبه به اندازه لازم حاضر بوده امتیاز می‌گیرد. مصاحبه فقط در امتیاز فنی اثر دارد و پیش از گشایش قیمت است."
)


@beside(Tender)
def interviews_here(tender: Tender) -> Button | None:
    """Lead from every page of a tender to its interviews, where there are any that the viewer may see."""
    ctx = context()
    if ctx.session.scalar(_seen(tender).with_only_columns(Interview.id).limit(1)) is None:
        return None
    return {"label": _(TITLE), "href": url_for("interviewing.index", number=tender.number), "is_way": True}


@bp.get("/<number>/interviews")
@under(Sight.WORK, Sight.OWN)
def index(number: str) -> Response:
    """The slots that the viewer may see: all, or a firm's own."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    rows = ctx.session.scalars(_seen(tender)).all()
    staff = may_see(ctx, tender, Sight.WORK)
    if not rows and not staff and Role.EVALUATOR not in roles_on(ctx.actor, tender):
        raise Missing(_("مصاحبه‌ای در این مناقصه برای شما نیست."))
    return page(
        "evaluation/interviews.html",
        tender=tender,
        rows=rows,
        questions=rows[-1].plan.questions if rows else [],
        over=over(tender),
        presence=law_of(ctx, tender)[Parameter.INTERVIEW_PRESENCE],
        acts=buttons(tender, only={TenderAct.PLAN_INTERVIEWS}) if staff else [],
        papers=_papers(tender, rows),
    )


@bp.route("/<number>/interviews/plan", methods=["GET", "POST"])
@under(TenderAct.PLAN_INTERVIEWS)
def plan(number: str) -> Response:
    """Fix the questions and give every bid its slot."""
    ctx, tender = context(), case_of(Tender, Sight.WORK, number=number)
    form = interview_forms.plan_form([leaf for _group, leaf in working.leaves_of(tender.criteria)])
    query = sa.select(Bid).where(Bid.tender_id == tender.id, Bid.state == BidState.UNDER_EVALUATION)
    bids = ctx.session.scalars(query.options(selectinload(Bid.firm)).order_by(Bid.submitted_at, Bid.id)).all()
    if request.method == "GET":
        form.minutes.data = law_of(ctx, tender)[Parameter.INTERVIEW_MINUTES]
    ids, firms = [bid.id for bid in bids], "، ".join(bid.firm.name for bid in bids)
    return act_page(
        tender,
        TenderAct.PLAN_INTERVIEWS,
        form,
        lead=_(PLANNING),
        about=[(_("مناقصه"), tender.title), (_("به ترتیب تسلیم"), firms)],
        crumbs=_crumbs(tender),
        value=functools.partial(form.value, ids),
        done=_("نوبت‌ها داده شد و دعوت‌نامه هر شرکت صادر شد."),
        back=url_for(".index", number=number),
    )


@bp.get("/<number>/interviews/<int:interview_id>")
@under(Sight.WORK, Sight.OWN)
def show(number: str, interview_id: int) -> Response:
    """One interview: to those who judge as it runs, to the firm its slot."""
    interview, is_staff = _interview(number, interview_id)
    return page(
        "evaluation/interview.html",
        tag=f'"{_version(interview)}"',
        every=EVERY,
        anew=ANEW,
        **_told(interview, is_staff),
    )


@bp.get("/<number>/interviews/<int:interview_id>/news")
@under(Sight.WORK, Sight.OWN)
def news(number: str, interview_id: int) -> Response:
    """The part of the page that changes; nothing (304) while it is what the reader has."""
    interview, is_staff = _interview(number, interview_id)
    tag = _version(interview)
    if tag in request.if_none_match:
        answer = make_response("", HTTPStatus.NOT_MODIFIED)
    else:
        answer = make_response(render_template("evaluation/_interview.html", **_told(interview, is_staff)))
    answer.set_etag(tag)
    answer.headers["Tender-Hour"] = f"{calendar.tehran(context().now):%H:%M:%S}"
    return answer


@bp.post("/<number>/interviews/<int:interview_id>/begin")
@under(Act.BEGIN_INTERVIEW)
def begin(number: str, interview_id: int) -> Response:
    """Begin."""
    return _do(number, interview_id, Act.BEGIN_INTERVIEW, _("مصاحبه آغاز شد و حضور شما ثبت شد."))


@bp.post("/<number>/interviews/<int:interview_id>/join")
@under(Act.JOIN)
def join(number: str, interview_id: int) -> Response:
    """Join, or return."""
    return _do(number, interview_id, Act.JOIN, _("حضور شما ثبت شد."))


@bp.post("/<number>/interviews/<int:interview_id>/leave")
@under(Act.LEAVE)
def leave(number: str, interview_id: int) -> Response:
    """Leave."""
    return _do(number, interview_id, Act.LEAVE, _("بیرون رفتن شما ثبت شد؛ می‌توانید بازگردید."))


@bp.post("/<number>/interviews/<int:interview_id>/drop")
@under(Act.NOTE_DROP)
def drop(number: str, interview_id: int) -> Response:
    """Note that a member's line broke."""
    what = Dropped(request.form.get("person", 0, type=int) or 0)
    return _do(number, interview_id, Act.NOTE_DROP, _("قطع ارتباط با لحظه آن ثبت شد."), what)


@bp.route("/<number>/interviews/<int:interview_id>/confirm", methods=["GET", "POST"])
@under(Act.CONFIRM_SLOT)
def confirm(number: str, interview_id: int) -> Response:
    """The firm confirms its slot."""
    return _act(number, interview_id, Act.CONFIRM_SLOT, _("نوبت تأیید شد."))


@bp.route("/<number>/interviews/<int:interview_id>/move", methods=["GET", "POST"])
@under(Act.MOVE_SLOT)
def move(number: str, interview_id: int) -> Response:
    """Move a slot."""
    return _act(number, interview_id, Act.MOVE_SLOT, _("نوبت جابه‌جا شد و نامه تازه صادر شد."))


@bp.route("/<number>/interviews/<int:interview_id>/remote", methods=["GET", "POST"])
@under(Act.MARK_REMOTE)
def remote(number: str, interview_id: int) -> Response:
    """Mark who takes part from afar."""
    return _act(number, interview_id, Act.MARK_REMOTE, _("اعضای از راه دور ثبت شدند."))


@bp.route("/<number>/interviews/<int:interview_id>/guests", methods=["GET", "POST"])
@under(Act.REGISTER_GUESTS)
def guests(number: str, interview_id: int) -> Response:
    """Register who of the firm is there."""
    return _act(number, interview_id, Act.REGISTER_GUESTS, _("حاضران شرکت ثبت شدند."))


@bp.route("/<number>/interviews/<int:interview_id>/close", methods=["GET", "POST"])
@under(Act.CLOSE_INTERVIEW)
def close(number: str, interview_id: int) -> Response:
    """End an interview and issue its minutes."""
    return _act(number, interview_id, Act.CLOSE_INTERVIEW, _("مصاحبه پایان یافت و صورتجلسه صادر شد."))


@bp.route("/<number>/interviews/<int:interview_id>/cancel", methods=["GET", "POST"])
@under(Act.CANCEL_INTERVIEW)
def cancel(number: str, interview_id: int) -> Response:
    """Cancel an interview."""
    return _act(number, interview_id, Act.CANCEL_INTERVIEW, _("مصاحبه با دلیل لغو شد."))


@bp.route("/<number>/interviews/<int:interview_id>/absence", methods=["GET", "POST"])
@under(Act.DECIDE_ABSENCE)
def absence(number: str, interview_id: int) -> Response:
    """Decide on a member who was not there long enough."""
    return _act(number, interview_id, Act.DECIDE_ABSENCE, _("تصمیم ثبت شد و ارزیاب آگاه شد."))


def _seen(tender: Tender) -> sa.Select[Interview]:
    ctx = context()
    seen = sa.or_(where_visible(ctx, Interview, Sight.WORK), where_visible(ctx, Interview, Sight.OWN))
    query = sa.select(Interview).where(Interview.tender_id == tender.id, seen)
    return query.options(selectinload(Interview.firm)).order_by(Interview.starts_at, Interview.id)


def _interview(number: str, interview_id: int) -> tuple[Interview, bool]:
    """Return an interview, and whether the viewer sees more of it than its own slot."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    found = ctx.session.scalars(_seen(tender).where(Interview.id == interview_id)).one_or_none()
    if found is None:
        raise Missing
    return found, may_see(ctx, found, Sight.WORK)


def _told(interview: Interview, is_staff: bool) -> dict[str, Any]:  # noqa: FBT001 -- one fact of the viewer
    """Return what the page of an interview shows to this viewer."""
    ctx, state = context(), interview.state
    left_out = {Act.NOTE_DROP} | ({Act.JOIN} if interview_facts.inside(interview, ctx.actor.person_id) else {Act.LEAVE})
    found = interview_facts.attendance(ctx, interview) if is_staff and state is InterviewState.HELD else []
    return {
        "tender": interview.tender,
        "interview": interview,
        "is_staff": is_staff,
        "acts": buttons(interview, leave_out=left_out),
        "may_drop": state is InterviewState.RUNNING and refusal_of(ctx, interview, Act.NOTE_DROP) is None,
        "attended": [(row, percent(row)) for row in found],
        "presence": law_of(ctx, interview.tender)[Parameter.INTERVIEW_PRESENCE],
        "papers": _papers(interview.tender, [interview]),
        "at": ctx.now,
    }


def _version(interview: Interview) -> str:
    """Return what changes whenever the page would."""
    ctx = context()
    told = (
        interview.id,
        interview.state,
        interview.revision,
        interview.confirmed_at,
        interview.guests,
        interview.remote,
        [(p.id, p.left_at) for p in interview.presences],
        [d.id for d in interview.decisions],
        interview.tender.state,
        ctx.now >= interview.starts_at,
        sorted(roles_on(ctx.actor, interview)),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _papers(tender: Tender, rows: Any) -> list[IssuedDocument]:
    """Return the letters to a firm for itself, and letters and minutes for who works on the tender."""
    ctx = context()
    kinds = (DocumentKind.INTERVIEW_LETTER, DocumentKind.INTERVIEW_MINUTES)
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.in_(kinds))
    query = query.where(IssuedDocument.title.in_({row.firm.name for row in rows}))
    if not may_see(ctx, tender, Sight.WORK):
        query = query.where(IssuedDocument.firm_id.in_(ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)))
    return list(ctx.session.scalars(query.order_by(IssuedDocument.id)))


def _do(number: str, interview_id: int, act: InterviewAct, done_text: str, what: Any = None) -> Response:
    interview, _unused = _interview(number, interview_id)
    advance(context(), interview, act, what)
    flash(done_text)
    return redirect(url_for(".show", number=number, interview_id=interview_id))


def _act(number: str, interview_id: int, act: InterviewAct, done_text: str) -> Response:
    interview, _unused = _interview(number, interview_id)
    tender = interview.tender
    return act_page(
        interview,
        act,
        _offered(interview, interview_forms.FORMS[act]()),
        lead=_(interview_forms.LEADS[act]),
        about=[
            (_("مناقصه"), tender.title),
            (_("پیشنهاددهنده"), interview.firm.name),
            (_("نوبت"), calendar.moment(interview.starts_at)),
        ],
        crumbs=_crumbs(tender),
        done=done_text,
        back=url_for(".show", number=number, interview_id=interview_id),
    )


def _offered(interview: Interview, form: Any) -> Any:
    """Return the form with what it offers, and what stands now."""
    ctx = context()
    if isinstance(form, interview_forms.RemoteForm):
        form.people.choices = [(p.id, p.name) for p in interviewed.people_of(ctx, interview.tender)]
        if request.method == "GET":
            form.people.data = list(interview.remote)
    elif isinstance(form, interview_forms.AbsenceForm):
        absent = [row for row in interview_facts.attendance(ctx, interview) if not row.is_enough]
        form.offer([(row.person.id, f"{row.person.name}، {percent(row)}") for row in absent])
    elif isinstance(form, interview_forms.AttendingForm) and request.method == "GET":
        form.people.data = "\n".join("، ".join(filter(None, row)) for row in interview.guests or interview.attending)
    return form


def _crumbs(tender: Tender) -> list[tuple[str, str | None]]:
    every = url_for(".index", number=tender.number)
    return [(tender.title, url_for("dossier.tender", number=tender.number)), (_(TITLE), every)]
