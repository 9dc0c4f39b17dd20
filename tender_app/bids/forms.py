"""The forms of the three envelopes; their values go into the envelope and nowhere else."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import FieldList, FormField
from wtforms import Form as PlainForm

from tender_app.bids.rules import GuaranteeKind, Haircuts, Original, Verdict, worth
from tender_app.kernel import calendar, money
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.web.fields import (
    BooleanField,
    Choice,
    Count,
    Day,
    Identifier,
    Line,
    Money,
    PasswordField,
    PersianForm,
    Prose,
    SelectField,
    national_code,
    optional,
    required,
    up_to,
)

TEAM, MOST_MEMBERS = 3, 12
FREE = frozenset({"national_code", "certificate"})  # what a member of the team may lack
TAX = {
    "": N_("برگزینید"),
    "without": N_("مالیات در این مبلغ نیست و جداگانه افزوده می‌شود"),
    "with": N_("مالیات در این مبلغ هست"),
}


def _row(value: Any) -> int | None:
    return int(value) if value else None


class EnvelopeForm(PersianForm):
    """What an envelope is filled with; its problems name the cell of a table in which they can be mended."""

    is_lost = False  # nothing could be read of what was sent

    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, message) for every error, down to the cells; those of the whole form last."""
        in_order = sorted(self, key=lambda field: field.type != "FieldList")  # tables stand first on the pages
        found = [problem for field in in_order for problem in _problems(field)]
        return found + [("", message) for message in self.form_errors]

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        raise NotImplementedError


class GuaranteeForm(EnvelopeForm):
    """Envelope الف."""

    kind = Choice(
        N_("گونه تضمین"), GuaranteeKind, prompt=N_("برگزینید"), validators=[required(N_("گونه تضمین را برگزینید."))]
    )
    issuer = Line(N_("صادرکننده"), [required(), up_to(120)], description=N_("نام بانک، بیمه یا صندوق و شعبه"))
    number = Line(N_("شماره تضمین"), [required(), up_to(60)])
    amount = Money(N_("مبلغ تضمین (ریال)"))
    expires_on = Day(N_("اعتبار تا"))
    sepam_no = Line(N_("شناسه سپام"), [optional(), up_to(40)], description=N_("برای ضمانت‌نامه بانکی"))

    def hold_against(self, least: int | None, until: dt.date | None, haircuts: Haircuts) -> None:
        """Refuse a guarantee that the commission would have to reject: its worth or its term falls short (R21)."""
        if self.amount.data and self.kind.data and least:
            value = worth(self.amount.data, haircuts[self.kind.data])
            if value < least:
                told = _("این تضمین {value} ریال به شمار می‌آید و کمتر از {least} ریال است.").format(
                    value=money.grouped(value), least=money.grouped(least)
                )
                self.amount.errors = [*self.amount.errors, told]
        if self.expires_on.data and until and self.expires_on.data < until:
            told = _("پیشنهاد تا {until} اعتبار دارد؛ تضمین نباید زودتر پایان یابد.").format(
                until=calendar.numeric(until)
            )
            self.expires_on.errors = [*self.expires_on.errors, told]

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {
            "kind": self.kind.data.value,
            "issuer": self.issuer.data,
            "number": self.number.data,
            "amount": self.amount.data,
            "expires_on": self.expires_on.data.isoformat(),
            "sepam_no": self.sepam_no.data or "",
        }


class MemberRow(PlainForm):
    """A member of the proposed team; a row may stay empty, but not by halves."""

    name = Line(N_("نام"), [optional(), up_to(120)])
    national_code = Identifier(N_("کد ملی"), [optional(), national_code])
    role = Line(N_("نقش"), [optional(), up_to(120)])
    degree = Line(N_("مدرک و رشته"), [optional(), up_to(120)])
    certificate = Line(N_("گواهی حرفه‌ای"), [optional(), up_to(200)])
    years = Count(N_("سال سابقه"), [optional()], most="60")
    share = Count(N_("سهم وقت (درصد)"), [optional()], least="1", most="100")

    def is_empty(self) -> bool:
        """Tell whether nothing was written in the row."""
        counts = (self.years, self.share)
        texts = (self.name, self.national_code, self.role, self.degree, self.certificate)
        return not any(f.data for f in texts) and not any(f.raw_data and f.raw_data[0].strip() for f in counts)

    def content(self) -> dict[str, str]:
        """Return what is sealed of a member, in texts."""
        return {field.short_name: "" if field.data is None else str(field.data) for field in self}

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the rest of a row that was begun."""
        fits = bool(super().validate(extra_validators))
        if self.is_empty():
            return fits
        for field in self:
            is_left = field.data in (None, "") and field.short_name not in FREE
            if is_left and not field.errors:
                field.errors = [_("این خانه را هم پر کنید.")]
                fits = False
        return fits


class TechnicalForm(EnvelopeForm):
    """Envelope ب."""

    team = FieldList(FormField(MemberRow), N_("تیم پیشنهادی"), min_entries=6, max_entries=MOST_MEMBERS)
    approach = Prose(N_("روش اجرا و برنامه کار"), [required(), up_to(20000)])
    experience = Prose(N_("سابقه‌های همانند"), [required(), up_to(8000)])
    declares = BooleanField(
        N_("اعلام می‌کنیم مشمول قانون منع مداخله نیستیم، تبانی نکرده‌ایم و اسناد را پذیرفته‌ایم"),
        [required(N_("بدون این اعلام پاکت ب پذیرفته نیست."))],
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Let each cell of the team be called by its row."""
        super().__init__(*args, **kw)
        for place, row in enumerate(self.team, 1):
            for field in row.form:
                field.label.text += persian_digits(_("، ردیف {place}").format(place=place))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for three people at least (domain.md §5.2)."""
        fits = bool(super().validate(extra_validators))
        written = [row.form for row in self.team if not row.form.is_empty()]
        if len(written) < TEAM:
            first = self.team[len(written)].form.name
            first.errors = [*first.errors, _("تیم عامل دست‌کم سه نفر است: عامل، دستیار و دبیر.")]
            fits = False
        return fits

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {
            "team": [row.form.content() for row in self.team if not row.form.is_empty()],
            "approach": self.approach.data,
            "experience": self.experience.data,
            "declares": True,
        }


class PhaseMoney(Money):
    """The amount of one phase: zero where it costs nothing, but written."""

    def read(self, text: str) -> int:
        """Read the amount."""
        return money.parse_rial(text)


class PhaseRow(PlainForm):
    """A phase of the contract; its title comes from the documents, never from what is posted."""

    amount = PhaseMoney(N_("مبلغ (ریال)"))


class PriceForm(EnvelopeForm):
    """Envelope ج: an amount for each phase, and their total in figures and in words; `price_form` makes one."""

    phases: FieldList
    titles: Sequence[str] = ()
    total = Money(N_("مبلغ کل (ریال)"))
    words = Line(N_("مبلغ کل به حروف"), [required(N_("مبلغ کل را به حروف بنویسید.")), up_to(300)])
    tax = SelectField(N_("مالیات بر ارزش افزوده"), [required(N_("بگویید مالیات در این مبلغ هست یا نه."))], choices=TAX)
    declares = BooleanField(
        N_("این قیمت بی‌قیدوشرط است و دارنده امضای مجاز شرکت آن را می‌دهد"),
        [required(N_("قیمت مشروط یا بی‌امضا پذیرفته نیست (ماده ۶)."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Hold the phases against the total, and the figures against the words (R27)."""
        fits = bool(super().validate(extra_validators))
        amounts = [row.form.amount.data for row in self.phases]
        if self.total.data is None or None in amounts:
            return fits
        if sum(amounts) != self.total.data:
            told = _("جمع مرحله‌ها {sum} ریال است و با مبلغ کل یکی نیست.").format(sum=money.grouped(sum(amounts)))
            self.total.errors = [*self.total.errors, told]
            fits = False
        return self._words_agree() and fits

    def sum_of_phases(self) -> int:
        """Return what the phases that are written sum to."""
        return sum(row.form.amount.data or 0 for row in self.phases)

    def _words_agree(self) -> bool:
        said = money.in_words(self.total.data)
        if not self.words.data or money.same_words(self.words.data, said):
            return True
        self.words.errors = [
            *self.words.errors,
            _("مبلغ به حروف با رقم یکی نیست؛ رقم چنین خوانده می‌شود: {said} ریال.").format(said=said),
        ]
        return False

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        amounts = [row.form.amount.data for row in self.phases]
        return {
            "phases": [{"title": t, "amount": a} for t, a in zip(self.titles, amounts, strict=True)],
            "total": self.total.data,
            "words": money.in_words(self.total.data),
            "includes_tax": self.tax.data == "with",
            "declares": True,
        }


def price_form(titles: Sequence[str], typed: Any) -> PriceForm:
    """Return the form of envelope ج with a row for each of the phases."""

    class Sized(PriceForm):
        phases = FieldList(FormField(PhaseRow), _("قیمت هر مرحله"), min_entries=len(titles), max_entries=len(titles))

    form = Sized(formdata=typed)
    form.titles = titles
    for place, (row, title) in enumerate(zip(form.phases, titles, strict=True), 1):
        row.form.amount.label.text = persian_digits(f"{place}. {title}")
    return form


class ShareForm(PersianForm):
    """A member's opening passphrase: one's own, or a member's beside the head."""

    person = SelectField(N_("عضو"), [required()], coerce=int)
    said = PasswordField(N_("گذرعبارت گشایش"), [required(N_("گذرعبارت گشایش را بنویسید."))])


class VerdictForm(PersianForm):
    """Why a guarantee is rejected."""

    reason = Prose(N_("دلیل رد"), [required(N_("دلیل را بنویسید؛ در صورتجلسه می‌آید.")), up_to(1000)])

    def value(self) -> Verdict:
        """Return the verdict."""
        return Verdict(self.reason.data)


class AcceptanceForm(PersianForm):
    """What no field of envelope الف proves: in whose favour the guarantee is, and that it is signed."""

    seen = BooleanField(
        N_("ذی‌نفع، امضا و متن تضمین را روی تصویر و اصل آن دیدم و درست است"),
        [required(N_("تا ذی‌نفع، امضا و متن دیده نشود تضمین پذیرفته نیست؛ ببینید و نشان بزنید، یا تضمین را رد کنید."))],
    )


class OriginalForm(PersianForm):
    """The paper original of a guarantee."""

    firm = SelectField(N_("شرکت"), [required(N_("شرکت را برگزینید."))], coerce=_row)
    number = Line(N_("شماره تضمین روی اصل"), [required(), up_to(60)])

    def value(self) -> Original:
        """Return what was handed over."""
        return Original(self.firm.data, self.number.data)


def _problems(field: Any) -> Iterator[tuple[str, str]]:
    if isinstance(field, FieldList | FormField):
        for part in field:
            yield from _problems(part)
        return
    for message in field.errors:
        yield field.id, f"{field.label.text}: {message}"
