"""Pages on which a firm fills and seals an envelope; what is typed leaves the device into the sealed envelope alone.

The body is received before any transaction begins, so that a slow line holds nothing; then the clock is read again.
"""

from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.queries import own_firm
from tender_app.bids import commands, queries
from tender_app.bids.forms import EnvelopeForm, GuaranteeForm, TechnicalForm, price_form
from tender_app.bids.guards import needed
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Haircuts, Placed, haircuts_of, phases_of
from tender_app.bids.terms import terms_of
from tender_app.bids.uploads import LARGEST_PART
from tender_app.bids.views import own_bid
from tender_app.kernel.errors import Invalid, Missing
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.sealing.inside import MOST_FILES
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender
from tender_app.web import csrf, uploads
from tender_app.web.law import under
from tender_app.web.sealing_upload import Received, receive
from tender_app.web.visit import attempt, case_of, context, fresh_context, page, reading, refuse, settings
from tender_app.workflow.engine import advance, refusal_of
from tender_app.workflow.sight import may_see

bp = Blueprint("envelopes", __name__, url_prefix="/tenders")


@bp.route("/<number>/bid/<any(a, b, c):kind>", methods=["GET", "POST"])
@csrf.protection.exempt  # it would parse the body; the form itself checks the token among the received fields
@under(BidAct.SEAL)
def seal(number: str, kind: str) -> Response:
    """Fill and seal one envelope."""
    chosen = EnvelopeKind(kind)
    if request.method == "GET":
        tender, bid, reason = _to_seal(number, chosen)
        return _page(form_of(chosen, tender, None), tender, bid, chosen, reason)
    with reading() as before:
        recipient = _admitted(before, number, chosen)
    try:
        received = receive(request, recipient, files_of(settings()), limit=settings().upload_limit)
    except Invalid as unread:
        return _not_received(number, chosen, unread)
    try:
        return _sealed(number, chosen, received)
    except BaseException:
        received.abandon()
        raise


def _sealed(number: str, kind: EnvelopeKind, received: Received) -> Response:
    """Check what came, seal it and place it; a refusal gives the typed values back and keeps nothing."""
    tender, bid, reason = _to_seal(number, kind)
    form = form_of(kind, tender, received.fields)
    faults = received.faults()
    if kind is EnvelopeKind.A and not received.has("scan"):
        faults["scan"] = _("تصویر تضمین را پیوست کنید.")
    if reason:
        received.abandon()
        form.form_errors.append(reason)
        refuse(HTTPStatus.CONFLICT)
        return _page(form, tender, bid, kind, reason)
    if not _fits(form, tender) or faults:
        received.abandon()
        refuse(HTTPStatus.UNPROCESSABLE_ENTITY)
        return _page(form, tender, bid, kind, None, faults)
    with attempt(form) as done:
        advance(fresh_context(), bid, BidAct.SEAL, Placed(kind, received.seal(form.content())))
    if not done:
        received.abandon()
        return _page(form, tender, bid, kind, None)
    enclosed = _(" با {count} پرونده").format(count=persian_digits(received.count)) if received.count else ""
    flash(
        _("{kind}{enclosed} مهر و موم شد. پیشنهاد هنوز تسلیم نشده است.").format(
            kind=tender.basis.word(kind), enclosed=enclosed
        )
    )
    return redirect(url_for("bids.show", number=number, sealed=kind.value))


def _fits(form: EnvelopeForm, tender: Tender) -> bool:
    """Judge what was typed; a token that is not this session's is told in Persian."""
    form.validate()
    if isinstance(form, GuaranteeForm):
        form.hold_against(tender.guarantee, tender.valid_until, _haircuts(tender))
    token = getattr(form, "csrf_token", None)
    if token is not None and token.errors:
        token.errors = ()
        form.form_errors.append(csrf.STALE)
    return not form.problems()


def _not_received(number: str, kind: EnvelopeKind, unread: Invalid) -> Response:
    """Say why nothing could be read of what was sent; the draft of the text is still in the device."""
    tender, bid, reason = _to_seal(number, kind)
    form = form_of(kind, tender, None)
    form.form_errors.append(unread.reason)
    form.is_lost = True
    refuse(HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(form, tender, bid, kind, reason)


def _page(
    form: EnvelopeForm,
    tender: Tender,
    bid: Bid,
    kind: EnvelopeKind,
    reason: str | None,
    faults: dict[str, str] | None = None,
) -> Response:
    field = "scan" if kind is EnvelopeKind.A else "files"
    haircuts = _haircuts(tender)
    kept_as = f"bid-{tender.number}-{bid.firm.legal_id}-{kind.value}"
    return page(
        "bids/seal.html",
        form=form,
        tender=tender,
        bid=bid,
        kind=kind,
        placed=bid.envelope(kind),
        reason=reason,
        kept_as=kept_as,
        terms={
            **terms_of(form, tender, kind, haircuts),
            **_sending(tender, bid, kind),
            "keep": kept_as,
            "field": field,
        },
        file_field=field,
        file_fault=" ".join((faults or {}).values()),
        haircuts={instrument: share for instrument, share in haircuts.items() if share != 1},
        largest=uploads.LARGEST,
        limit=settings().upload_limit,
        sealed_limit=settings().sealed_limit,
    )


def _haircuts(tender: Tender) -> Haircuts:
    return haircuts_of(law_of(context(), tender))


def _sending(tender: Tender, bid: Bid, kind: EnvelopeKind) -> dict[str, Any]:
    """Return what the browser needs to seal an envelope itself and to send it."""
    place: dict[str, Any] = {"number": tender.number, "kind": kind.value}
    limit = settings().sealed_limit
    return {
        "number": tender.number,
        "firm": bid.firm.legal_id,
        "firm_name": bid.firm.name,
        "recipient": commands.recipient_of(context(), tender.id, kind),
        "largest": limit,
        "limit": limit,
        "most_files": MOST_FILES,
        "part": LARGEST_PART,
        "uploads": url_for("uploads.begin", **place),
        "place": url_for("uploads.place", **place),
        "register": url_for("uploads.register", **place) if tender.bytes_hours else None,
    }


def _to_seal(number: str, kind: EnvelopeKind) -> tuple[Tender, Bid, str | None]:
    tender = case_of(Tender, Sight.PAGE, number=number)
    if kind not in needed(tender):
        raise Missing
    bid = _awaiting(tender, kind) or own_bid(tender, BidState.DRAFT)
    return tender, bid, refusal_of(context(), bid, BidAct.SEAL)


def _awaiting(tender: Tender, kind: EnvelopeKind) -> Bid | None:
    """Return the firm's bid that has no draft beside it and waits for the bytes of such an envelope, if there is one."""
    firm = own_firm(context())
    own = queries.own_bids(context(), tender, firm) if firm else []
    if any(bid.state is BidState.DRAFT for bid in own):
        return None
    envelopes = [(bid, bid.envelope(kind)) for bid in own if bid.state is BidState.SUBMITTED]
    return next((bid for bid, envelope in envelopes if envelope and envelope.sealed.is_awaited), None)


def _admitted(ctx: Context, number: str, kind: EnvelopeKind) -> str:
    """Return the key to seal to, for a firm that has a draft; judged before the body is received."""
    tender = ctx.session.scalars(sa.select(Tender).filter_by(number=number)).one_or_none()
    firm = own_firm(ctx)
    if tender is None or firm is None or not may_see(ctx, tender, Sight.PAGE) or kind not in needed(tender):
        raise Missing
    if not queries.has_draft(ctx, tender, firm):
        raise Missing(_("پیش‌نویسی برای مهر و موم ندارید."))
    return commands.recipient_of(ctx, tender.id, kind)


def form_of(kind: EnvelopeKind, tender: Tender, typed: Any) -> EnvelopeForm:
    """Return the form of one envelope of a tender, with what was typed."""
    if kind is EnvelopeKind.C:
        return price_form(phases_of(tender.years), typed)
    made: EnvelopeForm = GuaranteeForm(formdata=typed) if kind is EnvelopeKind.A else TechnicalForm(formdata=typed)
    return made
