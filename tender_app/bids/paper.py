"""The minutes of the opening and the statement of a destruction, as papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel.persian import persian_digits


class BidLine(NamedTuple):
    """A bid in the minutes: who, its receipt, its guarantee, the verdict on الف, what became of ب."""

    firm: str
    receipt: str
    guarantee: str
    verdict: str
    outcome: str


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the minutes of the opening say; `header` names the tender and the session, `log_head` covers the deadline."""

    organisation: str
    tender_number: str
    tender_title: str
    session: str
    asks_guarantee: bool
    is_open_call: bool
    header: Sequence[tuple[str, str]]
    closed: str
    present: Sequence[tuple[str, str]]
    bids: Sequence[BidLine]
    next_session: str
    members: Sequence[tuple[str, str]]
    log_head: Mapping[str, Any] | None


NO_LIST = "اسناد مناقصه بی‌نیاز از ورود برای همه در صفحه مناقصه بود؛ از این رو فهرستی از گیرندگان اسناد نیست."
DECIDED = (
    "نخست پاکت‌های الف گشوده و درباره هر تضمین رأی داده شد؛ سپس پاکت‌های ب پذیرفته‌شدگان گشوده و به ارزیابان سپرده شد.",
    "پاکت‌های ج مهر و موم‌شده ماند و تا جلسه گشایش قیمت گشوده نمی‌شود (مواد ۱۸ و ۱۹).",
)
DECIDED_DIRECTLY = (
    "پاکت‌های فنی گشوده و به ارزیابان سپرده شد.",
    "پاکت‌های مالی مهر و موم‌شده ماند و تا جلسه گشایش پاکت‌های مالی گشوده نمی‌شود.",
)


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
    board: str


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
            f"از این پس همه اعضای {facts.board} با هم نیز نمی‌توانند آن را بگشایند. "
            "سرآیندها بیرون از پایگاه داده و پشتیبان آن نگهداری می‌شد؛ اگر کسی بر خلاف دستور نسخه‌ای از پوشه سرآیندها "
            "برداشته باشد، این گواهی درباره آن نسخه چیزی نمی‌گوید."
        ),
    ]
    return render(Paper(facts.organisation, "گواهی نابودی کلید", facts.tender_number, blocks, stamp))


def _log_head(head: Mapping[str, Any] | None) -> list[Block]:
    """Return the receipt log's head at the deadline: whoever holds this paper can tell whether the log was changed since."""
    if head is None:
        return [
            Text(
                "هنگام صدور این صورتجلسه دفتر رسید سری از پایان این مهلت نداشت: یا پس از آن آغاز شده یا آن دقیقه را هنوز ننوشته بود."
            )
        ]
    signature = str(head["signature"])
    rows = [
        ("شمار برگ‌ها", str(head["size"])),
        ("ریشه درخت", head["root"]),
        ("زمان امضا (جهانی)", head["at"]),
        ("امضا (Ed25519)", f"{signature[:64]} {signature[64:]}"),
    ]
    return [Heading("سر دفتر رسید در پایان مهلت"), Facts([(label, ltr(value)) for label, value in rows])]


def opening_minutes(facts: MinutesFacts, stamp: Stamp) -> bytes:
    """Return the minutes of the opening of the first envelopes as PDF (Art. 18; by-law Art. 19)."""
    blocks = [
        Title(f"صورتجلسه {facts.session}", facts.tender_title),
        Facts(facts.header),
        Heading("حاضران"),
        Table([Column("نام", 2), Column("سمت", 3)], facts.present),
        Heading("اسناد و پیشنهادهای رسیده تا پایان مهلت"),
        *([Text(NO_LIST)] if facts.is_open_call else []),
        Text(f"مهلت تسلیم {facts.closed} پایان یافت. {persian_digits(len(facts.bids))} پیشنهاد رسیده بود."),
        Text("پیش از گشودن هر پاکت، بایت‌های آن با اثر انگشت رسید سنجیده شد؛ هر مغایرت در جدول آمده است."),
        _bids(facts),
        *_log_head(facts.log_head),
        Heading("تصمیم"),
        *(Text(text) for text in (DECIDED if facts.asks_guarantee else DECIDED_DIRECTLY)),
        *([Text(f"جلسه گشایش قیمت: {facts.next_session}.")] if facts.next_session else []),
        Signatures([(name, role, "") for name, role in facts.members]),
    ]
    return render(Paper(facts.organisation, "صورتجلسه گشایش", facts.tender_number, blocks, stamp))


def _bids(facts: MinutesFacts) -> Table:
    """Return the table of bids; without a guarantee there is no verdict on it."""
    own = [Column("ردیف", 1, is_number=True), Column("پیشنهاددهنده", 3.6), Column("رسید", 2.7)]
    if facts.asks_guarantee:
        columns = [*own, Column("تضمین (پاکت الف)", 4.2), Column("رأی بر الف", 2), Column("پاکت ب", 2)]
        return Table(columns, [(persian_digits(place), *bid) for place, bid in enumerate(facts.bids, 1)])
    rows = [(persian_digits(place), bid.firm, bid.receipt, bid.outcome) for place, bid in enumerate(facts.bids, 1)]
    return Table([*own, Column("پاکت فنی", 3)], rows)
