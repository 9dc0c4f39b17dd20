"""Pages beside the preparation: questions and answers, and the secretary's sessions."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.kernel.errors import NotAllowed
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.tenders import queries
from tender_app.tenders.forms import AnswerForm, AttendanceForm, QuestionForm
from tender_app.tenders.guards import FACTS, session_of
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Asked, QuestionAct, TenderAct
from tender_app.web.law import under
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("meetings", __name__, url_prefix="/tenders")


@bp.route("/<number>/ask", methods=["GET", "POST"])
@under(QuestionAct.ASK)
def ask(number: str) -> Response:
    """Ask about the documents."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = own_firm(ctx)
    if firm is None:
        may_begin(ctx, Question, QuestionAct.ASK, Asked(tender, tender, ""))
        raise NotAllowed("پرسیدن با نماینده شرکت مشاور است؛ با حساب شرکت وارد شوید.")
    reason = may_begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, ""))
    form = QuestionForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            begin(ctx, Question, QuestionAct.ASK, Asked(firm, tender, form.text.data))
        if done:
            flash("پرسش شما رسید؛ پاسخ برای همه، در همین صفحه منتشر می‌شود.")
            return redirect(url_for("dossier.tender", number=number))
    lead = "پاسخ در یک زمان به همه داده می‌شود و نام پرسنده پنهان می‌ماند (ماده ۱۷)."
    back = url_for("dossier.tender", number=number)
    return page(
        "_form.html", form=form, title="پرسش از اسناد", lead=lead, reason=reason, back=back, submit_label="فرستادن پرسش"
    )


@bp.get("/<number>/questions")
@under(Sight.WORK)
def questions(number: str) -> Response:
    """The questions of a tender, for those who answer."""
    tender = case_of(Tender, Sight.WORK, number=number)
    return page("tenders/questions.html", tender=tender, questions=queries.questions(context(), tender, Sight.WORK))


@bp.route("/<number>/questions/<int:question_id>", methods=["GET", "POST"])
@under(QuestionAct.ANSWER)
def answer(number: str, question_id: int) -> Response:
    """Answer a question, for all at once."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    question = case_of(Question, Sight.WORK, id=question_id, tender_id=tender.id)
    reason = refusal_of(ctx, question, QuestionAct.ANSWER)
    form = AnswerForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, question, QuestionAct.ANSWER, form.value())
        if done:
            flash("پاسخ برای همه منتشر شد.")
            return redirect(url_for(".questions", number=number))
    about = [("پرسش", question.text)]
    back = url_for(".questions", number=number)
    return page("_form.html", form=form, title="پاسخ به همه", about=about, reason=reason, back=back)


@bp.route("/<number>/invite", methods=["GET", "POST"])
@under(TenderAct.INVITE)
def invite(number: str) -> Response:
    """Invite the commission to its next session."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.INVITE)
    from tender_app.web.fields import PersianForm  # noqa: PLC0415

    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.INVITE)
        if done:
            flash("دعوت فرستاده شد و در کارتابل اعضا آمد.")
            return redirect(url_for("dossier.desk"))
    title = f"دعوت به {session_of(tender).label}"
    return page("_form.html", form=form, title=title, lead=tender.title, reason=reason, submit_label="فرستادن دعوت")


@bp.route("/<number>/attendance", methods=["GET", "POST"])
@under(TenderAct.REGISTER_ATTENDANCE)
def attendance(number: str) -> Response:
    """Register who is present in the session."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.REGISTER_ATTENDANCE)
    form = AttendanceForm()
    seats = [s for s in FACTS.of(ctx, tender).seats if s.role in {*COMMISSION, Role.SECRETARY}]
    form.members.choices = [(s.person_id, f"{s.name} — {s.role.label}") for s in seats]
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.REGISTER_ATTENDANCE, form.value())
        if done:
            flash("حاضران ثبت شدند.")
            return redirect(url_for(".attendance", number=number))
    elif request.method == "GET":
        form.members.data = []
    present = queries.attendance(ctx, tender, session_of(tender))
    session = session_of(tender)
    return page("tenders/attendance.html", form=form, tender=tender, reason=reason, present=present, session=session)
