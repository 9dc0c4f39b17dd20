"""What follows when a tender is renewed or cancelled: its public notice, and every guarantee goes back (Art. 24, R37)."""

from typing import Any

from tender_app.awards.ending_paper import EndingFacts, ending_notice
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.models import Tender
from tender_app.tenders.rules import TenderState


def issue_ending_notice(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the public notice of why the tender ended."""
    facts = _facts(ctx, tender)
    about = Issue(
        DocumentKind.ENDING_NOTICE, tender.number, tender.title, tender.organisation_id, tender.id, is_public=True
    )
    issue(ctx, about, lambda stamp: ending_notice(facts, stamp))


def _facts(ctx: Context, tender: Tender) -> EndingFacts:
    signer = ctx.session.get_one(Person, ctx.actor.person_id)
    is_renewed = tender.state is TenderState.RENEWED
    clause = ("بند الف " if is_renewed else "بند ب ") if tender.basis.names_runner_up else ""
    after = (
        "مناقصه تازه با آگهی جداگانه برگزار می‌شود؛ پیشنهادهای پیشین در آن به شمار نمی‌آید."
        if is_renewed
        else "این مناقصه برگزار نخواهد شد."
    )
    is_head = tender.end_reason != "board_ruling"
    return EndingFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        "آگهی تجدید مناقصه" if is_renewed else "آگهی لغو مناقصه",
        [
            ("شماره مناقصه", ltr(tender.number)),
            ("تاریخ", calendar.numeric(calendar.today(ctx.now))),
            ("دلیل", tender.ending),
            *([("توضیح", tender.end_note)] if tender.end_note else []),
        ],
        [
            f"به آگاهی می‌رساند این مناقصه به موجب {clause}{tender.basis.ending} به دلیل بالا {tender.state.persian}.",
            after,
            "پاکت‌های ناگشوده، ناگشوده می‌ماند و تضمین پیشنهاددهندگان، جز آنچه به موجب قانون ضبط شده، بازگردانده می‌شود.",
        ],
        signer.name,
        signer.position or tender.basis.word(Role.HEAD if is_head else Role.MANAGER),
    )
