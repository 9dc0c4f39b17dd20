"""The life of a cluster: from the map through pre-feasibility and three approvals to development."""

from tender_app.clusters import commands, guards
from tender_app.clusters.models import Cluster
from tender_app.clusters.rules import ClusterAct as Act
from tender_app.clusters.rules import ClusterState as State
from tender_app.contracts import guards as contracts
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.workflow.table import Create, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION
BY_LETTER = (
    (Act.RECORD_PREFEASIBILITY, State.IDENTIFIED, State.PREFEASIBLE, N_("ثبت امکان‌سنجی مقدماتی")),
    (Act.RECORD_PROVINCE, State.PREFEASIBLE, State.APPROVED_BY_PROVINCE, N_("ثبت نامه کمیته استانی")),
    (Act.RECORD_ISIPO, State.APPROVED_BY_PROVINCE, State.APPROVED_BY_ISIPO, N_("ثبت نامه سازمان")),
    (Act.RECORD_LICENCE, State.APPROVED_BY_ISIPO, State.LICENSED, N_("ثبت مجوز توسعه")),
)

PROCEDURE = Procedure(
    model=Cluster,
    key="cluster",
    title=N_("خوشه کسب‌وکار"),
    states=State,
    initial=State.IDENTIFIED,
    final={State.COMPLETED},
    creates=(Create(Act.IDENTIFY, by={Role.OFFICER}, within=guards.place_of_map, make=commands.make_cluster),),
    moves=(
        *(
            Move(
                act,
                {before},
                after,
                by={Role.OFFICER},
                if_=(guards.letter_follows,),
                then=(commands.keep_letter(act),),
                task=task,
            )
            for act, before, after, task in BY_LETTER
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
