"""The acts of a tender's messages; rows of its procedure."""

from tender_app.kernel.vocabulary import Role
from tender_app.tenders import messages
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct as Act
from tender_app.tenders.rules import TenderState as State
from tender_app.workflow.table import Move

MESSAGES: tuple[Move[Tender], ...] = (
    Move(
        Act.RESEND,
        set(State),
        None,
        by={Role.OFFICER, Role.SECRETARY},
        alone=True,
        if_=(messages.can_be_sent_again,),
        then=(messages.send_again,),
    ),
)
