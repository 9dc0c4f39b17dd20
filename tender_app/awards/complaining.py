"""Pages of complaints: submitted by a participant, answered by the agency, ruled on by the board (Arts. 7-8, 25)."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.awards import complaint_queries as queries
from tender_app.awards.complaint_forms import AnswerForm, ComplaintForm, ReferralForm, RulingForm, SettlementForm
from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_rules import (
    MOST_FILES,
    ComplaintAct,
    ComplaintGround,
    Enclosed,
    Enclosure,
    Lodged,
)
from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.marks import Mark
from tender_app.web.offers import Button, beside, buttons, reason_against
from tender_app.web.uploads import holds_files, received_all
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin
from tender_app.workflow.sight import may_see

bp = Blueprint("complaints", __name__, url_prefix="/tenders")

LEADS = {
    ComplaintAct.UPHOLD: N_(
        "پاسخ با دلیل برای شرکت صادر می‌شود؛ سپس اقدام دستگاه را ثبت کنید. تا آن زمان شکایت باز می‌ماند."
    ),
    ComplaintAct.REJECT: N_("پاسخ با دلیل برای شرکت صادر می‌شود؛ شرکت می‌تواند به هیأت رسیدگی شکایت کند (ماده ۲۵)."),
    ComplaintAct.SETTLE: N_("بنویسید دستگاه چه کرد و از چه تاریخی؛ شرکت آگاه می‌شود و شکایت بسته می‌شود."),
    ComplaintAct.REFER: N_("شماره و تاریخ ثبت در دبیرخانه هیأت؛ مهلت رأی هیأت از همین روز شمرده می‌شود (ماده ۲۵)."),
    ComplaintAct.RECORD_RULING: N_(
        "رأی تجدید یا لغو، مناقصه را در هر مرحله‌ای که باشد به همان پایان می‌برد و بازگشت ندارد؛ به همه پیشنهاددهندگان اعلام می‌شود."
    ),
    ComplaintAct.WITHDRAW: N_("شکایت بسته می‌شود و پاسخ داده نخواهد شد."),
}


@beside(Tender)
def complain_button(tender: Tender) -> Button | None:
    """Offer a complaint to a firm that took part."""
    ctx = context()
    firm = own_firm(ctx)
    if firm is None or _why_not(ctx, firm, tender):
        return None
    return {"label": _("شکایت از روند مناقصه"), "href": url_for("complaints.complain", number=tender.number)}


def marks_of(ctx: Context, found: Sequence[Complaint]) -> list[Mark]:
    """Return the marks of open complaints: everybody learns that one is open, staff and its firm how old it is."""
    return [_mark(ctx, complaint) for complaint in found]


def marks_of_tender(ctx: Context, number: str) -> list[Mark]:
    """Return the marks of a tender's pages, in one query."""
    return marks_of(ctx, queries.open_about(ctx, number))


@bp.get("/<number>/complaints")
@under(Sight.WORK, Sight.OWN)
def index(number: str) -> Response:
    """The complaints about a tender that one may see."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    if not any(may_see(ctx, tender, sight) for sight in (Sight.WORK, Sight.OWN)):
        raise NotAllowed(_("شکایت‌ها را کارکنان و شرکت شاکی می‌بینند."))
    rows = [(c, queries.age_of(ctx, c)) for c in queries.listed(ctx, tender)]
    return page(
        "awards/complaints.html",
        tender=tender,
        rows=rows,
        sees_work=may_see(ctx, tender, Sight.WORK),
        act=complain_button(tender),
    )


@bp.route("/<number>/complain", methods=["GET", "POST"])
@under(ComplaintAct.COMPLAIN)
@holds_files
def complain(number: str) -> Response:
    """Submit a complaint on the standard form."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = own_firm(ctx)
    if firm is None:
        may_begin(ctx, Complaint, ComplaintAct.COMPLAIN, _unwritten(tender, tender))
        raise NotAllowed(_("شکایت با نماینده شرکتی است که در مناقصه شرکت کرده؛ با حساب شرکت وارد شوید."))
    reason = _why_not(ctx, firm, tender)
    form = ComplaintForm()
    form.offer([f"{s.name}، {s.position}" for s in firm.signatories])
    if form.validate_on_submit():
        with attempt(form) as done:
            made = begin(ctx, Complaint, ComplaintAct.COMPLAIN, form.value(firm, tender, _enclosed()))
        if done:
            due = calendar.long_date(made.answer_due_on)
            flash(_("شکایت شما رسید؛ مهلت پاسخ دستگاه {due} است.").format(due=due))
            return redirect(url_for(".show", number=number, complaint_id=made.id))
    return page(
        "awards/complain.html",
        form=form,
        tender=tender,
        firm=firm,
        reason=reason,
        hints=queries.hints_about(ctx, tender, firm.id, ComplaintGround.AWARD, calendar.today(ctx.now)),
        days=queries.answer_days(ctx),
        most=MOST_FILES,
    )


@bp.get("/<number>/complaints/<int:complaint_id>")
@under(Sight.WORK, Sight.OWN)
def show(number: str, complaint_id: int) -> Response:
    """One complaint, with its age, its answer and its ruling."""
    ctx = context()
    complaint = _seen(number, complaint_id)
    evidence, ruling = ([p for p in complaint.papers if p.enclosed is whose] for whose in Enclosed)
    return page(
        "awards/complaint.html",
        complaint=complaint,
        tender=complaint.tender,
        days=queries.answer_days(ctx, calendar.today(complaint.submitted_at)),
        age=queries.age_of(ctx, complaint),
        hints=queries.hints_of(ctx, complaint),
        evidence=evidence,
        ruling=ruling,
        letters=queries.answers(ctx, complaint),
        sees_work=may_see(ctx, complaint, Sight.WORK),
        acts=buttons(complaint),
    )


@bp.get("/<number>/complaints/<int:complaint_id>/papers/<int:paper_id>")
@under(Sight.WORK, Sight.OWN)
def paper(number: str, complaint_id: int, paper_id: int) -> Response:
    """A paper of a complaint, to download."""
    complaint = _seen(number, complaint_id)
    found = next((p for p in complaint.papers if p.id == paper_id), None)
    if found is None:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)


@bp.route("/<number>/complaints/<int:complaint_id>/uphold", methods=["GET", "POST"])
@under(ComplaintAct.UPHOLD)
def uphold(number: str, complaint_id: int) -> Response:
    """Uphold a complaint, with the reason."""
    return _act(_seen(number, complaint_id), ComplaintAct.UPHOLD, AnswerForm())


@bp.route("/<number>/complaints/<int:complaint_id>/reject", methods=["GET", "POST"])
@under(ComplaintAct.REJECT)
def reject(number: str, complaint_id: int) -> Response:
    """Reject a complaint, with the reason."""
    return _act(_seen(number, complaint_id), ComplaintAct.REJECT, AnswerForm())


@bp.route("/<number>/complaints/<int:complaint_id>/settle", methods=["GET", "POST"])
@under(ComplaintAct.SETTLE)
def settle(number: str, complaint_id: int) -> Response:
    """Record what was done about an upheld complaint."""
    return _act(_seen(number, complaint_id), ComplaintAct.SETTLE, SettlementForm())


@bp.route("/<number>/complaints/<int:complaint_id>/refer", methods=["GET", "POST"])
@under(ComplaintAct.REFER)
def refer(number: str, complaint_id: int) -> Response:
    """Record that the complaint went to the board."""
    return _act(_seen(number, complaint_id), ComplaintAct.REFER, ReferralForm())


@bp.route("/<number>/complaints/<int:complaint_id>/withdraw", methods=["GET", "POST"])
@under(ComplaintAct.WITHDRAW)
def withdraw(number: str, complaint_id: int) -> Response:
    """Take one's complaint back."""
    return _act(_seen(number, complaint_id), ComplaintAct.WITHDRAW, PersianForm())


@bp.route("/<number>/complaints/<int:complaint_id>/ruling", methods=["GET", "POST"])
@under(ComplaintAct.RECORD_RULING)
@holds_files
def record_ruling(number: str, complaint_id: int) -> Response:
    """Record the board's ruling with its scan; one of renewal or cancellation moves the tender."""
    return _act(_seen(number, complaint_id), ComplaintAct.RECORD_RULING, RulingForm(), most=1)


def _act(complaint: Complaint, act: ComplaintAct, form: Any, *, most: int = 0) -> Response:
    reason = reason_against(complaint, act)
    if form.validate_on_submit():
        with attempt(form) as done:
            given = (_enclosed(),) if most else ()
            advance(context(), complaint, act, form.value(*given) if hasattr(form, "value") else None)
        if done:
            flash(_("{act} انجام شد.").format(act=act.label))
            return redirect(_address(complaint))
    return page(
        "awards/complaint_act.html",
        form=form,
        complaint=complaint,
        tender=complaint.tender,
        act=act,
        lead=complaint.tender.basis.said(_(LEADS[act])),
        reason=reason,
        most=most,
    )


def _seen(number: str, complaint_id: int) -> Complaint:
    complaint = queries.seen(context(), number.upper(), complaint_id)
    if complaint is None:
        raise Missing
    return complaint


def _address(complaint: Complaint) -> str:
    return url_for("complaints.show", number=complaint.tender.number, complaint_id=complaint.id)


def _why_not(ctx: Context, firm: Firm, tender: Tender) -> str | None:
    """Return why a firm may not complain of a tender now, in the words of that tender's law."""
    reason = may_begin(ctx, Complaint, ComplaintAct.COMPLAIN, _unwritten(firm, tender))
    return reason and tender.basis.said(reason)


def _unwritten(firm: Any, tender: Tender) -> Lodged:
    """Return a complaint that nobody has written yet, to ask whether one may be."""
    return Lodged(firm, tender, ComplaintGround.NOTICE, "", "", "", "")


def _enclosed() -> tuple[Enclosure, ...]:
    """Store the files that were sent; none is stored where one of them is not to be taken."""
    uploads = received_all(request.files.getlist("files"), "files", MOST_FILES)
    store = files_of(settings())
    stored = [(upload, store.put(upload.content)) for upload in uploads]
    return tuple(Enclosure(u.name, u.media_type, s.key, s.digest, s.size) for u, s in stored)


def _mark(ctx: Context, complaint: Complaint) -> Mark:
    said = complaint.tender.basis.said
    if not any(may_see(ctx, complaint, sight) for sight in (Sight.WORK, Sight.OWN)):
        text = _("شکایتی درباره این مناقصه در دست رسیدگی است. شکایت، روند مناقصه را خودبه‌خود متوقف نمی‌کند (ماده ۲۵).")
        return Mark(said(text))
    old = queries.age_of(ctx, complaint)
    text = _("شکایت {firm} باز است: {state}{age}. شکایت، روند مناقصه را خودبه‌خود متوقف نمی‌کند (ماده ۲۵).").format(
        firm=complaint.firm.name, state=complaint.state.label, age=f"، {old.told()}" if old else ""
    )
    return Mark(said(text), _address(complaint))
