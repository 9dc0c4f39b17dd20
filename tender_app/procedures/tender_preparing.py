"""The acts by which a draft is made ready: papers with their scans, trials of its weights, answers to the linter."""

from tender_app.kernel.vocabulary import Role
from tender_app.tenders import linting, records, rehearsing
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

DRAFTS = {State.PREPARING, State.AWAITING_APPROVAL}

PREPARING: tuple[Move[Tender], ...] = (
    Move(
        Act.RECORD_BASIS,
        DRAFTS | {State.PUBLISHED},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(records.paper_fits,),
        then=(records.record,),
    ),
    Move(
        Act.WITHDRAW_BASIS,
        {State.PREPARING},
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(records.paper_stands,),
        then=(records.withdraw,),
    ),
    Move(
        Act.TRY_WEIGHTS,
        DRAFTS,
        None,
        by={Role.OFFICER, Role.MANAGER},
        alone=True,
        if_=(rehearsing.terms_are_given, rehearsing.none_is_under_way),
        then=(rehearsing.ask,),
    ),
    Move(
        Act.ANSWER_FINDING,
        DRAFTS,
        None,
        by={Role.OFFICER},
        alone=True,
        if_=(linting.finding_stands,),
        then=(linting.answer,),
    ),
)
