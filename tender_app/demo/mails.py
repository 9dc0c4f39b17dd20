"""Where the demonstration's letters arrive: each person reads their own, as text and as the page that a mail program shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, make_response, request, url_for
from werkzeug.wrappers import Response

from tender_app.kernel.errors import Missing
from tender_app.kernel.identifiers import row_id
from tender_app.kernel.words import _
from tender_app.notifications.letter import letter_of
from tender_app.notifications.models import Delivery, Message
from tender_app.notifications.rules import DeliveryState
from tender_app.people.models import Person
from tender_app.web.headers import POLICY
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.visit import context, page, settings

bp = Blueprint("mails", __name__, url_prefix="/demo/mails")
PAGE = 30
IN_A_FRAME = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter in the box."""

    letter: Delivery
    message: Message


@bp.get("")
@under(SIGNED_IN)
def index() -> Response:
    """One's own letters, the newest first."""
    ctx = context()
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    found = _arrived(request.args.get("before", 0, type=row_id) or 0)
    more = url_for(".index", before=found[PAGE - 1].letter.id) if len(found) > PAGE else None
    return page("notifications/box.html", person=person, rows=found[:PAGE], more=more, has_server=_has_server())


@bp.get("/<int:letter_id>")
@under(SIGNED_IN)
def show(letter_id: int) -> Response:
    """One letter, as text and as a page in a frame that may do nothing."""
    ctx, found = context(), _one(letter_id)
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    letter = letter_of(settings(), found.message, person.name)
    answer = page("notifications/mail.html", found=found, letter=letter, text=letter.text())
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return answer


@bp.get("/<int:letter_id>/html")
@under(SIGNED_IN)
def html(letter_id: int) -> Response:
    """The letter's page by itself, for the frame: it loads nothing, and no script runs in it."""
    ctx, found = context(), _one(letter_id)
    person = ctx.session.get_one(Person, ctx.actor.person_id)
    answer = make_response(letter_of(settings(), found.message, person.name).html())
    answer.headers["Content-Security-Policy"] = IN_A_FRAME
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _one(letter_id: int) -> Arrived:
    found = _arrived(letter_id + 1, only=letter_id)
    if not found:
        raise Missing(_("این نامه برای شما نیست، یا هنوز نرسیده است."))
    return found[0]


def _arrived(before: int, only: int = 0) -> Sequence[Arrived]:
    """Return one's own letters that arrived, one more than a page shows when there are others."""
    ctx = context()
    mine = sa.and_(Message.person_id == ctx.actor.person_id, Delivery.state == DeliveryState.SENT)
    query = sa.select(Delivery, Message).join(Message, Message.id == Delivery.message_id).where(mine)
    if before:
        query = query.where(Delivery.id < before)
    if only:
        query = query.where(Delivery.id == only)
    return [Arrived(*row) for row in ctx.session.execute(query.order_by(Delivery.id.desc()).limit(PAGE + 1))]


def _has_server() -> bool:
    return bool(settings().smtp_url)
