"""The receipt log in public: signed heads, leaves without content or names, and proofs that it only grows."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request, send_file
from werkzeug.wrappers import Response

from tender_app.kernel.errors import Invalid
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log, signing
from tender_app.web.law import PUBLIC, under
from tender_app.web.visit import context, page, settings

bp = Blueprint("log", __name__, url_prefix="/log")

SHOWN = 30
VERIFIERS = Path(__file__).resolve().parents[2] / "docs" / "verifier"
MOST = 1000  # heads or leaves in one answer


@bp.get("")
@under(PUBLIC)
def index() -> Response:
    """What the receipt log is, its last heads, its key, and where machines read it."""
    ctx = context()
    return page(
        "dossier/log.html",
        heads=receipt_log.latest_heads(ctx.session, SHOWN),
        size=receipt_log.size_of(ctx.session),
        key=signing.public_of(settings()),
    )


@bp.get("/key.json")
@under(PUBLIC)
def key() -> Response:
    """The public key that signs heads and promises."""
    public = signing.public_of(settings())
    return jsonify({"log": signing.log_id(public), "log_key": public, "algorithm": "Ed25519"})


@bp.get("/heads.json")
@under(PUBLIC)
def heads() -> Response:
    """Signed heads of more leaves than `after`, the smallest first."""
    return jsonify(list(receipt_log.heads(context().session, _number("after", 0), MOST)))


@bp.get("/entries.json")
@under(PUBLIC)
def entries() -> Response:
    """The leaves from `start` up to, and without, `end`; at most a thousand."""
    start = _number("start", 0)
    end = min(_number("end", start + MOST), start + MOST)
    found = receipt_log.leaves(context().session, start, end)
    return jsonify({"start": start, "end": start + len(found), "leaves": list(found)})


@bp.get("/consistency.json")
@under(PUBLIC)
def consistency() -> Response:
    """The proof that the first `from` leaves are the whole of the older tree, in one of `to` leaves."""
    session = context().session
    size = receipt_log.size_of(session)
    old, new = _number("from", 1), _number("to", size)
    if not 0 < old <= new <= size:
        raise Invalid(
            persian_digits(_("از و تا باید از ۱ تا {size} و به ترتیب باشد.").format(size=size))
            if size
            else _("دفتر رسید هنوز برگی ندارد.")
        )
    return jsonify({"from": old, "to": new, "path": receipt_log.consistency(session, old, new)})


@bp.get("/<any('verify.py', 'verify.html'):name>")
@under(PUBLIC)
def verifier(name: str) -> Response:
    """A verifier to keep and use without this service: one Python file, or one page for a browser."""
    return send_file(VERIFIERS / name, as_attachment=True, download_name=name)


@bp.errorhandler(Invalid)
def wrong(refusal: Invalid) -> tuple[Response, int]:
    """Tell a machine what was wrong with its question."""
    return jsonify({"reason": refusal.reason}), HTTPStatus.UNPROCESSABLE_ENTITY


def _number(name: str, default: int) -> int:
    typed: Any = request.args.get(name)
    if typed is None:
        return default
    try:
        return row_id(typed)
    except ValueError as none:
        raise Invalid(_("«{name}» یک شماره است.").format(name=name)) from none
