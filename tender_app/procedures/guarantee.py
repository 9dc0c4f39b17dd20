"""The life of a bid security: held from its opening, due by a row of the law, released and handed over, or forfeited."""

from tender_app.awards import guarantee_commands as commands
from tender_app.awards import guarantee_guards as guards
from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import SecurityAct as Act
from tender_app.awards.guarantee_rules import SecurityState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION
DECIDERS = COMMISSION | {
    Role.MANAGER,
    Role.OFFICER,
    Role.FIRM,
}  # whose act makes it due: an opening, an award, a firm that leaves

PROCEDURE = Procedure(
    model=Security,
    key="guarantee",
    title=N_("تضمین شرکت در فرآیند ارجاع کار"),
    states=State,
    say=said_of,
    initial=State.HELD,
    final={State.HANDED_OVER, State.FORFEITED},
    creates=(
        Create(
            Act.HOLD,
            by=DECIDERS,
            within=guards.bid_of_security,
            if_=(guards.not_held_yet,),
            make=commands.make_security,
        ),
    ),
    moves=(
        Move(
            Act.FALL_DUE,
            {State.HELD},
            State.RELEASE_DUE,
            by=DECIDERS,
            if_=(guards.ground_stands,),
            then=(commands.fall_due,),
        ),
        Move(
            Act.KEEP,
            {State.RELEASE_DUE},
            State.HELD,
            by={Role.HEAD},
            if_=(guards.is_kept,),
            then=(commands.keep,),
        ),
        Move(
            Act.RELEASE,
            {State.RELEASE_DUE},
            State.RELEASED,
            by={Role.OFFICER, Role.MANAGER},
            if_=(guards.first_two_are_settled,),
            then=(commands.release,),
            task=N_("آزادسازی تضمین"),
        ),
        Move(
            Act.HAND_OVER,
            {State.RELEASED},
            State.HANDED_OVER,
            by={Role.OFFICER},
            if_=(guards.hand_over_day_fits,),
            then=(commands.keep_hand_over,),
            task=N_("تحویل اصل تضمین"),
        ),
        Move(
            Act.FORFEIT,
            {State.HELD},
            State.FORFEITED,
            by={Role.MANAGER},
            if_=(guards.winner_refused,),
            then=(commands.forfeit,),
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by=STAFF),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
