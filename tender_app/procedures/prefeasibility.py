"""The life of a pre-feasibility study: begun, its report submitted, sent back with the reason or accepted."""

from tender_app.clusters import step_commands as commands
from tender_app.clusters import step_guards as guards
from tender_app.clusters.step_models import Prefeasibility
from tender_app.clusters.step_rules import StudyAct as Act
from tender_app.clusters.step_rules import StudyState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.workflow.table import Create, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION

PROCEDURE = Procedure(
    model=Prefeasibility,
    key="prefeasibility",
    title=N_("امکان‌سنجی مقدماتی"),
    states=State,
    initial=State.BEGUN,
    final={State.ACCEPTED},
    creates=(
        Create(
            Act.BEGIN,
            by={Role.OFFICER},
            within=guards.place_of_study,
            if_=(guards.cluster_needs_study, guards.cluster_is_ranked),
            make=commands.make_study,
        ),
    ),
    moves=(
        Move(
            Act.SUBMIT,
            {State.BEGUN, State.RETURNED},
            State.SUBMITTED,
            by={Role.OFFICER},
            if_=(guards.report_is_whole,),
            then=(commands.keep_report,),
            task=N_("فرستادن گزارش امکان‌سنجی"),
        ),
        Move(
            Act.RETURN,
            {State.SUBMITTED},
            State.RETURNED,
            by={Role.MANAGER},
            if_=(guards.accepter_did_not_submit,),
            then=(commands.keep_return,),
        ),
        Move(
            Act.ACCEPT,
            {State.SUBMITTED},
            State.ACCEPTED,
            by={Role.MANAGER},
            if_=(guards.accepter_did_not_submit,),
            then=(commands.accept_report,),
            task=N_("تصمیم درباره گزارش امکان‌سنجی"),
        ),
    ),
    sights=(See(Sight.WORK, set(State), by=STAFF),),
)
