"""What the page of the decision reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel.vocabulary import Role, Sight
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender, Vote
from tender_app.tenders.rules import Matter
from tender_app.workflow.sight import may_see

KINDS = (
    DocumentKind.TECHNICAL_REPORT,
    DocumentKind.PRICE_MINUTES,
    DocumentKind.AWARD_LETTER,
    DocumentKind.REGRET_LETTER,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it was cast."""

    name: str
    role: Role
    matter: Matter
    round: int
    is_for: bool
    reason: str


def ballots(ctx: Context, tender: Tender) -> list[Cast]:
    """Return every vote cast on the tender, in order, with the names of then."""
    query = sa.select(Vote, Person.name).join(Person, Person.id == Vote.person_id)
    rows = ctx.session.execute(query.where(Vote.tender_id == tender.id).order_by(Vote.id))
    return [Cast(name, v.role, v.matter, v.round, v.is_for, v.reason) for v, name in rows]


def papers(ctx: Context, tender: Tender) -> Sequence[IssuedDocument]:
    """Return the papers of the decision that staff may read."""
    if not may_see(ctx, tender, Sight.WORK):
        return []
    query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id, IssuedDocument.kind.in_(KINDS))
    return ctx.session.scalars(query.order_by(IssuedDocument.id)).all()
