"""The papers of an interview: the letter that invites the firm, and the minutes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.evaluation.interview_facts import Attended
from tender_app.evaluation.interview_models import Interview, InterviewPresence
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.people.models import Person
from tender_app.store.context import Context
from tender_app.tenders.bases import Basis


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What the letter says."""

    organisation: str
    number: str
    title: str
    day: str
    firm: str
    begins: str
    minutes: str
    place: str
    questions: Sequence[tuple[str, str]]
    address: str
    signer: str
    signer_position: str


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the minutes say; `members` rows: name, role, joined, left, how; `shares` rows: evaluator, share, standing."""

    organisation: str
    number: str
    title: str
    head: Sequence[tuple[str, str]]
    questions: Sequence[tuple[str, str]]
    members: Sequence[tuple[str, str, str, str, str]]
    shares: Sequence[tuple[str, str, str]]
    guests: Sequence[tuple[str, str]]
    text: str
    signers: Sequence[tuple[str, str, str]]


def letter_facts(ctx: Context, interview: Interview) -> LetterFacts:
    """Return what the letter of an interview says now."""
    tender, signer = interview.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    return LetterFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        calendar.numeric(calendar.today(ctx.now)),
        interview.firm.name,
        calendar.moment(interview.starts_at),
        persian_digits(f"{(interview.ends_at - interview.starts_at).seconds // 60} دقیقه"),
        interview.place,
        _questions(interview),
        f"{ctx.settings.public_url}/tenders/{tender.number}/interviews",
        signer.name,
        signer.position,
    )


def letter(facts: LetterFacts, stamp: Stamp) -> bytes:
    """Return the letter as PDF."""
    blocks = [
        Title("دعوت به مصاحبه فنی", facts.title),
        Facts([("شماره مناقصه", ltr(facts.number)), ("تاریخ", facts.day), ("گیرنده", facts.firm)]),
        Text("از نمایندگان و اشخاص کلیدی آن شرکت دعوت می‌شود در مصاحبه فنی این مناقصه شرکت کنند."),
        Facts([("زمان", facts.begins), ("مدت", facts.minutes), ("جا یا نشانی پیوستن", facts.place)]),
        Heading("پرسش‌ها، برای همه یکسان"),
        Table([Column("معیار", 3), Column("پرسش", 6)], facts.questions),
        Text("مصاحبه فقط در امتیاز فنی اثر دارد. از قیمت پرسیده نمی‌شود و گفتن قیمت در مصاحبه روا نیست."),
        Text(f"حضور خود و نام شرکت‌کنندگان را در سامانه تأیید کنید: {ltr(facts.address)}"),
        Signatures([(facts.signer, facts.signer_position, "")]),
    ]
    return render(Paper(facts.organisation, "دعوت به مصاحبه", facts.number, blocks, stamp))


def minutes_facts(ctx: Context, interview: Interview, attended: Sequence[Attended]) -> MinutesFacts:
    """Return what the minutes of an interview that ended say."""
    tender, signer = interview.tender, ctx.session.get_one(Person, ctx.actor.person_id)
    begun, ended = interview.begun_at or ctx.now, interview.ended_at or ctx.now
    return MinutesFacts(
        tender.organisation.name,
        tender.number,
        tender.title,
        [
            ("شماره مناقصه", ltr(tender.number)),
            ("پیشنهاددهنده", interview.firm.name),
            ("زمان", f"{calendar.moment(begun)}، تا {_hour(ended)}"),
            ("جا یا نشانی پیوستن", interview.place),
        ],
        _questions(interview),
        [_row(p, ended, tender.basis) for p in interview.presences],
        [(a.person.name, f"{percent(a)}", "کافی" if a.is_enough else "کمتر از حد لازم") for a in attended],
        [(name, position) for name, position in interview.guests],
        interview.text,
        [(signer.name, tender.basis.word(Role.HEAD), calendar.moment(ended))],
    )


def minutes(facts: MinutesFacts, stamp: Stamp) -> bytes:
    """Return the minutes as PDF."""
    came: list[Block] = [Table([Column("نام", 4), Column("سمت در شرکت", 5)], facts.guests)] if facts.guests else []
    blocks = [
        Title("صورتجلسه مصاحبه فنی", facts.title),
        Facts(facts.head),
        Heading("پرسش‌ها، برای همه یکسان"),
        Table([Column("معیار", 3), Column("پرسش", 6)], facts.questions),
        Heading("حاضران شرکت"),
        *(came or [Text("نامی ثبت نشده است.")]),
        Heading("آمد و رفت اعضا، به ساعت تهران"),
        Table(
            [
                Column("نام", 3),
                Column("سمت", 2.4),
                Column("پیوستن", 1.8, is_number=True),
                Column("رفتن", 1.8, is_number=True),
                Column("چگونه", 3),
            ],
            facts.members,
        ),
        Heading("سهم حضور ارزیابان"),
        Table([Column("ارزیاب", 4), Column("حضور", 2, is_number=True), Column("برای امتیاز دادن", 3)], facts.shares),
        Heading("گزارش پرسش و پاسخ"),
        *(Text(part) for part in facts.text.splitlines() if part.strip()),
        Text("هر ارزیاب پس از مصاحبه، پیش از هر گفت‌وگو و جدا از دیگران در برگه خود امتیاز می‌دهد."),
        Signatures(facts.signers),
    ]
    return render(Paper(facts.organisation, "صورتجلسه مصاحبه", facts.number, blocks, stamp))


def percent(attended: Attended) -> str:
    """Return how much of an interview somebody was there, in Persian figures, for showing."""
    return persian_digits(half_up(100 * attended.part, 0)) + "٪"


def _questions(interview: Interview) -> list[tuple[str, str]]:
    return [(q.criterion.title, q.text) for q in interview.plan.questions]


def _row(p: InterviewPresence, ended: dt.datetime, basis: Basis) -> tuple[str, str, str, str, str]:
    how = "از راه دور" if p.is_remote else "حضوری"
    left = p.left_at or ended
    if p.was_dropped:
        how += "، ارتباط قطع شد"
    return p.person.name, basis.word(p.role), _hour(p.joined_at), _hour(left), how


def _hour(at: dt.datetime) -> str:
    return persian_digits(f"{calendar.tehran(at):%H:%M:%S}")
