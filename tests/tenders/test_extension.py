"""After an outage in the last hour before a deadline an extension for all is drafted; the manager decides, nothing else does."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tender_app.bids.rules import BidAct, BidState, EnvelopeKind
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.heartbeat import beat
from tender_app.ledger.models import LedgerEntry
from tender_app.ledger.pace import keep_pace
from tender_app.notifications.models import Message
from tender_app.people.models import Person
from tender_app.store import clock
from tender_app.tenders import extension
from tender_app.tenders.extension import Refused, draft_extensions, extension_by, least_hours
from tender_app.tenders.models import DraftedExtension, Tender
from tender_app.tenders.rules import Decision, TenderAct
from tender_app.worker import Worker
from tender_app.workflow.engine import advance, refusal_of
from tests.bids import ground
from tests.bids.ground import LEATHER, OLIVE, bids_of, number_of, prepare, tender_on
from tests.make import context_of, session_of, signed_in

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
REASON = "قطع در ساعت شلوغی نبود"


def down(session: Session, began: dt.datetime, ended: dt.datetime, until: dt.datetime) -> None:
    """Let the worker's beats show one outage, and nothing else, from three hours before it until an instant."""
    run = None
    for start, stop in ((began - 3 * HOUR, began), (ended, until)):
        now = start
        while now < stop:
            run = beat(session, now, run)
            now += MINUTE / 2
        run = beat(session, stop, run)


def closing(session: Session, closes: dt.datetime, subject: str = OLIVE) -> Tender:
    """Let a published tender close at an instant, and open a day later."""
    tender = tender_on(session, subject)
    tender.closes_at, tender.opens_at, tender.prices_open_at = closes, closes + 20 * HOUR, closes + 240 * HOUR
    session.flush()
    return tender


def drafted(app: Flask, session: Session, now: dt.datetime) -> list[DraftedExtension]:
    """Let the worker look, and return every draft there is."""
    draft_extensions(session, app.extensions["settings"], now)
    return list(session.scalars(sa.select(DraftedExtension).order_by(DraftedExtension.id)))


def test_an_outage_in_the_last_hour_drafts_one_extension_with_its_reason_for_the_manager(demo: Flask) -> None:
    with session_of(demo) as session:
        now = clock.true_now(session)
        closes = now + 10 * MINUTE
        tender = closing(session, closes)
        down(session, now - 25 * MINUTE, now - 5 * MINUTE, now)
        (draft,) = drafted(demo, session, now)
        assert (draft.tender_id, draft.lost, draft.decision) == (tender.id, 20 * 60, None)
        assert (draft.closes_at, draft.opens_at) == (closes + HOUR, closes + 21 * HOUR)
        assert "۲۰ دقیقه از مهلت" in draft.reason
        assert drafted(demo, session, now + MINUTE) == [draft]  # once
        assert tender.closes_at == closes  # never by itself
        told = session.execute(
            sa.select(Person.username).join(Message).where(Message.subject.contains("پیش‌نویس تمدید"))
        )
        assert told.scalars().all() == ["manager"]


@pytest.mark.parametrize(
    ("began", "ended", "closes", "hours"),
    [
        (-90, -70, -5, 0),  # over before the last hour began
        (-90, -65, -5, 0),
        (-90, -30, 10, 1),  # reaches into it
        (-90, -10, 10, 2),  # 80 minutes
        (-30, -10, -20, 1),  # it lasted over the deadline: what was lost until then, given back from now on
        (-5, -4, 30, 0),  # a minute is no outage
        (-40, -20, -45, 0),  # after the deadline
    ],
)
def test_what_reaches_into_the_last_hour_counts_and_is_given_back_in_whole_hours(
    demo: Flask, began: int, ended: int, closes: int, hours: int
) -> None:
    with session_of(demo) as session:
        now = clock.true_now(session)
        tender = closing(session, now + closes * MINUTE)
        down(session, now + began * MINUTE, now + ended * MINUTE, now)
        found = [d for d in drafted(demo, session, now) if d.tender_id == tender.id]
        assert [(d.closes_at - d.closes_before) // HOUR for d in found] == [hours] * bool(hours)


def test_a_deadline_that_is_far_or_an_opening_that_began_gets_no_draft(demo: Flask) -> None:
    with session_of(demo) as session:
        now = clock.true_now(session)
        closing(session, now + 61 * MINUTE)
        begun = closing(session, now - 10 * MINUTE, LEATHER)
        begun.opens_at = now - 5 * MINUTE
        session.flush()
        ground.meet(demo, session, begun, now)
        down(session, now - 40 * MINUTE, now - 20 * MINUTE, now)
        assert drafted(demo, session, now) == []


def test_what_is_lost_is_given_back_whole_however_late_the_manager_decides() -> None:
    closes = dt.datetime(2026, 11, 27, 10, 30, tzinfo=dt.UTC)
    draft = DraftedExtension(lost=50 * 60)
    found = [
        least_hours(draft, closes, closes + late)
        for late in (-HOUR, dt.timedelta(), 10 * MINUTE, 11 * MINUTE, 30 * HOUR)
    ]
    assert found == [1, 1, 1, 2, 31]


def waiting(app: Flask, session: Session, closes: int) -> tuple[Tender, DraftedExtension]:
    """Put a tender with a waiting draft on the table, whose deadline is so many minutes from now."""
    now = clock.true_now(session)
    tender = closing(session, now + closes * MINUTE)
    down(session, now - 30 * MINUTE, now - 10 * MINUTE, now)
    (draft,) = drafted(app, session, now)
    return tender, draft


def decide(
    app: Flask, session: Session, tender: Tender, draft: DraftedExtension, hours: int, who: str = "manager"
) -> None:
    advance(context_of(app, session, who), tender, TenderAct.EXTEND, extension_by(draft, tender, hours))


def test_an_extension_moves_deadline_and_opening_for_all_and_tells_everybody(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    prepare(signed_in(demo, "firm2"), number)
    signed_in(demo, "firm2").post(f"/tenders/{number}/bid/submit")
    signed_in(demo, "firm3").post(f"/tenders/{number}/bid/start")
    with session_of(demo) as session:
        tender, draft = waiting(demo, session, -5)
        closes, opens, at = draft.closes_before, tender.opens_at, context_of(demo, session, "manager").now
        late = context_of(demo, session, "firm3")
        bid = next(b for b in bids_of(session, tender) if b.state is BidState.DRAFT)
        assert "پایان یافت" in (refusal_of(late, bid, BidAct.SUBMIT) or "")
        decide(demo, session, tender, draft, 2)
        assert (tender.closes_at, tender.opens_at) == (closes + 2 * HOUR, opens + 2 * HOUR if opens else None)
        assert draft.decision is Decision.EXTENDED
        states = {b.state for b in bids_of(session, tender)}
        assert states == {BidState.SUBMITTED, BidState.DRAFT}
        ground.seal(context_of(demo, session, "firm3"), bid, EnvelopeKind.C, ground.price_form(tender))  # reopened
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.EXTEND)).one()
        assert entry.detail["reason"] == draft.reason
        said = dt.datetime.fromisoformat(entry.detail["closes_at"])
        before = dt.datetime.fromisoformat(entry.detail["closes_before"])
        assert said - before == 2 * HOUR
        query = sa.select(Person.username).join(Message).where(Message.subject.contains("برای همه تمدید شد"))
        told = set(session.scalars(query.where(Message.at >= at)))
        assert {"firm1", "firm2", "firm3", "head", "finance", "technical", "secretary"} <= told
        assert not {"evaluator1", "nm.head"} & told
        with pytest.raises(NotNow, match="پیش‌نویس تمدیدی در انتظار تصمیم نیست"):
            decide(demo, session, tender, draft, 2)
    public = demo.test_client().get(f"/tenders/{number}").text
    assert ["تمدید برای همه" in public, "در دسترس نبود" in public] == [True, True]


def test_a_declined_draft_leaves_the_deadline_and_opens_the_way_to_the_opening(demo: Flask) -> None:
    with session_of(demo) as session:
        now = clock.true_now(session)
        tender = closing(session, now - 5 * MINUTE, LEATHER)
        tender.opens_at = now - 3 * MINUTE
        down(session, now - 30 * MINUTE, now - 10 * MINUTE, now)
        (draft,) = drafted(demo, session, now)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        assert "نخست مدیرعامل درباره پیش‌نویس تمدید" in (refusal_of(head, tender, TenderAct.OPEN_A) or "")
        with pytest.raises(NotNow, match="جلسه گشایش آغاز شده"):
            decide(demo, session, tender, draft, 1)
        closes = tender.closes_at
        advance(context_of(demo, session, "manager"), tender, TenderAct.DECLINE_EXTENSION, Refused(draft.id, REASON))
        assert (tender.closes_at, draft.decision, draft.note) == (closes, Decision.DECLINED, REASON)
        assert refusal_of(context_of(demo, session, "head"), tender, TenderAct.OPEN_A) is None
        assert drafted(demo, session, now + MINUTE) == [draft]


@pytest.mark.parametrize("who", ["officer", "head", "secretary", "firm2", "auditor", "nm.manager"])
def test_nobody_but_the_manager_decides(demo: Flask, who: str) -> None:
    with session_of(demo) as session:
        tender, draft = waiting(demo, session, 10)
        with pytest.raises(NotAllowed):
            decide(demo, session, tender, draft, 1, who)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, who), tender, TenderAct.DECLINE_EXTENSION, Refused(draft.id, REASON))


def test_less_than_was_lost_or_as_far_as_the_prices_is_refused(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, draft = waiting(demo, session, 10)
        session.execute(sa.update(DraftedExtension).values(lost=90 * 60))
        session.expire_all()
        for hours, told in ((1, "تمدید دست‌کم ۲ ساعت است"), (230, "تمدید کوتاه‌تری برگزینید")):
            with pytest.raises(NotNow, match=told):
                decide(demo, session, tender, draft, hours)
        stale = extension_by(draft, tender, 2)
        decide(demo, session, tender, draft, 2)
        with pytest.raises(NotNow):
            advance(context_of(demo, session, "manager"), tender, TenderAct.EXTEND, stale)


def test_the_manager_meets_the_draft_on_the_desk_and_decides_on_its_page(demo: Flask) -> None:
    number, manager = number_of(demo, OLIVE), signed_in(demo, "manager")
    task, address = "تصمیم درباره تمدید مهلت", f"/tenders/{number}/extension"
    assert task not in manager.get("/desk").text
    assert address not in manager.get(f"/tenders/{number}").text
    with session_of(demo) as session:
        waiting(demo, session, 10)
    assert task in manager.get("/desk").text
    assert address in manager.get(f"/tenders/{number}").text
    assert address not in signed_in(demo, "officer").get(f"/tenders/{number}").text
    shown = manager.get(address).text
    assert ["در دسترس نبود" in shown, re.findall(r'name="hours"[^>]*value="([^"]*)"', shown)] == [True, ["۱"]]
    refused = manager.post(f"{address}/decline", data={"text": ""})
    assert (refused.status_code, "دلیل را بنویسید" in refused.text) == (422, True)
    assert manager.post(address, data={"hours": "۱"}).status_code == 302
    assert task not in manager.get("/desk").text
    assert manager.post(address, data={"hours": "۱"}).status_code == 409
    assert signed_in(demo, "officer").get(address).status_code == 403
    entry = signed_in(demo, "auditor").get(f"/tenders/{number}/ledger").text
    assert "تمدید مهلت برای همه" in entry


def test_the_worker_itself_drafts_after_it_was_away(demo: Flask) -> None:
    worker = Worker(demo.extensions["database"], demo.extensions["settings"])
    with session_of(demo) as session:
        now = clock.true_now(session)
        tender = closing(session, now + 30 * MINUTE)
        beat(session, now - 20 * MINUTE, None)
    worker.beat()
    worker.beat()
    with session_of(demo) as session:
        found = session.scalars(sa.select(DraftedExtension)).all()
        assert [(d.tender_id, d.lost // 60) for d in found] == [(tender.id, 20)]


def test_in_a_demonstration_an_outage_before_the_clock_was_moved_stays_where_it_was(demo: Flask) -> None:
    settings = demo.extensions["settings"]
    with session_of(demo) as session:
        now = clock.true_now(session)
        keep_pace(session, settings, now - 40 * MINUTE, is_active=True)
        down(session, now - 30 * MINUTE, now - 10 * MINUTE, now - 5 * MINUTE)
        keep_pace(session, settings, now - 5 * MINUTE, is_active=True)
        clock.move_forward(session, dt.timedelta(days=3))
        keep_pace(session, settings, now, is_active=True)
        closing(session, now + dt.timedelta(days=3) + 10 * MINUTE)
        assert drafted(demo, session, now) == []
        beat(session, now + 2 * MINUTE, None)
        (draft,) = drafted(demo, session, now + 3 * MINUTE)
        assert draft.outage_to == now + 2 * MINUTE
        assert extension.waiting(context_of(demo, session, "manager"), tender_on(session, OLIVE)) == draft
