"""What the panel of evaluators does together before the lock: interviews are planned (Art. 19); rows of a tender's procedure."""

from tender_app.evaluation import interviewed, interviews, talks
from tender_app.kernel.vocabulary import Role
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

PANEL: tuple[Move[Tender], ...] = (
    Move(
        Act.PLAN_INTERVIEWS,
        {State.TECHNICAL},
        None,
        by={Role.HEAD, Role.SECRETARY},
        alone=True,
        if_=(interviews.no_plan_stands, interviews.no_sheet_is_confirmed, interviews.plan_fits),
        then=(interviewed.plan_interviews,),
    ),
)
BEFORE_LOCK = (interviews.no_interview_waits, talks.no_talk_is_open)
