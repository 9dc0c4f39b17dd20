"""Many firms and many windows at once over two workers, and a real deadline that passes while they send."""

import datetime as dt
import re
import threading
import time

import sqlalchemy as sa
from flask import Flask

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidState
from tender_app.store import clock
from tender_app.tenders.models import Tender
from tests.bids import ground
from tests.bids.ground import OLIVE, tender_on
from tests.make import session_of
from tests.storm.ground import assert_receipts_are_known, assert_sound, bids_by_firm, field_of
from tests.storm.house import Answer, Visitor, serving

WINDOWS = 3
AHEAD = dt.timedelta(seconds=4)  # from the start of the storm to the deadline


def send_all(posts: list[tuple[Visitor, str, dict[str, str]]], apart: float = 0.0) -> list[Answer]:
    """Send every form at once, or one after another so far apart without waiting for answers; return the answers in order."""
    answers: dict[int, Answer] = {}
    begun = time.monotonic()

    def one(place: int) -> None:
        visitor, path, form = posts[place]
        time.sleep(max(0.0, begun + place * apart - time.monotonic()))
        answers[place] = visitor.post(path, form)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(posts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(posts))]


def test_many_firms_from_many_windows_at_once_have_one_standing_bid_each(demo: Flask) -> None:
    field = field_of(demo, 8)
    with serving(demo) as house:
        page = f"{field.bid_page}/submit"
        pairs = list(zip(field.visitors(house), field.firms, strict=True))
        posts = [(visitor, page, {"intent": firm.intent}) for visitor, firm in pairs for _ in range(WINDOWS)]
        assert {(a.status, a.location) for a in send_all(posts)} == {(302, f"{field.bid_page}/receipt")}
        first = standing(demo)
        assert [len(numbers) for numbers in first.values()] == [1] * len(field.firms)
        replace_at_once(field.bid_page, [visitor for visitor, _ in pairs])
        second = standing(demo)
        assert [len(numbers) for numbers in second.values()] == [1] * len(field.firms)
        assert not set(map(str, first.values())) & set(map(str, second.values()))
        assert_receipts_are_known(house, demo)
    assert_sound(demo)


def replace_at_once(page: str, visitors: list[Visitor]) -> None:
    """Let each firm begin a replacement and submit it from several windows, all at the same moment."""
    begun = send_all([(visitor, f"{page}/start", {}) for visitor in visitors for _ in range(WINDOWS)])
    assert {answer.status for answer in begun} <= {302, 409}
    assert sum(answer.status == 302 for answer in begun) == len(visitors)
    forms = [re.findall(r'name="intent"[^>]*value="(\w+)"', visitor.get(f"{page}/submit").text) for visitor in visitors]
    posts = [(v, f"{page}/submit", {"intent": form[0]}) for v, form in zip(visitors, forms, strict=True)]
    assert {(a.status, a.location) for a in send_all(posts * WINDOWS)} == {(302, f"{page}/receipt")}


def standing(app: Flask) -> dict[int, list[str | None]]:
    """Return the receipts of what stands submitted, by firm."""
    with session_of(app) as session:
        found = bids_by_firm(session, tender_on(session, OLIVE))
        return {firm: [bid.receipt_no for bid in bids] for firm, bids in found.items()}


def test_submissions_on_real_time_are_accepted_just_when_their_instant_is_before_the_deadline(demo: Flask) -> None:
    """Fifty on each engine, so a hundred in all, on the server's own clock and threads."""
    field = field_of(demo, 50)
    with serving(demo) as house:
        visitors = field.visitors(house)
        with session_of(demo) as session:
            closes = ground.closing_of(tender_on(session, OLIVE))
        ground.move_clock(demo, closes - AHEAD)
        posts = [
            (visitor, f"{field.bid_page}/submit", {"intent": firm.intent})
            for visitor, firm in zip(visitors, field.firms, strict=True)
        ]
        answers = send_all(posts, apart=2 * AHEAD.total_seconds() / len(posts))
        again = send_all(posts)
    assert {a.status for a in answers} == {302, 409}
    assert [a.status for a in again] == [a.status for a in answers]
    refused = [a for a in answers if a.status == 409]
    assert all("پایان یافت؛ اکنون ساعت سامانه" in a.text for a in refused)
    with session_of(demo) as session:
        bids = {b.firm_id: b for b in session.scalars(sa.select(Bid).join(Tender).where(Tender.number == field.number))}
        assert clock.now(session, demo=True) > closes
    for firm, answer in zip(field.firms, answers, strict=True):
        bid = bids[firm.bidder.firm_id]
        is_accepted = bid.submitted_at is not None and bid.submitted_at < closes
        assert (answer.status == 302, bid.state is BidState.SUBMITTED) == (is_accepted, is_accepted)
        assert bid.submitted_at is None or bid.submitted_at < closes
    assert_sound(demo)
