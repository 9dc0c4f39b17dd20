"""The ties that opened bids tell: who was named in a team."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid, OpenedEnvelope
from tender_app.bids.rules import EnvelopeKind
from tender_app.kernel import calendar
from tender_app.kernel.names import bare_name
from tender_app.kernel.persian import identifier
from tender_app.people import ties
from tender_app.people.models import Firm
from tender_app.people.ties import Node, Tie, TieKind
from tender_app.store.context import Context
from tender_app.tenders.models import Tender

TEAMS = (
    sa.select(OpenedEnvelope.form["team"], OpenedEnvelope.opened_at, Tender.number, Firm.name, Firm.legal_id)
    .join(Bid, Bid.id == OpenedEnvelope.bid_id)
    .join(Firm, Firm.id == Bid.firm_id)
    .join(Tender, Tender.id == Bid.tender_id)
    .where(OpenedEnvelope.kind == EnvelopeKind.B)
)


def told(ctx: Context) -> Iterator[Tie]:
    """Yield the ties of the team that each opened envelope ب names, in one query."""
    for rows, opened_at, number, name, legal_id in ctx.session.execute(TEAMS):
        since, to = calendar.today(opened_at), ties.firm(name, legal_id)
        for row in rows if isinstance(rows, list) else ():
            if member := member_of(row, to):
                yield Tie(member, to, TieKind.IN_BID, number, since)


def member_of(row: object, firm: Node) -> Node | None:
    """Return the node of a member of a team: whoever sealed the row may have written anything."""
    said = row if isinstance(row, Mapping) else {}
    name, code = _text(said, "name"), identifier(_text(said, "national_code"))
    return ties.person(name, code if code.isdecimal() else "", f"team:{firm.key}:{bare_name(name)}") if name else None


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
