"""The life of a talk on scores: opened and closed by the head; each evaluator changes their own points alone (R23, R24)."""

from tender_app.evaluation import talks
from tender_app.evaluation.talk_models import Talk
from tender_app.evaluation.talk_rules import TalkAct as Act
from tender_app.evaluation.talk_rules import TalkState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Talk,
    key="talk",
    title=N_("گفت‌وگو درباره امتیازها"),
    states=State,
    say=said_of,
    initial=State.OPEN,
    final={State.CLOSED},
    creates=(
        Create(
            Act.OPEN_TALK,
            by={Role.HEAD},
            within=talks.tender_of_talk,
            if_=(talks.talk_may_open, talks.cells_are_scored),
            make=talks.make_talk,
            then=(talks.tell_of_talk,),
        ),
    ),
    moves=(
        Move(
            Act.REVISE,
            {State.OPEN},
            None,
            by={Role.EVALUATOR},
            alone=True,
            if_=(
                talks.is_before_lock,
                talks.notice_chose_consensus,
                talks.sheet_is_confirmed,
                talks.revision_fits,
                talks.revision_is_told,
            ),
            then=(talks.keep_revision,),
            task=N_("گفت‌وگو درباره امتیازها"),
            over=talks.nothing_to_revise,
        ),
        Move(
            Act.CLOSE_TALK,
            {State.OPEN},
            State.CLOSED,
            by={Role.HEAD},
            if_=(talks.is_before_lock, talks.note_is_written),
            then=(talks.close_talk,),
            task=N_("بستن گفت‌وگو درباره امتیازها"),
            over=talks.is_before_lock,
        ),
    ),
    sights=(
        See(Sight.SCORES, set(State), by={Role.HEAD}),
        See(Sight.SCORES, set(State), by={Role.EVALUATOR}, where=talks.where_viewer_confirmed),
        See(
            Sight.SCORES,
            set(State),
            by={Role.AUDITOR, Role.OFFICER, Role.MANAGER, Role.SECRETARY, Role.OBSERVER} | (COMMISSION - {Role.HEAD}),
            where=talks.where_locked,
        ),
    ),
)
