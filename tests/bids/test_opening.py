"""The sessions: who must be present, what is opened of whom and in which order, and what stays sealed for ever."""

import dataclasses
import datetime as dt
import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdfium2 import PdfDocument
from sqlalchemy.orm import Session

from tender_app.bids.models import Bid, Guarantee, OpenedEnvelope, OriginalReceived, Price
from tender_app.bids.rules import BidAct, BidState, EnvelopeKind, GuaranteeKind, Original, Verdict
from tender_app.demo.story import declare
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.evaluation.models import Score, ScoreSheet
from tender_app.evaluation.rules import Scored, SheetAct, SheetState
from tender_app.kernel.errors import NotAllowed, NotNow
from tender_app.ledger.models import LedgerEntry
from tender_app.people.models import Firm
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.files import files_of
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.rules import TenderAct, TenderState
from tender_app.workflow.engine import advance, refusal_of
from tests.bids import ground
from tests.bids.ground import FURNITURE, LEATHER, OLIVE, bids_of, number_of, tender_on
from tests.keys import keys_for, open_on_pages, with_keys
from tests.make import context_of, questions_to, rows_of, session_of, signed_in

FINISHED = "باقلوا"
REASON = "امضای تضمین با نمونه بانک نمی‌خواند"


def sealed_in(session: Session, bid: Bid, kind: EnvelopeKind) -> SealedEnvelope:
    placed = session.get_one(Bid, bid.id).envelope(kind)
    assert placed is not None
    return placed.sealed


def spoil(app: Flask, session: Session, bid: Bid, kind: EnvelopeKind) -> None:
    """Change one byte of an envelope where it lies."""
    path = files_of(app.extensions["settings"]).path(sealed_in(session, bid, kind).payload_key)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_the_first_session_runs_on_the_pages_from_attendance_to_the_minutes(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    clients = {name: signed_in(demo, name) for name in ("head", "finance", "secretary")}
    head, finance, secretary = clients.values()
    hidden = secretary.get(f"/tenders/{number}/opening").text
    assert "تا گشایش پنهان است" in hidden
    assert "طارم" not in hidden
    refused = head.post(f"/tenders/{number}/open/a")
    assert (refused.status_code, "جلسه رسمیت ندارد" in refused.text) == (409, True)
    with session_of(demo) as session:
        ground.meet(demo, session, tender_on(session, LEATHER))
        ids = [b.id for b in bids_of(session, tender_on(session, LEATHER))]
    assert open_on_pages(clients, number, TenderAct.OPEN_A).status_code == 302
    assert head.post(f"/tenders/{number}/open/b").status_code == 409
    accepted = [finance.post(f"/tenders/{number}/bids/{ids[n]}/accept", data={"seen": "y"}).status_code for n in (0, 2)]
    unexplained = finance.post(f"/tenders/{number}/bids/{ids[1]}/reject")
    rejected = finance.post(f"/tenders/{number}/bids/{ids[1]}/reject", data={"reason": REASON})
    assert (accepted, unexplained.status_code, rejected.status_code) == ([302, 302], 422, 302)
    assert open_on_pages(clients, number, TenderAct.OPEN_B).status_code == 302
    assert secretary.post(f"/tenders/{number}/opening/minutes").status_code == 302
    shown = head.get(f"/tenders/{number}/opening").text
    assert REASON in shown
    assert "ناگشوده می‌ماند" in shown
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        assert [b.state for b in bids_of(session, tender)] == [
            BidState.UNDER_EVALUATION,
            BidState.GUARANTEE_REJECTED,
            BidState.UNDER_EVALUATION,
        ]


def test_the_minutes_name_who_judged_each_guarantee_and_what_was_found(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        for bid in bids_of(session, tender):
            advance(context_of(demo, session, "finance"), bid, BidAct.ACCEPT_GUARANTEE)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        advance(context_of(demo, session, "secretary"), tender, TenderAct.ISSUE_OPENING_MINUTES)
        query = sa.select(IssuedDocument).where(IssuedDocument.tender_id == tender.id)
        issued = session.scalars(query.where(IssuedDocument.kind == DocumentKind.OPENING_MINUTES)).one()
        pages = PdfDocument(files_of(demo.extensions["settings"]).read(issued.file_key))
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
        number, code = tender.number, issued.code
    assert "صورتجلسه گشایش" in text
    assert len(re.findall(r"پذیرفته [()]مینا توکلی[()]", text)) == 3
    assert "فهرستی از گیرندگان اسناد نیست" in text
    assert text.count("اصل تضمین: درست") == 3
    assert f"/papers/{code}.pdf" in signed_in(demo, "head").get(f"/tenders/{number}/opening").text


def test_a_guarantee_is_accepted_by_who_says_that_its_beneficiary_was_seen(demo: Flask) -> None:
    number, finance = number_of(demo, LEATHER), signed_in(demo, "finance")
    with session_of(demo) as session:
        ground.meet(demo, session, tender_on(session, LEATHER))
        with_keys(demo, session, tender_on(session, LEATHER), TenderAct.OPEN_A)
        bid = bids_of(session, tender_on(session, LEATHER))[0].id
    unseen = finance.post(f"/tenders/{number}/bids/{bid}/accept")
    assert (unseen.status_code, "ذی‌نفع، امضا و متن دیده نشود" in unseen.text) == (422, True)
    assert finance.post(f"/tenders/{number}/bids/{bid}/accept", data={"seen": "y"}).status_code == 302
    with session_of(demo) as session:
        query = sa.select(LedgerEntry).where(LedgerEntry.act == BidAct.ACCEPT_GUARANTEE, LedgerEntry.case_id == bid)
        beneficiary = tender_on(session, LEATHER).organisation.name
        assert session.scalars(query).one().detail == {"beneficiary": beneficiary}


def test_r20_only_what_was_accepted_is_opened_further(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        first, second, third = bids_of(session, tender)
        advance(head, first, BidAct.ACCEPT_GUARANTEE)
        for bid in (second, third):
            advance(head, bid, BidAct.REJECT_GUARANTEE, Verdict(REASON))
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        ids = [first.id, second.id, third.id]
        rows = session.execute(
            sa.select(OpenedEnvelope.bid_id, OpenedEnvelope.kind).where(OpenedEnvelope.bid_id.in_(ids))
        )
        assert sorted(map(tuple, rows)) == [
            (first.id, EnvelopeKind.A),
            (first.id, EnvelopeKind.B),
            (second.id, EnvelopeKind.A),
            (third.id, EnvelopeKind.A),
        ]


def test_the_secretary_opens_nothing_and_an_officer_judges_nothing(demo: Flask) -> None:
    number = number_of(demo, LEATHER)
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        with pytest.raises(NotAllowed):
            advance(context_of(demo, session, "secretary"), tender, TenderAct.OPEN_A)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        bid = bids_of(session, tender)[0].id
    answers = [
        signed_in(demo, name).post(f"/tenders/{number}/bids/{bid}/accept").status_code
        for name in ("secretary", "officer", "firm1", "evaluator1", "nm.head")
    ]
    assert answers == [403, 403, 404, 404, 404]


def test_r18_nobody_opens_before_the_announced_hour(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        assert tender.opens_at is not None
        early = context_of(demo, session, "head", tender.opens_at - dt.timedelta(seconds=1))
        assert "پیش از ساعت اعلام‌شده" in (refusal_of(early, tender, TenderAct.OPEN_A) or "")


def test_where_nobody_bids_the_way_out_is_renewal(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, OLIVE)
        assert tender.opens_at is not None
        at = tender.opens_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, tender, at)
        with pytest.raises(NotNow, match="هیچ پیشنهادی نرسیده است؛ کمیسیون درباره تجدید مناقصه رأی می‌دهد"):
            with_keys(demo, session, tender, TenderAct.OPEN_A, at)


def test_without_envelope_a_every_bid_passes_to_b(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        tender.has_envelope_a = False
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        assert {b.state for b in bids_of(session, tender)} == {BidState.GUARANTEE_ACCEPTED}
        ids = [b.id for b in bids_of(session, tender)]
        query = sa.select(sa.func.count()).select_from(OpenedEnvelope).where(OpenedEnvelope.bid_id.in_(ids))
        assert session.scalar(query) == 0
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        assert {b.state for b in bids_of(session, tender)} == {BidState.UNDER_EVALUATION}


def test_a_damaged_envelope_a_is_shown_with_its_cause_and_can_only_be_rejected(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        number, bid = tender.number, bids_of(session, tender)[0]
        spoil(demo, session, bid, EnvelopeKind.A)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        assert refusal_of(head, bid, BidAct.ACCEPT_GUARANTEE) == "پاکت الف خوانده نشد؛ فقط رد با ذکر دلیل شدنی است."
        assert refusal_of(head, bid, BidAct.REJECT_GUARANTEE) is None
    assert "بایت‌های پاکت با اثر انگشت رسید یکی نیست" in signed_in(demo, "head").get(f"/tenders/{number}/opening").text


def test_a_damaged_envelope_b_is_rejected_in_the_opening(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        spoil(demo, session, bids_of(session, tender)[0], EnvelopeKind.B)
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        for bid in bids_of(session, tender):
            advance(context_of(demo, session, "head"), bid, BidAct.ACCEPT_GUARANTEE)
        with_keys(demo, session, tender, TenderAct.OPEN_B)
        states = [b.state for b in bids_of(session, tender)]
        assert states == [BidState.ENVELOPE_B_REJECTED, BidState.UNDER_EVALUATION, BidState.UNDER_EVALUATION]
        assert bids_of(session, tender)[0].finding == "بایت‌های پاکت با اثر انگشت رسید یکی نیست."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": GuaranteeKind.NOTE}, "× ۸۰٪"),
        ({"expires_on": dt.date(2026, 11, 24)}, "اعتبار تضمین"),
        ({}, "دریافت آن ثبت نشده است"),
    ],
)
def test_a_guarantee_that_falls_short_is_not_accepted(demo: Flask, change: dict[str, object], told: str) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        ground.meet(demo, session, tender)
        head = context_of(demo, session, "head")
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        bid = bids_of(session, tender)[0]
        if change:
            session.execute(sa.update(Guarantee).where(Guarantee.bid_id == bid.id).values(change))
        else:
            session.execute(sa.delete(OriginalReceived).where(OriginalReceived.tender_id == tender.id))
        session.expire_all()
        with pytest.raises(NotNow, match=told):
            advance(head, bid, BidAct.ACCEPT_GUARANTEE)
        advance(head, bid, BidAct.REJECT_GUARANTEE, Verdict(REASON))
        assert bid.finding == REASON


def test_an_original_is_registered_once_and_before_the_opening(demo: Flask) -> None:
    number, officer = number_of(demo, OLIVE), signed_in(demo, "officer")
    with session_of(demo) as session:
        firm = str(ground.firm_of(session, "firm2").id)
    first = officer.post(f"/tenders/{number}/originals", data={"firm": firm, "number": "BG-77"})
    nobody = officer.post(f"/tenders/{number}/originals", data={"firm": "", "number": "BG-77"})
    assert (first.status_code, nobody.status_code) == (302, 422)
    assert "BG-77" in officer.get(f"/tenders/{number}/originals").text.replace("۷", "7")
    assert signed_in(demo, "auditor").get(f"/tenders/{number}/originals").status_code == 403
    with session_of(demo) as session:
        tender, again = tender_on(session, OLIVE), Original(int(firm), "BG-78")
        with pytest.raises(NotNow, match="پیش‌تر ثبت شده است"):
            advance(context_of(demo, session, "officer"), tender, TenderAct.RECEIVE_ORIGINAL, again)
        late = context_of(demo, session, "officer", tender.opens_at)
        with pytest.raises(NotNow, match="ساعت گشایش رسیده است"):
            advance(late, tender, TenderAct.RECEIVE_ORIGINAL, Original(int(firm) + 1, "BG-79"))


@pytest.mark.parametrize(("written", "warnings"), [("bg-۷", 0), ("BG-7", 0), ("BG-8", 3)])
def test_the_number_on_the_original_is_compared_whatever_digits_it_was_typed_in(
    demo: Flask, written: str, warnings: int
) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, LEATHER)
        number = tender.number
        ground.meet(demo, session, tender)
        with_keys(demo, session, tender, TenderAct.OPEN_A)
        ids = [b.id for b in bids_of(session, tender)]
        session.execute(sa.update(Guarantee).where(Guarantee.bid_id.in_(ids)).values(number="BG-7"))
        same = OriginalReceived.tender_id == tender.id
        session.execute(sa.update(OriginalReceived).where(same).values(number=written))
    assert signed_in(demo, "head").get(f"/tenders/{number}/opening").text.count("با پاکت یکی نیست") == warnings


def score_and_lock(app: Flask, session: Session, tender: Tender, low: int) -> None:
    """Let the evaluators finish: 50 for the bid `low`, 80 for the others; then lock."""
    leaves = session.scalars(sa.select(Criterion.id).where(Criterion.tender_id == tender.id)).all()
    bids = [b.id for b in bids_of(session, tender) if b.state is BidState.UNDER_EVALUATION]
    for name in ("evaluator1", "evaluator2", "evaluator3"):
        ctx = context_of(app, session, name)
        same = sa.and_(ScoreSheet.tender_id == tender.id, ScoreSheet.person_id == ctx.actor.person_id)
        sheet = session.scalars(sa.select(ScoreSheet).where(same)).one()
        declare(ctx, sheet)
        if sheet.state is SheetState.CONFIRMED:
            continue
        editions = {
            (s.bid_id, s.criterion_id): s.edition
            for s in session.scalars(sa.select(Score).filter_by(sheet_id=sheet.id))
        }
        for bid in bids:
            for leaf in leaves:
                points = Decimal(50 if bid == low else 80)
                what = Scored(bid, leaf, points, "دلیل نمونه", editions.get((bid, leaf), 0))
                advance(ctx, sheet, SheetAct.SCORE, what)
        advance(ctx, sheet, SheetAct.CONFIRM)
    advance(context_of(app, session, "head"), tender, TenderAct.LOCK_SCORES)


def test_r22_an_unreadable_price_is_rejected_and_unqualified_prices_stay_sealed(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        low, spoilt, good = bids_of(session, tender)
        score_and_lock(demo, session, tender, low.id)
        spoil(demo, session, spoilt, EnvelopeKind.C)
        assert tender.prices_open_at is not None
        at = tender.prices_open_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, tender, at)
        with_keys(demo, session, tender, TenderAct.OPEN_PRICES, at)
        assert [b.state for b in (low, spoilt, good)] == [
            BidState.BELOW_MINIMUM,
            BidState.PRICE_REJECTED,
            BidState.PRICED,
        ]
        assert spoilt.finding == "بایت‌های پاکت با اثر انگشت رسید یکی نیست."
        query = sa.select(OpenedEnvelope.bid_id).where(OpenedEnvelope.kind == EnvelopeKind.C)
        opened = set(session.scalars(query)) & {low.id, spoilt.id, good.id}
        assert opened == {spoilt.id, good.id}
        assert session.scalars(sa.select(Price.total).where(Price.bid_id == good.id)).one() == 9_900_000_000
        number = tender.number
    shown = signed_in(demo, "auditor").get(f"/tenders/{number}/opening").text
    assert "۹٬۹۰۰٬۰۰۰٬۰۰۰" in shown
    assert "ناخوانا، رد شد" in shown


def test_r24_prices_open_over_the_very_scores_that_were_locked(demo: Flask) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FURNITURE)
        score_and_lock(demo, session, tender, bids_of(session, tender)[0].id)
        assert tender.prices_open_at is not None
        at = tender.prices_open_at + dt.timedelta(minutes=1)
        ground.meet(demo, session, tender, at)
        keys, head = keys_for(demo, session, tender, TenderAct.OPEN_PRICES, at), context_of(demo, session, "head", at)
        assert keys.record()["scores"] == tender.scores_digest
        with pytest.raises(NotNow, match="اثر انگشتی که دیدید از امتیازهای قطعی این مناقصه نیست"):
            advance(head, tender, TenderAct.OPEN_PRICES, dataclasses.replace(keys, scores_digest="0" * 64))
        sheet = session.scalars(sa.select(ScoreSheet.id).where(ScoreSheet.tender_id == tender.id)).first()
        session.execute(sa.update(Score).where(Score.sheet_id == sheet).values(points=Decimal(99)))
        session.expire_all()
        with pytest.raises(NotNow, match="با اثر انگشت امتیازهای قطعی یکی نیست"):
            advance(head, tender, TenderAct.OPEN_PRICES, keys)
        assert tender.state is TenderState.TECHNICAL_LOCKED


def test_r25_the_price_of_a_bid_below_the_minimum_is_decrypted_by_nothing(demo: Flask, tmp_path: Path) -> None:
    with session_of(demo) as session:
        tender = tender_on(session, FINISHED)
        assert tender.state is TenderState.CONTRACTED
        low = next(b for b in bids_of(session, tender) if b.state is BidState.BELOW_MINIMUM)
        sealed = sealed_in(session, low, EnvelopeKind.C)
        payload = files_of(demo.extensions["settings"]).read(sealed.payload_key)
        assert hashlib.sha256(payload).hexdigest() == sealed.payload_digest
        assert session.scalar(sa.select(Price.id).where(Price.bid_id == low.id)) is None
    for name in ("head", "manager", "auditor", "firm1"):
        client = signed_in(demo, name)
        assert "۸٬۳۰۰٬۰۰۰٬۰۰۰" not in client.get(f"/tenders/{number_of(demo, FINISHED)}/bids/{low.id}").text
    contents = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    contents += [row.encode() for row in rows_of(demo)]
    found = {price: any(price in content for content in contents) for price in (b"8300000000", b"9750000000")}
    assert found == {b"8300000000": False, b"9750000000": True}


def test_envelopes_are_shown_to_those_who_may_see_each(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[1]
        query = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id == bid.id).order_by(OpenedEnvelope.kind)
        files = [f.id for envelope in session.scalars(query) for f in envelope.files]
        address = f"/tenders/{number}/bids/{bid.id}"
    statuses = {}
    for name in ("head", "officer", "evaluator1", "evaluator3", "firm1", "firm2", "nm.auditor"):
        client = signed_in(demo, name)
        answers = [client.get(address), *(client.get(f"{address}/files/{file}") for file in files)]
        statuses[name] = [answer.status_code for answer in answers]
        for answer in answers:
            answer.close()
    assert statuses == {
        "head": [200, 200, 200],
        "officer": [200, 200, 404],
        "evaluator1": [200, 404, 200],
        "evaluator3": [404, 404, 404],
        "firm1": [404, 404, 404],
        "firm2": [404, 404, 404],
        "nm.auditor": [404, 404, 404],
    }


def test_a_file_comes_as_an_attachment_under_its_own_name(demo: Flask) -> None:
    number = number_of(demo, FURNITURE)
    with session_of(demo) as session:
        bid = bids_of(session, tender_on(session, FURNITURE))[1]
        query = sa.select(OpenedEnvelope).where(OpenedEnvelope.bid_id == bid.id, OpenedEnvelope.kind == EnvelopeKind.B)
        file = session.scalars(query).one().files[0]
        address = f"/tenders/{number}/bids/{bid.id}/files/{file.id}"
    with signed_in(demo, "head").get(address) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=b.pdf"
        assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
        assert hashlib.sha256(answer.data).hexdigest() == file.digest


@pytest.mark.parametrize("subject", [LEATHER, FURNITURE])
def test_the_session_page_asks_the_same_number_of_questions_for_thirty_bids(demo: Flask, subject: str) -> None:
    number, head = number_of(demo, subject), signed_in(demo, "head")
    if subject == LEATHER:
        with session_of(demo) as session:
            ground.meet(demo, session, tender_on(session, LEATHER))
            with_keys(demo, session, tender_on(session, LEATHER), TenderAct.OPEN_A)
    head.get(f"/tenders/{number}/opening")
    with questions_to(demo) as few:
        assert head.get(f"/tenders/{number}/opening").status_code == 200
    with session_of(demo) as session:
        multiply(session, bids_of(session, tender_on(session, subject))[0], 27)
    with questions_to(demo) as many:
        shown = head.get(f"/tenders/{number}/opening").text
    assert "R-0000-0026" in shown
    assert len(many) == len(few)


def multiply(session: Session, bid: Bid, times: int) -> None:
    """Put bids like this one on the table, each of a firm of its own."""
    for place in range(times):
        legal_id = {"legal_id": f"9{place:010}"}
        firm = session.execute(sa.insert(Firm).values({**_plain(bid.firm), **legal_id}).returning(Firm.id)).scalar_one()
        session.execute(sa.insert(Bid).values({**_plain(bid), "firm_id": firm, "receipt_no": f"R-0000-{place:04}"}))


def _plain(row: Bid | Firm) -> dict[str, object]:
    return {c.name: getattr(row, c.name) for c in type(row).__table__.columns if c.name != "id"}
