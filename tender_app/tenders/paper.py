"""The notice of a tender as a paper: what Art. 13 of the Tender Act asks for, and the terms that Art. 20 freezes."""

from dataclasses import dataclass
from typing import Any

from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.tenders.methods import rule_of
from tender_app.tenders.rules import TenderAct

GUARANTEE_KINDS = "ضمانت‌نامه بانکی یا تضمین دیگری از ماده ۴ آیین‌نامه تضمین معاملات دولتی"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What the notice says, as plain text."""

    organisation: str
    number: str
    title: str
    subject: str
    client: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    schedule: tuple[tuple[str, str], ...]
    criteria: tuple[tuple[str, str, str], ...]
    documents: tuple[str, ...]
    envelopes: str
    form: str
    reached: str


def reached(tender: Any) -> str:
    """Return who can have the documents, as a sentence."""
    if tender.is_open_call:
        return "اسناد مناقصه برای همه رایگان و بی‌نیاز از حساب کاربری در سامانه دریافت می‌شود."
    return "اسناد مناقصه را فقط دعوت‌شدگان، رایگان و با حساب کاربری خود، در سامانه دریافت می‌کنند."


def notice_facts(tender: Any, licence: Any, address: str) -> NoticeFacts:
    """Return what the notice of a tender says: its row, the letter of its cluster's licence, its address on the web."""
    return NoticeFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        tender.subject,
        tuple(_client(tender, licence, address)),
        tuple(_facts(tender)),
        tuple(_schedule(tender)),
        tuple(_criteria(tender)),
        tuple(document.title for document in tender.documents),
        _envelopes(tender),
        tender.form,
        reached(tender),
    )


def notice(facts: NoticeFacts, stamp: Stamp) -> bytes:
    """Return the notice as PDF."""
    return render(Paper(facts.organisation, "آگهی مناقصه", facts.number, notice_blocks(facts), stamp))


def notice_blocks(facts: NoticeFacts) -> list[Block]:
    """Return what the notice says, as it stands alone and in the tender documents."""
    return [
        Title(f"آگهی {facts.form}", facts.title),
        Heading("دستگاه مناقصه‌گزار"),
        Facts(facts.client),
        Heading("موضوع"),
        *(Text(part) for part in facts.subject.split("\n") if part),
        Heading("شرایط"),
        Facts(facts.facts),
        Heading("زمان‌ها (به وقت تهران)"),
        Facts(facts.schedule),
        Heading("معیارهای ارزیابی فنی"),
        Table(
            [Column("معیار", 5), Column("وزن", 1, is_number=True), Column("بیشینه", 1, is_number=True)], facts.criteria
        ),
        Heading("اسناد"),
        Text(f"{facts.reached} {'؛ '.join(facts.documents)}."),
        Text(
            f"پیشنهادها فقط در سامانه و در {facts.envelopes} تسلیم می‌شود؛ پس از پایان مهلت هیچ پیشنهادی پذیرفته نیست."
        ),
    ]


def _envelopes(tender: Any) -> str:
    """Return the envelopes of a bid, as a sentence names them."""
    if tender.has_envelope_a:
        return "سه پاکت الف، ب و ج"
    return " و ".join(name for kind, name in tender.basis.short.items() if kind != "a")


def _client(tender: Any, licence: Any, address: str) -> list[tuple[str, str]]:
    organisation = tender.organisation
    rows = [
        ("نام", organisation.name),
        ("نشانی", organisation.address),
        ("کد پستی و تلفن", "، ".join(ltr(text) for text in (organisation.postal_code, organisation.phone) if text)),
        ("نشانی مناقصه در سامانه", ltr(address)),
        ("شماره مناقصه", ltr(tender.number)),
        ("شماره ستاد", ltr(tender.setad_no)),
    ]
    if licence is not None:
        licensed = f"خوشه {tender.cluster.name}، شماره {ltr(licence.number)}، {calendar.long_date(licence.day)}"
        rows.append(("مجوز توسعه", licensed))
    return [row for row in rows if row[1]]


def _facts(tender: Any) -> list[tuple[str, str]]:
    rows = [
        ("دامنه فراخوان", "بین‌المللی؛ شرکت‌های ایرانی و خارجی" if tender.is_international else "داخلی"),
        ("برآورد", _amount(tender.estimate)),
        ("مدت قرارداد", persian_digits(f"{tender.years} سال")),
        ("حداقل امتیاز فنی", f"{_number(tender.minimum_score)} از ۱۰۰"),
    ]
    rows.append(("روش تعیین برنده", f"{tender.method.label}. {rule_of(tender)}"))
    if tender.has_envelope_a:
        rows += _guarantee(tender)
    rows.append(("کمترین شمار پیشنهادها", persian_digits(tender.minimum_bids)))
    if tender.basis.names_runner_up:
        rows.append(("سنجه فاصله برنده دوم", tender.runner_up_basis.label))
    rows.append(("پیشنهادی که پس از الحاقیه نه تأیید و نه جایگزین شود", tender.unconfirmed_bids.label))
    return rows


def _guarantee(tender: Any) -> list[tuple[str, str]]:
    handed = f"پیش از {_moment(tender.opens_at)}، {tender.organisation.address or tender.organisation.name}"
    return [
        ("تضمین شرکت در فرآیند", _amount(tender.guarantee)),
        ("نوع و اعتبار تضمین", f"{GUARANTEE_KINDS}، با اعتبار دست‌کم تا {_day(tender.valid_until)}"),
        ("تحویل اصل تضمین", handed),
    ]


def _schedule(tender: Any) -> list[tuple[str, str]]:
    instants = (
        ("انتشار", tender.published_at),
        ("پایان دریافت اسناد", tender.documents_until),
        ("پایان مهلت پرسش", tender.questions_until),
        ("پایان مهلت تسلیم پیشنهاد", tender.closes_at),
        ("پایان رساندن پاکت‌هایی که اثر انگشتشان تا پایان مهلت تسلیم شده است", tender.bytes_until),
        (tender.basis.opening, tender.opens_at),
        (tender.basis.word(TenderAct.OPEN_PRICES), tender.prices_open_at),
    )
    rows = [(label, calendar.moment(at).removesuffix(" به وقت تهران")) for label, at in instants if at]
    if tender.prebid_at:
        held = calendar.moment(tender.prebid_at).removesuffix(" به وقت تهران")
        rows.append(("جلسه توضیح اسناد", f"{held}، {tender.prebid_place}"))
    rows.append(("اعتبار پیشنهادها تا", _day(tender.valid_until)))
    rows.append(("آخرین روز بستن قرارداد", _day(tender.contract_by)))
    rows.append(("محل گشایش", tender.opening_place))
    return rows


def _criteria(tender: Any) -> list[tuple[str, str, str]]:
    groups = {c.parent_id for c in tender.criteria}
    return [
        (
            ("" if c.parent_id is None else "– ") + c.title,
            _number(c.weight),
            "" if c.id in groups else _number(c.top),
        )
        for c in tender.criteria
    ]


def _amount(amount: int | None) -> str:
    return "—" if amount is None else f"{money.grouped(amount)} ریال ({money.in_words(amount)} ریال)"


def _moment(at: Any) -> str:
    return "گشایش" if at is None else calendar.moment(at)


def _day(day: Any) -> str:
    return "—" if day is None else calendar.long_date(day)


def _number(value: Any) -> str:
    return "—" if value is None else decimal_text(value)
