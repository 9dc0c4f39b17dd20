"""The ties that the tables of persons and firms tell: accounts, signatories, shareholders, what is shared, what was declared."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from tender_app.kernel import calendar
from tender_app.kernel.identifiers import LEGAL_ID
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.vocabulary import Role
from tender_app.people import ties
from tender_app.people.models import Capacity, Firm, Person, Signatory
from tender_app.people.tie_models import DeclaredTie, Shareholder
from tender_app.people.ties import Node, Tie, TieKind
from tender_app.store.context import Context

PERSON = (Person.id, Person.name, Person.national_code)
FIRM = (Firm.name, Firm.legal_id)
ACTING = (
    sa.select(*PERSON, Capacity.starts_at, Capacity.ends_at, Firm.name.label("firm"), Firm.legal_id)
    .join(Capacity, Capacity.person_id == Person.id)
    .join(Firm, Firm.id == Capacity.scope_id)
    .where(Capacity.role == Role.FIRM)
)
SIGNING = sa.select(Signatory.id, Signatory.name, Signatory.national_code, Firm.name.label("firm"), Firm.legal_id).join(
    Firm, Firm.id == Signatory.firm_id
)
HOLDING = sa.select(Shareholder, *FIRM).join(Firm, Firm.id == Shareholder.firm_id)
DECLARED = sa.select(DeclaredTie, Person).join(Person, Person.id == DeclaredTie.person_id)
REACHED = sa.select(*PERSON, Person.mobile, Person.email)
SHARED = sa.select(*FIRM, Firm.phone, Firm.iban, Firm.address, Firm.postal_code)


def account(row: Any) -> Node:
    """Return the node of somebody who signs in, from a row with `id`, `name` and `national_code`."""
    return ties.person(row.name, row.national_code, f"account:{row.id}")


def told(ctx: Context) -> Iterator[Tie]:
    """Yield the ties, in six queries."""
    yield from _acting(ctx)
    yield from _signing(ctx)
    yield from _holding(ctx)
    yield from _declared(ctx)
    for row in ctx.session.execute(REACHED):
        yield from ties.things(account(row), phone=row.mobile, email=row.email)
    for name, legal_id, phone, iban, address, postal in ctx.session.execute(SHARED):
        owner = ties.firm(name, legal_id)
        yield from ties.things(owner, phone=phone, iban=iban, address=address, postal=postal)


def _acting(ctx: Context) -> Iterator[Tie]:
    for row in ctx.session.execute(ACTING):
        until = calendar.today(row.ends_at) if row.ends_at else None
        since = calendar.today(row.starts_at)
        yield Tie(account(row), ties.firm(row.firm, row.legal_id), TieKind.ACTS_FOR, "", since, until)


def _signing(ctx: Context) -> Iterator[Tie]:
    for row in ctx.session.execute(SIGNING):
        signer = ties.person(row.name, row.national_code, f"signatory:{row.id}")
        yield Tie(signer, ties.firm(row.firm, row.legal_id), TieKind.SIGNS_FOR)


def _holding(ctx: Context) -> Iterator[Tie]:
    for row, name, legal_id in ctx.session.execute(HOLDING):
        is_firm = len(row.code) == LEGAL_ID
        holder = ties.firm(row.name, row.code) if is_firm else ties.person(row.name, row.code, f"holder:{row.id}")
        since, until = calendar.today(row.stated_at), calendar.today(row.ended_at) if row.ended_at else None
        yield Tie(holder, ties.firm(name, legal_id), TieKind.HOLDS, decimal_text(row.share), since, until)


def _declared(ctx: Context) -> Iterator[Tie]:
    for row, declarer in ctx.session.execute(DECLARED):
        to = ties.firm(row.firm_name, row.legal_id)
        yield Tie(account(declarer), to, TieKind.DECLARED, row.kind.persian, None, row.until)
