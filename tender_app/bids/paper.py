"""The receipt of a bid and the minutes of the opening, as papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel.persian import persian_digits


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says; envelopes are (envelope, digest, bytes); `promise` is the receipt log's, signed."""

    organisation: str
    tender_number: str
    tender_title: str
    firm: str
    legal_id: str
    receipt_no: str
    submitted: str
    instant: str
    closes: str
    opens: str
    envelopes: Sequence[tuple[str, str, str]]
    promise: Mapping[str, Any]


class BidLine(NamedTuple):
    """A bid in the minutes: who, its receipt, its guarantee, the verdict on الف, what became of ب."""

    firm: str
    receipt: str
    guarantee: str
    verdict: str
    outcome: str


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the minutes of the opening say; `header` names the tender and the session."""

    organisation: str
    tender_number: str
    tender_title: str
    header: Sequence[tuple[str, str]]
    closed: str
    present: Sequence[tuple[str, str]]
    bids: Sequence[BidLine]
    next_session: str
    members: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DestructionFacts:
    """What a bidder is told of a price envelope that was never opened and never can be."""

    organisation: str
    tender_number: str
    tender_title: str
    firm: str
    receipt_no: str
    state: str
    digest: str
    at: str


def destruction_statement(facts: DestructionFacts, stamp: Stamp) -> bytes:
    """Return the statement that a never opened price envelope was closed for ever, as PDF."""
    blocks = [
        Title("گواهی نابودی کلید پاکت ناگشوده", facts.tender_title),
        Facts(
            [
                ("پیشنهاددهنده", facts.firm),
                ("شماره مناقصه", ltr(facts.tender_number)),
                ("شماره رسید", ltr(facts.receipt_no)),
                ("وضعیت پیشنهاد", facts.state),
                ("زمان", facts.at),
            ]
        ),
        Text("پاکت قیمت (ج) این پیشنهاد هرگز گشوده نشد. اثر انگشت آن همان است که در رسید تسلیم آمده است:"),
        Text(ltr(facts.digest)),
        Text(
            "سرآیند پاکت، که کلید محتوا در آن پیچیده است، با کاری که در دفتر رویدادها ثبت شد نابود گردید. "
            "از این پس همه اعضای کمیسیون با هم نیز نمی‌توانند آن را بگشایند. "
            "سرآیندها بیرون از پایگاه داده و پشتیبان آن نگهداری می‌شد؛ اگر کسی بر خلاف دستور نسخه‌ای از پوشه سرآیندها "
            "برداشته باشد، این گواهی درباره آن نسخه چیزی نمی‌گوید."
        ),
    ]
    return render(Paper(facts.organisation, "گواهی نابودی کلید", facts.tender_number, blocks, stamp))


def receipt(facts: ReceiptFacts, stamp: Stamp) -> bytes:
    """Return a receipt as PDF."""
    blocks = [
        Title("رسید تسلیم پیشنهاد", facts.tender_title),
        Facts(
            [
                ("شماره رسید", ltr(facts.receipt_no)),
                ("زمان تسلیم", facts.submitted),
                ("همان لحظه به وقت جهانی", ltr(facts.instant)),
                ("شرکت", f"{facts.firm}، شناسه ملی {persian_digits(facts.legal_id)}"),
                ("مناقصه", ltr(facts.tender_number)),
                ("پایان مهلت تسلیم", facts.closes),
                ("گشایش پاکت‌ها", facts.opens),
            ]
        ),
        Heading("اثر انگشت پاکت‌ها"),
        Table(
            [Column("پاکت", 1.1), Column("اثر انگشت (SHA-256)", 4), Column("بایت", 0.8, is_number=True)],
            [(kind, ltr(digest), size) for kind, digest, size in facts.envelopes],
        ),
        Text(
            "پاکت‌ها رمزشده نگه داشته می‌شود و برنامه پیش از جلسه گشایش آنها را باز نمی‌کند. اگر پس از این، پیشنهاد دیگری "
            "تسلیم یا این پیشنهاد پس گرفته شود، این رسید فقط گواه تسلیم در زمان یادشده است."
        ),
        *_promise(facts.promise),
    ]
    return render(Paper(facts.organisation, "رسید تسلیم پیشنهاد", facts.tender_number, blocks, stamp))


def _promise(promise: Mapping[str, Any]) -> list[Block]:
    """Return what the receipt log promised with its signature: what stands in it when the two minutes are over."""
    signature = str(promise["signature"])
    rows = [
        ("دفتر رسید", promise["log"]),
        ("اثر انگشت این تسلیم", promise["act"]),
        ("زمان قول", promise["at"]),
        ("درج در دفتر تا", promise["by"]),
        ("امضا (Ed25519)", f"{signature[:64]} {signature[64:]}"),
    ]
    return [
        Heading("قول درج در دفتر رسید"),
        Text(
            "دفتر رسید با این امضا قول داده است که این تسلیم تا زمان زیر در آن بنشیند. فایل رسید (JSON) در صفحه رسید، پس از "
            "آن، گواه درج و سر امضاشده دفتر را هم دارد و هر کس می‌تواند آن را بی‌نیاز از این سامانه بیازماید."
        ),
        Facts([(label, ltr(str(value))) for label, value in rows]),
    ]


def opening_minutes(facts: MinutesFacts, stamp: Stamp) -> bytes:
    """Return the minutes of the opening of envelopes الف and ب as PDF (Art. 18)."""
    columns = [
        Column("ردیف", 1, is_number=True),
        Column("پیشنهاددهنده", 3.6),
        Column("رسید", 2.7),
        Column("تضمین (پاکت الف)", 4.2),
        Column("رأی بر الف", 2),
        Column("پاکت ب", 2),
    ]
    blocks = [
        Title("صورتجلسه گشایش پاکت‌های الف و ب", facts.tender_title),
        Facts(facts.header),
        Heading("حاضران"),
        Table([Column("نام", 2), Column("سمت", 3)], facts.present),
        Heading("اسناد و پیشنهادهای رسیده تا پایان مهلت"),
        Text("اسناد مناقصه بی‌نیاز از ورود برای همه در صفحه مناقصه بود؛ از این رو فهرستی از گیرندگان اسناد نیست."),
        Text(f"مهلت تسلیم {facts.closed} پایان یافت. {persian_digits(len(facts.bids))} پیشنهاد رسیده بود."),
        Text("پیش از گشودن هر پاکت، بایت‌های آن با اثر انگشت رسید سنجیده شد؛ هر مغایرت در جدول آمده است."),
        Table(columns, [(persian_digits(place), *bid) for place, bid in enumerate(facts.bids, 1)]),
        Heading("تصمیم"),
        Text(
            "نخست پاکت‌های الف گشوده و درباره هر تضمین رأی داده شد؛ سپس پاکت‌های ب پذیرفته‌شدگان گشوده و به ارزیابان سپرده شد."
        ),
        Text("پاکت‌های ج مهر و موم‌شده ماند و تا جلسه گشایش قیمت گشوده نمی‌شود (مواد ۱۸ و ۱۹)."),
        *([Text(f"جلسه گشایش قیمت: {facts.next_session}.")] if facts.next_session else []),
        Signatures([(name, role, "") for name, role in facts.members]),
    ]
    return render(Paper(facts.organisation, "صورتجلسه گشایش", facts.tender_number, blocks, stamp))
