"""The life of a complaint: submitted by a participant, answered by the agency, ruled on by the board (Arts. 7-8, 25)."""

from tender_app.accounts import guards as accounts
from tender_app.awards import complaint_commands as commands
from tender_app.awards import complaint_guards as guards
from tender_app.awards.complaint_models import Complaint
from tender_app.awards.complaint_queries import answer_due, board_due
from tender_app.awards.complaint_rules import ComplaintAct as Act
from tender_app.awards.complaint_rules import ComplaintState as State
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

ANSWERED = {State.UPHELD, State.REJECTED, State.SETTLED}

PROCEDURE = Procedure(
    model=Complaint,
    key="complaint",
    title=N_("شکایت از روند مناقصه"),
    states=State,
    say=said_of,
    initial=State.SUBMITTED,
    final={State.SETTLED, State.RULED, State.WITHDRAWN},
    creates=(
        Create(
            Act.COMPLAIN,
            by={Role.FIRM},
            within=guards.firm_of_complaint,
            if_=(
                accounts.firm_is_approved,
                guards.tender_was_published,
                guards.firm_took_part,
                guards.papers_are_enclosed,
            ),
            make=commands.make_complaint,
            then=(commands.tell_of_complaint,),
        ),
    ),
    moves=(
        Move(
            Act.WITHDRAW,
            {State.SUBMITTED, State.UPHELD, State.REFERRED},
            State.WITHDRAWN,
            by={Role.FIRM},
            then=(commands.tell_of_withdrawal,),
        ),
        Move(
            Act.UPHOLD,
            {State.SUBMITTED},
            State.UPHELD,
            by={Role.MANAGER},
            then=(commands.answer_complaint,),
            task=N_("پاسخ به شکایت"),
            due=answer_due,
        ),
        Move(Act.REJECT, {State.SUBMITTED}, State.REJECTED, by={Role.MANAGER}, then=(commands.answer_complaint,)),
        Move(
            Act.SETTLE,
            {State.UPHELD},
            State.SETTLED,
            by={Role.MANAGER, Role.OFFICER},
            then=(commands.keep_settlement,),
            task=N_("اقدام درباره شکایت واردشده"),
        ),
        Move(
            Act.REFER,
            {State.SUBMITTED} | ANSWERED,
            State.REFERRED,
            by={Role.FIRM, Role.OFFICER, Role.MANAGER},
            if_=(guards.board_may_be_asked,),
            then=(commands.refer,),
        ),
        Move(
            Act.RECORD_RULING,
            {State.REFERRED},
            State.RULED,
            by={Role.MANAGER},
            if_=(guards.ruling_fits,),
            then=(commands.keep_ruling, commands.move_tender),
            task=N_("ثبت رأی هیأت رسیدگی"),
            due=board_due,
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by={Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY, Role.HEAD}),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
