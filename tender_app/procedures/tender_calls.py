"""The acts of a tender that calls few firms or one, and that negotiates the price: rows of its procedure."""

from tender_app.awards import lots
from tender_app.evaluation import explanation_guards as explanation
from tender_app.evaluation import negotiation
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.tenders import invitations
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

CALLS: tuple[Move[Tender], ...] = (
    Move(
        Act.JUSTIFY,
        {State.PREPARING, State.AWAITING_APPROVAL},
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(invitations.call_is_limited, invitations.ground_fits),
        then=(invitations.justify,),
        task=N_("ثبت دلیل فراخوان محدود یا تک‌گزینه‌ای"),
        over=invitations.reason_is_missing,
    ),
    Move(
        Act.INVITE_FIRM,
        {State.PREPARING},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(invitations.call_is_limited, invitations.firm_may_be_invited),
        then=(invitations.invite_firm,),
    ),
    Move(
        Act.UNINVITE_FIRM,
        {State.PREPARING},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(invitations.firm_is_on_the_list,),
        then=(invitations.uninvite_firm,),
    ),
    Move(
        Act.NEGOTIATE,
        {State.PRICES_OPENED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(
            negotiation.price_is_negotiated,
            explanation.no_price_is_in_question,
            negotiation.turn_is_theirs,
            lots.turn_is_by_lot,
            negotiation.agreed_is_no_higher,
        ),
        then=(negotiation.negotiate,),
        task=N_("مذاکره قیمت با بهترین پیشنهاد فنی"),
        over=negotiation.negotiation_waits,
    ),
)
