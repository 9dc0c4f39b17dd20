"""The acts that draw a lot among equal bids: announced first, drawn afterwards; rows of a tender's procedure."""

from tender_app.awards import lots
from tender_app.evaluation import explanation_guards as explanation
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

LOTS: tuple[Move[Tender], ...] = (
    Move(
        Act.ANNOUNCE_LOT,
        {State.PRICES_OPENED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(
            explanation.no_price_is_in_question,
            lots.lot_is_needed,
            lots.lot_is_not_announced,
            lots.lot_hour_is_ahead,
        ),
        then=(lots.announce_lot,),
        task=N_("اعلام ساعت قرعه میان پیشنهادهای برابر"),
        over=lots.lot_waits_to_be_announced,
    ),
    Move(
        Act.DRAW_LOT,
        {State.PRICES_OPENED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(lots.lot_is_needed, lots.lot_hour_has_come),
        then=(lots.draw_lot,),
        task=N_("کشیدن قرعه میان پیشنهادهای برابر"),
        over=lots.lot_waits_to_be_drawn,
    ),
)
