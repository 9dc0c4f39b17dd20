"""A firm's bid, from the first envelope to the receipt; replaced, withdrawn, late, twice, and another's."""

import datetime as dt
import hashlib
import tempfile
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdfium2 import PdfDocument

from tender_app.bids import commands
from tender_app.bids.models import Bid, BidEnvelope
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, Start
from tender_app.demo.seed import seed
from tender_app.kernel.errors import NotNow, Stale
from tender_app.ledger.models import LedgerEntry
from tender_app.workflow.engine import advance, begin
from tests.bids import ground
from tests.bids.ground import OLIVE, PHASES, PRICE, TECHNICAL, TOTAL, number_of, post_envelope, prepare
from tests.make import context_of, session_of, signed_in


def test_a_firm_seals_three_envelopes_submits_once_and_holds_a_receipt(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    page = f"/tenders/{number}/bid"
    prepare(client, number)
    assert "مهر و موم شده، تسلیم شده نیست" in client.get(page).text
    answer = client.post(f"{page}/submit")
    assert (answer.status_code, answer.location) == (302, f"{page}/receipt")
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        digests = [e.sealed.digest for e in bid.envelopes]
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.SUBMIT)).all()[-1]
        assert bid.state is BidState.SUBMITTED
        assert entry.detail == {"receipt_no": bid.receipt_no, "digests": commands.digests_of(bid)}
        receipt_no = bid.receipt_no or ""
    shown = client.get(answer.location).text
    assert receipt_no in shown
    assert all(digest[:4] in shown for digest in digests)


def test_the_receipt_is_a_pdf_for_the_firm_alone(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    client.post(f"/tenders/{number}/bid/submit")
    shown = client.get(f"/tenders/{number}/bid/receipt").text
    path = shown.split('.pdf"')[0].split('"')[-1] + ".pdf"
    with client.get(path) as answer:
        assert answer.mimetype == "application/pdf"
        text = PdfDocument(answer.data)[0].get_textpage().get_text_range()
        assert "رسید تسلیم پیشنهاد" in text
        with client.get(path) as again:
            assert again.data == answer.data  # it was drawn once
        digest = hashlib.sha256(answer.data).hexdigest()
    assert "رسید تسلیم پیشنهاد" in demo.test_client().get(f"/verify?code={digest}").text
    others = [signed_in(demo, name).get(path).status_code for name in ("firm3", "officer", "auditor", "head")]
    assert others == [404] * 4


def test_r17_an_incomplete_bid_is_not_submitted_and_says_what_is_missing(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    post_envelope(client, number, "b")
    answer = client.post(f"/tenders/{number}/bid/submit")
    assert answer.status_code == 409
    assert "هنوز مهر و موم نشده است: پاکت الف (تضمین)، پاکت ج (قیمت)." in answer.text


def test_the_old_bid_stands_until_the_new_one_is_submitted(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    client.post(f"/tenders/{number}/bid/submit")
    client.post(f"/tenders/{number}/bid/start")
    assert post_envelope(client, number, "c", total=str(TOTAL)).status_code == 302
    with session_of(demo) as session:
        old, new = ground.bids_of(session, ground.tender_on(session, OLIVE))
        assert (old.state, new.state) == (BidState.SUBMITTED, BidState.DRAFT)
        kept = {k: old.envelope(k).sealed_id == new.envelope(k).sealed_id for k in EnvelopeKind}  # type: ignore[union-attr]
        assert kept == {EnvelopeKind.A: True, EnvelopeKind.B: True, EnvelopeKind.C: False}
    client.post(f"/tenders/{number}/bid/submit")
    with session_of(demo) as session:
        old, new = ground.bids_of(session, ground.tender_on(session, OLIVE))
        assert (old.state, new.state) == (BidState.REPLACED, BidState.SUBMITTED)
        assert (old.receipt_no or "-") in client.get(f"/tenders/{number}/bid").text


def test_sealing_again_supersedes_and_deletes_nothing(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    assert post_envelope(client, number, "c").status_code == 302
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        kinds = [e.kind for e in bid.envelopes if e.superseded_at is None]
        assert sorted(kinds) == sorted(EnvelopeKind)
        assert len(bid.envelopes) == 4


def test_a_bid_is_withdrawn_and_a_draft_set_aside(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    page = f"/tenders/{number}/bid"
    prepare(client, number)
    client.post(f"{page}/submit")
    assert client.get(f"{page}/withdraw").status_code == 200
    assert client.post(f"{page}/withdraw").status_code == 302
    client.post(f"{page}/start")
    assert client.post(f"{page}/discard").status_code == 302
    with session_of(demo) as session:
        states = [b.state for b in ground.bids_of(session, ground.tender_on(session, OLIVE))]
    assert states == [BidState.WITHDRAWN, BidState.DISCARDED]
    assert client.get(f"{page}/receipt").status_code == 404


def test_r15_a_late_bid_is_refused_by_one_second(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, firm = ground.tender_on(session, OLIVE), ground.firm_of(session, "firm2")
        closes = ground.closing_of(tender)
        bid = ground.draft(context_of(demo, session, "firm2"), tender, firm)
        late = context_of(demo, session, "firm2", closes)
        with pytest.raises(NotNow, match=r"مهلت تسلیم .* پایان یافت؛ اکنون ساعت سامانه .*۱۴:۰۰:۰۰ است") as refusal:
            advance(late, bid, BidAct.SUBMIT, commands.submission_of(bid))
        assert "ساعت ۱۴:۰۰ به وقت تهران" in refusal.value.reason
        with pytest.raises(NotNow):
            ground.seal(late, bid, EnvelopeKind.C, ground.price_form(tender))
        with pytest.raises(NotNow):
            begin(
                context_of(demo, session, "firm3", closes),
                Bid,
                BidAct.START,
                Start(ground.firm_of(session, "firm3"), tender),
            )
        second_before = context_of(demo, session, "firm2", closes - dt.timedelta(seconds=1))
        advance(second_before, bid, BidAct.SUBMIT, commands.submission_of(bid))
        assert bid.state is BidState.SUBMITTED
        with pytest.raises(NotNow):
            advance(late, bid, BidAct.WITHDRAW)


def test_the_page_of_a_late_envelope_gives_back_what_was_typed_and_keeps_nothing(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    with session_of(demo) as session:
        closes = ground.closing_of(ground.tender_on(session, OLIVE))
    ground.move_clock(demo, closes + dt.timedelta(seconds=1))
    answer = post_envelope(client, number, "b", approach="متنی که دیر رسید")
    assert answer.status_code == 409
    assert "متنی که دیر رسید" in answer.text
    assert "پایان یافت؛ اکنون ساعت سامانه" in answer.text
    with session_of(demo) as session:
        assert ground.bids_of(session, ground.tender_on(session, OLIVE))[-1].envelopes == []


def test_two_clicks_at_once_make_one_bid_and_both_see_its_receipt(demo: Flask) -> None:
    click_twice(demo)


@pytest.mark.postgresql
def test_two_clicks_at_once_make_one_bid_on_postgresql_too(postgresql_app: Flask) -> None:
    assert seed(postgresql_app.extensions["database"], postgresql_app.extensions["settings"]) is None
    click_twice(postgresql_app)


def click_twice(app: Flask) -> None:
    """Submit one draft from two windows at the same moment."""
    number = number_of(app, OLIVE)
    clients = [signed_in(app, "firm2") for _ in range(2)]
    prepare(clients[0], number)
    start, places = threading.Barrier(2), []

    def click(place: int) -> None:
        start.wait()
        places.append(clients[place].post(f"/tenders/{number}/bid/submit").location)

    threads = [threading.Thread(target=click, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places == [f"/tenders/{number}/bid/receipt"] * 2
    with session_of(app) as session:
        assert [b.state for b in ground.bids_of(session, ground.tender_on(session, OLIVE))] == [BidState.SUBMITTED]


def test_an_envelope_sealed_again_meanwhile_is_not_submitted_unseen(demo: Flask) -> None:
    with session_of(demo) as session:
        tender, firm = ground.tender_on(session, OLIVE), ground.firm_of(session, "firm2")
        ctx = context_of(demo, session, "firm2")
        bid = ground.draft(ctx, tender, firm)
        seen = commands.submission_of(bid)
        ground.seal(ctx, bid, EnvelopeKind.C, ground.price_form(tender))
        with pytest.raises(Stale):
            advance(ctx, bid, BidAct.SUBMIT, seen)


def test_another_firm_and_another_company_find_nothing_of_a_bid(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    prepare(client, number)
    client.post(f"/tenders/{number}/bid/submit")
    with session_of(demo) as session:
        bid = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1]
        address, receipt_no = f"/tenders/{number}/bids/{bid.id}", bid.receipt_no or ""
    for name in ("firm3", "nm.firm", "officer", "manager", "head", "auditor", "nm.officer", "evaluator1"):
        other = signed_in(demo, name)
        assert [other.get(address).status_code, other.get(f"{address}/files/1").status_code] == [404, 404], name
    assert signed_in(demo, "firm3").get(f"/tenders/{number}/bid/receipt").status_code == 404
    assert receipt_no not in signed_in(demo, "firm3").get(f"/tenders/{number}/bid").text
    assert receipt_no not in signed_in(demo, "officer").get(f"/tenders/{number}/opening").text


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("a", {"amount": "492499999"}, "کمتر از ۴۹۲٬۵۰۰٬۰۰۰ ریال است"),
        ("a", {"kind": "note"}, "۳۹۴٬۰۰۰٬۰۰۰ ریال به شمار می‌آید"),
        ("a", {"expires_on": "1405/09/20"}, "تضمین نباید زودتر پایان یابد"),
        ("a", {"expires_on": "1404/12/30"}, "۱۴۰۴"),
        ("a", {"kind": ""}, "گونه تضمین را برگزینید"),
        ("b", {"team-2-name": "", "team-2-role": "", "team-2-years": ""}, "دست‌کم سه نفر"),
        ("b", {"team-1-years": ""}, "سال سابقه، ردیف ۲"),
        ("b", {"declares": ""}, "بدون این اعلام"),
        ("c", {"total": str(TOTAL + 1)}, "جمع مرحله‌ها ۹٬۴۸۰٬۰۰۰٬۰۰۰ ریال است"),
        ("c", {"words": "نه میلیارد"}, "نه میلیارد و چهارصد و هشتاد میلیون ریال"),
        ("c", {"phases-4-amount": ""}, "۵. واگذاری به شبکه و خروج: این مورد را پر کنید"),
        ("c", {"phases-0-amount": "-5"}, "رقم درست بنویسید"),
        ("c", {"tax": ""}, "بگویید مالیات"),
        ("c", {"declares": ""}, "قیمت مشروط یا بی‌امضا"),
    ],
)
def test_each_fault_has_its_own_message_and_nothing_is_kept(
    demo: Flask, kind: str, changes: dict[str, str], told: str
) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    answer = post_envelope(client, number, kind, **changes)
    assert answer.status_code == 422
    assert told in answer.text
    with session_of(demo) as session:
        assert session.scalar(sa.select(sa.func.count()).where(BidEnvelope.bid_id == _last_bid(demo))) == 0


def test_a_total_of_zero_is_refused_though_a_phase_may_cost_nothing(demo: Flask) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    nothing = {f"phases-{place}-amount": "۰" for place in range(len(PHASES))}
    answer = post_envelope(client, number, "c", **nothing, total="۰", words="صفر")
    assert answer.status_code == 422
    assert "مبلغ نمی‌تواند صفر باشد" in answer.text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("method.exe", b"MZ" + b"0" * 400, "این گونه پرونده پذیرفته نیست"),
        ("method.pdf", b"", "پرونده خالی است"),
        ("method.pdf", b"plain text" * 40, "با پسوند .pdf نمی‌خواند"),
        ("method.pdf", ground.PDF[:-7], "ناتمام است"),
        ("method.pdf", b"%PDF-1.4\n" + b"0" * (21 * 1024 * 1024) + b"%%EOF", "مگابایت بیشتر است"),
    ],
)
def test_a_bad_file_gets_its_own_message_and_the_text_comes_back(
    demo: Flask, name: str, content: bytes, told: str
) -> None:
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    answer = post_envelope(client, number, "b", [(name, content)])
    assert answer.status_code == 422
    assert told in answer.text
    assert TECHNICAL["approach"] in answer.text


def test_r16_a_price_typed_on_the_real_page_is_nowhere_on_the_disk(
    demo: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    number, client = number_of(demo, OLIVE), signed_in(demo, "firm2")
    client.post(f"/tenders/{number}/bid/start")
    odd, said = (
        TOTAL + 7_654_321,
        "نه میلیارد و چهارصد و هشتاد و هفت میلیون و ششصد و پنجاه و چهار هزار و سیصد و بیست و یک",
    )
    changes = {"phases-4-amount": "7654321", "total": str(odd), "words": said}
    refused = post_envelope(client, number, "c", **{**changes, "declares": ""})
    sealed = post_envelope(client, number, "c", [("قیمت.pdf", ground.PDF)], **changes)
    assert (refused.status_code, sealed.status_code) == (422, 302)
    client.post(f"/tenders/{number}/bid/submit")
    canaries = [text.encode() for text in (str(odd), "7654321", "۷٬۶۵۴٬۳۲۱", "بیست و یک", "قیمت.pdf")]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [(path, word) for path in files for word in canaries if word in path.read_bytes()] == []
    assert PRICE["total"] != str(odd)


def _last_bid(app: Flask) -> int:
    with session_of(app) as session:
        return ground.bids_of(session, ground.tender_on(session, OLIVE))[-1].id
