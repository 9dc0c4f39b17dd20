"""The life of a question on a tender's documents: a firm asks, the officer answers all at once (Art. 17)."""

from tender_app.accounts import guards as accounts
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders import answers, commands, guards
from tender_app.tenders.bases import said_of
from tender_app.tenders.models import Question
from tender_app.tenders.queries import questions_until
from tender_app.tenders.rules import QuestionAct as Act
from tender_app.tenders.rules import QuestionState as State
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=Question,
    key="question",
    title=N_("پرسش از اسناد"),
    states=State,
    say=said_of,
    initial=State.ASKED,
    final={State.ANSWERED},
    creates=(
        Create(
            Act.ASK,
            by={Role.FIRM},
            within=guards.firm_of_question,
            if_=(accounts.firm_is_approved, guards.questions_are_open, guards.question_is_new),
            make=commands.make_question,
            then=(commands.tell_officers_of_question,),
        ),
    ),
    moves=(
        Move(
            Act.DRAFT_ANSWER,
            {State.ASKED},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(guards.deadline_not_passed,),
            then=(answers.keep_draft,),
        ),
        Move(
            Act.MERGE,
            {State.ASKED},
            State.MERGED,
            by={Role.OFFICER},
            if_=(guards.deadline_not_passed, answers.another_asks_the_same),
            then=(answers.merge,),
        ),
        Move(
            Act.SPLIT,
            {State.MERGED},
            State.ASKED,
            by={Role.OFFICER},
            if_=(guards.deadline_not_passed, answers.other_is_unanswered),
            then=(answers.split,),
        ),
        Move(
            Act.ANSWER,
            {State.ASKED},
            State.ANSWERED,
            by={Role.OFFICER},
            if_=(guards.deadline_not_passed, answers.names_nobody),
            then=(commands.keep_answer, commands.tell_firms_of_answer),
            task=N_("پاسخ به پرسش"),
            due=questions_until,
            over=guards.deadline_not_passed,
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by={Role.OFFICER}),
        See(Sight.OWN, set(State), by={Role.FIRM, Role.AUDITOR}),
        See(Sight.PAGE, {State.ANSWERED}, by={Role.ANYONE}),
    ),
)
