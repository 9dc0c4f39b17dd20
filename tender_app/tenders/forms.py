"""The forms of preparation: sections of a draft that accept what is there and ask for nothing yet."""

from decimal import Decimal
from typing import Any

from wtforms import FieldList as WtFieldList
from wtforms import Form, FormField, HiddenField, SelectMultipleField

from tender_app.tenders.rules import (
    Answer,
    Changes,
    InsertionFacts,
    Method,
    Node,
    Outlet,
    Present,
    Reason,
    RunnerUpBasis,
    Seating,
)
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

MOMENT = "تاریخ و ساعت، مانند ۱۴۰۵/۰۹/۲۰ ۱۴:۰۰"


class Section(PersianForm):
    """A section of the draft; `edition` is the revision that the person was looking at."""

    edition = HiddenField()

    def value(self) -> Changes:
        """Return the changes."""
        names = [f.name for f in self if f.name not in {"csrf_token", "edition"}]
        return Changes({n: self._plain(n) for n in names}, revision=self._revision())

    def _plain(self, name: str) -> Any:
        data = self[name].data
        return "" if data is None and isinstance(self[name], Line | Prose) else data

    def _revision(self) -> int | None:
        text = str(self.edition.data or "")
        return int(text) if text.isdigit() else None


class Subject(Section):
    """What is bought."""

    title = Line("عنوان مناقصه", [required(), up_to(300)])
    subject = Prose("موضوع و شرح کار", [optional(), up_to(8000)])
    terms = Prose("شرح خدمات عامل", [optional(), up_to(12000)])
    years = Count("مدت قرارداد (سال)", [required()], least="1", most="5", description="سه تا پنج سال")


class MoneySection(Section):
    """Estimate, credit and guarantee."""

    estimate = Money("برآورد (ریال)", [optional()])
    budget_line = Line("ردیف بودجه", [optional(), up_to(60)])
    funding_certificate = Line("شماره گواهی تأمین اعتبار", [optional(), up_to(60)])
    setad_no = Line("شماره ستاد", [optional(), up_to(30)])
    board_resolution = Line("شماره مصوبه هیأت مدیره", [optional(), up_to(60)])
    board_resolution_on = Day("تاریخ مصوبه هیأت مدیره", [optional()])
    has_envelope_a = BooleanField("پاکت الف (تضمین شرکت در فرآیند) خواسته می‌شود")
    guarantee = Money("مبلغ تضمین (ریال)", [optional()], description="پیشنهاد: ۵ درصد برآورد")


class Schedule(Section):
    """The days of the tender."""

    documents_until = Moment("پایان دریافت اسناد", [optional()], description=MOMENT)
    questions_until = Moment("پایان مهلت پرسش", [optional()])
    closes_at = Moment("پایان مهلت تسلیم پیشنهاد", [optional()], description="دست‌کم ۱۰ روز پس از پایان دریافت اسناد")
    opens_at = Moment("گشایش پاکت‌های الف و ب", [optional()])
    prices_open_at = Moment("گشایش پاکت‌های ج", [optional()])
    contract_by = Day("آخرین روز بستن قرارداد", [optional()])
    valid_until = Day("پایان اعتبار پیشنهادها", [optional()])
    opening_place = Line("محل گشایش پاکت‌ها", [optional(), up_to(300)])


class Evaluation(Section):
    """How bids are judged and ranked."""

    method = Choice("روش رتبه‌بندی", Method)
    minimum_score = Number("حداقل امتیاز فنی", [optional()], description="از ۱۰۰؛ رایج ۶۰ تا ۷۰")
    impact = Number(
        "ضریب تأثیر (i)", [optional()], least="0.1", most="0.4", description="برای قیمت تراز شده، ۰٫۱ تا ۰٫۴"
    )
    technical_share = Number(
        "سهم امتیاز فنی", [optional()], least="0", most="1", description="برای کیفیت و قیمت، مانند ۰٫۸"
    )
    minimum_bids = Count("کمترین شمار پیشنهادها", [required()], least="1", most="9")
    runner_up_basis = Choice("سنجه فاصله برنده دوم", RunnerUpBasis)


class CriterionRow(Form):
    """A line of the tree: a criterion, or a sub-criterion of the one above it."""

    level = SelectField("سطح", choices={"0": "معیار", "1": "زیرمعیار"})
    title = Line("عنوان", [optional(), up_to(200)])
    weight = Number("وزن", [optional()])


class CriteriaForm(Section):
    """The criteria tree, line by line; empty lines do not count."""

    rows = WtFieldList(FormField(CriterionRow), min_entries=12, max_entries=40)

    def value(self) -> Changes:
        """Return the tree."""
        return Changes({}, self._revision(), tuple(self._nodes()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a weight beside each title, and for a criterion before its first sub-criterion."""
        fits = super().validate(extra_validators)
        is_first = True
        for row in self.rows:
            if not row.form.title.data:
                continue
            if row.form.weight.data is None and not row.form.weight.errors:
                row.form.weight.errors = [*row.form.weight.errors, "وزن این معیار را بنویسید."]
                fits = False
            if is_first and row.form.level.data == "1":
                row.form.title.errors = [*row.form.title.errors, "نخستین ردیف باید معیار باشد."]
                fits = False
            is_first = False
        return bool(fits)

    def fill(self, criteria: list[Any]) -> None:
        """Show the tree that is kept."""
        for row, criterion in zip(self.rows, criteria, strict=False):
            row.form.level.data = "0" if criterion.parent_id is None else "1"
            row.form.title.data, row.form.weight.data = criterion.title, criterion.weight

    def _nodes(self) -> list[Node]:
        nodes: list[Node] = []
        for row in self.rows:
            title, weight = row.form.title.data, row.form.weight.data or Decimal(0)
            if not title:
                continue
            if row.form.level.data == "1" and nodes:
                last = nodes[-1]
                nodes[-1] = Node(last.title, last.weight, (*last.children, Node(title, weight)))
            else:
                nodes.append(Node(title, weight))
        return nodes


class SeatsForm(PersianForm):
    """The commission, its secretary and the evaluators."""

    head = SelectField("رئیس کمیسیون (مدیرعامل یا نماینده او)", coerce=int)
    finance = SelectField("عضو مالی (ذی‌حساب یا مسئول مالی)", coerce=int)
    technical = SelectField("عضو فنی", coerce=int)
    secretary = SelectField("دبیر کمیسیون (بدون رأی)", coerce=int)
    evaluators = SelectMultipleField(
        "ارزیابان", coerce=int, description="دست‌کم سه نفر؛ با نگه داشتن Ctrl چند نفر را برگزینید."
    )

    def offer(self, people: Any) -> None:
        """Fill the lists."""
        choices = [(p.id, f"{p.name} — {p.position}" if p.position else p.name) for p in people]
        for field in (self.head, self.finance, self.technical, self.secretary, self.evaluators):
            field.choices = choices

    def value(self) -> Seating:
        """Return the seating."""
        return Seating(
            self.head.data,
            self.finance.data,
            self.technical.data,
            self.secretary.data,
            tuple(self.evaluators.data or ()),
        )


class InsertionForm(PersianForm):
    """A round of the notice."""

    outlet = Choice("کجا", Outlet)
    name = Line("نام روزنامه یا تارنما", [required(), up_to(120)])
    issue_no = Line("شماره", [optional(), up_to(30)])
    day = Day("روز انتشار")

    def value(self) -> InsertionFacts:
        """Return the round."""
        return InsertionFacts(self.outlet.data, self.name.data, self.issue_no.data or "", self.day.data)


class DocumentForm(PersianForm):
    """A document to attach; the file itself is read by the view."""

    title = Line("عنوان سند", [required(), up_to(200)])


class QuestionForm(PersianForm):
    """A question."""

    text = Prose(
        "پرسش", [required("پرسش خود را بنویسید."), up_to(4000)], description="نام شما به کسی نشان داده نمی‌شود."
    )


class AnswerForm(PersianForm):
    """An answer for all."""

    text = Prose("پاسخ به همه", [required("پاسخ را بنویسید."), up_to(4000)])

    def value(self) -> Answer:
        """Return the answer."""
        return Answer(self.text.data)


class ReturnForm(PersianForm):
    """Why a draft goes back."""

    text = Prose("دلیل برگرداندن", [required("دلیل را بنویسید."), up_to(1000)])

    def value(self) -> Reason:
        """Return the reason."""
        return Reason(self.text.data)


class AttendanceForm(PersianForm):
    """Who is present."""

    members = SelectMultipleField("حاضران از کمیسیون", coerce=int, description="هر که هم‌اکنون در جلسه است.")
    guests = Prose("نمایندگان شرکت‌ها و دیگران", [optional(), up_to(2000)], description="هر سطر: نام، سمت")

    def value(self) -> Present:
        """Return who is present."""
        guests = []
        for line in (self.guests.data or "").splitlines():
            name, _, title = line.replace(",", "،").partition("،")
            if name.strip():
                guests.append((name.strip(), title.strip()))
        return Present(tuple(self.members.data or ()), tuple(guests))
