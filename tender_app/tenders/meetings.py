"""Pages beside the preparation: a firm's questions, and the secretary's sessions."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import _
from tender_app.tenders import queries
from tender_app.tenders.commands import PRESENT
from tender_app.tenders.facts import FACTS
from tender_app.tenders.forms import AttendanceForm, QuestionForm
from tender_app.tenders.guards import session_of
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Asked, QuestionAct, TenderAct
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin

bp = Blueprint("meetings", __name__, url_prefix="/tenders")


@bp.route("/<number>/ask", methods=["GET", "POST"])
@under(QuestionAct.ASK)
def ask(number: str) -> Response:
    """Ask about the documents; one's own questions stand below, answered or waiting."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = own_firm(ctx)
    if firm is None:
        may_begin(ctx, Question, QuestionAct.ASK, Asked(tender, tender, ""))
        raise NotAllowed(_("پرسیدن با نماینده شرکت مشاور است؛ با حساب شرکت وارد شوید."))
    reason = may_begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, ""))
    form = QuestionForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, form.text.data))
        if done:
            flash(_("پرسش شما رسید؛ پاسخ در یک زمان برای همه در صفحه مناقصه منتشر می‌شود."))
            return redirect(url_for(".ask", number=number))
    own = queries.questions(ctx, tender, Sight.OWN)
    return page("tenders/ask.html", form=form, tender=tender, reason=reason, own=own)


@bp.route("/<number>/invite", methods=["GET", "POST"])
@under(TenderAct.INVITE)
def invite(number: str) -> Response:
    """Invite the commission to its next session."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.INVITE)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.INVITE)
        if done:
            flash(_("دعوت فرستاده شد و در کارتابل آمد."))
            return redirect(url_for("dossier.tender", number=number))
    invited = "، ".join(s.name for s in FACTS.of(ctx, tender).seats if s.role in {*COMMISSION, Role.SECRETARY})
    about = [(_("زمان و جای جلسه"), queries.when_and_where(tender, session_of(tender))), (_("دعوت‌شدگان"), invited)]
    title = _("دعوت به {session}").format(session=tender.basis.word(session_of(tender)))
    crumbs = [(tender.title, url_for("dossier.tender", number=number)), (title, None)]
    return page(
        "_form.html",
        form=form,
        title=title,
        about=about,
        reason=reason,
        crumbs=crumbs,
        back=crumbs[0][1],
        submit_label=_("فرستادن دعوت"),
    )


@bp.route("/<number>/attendance", methods=["GET", "POST"])
@under(TenderAct.REGISTER_ATTENDANCE)
def attendance(number: str) -> Response:
    """Register who is present in the session."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.REGISTER_ATTENDANCE)
    form = AttendanceForm()
    session = session_of(tender)
    present = queries.attendance(ctx, tender, session)
    here = {row.person_id for row in present}
    seats = [s for s in FACTS.of(ctx, tender).seats if s.role in PRESENT]
    form.members.choices = [(s.person_id, f"{s.name} — {tender.basis.word(s.role)}") for s in seats]
    absent = [tender.basis.word(s.role) for s in seats if s.role in COMMISSION and s.person_id not in here]
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.REGISTER_ATTENDANCE, form.value())
        if done:
            flash(_("حاضران ثبت شدند."))
            return redirect(url_for(".attendance", number=number))
    elif request.method == "GET":
        form.members.data = []
    return page(
        "tenders/attendance.html",
        form=form,
        tender=tender,
        reason=reason,
        present=present,
        here=here,
        absent=absent,
        session=session,
    )
