"""Ten thousand submissions around a deadline: none at or after it is accepted, none before it is refused."""

import datetime as dt
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids import commands
from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState, Submission
from tender_app.kernel.errors import NotNow, Stale
from tender_app.ledger import log
from tender_app.ledger.models import LogAct
from tender_app.store.context import Context
from tender_app.workflow.engine import advance
from tests.bids import ground
from tests.bids.ground import OLIVE
from tests.make import context_of, session_of

SEED = 1405
STEP = dt.timedelta(microseconds=1)
SPANS = (1, 10, 10**3, 10**6, 10**7, 3600 * 10**6)  # microseconds to either side of the deadline, at most


def instants(closes: dt.datetime, count: int) -> Iterator[dt.datetime]:
    """Give the deadline itself, the steps beside it, and random instants around it, as near as a microsecond."""
    yield from (closes - STEP, closes, closes + STEP)
    drawn = random.Random(SEED)  # noqa: S311 -- to be drawn alike each time, not to be secret
    for _ in range(count - 3):
        span = drawn.choice(SPANS)
        zone = dt.timezone(dt.timedelta(minutes=drawn.choice((0, 210, -300))))  # an instant is one in every zone
        yield (closes + drawn.randint(-span, span) * STEP).astimezone(zone)


def outcome(ctx: Context, bid: Bid, what: Submission) -> str:
    """Submit in a savepoint that is rolled back; return `taken`, `late`, or `stale` for envelopes that are not its own."""
    trial = ctx.session.begin_nested()
    try:
        advance(ctx, bid, BidAct.SUBMIT, what)
    except NotNow as refused:
        return "late" if "پایان یافت؛ اکنون ساعت سامانه" in refused.reason else refused.reason
    except Stale:
        return "stale"
    else:
        assert (bid.state, bid.submitted_at) == (BidState.SUBMITTED, ctx.now)
        return "taken"
    finally:
        trial.rollback()


def ground_of(app: Flask, session: Session) -> tuple[Context, Bid, dt.datetime]:
    """Return a firm's circumstances, its finished draft, and the deadline."""
    tender, firm = ground.tender_on(session, OLIVE), ground.firm_of(session, "firm2")
    ctx = context_of(app, session, "firm2")
    return ctx, ground.draft(ctx, tender, firm), ground.closing_of(tender)


def test_of_ten_thousand_submissions_around_the_deadline_just_those_before_it_pass(sqlite_demo: Flask) -> None:
    """Each goes through the law's one door; that its digests are not the draft's is found only after the law let it in."""
    with session_of(sqlite_demo) as session:
        ctx, bid, closes = ground_of(sqlite_demo, session)
        foreign = Submission("R-2222-2222", {"b": "0" * 64})
        wrong, seen = [], 0
        for at in instants(closes, 10_000):
            seen += 1
            if outcome(ctx.at(at), bid, foreign) != ("stale" if at < closes else "late"):
                wrong.append(at - closes)
        assert (seen, wrong) == (10_000, [])
        assert bid.state is BidState.DRAFT


def test_whole_submissions_around_the_deadline_are_done_to_the_receipt_or_not_at_all(demo: Flask) -> None:
    with session_of(demo) as session:
        ctx, bid, closes = ground_of(demo, session)
        logged = sa.select(sa.func.count()).select_from(LogAct)
        before = session.scalar(logged)
        found = [(at, outcome(ctx.at(at), bid, commands.submission_of(bid))) for at in instants(closes, 80)]
        assert [(at - closes, said) for at, said in found if said != ("taken" if at < closes else "late")] == []
        assert {said for _, said in found} == {"taken", "late"}
        assert session.scalar(logged) == before
        last = ctx.at(closes - STEP)
        advance(last, bid, BidAct.SUBMIT, commands.submission_of(bid))
        assert bid.submitted_at == closes - STEP
        assert session.scalar(logged) == (before or 0) + 1
        assert log.verify(session)[2] == []
        with pytest.raises(NotNow):
            advance(ctx.at(closes), bid, BidAct.WITHDRAW)
