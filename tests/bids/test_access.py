"""A firm sees who opened which of its files, when and in which capacity; nobody does unseen."""

import datetime as dt
import re
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tender_app.bids.access import PAGE, accesses_in, accesses_of, keep_access
from tender_app.bids.models import Bid, FileAccess, OpenedEnvelope, OpenedFile
from tender_app.bids.rules import EnvelopeKind
from tender_app.kernel.vocabulary import Role
from tender_app.people.models import Person
from tests.bids import ground
from tests.bids.ground import FURNITURE, number_of, tender_on
from tests.make import context_of, questions_to, session_of, signed_in

MINUTE = dt.timedelta(minutes=1)
SECTION = "چه کسی پرونده‌های شما را گشود"


def files_in(session: Session, firm: str, kind: EnvelopeKind = EnvelopeKind.B) -> list[tuple[int, int, str]]:
    """Return (bid, file, name) of the files that came out of a firm's envelope."""
    tender, owner = tender_on(session, FURNITURE), ground.firm_of(session, firm)
    query = (
        sa.select(Bid.id, OpenedFile.id, OpenedFile.name)
        .join(OpenedEnvelope, OpenedEnvelope.bid_id == Bid.id)
        .join(OpenedFile, OpenedFile.opened_envelope_id == OpenedEnvelope.id)
        .where(Bid.tender_id == tender.id, Bid.firm_id == owner.id, OpenedEnvelope.kind == kind)
        .order_by(OpenedFile.id)
    )
    return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]


def kept(app: Flask) -> list[tuple[int, str, Role]]:
    """Return (file, user name, role) of every access that was kept, in order."""
    with session_of(app) as session:
        query = sa.select(FileAccess.opened_file_id, Person.username, FileAccess.role)
        query = query.join(Person, Person.id == FileAccess.person_id).order_by(FileAccess.id)
        return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]


def fetch(client: FlaskClient, address: str) -> int:
    with client.get(address) as answer:
        return answer.status_code


def address_of(app: Flask, firm: str, kind: EnvelopeKind = EnvelopeKind.B) -> tuple[str, int]:
    with session_of(app) as session:
        bid, file, _ = files_in(session, firm, kind)[0]
    return f"/tenders/{number_of(app, FURNITURE)}/bids/{bid}/files/{file}", file


def test_whoever_opens_a_file_is_kept_with_the_capacity_that_let_them_and_is_shown_to_the_firm(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    address, file = address_of(demo, "firm1")
    assert SECTION in signed_in(demo, "firm1").get(f"/tenders/{number}/bid").text
    people = ("finance", "auditor", "evaluator2", "evaluator1")
    assert [fetch(signed_in(demo, name), address) for name in people] == [200] * 4
    roles = (Role.FINANCE, Role.AUDITOR, Role.EVALUATOR, Role.EVALUATOR)
    assert kept(demo) == [(file, *row) for row in zip(people, roles, strict=True)]
    shown = signed_in(demo, "firm1").get(f"/tenders/{number}/bid").text.partition(SECTION)[2].partition("</section>")[0]
    with session_of(demo) as session:
        names = dict(session.execute(sa.select(Person.username, Person.name)).all())
    assert [names[p] in shown for p in people] == [True, True, False, False]
    assert re.findall(r">(ارزیاب [۰-۹]+)<", shown) == ["ارزیاب ۲", "ارزیاب ۱"]  # evaluator2 came first
    assert "عضو مالی کمیسیون" in shown


def test_nobody_else_learns_of_it_but_the_auditor_who_reads_every_name(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    address, _ = address_of(demo, "firm1")
    assert fetch(signed_in(demo, "evaluator1"), address) == 200
    other = signed_in(demo, "firm2").get(f"/tenders/{number}/bid").text
    assert "هنوز کسی پرونده‌ای از پیشنهاد شما را نگشوده است" in other
    with session_of(demo) as session:
        name = session.scalars(sa.select(Person.name).where(Person.username == "evaluator1")).one()
    shown = signed_in(demo, "auditor").get(f"/tenders/{number}/access")
    assert (shown.status_code, name in shown.text, "پیشگامان" in shown.text) == (200, True, True)
    assert f"/tenders/{number}/access" in signed_in(demo, "auditor").get(f"/tenders/{number}").text
    for closed in ("officer", "head", "evaluator2", "firm1", "nm.officer"):
        assert signed_in(demo, closed).get(f"/tenders/{number}/access").status_code == 404, closed


def test_what_is_refused_is_not_kept(demo: Flask) -> None:
    address, _ = address_of(demo, "firm1")
    assert [fetch(signed_in(demo, name), address) for name in ("firm2", "firm1", "officer")] == [404] * 3
    assert kept(demo) == []


def test_views_within_ten_minutes_count_once_for_each_file_person_and_capacity(demo: Flask) -> None:
    with session_of(demo) as session:
        bid, file, _ = files_in(session, "firm1")[0]
        other_bid, other, _ = files_in(session, "firm2")[0]
        first = context_of(demo, session, "finance")
        keep_access(first, file, bid, Role.FINANCE)
        for later, which, of, role in (
            (9 * MINUTE, file, bid, Role.FINANCE),
            (10 * MINUTE, file, bid, Role.FINANCE),  # the ten minutes are over
            (10 * MINUTE, file, bid, Role.HEAD),
            (10 * MINUTE, other, other_bid, Role.FINANCE),
        ):
            keep_access(context_of(demo, session, "finance", first.now + later), which, of, role)
        keep_access(context_of(demo, session, "technical", first.now + 10 * MINUTE), file, bid, Role.TECHNICAL)
    assert kept(demo) == [
        (file, "finance", Role.FINANCE),
        (file, "finance", Role.FINANCE),
        (file, "finance", Role.HEAD),
        (other, "finance", Role.FINANCE),
        (file, "technical", Role.TECHNICAL),
    ]


def test_two_views_at_once_are_one(demo: Flask) -> None:
    address, file = address_of(demo, "firm1")
    clients = [signed_in(demo, "finance") for _ in range(4)]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda c=c: answers.append(fetch(c, address))) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, kept(demo)) == ([200] * 4, [(file, "finance", Role.FINANCE)])


def test_a_list_is_read_in_pages_with_the_same_numbers_and_as_many_questions(demo: Flask) -> None:
    with session_of(demo) as session:
        bid_id, file, _ = files_in(session, "firm1")[0]
        bid, tender = session.get_one(Bid, bid_id), tender_on(session, FURNITURE)
        who = context_of(demo, session, "evaluator1")
        keep_access(who, file, bid_id, Role.EVALUATOR)
        firm = context_of(demo, session, "firm1")
        with questions_to(demo) as at_one:
            assert [a.who for a in accesses_of(firm, bid).rows] == ["ارزیاب ۱"]
        for n in range(1, PAGE + 5):
            keep_access(
                context_of(demo, session, "evaluator2", who.now + n * 11 * MINUTE), file, bid_id, Role.EVALUATOR
            )
        with questions_to(demo) as at_many:
            newest = accesses_of(firm, bid)
        assert len(at_one) == len(at_many)
        assert ({a.who for a in newest.rows}, len(newest.rows)) == ({"ارزیاب ۲"}, PAGE)
        oldest = accesses_of(firm, bid, newest.before)
        assert ([a.who for a in oldest.rows], oldest.before) == (["ارزیاب ۲"] * 4 + ["ارزیاب ۱"], None)
        assert len(accesses_in(firm, tender).rows) == PAGE
    client, number = signed_in(demo, "firm1"), number_of(demo, FURNITURE)
    after = re.findall(r'href="([^"]+)" rel="next"', client.get(f"/tenders/{number}/bid").text)
    assert "ارزیاب ۱" in client.get(after[0].replace("&amp;", "&")).text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30])
def test_a_cursor_that_is_none_shows_the_newest(demo: Flask, before: str) -> None:
    number = number_of(demo, FURNITURE)
    assert signed_in(demo, "firm1").get(f"/tenders/{number}/bid?before={before}").status_code == 200
