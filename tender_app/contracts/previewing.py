"""The tender documents of a draft, to look at before they are frozen."""

from io import BytesIO

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from tender_app.contracts.booklet import preview
from tender_app.kernel.vocabulary import Sight
from tender_app.tenders.models import Tender
from tender_app.web.law import under
from tender_app.web.visit import case_of, context

bp = Blueprint("previewing", __name__, url_prefix="/tenders")


@bp.get("/<number>/documents-draft.pdf")
@under(Sight.WORK)
def documents(number: str) -> Response:
    """The tender documents as they would be issued now, marked as a draft."""
    tender = case_of(Tender, Sight.WORK, number=number)
    content = preview(context(), tender)
    name = f"{tender.number}-draft.pdf"
    return send_file(BytesIO(content), mimetype="application/pdf", as_attachment=False, download_name=name)
