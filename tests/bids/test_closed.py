"""From the deadline on nobody writes into a bid: no act in any capacity, no page, and none that began before it and waited."""

import contextlib
import dataclasses
import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids import commands
from tender_app.bids.models import Bid, BidEnvelope
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Placed, Start, Verdict
from tender_app.kernel.actor import NOBODY, Actor, Held
from tender_app.kernel.errors import NotAllowed, NotNow, Refusal
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Person
from tender_app.sealing.envelope import Envelope
from tender_app.sealing.models import SealedEnvelope
from tender_app.store import clock
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.web.law import words_of
from tender_app.workflow.engine import advance, begin
from tests.bids import ground
from tests.bids.ground import (
    FURNITURE,
    LEATHER,
    OLIVE,
    bids_of,
    closing_of,
    number_of,
    post_envelope,
    prepare,
    tender_on,
)
from tests.bids.test_opening import score_and_lock
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in

WRITING = (BidAct.SEAL, BidAct.SUBMIT, BidAct.REPLACE, BidAct.WITHDRAW)
CONTENT = (BidEnvelope, SealedEnvelope)
Rows = dict[str, list[tuple[object, ...]]]


def content_of(session: Session) -> Rows:
    """Return every row that holds what was sealed, and what each bid was submitted as."""
    session.flush()
    rows: Rows = {t.__tablename__: sorted(map(tuple, session.execute(sa.select(t.__table__)))) for t in CONTENT}
    submitted = sa.select(Bid.id, Bid.firm_id, Bid.submitted_at, Bid.receipt_no).order_by(Bid.id)
    return {**rows, "submitted": [tuple(row) for row in session.execute(submitted)]}


def context_as(app: Flask, session: Session, role: Role, now: dt.datetime, username: str = "firm2") -> Context:
    """Return the circumstances of a person who holds a role everywhere."""
    person = session.scalars(sa.select(Person.id).where(Person.username == username)).one()
    actor = NOBODY if role is Role.ANYONE else Actor(person, (Held(role, Scope.INSTALLATION),))
    return Context(session, actor, now, app.extensions["settings"])


def sealed_for(ctx: Context, bid: Bid) -> Placed:
    """Return an envelope that is sealed and waits to be placed."""
    envelope = Envelope(commands.recipient_of(ctx, bid.tender_id, EnvelopeKind.C), files_of(ctx.settings))
    return Placed(EnvelopeKind.C, envelope.seal(ground.price_form(bid.tender)))


def refused(act: Callable[..., object], *arguments: object) -> bool:
    """Tell whether an act is refused by the law."""
    try:
        act(*arguments)
    except (NotAllowed, NotNow):
        return True
    return False


def two_bids(app: Flask) -> tuple[int, int]:
    """Put a submitted bid and a complete draft beside it on the table; return their ids."""
    number, client = number_of(app, OLIVE), signed_in(app, "firm2")
    prepare(client, number)
    client.post(f"/tenders/{number}/bid/submit")
    client.post(f"/tenders/{number}/bid/start")
    with session_of(app) as session:
        submitted, draft = bids_of(session, tender_on(session, OLIVE))
        assert (submitted.state, draft.state) == (BidState.SUBMITTED, BidState.DRAFT)
        return submitted.id, draft.id


def test_from_the_deadline_on_no_capacity_seals_submits_replaces_or_withdraws(demo: Flask) -> None:
    submitted, draft = two_bids(demo)
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        before, closes = content_of(session), closing_of(tender)
        for role in Role:
            ctx = context_as(demo, session, role, closes)
            for bid in (session.get_one(Bid, submitted), session.get_one(Bid, draft)):
                whats = {BidAct.SEAL: sealed_for(ctx, bid), BidAct.SUBMIT: commands.submission_of(bid)}
                for act in WRITING:
                    assert refused(advance, ctx, bid, act, whats.get(act)), (role, act)
            other = context_as(demo, session, role, closes, "firm3")
            start = Start(ground.firm_of(session, "firm3"), tender)
            assert refused(begin, other, Bid, BidAct.START, start), role
        assert content_of(session) == before
        just = context_of(demo, session, "firm2", closes - dt.timedelta(microseconds=1))
        advance(just, session.get_one(Bid, draft), BidAct.SUBMIT, commands.submission_of(session.get_one(Bid, draft)))
        assert session.get_one(Bid, submitted).state is BidState.REPLACED


def test_no_page_writes_into_a_closed_bid_whoever_posts(demo: Flask) -> None:
    two_bids(demo)
    number = number_of(demo, OLIVE)
    with session_of(demo) as session:
        closes = closing_of(tender_on(session, OLIVE))
    clients = {name: signed_in(demo, name) for name in ("firm2", "firm3", "officer", "manager", "head", "admin")}
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    with session_of(demo) as session:
        before = content_of(session)
        entries = session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry))
    posted = set()
    for rule in demo.url_map.iter_rules():
        words = words_of(demo, rule.endpoint)
        if "POST" not in (rule.methods or ()) or not {*WRITING, BidAct.START} & {
            w for w in words if isinstance(w, BidAct)
        }:
            continue
        for kind in "abc" if "kind" in rule.arguments else [""]:
            path = re.sub(r"<[^<>]*:?kind>", kind, rule.rule.replace("<number>", number))
            assert "<" not in path, path
            posted.add(path.rpartition("/bid/")[2])
            for name, client in clients.items():
                answer = post_envelope(client, number, kind) if kind else client.post(path)
                assert answer.status_code in (403, 404, 409), (name, path, answer.status_code)
    assert {"start", "submit", "withdraw", "a", "b", "c"} <= posted
    with session_of(demo) as session:
        assert content_of(session) == before
        assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == entries


@contextlib.contextmanager
def statements_of(app: Flask) -> Iterator[list[str]]:
    """Collect what is written into the tables that hold what was sealed."""
    engine, written = app.extensions["database"].engine, []
    pattern = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM)\s+(bid_envelope|sealed_envelope)\b")

    def watch(*arguments: object) -> None:
        if pattern.match(str(arguments[2])):
            written.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", watch)
    yield written
    sa.event.remove(engine, "before_cursor_execute", watch)


def test_no_act_after_the_deadline_writes_into_what_was_sealed(demo: Flask) -> None:
    """That a header which is never to be opened is destroyed, is noted there after the tender's end alone (test_keys)."""
    with session_of(demo) as session, statements_of(demo) as written:
        before = content_of(session)
        first = tender_on(session, LEATHER)
        assert closing_of(first) < clock.now(session, demo=True)
        ground.meet(demo, session, first)
        with_keys(demo, session, first, TenderAct.OPEN_A)
        accepted, rejected, last = bids_of(session, first)
        finance = context_of(demo, session, "finance")
        for bid in (accepted, last):
            advance(finance, bid, BidAct.ACCEPT_GUARANTEE)
        advance(finance, rejected, BidAct.REJECT_GUARANTEE, Verdict("امضا نمی‌خواند"))
        with_keys(demo, session, first, TenderAct.OPEN_B)
        advance(context_of(demo, session, "secretary"), first, TenderAct.ISSUE_OPENING_MINUTES)
        with_keys(demo, session, first, TenderAct.RENEW_SHARES)
        second = tender_on(session, FURNITURE)
        score_and_lock(demo, session, second, bids_of(session, second)[0].id)
        assert second.prices_open_at is not None
        at = second.prices_open_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, second, at)
        with_keys(demo, session, second, TenderAct.OPEN_PRICES, at)
        states = {b.state for t in (first, second) for b in bids_of(session, t)}
        assert states == {
            BidState.UNDER_EVALUATION, BidState.GUARANTEE_REJECTED, BidState.BELOW_MINIMUM, BidState.PRICED,
        }  # fmt: skip
        assert (content_of(session), written) == (before, [])


def test_a_submission_that_waited_across_the_deadline_is_late(demo: Flask) -> None:
    two_bids(demo)
    late, until = waited(demo, over=True)
    assert late[0] >= until
    assert late[1:] == (409, BidState.DRAFT, True)


def test_a_submission_that_waited_and_came_in_time_is_kept_with_the_instant_at_which_it_was_judged(demo: Flask) -> None:
    two_bids(demo)
    early, until = waited(demo, over=False)
    assert early[0] < until
    assert early[1:] == (302, BidState.SUBMITTED, False)


def waited(app: Flask, *, over: bool) -> tuple[tuple[dt.datetime, int, BidState, bool], dt.datetime]:
    """Post a submission while another connection holds the tender's row, and let go after the deadline or before it.

    Return the instant of letting go, the answer's status, how the bid stands, and whether the lateness was told; and the
    deadline.
    """
    client, number = signed_in(app, "firm2"), number_of(app, OLIVE)
    answers = []
    with session_of(app) as session:
        until = clock.now(session, demo=True) + dt.timedelta(seconds=2 if over else 30)
        session.execute(sa.update(Tender).where(Tender.number == number).values(closes_at=until))
    post = threading.Thread(target=lambda: answers.append(client.post(f"/tenders/{number}/bid/submit")))
    with session_of(app) as session:
        query = sa.select(Tender).where(Tender.number == number).with_for_update()
        assert session.scalars(query).one().state is TenderState.PUBLISHED
        post.start()
        time.sleep(0.5)  # for the other to read its clock and to come to the row
        assert post.is_alive()
        while over and clock.now(session, demo=True) < until:
            time.sleep(0.05)
        let_go = clock.now(session, demo=True)
    post.join()
    with session_of(app) as session:
        bid = bids_of(session, tender_on(session, OLIVE))[-1]
        if bid.state is BidState.SUBMITTED:
            assert bid.submitted_at is not None
            assert let_go <= bid.submitted_at < until
        return (let_go, answers[0].status_code, bid.state, "مهلت تسلیم" in answers[0].text), until


def test_what_an_act_brings_about_in_others_is_judged_at_the_acts_own_instant(demo: Flask) -> None:
    submitted, draft = two_bids(demo)
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        tender.closes_at = clock.now(session, demo=True) + dt.timedelta(seconds=1)
        session.flush()
        live = dataclasses.replace(context_of(demo, session, "firm2"), is_live=True)
        advance(live, session.get_one(Bid, draft), BidAct.SUBMIT, commands.submission_of(session.get_one(Bid, draft)))
        query = sa.select(LedgerEntry.at).where(LedgerEntry.act.in_((BidAct.SUBMIT, BidAct.REPLACE)))
        entries = session.scalars(query.order_by(LedgerEntry.id.desc()).limit(2)).all()
        assert len(set(entries)) == 1
        assert entries[0] > live.now
        assert session.get_one(Bid, submitted).state is BidState.REPLACED
        time.sleep(1.1)
        with pytest.raises(Refusal, match="مهلت تسلیم"):
            advance(live, session.get_one(Bid, draft), BidAct.WITHDRAW)
