"""Pages of a firm's receipts: the receipt itself, and what proves it outside: its JSON and the proof as PDF."""

import json
from typing import Any

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import queries, receipt_paper
from tender_app.bids.guards import needed
from tender_app.bids.minutes import receipt_facts
from tender_app.bids.models import Bid
from tender_app.bids.receipts import draw_receipt
from tender_app.bids.rules import ASIDE, Submission
from tender_app.documents.models import IssuedDocument
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LogAct
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, noting, page, settings

bp = Blueprint("receipts", __name__, url_prefix="/tenders")


@bp.get("/<number>/bid/receipt")
@under(Sight.OWN)
def show(number: str) -> Response:
    """The receipt of the submitted bid, or of the one whose receipt `no` is; on this page and as files."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = own_firm(ctx)
    if firm is None:
        raise NotAllowed(_("رسید پیشنهاد را نماینده شرکت پیشنهاددهنده می‌بیند."))
    no = request.args.get("no")
    own = [*queries.own_bids(ctx, tender, firm), *(queries.earlier_bids(ctx, tender, firm) if no else [])]
    bid = next((b for b in own if b.receipt_no and no in (None, b.receipt_no)), None)
    if bid is None:
        raise Missing(_("چنین رسیدی ندارید.") if no else _("هنوز پیشنهادی تسلیم نکرده‌اید و رسیدی ندارید."))
    act = receipt_log.act_of(ctx.session, bid.receipt_no or "")
    return page(
        "bids/receipt.html",
        tender=tender,
        firm=firm,
        bid=bid,
        kinds=needed(tender),
        is_aside=bid.state in ASIDE,
        proof=receipt_log.receipt_of(ctx.session, settings(), act) if act else None,
    )


@bp.get("/<number>/bid/receipt/<receipt_no>.json")
@under(Sight.OWN)
def proof(number: str, receipt_no: str) -> Response:
    """One of the firm's receipts as others can prove it: the promise, and its place in the log once it is there."""
    _bid, _act, receipt = _own(number, receipt_no)
    text = json.dumps(receipt, ensure_ascii=False, indent=1)
    return _file(text.encode(), "application/json", f"{receipt_no}.json")


@bp.get("/<number>/bid/receipt/<receipt_no>.pdf")
@under(Sight.OWN)
def paper(number: str, receipt_no: str) -> Response:
    """One of the firm's receipts as an issued paper; it is drawn at the first asking and the same for ever."""
    ctx = context()
    found = queries.receipt_of(ctx, case_of(Bid, Sight.OWN, receipt_no=receipt_no))
    if found is None:
        bid, act, _receipt = _own(number, receipt_no)
        found = _issued(bid.id, draw_receipt(ctx, bid, act))
    path = files_of(settings()).path(found.file_key)
    return send_file(path, mimetype="application/pdf", download_name=f"receipt-{receipt_no}.pdf")


@bp.get("/<number>/bid/receipt/<receipt_no>-proof.pdf")
@under(Sight.OWN)
def proof_paper(number: str, receipt_no: str) -> Response:
    """The proof of the receipt's place in the log, to print."""
    bid, act, receipt = _own(number, receipt_no)
    if receipt["inclusion"] is None:
        raise Missing(_("این رسید هنوز در دفتر رسید ننشسته است؛ دو دقیقه دیگر دوباره بخواهید."))
    submission = Submission(receipt_no, act.body["envelopes"])
    facts = receipt_facts(bid, submission, bid.submitted_at or context().now, act.promise)
    return _file(receipt_paper.proof(facts, receipt), "application/pdf", f"{receipt_no}-proof.pdf")


def _own(number: str, receipt_no: str) -> tuple[Bid, LogAct, dict[str, Any]]:
    ctx = context()
    bid = case_of(Bid, Sight.OWN, receipt_no=receipt_no)
    act = receipt_log.act_of(ctx.session, receipt_no)
    if act is None or bid.tender.number != number:
        raise Missing(_("شرکت شما رسیدی با این شماره در دفتر رسید ندارد."))
    return bid, act, receipt_log.receipt_of(ctx.session, settings(), act)


def _issued(bid_id: int, drawn: IssuedDocument) -> IssuedDocument:
    """Keep a paper that was drawn, or return the one that another window had kept before."""
    with noting() as noted:
        bid = noted.session.get_one(Bid, bid_id, with_for_update={"of": Bid})
        before = queries.receipt_of(noted, bid)
        if before is None:
            noted.session.add(drawn)
    if before is not None:
        files_of(settings()).path(drawn.file_key).unlink()
    return before or drawn


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=headers)
