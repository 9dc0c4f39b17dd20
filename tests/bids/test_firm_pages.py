"""What a firm reads of its own bid, from the first envelope to the letter of the result, and what the pages keep."""

import datetime as dt
import re

import pytest
from flask import Flask
from pypdfium2 import PdfDocument

from tender_app.bids.outlook import RETURNED, next_step
from tender_app.bids.rules import ASIDE, BidAct, BidState
from tender_app.documents.marks import ltr
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance
from tests.bids import ground
from tests.bids.ground import LEATHER, OLIVE, bids_of, number_of, post_envelope, prepare, tender_on
from tests.keys import with_keys
from tests.make import context_of, session_of, signed_in

FINISHED = "باقلوا"
PREPARED = "تا تسلیم این نسخه معتبر می‌ماند"
FILL = ("پر کردن و مهر و موم", "مهر و موم دوباره")


def test_a_draft_left_over_at_the_deadline_hides_nothing_of_the_bid_that_stands(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    page = f"/tenders/{number}/bid"
    prepare(client, number)
    client.post(f"{page}/submit")
    client.post(f"{page}/start")
    assert PREPARED in client.get(page).text
    with session_of(demo) as session:
        closes = ground.closing_of(tender_on(session, OLIVE))
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    shown = client.get(page).text
    assert PREPARED not in shown
    assert "این پیش‌نویس تا پایان مهلت تسلیم نشد و گشوده نمی‌شود. پیشنهادی که پیش‌تر تسلیم کرده‌اید معتبر است." in shown
    assert "وضعیت پیشنهاد شما: تسلیم‌شده. پاکت‌ها در جلسه کمیسیون گشوده می‌شود" in shown
    assert [words for words in FILL if words in shown] == []


def test_a_draft_that_was_never_submitted_is_told_so_after_the_deadline(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    with session_of(demo) as session:
        closes = ground.closing_of(tender_on(session, OLIVE))
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    shown = client.get(f"/tenders/{number}/bid").text
    assert "در این مناقصه پیشنهادی ندارید" in shown
    assert [words for words in FILL if words in shown] == []


def test_a_firm_sees_whether_the_original_of_its_guarantee_was_received(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    assert "دریافت آن ثبت نشده است" in client.get(f"/tenders/{number}/bid").text
    with session_of(demo) as session:
        firm = str(ground.firm_of(session, "firm2").id)
    signed_in(demo, "officer").post(f"/tenders/{number}/originals", data={"firm": firm, "number": "BG-77"})
    shown = client.get(f"/tenders/{number}/bid").text
    assert "دریافت آن ثبت نشده است" not in shown
    assert "شماره BG-77" in shown


def test_a_firm_follows_its_bid_through_the_opening(demo: Flask) -> None:
    number, client = number_of(demo, LEATHER), signed_in(demo, "firm1")
    page = f"/tenders/{number}/bid"
    seen = []
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
    seen.append("کمیسیون درباره تضمین شما رأی می‌دهد" in client.get(page).text)
    with session_of(demo) as session:
        for bid in bids_of(session, tender_on(session, LEATHER)):
            advance(context_of(demo, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE)
    seen.append("وضعیت پیشنهاد شما: تضمین پذیرفته" in client.get(page).text)
    with session_of(demo) as session:
        with_keys(demo, session, tender_on(session, LEATHER), TenderAct.OPEN_B)
    seen.append("جلسه گشایش قیمت:" in client.get(page).text)
    assert seen == [True] * 3
    assert "وضعیت: در ارزیابی فنی" in client.get(f"/tenders/{number}").text


def test_the_letter_of_the_result_is_found_on_the_firms_own_page_and_on_no_other(demo: Flask) -> None:
    page = f"/tenders/{number_of(demo, FINISHED)}/bid"
    letters = {}
    for name, words in (("firm3", "نامه اعلام برنده"), ("firm2", "نامه اعلام نتیجه")):
        shown = signed_in(demo, name).get(page).text
        letters[name] = re.findall(r"/papers/[\w-]+\.pdf", shown.split(words)[1])[0]
    answers = {}
    for name, path in letters.items():
        with signed_in(demo, "firm3").get(path) as answer:
            answers[name] = answer.status_code
    assert answers == {"firm3": 200, "firm2": 404}


@pytest.mark.parametrize("state", sorted(set(BidState) - {BidState.DRAFT, *ASIDE}))
def test_every_standing_of_a_bid_has_its_next_step_with_a_full_date(state: BidState) -> None:
    at = dt.datetime(2026, 12, 6, 6, 30, tzinfo=dt.UTC)
    tender = Tender(state=TenderState.TECHNICAL, has_envelope_a=True, opens_at=at, prices_open_at=at)
    tender.contract_by = dt.date(2027, 1, 4)
    told = next_step(tender, state)
    assert told.endswith(".")
    assert "{" not in told
    tender.has_envelope_a = False
    assert RETURNED not in next_step(tender, state)


def test_a_receipt_says_the_term_and_the_opening_and_promises_no_more_than_is_true(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    client.post(f"/tenders/{number}/bid/submit")
    shown = client.get(f"/tenders/{number}/bid/receipt").text
    receipt_no = re.findall(r"R-\w{4}-\w{4}", shown)[0]
    with client.get(f"/tenders/{number}/bid/receipt/{receipt_no}.pdf") as answer:
        text = " ".join(PdfDocument(answer.data)[0].get_textpage().get_text_range().split())
    assert "پایان مهلت تسلیم" in text
    assert "گشایش پاکت" in text
    assert "کسی محتوای آنها را" not in text
    assert f"رسید {ltr(receipt_no)}، " in client.get("/desk").text  # the date after it keeps its own order


def test_what_the_device_keeps_is_named_by_nothing_that_counts_bids(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    with session_of(demo) as session:
        legal_id = ground.firm_of(session, "firm2").legal_id
    kept = {kind: re.findall('data-keep="([^"]+)"', client.get(f"/tenders/{number}/bid/{kind}").text) for kind in "abc"}
    assert kept == {"a": [], "b": [f"bid-{number}-{legal_id}-b"], "c": [f"bid-{number}-{legal_id}-c"]}


def test_no_browser_cuts_a_long_text_and_the_server_says_so(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    shown = client.get(f"/tenders/{number}/bid/b").text
    assert 'rows="10"' in shown
    assert "maxlength" not in shown
    refused = post_envelope(client, number, "b", approach="م" * 20_001)
    assert (refused.status_code, "بیش از ۲۰۰۰۰ نویسه پذیرفته نیست" in refused.text) == (422, True)
    assert "م" * 20_001 in refused.text


def test_a_post_that_could_not_be_read_does_not_say_that_the_text_is_still_there(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    address = f"/tenders/{number}/bid/b"
    refused = client.post(address, data=b"--x\r\nno", content_type="multipart/form-data; boundary=x")
    assert refused.status_code == 422
    assert "هیچ بخشی از این ارسال نگه داشته نشد" in refused.text
    assert "سر جای خود است" not in refused.text


def test_a_sealed_envelope_is_told_with_the_number_of_its_files(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    answer = post_envelope(client, number, "b", [("a.pdf", ground.PDF), ("b.pdf", ground.PDF)])
    assert "پاکت ب (فنی) با ۲ پرونده مهر و موم شد" in client.get(answer.location).text
