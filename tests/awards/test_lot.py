"""Equals draw a lot: announced first, drawn from what nobody knew, named by its order, and drawn again by anybody."""

import datetime as dt
import hashlib
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tender_app.awards import lots
from tender_app.awards.lot_models import Lot
from tender_app.awards.lot_rules import LotCall, drawn, seed_of
from tender_app.awards.models import Award
from tender_app.awards.rules import Naming
from tender_app.bids.models import Bid
from tender_app.evaluation.rules import Negotiated
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role
from tender_app.ledger import receipt_log
from tender_app.ledger.models import LedgerEntry
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Method, TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tests.awards.ground import vote
from tests.evaluation.ground import NOW, Ground, ground_in, ranked_tender
from tests.make import session_of

M = 1_000_000
HOUR = NOW + dt.timedelta(hours=1)
EQUALS = [("A", "80", 9_000 * M), ("B", "80", 9_000 * M), ("C", "70", 9_900 * M)]


def leaf(ground: Ground, kind: str, begins: dt.datetime | None, ends: dt.datetime) -> None:
    """Add a leaf to the receipt log, as the worker does each minute."""
    since = None if begins is None else receipt_log.instant(begins)
    body = {"kind": kind, "from": since, "to": receipt_log.instant(ends)}
    receipt_log.append(ground.session, ground.app.extensions["settings"], body, ends, 0)


def announced(ground: Ground, bids: Any = EQUALS) -> Tender:
    """Put a ranked tender with equals on the table, whose lot is announced."""
    tender = ranked_tender(ground, bids)
    vote(ground, tender, (True, True, True))
    leaf(ground, "before", None, NOW - dt.timedelta(days=1))
    advance(ground.by(Role.HEAD), tender, TenderAct.ANNOUNCE_LOT, LotCall(HOUR))
    return tender


def test_winners_among_equals_wait_for_a_lot_and_follow_it(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        with pytest.raises(NotNow, match="با هم برابرند"):
            advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS, Naming())
        with pytest.raises(NotNow, match="ساعت قرعه"):
            advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        ground.now = HOUR
        with pytest.raises(NotNow, match="دفتر رسید"):
            advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        leaf(ground, "minute", NOW - dt.timedelta(days=1), HOUR)
        leaf(ground, "minute", HOUR, HOUR + dt.timedelta(minutes=1))
        advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        lot = session.scalars(sa.select(Lot)).one()
        head = receipt_log.head_at(session, HOUR)
        assert head is not None
        assert (lot.head_size, lot.root) == (2, head["root"])
        order = lots.lots_of(ground.by(Role.HEAD), tender)
        advance(ground.by(Role.HEAD), tender, TenderAct.NAME_WINNERS, Naming("به ترتیب قرعه"))
        award = session.scalars(sa.select(Award)).one()
        assert [str(award.winner_bid_id), str(award.runner_up_bid_id)] == order
        assert tender.state is TenderState.DECIDED


def test_equals_by_quality_alone_negotiate_in_the_order_of_a_lot(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        bids = [("A", "92", 9_000 * M), ("B", "92", 9_000 * M), ("C", "92", 9_000 * M), ("D", "80", 9_000 * M)]
        tender = ranked_tender(ground, bids, method=Method.QUALITY_ONLY)
        tender.procedure, head = "consulting_bylaw", ground.by(Role.HEAD)
        session.flush()
        ids = {row.bid_id for row in lots.next_by_lot(head, tender)}
        assert len(ids) == 3
        assert "قرعه" in (refusal_of(head, tender, TenderAct.NEGOTIATE) or "")
        leaf(ground, "before", None, NOW - dt.timedelta(days=1))
        advance(head, tender, TenderAct.ANNOUNCE_LOT, LotCall(HOUR))
        ground.now = HOUR
        leaf(ground, "minute", NOW - dt.timedelta(days=1), HOUR)
        advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        order = [int(bid) for bid in lots.lots_of(ground.by(Role.HEAD), tender)]
        assert set(order) == ids
        with pytest.raises(NotNow, match="به ترتیب قرعه"):
            negotiated(ground, tender, order[1], 1)
        negotiated(ground, tender, order[0], None)
        assert [row.bid_id for row in lots.next_by_lot(ground.by(Role.HEAD), tender)] == [order[1]]
        negotiated(ground, tender, order[1], 9_000 * M)
        assert lots.lot_is_drawn(ground.by(Role.HEAD), tender, None) is None
        assert (
            refusal_of(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE) == "با یکی از پیشنهاددهندگان توافق شده است."
        )


def negotiated(ground: Ground, tender: Tender, bid: int, agreed: int | None) -> None:
    """Let the head record a negotiation."""
    advance(ground.by(Role.HEAD), tender, TenderAct.NEGOTIATE, Negotiated(bid, agreed, "از قیمت خود نکاست"))


def test_anybody_draws_the_lot_again_from_what_the_ledger_tells(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = announced(ground)
        ground.now = HOUR
        leaf(ground, "minute", NOW - dt.timedelta(days=1), HOUR)
        advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == "draw_lot")).one()
        told = entry.detail
        lines = "\n".join([told["root"], told["draws_at"], *sorted(told["order"])])
        seed = hashlib.sha256(lines.encode()).hexdigest()
        assert told["seed"] == seed
        assert told["order"] == sorted(told["order"], key=lambda r: hashlib.sha256(f"{seed}:{r}".encode()).hexdigest())
        assert set(told["order"]) == set(
            session.scalars(sa.select(Bid.receipt_no).where(Bid.receipt_no.like("%-A") | Bid.receipt_no.like("%-B")))
        )


def test_a_lot_is_announced_once_ahead_of_its_hour_and_drawn_once(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, EQUALS)
        soon = LotCall(NOW + dt.timedelta(minutes=1))
        with pytest.raises(NotNow, match="دو دقیقه"):
            advance(ground.by(Role.HEAD), tender, TenderAct.ANNOUNCE_LOT, soon)
        with pytest.raises(NotNow, match="نخست ساعت قرعه"):
            advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        with pytest.raises(NotAllowed):
            advance(ground.by(Role.FINANCE), tender, TenderAct.ANNOUNCE_LOT, LotCall(HOUR))
        leaf(ground, "before", None, NOW - dt.timedelta(days=1))
        advance(ground.by(Role.HEAD), tender, TenderAct.ANNOUNCE_LOT, LotCall(HOUR))
        with pytest.raises(NotNow, match="اعلام شده است"):
            advance(ground.by(Role.HEAD), tender, TenderAct.ANNOUNCE_LOT, LotCall(HOUR))
        ground.now = HOUR
        leaf(ground, "minute", NOW - dt.timedelta(days=1), HOUR)
        advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)
        with pytest.raises(NotNow, match="تکرار نمی‌شود"):
            advance(ground.by(Role.HEAD), tender, TenderAct.DRAW_LOT)


def test_where_nobody_is_equal_no_lot_is_announced_and_none_is_waited_for(app: Flask) -> None:
    with session_of(app) as session:
        ground = ground_in(app, session)
        tender = ranked_tender(ground, [("A", "80", 9_000 * M), ("B", "80", 9_001 * M)])
        head = ground.by(Role.HEAD)
        assert refusal_of(head, tender, TenderAct.ANNOUNCE_LOT) == "پیشنهادهای نخست برابر نیستند؛ قرعه لازم نیست."
        assert lots.lot_is_drawn(head, tender, None) is None


def test_the_seed_turns_on_the_head_the_hour_and_the_receipts() -> None:
    receipts = ["R-1", "R-2", "R-3"]
    seed = seed_of("ab" * 32, HOUR, receipts)
    assert seed == seed_of("ab" * 32, HOUR, receipts[::-1])
    others = {
        seed_of("ac" * 32, HOUR, receipts),
        seed_of("ab" * 32, NOW, receipts),
        seed_of("ab" * 32, HOUR, receipts[:2]),
    }
    assert len({seed, *others}) == 4
    assert sorted(drawn(seed, receipts)) == receipts
    firsts = {drawn(seed_of(f"{n:064x}", HOUR, receipts), receipts)[0] for n in range(40)}
    assert firsts == set(receipts)
