"""The life of the agency contract: drafted from the award, signed by the agent, signed and issued by the company."""

from tender_app.contracts import clearance, commands, guards, running
from tender_app.contracts.models import Contract
from tender_app.contracts.rules import ContractAct as Act
from tender_app.contracts.rules import ContractState as State
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.kernel.words import N_
from tender_app.tenders.bases import said_of
from tender_app.workflow.table import Create, Move, Procedure, See

STAFF = {Role.OFFICER, Role.MANAGER, Role.AUDITOR}

PROCEDURE = Procedure(
    model=Contract,
    key="contract",
    title=N_("قرارداد عاملیت توسعه خوشه"),
    states=State,
    say=said_of,
    initial=State.DRAFT,
    final={State.COMPLETED, State.LAPSED},
    creates=(
        Create(
            Act.DRAFT,
            by={Role.OFFICER},
            within=guards.tender_of_draft,
            if_=(guards.tender_is_awarded, clearance.winner_stands, guards.no_contract_yet),
            make=commands.make_contract,
        ),
    ),
    moves=(
        Move(Act.EDIT, {State.DRAFT}, None, by={Role.OFFICER}, alone=True, then=(commands.edit,)),
        Move(
            Act.SIGN_AS_AGENT,
            {State.DRAFT},
            State.SIGNED_BY_AGENT,
            by={Role.FIRM},
            if_=(clearance.winner_still_signs, guards.is_complete, guards.bids_are_valid, guards.signature_is_whole),
            then=(commands.sign, commands.tell_managers_of_signature),
            task=N_("امضای قرارداد"),
        ),
        Move(
            Act.ISSUE,
            {State.SIGNED_BY_AGENT},
            State.ISSUED,
            by={Role.MANAGER},
            if_=(
                clearance.winner_still_signs,
                guards.is_complete,
                guards.bids_are_valid,
                guards.guarantee_is_given,
                guards.signer_did_not_draft,
                clearance.complaint_is_weighed,
            ),
            then=(
                commands.sign,
                commands.issue,
                commands.record_in_tender,
                commands.begin_development,
                commands.release_runner_up,
                clearance.release_guarantees,
            ),
            task=N_("امضا و صدور قرارداد"),
        ),
        Move(
            Act.LAPSE,
            {State.DRAFT, State.SIGNED_BY_AGENT},
            State.LAPSED,
            by={Role.OFFICER},
            if_=(clearance.winner_is_gone,),
            task=N_("کنار گذاشتن پیش‌نویسی که بسته نمی‌شود"),
            over=clearance.winner_is_gone,
        ),
        Move(
            Act.RECORD_EVENT,
            {State.ISSUED},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(running.event_fits,),
            then=(running.record_event,),
        ),
        Move(
            Act.PAY,
            {State.ISSUED},
            None,
            by={Role.OFFICER},
            alone=True,
            if_=(running.payment_fits,),
            then=(running.pay,),
        ),
        Move(
            Act.DECIDE_YEAR,
            {State.ISSUED},
            None,
            by={Role.MANAGER},
            alone=True,
            if_=(running.year_is_undecided,),
            then=(running.decide_year,),
        ),
        Move(
            Act.COMPLETE,
            {State.ISSUED},
            State.COMPLETED,
            by={Role.MANAGER},
            if_=(guards.term_ended, running.exit_is_recorded, running.clearance_is_recorded),
            then=(commands.complete_development,),
        ),
    ),
    sights=(
        See(Sight.WORK, set(State), by=STAFF),
        See(Sight.OWN, set(State), by={Role.FIRM}),
    ),
)
