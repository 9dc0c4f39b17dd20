"""The life of a cluster: from the map through pre-feasibility, two approvals and the licence to development.

The study and the approvals have lives of their own (prefeasibility.py, approval.py), which bring the first three steps about.
"""

from tender_app.clusters import commands, guards
from tender_app.clusters import map_guards as maps
from tender_app.clusters.map_commands import make_cluster
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterAct as Act
from tender_app.clusters.rules import ClusterState as State
from tender_app.clusters.step_rules import Body
from tender_app.contracts import guards as contracts
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.workflow.table import Create, Guard, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION


def _by_letter(
    act: Act, before: State, after: State, role: Role, *guard: Guard[Cluster], task: str = ""
) -> Move[Cluster]:
    """Return the row of a step that a letter proves."""
    return Move(
        act,
        {before},
        after,
        by={role},
        if_=(*guard, guards.letter_follows),
        then=(commands.keep_letter(act),),
        task=task,
    )


PROCEDURE = Procedure(
    model=Cluster,
    key="cluster",
    title=N_("خوشه کسب‌وکار"),
    states=State,
    initial=State.IDENTIFIED,
    final={State.COMPLETED},
    creates=(
        Create(
            Act.IDENTIFY,
            by={Role.OFFICER},
            within=maps.place_of_candidate,
            if_=(maps.map_is_draft,),
            make=make_cluster,
        ),
    ),
    moves=(
        _by_letter(
            Act.RECORD_PREFEASIBILITY, State.IDENTIFIED, State.PREFEASIBLE, Role.MANAGER, guards.study_is_accepted
        ),
        _by_letter(
            Act.RECORD_PROVINCE,
            State.PREFEASIBLE,
            State.APPROVED_BY_PROVINCE,
            Role.OFFICER,
            guards.approval_is_granted(Body.PROVINCE),
        ),
        _by_letter(
            Act.RECORD_ISIPO,
            State.APPROVED_BY_PROVINCE,
            State.APPROVED_BY_ISIPO,
            Role.OFFICER,
            guards.approval_is_granted(Body.ISIPO),
        ),
        _by_letter(
            Act.RECORD_LICENCE,
            State.APPROVED_BY_ISIPO,
            State.LICENSED,
            Role.OFFICER,
            guards.licence_has_its_scan,
            task=N_("ثبت مجوز توسعه"),
        ),
        Move(
            Act.BEGIN_DEVELOPMENT,
            {State.LICENSED},
            State.IN_DEVELOPMENT,
            by={Role.MANAGER},
            if_=(contracts.cluster_has_contract,),
        ),
        Move(Act.COMPLETE_DEVELOPMENT, {State.IN_DEVELOPMENT}, State.COMPLETED, by={Role.MANAGER}),
    ),
    sights=(
        See(Sight.WORK, set(State), by=STAFF),
        See(
            Sight.PAGE,
            {State.LICENSED, State.IN_DEVELOPMENT, State.COMPLETED},
            by={Role.ANYONE},
        ),
        See(
            Sight.PAGE,
            set(State) - {State.LICENSED, State.IN_DEVELOPMENT, State.COMPLETED},
            by=STAFF,
        ),
    ),
)
