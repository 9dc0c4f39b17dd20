"""The life of a request for approval: the letter goes out, the answer grants or refuses; after a refusal another may be made."""

from tender_app.clusters import step_commands as commands
from tender_app.clusters import step_guards as guards
from tender_app.clusters.step_models import Approval
from tender_app.clusters.step_rules import ApprovalAct as Act
from tender_app.clusters.step_rules import ApprovalState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.workflow.table import Create, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION

PROCEDURE = Procedure(
    model=Approval,
    key="approval",
    title=N_("درخواست تصویب خوشه"),
    states=State,
    initial=State.REQUESTED,
    final={State.GRANTED, State.REFUSED},
    creates=(
        Create(
            Act.REQUEST,
            by={Role.OFFICER},
            within=guards.place_of_study,
            if_=(guards.cluster_awaits_approval, guards.request_is_whole),
            make=commands.make_request,
        ),
    ),
    moves=(
        Move(
            Act.GRANT,
            {State.REQUESTED},
            State.GRANTED,
            by={Role.OFFICER},
            if_=(guards.answer_is_whole,),
            then=(commands.keep_answer, commands.carry_to_cluster),
            task=N_("ثبت پاسخ درخواست تصویب"),
        ),
        Move(
            Act.REFUSE,
            {State.REQUESTED},
            State.REFUSED,
            by={Role.OFFICER},
            if_=(guards.answer_is_whole, guards.refusal_has_reason),
            then=(commands.keep_answer,),
        ),
    ),
    sights=(See(Sight.WORK, set(State), by=STAFF),),
)
