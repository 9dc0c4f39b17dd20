"""The receipt log: what is promised is kept within two minutes, its pace tells nothing, and its heads hold together."""

import datetime as dt
import itertools
import json
import stat
import threading

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids import commands
from tender_app.bids.rules import BidAct
from tender_app.ledger import merkle, receipt_log, signing
from tender_app.ledger.heartbeat import beat, outages
from tender_app.ledger.models import Heartbeat, LogAct, LogLeaf
from tender_app.ledger.pace import keep_pace
from tender_app.store import clock
from tender_app.worker import Worker, needs_minutes
from tender_app.workflow.engine import advance
from tests.bids.ground import OLIVE, draft, firm_of, tender_on
from tests.make import context_of, session_of

MINUTE = dt.timedelta(minutes=1)


def beats(session: Session, app: Flask, since: dt.datetime, minutes: int) -> None:
    """Let a worker beat over so many minutes of true time."""
    run = None
    for half in range(2 * minutes + 1):
        now = since + half * MINUTE / 2
        run = beat(session, now, run)
        keep_pace(session, app.extensions["settings"], now, is_active=True)


def submitted(app: Flask, session: Session) -> LogAct:
    """Submit a bid for the olive tender and return what entered the log."""
    ctx = context_of(app, session, "firm3")
    bid = draft(ctx, tender_on(session, OLIVE), firm_of(session, "firm3"))
    advance(ctx, bid, BidAct.SUBMIT, commands.submission_of(bid))
    act = receipt_log.act_of(session, bid.receipt_no or "")
    assert act is not None
    return act


def proved(receipt: dict[str, object]) -> bool:
    """Check a receipt as an outsider would, from its JSON alone."""
    plain = json.loads(json.dumps(receipt))
    key, inclusion = plain["log_key"], plain["inclusion"]
    act = merkle.leaf_hash(bytes.fromhex(plain["nonce"]) + signing.canonical(plain["act"]))
    path = [bytes.fromhex(step) for step in inclusion["slot_path"]]
    leaf, head = inclusion["leaf"], inclusion["head"]
    steps = [bytes.fromhex(step) for step in inclusion["path"]]
    hashed = merkle.leaf_hash(signing.canonical(leaf))
    return (
        plain["promise"]["act"] == act.hex()
        and signing.is_signed(key, signing.PROMISE, plain["promise"])
        and merkle.slot_root(act, inclusion["slot"], path).hex() == leaf["commitment"]
        and merkle.is_included(hashed, inclusion["position"], head["size"], steps, bytes.fromhex(head["root"]))
        and signing.is_signed(key, signing.HEAD, head)
        and leaf["from"] < leaf["to"] <= head["at"]
    )


def test_a_submission_is_promised_at_once_and_proved_within_two_minutes(demo: Flask) -> None:
    settings = demo.extensions["settings"]
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 1)
        act = submitted(demo, session)
        early = receipt_log.receipt_of(session, settings, act)
        assert early["inclusion"] is None
        assert signing.is_signed(str(early["log_key"]), signing.PROMISE, act.promise)
        recorded = dt.datetime.fromisoformat(act.body["recorded_at"])
        assert dt.datetime.fromisoformat(act.promise["by"]) - recorded == 2 * MINUTE
        beats(session, demo, start + MINUTE, 2)
        receipt = receipt_log.receipt_of(session, settings, act)
        assert proved(receipt)
        first = receipt["inclusion"]
        beats(session, demo, start + 3 * MINUTE, 3)
        assert receipt_log.receipt_of(session, settings, act)["inclusion"] == first


@pytest.mark.parametrize("changed", ["act", "nonce", "slot", "leaf", "position", "head"])
def test_a_receipt_in_which_anything_is_changed_proves_nothing(demo: Flask, changed: str) -> None:
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 1)
        act = submitted(demo, session)
        beats(session, demo, start + MINUTE, 3)
        receipt = json.loads(json.dumps(receipt_log.receipt_of(session, demo.extensions["settings"], act)))
    assert proved(receipt)
    inclusion = receipt["inclusion"]
    match changed:
        case "act":
            receipt["act"]["at"] = receipt["act"]["at"].replace("20", "19", 1)
        case "nonce":
            receipt["nonce"] = "00" * 16
        case "slot":
            inclusion["slot"] ^= 1
        case "leaf":
            inclusion["leaf"]["to"] = inclusion["leaf"]["to"].replace("+00:00", "+01:00")
        case "position":
            inclusion["position"] -= 1
        case _:
            inclusion["head"]["size"] += 1
    assert not proved(receipt)


def test_the_log_grows_at_one_leaf_a_minute_whatever_happens(demo: Flask) -> None:
    with session_of(demo) as session:
        assert needs_minutes(session)
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 5)
        assert receipt_log.size_of(session) == 6
        submitted(demo, session)
        beats(session, demo, start + 5 * MINUTE, 5)
        told = receipt_log.leaves(session, 0, 100)
        assert [leaf["kind"] for leaf in told] == ["before"] + ["minute"] * 10
        assert all(one["to"] == two["from"] for one, two in itertools.pairwise(told))
        assert {len(json.dumps(leaf)) for leaf in told[1:]} == {len(json.dumps(told[1]))}
        assert all(set(leaf) == {"kind", "from", "to", "commitment"} for leaf in told[1:])


def test_nothing_is_written_while_nobody_bids_and_an_act_of_then_still_gets_its_leaf(demo: Flask) -> None:
    settings = demo.extensions["settings"]
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 1)
        run, size = None, receipt_log.size_of(session)
        for half in range(2, 41):
            now = start + half * MINUTE / 2
            run = beat(session, now, run)
            assert keep_pace(session, settings, now, is_active=False) == 0
        act = submitted(demo, session)
        later = start + 21 * MINUTE
        beat(session, later, run)
        assert keep_pace(session, settings, later, is_active=False) == 1
        assert receipt_log.size_of(session) == size + 1
        assert receipt_log.leaves(session, size, size + 1)[0]["kind"] == "idle"
        assert proved(receipt_log.receipt_of(session, settings, act))


def test_a_time_when_the_service_was_down_is_one_leaf_with_from_and_to(demo: Flask) -> None:
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 2)
        back = start + dt.timedelta(hours=1, seconds=10)
        assert outages(session, start, back) == [(start + 2 * MINUTE, back)]
        beats(session, demo, back, 2)
        down = [leaf for leaf in receipt_log.leaves(session, 0, 100) if leaf["kind"] == "down"]
        assert (down[0]["from"], down[-1]["to"]) == (
            receipt_log.instant(start + 2 * MINUTE),
            receipt_log.instant(back),
        )
        assert outages(session, back, back + 2 * MINUTE) == []
        assert session.query(Heartbeat).count() == 2


def test_a_jump_of_the_demonstrations_clock_is_one_leaf_and_signed_with_the_true_time(demo: Flask) -> None:
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 1)
        clock.move_forward(session, dt.timedelta(days=11))
        now = start + MINUTE + dt.timedelta(seconds=20)
        keep_pace(session, demo.extensions["settings"], now, is_active=True)
        *_, jump = receipt_log.leaves(session, 0, 100)
        assert jump["kind"] == "clock"
        assert jump["to"] == receipt_log.instant(now)
        shown = [dt.datetime.fromisoformat(jump["demonstration"][end]) for end in ("from", "to")]
        assert shown[1] - shown[0] == dt.timedelta(days=11, seconds=20)
        head = receipt_log.head_at(session, now + dt.timedelta(days=3))
        assert head is not None
        assert head["size"] == receipt_log.size_of(session)
        assert head["at"] == receipt_log.instant(now)
        assert receipt_log.head_at(session, start - MINUTE * 2) is None
        assert receipt_log.head_at(session, now + dt.timedelta(days=30)) is None


def test_every_head_is_signed_and_continues_the_one_before(demo: Flask) -> None:
    with session_of(demo) as session:
        start = clock.true_now(session).replace(second=0, microsecond=0)
        beats(session, demo, start, 12)
        public = signing.public_of(demo.extensions["settings"])
        told = receipt_log.heads(session)
        assert [head["size"] for head in told] == list(range(1, 14))
        assert all(signing.is_signed(public, signing.HEAD, head) for head in told)
        assert not signing.is_signed(public, signing.PROMISE, told[0])
        for old in told:
            for new in told[old["size"] - 1 :]:
                path = [bytes.fromhex(s) for s in receipt_log.consistency(session, old["size"], new["size"])]
                roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
                assert merkle.is_consistent(old["size"], new["size"], path, roots)


def test_two_workers_at_once_write_each_leaf_once(demo: Flask) -> None:
    database, settings = demo.extensions["database"], demo.extensions["settings"]
    Worker(database, settings).beat()
    with session_of(demo) as session:
        last = receipt_log.last_leaf(session)
        assert last is not None
        last.ends = last.binding_ends = last.ends - 3 * MINUTE
    workers = [threading.Thread(target=Worker(database, settings).beat) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    Worker(database, settings).beat()
    with session_of(demo) as session:
        told = session.query(LogLeaf).order_by(LogLeaf.position).all()
        assert [leaf.position for leaf in told] == list(range(len(told)))
        assert len(told) >= 4
        assert all(one.body["to"] == two.body["from"] for one, two in itertools.pairwise(told[1:]))


def test_the_logs_key_is_made_once_and_for_its_owner_alone(demo: Flask) -> None:
    settings = demo.extensions["settings"]
    (settings.keys / signing.FILE).unlink(missing_ok=True)
    found: list[str] = []
    makers = [threading.Thread(target=lambda: found.append(signing.public_of(settings))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(set(found)) == 1
    assert stat.S_IMODE((settings.keys / signing.FILE).stat().st_mode) == 0o600
    assert [path.name for path in settings.keys.glob("log.key*")] == ["log.key"]
