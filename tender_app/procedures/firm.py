"""The life of a consulting firm's registration: anyone registers, an officer approves or refuses with a reason."""

from tender_app.accounts import commands, guards, tie_commands
from tender_app.accounts.rules import FirmAct as Act
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.people.models import Firm
from tender_app.people.models import FirmState as State
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Firm,
    key="firm",
    title=N_("شرکت پیشنهاددهنده"),
    states=State,
    initial=State.PENDING,
    final={State.APPROVED, State.REFUSED},
    creates=(
        Create(
            Act.REGISTER,
            by={Role.ANYONE},
            if_=(guards.legal_id_is_new,),
            make=commands.make_firm,
            then=(commands.open_account, commands.tell_officers_of_firm),
        ),
    ),
    moves=(
        Move(
            Act.APPROVE,
            {State.PENDING},
            State.APPROVED,
            by={Role.OFFICER},
            then=(commands.tell_firm_of_approval,),
            task=N_("بررسی ثبت‌نام شرکت"),
        ),
        Move(
            Act.REFUSE,
            {State.PENDING},
            State.REFUSED,
            by={Role.OFFICER},
            then=(commands.keep_refusal_reason, commands.tell_firm_of_refusal),
        ),
        Move(
            Act.RESUBMIT,
            {State.REFUSED},
            State.PENDING,
            by={Role.FIRM},
            if_=(guards.legal_id_stays_single,),
            then=(commands.mend_firm, commands.tell_officers_of_firm),
            task=N_("اصلاح ثبت‌نام شرکت"),
        ),
        Move(
            Act.STATE_SHAREHOLDERS,
            set(State),
            None,
            by={Role.FIRM},
            alone=True,
            if_=(tie_commands.shares_are_whole,),
            then=(tie_commands.state_shareholders,),
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by={Role.OFFICER, Role.MANAGER, Role.AUDITOR}),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
