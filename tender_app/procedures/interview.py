"""The life of a bidder's interview: its slot, presence with its instants, minutes; only before the lock (Art. 19)."""

import datetime as dt

from tender_app.evaluation import interviewed, interviews
from tender_app.evaluation.interview_models import Interview
from tender_app.evaluation.interview_rules import InterviewAct as Act
from tender_app.evaluation.interview_rules import InterviewState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

CHAIR = {Role.HEAD, Role.SECRETARY}
STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION


def _begins(interview: Interview) -> dt.datetime:
    return interview.starts_at


PROCEDURE = Procedure(
    model=Interview,
    key="interview",
    title=N_("مصاحبه با پیشنهاددهنده"),
    states=State,
    say=said_of,
    initial=State.PLANNED,
    final={State.HELD, State.CANCELLED},
    creates=(
        Create(
            Act.PLAN_INTERVIEW,
            by=CHAIR,
            within=interviews.tender_of_slot,
            make=interviewed.make_interview,
            then=(interviewed.send_letter,),
        ),
    ),
    moves=(
        Move(
            Act.CONFIRM_SLOT,
            {State.PLANNED},
            None,
            by={Role.FIRM},
            alone=True,
            if_=(interviews.is_technical, interviews.is_not_confirmed, interviews.people_are_named),
            then=(interviewed.confirm_slot,),
            task=N_("تأیید نوبت مصاحبه"),
            due=_begins,
            over=interviews.nothing_to_confirm,
        ),
        Move(
            Act.MOVE_SLOT,
            {State.PLANNED},
            None,
            by=CHAIR,
            alone=True,
            if_=(interviews.is_technical, interviews.hour_is_free),
            then=(interviewed.move_slot,),
        ),
        Move(
            Act.MARK_REMOTE,
            {State.PLANNED, State.RUNNING},
            None,
            by=CHAIR,
            alone=True,
            if_=(interviews.is_technical, interviews.remote_are_evaluators),
            then=(interviewed.mark_remote,),
        ),
        Move(
            Act.BEGIN_INTERVIEW,
            {State.PLANNED},
            State.RUNNING,
            by=CHAIR,
            if_=(interviews.is_technical, interviews.hour_has_come),
            then=(interviewed.begin_interview,),
            task=N_("آغاز مصاحبه"),
            due=_begins,
            over=interviews.is_technical,
        ),
        Move(
            Act.JOIN,
            {State.PLANNED, State.RUNNING},
            None,
            by={Role.EVALUATOR} | CHAIR,
            alone=True,
            if_=(interviews.is_technical, interviews.session_runs, interviews.may_be_heard, interviews.is_outside),
            then=(interviewed.join,),
            task=N_("حضور در مصاحبه"),
            due=_begins,
            over=interviews.nothing_to_join,
        ),
        Move(
            Act.LEAVE,
            {State.RUNNING},
            None,
            by={Role.EVALUATOR} | CHAIR,
            alone=True,
            if_=(interviews.is_inside,),
            then=(interviewed.leave,),
        ),
        Move(
            Act.NOTE_DROP,
            {State.RUNNING},
            None,
            by=CHAIR,
            alone=True,
            if_=(interviews.member_is_inside,),
            then=(interviewed.note_drop,),
        ),
        Move(
            Act.REGISTER_GUESTS,
            {State.RUNNING},
            None,
            by=CHAIR,
            alone=True,
            if_=(interviews.is_technical, interviews.people_are_named),
            then=(interviewed.register_guests,),
        ),
        Move(
            Act.CLOSE_INTERVIEW,
            {State.RUNNING},
            State.HELD,
            by={Role.HEAD},
            if_=(interviews.is_technical, interviews.text_is_written),
            then=(interviewed.close_interview,),
            task=N_("پایان مصاحبه و صدور صورتجلسه"),
            over=interviews.is_technical,
        ),
        Move(
            Act.CANCEL_INTERVIEW,
            {State.PLANNED, State.RUNNING},
            State.CANCELLED,
            by={Role.HEAD},
            if_=(interviews.is_technical,),
            then=(interviewed.cancel_interview,),
        ),
        Move(
            Act.DECIDE_ABSENCE,
            {State.HELD},
            None,
            by={Role.HEAD},
            alone=True,
            if_=(interviews.is_technical, interviews.member_was_absent),
            then=(interviewed.decide_absence,),
            task=N_("تصمیم درباره عضو غایب مصاحبه"),
            over=interviews.no_absence_waits,
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by=STAFF | {Role.EVALUATOR}),
        See(Sight.WORK, set(State), by={Role.OBSERVER}, where=interviews.where_scores_locked),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
