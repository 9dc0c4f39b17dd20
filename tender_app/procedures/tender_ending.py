"""The acts by which a tender ends without a contract by the order of others, and what its winner's refusal leads to."""

from tender_app.awards import commands as awards
from tender_app.awards import complaint_guards as complaint
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

UNDER_WAY = {
    State.PUBLISHED,
    State.OPENED_A,
    State.TECHNICAL,
    State.TECHNICAL_LOCKED,
    State.PRICES_OPENED,
    State.DECIDED,
    State.AWARDED,
}

ENDING: tuple[Move[Tender], ...] = (
    Move(
        Act.RENEW_BY_RULING,
        UNDER_WAY,
        State.RENEWED,
        by={Role.MANAGER},
        if_=(complaint.ruling_orders_renewal,),
        then=(awards.end_tender,),
    ),
    Move(
        Act.CANCEL_BY_RULING,
        UNDER_WAY,
        State.CANCELLED,
        by={Role.MANAGER},
        if_=(complaint.ruling_orders_cancellation,),
        then=(awards.end_tender,),
    ),
)
