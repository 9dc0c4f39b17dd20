"""The life of a closed day: the country's is the administrator's to enter, confirm and move; a province closes its own.

What changes tells the officers which deadlines fall on the day; it moves none of them.
"""

from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.regulation import commands, guards
from tender_app.regulation.days import HolidayAct as Act
from tender_app.regulation.days import HolidayState as State
from tender_app.regulation.models import Holiday
from tender_app.tenders import touched
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Holiday,
    key="holiday",
    title=N_("روز تعطیل"),
    states=State,
    initial=State.STANDING,
    final=set(State),
    creates=(
        Create(
            Act.ENTER,
            by={Role.ADMIN},
            if_=(guards.holiday_is_new,),
            make=commands.make_holiday,
            then=(touched.tell_of_closing,),
        ),
        Create(
            Act.CLOSE,
            by={Role.OFFICER, Role.MANAGER},
            within=guards.place_of_closure,
            if_=(guards.closure_is_new,),
            make=commands.make_closure,
            then=(touched.tell_of_closing,),
        ),
    ),
    moves=(
        Move(
            Act.CONFIRM,
            {State.STANDING},
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(guards.is_of_the_country, guards.is_an_estimate),
            then=(commands.confirm,),
        ),
        Move(
            Act.MOVE,
            {State.STANDING},
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(guards.is_of_the_country, guards.day_is_another),
            then=(touched.tell_of_opening, commands.move, touched.tell_of_closing),
        ),
        Move(
            Act.WITHDRAW,
            {State.STANDING},
            State.WITHDRAWN,
            by={Role.ADMIN},
            if_=(guards.is_of_the_country,),
            then=(commands.withdraw_holiday, touched.tell_of_opening),
        ),
        Move(
            Act.REOPEN,
            {State.STANDING},
            State.WITHDRAWN,
            by={Role.OFFICER, Role.MANAGER},
            if_=(guards.is_of_an_organisation,),
            then=(commands.withdraw_holiday, touched.tell_of_opening),
        ),
    ),
    sights=(See(Sight.PAGE, set(State), by={Role.ANYONE}),),
)
