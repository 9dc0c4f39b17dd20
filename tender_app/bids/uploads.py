"""Envelopes that the firm's browser sealed: payloads in parts after tus 1.0.0, then placed; digests registered first.

Every refusal is JSON, {"reason": …}. A part is received before any transaction begins, so that a slow line holds nothing.
"""

import base64
import binascii
import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, make_response, request, url_for

from tender_app.accounts.queries import own_firm
from tender_app.bids import uploading
from tender_app.bids.models import Bid, Upload
from tender_app.bids.rules import BidAct, EnvelopeKind
from tender_app.bids.uploading import Claim, EndedError
from tender_app.kernel.errors import Invalid, Missing
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import N_, _
from tender_app.people.models import Firm
from tender_app.sealing.age import LEAST, largest_payload
from tender_app.sealing.parts import LostError, Part, Parts
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.web import tus
from tender_app.web.errors import answer, for_scripts
from tender_app.web.law import PUBLIC, under
from tender_app.web.sealing_upload import too_large
from tender_app.web.visit import context, reading, settings
from tender_app.workflow.sight import may_see

bp = Blueprint("uploads", __name__, url_prefix="/tenders")
tus.speak(bp)

LARGEST_PART = 8 * 1024 * 1024
View = Callable[..., Response]

BUSY = N_("بخش دیگری از همین ارسال هم‌اکنون در راه است؛ اندکی بعد ادامه دهید.")
LOST = N_("بخشی از این ارسال در انبار نیست؛ پاکت را از نو بفرستید.")
FULL = N_("انبار سامانه جا ندارد و این بخش نگه داشته نشد. چیزی از پیش رسیده از میان نرفته است؛ اندکی بعد ادامه دهید.")


@bp.errorhandler(EndedError)
def _ended(error: EndedError) -> Response:
    return answer(HTTPStatus.GONE, error.reason)


@bp.errorhandler(LostError)
def _lost(_error: LostError) -> Response:
    return answer(HTTPStatus.GONE, LOST)


def alone(view: View) -> View:
    """Give the view its upload's file (None if there is none), which no other request has until its transaction is over."""

    @functools.wraps(view)
    def held(**values: Any) -> Response:
        token = values.pop("token", "") or request.form.get("upload", "")
        try:
            with Parts(files_of(settings())).alone(token) as part:
                return view(token=token, part=part, **values)
        except BlockingIOError as busy:
            raise tus.RefusedError(HTTPStatus.LOCKED, BUSY) from busy

    return held


@bp.route("/<number>/bid/<any(a, b, c):kind>/uploads", methods=["OPTIONS"])
@bp.route("/<number>/bid/uploads/<token>", methods=["OPTIONS"], endpoint="offer_one")
@for_scripts
@under(PUBLIC)
def offer(**_values: str) -> Response:
    """What this server can do."""
    response = tus.nothing()
    response.headers["Tus-Version"] = tus.VERSION
    response.headers["Tus-Extension"] = "creation,termination"
    response.headers["Tus-Max-Size"] = str(largest_payload(settings().sealed_limit))
    return response


@bp.post("/<number>/bid/<any(a, b, c):kind>/uploads")
@for_scripts
@under(BidAct.SEAL, BidAct.DELIVER)
def begin(number: str, kind: str) -> Response:
    """Begin to receive the payload of an envelope."""
    tus.check_version()
    length = tus.figure("Upload-Length")
    _check_size(length)
    ctx, chosen = context(), EnvelopeKind(kind)
    made = uploading.begin_upload(ctx, uploading.bid_to_fill(ctx, *_whose(ctx, number), chosen), chosen, length)
    response = tus.nothing(HTTPStatus.CREATED)
    response.headers["Location"] = url_for(".resume", number=number, token=made.token)
    response.headers["Upload-Offset"] = "0"
    return response


@bp.route("/<number>/bid/uploads/<token>", methods=["HEAD"])
@for_scripts
@under(BidAct.SEAL, BidAct.DELIVER)
def resume(number: str, token: str) -> Response:
    """How many bytes of an upload are safe: from there it goes on."""
    tus.check_version()
    upload = _own(context(), number, token)
    return tus.offset(HTTPStatus.OK, upload.received, upload.length)


@bp.patch("/<number>/bid/uploads/<token>")
@for_scripts
@alone
@under(BidAct.SEAL, BidAct.DELIVER)
def receive(number: str, token: str, part: Part | None) -> Response:
    """Receive the next part; what came before the line broke counts."""
    tus.check_version()
    offset = tus.figure("Upload-Offset")
    length = tus.part_length(LARGEST_PART)
    with reading() as before:
        upload = _own(before, number, token)
        if offset != upload.received:
            raise tus.RefusedError(HTTPStatus.CONFLICT, uploading.MOVED)
        if offset + length > upload.length:
            raise tus.RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("این بخش از پایان ارسال می‌گذرد."))
    size = _kept(part, offset)
    ctx = context()
    upload = _own(ctx, number, token)
    return tus.offset(HTTPStatus.NO_CONTENT, uploading.acknowledge(ctx, upload, offset, size), upload.length)


@bp.delete("/<number>/bid/uploads/<token>")
@for_scripts
@alone
@under(BidAct.SEAL, BidAct.DELIVER)
def forget(number: str, token: str, part: Part | None) -> Response:
    """Give an upload up."""
    del part
    tus.check_version()
    ctx = context()
    uploading.end_upload(ctx, _own(ctx, number, token))
    return tus.nothing()


@bp.post("/<number>/bid/<any(a, b, c):kind>/place")
@for_scripts
@alone
@under(BidAct.SEAL, BidAct.DELIVER)
def place(number: str, kind: str, token: str, part: Part | None) -> Response:
    """Put a payload that is whole into its place; sent again after its answer was lost, it is answered again."""
    claim, chosen = _claim(), EnvelopeKind(kind)
    with reading() as before:
        done = uploading.placed_already(before, *_whose(before, number), chosen, claim.digest)
        if done is None:
            length = uploading.check_whole(_own(before, number, token), chosen)
    if done is not None:
        uploading.reason_against(context(), context().session.get_one(Bid, done.bid_id))
        return _placed(number, chosen, done.sealed.digest, done.sealed.size)
    if part is None:
        raise LostError
    found, size = part.digest()
    if (found, size) != (claim.payload_digest, length):
        raise Invalid(uploading.DIFFERS)
    ctx = context()
    upload = _own(ctx, number, token)
    sealed = part.keep(claim.header, found, size)
    uploading.place(ctx, upload, sealed)
    flash(_("{kind} مهر و موم شد. پیشنهاد هنوز تسلیم نشده است.").format(kind=chosen.label))
    return _placed(number, chosen, sealed.digest, size)


@bp.post("/<number>/bid/<any(a, b, c):kind>/register")
@for_scripts
@under(BidAct.REGISTER)
def register(number: str, kind: str) -> Response:
    """Register the digest of an envelope before its bytes come, where the tender's documents state a window."""
    claim, chosen = _claim(), EnvelopeKind(kind)
    size = tus.whole(request.form.get("size", ""), "size")
    _check_size(size)
    ctx = context()
    uploading.register(ctx, uploading.draft_of(ctx, *_whose(ctx, number), chosen), chosen, claim, size)
    return make_response({"location": url_for("bids.show", number=number, sealed=kind), "digest": claim.digest})


def _placed(number: str, kind: EnvelopeKind, digest: str, size: int) -> Response:
    location = url_for("bids.show", number=number, sealed=kind.value)
    return make_response({"location": location, "digest": digest, "size": size})


def _whose(ctx: Context, number: str) -> tuple[Tender, Firm]:
    """Return the tender and the firm that acts; Missing for who may not see the one or acts for none."""
    tender = ctx.session.scalars(sa.select(Tender).filter_by(number=number)).one_or_none()
    firm = own_firm(ctx)
    if tender is None or firm is None or not may_see(ctx, tender, Sight.PAGE):
        raise Missing
    return tender, firm


def _own(ctx: Context, number: str, token: str) -> Upload:
    return uploading.upload_of(ctx, *_whose(ctx, number), token)


def _kept(part: Part | None, offset: int) -> int:
    """Write the body behind the offset; return how many bytes of it are safe."""
    if part is None:
        raise LostError
    try:
        return part.append(offset, tus.body())
    except OSError as full:
        raise tus.RefusedError(HTTPStatus.INSUFFICIENT_STORAGE, FULL) from full


def _check_size(size: int) -> None:
    if size < LEAST:
        raise tus.RefusedError(HTTPStatus.BAD_REQUEST, _("این اندازه هیچ پاکتی نیست."))
    if size > largest_payload(settings().sealed_limit):
        raise tus.RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large(settings().sealed_limit))


def _claim() -> Claim:
    """Return what the form says of the envelope; Invalid if it cannot be one."""
    try:
        header = base64.b64decode(request.form.get("header", ""), validate=True)
    except (binascii.Error, ValueError):
        header = b""
    claim = Claim(header, request.form.get("payload_digest", ""))
    claim.check()
    return claim
