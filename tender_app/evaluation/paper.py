"""The technical report as a paper (Art. 19; domain.md §6.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tender_app.documents.blocks import Column, Facts, Heading, Signatures, Table, Text, Title
from tender_app.documents.marks import ltr
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block

MOST_BIDDERS = 4  # beside each other in a table of means


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report says; `means` are rows of (criterion, weight, mean of each bid …).

    `opinions` are, for each bidder, rows of (criterion, evaluator, points, reason). `present` sat in the session that
    handed the bids to the evaluators; `judges` are rows of (evaluator, declared, confirmed, digest); `totals` rows of
    (evaluator, own total of each bid …), which is how each voted; `rejected` (bidder, why) were not scored.
    """

    organisation: str
    tender_number: str
    tender_title: str
    locked: str
    minimum: str
    firms: Sequence[str]
    means: Sequence[Sequence[str]]
    results: Sequence[tuple[str, str, str, str]]
    signers: Sequence[tuple[str, str, str]]
    digest: str
    opinions: Sequence[tuple[str, Sequence[tuple[str, str, str, str]]]] = ()
    deviation: str = ""
    gaps: Sequence[str] = ()
    note: str = ""
    recused: Sequence[str] = ()
    aggregation: str = ""
    present: Sequence[tuple[str, str]] = ()
    judges: Sequence[tuple[str, str, str, str]] = ()
    totals: Sequence[Sequence[str]] = ()
    rejected: Sequence[tuple[str, str]] = ()
    said: Callable[[str], str] = str  # a sentence in the words of the tender's law


def technical_report(facts: ReportFacts, stamp: Stamp) -> bytes:
    """Return the report as PDF."""
    results = [
        Column("پیشنهاددهنده", 4),
        Column("امتیاز از ۱۰۰", 2, is_number=True),
        Column("کسر دقیق", 2, is_number=True),
        Column("نتیجه", 3),
    ]
    blocks = [
        Title("گزارش ارزیابی فنی", facts.tender_title),
        Facts(
            [
                ("شماره مناقصه", ltr(facts.tender_number)),
                ("قطعی شدن امتیازها", facts.locked),
                ("حداقل امتیاز", facts.minimum),
            ]
        ),
        Heading("امتیاز هر معیار از همه ارزیابان"),
        *([Text(facts.aggregation)] if facts.aggregation else []),
        *_side_by_side(facts, ("معیار", "وزن"), facts.means),
        Heading("رأی هر ارزیاب: جمع امتیاز هر پیشنهاد از ۱۰۰"),
        *_side_by_side(facts, ("ارزیاب",), facts.totals),
        Heading("نتیجه"),
        Table(results, facts.results),
        Text(
            "سنجش با حداقل امتیاز بر پایه کسر دقیق است، نه عدد گردشده. "
            + facts.said("پاکت ج پیشنهادهای زیر حداقل گشوده نمی‌شود (ماده ۱۹).")
        ),
        *_remarks(facts),
        *_attendance(facts),
        *_opinions(facts),
        Text(f"اثر انگشت امتیازها (SHA-256): {ltr(facts.digest)}"),
        Heading("امضاها"),
        Signatures(facts.signers),
    ]
    return render(Paper(facts.organisation, "گزارش ارزیابی فنی", facts.tender_number, blocks, stamp))


def _attendance(facts: ReportFacts) -> list[Block]:
    """Return who sat when the bids were handed over, who judged them, and which were not judged."""
    blocks: list[Block] = []
    if facts.present:
        blocks += [
            Heading("حاضران جلسه گشایش و سپردن به ارزیابان"),
            Table([Column("نام", 3), Column("سمت", 4)], facts.present),
        ]
    columns = [
        Column("ارزیاب", 3),
        Column("اعلام نبود تعارض", 3),
        Column("تأیید برگه", 3),
        Column("آغاز اثر انگشت برگه", 3),
    ]
    blocks += [Heading("برگه‌های امتیاز"), Table(columns, facts.judges)]
    if facts.rejected:
        blocks += [
            Heading("پیشنهادهایی که امتیاز نگرفت"),
            Table([Column("پیشنهاددهنده", 4), Column("دلیل", 6)], facts.rejected),
        ]
    return blocks


def _opinions(facts: ReportFacts) -> list[Block]:
    columns = [Column("معیار", 3), Column("ارزیاب", 2), Column("امتیاز", 1.3, is_number=True), Column("دلیل", 6)]
    return [
        block
        for firm, rows in facts.opinions
        for block in (Heading(f"امتیاز و دلیل ارزیابان: {firm}"), Table(columns, rows))
    ]


def _remarks(facts: ReportFacts) -> list[Block]:
    remarks: list[Block] = []
    if facts.gaps:
        remarks += [
            Heading(f"اختلاف بیش از {facts.deviation} امتیاز میان ارزیابان"),
            *(Text(gap) for gap in facts.gaps),
        ]
    if facts.gaps and not facts.note:
        remarks.append(Text(facts.said("رئیس کمیسیون درباره این اختلاف توضیحی ننوشته است.")))
    if facts.note:
        remarks += [Heading(facts.said("توضیح رئیس کمیسیون")), Text(facts.note)]
    if facts.recused:
        remarks.append(Text(f"برای تعارض منافع کناره گرفتند: {'، '.join(facts.recused)}."))
    return remarks


def _side_by_side(facts: ReportFacts, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Table]:
    """The figures of a few bidders in each table, so that every name and figure has room; `heads` are of what precedes them."""
    tables, own = [], len(heads)
    for start in range(0, len(facts.firms), MOST_BIDDERS):
        shown = slice(own + start, own + start + MOST_BIDDERS)
        columns = [Column(heads[0], 4), *(Column(head, 1, is_number=True) for head in heads[1:])]
        columns += [Column(firm, 2, is_number=True) for firm in facts.firms[start : start + MOST_BIDDERS]]
        tables.append(Table(columns, [(*row[:own], *row[shown]) for row in rows]))
    return tables
