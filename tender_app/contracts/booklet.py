"""The tender documents as one paper: the tender's own parts, the draft of the contract that will be signed, and the forms.

Issued at publication, with a code, and frozen by its digest; before that it can be looked at, marked as a draft.
"""

from typing import Any

from tender_app.bids.rules import GuaranteeKind, phases_of
from tender_app.clusters.queries import licence_of
from tender_app.contracts import text
from tender_app.contracts.rules import deliverables, shares_of
from tender_app.contracts.wording import rates_of
from tender_app.documents.book import Book, Part, render_book
from tender_app.documents.issued import Issue, issue
from tender_app.documents.models import DocumentKind
from tender_app.documents.paper import Paper, Stamp
from tender_app.documents.rows import Block
from tender_app.kernel import calendar
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders.blank_forms import BLANK, forms
from tender_app.tenders.booklet import Call, cover, first_parts, in_words_of
from tender_app.tenders.deciding import law_of
from tender_app.tenders.models import Tender

TITLE = "اسناد مناقصه"
DRAFT = "پیش‌نویس"
OPEN = "................"  # what the award decides


def issue_tender_documents(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the tender documents as they are published: public, and the same for everybody (Art. 14)."""
    call = call_of(ctx, tender)
    what = Issue(
        DocumentKind.TENDER_DOCUMENTS, tender.number, tender.title, tender.organisation_id, tender.id, is_public=True
    )
    issue(ctx, what, lambda stamp: booklet(call, stamp))


def preview(ctx: Context, tender: Tender) -> bytes:
    """Return the tender documents as they would be issued now, marked as a draft on every page."""
    return booklet(call_of(ctx, tender), None)


def call_of(ctx: Context, tender: Tender) -> Call:
    """Return what the documents are written from."""
    kinds = [kind.label for kind in GuaranteeKind]
    law = law_of(ctx, tender)
    performance = f"{decimal_text(law[Parameter.PERFORMANCE_SECURITY])} درصد"
    address = f"{ctx.settings.public_url}/tenders/{tender.number}"
    licence = licence_of(ctx, tender.cluster_id)
    return Call(tender, licence, address, kinds, performance, phase_rows(tender.years), law)


def phase_rows(years: int) -> list[tuple[str, str, str]]:
    """Return (title, usual share, what is handed over) of the contract's phases."""
    shares = (persian_digits(share) for share in shares_of(years))
    return list(zip(phases_of(years), shares, deliverables(years), strict=True))


def booklet(call: Call, stamp: Stamp | None) -> bytes:
    """Return the tender documents as PDF; without a stamp they are a draft."""
    tender = call.tender
    parts = [
        *first_parts(call),
        Part("بخش ۵: پیش‌نویس قرارداد", _contract(call)),
        Part("بخش ۶: فرم‌ها", in_words_of(tender, forms(call)), is_apart=True),
    ]
    paper = Paper(tender.organisation.name, TITLE, tender.number, (), stamp)
    return render_book(Book(paper, tender.title, cover(call), parts, "" if stamp else DRAFT))


def _contract(call: Call) -> list[Block]:
    """Return the contract's own articles and annexes, blank where only the award fills them."""
    facts = contract_facts(call)
    return [*text.articles(facts), *text.annexes(facts)]


def contract_facts(call: Call) -> text.ContractFacts:
    """Return the facts of a contract that nobody has won yet."""
    tender, licence = call.tender, call.licence
    organisation = tender.organisation
    client = text.Party(organisation.name, _identity(organisation), "", "", "")
    agent = text.Party(BLANK, [("شناسه ملی", BLANK), ("نشانی", BLANK), ("نماینده و صاحب امضا", BLANK)], "", "", "")
    licensed = f"شماره {persian_digits(licence.number)} مورخ {calendar.numeric(licence.day)}" if licence else OPEN
    return text.ContractFacts(
        organisation.name,
        organisation.province,
        "",
        "",
        tender.number,
        tender.setad_no or OPEN,
        tender.cluster.name,
        OPEN,
        OPEN,
        client,
        agent,
        ("", ""),
        persian_digits(f"{tender.years} سال شمسی"),
        OPEN,
        OPEN,
        f"{OPEN} ریال ({OPEN} ریال)",
        f"{call.performance} مبلغ قرارداد",
        OPEN,
        OPEN,
        [(title, share, OPEN, OPEN) for title, share, _given in call.phases],
        OPEN,
        [],
        licensed,
        "صورتجلسه تعیین برنده پس از اعلام نتیجه پیوست می‌شود.",
        rates_of(call.law),
        [],
        ["شرح خدمات همان بخش ۴ این اسناد است."],
        [(title, given) for title, _share, given in call.phases],
    )


def _identity(organisation: Any) -> list[tuple[str, str]]:
    rows = [
        ("شناسه ملی", persian_digits(organisation.legal_id)),
        ("نشانی", organisation.address),
        ("نماینده و صاحب امضا", BLANK),
    ]
    return [row for row in rows if row[1]]
