"""After publication nothing changes but by a numbered addendum that leaves bidders their time (R08, R10, R13)."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.kernel import calendar
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.ledger.log import verify
from tender_app.ledger.models import LedgerEntry
from tender_app.notifications.models import Message
from tender_app.people.capacities import grant
from tender_app.people.models import Person
from tender_app.regulation.days import WorkingCalendar
from tender_app.regulation.rules import Parameter
from tender_app.store.files import files_of
from tender_app.tenders import addenda, rescheduling
from tender_app.tenders.addenda_models import Addendum
from tender_app.tenders.addenda_rules import (
    AddendumAct,
    AddendumState,
    Amendment,
    Begun,
    Enclosure,
    Issued,
    TakenOut,
)
from tender_app.tenders.commands import terms_digest
from tender_app.tenders.models import TenderDocument
from tender_app.tenders.rules import Changes, TenderAct
from tender_app.workflow.engine import advance, begin, refusal_of
from tests.make import context_of, session_of
from tests.tenders.addenda_ground import DAY, drafted, issued, later, revision, working
from tests.tenders.ground import PDF, published, tender_of

LEAST = dt.timedelta(days=Parameter.ADDENDUM_DAYS.terms.default)
is_closed = WorkingCalendar().is_closed


def enclosure(app: Flask, title: str, content: bytes, replaces: int | None = None) -> Enclosure:
    stored = files_of(app.extensions["settings"]).put(content)
    return Enclosure(title, "new.pdf", "application/pdf", stored.key, stored.digest, stored.size, replaces)


def test_r08_nothing_published_changes_but_by_an_addendum(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        officer, manager = (context_of(app, session, name) for name in ("officer", "manager"))
        with pytest.raises(NotNow):
            advance(officer, tender, TenderAct.EDIT, Changes({"subject": "دیگر"}))
        with pytest.raises(NotNow, match="فقط با صدور الحاقیه"):
            advance(manager, tender, TenderAct.AMEND)
        draft = drafted(app, session, tender, revision({"subject": "دیگر"}))
        with pytest.raises(NotNow, match="فقط با صدور الحاقیه"):
            advance(manager, tender, TenderAct.AMEND, Amendment(draft, 1, {}, {"subject": "دیگر"}))
        with pytest.raises(NotAllowed):
            advance(officer, draft, AddendumAct.ISSUE, Issued())
        assert tender.subject == "عامل توسعه خوشه"
        advance(manager, draft, AddendumAct.ISSUE, Issued())
        assert (tender.subject, draft.number, draft.state) == ("دیگر", 1, AddendumState.ISSUED)
        with pytest.raises(NotNow, match="فقط با صدور الحاقیه"):  # the same one does not act twice
            advance(manager, tender, TenderAct.AMEND, Amendment(draft, 1, {}, {"subject": "سوم"}))


def test_r08_an_issued_addendum_keeps_old_and_new_in_the_ledger_the_paper_and_the_digest(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        old_digest, closes, opens = tender.terms_digest, tender.closes_at, tender.opens_at
        moved = later(tender, 20)
        first = issued(app, session, tender, revision({"guarantee": 500_000_000, **moved}))
        assert (first.digest_before, first.digest_after) == (old_digest, tender.terms_digest)
        assert tender.terms_digest == terms_digest(tender) != old_digest
        assert first.was["closes_at"] == closes
        assert first.changes["closes_at"] == tender.closes_at == moved["closes_at"]
        assert tender.extended_at == first.issued_at
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.AMEND)).one()
        assert entry.detail["addendum"] == 1
        assert entry.detail["terms"]["guarantee"] == 500_000_000
        assert entry.detail["closes_at"] == moved["closes_at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
        assert entry.detail["opens_before"] == opens.astimezone(dt.UTC).isoformat(timespec="microseconds")
        assert entry.detail["terms_digest"] == tender.terms_digest
        paper = session.scalars(sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.ADDENDUM)).one()
        assert (paper.is_public, paper.code) == (True, first.paper_code)
        assert entry.detail["papers"] == {f"addendum-{paper.code}": paper.digest}
        second = issued(app, session, tender, revision(text="شرحی برای روشن شدن بند ۳"))
        assert (second.number, second.is_material) == (2, False)
        assert second.digest_before == second.digest_after == tender.terms_digest
        assert verify(session)[2] == []


def test_r08_an_addendum_adds_and_replaces_documents_and_the_old_ones_stay(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        (old,) = tender.documents
        officer = context_of(app, session, "officer")
        draft = drafted(app, session, tender, revision(text="دفترچه تازه"))
        with pytest.raises(NotNow, match="معتبر نیست"):
            advance(officer, draft, AddendumAct.ENCLOSE, enclosure(app, "دفترچه", PDF, old.id + 99))
        advance(officer, draft, AddendumAct.ENCLOSE, enclosure(app, "دفترچه ۲", PDF + b"%2\n%%EOF", old.id))
        with pytest.raises(NotNow, match="معتبر نیست"):
            advance(officer, draft, AddendumAct.ENCLOSE, enclosure(app, "دفترچه ۳", PDF, old.id))
        advance(officer, draft, AddendumAct.ENCLOSE, enclosure(app, "نقشه", PDF))
        advance(officer, draft, AddendumAct.ENCLOSE, enclosure(app, "نادرست", PDF))
        advance(officer, draft, AddendumAct.TAKE_OUT, TakenOut(draft.documents[-1].id))
        assert draft.is_material  # who replaces a document changes the terms
        advance(context_of(app, session, "manager"), draft, AddendumAct.ISSUE, Issued())
        assert [d.title for d in tender.documents] == ["دفترچه ۲", "نقشه"]
        assert session.get_one(TenderDocument, old.id).superseded_at == draft.issued_at
        old_id, new_id = old.id, tender.documents[0].id
    client = app.test_client()
    for document, content in ((old_id, PDF), (new_id, PDF + b"%2\n%%EOF")):
        answer = client.get(f"/tenders/{number}/documents/{document}")
        assert answer.data == content
        answer.close()


def test_r08_who_had_a_hand_in_an_addendum_does_not_issue_it_and_what_changed_meanwhile_is_not_issued(
    app: Flask,
) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        draft = drafted(app, session, tender, revision(text="یک"))
        seen = addenda.edition(draft)
        officer, manager = (context_of(app, session, name) for name in ("officer", "manager"))
        advance(officer, draft, AddendumAct.REVISE, revision(text="دو"))
        with pytest.raises(NotNow, match="همان نیست که دیدید"):
            advance(manager, draft, AddendumAct.ISSUE, Issued(seen))
        assert manager.actor.person_id is not None
        where = {"scope": Scope.ORGANISATION, "scope_id": tender.organisation_id}
        grant(officer, manager.actor.person_id, Role.OFFICER, basis="حکم", **where)
        both = context_of(app, session, "manager")
        advance(both, draft, AddendumAct.REVISE, revision(text="سه"))
        with pytest.raises(NotNow, match="تهیه کرده"):
            advance(both, draft, AddendumAct.ISSUE, Issued())


def test_r13_an_addendum_close_to_the_deadline_extends_it_or_is_refused_with_the_days(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        assert tender.closes_at is not None
        now = tender.closes_at - LEAST + dt.timedelta(minutes=1)
        officer, manager = (context_of(app, session, name, now) for name in ("officer", "manager"))
        draft = drafted(app, session, tender, revision({"terms": "شرح خدمات تازه"}), now)
        assert draft.is_material
        with pytest.raises(NotNow, match=r"دست‌کم .* روز.*پیشنهاد: .*پایان مهلت تسلیم"):
            advance(manager, draft, AddendumAct.ISSUE, Issued())
        days = addenda.proposal(officer, draft)
        advance(manager, draft, AddendumAct.RESCHEDULE)
        advance(manager, draft, AddendumAct.ISSUE, Issued(addenda.edition(draft)))
        assert tender.closes_at - now >= LEAST
        for name in ("closes_at", "opens_at", "prices_open_at", "contract_by", "valid_until"):
            assert getattr(tender, name) == days[name]
            day = days[name]
            assert not is_closed(calendar.today(day) if isinstance(day, dt.datetime) else day)
        assert tender.opens_at is not None
        assert tender.prices_open_at is not None
        assert tender.closes_at <= tender.opens_at < tender.prices_open_at


@pytest.mark.parametrize(("left", "is_lawful"), [(LEAST, True), (LEAST - dt.timedelta(microseconds=1), False)])
def test_r13_the_least_time_is_counted_to_the_instant(app: Flask, left: dt.timedelta, *, is_lawful: bool) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        assert tender.closes_at is not None
        now = tender.closes_at - left
        draft = drafted(app, session, tender, revision({"minimum_bids": 2}), now)
        refused = refusal_of(context_of(app, session, "manager", now), draft, AddendumAct.ISSUE)
        assert (refused is None) is is_lawful
        session.rollback()


def test_r13_a_clarifying_addendum_needs_no_time_and_moves_nothing(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        closes = tender.closes_at
        assert closes is not None
        now = closes - dt.timedelta(minutes=1)
        made = issued(app, session, tender, revision(text="روز کاری یعنی روز کاری استان."), now)
        assert (made.is_material, tender.closes_at, tender.extended_at) == (False, closes, None)
        ctx = context_of(app, session, "officer", now)
        draft = begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
        advance(ctx, draft, AddendumAct.REVISE, revision({"closes_at": closes + DAY}, is_material=False))
        assert draft.is_material  # whatever was ticked
        session.rollback()


def test_r08_after_the_deadline_no_addendum_is_begun_or_issued(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        assert tender.closes_at is not None
        draft = drafted(app, session, tender, revision(text="توضیح"))
        before = tender.closes_at - dt.timedelta(microseconds=1)
        assert refusal_of(context_of(app, session, "manager", before), draft, AddendumAct.ISSUE) is None
        at = context_of(app, session, "manager", tender.closes_at)
        assert "ماده ۲۴" in (refusal_of(at, draft, AddendumAct.ISSUE) or "")
        with pytest.raises(NotNow, match="تجدید مناقصه"):
            begin(context_of(app, session, "officer", tender.closes_at), Addendum, AddendumAct.BEGIN, Begun(tender))
        advance(context_of(app, session, "officer", tender.closes_at), draft, AddendumAct.DROP)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"closes_at": -1}, "زودتر از آنچه اعلام شده"),
        ({"closes_at": 400}, "باید پس از"),
        ({"subject": ""}, "نمی‌تواند خالی شود"),
        ({"opening_place": ""}, "نمی‌تواند خالی شود"),
        ({"guarantee": 9_850_000_000}, "کمتر از برآورد"),
        ({"prebid_place": "تالار"}, "با هم نوشته می‌شود"),
        ({"prebid_at": 300, "prebid_place": "تالار"}, "پیش از پایان مهلت"),
        ({"questions_until": -300}, "در گذشته است"),
    ],
)
def test_r10_what_an_addendum_makes_of_the_terms_agrees_with_the_law(
    app: Flask, change: dict[str, object], said: str
) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        ctx = context_of(app, session, "manager")
        for name, value in change.items():
            if name.endswith(("_at", "_until")) and isinstance(value, int):
                change = change | {name: (getattr(tender, name) or ctx.now) + value * DAY}
        draft = drafted(app, session, tender, revision(change))
        assert said in (refusal_of(ctx, draft, AddendumAct.ISSUE) or "")
        session.rollback()


def test_all_are_told_of_an_addendum_in_the_same_words_at_the_same_moment(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        made = issued(app, session, tender_of(session, number), revision(text="توضیح"))
        rows = session.execute(
            sa.select(Person.username, Message.body, Message.at)
            .join(Message)
            .where(Message.subject.contains("الحاقیه"))
        ).all()
        assert {"firm1", "firm2", "head", "secretary", "officer", "manager"} <= {r.username for r in rows}
        assert {(r.body, r.at) for r in rows} == {(rows[0].body, made.issued_at)}


def test_one_addendum_is_drafted_at_a_time(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        tender = tender_of(session, number)
        first = drafted(app, session, tender, revision(text="یک"))
        ctx = context_of(app, session, "officer")
        with pytest.raises(NotNow, match="در دست تهیه"):
            begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))
        advance(ctx, first, AddendumAct.DROP)
        begin(ctx, Addendum, AddendumAct.BEGIN, Begun(tender))


INSTANTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2029, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


@given(
    closes=INSTANTS,
    left=st.integers(1, 60 * 24 * LEAST.days - 1),
    gaps=st.tuples(*[st.integers(0, 20)] * 3),
    hours=st.integers(0, 72),
)
def test_r13_whatever_the_days_the_proposal_leaves_the_time_in_order_and_on_working_days(
    closes: dt.datetime, left: int, gaps: tuple[int, int, int], hours: int
) -> None:
    opens = closes + dt.timedelta(hours=hours) + gaps[0] * DAY
    values = {
        "questions_until": closes - DAY,
        "closes_at": closes,
        "opens_at": opens,
        "prices_open_at": opens + gaps[1] * DAY + dt.timedelta(hours=1),
        "valid_until": (opens + (gaps[2] + 60) * DAY).date(),
        "bytes_hours": hours,
    }
    now = closes - dt.timedelta(minutes=left)
    found = rescheduling.proposed(values, now, LEAST, working)
    assert found["closes_at"] - now >= LEAST
    assert found["opens_at"] >= found["closes_at"] + dt.timedelta(hours=hours)
    assert found["prices_open_at"] > found["opens_at"]
    assert found["valid_until"] > values["valid_until"]
    for name, value in found.items():
        assert not is_closed(calendar.today(value) if isinstance(value, dt.datetime) else value), name
    assert rescheduling.proposed(values | found, now, LEAST, working) == {}
