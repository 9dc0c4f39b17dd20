"""The live page and its news: a whole page for everybody, and a part that is asked for anew only when something changed."""

from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from tender_app.bids import live as sessions
from tender_app.bids.guards import needed
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Sight
from tender_app.kernel.words import _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.law import under
from tender_app.web.offers import Button, beside
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("watching", __name__, url_prefix="/tenders")

EVERY = 4  # seconds between two questions of a page whose scripts run
ANEW = 20  # seconds after which a page without scripts is loaded anew
DRAFTS = {TenderState.PREPARING, TenderState.AWAITING_APPROVAL}


@beside(Tender)
def watch_here(tender: Tender) -> Button | None:
    """Lead bidders, observers and staff from every page of a tender to its sessions as they run."""
    if tender.state in DRAFTS or not may_see(context(), tender, Sight.LIVE):
        return None
    return {"label": _("صفحه زنده جلسه"), "href": url_for("watching.live", number=tender.number), "is_way": True}


@bp.get("/<number>/live")
@under(Sight.LIVE)
def live(number: str) -> Response:
    """The sessions as they run."""
    ctx = context()
    tender = case_of(Tender, Sight.LIVE, number=number)
    tag = sessions.version(ctx, tender)
    shown = sessions.live(ctx, tender)
    return page(
        "bids/live.html", tender=tender, live=shown, kinds=needed(tender), tag=f'"{tag}"', every=EVERY, anew=ANEW
    )


@bp.get("/<number>/live/news")
@under(Sight.LIVE)
def news(number: str) -> Response:
    """The part of the live page that changes; nothing (304) while it is what the reader has."""
    ctx = context()
    tender = case_of(Tender, Sight.LIVE, number=number)
    tag = sessions.version(ctx, tender)
    if tag in request.if_none_match:
        return _told(ctx, make_response("", HTTPStatus.NOT_MODIFIED), tag)
    shown = sessions.live(ctx, tender)
    return _told(ctx, make_response(render_template("bids/_live.html", live=shown, kinds=needed(tender))), tag)


def _told(ctx: Context, answer: Response, tag: str) -> Response:
    """Return the answer with its version and the hour of the system in Tehran, as the page tells when it last heard."""
    answer.set_etag(tag)
    answer.headers["Tender-Hour"] = f"{calendar.tehran(ctx.now):%H:%M:%S}"
    return answer
