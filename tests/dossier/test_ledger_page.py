"""The ledger of a tender as its auditor reads it: names and words, not keys and numbers."""

import sqlalchemy as sa
from flask import Flask

from tender_app.ledger.models import LedgerEntry
from tender_app.store.database import Database
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState
from tests.make import session_of, signed_in


def number_of(demo: Flask) -> str:
    with session_of(demo) as session:
        query = sa.select(Tender.number).where(Tender.state == TenderState.CONTRACTED).order_by(Tender.id)
        return str(session.scalars(query.limit(1)).one())


def test_entries_name_people_firms_criteria_and_days(demo: Flask) -> None:
    client = signed_in(demo, "auditor")
    address: str | None = f"/tenders/{number_of(demo)}/ledger"
    text = ""
    while address:
        page = client.get(address).text
        text += page
        start = page.find('href="/tenders/', page.find("صفحه بعد") - 300) if "صفحه بعد" in page else -1
        address = page[start + 6 : page.index('"', start + 6)].replace("&amp;", "&") if start > 0 else None
    for told in (
        "رئیس کمیسیون: <bdi>فرهاد زمانی</bdi>",
        "حاضران: <bdi>فرهاد زمانی، مینا توکلی",
        "پاکت: <bdi>پاکت ج (قیمت)</bdi>",
        "پیشنهاد: <bdi>اندیشه‌سازان کسب‌وکار سبز – ساختگی</bdi> · معیار: <bdi>شایستگی تیم</bdi>",
        "موضوع رأی: <bdi>تعیین برنده</bdi> · رأی: <bdi>موافق</bdi>",
        "شماره تضمین: <bdi>PG-77140</bdi>",
    ):
        assert told in text, told


def test_reading_the_ledger_writes_nothing(demo: Flask) -> None:
    database: Database = demo.extensions["database"]
    with database.read() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry))
    assert signed_in(demo, "auditor").get(f"/tenders/{number_of(demo)}/ledger").status_code == 200
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == before
