"""The acts by which a tender ends without a contract by the order of others, and what its winner's refusal leads to."""

from tender_app.awards import commands as awards
from tender_app.awards import complaint_guards as complaint
from tender_app.awards import ending, validity
from tender_app.awards import guarantee_commands as securities
from tender_app.awards import refusal_commands as refusals
from tender_app.awards import refusal_guards as refusal
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_
from tender_app.tenders import guards, renewal
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Create, Move

UNDER_WAY = {
    State.PUBLISHED,
    State.OPENED_A,
    State.TECHNICAL,
    State.TECHNICAL_LOCKED,
    State.PRICES_OPENED,
    State.DECIDED,
    State.AWARDED,
}

RENEWAL: Create[Tender] = Create(
    Act.RENEW_FROM,
    by={Role.OFFICER},
    within=renewal.cluster_of_copy,
    if_=(renewal.source_was_renewed, guards.cluster_is_licensed, guards.cluster_has_no_running_tender),
    make=renewal.make_copy,
    then=(renewal.copy_parts,),
)
CLOSED = (
    awards.end_tender,
    ending.issue_ending_notice,
    securities.release_all,
)  # what every end without a contract does

ENDING: tuple[Move[Tender], ...] = (
    Move(
        Act.EXTEND_VALIDITY,
        UNDER_WAY - {State.PUBLISHED},
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(validity.not_extended_yet, validity.validity_still_runs),
        then=(validity.extend_validity,),
    ),
    Move(
        Act.RECORD_REFUSAL,
        {State.AWARDED},
        None,
        by={Role.HEAD},
        alone=True,
        if_=(refusal.winner_is_waited_for, refusal.no_refusal_waits, refusal.refusal_ground_fits),
        then=(refusals.record_refusal,),
    ),
    Move(
        Act.DISMISS_REFUSAL,
        {State.AWARDED},
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(refusal.refusal_waits,),
        then=(refusals.dismiss_refusal,),
    ),
    Move(
        Act.CONFIRM_REFUSAL,
        {State.AWARDED},
        None,
        by={Role.MANAGER},
        alone=True,
        if_=(refusal.refusal_waits,),
        then=(refusals.confirm_refusal,),
        task=N_("تصمیم درباره خودداری برنده"),
        over=refusal.refusal_waits,
    ),
    Move(
        Act.RENEW_BY_RULING,
        UNDER_WAY,
        State.RENEWED,
        by={Role.MANAGER},
        if_=(complaint.ruling_orders_renewal,),
        then=CLOSED,
    ),
    Move(
        Act.CANCEL_BY_RULING,
        UNDER_WAY,
        State.CANCELLED,
        by={Role.MANAGER},
        if_=(complaint.ruling_orders_cancellation,),
        then=CLOSED,
    ),
)
