"""The drift report as a paper: what was talked about, every changed score, and what the changes did (R23, R24)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.tenders.models import Tender

if TYPE_CHECKING:
    from tender_app.evaluation.drift import Change, Discussed, Drift, Effect

OWN = "خود ارزیاب"


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """What the report says, as plain text; `talks` rows: heading, pairs, note; `signers` rows: name, capacity, when."""

    organisation: str
    number: str
    title: str
    head: Sequence[tuple[str, str]]
    talks: Sequence[tuple[str, Sequence[tuple[str, str]], str]]
    changes: Sequence[Sequence[str]]
    reasons: Sequence[Sequence[str]]
    effects: Sequence[Sequence[str]]
    people: Sequence[Sequence[str]]
    balance: str
    digest: str
    signers: Sequence[tuple[str, str, str]]


def facts_of(tender: Tender, drift: "Drift", now: dt.datetime, signers: Sequence[tuple[str, str, str]]) -> DriftFacts:
    """Return what the report of a tender says, for who may talk to sign: the evaluators, and the head who leads the talk."""
    up, down = drift.balance
    return DriftFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        [
            ("شماره مناقصه", ltr(tender.number)),
            ("قطعی شدن امتیازها", calendar.moment(now)),
            ("روش تجمیع در آگهی", tender.aggregation.label),
            ("امتیازهای دگرگون‌شده", persian_digits(len(drift.standing))),
        ],
        [_talk(place, told) for place, told in enumerate(drift.talks, 1)],
        [_change(place, change) for place, change in enumerate(drift.changes, 1)],
        [
            (persian_digits(place), change.reason, OWN if change.is_own else change.proposer)
            for place, change in enumerate(drift.changes, 1)
        ],
        [_effect(effect) for effect in drift.effects],
        [(name, persian_digits(count), _shown(mean), _shown(most)) for name, count, mean, most in drift.by_evaluator],
        persian_digits(f"{up} امتیاز بالا رفت و {down} امتیاز پایین آمد."),
        tender.scores_digest,
        signers,
    )


def report(facts: DriftFacts, stamp: Stamp) -> bytes:
    """Return the report as PDF."""
    blocks: list[Block] = [Title("گزارش گفت‌وگو و تغییر امتیازها", facts.title), Facts(facts.head)]
    people = [(name, capacity) for name, capacity, _when in facts.signers]
    blocks += [Heading("اعضای گفت‌وگو"), Table([Column("نام", 4), Column("سمت", 5)], people)]
    for heading, pairs, note in facts.talks:
        blocks += [Heading(heading), Facts(pairs), *_paragraphs(note)]
    blocks += _changes(facts) if facts.changes else [Text("در این گفت‌وگوها هیچ امتیازی دگرگون نشد.")]
    closing = f"اثر انگشت امتیازهای قطعی، با این دگرگونی‌ها (SHA-256): {ltr(facts.digest)}"
    blocks += [
        Text("برگه‌های تأییدشده همان‌گونه که تأیید شد مانده است؛ هر دگرگونی را خود ارزیاب ثبت کرده است."),
        Text(closing),
        Signatures(facts.signers),
    ]
    return render(Paper(facts.organisation, "گزارش تغییر امتیازها", facts.number, blocks, stamp))


def _changes(facts: DriftFacts) -> list[Block]:
    return [
        Heading("امتیازهای دگرگون‌شده"),
        Table(
            [
                Column("ردیف", 1, is_number=True),
                Column("ارزیاب", 3),
                Column("پیشنهاددهنده", 4),
                Column("معیار", 3),
                Column("نخست", 1.4, is_number=True),
                Column("تازه", 1.4, is_number=True),
            ],
            facts.changes,
        ),
        Heading("دلیل هر دگرگونی"),
        Table([Column("ردیف", 1, is_number=True), Column("دلیل", 8), Column("به پیشنهاد", 3)], facts.reasons),
        Heading("اثر بر امتیاز و جای هر پیشنهاد"),
        Table(
            [
                Column("پیشنهاددهنده", 4),
                Column("پیش از گفت‌وگو", 2, is_number=True),
                Column("پس از آن", 2, is_number=True),
                Column("تفاوت", 1.6, is_number=True),
                Column("جا، پیش", 1.3, is_number=True),
                Column("جا، پس", 1.3, is_number=True),
            ],
            facts.effects,
        ),
        Heading("دگرگونی‌ها به تفکیک ارزیاب"),
        Table(
            [
                Column("ارزیاب", 4),
                Column("شمار", 1.5, is_number=True),
                Column("میانگین تفاوت از ۱۰۰", 3, is_number=True),
                Column("بیشترین تفاوت از ۱۰۰", 3, is_number=True),
            ],
            facts.people,
        ),
        Text(facts.balance),
    ]


def _talk(place: int, told: "Discussed") -> tuple[str, list[tuple[str, str]], str]:
    talk, about = told.talk, "؛ ".join(f"{firm}، {leaf}" for firm, leaf in told.cells)
    closed = calendar.moment(talk.closed_at) if talk.closed_at else "—"
    pairs = [("موضوع", talk.subject), ("معیارها", about), ("آغاز", calendar.moment(talk.opened_at)), ("پایان", closed)]
    return persian_digits(f"گفت‌وگوی {place}"), pairs, f"نتیجه: {talk.note}"


def _change(place: int, change: "Change") -> tuple[str, ...]:
    points = decimal_text(change.points) + ("" if change.stands else " (جایش را تغییر بعدی گرفت)")
    return persian_digits(place), change.evaluator, change.firm, change.leaf, decimal_text(change.original), points


def _effect(effect: "Effect") -> tuple[str, ...]:
    moved = effect.after - effect.before
    return (
        effect.firm,
        _shown(effect.before),
        _shown(effect.after),
        ltr(("+" if moved > 0 else "−" if moved < 0 else "") + _shown(abs(moved))),
        persian_digits(effect.place_before),
        persian_digits(effect.place_after),
    )


def _paragraphs(text: str) -> list[Block]:
    return [Text(part) for part in text.splitlines() if part.strip()]


def _shown(value: Fraction) -> str:
    return persian_digits(half_up(value, 2)).replace(".", "٫")
