"""The law: one page per life."""

from tender_app.procedures import (
    bid,
    cluster,
    complaint,
    contract,
    dated_setting,
    firm,
    guarantee,
    holiday,
    organisation,
    person,
    question,
    score_sheet,
    tender_act,
)
from tender_app.workflow.engine import install

ALL = (
    organisation.PROCEDURE,
    person.PROCEDURE,
    firm.PROCEDURE,
    dated_setting.PROCEDURE,
    holiday.PROCEDURE,
    cluster.PROCEDURE,
    tender_act.PROCEDURE,
    question.PROCEDURE,
    bid.PROCEDURE,
    score_sheet.PROCEDURE,
    contract.PROCEDURE,
    complaint.PROCEDURE,
    guarantee.PROCEDURE,
)


def install_all() -> None:
    """Make every life known to the engine."""
    install(*ALL)
