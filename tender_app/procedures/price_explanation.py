"""The life of a price's explanation: asked by the head, answered in time, voted on and decided by the commission (Art. 20-b).

A rejected price takes its bid out of the ranking, which is made anew; the earlier one stays readable.
"""

from operator import attrgetter

from tender_app.awards import guards as award
from tender_app.awards import lots
from tender_app.evaluation import explanation_commands as commands
from tender_app.evaluation import explanation_guards as guards
from tender_app.evaluation.explanation_models import PriceExplanation
from tender_app.evaluation.explanation_rules import ExplanationAct as Act
from tender_app.evaluation.explanation_rules import ExplanationState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

OPEN = {State.ASKED, State.ANSWERED}
MEMBERS = frozenset(COMMISSION)

PROCEDURE = Procedure(
    model=PriceExplanation,
    key="price_explanation",
    title=N_("توضیح قیمت نامتعارف پایین"),
    states=State,
    say=said_of,
    initial=State.ASKED,
    final={State.ACCEPTED, State.REJECTED},
    hold=guards.hold_tender,
    creates=(
        Create(
            Act.ASK,
            by={Role.HEAD},
            within=guards.tender_of_explanation,
            if_=(
                guards.prices_are_open,
                guards.price_stands,
                guards.not_asked_yet,
                award.choice_is_not_begun,
                lots.lot_is_ahead,
                guards.time_is_enough,
            ),
            make=commands.make_explanation,
            then=(commands.tell_firm_of_question,),
        ),
    ),
    moves=(
        Move(
            Act.ANSWER,
            {State.ASKED},
            State.ANSWERED,
            by={Role.FIRM},
            if_=(guards.tender_waits, guards.time_is_left),
            then=(commands.keep_answer,),
            task=N_("توضیح قیمت پیشنهاد"),
            due=attrgetter("until"),
            over=guards.firm_is_waited_for,
        ),
        Move(
            Act.VOTE,
            OPEN,
            None,
            by=MEMBERS,
            alone=True,
            if_=(guards.tender_waits, guards.firm_was_heard, guards.seat_has_not_voted),
            then=(commands.cast_opinion,),
            task=N_("رأی درباره قیمت نامتعارف پایین"),
            over=guards.vote_waits,
        ),
        Move(
            Act.ACCEPT,
            OPEN,
            State.ACCEPTED,
            by={Role.HEAD},
            if_=(guards.tender_waits, guards.all_voted, guards.most_accept),
            then=(commands.keep_finding,),
            task=N_("ثبت تصمیم درباره قیمت"),
            over=guards.most_accept,
        ),
        Move(
            Act.REJECT,
            OPEN,
            State.REJECTED,
            by={Role.HEAD},
            if_=(guards.tender_waits, guards.all_voted, guards.most_reject),
            then=(commands.keep_finding, commands.reject_bid),
            task=N_("ثبت تصمیم درباره قیمت"),
            over=guards.most_reject,
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by={Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
