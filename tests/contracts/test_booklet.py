"""The tender documents: all that Art. 14 asks for in one book, a draft that says so, and bytes that stay as published."""

import hashlib
import re
from decimal import Decimal
from unicodedata import normalize

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdfium2 import PdfDocument

from tender_app.contracts import booklet, text
from tender_app.documents.models import DocumentKind, IssuedDocument
from tender_app.documents.paper import Stamp, render
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.ledger.models import LedgerEntry
from tender_app.store.files import files_of
from tender_app.tenders import method_text
from tender_app.tenders.booklet import first_parts, instructions, terms_of_reference
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import Changes, Method, TenderAct
from tender_app.workflow.engine import advance
from tests.documents.reading import extracted, lines_of, paper_of
from tests.make import context_of, session_of, signed_in
from tests.tenders.ground import complete, draft, published, settle, tender_of

STAMP = Stamp("7K3M-9QPD-2XVA", "http://127.0.0.1:8000/verify?code=7K3M-9QPD-2XVA")


@pytest.fixture
def number(app: Flask) -> str:
    made = draft(app, settle(app))
    complete(app, made)
    return made


def squeezed(text: str) -> str:
    """Return a text without spaces and half-spaces: where lines break is no matter here."""
    return re.sub(r"[\s\u200c]", "", text)


def said_in(tender: Tender) -> list[str]:
    """Return what the documents must say of this tender (Arts. 13, 14, 17, 20-a)."""
    guarantee = tender.guarantee or 0
    return [
        tender.organisation.name,
        tender.number,
        f"{money.grouped(guarantee)} ریال",
        f"{money.in_words(guarantee)} ریال",
        "ضمانت‌نامه بانکی",
        *(calendar.moment(at).removesuffix(" به وقت تهران") for at in (tender.closes_at, tender.opens_at) if at),
        calendar.long_date(tender.valid_until) if tender.valid_until else "?",
        "پیش‌پرداخت",
        "تضمین انجام تعهدات برابر ۱۰ درصد",
        "یک نسخه الکترونیکی",
        "صورتجلسه و توضیح‌های هر جلسه توضیح اسناد",
        "روش",
        "حداقل امتیاز فنی ۶۵ از ۱۰۰",
        "قرعه کشیده می‌شود",
        "یک پیشنهاد پذیرفته نیز برای ادامه کافی است",
        "کمتر از مبلغ تضمین شرکت در فرآیند",
        "ماده ۲۲ – نسخه‌های قرارداد",
        "فرم ۷ – جدول قیمت",
        "قانون منع مداخله",
    ]


def test_the_book_says_all_that_the_act_asks_for(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        pdf = booklet.booklet(booklet.call_of(ctx, tender), STAMP)
        said = said_in(tender)
    copied = squeezed(extracted(pdf))
    assert [part for part in said if squeezed(part) not in copied] == []
    assert "L=100×C÷(100−i×(100−t))" in copied


def test_the_contents_name_the_page_on_which_each_article_stands(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        pdf = booklet.booklet(booklet.call_of(ctx, tender), STAMP)
    lines = lines_of(pdf)
    last = max(line.page for line in lines)
    listed = {line.packed for line in lines if line.page in {1, 2}}
    by_page = {page: [line.packed for line in lines if line.page == page] for page in range(3, last + 1)}
    for title in ("بخش۳:راهنمایشرکت‌کنندگان", "ماده۱۱–برابری،شمارپیشنهادهاوبرندهدوم", "فرم۷–جدولقیمت(فقطدرپاکتج)"):
        bare = sorted(title.replace("\u200c", ""))
        (page,) = [n for n, found in by_page.items() if any(sorted(line) == bare for line in found)]
        wanted = sorted([*bare, *persian_digits(page + 1)])
        assert [sorted(line) for line in listed if sorted(line) == wanted] == [wanted], title


def test_no_small_table_is_cut_and_no_heading_ends_a_page(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        call = booklet.call_of(ctx, tender)
        pdf = booklet.booklet(call, STAMP)
        articles = [a.title for a in text.articles(booklet.contract_facts(call))]
        groups = [[title for title, _ in bodies] for bodies in (instructions(call), terms_of_reference(call))]
    pages = [squeezed(normalize("NFKC", page.get_textpage().get_text_bounded())) for page in PdfDocument(pdf)]
    found = [{n for n, page in enumerate(pages) if squeezed(title) in page} for title, _share, _given in call.phases]
    assert len(found[0]) >= 3  # the terms of reference, the contract, the form
    assert found[1:] == [found[1]] * (len(found) - 1)
    lasts = {line.page: line for line in lines_of(pdf)}  # lines come from top to bottom
    headings = {
        tuple(sorted(squeezed(persian_digits(f"ماده {place} – {title}"))))
        for titles in (*groups, articles)
        for place, title in enumerate(titles, 1)
    }
    assert [line.text for line in lasts.values() if tuple(sorted(line.packed)) in headings] == []


def test_a_draft_is_shown_to_staff_alone_and_says_so_on_every_page(app: Flask, number: str) -> None:
    address = f"/tenders/{number}/documents-draft.pdf"
    answer = signed_in(app, "officer").get(address)
    assert answer.mimetype == "application/pdf"
    pages = {line.page for line in lines_of(answer.data, is_body=False)}
    assert extracted(answer.data).count("پیشنویس") >= len(pages)
    assert "کد سند" not in extracted(answer.data)
    assert signed_in(app, "firm1").get(address).status_code == 404
    assert app.test_client().get(address).status_code in {302, 404}


def test_publication_freezes_the_documents_for_everybody(app: Flask) -> None:
    number = published(app)
    with session_of(app) as session:
        query = sa.select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.TENDER_DOCUMENTS)
        document = session.scalars(query).one()
        content = files_of(app.extensions["settings"]).path(document.file_key).read_bytes()
        assert hashlib.sha256(content).hexdigest() == document.digest
        assert document.is_public
        entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.act == TenderAct.PUBLISH)).one()
        assert document.digest in entry.detail["papers"].values()
        code = document.code
        again = booklet.booklet(
            booklet.call_of(context_of(app, session, "manager"), tender_of(session, number)),
            Stamp(code, f"{app.extensions['settings'].public_url}/verify?code={code}"),
        )
        assert again == content
    visitor = app.test_client()
    assert code in visitor.get(f"/tenders/{number}").text
    with visitor.get(f"/papers/{code}.pdf") as answer:
        assert answer.data == content
    assert document.title in visitor.get(f"/verify?code={code}").text


def test_a_tender_without_envelope_a_asks_for_no_guarantee(app: Flask, number: str) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        advance(ctx, tender, TenderAct.EDIT, Changes({"has_envelope_a": False, "guarantee": None, "minimum_bids": 3}))
        copied = squeezed(extracted(booklet.booklet(booklet.call_of(ctx, tender), STAMP)))
    assert squeezed("تضمین شرکت در فرآیند خواسته نمی‌شود") in copied
    assert squeezed("پاکت الف (تضمین)") not in copied
    assert squeezed("کمتر از ۳ باشد، مناقصه تجدید می‌شود") in copied


def test_an_empty_draft_can_be_looked_at_too(app: Flask) -> None:
    number = draft(app, settle(app))
    assert signed_in(app, "officer").get(f"/tenders/{number}/documents-draft.pdf").status_code == 200


def test_under_the_consulting_bylaw_the_book_speaks_of_its_envelopes_and_of_no_article_of_the_act(
    app: Flask, number: str
) -> None:
    with session_of(app) as session:
        ctx, tender = context_of(app, session, "officer"), tender_of(session, number)
        tender.procedure, tender.has_envelope_a = "consulting_bylaw", False
        call = booklet.call_of(ctx, tender)
        parts = [squeezed(extracted(render(paper_of(*part.blocks)))) for part in first_parts(call)]
    copied = "".join(parts)
    assert squeezed("آیین‌نامه خرید خدمات مشاوره (مصوب ۱۳۸۸)")[:20] in copied
    assert squeezed("پاکت‌های مالی") in copied
    assert squeezed("برنده دوم فقط") not in copied
    assert re.findall("ماده(?:۱۶|۱۷|۱۹|۲۰|۲۱|۲۴|۲۵)(?!آیین)[^–]", parts[2]) == []
    assert [word for word in ("پاکت ب", "پاکت ج", "کمیسیون") if squeezed(word) in copied] == []


@pytest.mark.parametrize("method", list(Method))
def test_every_method_has_its_own_rule_in_words(method: Method) -> None:
    tender = Tender(method=method, impact=Decimal("0.3"), technical_share=Decimal("0.8"), estimate=10**9, budget=10**9)
    others = [tuple(method_text.rule(Tender(method=other))) for other in Method if other is not method]
    assert tuple(method_text.rule(tender)) not in others
    assert method_text.rule(tender)[0].startswith(("برنده", "میان", "بودجه", "فقط"))
