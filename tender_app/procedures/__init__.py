"""The law: one page per life."""

from tender_app.procedures import (
    addendum,
    bid,
    cluster,
    contract,
    firm,
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
    cluster.PROCEDURE,
    tender_act.PROCEDURE,
    question.PROCEDURE,
    addendum.PROCEDURE,
    bid.PROCEDURE,
    score_sheet.PROCEDURE,
    contract.PROCEDURE,
)


def install_all() -> None:
    """Make every life known to the engine."""
    install(*ALL)
