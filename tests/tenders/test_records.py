"""Papers with their scans, the exemption from the newspaper, and who may approve what others prepared (R02, R06, R09)."""

import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tender_app.kernel import calendar
from tender_app.kernel.errors import NotNow
from tender_app.kernel.vocabulary import Role, Scope
from tender_app.people.capacities import grant
from tender_app.store.context import Context
from tender_app.store.files import files_of
from tender_app.tenders import records
from tender_app.tenders.completeness import missing, warnings
from tender_app.tenders.models import Tender
from tender_app.tenders.prepared import RecordKind, TenderRecord
from tender_app.tenders.rules import Attachment, Changes, RoundRemoval, TenderAct
from tender_app.workflow.engine import advance, refusal_of
from tests.keys import ready_keys
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import PDF, complete, draft, ids_of, seating, settle, tender_of


@pytest.fixture
def number(app: Flask) -> str:
    made = draft(app, settle(app))
    complete(app, made)
    return made


def scan_in(ctx: Context) -> Attachment:
    stored = files_of(ctx.settings).put(PDF)
    return Attachment("اسکن", "scan.pdf", "application/pdf", stored.key, stored.digest, stored.size)


def take_out(ctx: Context, tender: Tender, kind: RecordKind) -> None:
    row = records.RECORDS.of(ctx, tender).of(kind)
    assert row is not None
    advance(ctx, tender, TenderAct.WITHDRAW_BASIS, records.Withdrawal(row.id))


def found(ctx: Context, tender: Tender) -> list[str]:
    return [text for section, text in missing(ctx, tender) if section == "records"]


def refuses_without(app: Flask, number: str, kind: RecordKind) -> None:
    """Take a paper away: the draft is not sent, and the reason names the paper."""
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        take_out(ctx, tender, kind)
        with pytest.raises(NotNow, match=kind.label):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
        advance(ctx, tender, TenderAct.RECORD_BASIS, records.Recorded(kind, calendar.today(ctx.now), scan_in(ctx)))
        advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)


def test_r02_a_draft_without_its_budget_line_on_paper_is_not_sent(app: Flask, number: str) -> None:
    refuses_without(app, number, RecordKind.BUDGET)


def test_r02_a_draft_without_its_certificate_of_credit_is_not_sent(app: Flask, number: str) -> None:
    refuses_without(app, number, RecordKind.FUNDING)


def test_r06_a_draft_without_the_boards_resolution_on_its_commission_is_not_sent(app: Flask, number: str) -> None:
    refuses_without(app, number, RecordKind.BOARD_RESOLUTION)


def test_r09_a_draft_without_its_registration_in_setad_is_not_sent(app: Flask, number: str) -> None:
    refuses_without(app, number, RecordKind.SETAD)


def test_r09_one_round_is_too_few_unless_an_exemption_is_recorded_with_its_reason(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.REMOVE_INSERTION, RoundRemoval(tender.insertions[0].id))
        with pytest.raises(NotNow, match="ماده ۱۳"):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
        today = calendar.today(ctx.now)
        with pytest.raises(NotNow, match="دلیل معافیت"):
            advance(
                ctx,
                tender,
                TenderAct.RECORD_BASIS,
                records.Recorded(RecordKind.NOTICE_EXEMPTION, today, scan_in(ctx)),
            )
        reason = "مصوبه هیأت سه‌نفره، بند ۲ ماده ۲۸"
        advance(
            ctx,
            tender,
            TenderAct.RECORD_BASIS,
            records.Recorded(RecordKind.NOTICE_EXEMPTION, today, reason=reason),
        )
        assert missing(ctx, tender) == []
        advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
    assert reason in signed_in(app, "manager").get(f"/tenders/{number}/approve").text


def test_a_scan_of_another_number_does_not_prove_the_drafts(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.EDIT, Changes({"funding_certificate": "319"}))
        (told,) = found(ctx, tender)
        assert told.startswith("اسکن «گواهی تأمین اعتبار» برای شماره 318 است")
        with pytest.raises(NotNow, match="شماره ۳۱۹"):
            advance(ctx, tender, TenderAct.SEND_FOR_APPROVAL)
    assert "دوباره ثبت کنید" in signed_in(app, "officer").get(f"/tenders/{number}/records").text


def test_a_paper_without_a_scan_or_from_the_future_or_without_a_number_is_refused(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        today, scan = calendar.today(ctx.now), scan_in(ctx)
        tomorrow = today + dt.timedelta(days=1)
        for what, words in (
            (records.Recorded(RecordKind.BUDGET, today), "اسکن"),
            (records.Recorded(RecordKind.BUDGET, tomorrow, scan), "آینده"),
            (records.Recorded(RecordKind.INSERTION, today, scan, insertion_id=999), "این نوبت"),
        ):
            with pytest.raises(NotNow, match=words):
                advance(ctx, tender, TenderAct.RECORD_BASIS, what)
        advance(ctx, tender, TenderAct.EDIT, Changes({"setad_no": ""}))
        with pytest.raises(NotNow, match="نخست شماره"):
            advance(ctx, tender, TenderAct.RECORD_BASIS, records.Recorded(RecordKind.SETAD, today, scan))


def test_a_later_paper_takes_the_place_of_the_earlier_one_which_stays(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        what = records.Recorded(RecordKind.BUDGET, calendar.today(ctx.now), scan_in(ctx))
        advance(ctx, tender, TenderAct.RECORD_BASIS, what)
        rows = session.query(TenderRecord).filter(TenderRecord.kind == RecordKind.BUDGET).all()
        assert [row.withdrawn_at is None for row in rows] == [False, True]


def send_paper(client: FlaskClient, number: str, data: dict[str, str], file: tuple[str, bytes] | None) -> TestResponse:
    sent: dict[str, Any] = dict(data)
    if file:
        sent["file"] = FileStorage(io.BytesIO(file[1]), file[0])
    boundary, body = encode_multipart(sent)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"/tenders/{number}/records", data=body, content_type=kind)


def test_the_page_records_a_paper_keeps_what_was_typed_and_gives_the_scan_to_staff_alone(
    app: Flask, number: str
) -> None:
    officer = signed_in(app, "officer")
    with session_of(app) as session:
        take_out(context_of(app, session, "officer"), tender_of(session, number), RecordKind.FUNDING)
        today = calendar.numeric(calendar.today(context_of(app, session, "officer").now))
    assert "لازم است" in officer.get(f"/tenders/{number}/records").text
    data = {"paper": "funding", "day": today, "reason": ""}
    bad = send_paper(officer, number, data, ("scan.pdf", b"no pdf at all"))
    assert bad.status_code == 422
    assert "با پسوند" in bad.text
    assert f'value="{today}"' in bad.text
    assert send_paper(officer, number, data, None).status_code == 409
    assert send_paper(officer, number, data, ("scan.pdf", PDF)).status_code == 302
    with session_of(app) as session:
        last = session.query(TenderRecord).order_by(TenderRecord.id.desc()).first()
        assert last is not None
        address = f"/tenders/{number}/records/{last.id}/scan"
    with officer.get(address) as answer:
        assert answer.data == PDF
    with signed_in(app, "manager").get(address) as answer:
        assert answer.status_code == 200
    assert signed_in(app, "firm1").get(address).status_code == 404
    assert signed_in(app, "firm1").get(f"/tenders/{number}/records").status_code == 404


def test_a_cutting_of_the_notice_comes_after_publication_and_goes_with_its_round(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        first, second = tender.insertions
        today, scan = calendar.today(ctx.now), scan_in(ctx)
        cutting = records.Recorded(RecordKind.INSERTION, today, scan, insertion_id=first.id)
        advance(ctx, tender, TenderAct.RECORD_BASIS, cutting)
        told = [text for section, text in warnings(ctx, tender) if section == "records"]
        assert [second.name in text for text in told] == [True]
        advance(ctx, tender, TenderAct.REMOVE_INSERTION, RoundRemoval(first.id))
        row = session.query(TenderRecord).filter(TenderRecord.kind == RecordKind.INSERTION).one()
        assert (row.insertion_id, row.withdrawn_at) == (None, ctx.now)


def publish_ready(app: Flask, session: Session, number: str) -> Tender:
    tender = tender_of(session, number)
    advance(context_of(app, session, "officer"), tender, TenderAct.SEND_FOR_APPROVAL)
    ready_keys(app, session, tender)
    return tender


def make_manager(app: Flask, session: Session, username: str) -> None:
    """Give a person the manager's capacity beside their own."""
    ctx = context_of(app, session, "officer")
    organisation = tender_organisation(session)
    grant(ctx, ids_of(session)[username], Role.MANAGER, scope=Scope.ORGANISATION, scope_id=organisation, basis="آزمون")


def make_officer(app: Flask, session: Session, username: str) -> None:
    ctx = context_of(app, session, "officer")
    organisation = tender_organisation(session)
    grant(ctx, ids_of(session)[username], Role.OFFICER, scope=Scope.ORGANISATION, scope_id=organisation, basis="آزمون")


def tender_organisation(session: Session) -> int:
    return session.query(Tender).one().organisation_id


@pytest.mark.parametrize("act", ["edit", "seat", "attach", "insertion", "record", "send"])
def test_whoever_had_a_hand_in_a_draft_does_not_approve_it(app: Flask, number: str, act: str) -> None:
    with session_of(app) as session:
        make_officer(app, session, "manager")
        ctx, tender = context_of(app, session, "manager"), tender_of(session, number)
        today = calendar.today(ctx.now)
        if act == "edit":
            advance(ctx, tender, TenderAct.EDIT, Changes({"opening_place": "تالار دو"}))
        elif act == "seat":
            advance(ctx, tender, TenderAct.SEAT, seating(session))
        elif act == "attach":
            advance(ctx, tender, TenderAct.ATTACH, scan_in(ctx))
        elif act == "insertion":
            advance(ctx, tender, TenderAct.REMOVE_INSERTION, RoundRemoval(tender.insertions[0].id))
            advance(
                context_of(app, session, "officer"),
                tender,
                TenderAct.RECORD_BASIS,
                records.Recorded(RecordKind.NOTICE_EXEMPTION, today, reason="معاف"),
            )
        elif act == "record":
            what = records.Recorded(RecordKind.BUDGET, today, scan_in(ctx))
            advance(ctx, tender, TenderAct.RECORD_BASIS, what)
        sender = ctx if act == "send" else context_of(app, session, "officer")
        advance(sender, tender, TenderAct.SEND_FOR_APPROVAL)
        ready_keys(app, session, tender)
        with pytest.raises(NotNow, match="در تهیه این اسناد دست داشته"):
            advance(context_of(app, session, "manager"), tender, TenderAct.PUBLISH)
    assert "در تهیه این اسناد دست داشته" in signed_in(app, "manager").get(f"/tenders/{number}/approve").text


def test_who_began_the_draft_does_not_approve_it_and_another_manager_does(app: Flask, number: str) -> None:
    with session_of(app) as session:
        make_manager(app, session, "officer")
        tender = publish_ready(app, session, number)
        with pytest.raises(NotNow, match="دست داشته"):
            advance(context_of(app, session, "officer"), tender, TenderAct.PUBLISH)
        assert refusal_of(context_of(app, session, "manager"), tender, TenderAct.PUBLISH) is None
