"""Pages of the debriefs: a firm reads its own, the manager and the auditor read all."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import Blueprint, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from tender_app.awards.complaining import complain_button
from tender_app.awards.debrief_facts import facts_of
from tender_app.awards.debrief_models import Debrief
from tender_app.awards.guarantee_models import Security
from tender_app.awards.models import Award
from tender_app.bids.models import Bid
from tender_app.kernel.errors import Missing, NotAllowed
from tender_app.kernel.vocabulary import Role, Scope, Sight
from tender_app.kernel.words import N_, _
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.law import under
from tender_app.web.offers import Button, beside
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.sight import may_see

bp = Blueprint("debriefing", __name__, url_prefix="/tenders")

TITLE = N_("کارنامه ارزیابی پیشنهاد")
ENDED = {TenderState.RENEWED, TenderState.CANCELLED}


@beside(Tender)
def debrief_here(tender: Tender) -> Button | None:
    """Lead who may read one to the debriefs, once they are there."""
    if tender.state not in {TenderState.AWARDED, TenderState.CONTRACTED} or not _seen(context(), tender):
        return None
    return {"label": _(TITLE), "href": url_for("debriefing.index", number=tender.number), "is_way": True}


@bp.get("/<number>/debrief")
@under(Sight.OWN, Sight.DEBRIEFS)
def index(number: str) -> Response:
    """A firm's own debrief; for the manager and the auditor the list of all; or why there is none."""
    ctx, tender = context(), _tender(number)
    rows = _seen(ctx, tender)
    if len(rows) == 1 and not may_see(ctx, tender, Sight.DEBRIEFS):
        return _shown(tender, rows[0])
    return page("awards/debriefs.html", tender=tender, title=_(TITLE), rows=rows, has_ended=tender.state in ENDED)


@bp.get("/<number>/debrief/<int:bid_id>")
@under(Sight.OWN, Sight.DEBRIEFS)
def show(number: str, bid_id: int) -> Response:
    """One bid's debrief."""
    tender = _tender(number)
    found = next((row for row in _seen(context(), tender) if row.bid_id == bid_id), None)
    if found is None:
        raise Missing
    return _shown(tender, found)


def _tender(number: str) -> Tender:
    ctx, tender = context(), case_of(Tender, Sight.PAGE, number=number)
    if not any(may_see(ctx, tender, sight) for sight in (Sight.OWN, Sight.DEBRIEFS)):
        raise NotAllowed(_("کارنامه هر پیشنهاد را همان شرکت می‌بیند؛ با حساب شرکت وارد شوید."))
    return tender


def _seen(ctx: Context, tender: Tender) -> Sequence[Debrief]:
    """Return the debriefs that the actor may read: those of their own firms, or all."""
    query = sa.select(Debrief).where(Debrief.tender_id == tender.id)
    if not may_see(ctx, tender, Sight.DEBRIEFS):
        query = query.where(Debrief.firm_id.in_(ctx.actor.scope_ids(Role.FIRM, Scope.FIRM)))
    query = query.options(joinedload(Debrief.bid).joinedload(Bid.firm), joinedload(Debrief.document))
    return ctx.session.scalars(query.order_by(Debrief.id)).all()


def _shown(tender: Tender, row: Debrief) -> Response:
    ctx = context()
    award = ctx.session.get_one(Award, row.award_id)
    facts = facts_of(ctx, row.bid, award, row.evaluators)
    held = sa.select(Security).where(Security.bid_id == row.bid_id)
    security = ctx.session.scalars(held).one_or_none()
    return page(
        "awards/debrief.html",
        tender=tender,
        title=_(TITLE),
        told=facts,
        row=row,
        sees_all=may_see(ctx, tender, Sight.DEBRIEFS),
        complaint=complain_button(tender),
        sees_guarantee=security is not None and any(may_see(ctx, security, s) for s in (Sight.WORK, Sight.OWN)),
    )
