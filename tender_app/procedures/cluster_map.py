"""The life of a version of the cluster map: begun as a copy of the last, edited, adopted by the provincial committee.

An officer prepares it; a manager who had no hand in it adopts it with the committee's letter; after that it never changes.
"""

from tender_app.clusters import map_commands as commands
from tender_app.clusters import map_guards as guards
from tender_app.clusters.map_rules import MapAct as Act
from tender_app.clusters.map_rules import MapState as State
from tender_app.clusters.models import ClusterMap
from tender_app.kernel.vocabulary import COMMISSION, Role, Sight
from tender_app.kernel.words import N_
from tender_app.workflow.table import Create, Effect, Guard, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.SECRETARY} | COMMISSION


def _edit(act: Act, guard: Guard[ClusterMap] | None, effect: Effect[ClusterMap]) -> Move[ClusterMap]:
    """Return the row of an edit: one at a time, by an officer, while the version is a draft."""
    return Move(act, {State.DRAFT}, None, by={Role.OFFICER}, alone=True, if_=(guard,) if guard else (), then=(effect,))


PROCEDURE = Procedure(
    model=ClusterMap,
    key="cluster_map",
    title=N_("نقشه خوشه"),
    states=State,
    initial=State.DRAFT,
    final={State.ADOPTED},
    creates=(
        Create(
            Act.BEGIN,
            by={Role.OFFICER},
            within=guards.place_of_new_map,
            if_=(guards.no_other_draft, guards.year_is_new),
            make=commands.make_map,
            then=(commands.copy_last,),
        ),
    ),
    moves=(
        _edit(Act.EDIT_CRITERIA, guards.criteria_are_theirs, commands.edit_criteria),
        _edit(Act.ADD_CANDIDATE, guards.candidate_is_theirs, commands.add_candidate),
        _edit(Act.EDIT_CANDIDATE, guards.candidate_is_theirs, commands.edit_candidate),
        _edit(Act.WITHDRAW_CANDIDATE, guards.candidate_stands, commands.withdraw_candidate),
        _edit(Act.RESTORE_CANDIDATE, guards.candidate_is_withdrawn, commands.restore_candidate),
        _edit(Act.OFFER_WORKBOOK, None, commands.keep_workbook),
        _edit(Act.TAKE_WORKBOOK, guards.workbook_is_as_previewed, commands.take_workbook),
        Move(
            Act.ADOPT,
            {State.DRAFT},
            State.ADOPTED,
            by={Role.MANAGER},
            if_=(
                guards.adopter_did_not_prepare,
                guards.weights_are_whole,
                guards.candidates_are_scored,
                guards.adoption_letter_fits,
            ),
            then=(commands.freeze, commands.tell_of_adoption),
            task=N_("تصویب نسخه تازه نقشه خوشه"),
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by=STAFF),
        See(Sight.PAGE, {State.ADOPTED}, by={Role.ANYONE}),
        See(Sight.PAGE, {State.DRAFT}, by=STAFF),
    ),
)
