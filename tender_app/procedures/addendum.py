"""The life of an addendum (الحاقیه): drafted by the officer, issued by the manager, never changed again (Art. 17)."""

from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders import addenda
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import AddendumAct as Act
from tender_app.tenders.addenda_rules import AddendumState as State
from tender_app.tenders.bases import said_of
from tender_app.tenders.queries import closes_at
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Addendum,
    key="addendum",
    title=N_("الحاقیه اسناد"),
    states=State,
    say=said_of,
    initial=State.DRAFT,
    final={State.ISSUED, State.DROPPED},
    hold=addenda.hold_tender,
    creates=(
        Create(
            Act.BEGIN,
            by={Role.OFFICER},
            within=addenda.tender_of_draft,
            if_=(addenda.is_open, addenda.no_other_draft),
            make=addenda.make_addendum,
        ),
    ),
    moves=(
        Move(
            Act.REVISE,
            {State.DRAFT},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(addenda.deadline_is_ahead, addenda.is_as_seen),
            then=(addenda.revise,),
        ),
        Move(
            Act.ENCLOSE,
            {State.DRAFT},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(addenda.deadline_is_ahead, addenda.replaces_what_counts),
            then=(addenda.enclose,),
        ),
        Move(
            Act.TAKE_OUT,
            {State.DRAFT},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(addenda.is_enclosed,),
            then=(addenda.take_out,),
        ),
        Move(
            Act.RESCHEDULE,
            {State.DRAFT},
            None,
            by={Role.OFFICER, Role.MANAGER},
            alone=True,
            if_=(addenda.deadline_is_ahead, addenda.time_is_lacking),
            then=(addenda.reschedule,),
        ),
        Move(
            Act.ISSUE,
            {State.DRAFT},
            State.ISSUED,
            by={Role.MANAGER},
            if_=(
                addenda.deadline_is_ahead,
                addenda.issuer_did_not_prepare,
                addenda.says_something,
                addenda.changes_fit,
                addenda.leaves_enough_time,
                addenda.is_as_seen,
            ),
            then=(addenda.put_into_force,),
            task=N_("تصمیم درباره الحاقیه اسناد"),
            due=closes_at,
            over=addenda.deadline_is_ahead,
        ),
        Move(Act.DROP, {State.DRAFT}, State.DROPPED, by={Role.OFFICER, Role.MANAGER}),
    ),
    sights=(
        See(Sight.PAGE, {State.ISSUED}, by={Role.ANYONE}),
        See(Sight.PAGE, {State.DRAFT, State.DROPPED}, by={Role.OFFICER, Role.MANAGER, Role.AUDITOR}),
        See(Sight.WORK, set(State), by={Role.OFFICER, Role.MANAGER, Role.AUDITOR}),
    ),
)
