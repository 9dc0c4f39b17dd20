"""The life of a person's account: capacities are granted and ended, passwords changed, nothing deleted."""

from tender_app.accounts import commands, factors, feeds, guards, tie_commands
from tender_app.accounts.rules import PersonAct as Act
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.people.models import Person
from tender_app.people.models import PersonState as State
from tender_app.workflow.table import Create, Move, Procedure, See

BOTH = {State.ACTIVE, State.SUSPENDED}

PROCEDURE = Procedure(
    model=Person,
    key="person",
    title=N_("کاربر"),
    states=State,
    initial=State.ACTIVE,
    final=BOTH,
    creates=(
        Create(Act.ADD_PERSON, by={Role.ADMIN}, if_=(guards.username_is_free,), make=commands.make_person),
        Create(Act.OPEN_ACCOUNT, by={Role.ANYONE}, if_=(guards.username_is_free,), make=commands.make_person),
    ),
    moves=(
        Move(
            Act.GRANT,
            {State.ACTIVE},
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(guards.capacity_is_sound,),
            then=(commands.grant_capacity,),
        ),
        Move(
            Act.END_CAPACITY,
            BOTH,
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(guards.capacity_may_end,),
            then=(commands.end_capacity,),
        ),
        Move(Act.HAND_OVER_LINK, {State.ACTIVE}, None, by={Role.ADMIN}, alone=True, then=(commands.make_reset_link,)),
        Move(
            Act.SUSPEND,
            {State.ACTIVE},
            State.SUSPENDED,
            by={Role.ADMIN},
            if_=(guards.is_someone_else,),
            then=(commands.end_web_sessions,),
        ),
        Move(Act.RESTORE, {State.SUSPENDED}, State.ACTIVE, by={Role.ADMIN}),
        Move(
            Act.CHANGE_PASSWORD,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(guards.knows_old_password,),
            then=(commands.set_password,),
        ),
        Move(Act.SET_EMAIL, {State.ACTIVE}, None, by={Role.PERSON}, alone=True, then=(commands.set_email,)),
        Move(
            Act.DECLARE_TIE,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(tie_commands.day_has_passed,),
            then=(tie_commands.declare_tie,),
        ),
        Move(Act.CORRECT_EMAIL, {State.ACTIVE}, None, by={Role.ADMIN}, alone=True, then=(commands.set_email,)),
        Move(
            Act.SET_KEY,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(guards.key_is_ones_own,),
            then=(commands.keep_key,),
        ),
        Move(
            Act.CHANGE_PASSPHRASE,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(guards.key_stays,),
            then=(commands.change_passphrase,),
        ),
        Move(Act.MAKE_FEED, {State.ACTIVE}, None, by={Role.PERSON}, alone=True, then=(feeds.revoke, feeds.make)),
        Move(
            Act.REVOKE_FEED,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(feeds.there_is_one,),
            then=(feeds.revoke,),
        ),
        Move(
            Act.SET_FACTOR,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(factors.is_confirmed,),
            then=(factors.confirm, commands.end_web_sessions),
        ),
        Move(
            Act.RENEW_CODES,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(factors.is_proved,),
            then=(factors.renew_codes,),
        ),
        Move(
            Act.END_FACTOR,
            {State.ACTIVE},
            None,
            by={Role.PERSON},
            alone=True,
            if_=(factors.is_proved,),
            then=(factors.end,),
        ),
        Move(
            Act.LIFT_FACTOR,
            {State.ACTIVE},
            None,
            by={Role.ADMIN},
            alone=True,
            if_=(factors.is_someone_elses,),
            then=(factors.end, factors.tell_of_lifting, commands.end_web_sessions),
        ),
        Move(
            Act.USE_LINK,
            {State.ACTIVE},
            None,
            by={Role.ANYONE},
            alone=True,
            if_=(guards.link_holds,),
            then=(commands.set_password_by_link,),
        ),
    ),
    sights=(See(Sight.WORK, BOTH, by={Role.ADMIN}), See(Sight.OWN, BOTH, by={Role.PERSON})),
)
