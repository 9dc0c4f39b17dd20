"""The life of a dated setting: the administrator enters it with its decree, or takes a wrong one back with the reason."""

from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.regulation import commands, guards
from tender_app.regulation.models import DatedSetting
from tender_app.regulation.rules import SettingAct as Act
from tender_app.regulation.rules import SettingState as State
from tender_app.tenders import touched
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=DatedSetting,
    key="dated_setting",
    title=N_("مقدار تاریخ‌دار قانون"),
    states=State,
    initial=State.STANDING,
    final=set(State),
    creates=(
        Create(
            Act.ENACT,
            by={Role.ADMIN},
            if_=(guards.value_is_possible, guards.value_fits_the_others),
            make=commands.make_setting,
            then=(touched.tell_of_weekend,),
        ),
    ),
    moves=(
        Move(
            Act.WITHDRAW,
            {State.STANDING},
            State.WITHDRAWN,
            by={Role.ADMIN},
            then=(commands.withdraw_setting, touched.tell_of_weekend),
        ),
    ),
    sights=(See(Sight.PAGE, set(State), by={Role.ANYONE}),),
)
