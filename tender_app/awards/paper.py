"""The price minutes and the letters of the result, as papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Space, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render


@dataclass(frozen=True, slots=True)
class PriceMinutesFacts:
    """What the minutes of the price session say; `prices` rows: firm, figures, words; `ranking` rows: firm, t, C, L or S, place.

    `explained` rows: firm, when its explanation came, votes, decision with its reason.
    """

    organisation: str
    tender_number: str
    tender_title: str
    title: str
    header: Sequence[tuple[str, str]]
    present: Sequence[tuple[str, str]]
    prices: Sequence[tuple[str, str, str]]
    set_aside: Sequence[str]
    unopened: Sequence[str]
    envelope: str
    board: str
    scores: Sequence[tuple[str, str, str]]
    rule: str
    final_head: str
    ranking: Sequence[tuple[str, str, str, str, str]]
    explained: Sequence[tuple[str, str, str, str]]
    votes: Sequence[tuple[str, str, str]]
    decision: Sequence[tuple[str, str]]
    remarks: Sequence[str]
    members: Sequence[tuple[str, str, str]]
    digest: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter of the result says."""

    organisation: str
    tender_number: str
    tender_title: str
    day: str
    firm: str
    paragraphs: Sequence[str]
    signer: str
    signer_position: str


def price_minutes(facts: PriceMinutesFacts, stamp: Stamp) -> bytes:
    """Return the minutes of the price session and of the naming of the winners, as PDF (Arts. 18-20)."""
    columns = [
        Column("پیشنهاددهنده", 4),
        Column("امتیاز فنی", 1.6, is_number=True),
        Column("قیمت (ریال)", 2.6, is_number=True),
        Column(facts.final_head, 2.6, is_number=True),
        Column("جایگاه", 1.2, is_number=True),
    ]
    blocks = [
        Title(facts.title, facts.tender_title),
        Facts(facts.header),
        Heading("حاضران"),
        Table([Column("نام", 2), Column("سمت", 3)], facts.present),
        Heading("قیمت‌های خوانده‌شده"),
        Table(
            [Column("پیشنهاددهنده", 4), Column("به رقم (ریال)", 2.4, is_number=True), Column("به حروف", 5)],
            facts.prices,
        ),
        *(Text(f"کنار گذاشته شد: {line}.") for line in facts.set_aside),
        Text(
            f"{facts.envelope} این پیشنهادها گشوده نشد: {'، '.join(facts.unopened)}."
            if facts.unopened
            else f"{facts.envelope} همه پیشنهادهای رسیده به این مرحله گشوده شد."
        ),
        *_explained(facts),
        *_scores(facts),
        Heading("رتبه‌بندی"),
        Text(facts.rule),
        Table(columns, facts.ranking),
        Heading("آرای اعضا"),
        Table([Column("عضو", 4), Column("رأی", 1.2), Column("توضیح", 5)], facts.votes),
        Heading(f"تصمیم {facts.board}"),
        Facts(facts.decision),
        *(Text(line) for line in facts.remarks),
        Text(f"اثر انگشت رتبه‌بندی (SHA-256): {ltr(facts.digest)}"),
        Signatures(facts.members),
    ]
    return render(Paper(facts.organisation, facts.title, facts.tender_number, blocks, stamp))


def _scores(facts: PriceMinutesFacts) -> Sequence[Heading | Table]:
    """Return the table of technical scores that final minutes hold (by-law, Art. 23)."""
    if not facts.scores:
        return ()
    columns = [Column("پیشنهاددهنده", 5), Column("امتیاز فنی از ۱۰۰", 2, is_number=True), Column("حداقل", 2)]
    return Heading("امتیازهای فنی"), Table(columns, facts.scores)


def _explained(facts: PriceMinutesFacts) -> Sequence[Heading | Table]:
    """Return what became of the prices that looked too low (Art. 20-b)."""
    if not facts.explained:
        return ()
    columns = [Column("پیشنهاددهنده", 3), Column("توضیح", 2.6), Column("آرا", 2), Column("تصمیم و دلیل", 4.4)]
    return Heading("توضیح قیمت‌های بسیار پایین"), Table(columns, facts.explained)


def letter(facts: LetterFacts, stamp: Stamp) -> bytes:
    """Return a letter of the result as PDF."""
    blocks = [
        Title("اعلام نتیجه مناقصه", facts.tender_title),
        Facts([("شماره مناقصه", ltr(facts.tender_number)), ("تاریخ", facts.day), ("گیرنده", facts.firm)]),
        Text("با سلام و احترام،", holds=True),
        Space(4),
        *(Text(p) for p in facts.paragraphs),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, "نامه اعلام نتیجه", facts.tender_number, blocks, stamp))
