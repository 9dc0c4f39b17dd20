"""The sections of a draft as forms: they keep what is there, ask for nothing yet, and refuse what contradicts itself."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wtforms import FieldList as WtFieldList
from wtforms import Form, FormField, HiddenField

from tender_app.kernel import calendar
from tender_app.kernel.persian import decimal_text, persian_digits
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_, _
from tender_app.regulation.rules import Parameter
from tender_app.store.context import Context
from tender_app.tenders import funds, levels, prebid, schedule
from tender_app.tenders.bases import Basis
from tender_app.tenders.bid_period import period_of
from tender_app.tenders.commands import edition_of
from tender_app.tenders.deciding import Law, impact_bounds, law_of
from tender_app.tenders.facts import FACTS
from tender_app.tenders.judging import trim_fault
from tender_app.tenders.models import Criterion, Tender
from tender_app.tenders.procurement import ProcurementMethod
from tender_app.tenders.rules import WHOLE, Aggregation, Changes, Method, Node, RunnerUpBasis, TieRule, Unconfirmed
from tender_app.web.fields import (
    BooleanField,
    Choice,
    Count,
    Day,
    Line,
    Moment,
    Money,
    Number,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)

SPARE_ROWS, MOST_ROWS = 3, 60
MOMENT = N_("تاریخ و ساعت، مانند ۱۴۰۵/۰۹/۲۰ ۱۴:۰۰")


class Section(PersianForm):
    """A section of the draft; `edition` says which state of these facts the person was looking at."""

    edition = HiddenField()

    def value(self) -> Changes:
        """Return the changes."""
        return Changes({name: self._plain(name) for name in self.names()}, self.edition.data or "")

    def names(self) -> list[str]:
        """Return the names of the facts that this section changes."""
        return [f.name for f in self if f.name not in {"csrf_token", "edition"}]

    def look_at(self, tender: Tender) -> bool:
        """Remember the draft's present edition; tell whether the one that the form came with was another."""
        seen, self.edition.data = self.edition.data, edition_of(tender, self.names())
        return bool(seen) and seen != self.edition.data

    def fits(self, ctx: Context, tender: Tender) -> bool:
        """Tell whether the values agree with each other, the law and the present; mark those that do not."""
        del ctx, tender
        return True

    def fit_to(self, law: Law, tender: Tender) -> None:
        """Say beside the fields what the law in force asks of this tender."""

    def differing(self, tender: Tender) -> list[tuple[str, str]]:
        """Return (label, what the draft says) of the facts that the draft has otherwise than the form."""
        kept = type(self)(formdata=None, obj=tender)
        return [
            (kept[name].label.text, _shown(kept[name])) for name in self.names() if kept[name].data != self[name].data
        ]

    def _plain(self, name: str) -> Any:
        data = self[name].data
        return "" if data is None and isinstance(self[name], Line | Prose) else data

    def _blame_all(self, faults: Sequence[schedule.Fault], basis: Basis) -> bool:
        for fault in faults:
            self[fault.field].errors = [*self[fault.field].errors, basis.said(fault.text)]
        return not faults


def _shown(field: Any) -> str:
    if isinstance(field, BooleanField):
        return _("بله") if field.data else _("نه")
    if isinstance(field, SelectField):
        return field.data.label if field.data else "—"
    return field._value() or "—"  # noqa: SLF001 -- what WTForms itself would print


class Subject(Section):
    """What is bought."""

    title = Line(N_("عنوان مناقصه"), [required(), up_to(300)])
    subject = Prose(N_("موضوع و شرح کار"), [optional(), up_to(8000)])
    terms = Prose(N_("شرح خدمات عامل"), [optional(), up_to(12000)])
    years = Count(N_("مدت قرارداد (سال)"), [required()], least="1", most="5", description=N_("رایج: سه تا پنج سال"))


class MoneySection(Section):
    """Estimate, credit and guarantee."""

    estimate = Money(N_("برآورد (ریال)"), [optional()])
    budget_line = Line(N_("ردیف بودجه"), [optional(), up_to(60)])
    funding_certificate = Line(N_("شماره گواهی تأمین اعتبار"), [optional(), up_to(60)])
    setad_no = Line(N_("شماره ستاد"), [optional(), up_to(30)])
    board_resolution = Line(N_("شماره مصوبه هیأت مدیره"), [optional(), up_to(60)])
    board_resolution_on = Day(N_("تاریخ مصوبه هیأت مدیره"), [optional()])
    has_envelope_a = BooleanField(N_("پاکت الف (تضمین شرکت در فرآیند) خواسته می‌شود"))
    guarantee = Money(N_("مبلغ تضمین (ریال)"), [optional()])

    def fits(self, ctx: Context, tender: Tender) -> bool:
        """Hold the guarantee under the estimate, and the resolution to the past."""
        return self._blame_all(funds.faults(self.data, calendar.today(ctx.now)), tender.basis)

    def fit_to(self, law: Law, tender: Tender) -> None:
        """Say the usual share of the estimate; ask for no guarantee and no resolution where the law knows none."""
        if not tender.basis.needs_resolution:
            del self.board_resolution, self.board_resolution_on
        if not tender.basis.asks_guarantee:
            del self.has_envelope_a, self.guarantee
            return
        share = decimal_text(law[Parameter.BID_SECURITY])
        self.guarantee.description = _("رایج: {share} درصد برآورد").format(share=share)


class Schedule(Section):
    """The days of the tender."""

    documents_until = Moment(N_("پایان دریافت اسناد"), [optional()], description=MOMENT)
    questions_until = Moment(N_("پایان مهلت پرسش"), [optional()])
    closes_at = Moment(N_("پایان مهلت تسلیم پیشنهاد"), [optional()])
    bytes_hours = Count(
        N_("مهلت رساندن پاکت‌های ثبت‌شده (ساعت پس از پایان مهلت)"),
        [optional()],
        least="0",
        most="72",
        description=N_(
            "صفر: همه پاکت‌ها باید تا پایان مهلت کامل برسند. جز صفر: شرکت می‌تواند اثر انگشت پاکت را پیش از پایان مهلت ثبت "
            "و تسلیم کند و همان پاکت را تا پایان این ساعت‌ها برساند"
        ),
    )
    opens_at = Moment(N_("گشایش پاکت‌های الف و ب"), [optional()])
    prices_open_at = Moment(N_("گشایش پاکت‌های ج"), [optional()])
    contract_by = Day(N_("آخرین روز بستن قرارداد"), [optional()])
    valid_until = Day(N_("پایان اعتبار پیشنهادها"), [optional()])
    opening_place = Line(N_("محل گشایش پاکت‌ها"), [optional(), up_to(300)])
    prebid_at = Moment(
        N_("جلسه توضیح اسناد"),
        [optional()],
        description=N_("اگر برگزار می‌شود، پیش از پایان مهلت تسلیم؛ صورتجلسه آن برای همه یکسان منتشر می‌شود"),
    )
    prebid_place = Line(N_("محل یا نشانی جلسه توضیح اسناد"), [optional(), up_to(300)])
    unconfirmed_bids = Choice(
        N_("پیشنهادی که پس از الحاقیه نه تأیید و نه جایگزین شود"), Unconfirmed, default=Unconfirmed.STAND
    )

    def fits(self, ctx: Context, tender: Tender) -> bool:
        """Hold the days to their order and to the time after now; days that are not given yet are passed over."""
        values = {**self.data, "is_international": tender.is_international}
        faults = [*schedule.faults(values, ctx.now, law_of(ctx, tender)), *prebid.faults(self.data)]
        return self._blame_all(faults, tender.basis)

    def fit_to(self, law: Law, tender: Tender) -> None:
        """Say how long bids may be prepared at least."""
        least = period_of(law, is_international=tender.is_international).told
        self.closes_at.description = _("دست‌کم {least} پس از پایان دریافت اسناد").format(least=least)
        self.opens_at.label.text = tender.basis.said(_("گشایش پاکت‌های الف و ب"))
        self.prices_open_at.label.text = tender.basis.said(_("گشایش پاکت‌های ج"))

    def _plain(self, name: str) -> Any:
        return super()._plain(name) or 0 if name == "bytes_hours" else super()._plain(name)

    def propose(self, days: dict[str, Any]) -> bool:
        """Offer these days if none is given yet; tell whether they were offered."""
        if any(self[name].data is not None for name in days):
            return False
        for name, value in days.items():
            self[name].data = value
        return True


class Call(Section):
    """Who is called: all by a notice, few by letters, or one."""

    procurement_method = Choice(
        N_("شیوه فراخوان"),
        ProcurementMethod,
        description=N_(
            "فراخوان محدود و تک‌گزینه‌ای دلیل گواهی‌شده مدیرعامل می‌خواهد؛ با عوض شدن شیوه، دلیل باید دوباره ثبت شود"
        ),
    )
    is_international = BooleanField(N_("بین‌المللی است: شرکت‌های خارجی هم دعوت می‌شوند"))

    def fit_to(self, law: Law, tender: Tender) -> None:
        """Say how much longer bids are prepared where firms of other countries are called."""
        here, abroad = (period_of(law, is_international=flag).told for flag in (False, True))
        told = _("از پایان دریافت اسناد تا پایان مهلت تسلیم دست‌کم {abroad} است، به جای {here} (ماده ۱۵ بند ب)")
        self.is_international.description = tender.basis.said(told.format(abroad=abroad, here=here))


class Evaluation(Section):
    """How bids are judged and ranked."""

    method = Choice(N_("روش رتبه‌بندی"), Method)
    minimum_score = Number(N_("حداقل امتیاز فنی"), [optional()], least="1")
    impact = Number(N_("ضریب تأثیر (i)"), [optional()], least="0.01", most="1")
    technical_share = Number(
        N_("سهم امتیاز فنی"), [optional()], least="0.01", most="0.99", description=N_("برای کیفیت و قیمت، مانند ۰٫۸")
    )
    budget = Money(
        N_("بودجه ثابت (ریال)"), [optional()], description=N_("برای بودجه ثابت؛ پیشنهاد بالاتر از آن رتبه‌بندی نمی‌شود")
    )
    minimum_bids = Count(N_("کمترین شمار پیشنهادها"), [required()], least="1", most="9")
    runner_up_basis = Choice(N_("سنجه فاصله برنده دوم"), RunnerUpBasis)
    aggregation = Choice(N_("یکی شدن امتیاز ارزیابان در هر معیار"), Aggregation)
    trim = Count(
        N_("شمار امتیازهای کنارگذاشته از هر سو"),
        [optional()],
        most="9",
        description=N_("فقط برای میانگین بی‌بالاترین و بی‌پایین‌ترین؛ مانند ۱"),
    )
    tie_rule = Choice(N_("قاعده برابری"), TieRule, description=N_("وقتی سنجه نهایی دو پیشنهاد دقیقاً یکی است"))

    def fits(self, ctx: Context, tender: Tender) -> bool:
        """Hold the impact coefficient between the bounds in force for the tender's legal basis (R07), and the trim to the seats."""
        law = law_of(ctx, tender)
        least, most = impact_bounds(law, tender)
        if self.impact.data is not None and not least <= self.impact.data <= most:
            told = _("عدد باید میان {least} و {most} باشد.")
            self.impact.errors = [told.format(least=decimal_text(least), most=decimal_text(most))]
        evaluators = max(len(FACTS.of(ctx, tender).holders(Role.EVALUATOR)), law[Parameter.EVALUATORS])
        if fault := trim_fault(self.aggregation.data, self.trim.data or 0, evaluators):
            self.trim.errors = [fault]
        return not self.errors

    def _plain(self, name: str) -> Any:
        if name == "trim":
            return (self.trim.data or 0) if self.aggregation.data is Aggregation.TRIMMED_MEAN else 0
        return super()._plain(name)

    def fit_to(self, law: Law, tender: Tender) -> None:
        """Offer the methods of the tender's law, and say what is usual and what is allowed."""
        self.method.choices = {method.value: method.label for method in tender.basis.methods}
        if not tender.basis.names_runner_up:
            del self.runner_up_basis
        least, most = (decimal_text(bound) for bound in impact_bounds(law, tender))
        self.impact.description = _("برای قیمت تراز شده، {least} تا {most}").format(least=least, most=most)
        usual = (law[Parameter.MINIMUM_SCORE_LEAST], law[Parameter.MINIMUM_SCORE_MOST])
        least, most = (decimal_text(score) for score in usual)
        self.minimum_score.description = _("از ۱۰۰؛ رایج {least} تا {most}").format(least=least, most=most)


class CriterionRow(Form):
    """A line of the tree: a criterion, or a sub-criterion of the one above it."""

    level = SelectField(N_("سطح"), choices={"0": N_("معیار"), "1": N_("زیرمعیار")}, default="0")
    title = Line(N_("عنوان"), [optional(), up_to(200)])
    weight = Number(N_("وزن"), [optional()], least="0.01")
    guidance = Line(N_("راهنمای ارزیاب"), [optional(), up_to(1000)])
    evidence = Line(N_("مدرکی که خواسته می‌شود"), [optional(), up_to(500)])
    top = Number(N_("بیشینه امتیاز"), [optional()], least="1", most="1000")
    least = Number(N_("حداقل امتیاز همین معیار"), [optional()], least="0.01", most="1000")
    anchors = Prose(N_("سطح‌ها"), [optional()])

    def levels(self) -> levels.Anchors:
        """Return the levels that were typed; raise ValueError with a Persian message."""
        return levels.read(self.anchors.data or "", self.scale)

    @property
    def scale(self) -> Decimal:
        """Return the most points of the criterion."""
        data: Decimal | None = self.top.data
        return WHOLE if data is None else data

    @property
    def is_detailed(self) -> bool:
        """Tell whether anything is written of what only a scored criterion has."""
        typed = (self.evidence.data, self.least.data, self.anchors.data)
        return any(part not in (None, "") for part in typed) or self.scale != WHOLE

    @property
    def summary(self) -> str:
        """Return in a few words what is written of it, for the closed part of its row."""
        lines = len([line for line in (self.anchors.data or "").split("\n") if line.strip()])
        said = [
            _("مدرک") if self.evidence.data else "",
            _("از {top}").format(top=decimal_text(self.scale)) if self.scale != WHOLE else "",
            _("حداقل {least}").format(least=decimal_text(self.least.data)) if self.least.data is not None else "",
            persian_digits(_("{lines} سطح").format(lines=lines)) if lines else "",
        ]
        return " · ".join(part for part in said if part)


class CriteriaForm(Section):
    """The criteria tree, line by line; empty lines do not count."""

    rows = WtFieldList(FormField(CriterionRow), min_entries=6, max_entries=MOST_ROWS)

    def value(self) -> Changes:
        """Return the tree."""
        return Changes({}, self.edition.data or "", tuple(self.nodes()))

    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the cell, message naming its row) for every error."""
        found = [
            (
                field.id,
                persian_digits(
                    _("ردیف {place}، {field}: {message}").format(place=place, field=field.label.text, message=message)
                ),
            )
            for place, row in enumerate(self.rows, 1)
            for field in row.form
            for message in field.errors
        ]
        return found + [("", message) for message in self.form_errors]

    def look_at(self, tender: Tender) -> bool:
        """Remember the tree's present edition; tell whether the one that the form came with was another."""
        seen, self.edition.data = self.edition.data, edition_of(tender, (), criteria=True)
        return bool(seen) and seen != self.edition.data

    def differing(self, tender: Tender) -> list[tuple[str, str]]:
        """Return the tree that the draft has."""
        return [(("– " if c.parent_id else "") + c.title, decimal_text(c.weight)) for c in tender.criteria]

    def fits(self, ctx: Context, tender: Tender) -> bool:
        """Ask for a title in each row that is begun, for a criterion before its sub-criteria, and for levels that fit."""
        del ctx, tender
        rows = self.filled()
        for place, row in enumerate(rows):
            if not row.title.data:
                row.title.errors = [_("عنوان این ردیف را بنویسید.")]
            if place == 0 and row.level.data == "1":
                row.level.errors = [_("نخستین ردیف باید معیار باشد، نه زیرمعیار.")]
            below = rows[place + 1].level.data if place + 1 < len(rows) else "0"
            _judge_details(row, is_group=row.level.data == "0" and below == "1")
        return self._counted()

    def weights_fit(self) -> bool:
        """Ask for every weight, and hold those of siblings to a sum of exactly 100, told at the family's last row."""
        for row in self.filled():
            if row.weight.data is None:
                row.weight.errors = [_("وزن این معیار را بنویسید.")]
        return self._counted() and self._sums_fit()

    def _sums_fit(self) -> bool:
        for rows, title, total in self.groups():
            if total != WHOLE:
                message = _("جمع وزن {title} {total} است و باید ۱۰۰ باشد.").format(
                    title=title, total=decimal_text(total)
                )
                rows[-1].weight.errors = [*rows[-1].weight.errors, message]
        return self._counted()

    def _counted(self) -> bool:
        self.rows.errors = [row.form.errors for row in self.rows if row.form.errors]
        return not self.rows.errors

    def filled(self) -> list[Any]:
        """Return the rows in which something is written."""
        return [row.form for row in self.rows if _is_filled(row.form)]

    def filled_before(self, row: int) -> int:
        """Return how many of the first so many rows are written in."""
        return sum(_is_filled(entry.form) for entry in self.rows[: max(row, 0)])

    def groups(self) -> list[tuple[list[Any], str, Decimal]]:
        """Return (rows, name, sum of weights) of each family of siblings, the criteria first."""
        families: list[tuple[list[Any], str]] = [([], _("معیارهای اصلی"))]
        for row in self.filled():
            if row.level.data == "1" and families[0][0]:
                families[-1][0].append(row)
            else:
                families[0][0].append(row)
                families.append(([], _("زیرمعیارهای «{criterion}»").format(criterion=row.title.data)))
        known = [family for family in families if family[0]]
        return [
            (rows, title, sum((row.weight.data or Decimal(0) for row in rows), Decimal(0))) for rows, title in known
        ]

    def fill(self, criteria: Sequence[Criterion], after: int | None) -> None:
        """Show the tree that is kept, with room for a few more lines, and for a sub-criterion `after` so many."""
        shown: list[Criterion | None] = list(criteria)
        if after is not None:
            shown.insert(after, None)
        while len(self.rows) < min(len(shown) + SPARE_ROWS, MOST_ROWS):
            self.rows.append_entry()
        for row, criterion in zip(self.rows, shown, strict=False):
            row.form.level.data = "0" if criterion and criterion.parent_id is None else "1"
            if criterion:
                row.form.title.data, row.form.weight.data = criterion.title, criterion.weight or None
                row.form.guidance.data, row.form.evidence.data = criterion.guidance, criterion.evidence
                row.form.top.data, row.form.least.data = criterion.top, criterion.least
                row.form.anchors.data = levels.written(criterion.anchors)

    def nodes(self) -> list[Node]:
        """Return the tree that was typed."""
        nodes: list[Node] = []
        for row in self.filled():
            leaf = Node(
                row.title.data,
                row.weight.data or Decimal(0),
                top=row.scale,
                guidance=row.guidance.data or "",
                evidence=row.evidence.data or "",
                least=row.least.data,
                anchors=row.levels(),
            )
            if row.level.data == "1" and nodes:
                nodes[-1] = replace(nodes[-1], children=(*nodes[-1].children, leaf))
            else:
                nodes.append(leaf)
        return nodes


def _judge_details(row: Any, *, is_group: bool) -> None:
    """Refuse levels that do not fit the scale, and details of a criterion that is not scored itself."""
    if is_group and row.is_detailed:
        told = _("این معیار زیرمعیار دارد و خودش امتیاز نمی‌گیرد؛ مدرک، بیشینه، حداقل و سطح‌ها را به زیرمعیارها ببرید.")
        row.evidence.errors = [*row.evidence.errors, told]
        return
    if row.least.data is not None and row.least.data > row.scale:
        told = _("حداقل از بیشینه این معیار ({top}) بیشتر است.").format(top=decimal_text(row.scale))
        row.least.errors = [*row.least.errors, told]
    try:
        row.levels()
    except ValueError as fault:
        row.anchors.errors = [*row.anchors.errors, str(fault)]


def _is_filled(row: Any) -> bool:
    return bool(row.title.data or (row.weight.raw_data and row.weight.raw_data[0].strip()) or row.weight.data)
