"""Guarantees go back in the demonstration: released with a letter and handed over, once their contract was signed."""

import datetime as dt

import sqlalchemy as sa

from tender_app.awards.guarantee_models import Security
from tender_app.awards.guarantee_rules import HandOver, SecurityAct, SecurityState
from tender_app.demo.stage import Company, Stage
from tender_app.kernel import calendar
from tender_app.tenders.models import Tender
from tender_app.workflow.engine import advance

LATELY = dt.timedelta(days=365)  # of a contract that is younger, the guarantees still wait for the officer


def give_back(stage: Stage, company: Company, tender: Tender, today: dt.date) -> None:
    """Release and hand over what is due of a tender whose contract is not of the last year."""
    if calendar.today(stage.now) > today - LATELY:
        return
    due = sa.select(Security).where(Security.tender_id == tender.id, Security.state == SecurityState.RELEASE_DUE)
    for security in stage.session.scalars(due.order_by(Security.id)).all():
        advance(stage.by(company.officer), security, SecurityAct.RELEASE)
        what = HandOver(security.firm.signatories[0].name, calendar.today(stage.now), "معرفی‌نامه شرکت")
        advance(stage.by(company.officer), security, SecurityAct.HAND_OVER, what)
