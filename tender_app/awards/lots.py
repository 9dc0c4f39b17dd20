"""Drawing lots among equals that no rule orders: the instant is announced, then the receipt log gives the seed.

Nobody chooses the seed and nobody knows it before: it needs the log's first head after the announced instant (lot_rules).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tender_app.awards import lot_rules
from tender_app.awards.lot_models import Lot
from tender_app.awards.lot_rules import LotCall
from tender_app.awards.rules import equals_of
from tender_app.bids.models import Bid
from tender_app.evaluation import queries as evaluation
from tender_app.evaluation.explanation_rules import Asked
from tender_app.evaluation.methods import NEGOTIATED
from tender_app.evaluation.models import Negotiation, Ranking, RankingRow
from tender_app.evaluation.negotiation import RANKED, in_turn
from tender_app.evaluation.rules import Negotiated, Outcome
from tender_app.evaluation.scoring import Offer, Place
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import COMMISSION, Role, Scope
from tender_app.kernel.words import _
from tender_app.ledger import receipt_log
from tender_app.notifications.outbox import holders, tell
from tender_app.people.models import Firm
from tender_app.store.context import Context, Facts
from tender_app.tenders.models import Tender
from tender_app.tenders.queries import seated


def load(ctx: Context, tenders: Sequence[Tender]) -> Mapping[int, Lot | None]:
    """Read the lots of the tenders, in one query."""
    ids = [t.id for t in tenders]
    found = {lot.tender_id: lot for lot in ctx.session.scalars(sa.select(Lot).where(Lot.tender_id.in_(ids)))}
    return {i: found.get(i) for i in ids}


LOTS = Facts(load)


@dataclass(frozen=True, slots=True)
class Turn:
    """A bid in a lot: what it drew (empty before), and its turn."""

    firm: str
    receipt: str
    number: str
    turn: int


def lot_is_needed(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A lot is drawn only among equals that compete for a place of a winner."""
    return None if _equals(ctx, tender) else _("پیشنهادهای نخست برابر نیستند؛ قرعه لازم نیست.")


def lot_is_not_announced(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A lot is announced once, and stands: nobody tries again for another result."""
    lot = LOTS.of(ctx, tender)
    if lot is None:
        return None
    return _("ساعت قرعه اعلام شده است: {at}.").format(at=calendar.moment(lot.draws_at))


def lot_is_ahead(ctx: Context, what: Asked | None) -> str | None:
    """No price is asked about once a lot was announced: the ranking that it orders stands."""
    if what is None or LOTS.of(ctx, what.tender) is None:
        return None
    return _("ساعت قرعه میان پیشنهادهای برابر اعلام شده است؛ پرسش درباره قیمت پیش از آن است.")


def lot_hour_is_ahead(ctx: Context, _tender: Tender, what: LotCall | None) -> str | None:
    """The instant lies so far ahead that the head of the log that decides is not known to anybody."""
    if what is None or what.draws_at >= ctx.now + lot_rules.LEAST:
        return None
    return _("ساعت قرعه باید دست‌کم دو دقیقه پس از اکنون باشد تا کسی نتیجه را از پیش نداند.")


def lot_hour_has_come(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """A lot is drawn after its announced instant, once, from the log's first head that covers it."""
    lot = LOTS.of(ctx, tender)
    if lot is None:
        return _("نخست ساعت قرعه را اعلام کنید.")
    if lot.drawn_at is not None:
        return _("قرعه کشیده شده است و تکرار نمی‌شود.")
    if ctx.now < lot.draws_at:
        return _("ساعت قرعه {at} است.").format(at=calendar.moment(lot.draws_at))
    if receipt_log.head_at(ctx.session, lot.draws_at) is None:
        return _("دفتر رسید هنوز سطر این ساعت را نبسته است؛ یک دقیقه دیگر دوباره بزنید.")
    return None


def lot_is_drawn(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Winners are named once the lot among equals is drawn."""
    lot = LOTS.of(ctx, tender)
    if (lot is not None and lot.drawn_at is not None) or not _equals(ctx, tender):
        return None
    return _("پیشنهادهایی با هم برابرند؛ نخست ساعت قرعه را اعلام کنید و در آن ساعت قرعه بکشید.")


def turn_is_by_lot(ctx: Context, tender: Tender, what: Negotiated | None) -> str | None:
    """Where equals are next to negotiate, a lot says which of them is the first."""
    if not _equals(ctx, tender):
        return None
    turns = next_by_lot(ctx, tender)
    if len(turns) > 1:
        return _("پیشنهادهایی که نوبت مذاکره آنهاست برابرند؛ نخست ساعت قرعه را اعلام کنید و در آن ساعت قرعه بکشید.")
    if what is None or what.bid_id == turns[0].bid_id:
        return None
    return _("نوبت مذاکره میان پیشنهادهای برابر به ترتیب قرعه است.")


def next_by_lot(ctx: Context, tender: Tender) -> list[RankingRow]:
    """Return the bids whose turn to negotiate it is: one alone where a lot was drawn among equals."""
    turns = in_turn(RANKED.of(ctx, tender))
    order = lots_of(ctx, tender) if len(turns) > 1 else []
    return sorted(turns, key=lambda row: order.index(str(row.bid_id)))[:1] if order else turns


def lot_waits_to_be_announced(ctx: Context, tender: Tender, what: Any) -> str | None:
    """Announcing is waited for where equals compete and no hour is told."""
    return lot_is_needed(ctx, tender, what) or lot_is_not_announced(ctx, tender, what)


def lot_waits_to_be_drawn(ctx: Context, tender: Tender, _what: Any) -> str | None:
    """Drawing is waited for between the announcement and the draw."""
    lot = LOTS.of(ctx, tender)
    return None if lot is not None and lot.drawn_at is None else _("قرعه‌ای در انتظار نیست.")


def announce_lot(ctx: Context, tender: Tender, what: LotCall) -> None:
    """Keep the instant and the equal bids, and tell the commission and their firms."""
    bids = _bids(ctx, _equals(ctx, tender))
    receipts = sorted(receipt for _bid, receipt, _firm in bids)
    ctx.session.add(Lot(tender_id=tender.id, announced_at=ctx.now, draws_at=what.draws_at, receipts=receipts))
    ctx.session.flush()
    ctx.facts.clear()
    ctx.noted["receipts"] = receipts
    subject = f"قرعه میان پیشنهادهای برابر: {calendar.moment(what.draws_at)}"
    _tell(ctx, tender, subject, [firm for _bid, _receipt, firm in bids])


def draw_lot(ctx: Context, tender: Tender, _what: Any) -> None:
    """Draw: the seed is made of the log's head, the instant and the receipts, and orders the equals."""
    lot = standing(ctx, tender)
    head = receipt_log.head_at(ctx.session, lot.draws_at)
    if head is None:
        raise LookupError("a lot is drawn before its head of the log")
    lot.drawn_at, lot.head_size, lot.root = ctx.now, head["size"], head["root"]
    lot.seed = lot_rules.seed_of(lot.root, lot.draws_at, lot.receipts)
    ctx.session.flush()
    ctx.facts.clear()
    order = lot_rules.drawn(lot.seed, lot.receipts)
    ctx.noted.update(draws_at=lot_rules.instant(lot.draws_at), size=lot.head_size, root=lot.root)
    ctx.noted.update(seed=lot.seed, order=order)
    _tell(ctx, tender, "قرعه کشیده شد", [firm for _bid, _receipt, firm in _bids(ctx, _equals(ctx, tender))])


def some_wait(session: Session) -> bool:
    """Tell whether a lot is announced and not drawn: the receipt log writes its minutes for it."""
    return session.scalar(sa.select(Lot.id).where(Lot.drawn_at.is_(None)).limit(1)) is not None


def standing(ctx: Context, tender: Tender) -> Lot:
    """Return the announced lot of a tender."""
    lot = LOTS.of(ctx, tender)
    if lot is None:
        raise LookupError("a tender without a lot")
    return lot


def lots_of(ctx: Context, tender: Tender) -> list[str]:
    """Return the bids (their ids, as scoring names them) in the order of the lot; none where none was drawn."""
    lot = LOTS.of(ctx, tender)
    if lot is None or not lot.seed:
        return []
    rows = ctx.session.execute(sa.select(Bid.receipt_no, Bid.id).where(Bid.receipt_no.in_(lot.receipts)))
    ids = {row.receipt_no: str(row.id) for row in rows}
    return [ids[receipt] for receipt in lot_rules.drawn(lot.seed, lot.receipts)]


def turns(ctx: Context, lot: Lot) -> list[Turn]:
    """Return the bids of a lot with what each drew, in order of place and draw; before the draw by receipt."""
    rows = ctx.session.execute(
        sa.select(Bid.receipt_no, Firm.name, RankingRow.place)
        .join(Firm, Firm.id == Bid.firm_id)
        .join(RankingRow, RankingRow.bid_id == Bid.id)
        .join(Ranking, sa.and_(Ranking.id == RankingRow.ranking_id, Ranking.superseded_at.is_(None)))
        .where(Bid.receipt_no.in_(lot.receipts))
    )
    known = {row.receipt_no: row for row in rows}
    order = lot_rules.drawn(lot.seed, lot.receipts) if lot.seed else lot.receipts
    return [
        Turn(known[receipt].name, receipt, lot_rules.turn_of(lot.seed, receipt) if lot.seed else "", turn)
        for turn, receipt in enumerate(sorted(order, key=lambda receipt: known[receipt].place), 1)
    ]


def _equals(ctx: Context, tender: Tender) -> list[int]:
    """Return the bids that compete as equals for the place of a winner, or for the turn to negotiate."""
    rows = RANKED.of(ctx, tender)
    if tender.method in NEGOTIATED:
        return _equals_to_negotiate(rows)
    places = [
        Place(Offer(str(r.bid_id), Fraction(r.technical), r.price), Fraction(r.final), r.rank, r.place, r.needs_lot)
        for r, _held in rows
    ]
    weighted = evaluation.gap_is_weighted(tender)
    groups = equals_of(places, evaluation.guarantee_of(tender), weighted=weighted)
    return sorted({int(place.offer.id) for group in groups if len(group) > 1 for place in group})


def _equals_to_negotiate(rows: Sequence[tuple[RankingRow, Negotiation | None]]) -> list[int]:
    """Return all equals with whom nobody negotiated, once some of them are next: one lot orders every place that two share."""
    is_agreed = any(held and held.outcome is Outcome.AGREED for _row, held in rows)
    if is_agreed or len(in_turn(rows)) <= 1:
        return []
    return sorted(row.bid_id for row, held in rows if held is None and row.needs_lot)


def _bids(ctx: Context, ids: Sequence[int]) -> list[tuple[int, str, int]]:
    rows = ctx.session.execute(sa.select(Bid.id, Bid.receipt_no, Bid.firm_id).where(Bid.id.in_(ids)).order_by(Bid.id))
    return [(row.id, row.receipt_no or "", row.firm_id) for row in rows]


def _tell(ctx: Context, tender: Tender, subject: str, firms: Sequence[int]) -> None:
    people = [*seated(ctx, tender, [*COMMISSION, Role.SECRETARY]), *holders(ctx, {Role.FIRM}, Scope.FIRM, firms)]
    tell(ctx, people, subject, body=tender.title, path=f"/tenders/{tender.number}/lot", tender_id=tender.id)
