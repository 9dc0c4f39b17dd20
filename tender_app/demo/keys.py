"""The commission's keys in the demonstration: passphrases, the ceremony, and shares given for an act."""

from tender_app.bids.ceremony import gathered
from tender_app.bids.key_rules import Given, KeysFor
from tender_app.demo.stage import PASSPHRASE, Company, Stage, give_key
from tender_app.sealing import sessions
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct
from tender_app.workflow.engine import advance


def hold_ceremony(stage: Stage, company: Company, tender: Tender) -> None:
    """Let the members set their passphrases, the head make the keys, and the quorum rehearse the opening."""
    for member in (company.head, company.finance, company.technical):
        give_key(stage, member)
    advance(stage.by(company.head), tender, TenderAct.MAKE_KEYS)
    stage.later(minutes=5)
    with_keys(stage, company, tender, TenderAct.REHEARSE)


def with_keys(stage: Stage, company: Company, tender: Tender, act: TenderAct) -> None:
    """Do an act that needs the commission's keys, with the shares of the head and the finance member."""
    secret, recipient = sessions.passing_key()
    advance(stage.by(company.head), tender, TenderAct.BEGIN_KEYS, KeysFor(act.value, recipient))
    for member in (company.head, company.finance):
        what = Given(act.value, member.id, PASSPHRASE.format(member.username))
        advance(stage.by(member), tender, TenderAct.GIVE_SHARE, what)
    ctx = stage.by(company.head)
    advance(ctx, tender, act, gathered(ctx, tender, act, secret, quoted=tender.scores_digest))
