"""What becomes of a bid after its evaluation began or its winner was named: validity extended, refused, passed on (Art. 21)."""

from tender_app.awards import guarantee_commands as securities
from tender_app.awards import guards as awards
from tender_app.awards import refusal_guards as refusal
from tender_app.awards import validity
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct as Act
from tender_app.bids.rules import BidState as State
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.workflow.table import Move

UNSCORED = {State.GUARANTEE_ACCEPTED, State.UNDER_EVALUATION}
BOUND = {State.QUALIFIED, State.PRICED, State.WON, State.RUNNER_UP}  # by their first validity, until it ends

AFTERMATH: tuple[Move[Bid], ...] = (
    Move(
        Act.AGREE_VALIDITY,
        UNSCORED | BOUND,
        None,
        by={Role.FIRM, Role.OFFICER},
        alone=True,
        if_=(validity.answer_is_asked, validity.new_expiry_suffices),
        then=(validity.keep_agreement,),
        task=N_("پاسخ به تمدید اعتبار پیشنهاد"),
        over=validity.answer_is_asked,
    ),
    Move(
        Act.DECLINE_VALIDITY,
        UNSCORED,
        State.LEFT,
        by={Role.FIRM, Role.OFFICER},
        if_=(validity.answer_is_asked,),
        then=(validity.keep_decline, securities.release_left),
    ),
    Move(
        Act.DECLINE_VALIDITY,
        BOUND,
        None,
        by={Role.FIRM, Role.OFFICER},
        alone=True,
        if_=(validity.answer_is_asked,),
        then=(validity.keep_decline,),
    ),
    Move(Act.REFUSE, {State.WON}, State.REFUSED, by={Role.MANAGER}, if_=(refusal.refusal_was_confirmed,)),
    Move(
        Act.LAPSE,
        {State.WON},
        State.LEFT,
        by={Role.MANAGER},
        if_=(refusal.refusal_was_confirmed,),
        then=(securities.release_left,),
    ),
    Move(Act.PROMOTE, {State.RUNNER_UP}, State.WON, by={Role.MANAGER}, if_=(refusal.winner_has_gone,)),
    Move(
        Act.PROMOTE,
        {State.LOST},
        State.WON,
        by={Role.MANAGER},
        if_=(refusal.winner_has_gone, awards.was_named_in_turn),
    ),
)
