"""Pages of the bidding firm: its three envelopes, submission in one act, the receipt, replacement and withdrawal."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import commands, queries
from tender_app.bids.forms import GuaranteeForm, PriceForm, TechnicalForm
from tender_app.bids.guards import needed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Placed, Start, Submission, phases_of
from tender_app.documents.issued import random_code
from tender_app.documents.models import IssuedDocument
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.web import csrf
from tender_app.web.fields import PersianForm
from tender_app.web.law import under
from tender_app.web.offers import buttons
from tender_app.web.sealing_upload import Received, receive
from tender_app.web.visit import attempt, case_of, context, fresh_context, page, reading, refuse, settings
from tender_app.workflow.engine import advance, begin, may_begin, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("bids", __name__, url_prefix="/tenders")

FORMS: dict[EnvelopeKind, type[Any]] = {
    EnvelopeKind.A: GuaranteeForm,
    EnvelopeKind.B: TechnicalForm,
    EnvelopeKind.C: PriceForm,
}


@bp.get("/<number>/bid")
@under(BidAct.START)
def show(number: str) -> Response:
    """The firm's bid: which envelopes are sealed, whether it is submitted, what can be done until when."""
    ctx = context()
    tender = case_of(Tender, Sight.PAGE, number=number)
    firm = _firm()
    reason = may_begin(ctx, Bid, BidAct.START, Start(firm, tender))
    own = queries.own_bids(ctx, tender, firm)
    draft = next((b for b in own if b.state is BidState.DRAFT), None)
    standing = next((b for b in own if b.state is not BidState.DRAFT), None)
    return page(
        "bids/show.html",
        tender=tender,
        firm=firm,
        reason=reason,
        draft=draft,
        standing=standing,
        receipt=_receipt(standing),
        kinds=needed(tender),
        draft_acts=buttons(draft, leave_out={BidAct.SEAL}) if draft else [],
        standing_acts=buttons(standing) if standing else [],
    )


@bp.post("/<number>/bid/start")
@under(BidAct.START)
def start(number: str) -> Response:
    """Begin to prepare a bid, or a new version of the one that stands."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    begin(context(), Bid, BidAct.START, Start(_firm(), tender))
    return redirect(url_for(".show", number=number))


@bp.route("/<number>/bid/<kind>", methods=["GET", "POST"])
@csrf.protection.exempt
@under(BidAct.SEAL)
def seal(number: str, kind: str) -> Response:
    """Fill and seal one envelope; what is typed leaves this device only into the sealed envelope."""
    chosen = next((k for k in EnvelopeKind if k.value == kind), None)
    if chosen is None:
        raise Missing
    if request.method == "GET":
        tender, bid, reason = _to_seal(number, chosen)
        form = _form(chosen, tender)
        return _seal_page(form, tender, bid, chosen, reason)
    with reading() as before:
        bid_id, recipient = _admitted(before, number, chosen)
    received = receive(request, recipient, files_of(settings()), limit=settings().upload_limit)
    try:
        return _sealed(number, chosen, bid_id, received)
    except BaseException:
        received.abandon()
        raise


@bp.route("/<number>/bid/submit", methods=["GET", "POST"])
@under(BidAct.SUBMIT)
def submit(number: str) -> Response:
    """Submit the bid, in one act."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    bid = _own(tender, BidState.DRAFT)
    ctx = fresh_context()
    reason = refusal_of(ctx, bid, BidAct.SUBMIT)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            what = Submission(random_code(), commands.digests_of(bid))
            advance(ctx, bid, BidAct.SUBMIT, what)
        if done:
            flash("پیشنهاد شما تسلیم شد. رسید را نگه دارید.")
            return redirect(url_for(".show", number=number))
    lead = (
        "با این کار پاکت‌های مهر و موم‌شده تسلیم می‌شود و رسید می‌گیرید. تا پایان مهلت می‌توانید جایگزین کنید یا پس بگیرید."
    )
    rows = [(EnvelopeKind(k).label, digest) for k, digest in commands.digests_of(bid).items()]
    back = url_for(".show", number=number)
    return page("bids/submit.html", form=form, tender=tender, reason=reason, lead=lead, digests=rows, back=back)


@bp.route("/<number>/bid/withdraw", methods=["GET", "POST"])
@under(BidAct.WITHDRAW)
def withdraw(number: str) -> Response:
    """Withdraw the submitted bid."""
    return _confirm(number, BidAct.WITHDRAW, BidState.SUBMITTED, "پیشنهاد پس گرفته شد.")


@bp.route("/<number>/bid/discard", methods=["GET", "POST"])
@under(BidAct.DISCARD)
def discard(number: str) -> Response:
    """Set the draft aside."""
    return _confirm(number, BidAct.DISCARD, BidState.DRAFT, "پیش‌نویس کنار گذاشته شد.")


def _confirm(number: str, act: BidAct, state: BidState, done_text: str) -> Response:
    tender = case_of(Tender, Sight.PAGE, number=number)
    bid = _own(tender, state)
    ctx = fresh_context()
    reason = refusal_of(ctx, bid, act)
    form = PersianForm()
    if form.validate_on_submit():
        with attempt(form) as done:
            advance(ctx, bid, act)
        if done:
            flash(done_text)
            return redirect(url_for(".show", number=number))
    back = url_for(".show", number=number)
    lead = "این کار بازگشت ندارد؛ تا پایان مهلت می‌توانید پیشنهاد تازه آماده کنید."
    return page("_form.html", form=form, title=act.label, lead=lead, reason=reason, back=back, submit_label=act.label)


def _sealed(number: str, kind: EnvelopeKind, bid_id: int, received: Received) -> Response:
    """Check what came, seal it and place it; a refusal gives the typed values back and keeps nothing."""
    tender, bid, reason = _to_seal(number, kind)
    if bid.id != bid_id:
        raise Missing
    form = _form(kind, tender, received.fields)
    faults = received.faults()
    if kind is EnvelopeKind.A and not received.has("scan"):
        faults["scan"] = "تصویر تضمین را پیوست کنید."
    fits = form.validate()
    if not fits or faults or reason:
        received.abandon()
        if reason:
            form.form_errors.append(reason)
        refuse(409 if reason else 422)
        return _seal_page(form, tender, bid, kind, reason, faults)
    with attempt(form) as done:
        sealed = received.seal(form.content())
        advance(fresh_context(), bid, BidAct.SEAL, Placed(kind, sealed))
    if not done:
        received.abandon()
        return _seal_page(form, tender, bid, kind, None)
    flash(f"{kind.label} مهر و موم شد. هنوز تسلیم نشده است.")
    return redirect(url_for(".show", number=number, sealed=kind.value))


def _seal_page(
    form: Any,
    tender: Tender,
    bid: Bid,
    kind: EnvelopeKind,
    reason: str | None,
    faults: dict[str, str] | None = None,
) -> Response:
    return page(
        "bids/seal.html",
        form=form,
        tender=tender,
        bid=bid,
        kind=kind,
        reason=reason,
        faults=list((faults or {}).items()),
        limit=settings().upload_limit,
    )


def _to_seal(number: str, kind: EnvelopeKind) -> tuple[Tender, Bid, str | None]:
    tender = case_of(Tender, Sight.PAGE, number=number)
    if kind not in needed(tender):
        raise Missing
    bid = _own(tender, BidState.DRAFT)
    return tender, bid, refusal_of(context(), bid, BidAct.SEAL)


def _admitted(ctx: Any, number: str, kind: EnvelopeKind) -> tuple[int, str]:
    """Return the draft's id and the key to seal to, judged before the body is received."""
    tender = ctx.session.scalars(sa.select(Tender).filter_by(number=number)).one_or_none()
    firm = own_firm(ctx)
    if tender is None or firm is None or not may_see(ctx, tender, Sight.PAGE):
        raise Missing
    draft = next((b for b in queries.own_bids(ctx, tender, firm) if b.state is BidState.DRAFT), None)
    if draft is None:
        raise Missing
    return draft.id, commands.recipient_of(ctx, tender.id, kind)


def _form(kind: EnvelopeKind, tender: Tender, fields: Any = None) -> Any:
    form = FORMS[kind](formdata=fields)
    if isinstance(form, PriceForm) and fields is None:
        for title in phases_of(tender.years):
            form.phases.append_entry({"title": title})
    return form


def _firm() -> Firm:
    firm = own_firm(context())
    if firm is None:
        raise NotAllowed("پیشنهاد دادن با نماینده شرکت مشاور است؛ با حساب شرکت وارد شوید یا شرکت را ثبت‌نام کنید.")
    return firm


def _own(tender: Tender, state: BidState) -> Bid:
    bid = next((b for b in queries.own_bids(context(), tender, _firm()) if b.state is state), None)
    if bid is None:
        raise Missing("چنین پیشنهادی ندارید.")
    return bid


def _receipt(bid: Bid | None) -> IssuedDocument | None:
    if bid is None or bid.receipt_no is None:
        return None
    query = sa.select(IssuedDocument).where(IssuedDocument.number == bid.receipt_no)
    return context().session.scalars(query).one_or_none()
