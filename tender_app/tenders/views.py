"""Pages of preparation: the draft in sections, its documents, seats and insertions."""

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.clusters.models import Cluster
from tender_app.kernel import calendar, money
from tender_app.kernel.errors import Missing, NotNow
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders import linting, queries, schedule
from tender_app.tenders.bases import BASES
from tender_app.tenders.call_forms import BasisForm
from tender_app.tenders.commands import edition_of_seats
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.deciding import days_of, law_of, thresholds_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.forms import DocumentForm, InsertionForm, SeatsForm
from tender_app.tenders.models import Tender, TenderDocument
from tender_app.tenders.procurement import LegalBasis, told_size
from tender_app.tenders.rules import Attachment, Draft, Removal, RoundRemoval, TenderAct
from tender_app.tenders.sections import Call, CriteriaForm, Evaluation, MoneySection, Schedule, Section, Subject
from tender_app.web.law import under
from tender_app.web.offers import Button, beside, buttons, reason_against
from tender_app.web.uploads import holds_files, received
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of

bp = Blueprint("tenders", __name__, url_prefix="/tenders")

SECTIONS: dict[str, tuple[str, type[Section]]] = {
    "subject": (N_("موضوع و شرح خدمات"), Subject),
    "money": (N_("برآورد، اعتبار و تضمین"), MoneySection),
    "schedule": (N_("زمان‌بندی"), Schedule),
    "call": (N_("شیوه فراخوان"), Call),
    "evaluation": (N_("روش ارزیابی و رتبه‌بندی"), Evaluation),
    "criteria": (N_("معیارها و وزن‌ها"), CriteriaForm),
}
OTHER = {
    "documents": (N_("اسناد"), "tenders.attach"),
    "seats": (N_("هیأت تصمیم‌گیر و ارزیابان"), "tenders.seat"),
    "insertions": (N_("نوبت‌های آگهی"), "tenders.insertions"),
    "invitations": (N_("دعوت‌شدگان و دلیل فراخوان"), "calling.invitations"),
    "records": (N_("مستندات لازم با اسکن"), "recording.papers"),
}
IN_SECTIONS = {
    TenderAct.EDIT,
    TenderAct.ATTACH,
    TenderAct.DETACH,
    TenderAct.SEAT,
    TenderAct.RECORD_INSERTION,
    TenderAct.REMOVE_INSERTION,
    TenderAct.RECORD_BASIS,
    TenderAct.WITHDRAW_BASIS,
    TenderAct.ANSWER_FINDING,
    TenderAct.INVITE_FIRM,
    TenderAct.UNINVITE_FIRM,
}


@bp.route("/new/<int:cluster_id>", methods=["GET", "POST"])
@under(TenderAct.PREPARE)
def prepare(cluster_id: int) -> Response:
    """Begin a draft for a licensed cluster."""
    ctx = context()
    cluster = case_of(Cluster, Sight.PAGE, id=cluster_id)
    reason = may_begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster))
    form = BasisForm(data={"basis": LegalBasis.TENDER_ACT})
    if form.validate_on_submit():
        with attempt(form) as done:
            tender = begin(ctx, Tender, TenderAct.PREPARE, Draft(cluster, basis=form.basis.data))
        if done:
            flash(_("پیش‌نویس {number} آغاز شد؛ هر بخش را جداگانه پر کنید.").format(number=tender.number))
            return redirect(url_for(".edit", number=tender.number))
    lead = _("برای خوشه {cluster}. پیش‌نویس ناتمام نگه داشته می‌شود و تا انتشار کسی جز کارکنان آن را نمی‌بیند.").format(
        cluster=cluster.name
    )
    back = url_for("clusters.show", cluster_id=cluster.id)
    return page("tenders/prepare.html", form=form, lead=lead, reason=reason, back=back, bases=BASES.values())


@beside(Cluster)
def begin_here(cluster: Cluster) -> Button | None:
    """Offer a draft on the page of a cluster for which one may be begun now."""
    if may_begin(context(), Tender, TenderAct.PREPARE, Draft(cluster)):
        return None
    return {"label": TenderAct.PREPARE.label, "href": url_for("tenders.prepare", cluster_id=cluster.id)}


@bp.get("/<number>/edit")
@under(TenderAct.EDIT)
def edit(number: str) -> Response:
    """The draft at a glance: sections, what is missing, what can be done."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.EDIT)
    return page(
        "tenders/edit.html",
        tender=tender,
        reason=reason,
        sections=sections_of(tender, missing(ctx, tender)),
        advice=warnings(ctx, tender),
        asked=linting.questions(ctx, tender),
        returned=queries.returned(ctx, tender),
        acts=buttons(tender, leave_out=IN_SECTIONS),
    )


@bp.route("/<number>/edit/<section>", methods=["GET", "POST"])
@under(TenderAct.EDIT)
def edit_section(number: str, section: str) -> Response:
    """One section of the draft; what is incomplete is kept as it is."""
    ctx = context()
    if section not in SECTIONS:
        raise Missing
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.EDIT)
    title, kind = SECTIONS[section]
    form, theirs = kind(obj=tender), None
    form.fit_to(law_of(ctx, tender), tender)
    if request.method == "GET":
        form.look_at(tender)
    elif form.validate_on_submit() and form.fits(ctx, tender) and _weights_fit(form):
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.EDIT, form.value())
        if done:
            flash(_("بخش «{title}» ذخیره شد.").format(title=title))
            return redirect(_next(form, tender, section))
        theirs = form.differing(tender) if form.look_at(tender) else None
    return page(
        "tenders/criteria.html" if section == "criteria" else "tenders/section.html",
        form=form,
        tender=tender,
        title=title,
        reason=reason,
        section=section,
        theirs=theirs,
        tip=_tip(ctx, form, tender, section) if request.method == "GET" else "",
    )


@bp.route("/<number>/edit/documents", methods=["GET", "POST"])
@under(TenderAct.ATTACH)
@holds_files
def attach(number: str) -> Response:
    """Attach a document."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.ATTACH)
    form = DocumentForm()
    faults: list[tuple[str, str]] = []
    if form.validate_on_submit():
        with attempt(form) as done:
            if reason:
                raise NotNow(reason)
            upload = received(request.files.get("file"), "file")
            stored = files_of(settings()).put(upload.content)
            what = Attachment(form.title.data, upload.name, upload.media_type, stored.key, stored.digest, stored.size)
            advance(ctx, tender, TenderAct.ATTACH, what)
        if done:
            flash(_("سند «{title}» بارگذاری شد.").format(title=form.title.data))
            return redirect(url_for(".attach", number=number))
        faults = [("file", message) for message in form.form_errors]
        form.form_errors.clear()
    return page("tenders/documents.html", form=form, tender=tender, reason=reason, faults=faults)


@bp.post("/<number>/edit/documents/<int:document_id>/remove")
@under(TenderAct.DETACH)
def detach(number: str, document_id: int) -> Response:
    """Take a document out of the draft."""
    tender = case_of(Tender, Sight.WORK, number=number)
    advance(context(), tender, TenderAct.DETACH, Removal(document_id))
    flash(_("سند از پیش‌نویس برداشته شد."))
    return redirect(url_for(".attach", number=number))


@bp.route("/<number>/edit/seats", methods=["GET", "POST"])
@under(TenderAct.SEAT)
def seat(number: str) -> Response:
    """Name the commission, its secretary and the evaluators."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = reason_against(tender, TenderAct.SEAT)
    form = SeatsForm()
    form.offer(queries.staff_of(ctx, tender.organisation_id))
    theirs = None
    if request.method == "GET":
        form.seat(FACTS.of(ctx, tender).holders, tender.needed_shares)
        form.look_at(edition_of_seats(ctx, tender))
    elif form.validate_on_submit() and form.fits(tender):
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.SEAT, form.value())
        if done:
            flash(_("سمت‌های مناقصه ذخیره شد."))
            return redirect(url_for(".edit", number=number))
        if form.look_at(edition_of_seats(ctx, tender)):
            theirs = [(tender.basis.word(seat.role), seat.name) for seat in FACTS.of(ctx, tender).seats]
    title, _unused = OTHER["seats"]
    form.speak(tender.basis)
    lead = _("سه عضو {board}، یک دبیر بی‌رأی، و دست‌کم {least} ارزیاب که عضو آن نیستند.").format(
        board=_(tender.basis.board), least=persian_digits(law_of(ctx, tender)[Parameter.EVALUATORS])
    )
    return page(
        "tenders/section.html",
        form=form,
        tender=tender,
        title=title,
        lead=lead,
        reason=reason,
        section="seats",
        theirs=theirs,
        tip=_left(ctx, tender, "seats") if request.method == "GET" else "",
    )


@bp.route("/<number>/insertions", methods=["GET", "POST"])
@under(TenderAct.RECORD_INSERTION)
def insertions(number: str) -> Response:
    """Record the rounds of the notice."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.RECORD_INSERTION)
    form = InsertionForm()
    if form.validate_on_submit() and form.fits(tender, ctx.now):
        with attempt(form) as done:
            advance(ctx, tender, TenderAct.RECORD_INSERTION, form.value())
        if done:
            flash(_("نوبت آگهی ثبت شد."))
            return redirect(url_for(".insertions", number=number))
    is_draft = refusal_of(ctx, tender, TenderAct.REMOVE_INSERTION) is None
    papers = FACTS.of(ctx, tender).papers
    return page(
        "tenders/insertions.html",
        form=form,
        tender=tender,
        reason=reason,
        is_draft=is_draft,
        papers=papers,
        least=law_of(ctx, tender)[Parameter.INSERTIONS],
    )


@bp.post("/<number>/insertions/<int:insertion_id>/remove")
@under(TenderAct.REMOVE_INSERTION)
def remove_insertion(number: str, insertion_id: int) -> Response:
    """Take a wrongly recorded round out of the draft."""
    tender = case_of(Tender, Sight.WORK, number=number)
    advance(context(), tender, TenderAct.REMOVE_INSERTION, RoundRemoval(insertion_id))
    flash(_("نوبت آگهی از پیش‌نویس برداشته شد."))
    return redirect(url_for(".insertions", number=number))


@bp.get("/<number>/documents/<int:document_id>")
@under(Sight.PAGE)
def document(number: str, document_id: int) -> Response:
    """A document of the tender, to download."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    found = context().session.get(TenderDocument, document_id)  # one that an addendum replaced is kept for all to see
    if found is None or found.tender_id != tender.id:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)


def sections_of(tender: Tender, faults: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the sections of a draft, each with its address and what it still needs."""
    places = {
        key: (title, url_for("tenders.edit_section", number=tender.number, section=key))
        for key, (title, _unused) in SECTIONS.items()
    }
    left_out = {"invitations"} if tender.is_open_call else {"insertions"}
    left_out |= set() if tender.basis.needs_rounds else {"insertions"}
    places |= {
        key: (title, url_for(view, number=tender.number)) for key, (title, view) in OTHER.items() if key not in left_out
    }
    return [
        {"title": title, "href": href, "faults": [text for section, text in faults if section == key]}
        for key, (title, href) in places.items()
    ]


def _weights_fit(form: Section) -> bool:
    """Tell whether the weights are whole, unless an unfinished tree was knowingly kept."""
    return (
        not isinstance(form, CriteriaForm)
        or not {"unfinished", "insert"}.isdisjoint(request.form)
        or form.weights_fit()
    )


def _next(form: Section, tender: Tender, section: str) -> str:
    """Return the page after a saved section: the draft, or the same tree with a row where one was asked for."""
    if "insert" not in request.form or not isinstance(form, CriteriaForm):
        return url_for(".edit", number=tender.number)
    place = form.filled_before(request.form.get("after", 0, type=int))
    return url_for(".edit_section", number=tender.number, section=section, after=place, _anchor=f"rows-{place}-title")


def _tip(ctx: Context, form: Section, tender: Tender, section: str) -> str:
    """Fill an untouched section with what is usual, and say so; else say what it still needs."""
    if isinstance(form, CriteriaForm):
        form.fill(tender.criteria, request.args.get("after", type=int))
    elif isinstance(form, Schedule) and form.propose(_proposed(ctx, tender)):
        return _("این زمان‌ها پیشنهادی است: از امروز و با روزهای کاری حساب شده و هنوز ذخیره نشده است.")
    left = _left(ctx, tender, section)
    if isinstance(form, Call) and tender.estimate:
        left = " ".join((told_size(tender.estimate, thresholds_of(law_of(ctx, tender))), left)).strip()
    if isinstance(form, MoneySection) and tender.has_envelope_a and tender.estimate and not tender.guarantee:
        share = law_of(ctx, tender)[Parameter.BID_SECURITY]
        left += _(" {share} درصد برآورد، {estimate} ریال است.").format(
            share=decimal_text(share), estimate=money.grouped(int(tender.estimate * share / 100))
        )
    return left


def _proposed(ctx: Context, tender: Tender) -> dict[str, Any]:
    law = law_of(ctx, tender)
    published = calendar.today(ctx.now) + dt.timedelta(days=law[Parameter.NOTICE_LEAD])
    return schedule.proposed(published, days_of(ctx, tender), law, is_international=tender.is_international)


def _left(ctx: Context, tender: Tender, section: str) -> str:
    """Say what a section still needs before approval."""
    faults = [text for place, text in missing(ctx, tender) if place == section]
    return _("برای تصویب مانده است: {faults}").format(faults=" ".join(faults)) if faults else ""
