"""The page of a tender's messages: who was told what, and what became of each letter."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.tenders import messages, reminders
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, page, settings
from tender_app.workflow.engine import advance, refusal_of

bp = Blueprint("messaging", __name__, url_prefix="/tenders")


@bp.get("/<number>/messages")
@under(Sight.WORK)
def index(number: str) -> Response:
    """What was told about a tender, the newest first."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    listing = messages.listing(ctx, tender, request.args.get("before", 0, type=row_id) or 0)
    more = url_for(".index", number=number, before=listing.before) if listing.before else None
    return page(
        "tenders/messages.html",
        tender=tender,
        listing=listing,
        more=more,
        reminders=reminders.coming(ctx, tender),
        may_send=refusal_of(ctx, tender, TenderAct.RESEND) is None,
        has_server=bool(settings().smtp_url),
    )


@bp.post("/<number>/messages/<which>/again")
@under(TenderAct.RESEND)
def again(number: str, which: str) -> Response:
    """Send a letter again, or all that reached nobody."""
    ctx = context()
    tender = case_of(Tender, Sight.WORK, number=number)
    ids = tuple(messages.undelivered(ctx, tender)) if which == "all" else (_id(which),)
    advance(ctx, tender, TenderAct.RESEND, messages.Resent(ids))
    flash(_("نامه در صف فرستادن گذاشته شد؛ سرانجام آن همین‌جا دیده می‌شود."))
    return redirect(url_for(".index", number=number))


def _id(text: str) -> int:
    """Return the message that an address names; Missing for what names none."""
    try:
        return row_id(text)
    except ValueError as none:
        raise Missing from none
