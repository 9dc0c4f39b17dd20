"""The life of an organisation: the administrator adds it and keeps its facts."""

from tender_app.accounts import commands, guards
from tender_app.accounts.rules import OrganisationAct as Act
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.people.models import Organisation
from tender_app.people.models import OrganisationState as State
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Organisation,
    key="organisation",
    title=N_("سازمان"),
    states=State,
    initial=State.ACTIVE,
    final={State.ACTIVE},
    creates=(
        Create(
            Act.ADD_ORGANISATION,
            by={Role.ADMIN},
            if_=(guards.organisation_is_new,),
            make=commands.make_organisation,
        ),
    ),
    moves=(
        Move(
            Act.EDIT_ORGANISATION,
            {State.ACTIVE},
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(guards.organisation_stays_single,),
            then=(commands.edit_organisation,),
        ),
    ),
    sights=(See(Sight.WORK, {State.ACTIVE}, by={Role.ADMIN}),),
)
