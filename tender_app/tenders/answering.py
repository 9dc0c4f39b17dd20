"""Pages of those who answer questions: drafts, equal questions made one, and the release to everybody at one moment."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders import answers, queries
from tender_app.tenders.forms import AnswerForm, MergingForm, ReleaseForm
from tender_app.tenders.models import Question, Tender
from tender_app.tenders.rules import Merging, QuestionAct, QuestionState, TenderAct
from tender_app.web.law import under
from tender_app.web.offers import reason_against
from tender_app.web.visit import attempt, case_of, context, page
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("answering", __name__, url_prefix="/tenders")
LONGEST = 90


@bp.get("/<number>/questions")
@under(Sight.WORK)
def questions(number: str) -> Response:
    """The questions of a tender, for those who answer and those who oversee."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    drafted = answers.DRAFTED.of(ctx, tender)
    releasing = ReleaseForm(questions=" ".join(str(q.id) for q in drafted))
    rows = queries.question_list(ctx, tender)
    return page(
        "tenders/questions.html",
        tender=tender,
        rows=rows,
        places={row.id: place for place, row in enumerate(rows, 1)},
        releasing=releasing if drafted and refusal_of(ctx, tender, TenderAct.RELEASE_ANSWERS) is None else None,
        drafted=len(drafted),
        merged=QuestionState.MERGED,
    )


@bp.route("/<number>/questions/<int:question_id>", methods=["GET", "POST"])
@under(QuestionAct.ANSWER, QuestionAct.DRAFT_ANSWER)
def answer(number: str, question_id: int) -> Response:
    """Answer a question: keep a draft, or release it for all at once."""
    ctx = context()
    tender, question = _case(number, question_id)
    is_draft = "draft" in request.form
    act = QuestionAct.DRAFT_ANSWER if is_draft else QuestionAct.ANSWER
    reason = reason_against(question, act)
    form = AnswerForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, question, act, form.value())
        if done:
            flash(_("پاسخ نگه داشته شد و هنوز به کسی نشان داده نمی‌شود.") if is_draft else _("پاسخ برای همه منتشر شد."))
            return redirect(url_for(".questions", number=number))
    elif request.method == "GET":
        form.text.data, form.public_text.data = question.draft, question.public_text
    return page(
        "tenders/answer.html",
        form=form,
        tender=tender,
        question=question,
        reason=reason,
        can_merge=refusal_of(ctx, question, QuestionAct.MERGE) is None,
    )


@bp.route("/<number>/questions/<int:question_id>/merge", methods=["GET", "POST"])
@under(QuestionAct.MERGE)
def merge(number: str, question_id: int) -> Response:
    """Let a question be answered with another that asks the same."""
    ctx = context()
    tender, question = _case(number, question_id)
    reason = reason_against(question, QuestionAct.MERGE)
    form = MergingForm()
    form.into.choices = [("", _("برگزینید")), *((q.id, _short(q.shown)) for q in answers.others(ctx, question))]
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, question, QuestionAct.MERGE, Merging(form.into.data))
        if done:
            flash(_("دو پرسش یکی شد؛ پرسنده همان پاسخ را می‌بیند."))
            return redirect(url_for(".questions", number=number))
    back = url_for(".questions", number=number)
    return page(
        "_form.html",
        form=form,
        title=QuestionAct.MERGE.label,
        lead=_("فقط پرسش دیگر با پاسخش منتشر می‌شود؛ این یکی برای پرسنده و حسابرس می‌ماند."),
        about=[(_("پرسش"), question.text)],
        reason=reason,
        back=back,
        crumbs=[
            (tender.title, url_for("dossier.tender", number=number)),
            (_("پرسش‌ها"), back),
            (QuestionAct.MERGE.label, None),
        ],
        submit_label=_("یکی کردن"),
    )


@bp.post("/<number>/questions/<int:question_id>/split")
@under(QuestionAct.SPLIT)
def split(number: str, question_id: int) -> Response:
    """Let a merged question stand by itself again."""
    _tender, question = _case(number, question_id)
    advance(context(), question, QuestionAct.SPLIT)
    flash(_("پرسش دوباره جدا شد."))
    return redirect(url_for(".questions", number=number))


@bp.post("/<number>/questions/release")
@under(TenderAct.RELEASE_ANSWERS)
def release(number: str) -> Response:
    """Release every drafted answer at one moment."""
    tender = case_of(Tender, Sight.WORK, number=number)
    what = ReleaseForm().value()
    advance(context(), tender, TenderAct.RELEASE_ANSWERS, what)
    flash(persian_digits(_("{count} پاسخ در یک لحظه برای همه منتشر شد.").format(count=len(what.questions))))
    return redirect(url_for(".questions", number=number))


def _case(number: str, question_id: int) -> tuple[Tender, Question]:
    tender = case_of(Tender, Sight.WORK, number=number)
    return tender, case_of(Question, Sight.WORK, id=question_id, tender_id=tender.id)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
