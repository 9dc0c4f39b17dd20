"""An addendum as a paper: number, reason, every change with old and new, and what a bidder has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits


@dataclass(frozen=True, slots=True)
class AddendumFacts:
    """What the paper says, as plain text."""

    organisation: str
    number: str
    title: str
    paper: str
    place: str
    facts: tuple[tuple[str, str], ...]
    reason: str
    text: str
    values: tuple[tuple[str, str, str], ...]
    texts: tuple[tuple[str, str, str], ...]
    documents: tuple[tuple[str, str, str], ...]
    duty: str


def addendum_facts(addendum: Any, changes: Sequence[Any]) -> AddendumFacts:
    """Return what the paper of an addendum says: its row as it is being issued, and its changes."""
    tender = addendum.tender
    values = tuple((c.label, c.old, c.new) for c in changes if not c.pieces)
    return AddendumFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        f"{tender.number}-A{addendum.number}",
        persian_digits(addendum.number),
        tuple(_facts(addendum)),
        addendum.reason,
        addendum.text,
        values,
        tuple((c.label, c.old, c.new) for c in changes if c.pieces),
        tuple(_document(d) for d in addendum.documents),
        _duty(tender),
    )


def draw_addendum(facts: AddendumFacts, stamp: Stamp) -> bytes:
    """Return the addendum as PDF."""
    blocks: list[Block] = [Title(f"الحاقیه شماره {facts.place} اسناد مناقصه", facts.title), Facts(facts.facts)]
    blocks += [Heading("دلیل"), *_paragraphs(facts.reason)]
    blocks += [Heading("توضیح"), *_paragraphs(facts.text)] if facts.text else []
    if facts.values:
        columns = [Column("مورد", 3), Column("پیش از این", 4), Column("از این پس", 4)]
        blocks += [Heading("دگرگونی‌ها"), Table(columns, facts.values)]
    for label, old, new in facts.texts:
        blocks += [
            Heading(f"{label}: از این پس"),
            *_paragraphs(new),
            Heading(f"{label}: پیش از این"),
            *_paragraphs(old),
        ]
    if facts.documents:
        columns = [Column("سند", 4), Column("به جای", 3), Column("آغاز اثر انگشت SHA-256", 3)]
        blocks += [Heading("اسناد"), Table(columns, facts.documents)]
    blocks += [Heading("پیشنهادهای تسلیم‌شده"), Text(facts.duty)]
    return render(Paper(facts.organisation, "الحاقیه اسناد مناقصه", facts.paper, blocks, stamp))


def _facts(addendum: Any) -> list[tuple[str, str]]:
    tender = addendum.tender
    return [
        ("شماره مناقصه", ltr(tender.number)),
        ("صدور", calendar.moment(addendum.issued_at)),
        ("گونه", "تغییر شرایط" if addendum.is_material else "توضیح"),
        ("مهلت تسلیم پیشنهاد", calendar.moment(tender.closes_at) if tender.closes_at else "—"),
        ("اثر انگشت شرایط پیش از این", ltr(addendum.digest_before)),
        ("اثر انگشت شرایط از این پس", ltr(addendum.digest_after)),
    ]


def _document(row: Any) -> tuple[str, str, str]:
    return row.title, row.replaces.title if row.replaces else "سند تازه", ltr(row.digest[:24])


def _duty(tender: Any) -> str:
    return (
        "شرکتی که پیشنهاد تسلیم کرده است، تا پایان مهلت تسلیم در صفحه پیشنهاد خود آن را تأیید، جایگزین یا پس می‌گیرد. پیشنهادی "
        f"که پیش از این الحاقیه تسلیم و نه تأیید و نه جایگزین شود، {tender.unconfirmed_bids.persian}."
    )


def _paragraphs(text: str) -> list[Block]:
    return [Text(part) for part in text.splitlines() if part.strip()]
