"""The page of a tender's procedure: its diagram with «you are here» and the path walked, and its acts with their articles."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint
from markupsafe import Markup
from werkzeug.wrappers import Response

from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import _
from tender_app.ledger.models import LedgerEntry
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tender_app.web.law import under
from tender_app.web.visit import case_of, context, page
from tender_app.workflow.diagram import drawing, legend, plan_of
from tender_app.workflow.engine import procedure_of

bp = Blueprint("procedure", __name__, url_prefix="/tenders")


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the procedure as the page tells it; `is_open`: the tender stands where it is done."""

    label: str
    sources: str
    target: str
    roles: str
    article: str
    is_open: bool


@bp.get("/<number>/procedure")
@under(Sight.PAGE)
def show(number: str) -> Response:
    """The diagram of the law under which the tender runs, and where it stands in it."""
    tender = case_of(Tender, Sight.PAGE, number=number)
    procedure = procedure_of(tender)
    walked = walked_by(context(), tender)
    return page(
        "dossier/procedure.html",
        tender=tender,
        procedure=procedure,
        title=_(procedure.title),
        svg=Markup(drawing(procedure, tender.state, walked)),  # noqa: S704 -- drawn by our own hand, every label escaped
        lanes=legend(procedure, plan_of(procedure)),
        path=[procedure.word(state) for state in walked],
        acts=acts_of(tender),
    )


def walked_by(ctx: Context, tender: Tender) -> list[TenderState]:
    """Return the states through which the tender went, in order, the present one last; none twice in a row."""
    query = sa.select(LedgerEntry.after).where(LedgerEntry.case_kind == Tender.kind, LedgerEntry.case_id == tender.id)
    found: list[TenderState] = []
    for after in ctx.session.scalars(query.order_by(LedgerEntry.position)):
        if not found or found[-1] != after:
            found.append(TenderState(after))
    return found


def acts_of(tender: Tender) -> list[Act]:
    """Return the acts of the tender's procedure in the order of its rows."""
    procedure = procedure_of(tender)
    word = procedure.word
    return [
        Act(
            word(move.act),
            "، ".join(word(s) for s in procedure.states if s in move.source),
            word(move.to) if move.to else _("همان"),
            "، ".join(word(role) for role in Role if role in move.by),
            _(move.article) if move.article else "",
            tender.state in move.source,
        )
        for move in procedure.moves
    ]
