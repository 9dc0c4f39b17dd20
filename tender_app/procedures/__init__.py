"""The law: one page per life."""

from tender_app.bids import ties as bid_ties
from tender_app.contracts import ties as contract_ties
from tender_app.people import known_ties, ties
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
    price_explanation,
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
    price_explanation.PROCEDURE,
    talk.PROCEDURE,
    interview.PROCEDURE,
    contract.PROCEDURE,
    complaint.PROCEDURE,
    guarantee.PROCEDURE,
)


def install_all() -> None:
    """Make every life known to the engine, and every stage's ties to the conflict graph."""
    install(*ALL)
    ties.install(known_ties.told, bid_ties.told, contract_ties.told)
