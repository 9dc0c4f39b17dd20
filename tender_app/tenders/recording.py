"""Pages of the papers that a draft rests on: budget, credit, the board's resolution, SETAD, cuttings of the notice."""

from typing import Any

from flask import Blueprint, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from tender_app.kernel import calendar
from tender_app.kernel.errors import Missing, NotNow
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders import records
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import RecordKind, TenderRecord
from tender_app.tenders.rules import Attachment, TenderAct, TenderState
from tender_app.web.fields import Day, PersianForm, Prose, SelectField, optional, required, up_to
from tender_app.web.law import under
from tender_app.web.uploads import holds_files, received
from tender_app.web.visit import attempt, case_of, context, page, settings
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("recording", __name__, url_prefix="/tenders")


class RecordForm(PersianForm):
    """A paper: which, its day, and why where it is an exemption."""

    paper = SelectField(N_("مستند"), [required(N_("مستند را برگزینید."))])
    day = Day(N_("تاریخ سند"), [required(N_("تاریخی را که روی سند است بنویسید."))])
    reason = Prose(
        N_("دلیل"), [optional(), up_to(1000)], description=N_("فقط برای معافیت از آگهی: دلیل و مرجع آن (ماده ۱۳)")
    )

    def offer(self, tender: Tender) -> None:
        """Fill the list with what may be recorded now; rounds of the notice stand one by one."""
        kinds = [kind for kind in RecordKind if kind is not RecordKind.INSERTION]
        named = [(kind.value, _named(tender, kind)) for kind in kinds if tender.state is TenderState.PREPARING]
        rounds = [
            (f"{RecordKind.INSERTION.value}-{row.id}", f"{_('بریده آگهی')} «{row.name}»، {calendar.numeric(row.day)}")
            for row in tender.insertions
        ]
        self.paper.choices = [("", _("برگزینید")), *named, *rounds]

    def value(self, scan: Attachment | None) -> records.Recorded:
        """Return the paper."""
        kind, _unused, insertion = self.paper.data.partition("-")
        place = int(insertion) if insertion else None
        return records.Recorded(RecordKind(kind), self.day.data, scan, self.reason.data or "", place)


def _named(tender: Tender, kind: RecordKind) -> str:
    number = records.number_of(tender, kind)
    return f"{kind.label} ({number})" if number else kind.label


@bp.route("/<number>/records", methods=["GET", "POST"])
@under(TenderAct.RECORD_BASIS)
@holds_files
def papers(number: str) -> Response:
    """See which papers are there, and record one with its scan."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    reason = refusal_of(ctx, tender, TenderAct.RECORD_BASIS)
    form = RecordForm()
    form.offer(tender)
    faults: list[tuple[str, str]] = []
    if form.validate_on_submit():
        with attempt(form) as done:
            if reason:
                raise NotNow(reason)
            advance(ctx, tender, TenderAct.RECORD_BASIS, form.value(_scan(form)))
        if done:
            flash(_("مستند ثبت شد."))
            return redirect(url_for(".papers", number=number))
        faults = [("file", message) for message in form.form_errors]
        form.form_errors.clear()
    return page(
        "tenders/records.html",
        form=form,
        tender=tender,
        reason=reason,
        faults=faults,
        rows=_rows(ctx, tender),
        cuttings=_cuttings(ctx, tender),
        is_draft=refusal_of(ctx, tender, TenderAct.WITHDRAW_BASIS) is None,
    )


def _scan(form: RecordForm) -> Attachment | None:
    """Store the scan that was sent, if one was."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    upload = received(file, "file")
    stored = files_of(settings()).put(upload.content)
    return Attachment(form.paper.data, upload.name, upload.media_type, stored.key, stored.digest, stored.size)


@bp.post("/<number>/records/<int:record_id>/remove")
@under(TenderAct.WITHDRAW_BASIS)
def withdraw(number: str, record_id: int) -> Response:
    """Take a paper out of the draft."""
    tender = case_of(Tender, Sight.WORK, number=number)
    advance(context(), tender, TenderAct.WITHDRAW_BASIS, records.Withdrawal(record_id))
    flash(_("مستند از پیش‌نویس برداشته شد."))
    return redirect(url_for(".papers", number=number))


@bp.get("/<number>/records/<int:record_id>/scan")
@under(Sight.WORK)
def scan(number: str, record_id: int) -> Response:
    """A scan, to download."""
    tender = case_of(Tender, Sight.WORK, number=number)
    found = context().session.get(TenderRecord, record_id)
    if found is None or found.tender_id != tender.id or not found.file_key:
        raise Missing
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name)


def _rows(ctx: Context, tender: Tender) -> list[dict[str, Any]]:
    """Return each paper that the law asks for, with what is there of it, and a recorded exemption."""
    facts = records.RECORDS.of(ctx, tender)
    exemption = (RecordKind.NOTICE_EXEMPTION,) if records.is_exempt(ctx, tender) else ()
    return [
        {
            "kind": kind,
            "article": _(records.ARTICLES[kind]),
            "number": records.number_of(tender, kind),
            "row": row,
            "is_other": row is not None and kind in records.NUMBERS and row.number != records.number_of(tender, kind),
        }
        for kind in (*records.required(tender), *exemption)
        for row in (facts.of(kind),)
    ]


def _cuttings(ctx: Context, tender: Tender) -> list[tuple[Any, TenderRecord | None]]:
    """Return each round of the notice with its scan, if it has come."""
    scans = {row.insertion_id: row for row in records.RECORDS.of(ctx, tender).standing}
    return [(row, scans.get(row.id)) for row in tender.insertions]
