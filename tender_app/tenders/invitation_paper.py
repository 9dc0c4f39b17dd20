"""The letter that invites a firm to bid: in a limited call it stands in the place of the notice (Arts. 4, 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.documents.blocks import Facts, Heading, Signatures, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.kernel import calendar
from tender_app.tenders.rules import TenderAct


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What the letter says, as plain text."""

    organisation: str
    number: str
    title: str
    head: Sequence[tuple[str, str]]
    paragraphs: Sequence[str]
    schedule: Sequence[tuple[str, str]]


def invitation_facts(tender: Any, firm: Any, day: str, address: str) -> InvitationFacts:
    """Return what the letter of a tender to a firm says on a day."""
    basis = tender.basis
    envelopes = " و ".join(basis.short[k] for k in basis.short if k != "a" or tender.has_envelope_a)
    instants = (
        ("پایان دریافت اسناد", tender.documents_until),
        ("پایان مهلت پرسش", tender.questions_until),
        ("پایان مهلت تسلیم پیشنهاد", tender.closes_at),
        (basis.opening, tender.opens_at),
        (basis.word(TenderAct.OPEN_PRICES), tender.prices_open_at),
    )
    return InvitationFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        [("شماره", ltr(tender.number)), ("تاریخ", day), ("گیرنده", firm.name)],
        [
            f"از آن شرکت دعوت می‌شود در «{tender.title}» ({tender.form}) شرکت کند.",
            f"اسناد و معیارها در سامانه به نشانی {ltr(f'{address}/tenders/{tender.number}')} است.",
            "اسناد را فقط دعوت‌شدگان می‌بینند.",
            f"پیشنهاد فقط در سامانه و در {envelopes} تسلیم می‌شود؛ پس از پایان مهلت هیچ پیشنهادی پذیرفته نیست.",
            "این دعوت تعهدی برای بستن قرارداد نیست و به شرکت دیگری واگذار نمی‌شود.",
        ],
        [(label, calendar.moment(at).removesuffix(" به وقت تهران")) for label, at in instants if at],
    )


def invitation(facts: InvitationFacts, stamp: Stamp) -> bytes:
    """Return the letter as PDF."""
    blocks = [
        Title("دعوت‌نامه تسلیم پیشنهاد", facts.title),
        Facts(facts.head),
        *(Text(paragraph) for paragraph in facts.paragraphs),
        Heading("زمان‌ها (به وقت تهران)"),
        Facts(facts.schedule),
        Signatures([(facts.organisation, "مدیرعامل", "")]),
    ]
    return render(Paper(facts.organisation, "دعوت‌نامه", facts.number, blocks, stamp))
