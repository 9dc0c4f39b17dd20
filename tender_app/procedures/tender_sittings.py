"""Who sits beside the commission, and the price session's one postponement (Arts. 2, 5, 18); rows of a tender's procedure."""

from tender_app.bids import guards as bid
from tender_app.bids import price_session
from tender_app.evaluation import price_advice
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders import composition, observers
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import commission_opens_at
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move, See

DRAFTS = {State.PREPARING, State.AWAITING_APPROVAL}
SHOWN = set(State) - DRAFTS
SITTING = {
    State.PUBLISHED,
    State.OPENED_A,
    State.TECHNICAL,
    State.TECHNICAL_LOCKED,
    State.PRICES_OPENED,
    State.DECIDED,
}
OPENED = SHOWN - {State.PUBLISHED}
PRICED = {State.PRICES_OPENED, State.DECIDED, State.AWARDED, State.CONTRACTED, State.RENEWED, State.CANCELLED}
STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION

SITTINGS: tuple[Move[Tender], ...] = (
    Move(
        Act.SEAT_OBSERVER,
        SITTING,
        None,
        by={Role.OFFICER, Role.SECRETARY},
        alone=True,
        if_=(observers.observer_is_proper,),
        then=(observers.seat_observer,),
    ),
    Move(
        Act.END_OBSERVER,
        SITTING,
        None,
        by={Role.OFFICER, Role.SECRETARY},
        alone=True,
        if_=(observers.observer_sits,),
        then=(observers.end_observer,),
    ),
    Move(
        Act.RECORD_REPRESENTATION,
        SITTING,
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(composition.representation_is_allowed, composition.representation_is_new),
        then=(composition.record_representation,),
    ),
    Move(
        Act.RECORD_COMMITTEE,
        {State.PUBLISHED, State.OPENED_A},
        None,
        by={Role.OFFICER, Role.MANAGER},
        alone=True,
        if_=(composition.committee_is_whole,),
        then=(composition.record_committee,),
        task=N_("ثبت حکم کمیته فنی"),
        due=commission_opens_at,
        over=composition.committee_letter_missing,
    ),
    Move(
        Act.POSTPONE_PRICES,
        {State.TECHNICAL, State.TECHNICAL_LOCKED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(price_session.postponed_once, price_session.postponement_is_lawful),
        then=(price_session.postpone,),
    ),
    Move(
        Act.CHOOSE_PRICE_CHECK,
        {State.PREPARING},
        None,
        by={Role.OFFICER},
        alone=True,
        then=(price_advice.choose,),
    ),
    Move(
        Act.ASK_PRICE_OPINION,
        {State.PRICES_OPENED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(price_advice.opinion_not_asked,),
        then=(price_advice.ask_opinion,),
    ),
    Move(
        Act.RECORD_PRICE_OPINION,
        {State.PRICES_OPENED},
        None,
        by={Role.HEAD, Role.SECRETARY},
        alone=True,
        if_=(price_advice.opinion_is_awaited,),
        then=(price_advice.record_opinion,),
        task=N_("ثبت نظر کمیته فنی درباره قیمت‌ها"),
        over=price_advice.opinion_is_awaited,
    ),
)
SIGHTS = (
    See(Sight.LIVE, SHOWN, by=STAFF | {Role.OBSERVER}),
    See(Sight.LIVE, SHOWN, by={Role.FIRM}, where=bid.where_own_firm_bid),
    See(Sight.LIVE_PRICES, PRICED, by=STAFF | {Role.OBSERVER}),
    See(Sight.LIVE_PRICES, PRICED, by={Role.FIRM}, where=bid.where_own_firm_bid),
    See(Sight.PRICE_ADVICE, PRICED, by={Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION),
    See(Sight.SCORES, OPENED - {State.OPENED_A, State.TECHNICAL}, by={Role.OBSERVER}),
    See(Sight.PRICES, {State.PRICES_OPENED, State.DECIDED, State.RENEWED, State.CANCELLED}, by={Role.OBSERVER}),
)
