"""The same intent to submit, sent twice or at any later time, is one act with one receipt; another intent is another act."""

import datetime as dt
import re
import threading

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tender_app.bids.models import Bid
from tender_app.bids.rules import BidAct, BidState
from tender_app.ledger.models import LedgerEntry
from tender_app.tenders.rules import TenderAct
from tests.bids import ground
from tests.bids.ground import OLIVE, number_of, post_envelope, prepare
from tests.keys import with_keys
from tests.make import session_of, signed_in

HIDDEN = re.compile(r'name="intent"[^>]*value="([0-9a-f]{64})"')


def form_of(client: FlaskClient, number: str) -> dict[str, str]:
    """Return what the form of the submission page carries now."""
    found = HIDDEN.search(client.get(f"/tenders/{number}/bid/submit").text)
    assert found is not None
    return {"intent": found[1]}


def send(client: FlaskClient, number: str, form: dict[str, str]) -> tuple[int, str]:
    """Post the form; return the status and where it leads."""
    answer = client.post(f"/tenders/{number}/bid/submit", data=form)
    return answer.status_code, answer.location or ""


def receipts(app: Flask) -> list[tuple[BidState, str | None]]:
    """Return (state, receipt) of the bids for the tender, in order."""
    with session_of(app) as session:
        return [(b.state, b.receipt_no) for b in ground.bids_of(session, ground.tender_on(session, OLIVE))]


def submissions(app: Flask) -> int:
    """Return how often anybody submitted, as the ledger has it."""
    with session_of(app) as session:
        count = sa.select(sa.func.count()).select_from(LedgerEntry).where(LedgerEntry.act == BidAct.SUBMIT)
        return session.scalar(count) or 0


def test_the_same_form_twice_gives_the_same_receipt(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form, before = form_of(client, number), submissions(demo)
    answers = [send(client, number, form) for _ in range(3)]
    assert answers == [(302, f"/tenders/{number}/bid/receipt")] * 3
    assert submissions(demo) == before + 1
    assert "این همان رسید است" in client.get(answers[0][1]).text


def test_a_form_sent_again_after_a_replacement_was_drafted_submits_no_draft(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form = form_of(client, number)
    send(client, number, form)
    client.post(f"/tenders/{number}/bid/start")
    post_envelope(client, number, "c")
    first = receipts(demo)
    assert send(client, number, form) == (302, f"/tenders/{number}/bid/receipt")
    assert receipts(demo) == first
    assert [state for state, _ in first] == [BidState.SUBMITTED, BidState.DRAFT]


def test_a_form_sent_again_after_the_replacement_stands_shows_the_older_receipt(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    older = form_of(client, number)
    send(client, number, older)
    client.post(f"/tenders/{number}/bid/start")
    newer = form_of(client, number)
    assert newer != older
    send(client, number, newer)
    (state, old_no), (_, new_no) = receipts(demo)
    assert state is BidState.REPLACED
    status, place = send(client, number, older)
    assert (status, place) == (302, f"/tenders/{number}/bid/receipt?no={old_no}")
    shown = client.get(place).text
    assert str(old_no) in shown
    assert "این نسخه جایگزین‌شده است و گشوده نمی‌شود" in shown
    assert str(new_no) not in shown
    assert send(client, number, newer) == (302, f"/tenders/{number}/bid/receipt")


def test_a_form_sent_again_after_withdrawal_shows_the_receipt_and_submits_nothing(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form = form_of(client, number)
    send(client, number, form)
    client.post(f"/tenders/{number}/bid/withdraw")
    ((state, no),) = receipts(demo)
    assert state is BidState.WITHDRAWN
    assert send(client, number, form) == (302, f"/tenders/{number}/bid/receipt?no={no}")
    assert receipts(demo) == [(state, no)]


def test_another_firm_finds_no_receipt_by_its_number_or_its_form(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form = form_of(client, number)
    send(client, number, form)
    ((_, no),) = receipts(demo)
    other = signed_in(demo, "firm3")
    assert other.get(f"/tenders/{number}/bid/receipt?no={no}").status_code == 404
    assert send(other, number, form) == (409, "")


def test_a_form_whose_envelope_was_sealed_again_submits_nothing_unseen(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form = form_of(client, number)
    post_envelope(client, number, "c")
    answer = client.post(f"/tenders/{number}/bid/submit", data=form)
    assert answer.status_code == 409
    assert "دوباره مهر و موم شده" in answer.text
    assert [state for state, _ in receipts(demo)] == [BidState.DRAFT]
    shown = HIDDEN.search(answer.text)
    assert shown is not None
    assert shown[1] != form["intent"]
    assert send(client, number, {"intent": shown[1]}) == (302, f"/tenders/{number}/bid/receipt")


def test_a_form_of_a_draft_that_was_set_aside_is_refused(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    form = form_of(client, number)
    client.post(f"/tenders/{number}/bid/discard")
    assert send(client, number, form) == (409, "")
    assert send(client, number, {"intent": "0" * 64}) == (409, "")
    prepare(client, number)
    assert send(client, number, {"intent": "چیزی دیگر"}) == (409, "")


def test_after_deadline_and_opening_the_form_still_shows_its_receipt_and_a_new_one_is_refused(demo: Flask) -> None:
    number, client, late = number_of(demo, OLIVE), signed_in(demo, "firm2"), signed_in(demo, "firm3")
    prepare(client, number)
    prepare(late, number)
    form, unsent = form_of(client, number), form_of(late, number)
    send(client, number, form)
    with session_of(demo) as session:
        tender = ground.tender_on(session, OLIVE)
        closes, opens = ground.closing_of(tender), tender.opens_at
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    assert send(client, number, form) == (302, f"/tenders/{number}/bid/receipt")
    assert send(late, number, unsent) == (409, "")
    assert opens is not None
    ground.move_clock(demo, opens + dt.timedelta(seconds=1))
    with session_of(demo) as session:
        tender = ground.tender_on(session, OLIVE)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
    assert send(client, number, form) == (302, f"/tenders/{number}/bid/receipt")
    assert client.get(f"/tenders/{number}/bid/receipt").status_code == 200


def test_the_same_form_from_many_windows_at_one_moment_is_one_submission(demo: Flask) -> None:
    number = number_of(demo, OLIVE)
    clients = [signed_in(demo, "firm2") for _ in range(4)]
    prepare(clients[0], number)
    form, before = form_of(clients[0], number), submissions(demo)
    start = threading.Barrier(len(clients))
    answers: list[tuple[int, str]] = []

    def click(client: FlaskClient) -> None:
        start.wait()
        answers.append(send(client, number, form))

    threads = [threading.Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(302, f"/tenders/{number}/bid/receipt")] * len(clients)
    assert submissions(demo) == before + 1
    with session_of(demo) as session:
        numbers = session.scalars(sa.select(Bid.receipt_no).where(Bid.receipt_no.is_not(None))).all()
        assert len(set(numbers)) == len(numbers)
