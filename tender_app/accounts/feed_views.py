"""The making and revoking of the secret address of one's own calendar."""

import secrets

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tender_app.accounts.feeds import Feed
from tender_app.accounts.rules import PersonAct
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.people.models import Person
from tender_app.web.law import SIGNED_IN, under
from tender_app.web.visit import case_of, context, page, settings
from tender_app.workflow.engine import advance

bp = Blueprint("calendar_feeds", __name__, url_prefix="/account/calendar")


@bp.post("/new")
@under(SIGNED_IN, PersonAct.MAKE_FEED)
def make() -> Response:
    """Make a new address and show it once; the one before no longer works."""
    person = case_of(Person, Sight.OWN, id=context().actor.person_id)
    token = secrets.token_urlsafe(32)
    advance(context(), person, PersonAct.MAKE_FEED, Feed(token))
    address = settings().public_url + url_for("feeds.desk", token=token)
    return page("accounts/feed.html", address=address)


@bp.post("/revoke")
@under(SIGNED_IN, PersonAct.REVOKE_FEED)
def revoke() -> Response:
    """End the address: whoever has it reads nothing any more."""
    person = case_of(Person, Sight.OWN, id=context().actor.person_id)
    advance(context(), person, PersonAct.REVOKE_FEED)
    flash(_("نشانی تقویم از کار افتاد."))
    return redirect(url_for("accounts.account"))
