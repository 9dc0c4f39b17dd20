"""Key persons: kept when a technical envelope is opened, and read by whoever may read the envelope."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from tender_app.bids import likeness
from tender_app.bids.contents import Member
from tender_app.bids.key_person_models import KeyPerson
from tender_app.bids.models import Bid
from tender_app.bids.rules import LIVE
from tender_app.kernel.identifiers import is_national_code
from tender_app.kernel.persian import ascii_digits, identifier
from tender_app.kernel.vocabulary import Sight
from tender_app.people.models import Firm
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.workflow.sight import where_visible

MOST_YEARS, WHOLE = 60, 100


def keep(ctx: Context, bid: Bid, team: Sequence[Member]) -> None:
    """Keep the members of a team as rows; a code that is none, or a figure out of range, is left empty."""
    ctx.session.add_all(
        KeyPerson(
            bid_id=bid.id,
            **asdict(member)
            | {
                "national_code": identifier(member.national_code) if is_national_code(member.national_code) else "",
                "years": _figure(member.years, 0, MOST_YEARS),
                "share": _figure(member.share, 1, WHOLE),
            },
        )
        for member in team
    )


def proposed(ctx: Context, bids: Sequence[Bid]) -> list[likeness.Proposed]:
    """Return the key persons of these bids with their firms, in one query."""
    query = (
        sa.select(Firm.name, KeyPerson.name, KeyPerson.national_code)
        .join(Bid, Bid.id == KeyPerson.bid_id)
        .join(Firm, Firm.id == Bid.firm_id)
        .where(KeyPerson.bid_id.in_([bid.id for bid in bids]))
        .order_by(KeyPerson.id)
    )
    return [likeness.Proposed(*row) for row in ctx.session.execute(query)]


def shared(ctx: Context, tender: Tender) -> list[str]:
    """Return which key persons are in two bids of a tender, as far as the viewer may read them (R45)."""
    query = sa.select(Bid).where(
        Bid.tender_id == tender.id, Bid.state.in_(LIVE), where_visible(ctx, Bid, Sight.TECHNICAL)
    )
    bids = ctx.session.scalars(query).all()
    return likeness.hints(proposed(ctx, bids)) if bids else []


def _figure(text: str, least: int, most: int) -> int | None:
    figures = ascii_digits(text.strip())
    is_whole = figures.isascii() and figures.isdigit() and len(figures) <= len(str(most))
    return int(figures) if is_whole and least <= int(figures) <= most else None
