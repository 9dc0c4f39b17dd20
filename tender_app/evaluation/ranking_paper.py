"""The ranking with its working as a paper of its own, issued when the winners are named: what a court can follow line by line."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tender_app.documents.blocks import Column, Facts, Heading, Table, Text, Title
from tender_app.documents.issued import Issue, issue
from tender_app.documents.marks import ltr
from tender_app.documents.models import DocumentKind
from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block
from tender_app.evaluation import low_price, queries
from tender_app.evaluation.methods import YARDSTICKS, made
from tender_app.evaluation.queries import RankingView
from tender_app.evaluation.scoring import half_up
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.store.context import Context
from tender_app.tenders.methods import parameter_of, rule_of
from tender_app.tenders.models import Tender

TITLE = "رتبه‌بندی پیشنهادها و محاسبه آن"
EXACT = "همه مقایسه‌ها با کسرهای دقیق است؛ گرد کردن فقط برای نوشتن است و هیچ جایگاهی از عدد گردشده به دست نیامده است."
VERDICTS = {True: "به حداقل رسید", False: "زیر حداقل"}


def issue_ranking(ctx: Context, tender: Tender, _what: Any) -> None:
    """Issue the ranking that stands, from which the winners were named, with what it superseded."""
    view = queries.ranking(ctx, tender)
    if view is None:
        raise LookupError("winners without a ranking")
    blocks = [
        Title(TITLE, tender.title),
        Facts(_header(tender, view)),
        *_scores(ctx, tender),
        *_table(tender, view),
        *_left_out(ctx, tender),
        *_working(tender, view),
        *_second(tender, view),
        *_superseded(ctx, tender),
        Heading("اثر انگشت‌ها"),
        Text(f"رتبه‌بندی (SHA-256): {ltr(view.digest)}"),
        Text(f"امتیازهای فنی قطعی (SHA-256): {ltr(tender.scores_digest)}"),
    ]
    about = Issue(DocumentKind.RANKING, tender.number, tender.title, tender.organisation_id, tender.id)
    issue(ctx, about, lambda stamp: _render(tender, blocks, stamp))


def _render(tender: Tender, blocks: Sequence[Block], stamp: Stamp) -> bytes:
    return render(Paper(tender.organisation.name, TITLE, tender.number, blocks, stamp))


def _header(tender: Tender, view: RankingView) -> list[tuple[str, str]]:
    rows = [
        ("شماره مناقصه", ltr(tender.number)),
        ("زمان محاسبه", calendar.moment(view.computed_at)),
        ("روش", "، ".join(filter(None, (tender.method.label, parameter_of(tender))))),
    ]
    if tender.minimum_score is not None:
        rows.append(("حداقل امتیاز فنی", f"{decimal_text(tender.minimum_score)} از ۱۰۰"))
    if tender.estimate:
        rows.append(("برآورد", f"{money.grouped(tender.estimate)} ریال"))
    return rows


def _scores(ctx: Context, tender: Tender) -> list[Block]:
    columns = [
        Column("پیشنهاددهنده", 4),
        Column("امتیاز از ۱۰۰", 1.8, is_number=True),
        Column("کسر دقیق", 2.2, is_number=True),
        Column("نتیجه", 2),
    ]
    rows = [
        (firm, _number(half_up(score, 2)), ltr(persian_digits(str(score))), VERDICTS[passed])
        for firm, score, passed in queries.results(ctx, tender)
    ]
    return [Heading("امتیازهای فنی قطعی"), Table(columns, rows)]


def _table(tender: Tender, view: RankingView) -> list[Block]:
    yardstick = YARDSTICKS[tender.method]
    columns = [
        Column("پیشنهاددهنده", 4),
        Column("امتیاز فنی (t)", 1.7, is_number=True),
        Column("قیمت (C، ریال)", 2.5, is_number=True),
        Column(yardstick.heading, 2.7, is_number=True),
        Column("رتبه", 1, is_number=True),
        Column("جایگاه", 1.2, is_number=True),
    ]
    rows = [
        (
            row.firm,
            _number(half_up(row.technical, 2)),
            money.grouped(row.price),
            yardstick.shown(row.final),
            persian_digits(row.rank),
            persian_digits(row.place) + ("، قرعه" if row.needs_lot else ""),
        )
        for row in view.rows
    ]
    none = [] if rows else [Text("هیچ پیشنهادی در رتبه‌بندی نیست.")]
    return [Heading("رتبه‌بندی"), *([Table(columns, rows)] if rows else []), *none]


def _left_out(ctx: Context, tender: Tender) -> list[Block]:
    over = [
        f"{firm}: قیمت {money.grouped(price)} ریال از بودجه اعلام‌شده بیشتر است."
        for firm, _score, price in queries.over_budget(ctx, tender)
    ]
    rejected = [
        f"{row.firm}" + (f"، قیمت خوانده‌شده {money.grouped(row.price)} ریال" if row.price else "") + f": {row.finding}"
        for row in low_price.set_aside(ctx, tender)
    ]
    below = queries.unopened(ctx, tender)
    told = [*over, *rejected]
    if below:
        told.append(f"{tender.basis.envelope('c')} این پیشنهادها گشوده نشد، زیر حداقل امتیاز: {'، '.join(below)}.")
    return [Heading("بیرون از رتبه‌بندی"), *(Text(line) for line in told)] if told else []


def _working(tender: Tender, view: RankingView) -> list[Block]:
    yardstick = YARDSTICKS[tender.method]
    blocks: list[Block] = [Heading("محاسبه"), Text(rule_of(tender)), Text(EXACT)]
    if yardstick.formula:
        blocks.append(Text(str(yardstick.formula)))
    for firm, formula in made(tender, view.rows):
        blocks += [Text(f"{firm}:", after=0, holds=True), Text(ltr(formula))]
    return blocks


def _second(tender: Tender, view: RankingView) -> list[Block]:
    if not tender.basis.names_runner_up or view.gap is None:
        return []
    basis = "قیمت تراز شده" if queries.gap_is_weighted(tender) else "قیمت پیشنهادی"
    outcome = f"برنده دوم: {view.runner_up.firm}" if view.runner_up else "برنده دوم ندارد"
    return [
        Heading("آزمون برنده دوم (ماده ۲۰)"),
        Facts(
            [
                ("فاصله نفر دوم از نخست", f"{_signed(view.gap)} ریال، بر پایه {basis}"),
                ("مبلغ تضمین", f"{money.grouped(tender.guarantee or 0)} ریال"),
                ("نتیجه", f"{outcome}؛ برنده دوم فقط وقتی نام برده می‌شود که فاصله از تضمین کمتر باشد."),
            ]
        ),
    ]


def _superseded(ctx: Context, tender: Tender) -> list[Block]:
    blocks: list[Block] = []
    for view, at, why in queries.superseded(ctx, tender):
        blocks += [
            Heading(f"رتبه‌بندی پیشین، تا {calendar.moment(at)}"),
            Text(f"دلیل جایگزینی: {why}"),
            *_table(tender, view)[1:],
            Text(f"اثر انگشت (SHA-256): {ltr(view.digest)}"),
        ]
    return blocks


def _signed(gap: Fraction) -> str:
    shown = money.grouped(abs(int(half_up(gap, 0))))
    return f"{shown} کمتر از نخست،" if gap < 0 else shown


def _number(text: str) -> str:
    return persian_digits(text).replace(".", "٫")
