"""The acts of the formal check's one cure period (Art. 6-b; R22); rows of a bid's procedure."""

from tender_app.bids import commands, cures
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct as Act
from tender_app.bids.rules import BidState as State
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.workflow.table import Move

FORMAL: tuple[Move[Bid], ...] = (
    Move(
        Act.ASK_CURE,
        {State.UNDER_EVALUATION},
        None,
        by={Role.HEAD, Role.SECRETARY},
        alone=True,
        if_=(cures.check_is_open, cures.asked_once),
        then=(cures.ask,),
    ),
    Move(
        Act.DELIVER_CURE,
        {State.UNDER_EVALUATION},
        None,
        by={Role.FIRM},
        alone=True,
        if_=(cures.period_runs,),
        then=(cures.keep_paper,),
        task=N_("فرستادن مدرک برای رفع نقص"),
        due=cures.due,
        over=cures.nothing_is_left_to_bring,
    ),
    Move(
        Act.ACCEPT_CURE,
        {State.UNDER_EVALUATION},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(cures.check_is_open, cures.period_waits, cures.every_paper_came),
        then=(cures.accept,),
        task=N_("تصمیم درباره مدرک‌های رفع نقص"),
        due=cures.due,
        over=cures.period_waits,
    ),
    Move(
        Act.REJECT_UNCURED,
        {State.UNDER_EVALUATION},
        State.ENVELOPE_B_REJECTED,
        by={Role.HEAD},
        if_=(cures.check_is_open, cures.period_waits, cures.time_is_up_or_all_came),
        then=(cures.reject, commands.tell_firm_of_rejection),
    ),
)
