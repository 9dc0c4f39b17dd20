"""The law: one page per life."""

from tender_app.procedures import (
    addendum,
    approval,
    bid,
    cluster,
    cluster_map,
    complaint,
    consulting_bylaw,
    contract,
    dated_setting,
    firm,
    guarantee,
    holiday,
    interview,
    organisation,
    person,
    prefeasibility,
    question,
    score_sheet,
    talk,
    tender_act,
)
from tender_app.workflow.engine import install

ALL = (
    organisation.PROCEDURE,
    person.PROCEDURE,
    firm.PROCEDURE,
    dated_setting.PROCEDURE,
    holiday.PROCEDURE,
    cluster_map.PROCEDURE,
    cluster.PROCEDURE,
    prefeasibility.PROCEDURE,
    approval.PROCEDURE,
    tender_act.PROCEDURE,
    consulting_bylaw.PROCEDURE,
    question.PROCEDURE,
    addendum.PROCEDURE,
    bid.PROCEDURE,
    score_sheet.PROCEDURE,
    talk.PROCEDURE,
    interview.PROCEDURE,
    contract.PROCEDURE,
    complaint.PROCEDURE,
    guarantee.PROCEDURE,
)


def install_all() -> None:
    """Make every life known to the engine."""
    install(*ALL)
