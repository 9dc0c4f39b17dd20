"""What the tests of awards and of what follows them stand on: votes, a decision, an announced award, held guarantees."""

import datetime as dt

from tender_app.awards.guarantee_models import Security
from tender_app.awards.rules import Ballot
from tender_app.bids.models import Bid, Guarantee
from tender_app.bids.rules import GuaranteeKind
from tender_app.kernel.vocabulary import Role
from tender_app.tenders import rules
from tender_app.tenders.models import Attendance, Tender
from tender_app.tenders.rules import Matter, TenderAct
from tender_app.workflow.engine import advance
from tests.evaluation.ground import NOW, Ground, ranked_tender

MEMBERS = (Role.HEAD, Role.FINANCE, Role.TECHNICAL)
M = 1_000_000
PAIR = [("A", "70", 9_400 * M), ("B", "90", 9_600 * M)]


def vote(ground: Ground, tender: Tender, opinions: tuple[bool, ...], matter: Matter = Matter.AWARD) -> None:
    """Let members vote in the order of the commission."""
    for role, is_for in zip(MEMBERS, opinions, strict=False):
        advance(ground.by(role), tender, TenderAct.VOTE, Ballot(matter, is_for, "" if is_for else "نظر دیگری دارم."))


def decided(ground: Ground) -> Tender:
    """Put a tender on the table whose winners were named."""
    tender = ranked_tender(ground, PAIR)
    vote(ground, tender, (True, True, False))
    advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS)
    return tender


def attend(ground: Ground, tender: Tender) -> None:
    """Register the whole commission at the price session."""
    for role in (*MEMBERS, Role.SECRETARY):
        person = ground.people[role]
        row = Attendance(
            tender_id=tender.id, session=rules.Session.PRICES, person_id=person.id, role=role, name=person.name
        )
        row.registered_at = NOW
        ground.session.add(row)
    ground.session.flush()


def announced(ground: Ground) -> Tender:
    """Put a tender on the table whose award was announced: B won, A is second."""
    tender = decided(ground)
    attend(ground, tender)
    advance(ground.by(Role.SECRETARY), tender, TenderAct.ISSUE_PRICE_MINUTES)
    advance(ground.by(Role.MANAGER), tender, TenderAct.CONFIRM_AWARD)
    return tender


def guarantees_in(ground: Ground, tender: Tender) -> None:
    """Put the guarantee of every bid of the tender on the table, as envelope الف stated it."""
    for turn, bid in enumerate(ground.session.query(Bid).filter_by(tender_id=tender.id).order_by(Bid.id)):
        ground.session.add(
            Guarantee(
                bid_id=bid.id,
                kind=GuaranteeKind.BANK,
                issuer="بانک نمونه",
                number=f"BG-{turn}",
                amount=tender.guarantee or 0,
                expires_on=tender.valid_until or NOW.date() + dt.timedelta(days=90),
            )
        )
    ground.session.flush()


def held(ground: Ground, name: str) -> Security:
    """Return the guarantee of a firm in the agency's hands."""
    return ground.session.query(Security).filter_by(firm_id=ground.firms[name].id).one()


def bid_of(ground: Ground, name: str) -> Bid:
    """Return the one bid of a firm."""
    return ground.session.query(Bid).filter_by(firm_id=ground.firms[name].id).one()
