"""A complaint in the demonstration: a firm complains of the opening of a tender that is being scored."""

from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_rules import ComplaintAct, ComplaintGround, Enclosure, Lodged
from tender_app.demo.stage import Bidder, Stage
from tender_app.documents.blocks import Text, Title
from tender_app.documents.paper import Paper, render
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import begin

TOLD = "در جلسه گشایش، مبلغ تضمین‌ها پس از بیرون رفتن نمایندگان شرکت‌ها خوانده شد و در صورتجلسه از آن یاد نشده است."


def complain(stage: Stage, tender: Tender, bidder: Bidder) -> Complaint:
    """Let a firm complain of the opening, with its own note of the session enclosed."""
    note = render(
        Paper(bidder.firm.name, "یادداشت جلسه", tender.number, [Title("یادداشت جلسه گشایش"), Text(TOLD)], None)
    )
    stored = files_of(stage.settings).put(note)
    what = Lodged(
        bidder.firm,
        tender,
        ComplaintGround.OPENING,
        "ماده ۱۸ بند الف",
        TOLD,
        "خواندن دوباره مبلغ تضمین‌ها در حضور نمایندگان و تصحیح صورتجلسه",
        bidder.firm.signatories[0].name,
        (Enclosure("session-note.pdf", "application/pdf", stored.key, stored.digest, stored.size),),
    )
    return begin(stage.by(bidder.person), Complaint, ComplaintAct.COMPLAIN, what)
