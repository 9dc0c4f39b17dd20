"""Alerts of conflicts of interest: who sees them and who decides (Arts. 2, 5, 19); rows of a tender's procedure."""

from tender_app.evaluation import conflict_commands as commands
from tender_app.evaluation import conflict_guards as guards
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move, See

DECIDING = {State.OPENED_A, State.TECHNICAL, State.TECHNICAL_LOCKED, State.PRICES_OPENED, State.DECIDED}
OPENED = set(State) - {State.PREPARING, State.AWAITING_APPROVAL, State.PUBLISHED}
UNDECIDED = (guards.no_exact_alert_waits,)

CONFLICTS: tuple[Move[Tender], ...] = (
    Move(
        Act.DECIDE_CONFLICT,
        DECIDING,
        None,
        by={Role.HEAD, Role.MANAGER},
        alone=True,
        if_=(guards.alert_waits, guards.leaving_is_possible),
        then=(commands.decide,),
        task=N_("رسیدگی به هشدار تعارض منافع"),
        over=guards.alert_waits,
    ),
)
CONFLICT_SIGHTS = (
    See(Sight.CONFLICTS, OPENED, by={Role.HEAD, Role.MANAGER, Role.AUDITOR}),
    See(Sight.BIDDERS, OPENED, by={Role.EVALUATOR}, where=guards.where_bidders_known),
)
