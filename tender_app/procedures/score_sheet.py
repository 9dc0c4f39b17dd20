"""The life of an evaluator's score sheet: two declarations, scores with reasons, confirmation (Art. 19; domain.md R23).

The first declaration comes before the bidders' names are shown, the second after them and before anything of the bids.
"""

from tender_app.evaluation import commands, conflict_commands, conflict_guards, guards, interviews
from tender_app.evaluation.models import ScoreSheet
from tender_app.evaluation.rules import SheetAct as Act
from tender_app.evaluation.rules import SheetState as State
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.tenders.queries import prices_open_at
from tender_app.workflow.table import Create, Move, Procedure, See

PROCEDURE = Procedure(
    model=ScoreSheet,
    key="score_sheet",
    title=N_("برگه امتیاز"),
    states=State,
    say=said_of,
    initial=State.INVITED,
    final={State.CONFIRMED, State.RECUSED},
    creates=(
        Create(
            Act.INVITE_EVALUATOR,
            by={Role.HEAD},
            within=guards.tender_of_invitation,
            make=commands.make_sheet,
            then=(commands.note_order,),
        ),
    ),
    moves=(
        Move(
            Act.PLEDGE,
            {State.INVITED},
            State.KNOWS_BIDDERS,
            by={Role.PERSON},
            if_=(guards.tender_is_technical, conflict_guards.text_is_the_shown, conflict_guards.is_signed),
            first=(conflict_commands.keep_declaration,),
            task=N_("اعلام نخست، پیش از دیدن نام پیشنهاددهندگان"),
            due=prices_open_at,
            own=True,
            over=guards.tender_is_technical,
        ),
        Move(
            Act.DECLARE_NO_CONFLICT,
            {State.KNOWS_BIDDERS},
            State.SCORING,
            by={Role.PERSON},
            if_=(
                guards.tender_is_technical,
                conflict_guards.no_tie_forbids,
                conflict_guards.text_is_the_shown,
                conflict_guards.is_signed,
            ),
            first=(conflict_commands.keep_declaration,),
            task=N_("اعلام دوم، نبود تعارض منافع"),
            due=prices_open_at,
            own=True,
            over=guards.tender_is_technical,
        ),
        Move(
            Act.RECUSE,
            {State.INVITED, State.KNOWS_BIDDERS, State.SCORING},
            State.RECUSED,
            by={Role.PERSON},
            if_=(guards.tender_is_technical,),
            then=(commands.tell_head_of_recusal,),
        ),
        Move(
            Act.SET_ASIDE,
            set(State) - {State.RECUSED},
            State.RECUSED,
            by={Role.HEAD},
            if_=(guards.tender_is_technical, conflict_guards.leaving_is_decided),
            then=(conflict_commands.tell_of_setting_aside,),
        ),
        Move(
            Act.SCORE,
            {State.SCORING},
            None,
            by={Role.PERSON},
            if_=(
                guards.tender_is_technical,
                guards.points_fit,
                guards.pages_are_of_the_bid,
                guards.edition_is_current,
                interviews.interview_was_heard,
            ),
            then=(commands.keep_scores,),
        ),
        Move(
            Act.CONFIRM,
            {State.SCORING},
            State.CONFIRMED,
            by={Role.PERSON},
            if_=(guards.tender_is_technical, guards.every_score_given, interviews.interviews_were_heard),
            then=(commands.close_sheet, commands.tell_head_of_confirmation),
            task=N_("امتیازدهی و تأیید برگه"),
            due=prices_open_at,
            own=True,
            over=guards.tender_is_technical,
        ),
    ),
    sights=(
        See(Sight.OWN, set(State), by={Role.PERSON}),
        See(
            Sight.SCORES,
            {State.CONFIRMED},
            by={Role.EVALUATOR},
            where=guards.where_viewer_confirmed,
        ),
        See(Sight.SCORES, {State.CONFIRMED}, by={Role.HEAD}, where=guards.where_no_sheet_open),
        See(Sight.SCORES, {State.CONFIRMED}, by={Role.AUDITOR} | COMMISSION, where=guards.where_scores_locked),
        See(
            Sight.BIDDERS,
            set(State),
            by={Role.AUDITOR, Role.SECRETARY, Role.OFFICER} | COMMISSION,
            where=guards.where_viewer_scores_nothing,
        ),
    ),
)
