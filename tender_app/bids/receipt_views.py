"""Pages of a firm's receipts: the receipt itself, and what proves it outside: its JSON and the proof as PDF."""

import json
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import queries, receipt_paper
from tender_app.bids.guards import needed
from tender_app.bids.minutes import receipt_facts
from tender_app.bids.models import Bid
from tender_app.bids.rules import Submission
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LogAct
from tender_app.tenders.models import Tender
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, page, settings

bp = Blueprint("receipts", __name__, url_prefix="/tenders")


@bp.get("/<number>/bid/receipt")
@under(Sight.OWN)
def show(number: str) -> Response:
    """The receipt of the submitted bid: number, instant, digests, its place in the log; on this page and as files."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = own_firm(ctx)
    if firm is None:
        raise NotAllowed(_("رسید پیشنهاد را نماینده شرکت پیشنهاددهنده می‌بیند."))
    bid = next((b for b in queries.own_bids(ctx, tender, firm) if b.receipt_no), None)
    if bid is None:
        raise Missing(_("هنوز پیشنهادی تسلیم نکرده‌اید و رسیدی ندارید."))
    act = receipt_log.act_of(ctx.session, bid.receipt_no or "")
    return page(
        "bids/receipt.html",
        tender=tender,
        firm=firm,
        bid=bid,
        paper=queries.receipt_of(ctx, bid),
        kinds=needed(tender),
        proof=receipt_log.receipt_of(ctx.session, settings(), act) if act else None,
    )


@bp.get("/<number>/bid/receipt/<receipt_no>.json")
@under(Sight.OWN)
def proof(number: str, receipt_no: str) -> Response:
    """One of the firm's receipts as others can prove it: the promise, and its place in the log once it is there."""
    _bid, _act, receipt = _own(number, receipt_no)
    text = json.dumps(receipt, ensure_ascii=False, indent=1)
    return _file(text.encode(), "application/json", f"{receipt_no}.json")


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


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=headers)
