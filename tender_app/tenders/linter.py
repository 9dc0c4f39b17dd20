"""A reader of drafts: it asks about what only one firm can meet, what is unclear, too short or too heavy, and blocks nothing.

Pure: it sees texts, weights and days. Letter forms, half-spaces, vowel signs and digits of any keyboard are read alike.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tender_app.kernel.persian import ZWNJ, ascii_digits, decimal_text, fold, persian_digits
from tender_app.kernel.words import N_, _
from tender_app.tenders import linter_words as words

LEAST_WEIGHT, MOST_WEIGHT = 3, 40  # of 100, in the whole
LONGEST_EXPERIENCE, MOST_PROJECTS, LARGEST_TEAM = 10, 5, 10
COMFORTABLE = dt.timedelta(days=15)  # for bids; the law's own least is shorter
ANSWERS_FIRST = dt.timedelta(days=3)  # from the last question to the deadline
LOWEST_FLOOR, HIGHEST_FLOOR = 50, 80
_SIGNS = re.compile("[\u064b-\u0652\u0670]")
_HAMZA = str.maketrans("أإؤ", "ااو")
_ENDS = re.compile(r"(?<=[.؛;!؟?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion as it stands: its id and its parent's, its title, its weight in the whole of 100, what is said of it.

    `levels` is how many of its levels have a sentence.
    """

    id: int
    parent: int | None
    title: str
    weight: Fraction
    guidance: str = ""
    is_leaf: bool = True
    evidence: str = ""
    levels: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: passages by section (title, subject, terms, guidance …), weights, days, the minimum score."""

    passages: Sequence[tuple[str, str]] = ()
    criteria: Sequence[Weighed] = ()
    documents_until: dt.datetime | None = None
    questions_until: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    minimum_score: Fraction | None = None
    weight_faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A question: where, about which words, why it is asked, and what would answer it."""

    rule: str
    section: str
    quote: str
    why: str
    suggestion: str

    @property
    def key(self) -> str:
        """Return what an answer refers to: the same words under the same rule are the same question."""
        return f"{self.rule}-{hashlib.sha256(self.quote.encode()).hexdigest()[:12]}"


def examine(draft: Reading) -> list[Finding]:
    """Return the questions about a draft, in the order of its sections."""
    found = [*_purpose(draft), *_sentences(draft), *_weights(draft), *_days(draft), *_floor(draft)]
    return list({finding.key: finding for finding in found}.values())


def plain(text: str) -> str:
    """Return a text as the rules read it: one letter form, ASCII digits, no vowel signs or hamza seats, half-spaces as spaces."""
    return " ".join(_SIGNS.sub("", ascii_digits(fold(text)).replace(ZWNJ, " ").translate(_HAMZA)).split())


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a line is a sentence of its own."""
    return [part.strip() for part in _ENDS.split(fold(text)) if part.strip(" .؛;!؟?-–•")]


def _purpose(draft: Reading) -> Iterator[Finding]:
    """Ask for the problem and for the deliverable where the texts name neither."""
    written = [(section, text) for section, text in draft.passages if section in {"subject", "terms"} and text]
    whole = plain("\n".join(text for _unused, text in written))
    if not whole:
        return
    first = sentences(written[0][1])[:1] or [""]
    last = sentences(written[-1][1])[-1:] or [""]
    if not words.PROBLEM.search(whole):
        yield Finding(
            "problem",
            "subject",
            first[0],
            _("نوشته نشده که خوشه چه مشکل یا گلوگاهی دارد؛ پیشنهاددهنده نمی‌داند برای چه روشی پیشنهاد دهد."),
            _("در یک جمله بنویسید وضع کنونی چیست و چه چیزی باید تغییر کند."),
        )
    if not words.DELIVERABLE.search(whole):
        yield Finding(
            "deliverable",
            "terms",
            last[0],
            _("روشن نیست عامل در پایان چه چیزی تحویل می‌دهد؛ پرداخت و پذیرش به آن بسته است."),
            _("خروجی هر محور را نام ببرید: گزارش، برنامه عملیاتی، شاخص و زمان تحویل."),
        )


def _sentences(draft: Reading) -> Iterator[Finding]:
    for section, text in draft.passages:
        for sentence in sentences(text):
            read = plain(sentence)
            for pattern in words.PATTERNS:
                if pattern.asks(read):
                    yield Finding(pattern.rule, section, sentence, _(pattern.why), _(pattern.suggestion))
            yield from _figures(section, sentence, read)


def _figures(section: str, sentence: str, read: str) -> Iterator[Finding]:
    """Ask about figures of experience, projects and team that few firms of the field reach."""
    limits = (
        ("experience", words.EXPERIENCE, LONGEST_EXPERIENCE, N_("{most} سال")),
        ("projects", words.PROJECTS, MOST_PROJECTS, N_("{most} کار مشابه")),
        ("team", words.TEAM, LARGEST_TEAM, N_("{most} نفر")),
    )
    for rule, pattern, most, unit in limits:
        figures = [words.number(match) for match in pattern.finditer(read)]
        if any(figure > most for figure in figures):
            said = persian_digits(_(unit).format(most=most))
            why = _("بیش از {most} خواسته شده است؛ توسعه خوشه رشته‌ای جوان است و شمار کمی به این اندازه می‌رسند.")
            yield Finding(
                rule,
                section,
                sentence,
                why.format(most=said),
                _("کمترین اندازه‌ای را بنویسید که کار واقعاً می‌خواهد، و بیشتر از آن را در امتیاز فنی بسنجید."),
            )


def _weights(draft: Reading) -> Iterator[Finding]:
    for fault in draft.weight_faults:
        yield Finding("sum", "criteria", fault, _("وزن‌ها با هم جور نیست."), _("جمع وزن هر دسته را ۱۰۰ کنید."))
    for row in draft.criteria:
        said = _("«{title}»، وزن {weight} از ۱۰۰").format(title=row.title, weight=_figure(row.weight))
        if row.is_leaf and 0 < row.weight < LEAST_WEIGHT:
            why = _("معیاری سبک‌تر از ۳ تقریباً هیچ‌گاه برنده را عوض نمی‌کند و فقط کار ارزیاب را زیاد می‌کند.")
            yield Finding("light", "criteria", said, why, _("آن را با معیار نزدیکش یکی کنید یا وزنش را بالا ببرید."))
        if row.weight > MOST_WEIGHT:
            why = _("معیاری سنگین‌تر از ۴۰ به‌تنهایی برنده را تعیین می‌کند.")
            yield Finding("heavy", "criteria", said, why, _("آن را به زیرمعیارهای سنجیدنی بشکنید یا وزنش را کم کنید."))
        if words.PRICE.search(plain(row.title)):
            why = _("قیمت در پاکت ج جداگانه سنجیده می‌شود و ارزیاب آن را نمی‌بیند؛ دوبار شمرده می‌شود.")
            yield Finding("price", "criteria", said, why, _("معیار قیمت را از معیارهای فنی بردارید (ماده ۱۹)."))
    if bare := [row.title for row in draft.criteria if row.is_leaf and not row.guidance.strip()]:
        said = _("راهنمای ارزیاب ندارد: {titles}").format(titles="، ".join(f"«{title}»" for title in bare))
        why = _("برای ارزیاب نوشته نشده که چه چیزی امتیاز کامل می‌گیرد؛ امتیازها پراکنده و اعتراض‌پذیر می‌شود.")
        yield Finding("guidance", "criteria", said, why, _("بگویید مدرک چیست و چه سطحی چند امتیاز دارد."))
    yield from _scales(draft)


def _scales(draft: Reading) -> Iterator[Finding]:
    """Ask which levels a criterion has and by what evidence they are told apart."""
    if bare := [row.title for row in draft.criteria if row.is_leaf and not row.levels]:
        said = _("سطح‌های امتیاز ندارد: {titles}").format(titles="، ".join(f"«{title}»" for title in bare))
        why = _("دو ارزیاب از یک پیشنهاد دو امتیاز دور از هم می‌دهند، چون هیچ امتیازی معنای نوشته ندارد.")
        yield Finding("levels", "criteria", said, why, _("برای چند امتیاز، مانند ۰، ۵۰ و ۱۰۰، یک جمله بنویسید."))
    if bare := [row.title for row in draft.criteria if row.is_leaf and not row.evidence.strip()]:
        said = _("مدرک خواسته‌شده ندارد: {titles}").format(titles="، ".join(f"«{title}»" for title in bare))
        why = _("شرکت نمی‌داند چه بیاورد تا این امتیاز را بگیرد و ارزیاب نمی‌داند به چه نگاه کند.")
        yield Finding("evidence", "criteria", said, why, _("بنویسید کدام بخش پاکت ب یا کدام گواهی سنجیده می‌شود."))


def _days(draft: Reading) -> Iterator[Finding]:
    begins, asks, ends = draft.documents_until, draft.questions_until, draft.closes_at
    if begins and ends and begins < ends < begins + COMFORTABLE:
        said = _("{days} روز از پایان دریافت اسناد تا پایان مهلت تسلیم").format(days=(ends - begins).days)
        why = _("این مدت قانونی است، اما برای شناخت خوشه و چیدن تیم کوتاه است و شرکت‌های تازه را کنار می‌گذارد.")
        yield Finding("period", "schedule", persian_digits(said), why, _("دست‌کم ۱۵ روز بگذارید."))
    if asks and ends and ends - ANSWERS_FIRST < asks:
        said = _("پایان مهلت پرسش کمتر از سه روز پیش از پایان مهلت تسلیم است")
        why = _("پاسخ به کسی که پیشنهادش را نوشته کمکی نمی‌کند.")
        yield Finding("questions", "schedule", said, why, _("مهلت پرسش را زودتر یا مهلت تسلیم را دیرتر بگذارید."))


def _floor(draft: Reading) -> Iterator[Finding]:
    floor = draft.minimum_score
    if floor is None or LOWEST_FLOOR <= floor <= HIGHEST_FLOOR:
        return
    said = _("حداقل امتیاز فنی {floor}").format(floor=_figure(floor))
    if floor > HIGHEST_FLOOR:
        why = _("با این حداقل، بیشتر پیشنهادها رد می‌شوند و قیمتشان خوانده نمی‌شود؛ رقابتی نمی‌ماند.")
    else:
        why = _("با این حداقل، پیشنهاد ضعیف هم به مرحله قیمت می‌رسد و با قیمت کم برنده می‌شود.")
    yield Finding("floor", "evaluation", said, why, _("رایج ۶۰ تا ۷۰ است؛ آزمون وزن‌ها اثر آن را نشان می‌دهد."))


def _figure(value: Fraction) -> str:
    return decimal_text(Decimal(int(value * 10 + Fraction(1, 2))) / 10)
