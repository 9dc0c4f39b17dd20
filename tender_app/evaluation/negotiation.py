"""Negotiating the price with the bid whose turn it is, the best technical one first: its conditions and its record.

By quality alone, and where one firm was asked, the price is agreed before the choice: never above the one proposed. What
fails passes the turn to the next in the ranking.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tender_app.bids.models import Bid, Price
from tender_app.bids.rules import GONE
from tender_app.evaluation.methods import NEGOTIATED
from tender_app.evaluation.models import Negotiation, Ranking, RankingRow
from tender_app.evaluation.rules import Negotiated, Outcome
from tender_app.kernel.money import grouped
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, list[tuple[RankingRow, Negotiation | None]]]:
    """Read the ranked bids that can still be chosen, with their negotiations, in order of place, in one query."""
    found: dict[int, list[tuple[RankingRow, Negotiation | None]]] = {t.id: [] for t in tenders}
    query = (
        sa.select(Ranking.tender_id, RankingRow, Negotiation)
        .join(RankingRow, RankingRow.ranking_id == Ranking.id)
        .join(Bid, Bid.id == RankingRow.bid_id)
        .outerjoin(Negotiation, Negotiation.bid_id == RankingRow.bid_id)
        .where(Ranking.tender_id.in_(found), Ranking.superseded_at.is_(None), Bid.state.not_in(GONE))
        .order_by(RankingRow.place, RankingRow.id)
    )
    for tender_id, row, held in ctx.session.execute(query):
        found[tender_id].append((row, held))
    return found


RANKED = Facts(load)


def nothing_negotiated(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """What was agreed or failed rests on the ranking as it stood."""
    if all(held is None for _row, held in RANKED.of(ctx, tender)):
        return None
    return _("مذاکره قیمت آغاز شده است؛ توضیح قیمت پیش از آن خواسته می‌شود.")


def price_is_negotiated(_ctx: Context, tender: Tender, _what: Any) -> str | None:
    """The price is negotiated only by the methods that say so."""
    if tender.method in NEGOTIATED:
        return None
    return _("در روش «{method}» قیمت مذاکره نمی‌شود؛ قیمت همان است که از پاکت خوانده شد.").format(
        method=tender.method.label
    )


def turn_is_theirs(ctx: Context, tender: Tender, what: Negotiated | None) -> str | None:
    """The best technical bid comes first; the next only after a failure, and nobody after an agreement."""
    rows = RANKED.of(ctx, tender)
    if any(held and held.outcome is Outcome.AGREED for _row, held in rows):
        return _("با یکی از پیشنهاددهندگان توافق شده است.")
    turns = in_turn(rows)
    if not turns:
        return _("پیشنهادی برای مذاکره نمانده است؛ درباره تجدید رأی داده می‌شود.")
    if what is None or what.bid_id in {row.bid_id for row in turns}:
        return None
    return _("نوبت مذاکره با پیشنهاد دارای امتیاز فنی بالاتر است.")


def agreed_is_no_higher(ctx: Context, tender: Tender, what: Negotiated | None) -> str | None:
    """The agreed price is above nothing and no higher than the proposed one; a failure has its reason."""
    if what is None:
        return None
    if what.agreed is None:
        return None if what.note else _("دلیل به نتیجه نرسیدن مذاکره را بنویسید؛ در صورتجلسه می‌آید.")
    proposed = next((row.price for row, _held in RANKED.of(ctx, tender) if row.bid_id == what.bid_id), 0)
    if 0 < what.agreed <= proposed:
        return None
    return _("قیمت توافق‌شده باید از صفر بیشتر باشد و از قیمت پیشنهادی ({proposed} ریال) بیشتر نباشد.").format(
        proposed=grouped(proposed)
    )


def negotiation_waits(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Negotiating is waited for while there is somebody to negotiate with."""
    return price_is_negotiated(ctx, tender, what) or turn_is_theirs(ctx, tender, None)


def price_is_agreed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Where the price is negotiated, the choice waits for an agreement."""
    if tender.method not in NEGOTIATED or agreed_with(ctx, tender):
        return None
    return _("نخست قیمت با بهترین پیشنهاد فنی مذاکره و نتیجه آن ثبت شود.")


def in_turn(rows: Sequence[tuple[RankingRow, Negotiation | None]]) -> list[RankingRow]:
    """Return the bids whose turn it is: the first with whom nobody negotiated yet, with their equals by lot."""
    left = [row for row, held in rows if held is None]
    return [row for row in left if row.place == left[0].place]


def agreed_with(ctx: Context, tender: Tender) -> Negotiation | None:
    """Return the negotiation that ended in an agreement."""
    return next((n for _row, n in RANKED.of(ctx, tender) if n and n.outcome is Outcome.AGREED), None)


@dataclass(frozen=True, slots=True)
class Told:
    """A negotiation as a page shows it; `agreed` is None where it failed."""

    firm: str
    proposed: int
    agreed: int | None
    note: str
    held_at: dt.datetime


def told(ctx: Context, tender: Tender) -> list[Told]:
    """Return the negotiations with the firms' names, in order."""
    query = sa.select(Negotiation, Firm.name).join(Bid, Bid.id == Negotiation.bid_id)
    query = query.join(Firm, Firm.id == Bid.firm_id).where(Negotiation.tender_id == tender.id).order_by(Negotiation.id)
    return [Told(name, n.proposed, n.agreed, n.note, n.held_at) for n, name in ctx.session.execute(query)]


def agreed_price(ctx: Context, bid_id: int) -> int | None:
    """Return the price that was agreed with a bid, if one was."""
    return ctx.session.scalar(sa.select(Negotiation.agreed).where(Negotiation.bid_id == bid_id))


def negotiate(ctx: Context, tender: Tender, what: Negotiated) -> None:
    """Keep what was agreed, or that it failed; the firm and the board are told."""
    proposed = ctx.session.scalars(sa.select(Price.total).where(Price.bid_id == what.bid_id)).one()
    outcome = Outcome.FAILED if what.agreed is None else Outcome.AGREED
    ctx.session.add(
        Negotiation(
            tender_id=tender.id,
            bid_id=what.bid_id,
            outcome=outcome,
            proposed=proposed,
            agreed=what.agreed,
            note=what.note,
            held_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.facts.clear()
    ctx.noted["proposed"] = proposed
    firm = ctx.session.scalars(sa.select(Bid.firm_id).where(Bid.id == what.bid_id)).one()
    _tell(ctx, tender, holders(ctx, {Role.FIRM}, Scope.FIRM, [firm]), f"مذاکره قیمت: {outcome.label}", "bid")
    board = seated(ctx, tender, [*COMMISSION, Role.SECRETARY])
    _tell(ctx, tender, board, f"مذاکره قیمت: {outcome.label}", "decision")


def _tell(ctx: Context, tender: Tender, people: list[int], subject: str, path: str) -> None:
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/{path}", tender_id=tender.id)
