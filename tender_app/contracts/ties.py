"""The ties that past contracts tell: who signed for the agent, and who was in its team.

Who signed for the client did their office and is tied to nobody by it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from tender_app.bids.ties import member_of
from tender_app.contracts.models import Contract, ContractSignature
from tender_app.kernel.vocabulary import Role
from tender_app.people import ties
from tender_app.people.known_ties import PERSON, account
from tender_app.people.models import Firm, Person
from tender_app.people.ties import Tie, TieKind
from tender_app.store.context import Context

TEAMS = sa.select(Contract.team, Contract.number, Contract.starts_on, Contract.ends_on, Firm.name, Firm.legal_id).join(
    Firm, Firm.id == Contract.firm_id
)
SIGNED = (
    sa.select(*PERSON, Contract.number, Contract.starts_on, Contract.ends_on, Firm.name.label("firm"), Firm.legal_id)
    .join(ContractSignature, ContractSignature.person_id == Person.id)
    .join(Contract, Contract.id == ContractSignature.contract_id)
    .join(Firm, Firm.id == Contract.firm_id)
    .where(ContractSignature.role == Role.FIRM)
)


def told(ctx: Context) -> Iterator[Tie]:
    """Yield the ties, in two queries."""
    for row in ctx.session.execute(TEAMS):
        to = ties.firm(row.name, row.legal_id)
        for member in row.team:
            if node := member_of(member, to):
                yield Tie(node, to, TieKind.IN_CONTRACT, row.number or "", row.starts_on, row.ends_on)
    for row in ctx.session.execute(SIGNED):
        to = ties.firm(row.firm, row.legal_id)
        yield Tie(account(row), to, TieKind.SIGNED_CONTRACT, row.number or "", row.starts_on, row.ends_on)
