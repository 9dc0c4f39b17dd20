"""The forms of a running contract's records."""

from tender_app.contracts.progress import Claimed, Event, Happened, Renewal, Renewed
from tender_app.kernel.words import N_
from tender_app.web.fields import (
    BooleanField,
    Choice,
    Count,
    Day,
    Identifier,
    Line,
    Money,
    PersianForm,
    Prose,
    legal_id,
    optional,
    required,
    up_to,
)

PROMPT = N_("— برگزینید —")


class EventForm(PersianForm):
    """Something that happened in a running contract."""

    event = Choice(N_("رویداد"), Event, prompt=PROMPT, validators=[required(N_("رویداد را برگزینید."))])
    year = Count(N_("سال قرارداد"), least="1", most="5", description=N_("سالی که رویداد از آن است، مانند ۱"))
    day = Day(N_("تاریخ"))
    number = Line(N_("شماره نامه یا صورتجلسه"), [required(N_("شماره را بنویسید.")), up_to(60)])
    title = Line(N_("نام شبکه فراگیر"), [optional(), up_to(200)], description=N_("تنها برای ثبت شبکه"))
    legal_id = Identifier(N_("شناسه ملی شبکه"), [optional(), legal_id], description=N_("تنها برای ثبت شبکه"))

    def value(self) -> Happened:
        """Return what happened."""
        kind, day, year = self.event.data, self.day.data, self.year.data
        return Happened(kind, day, self.number.data, year, self.title.data or "", self.legal_id.data or "")


class PaymentForm(PersianForm):
    """A statement or an advance to pay."""

    number = Line(N_("شماره صورت‌وضعیت"), [required(N_("شماره را بنویسید.")), up_to(60)])
    day = Day(N_("تاریخ"))
    gross = Money(N_("مبلغ، بدون مالیات (ریال)"), description=N_("مالیات، سپرده، بیمه و استرداد پیش‌پرداخت حساب می‌شود."))
    is_advance = BooleanField(N_("پیش‌پرداخت است"))
    guarantee_no = Line(N_("شماره تضمین پیش‌پرداخت"), [optional(), up_to(60)])

    def value(self) -> Claimed:
        """Return the payment."""
        guarantee = self.guarantee_no.data or ""
        return Claimed(self.gross.data, self.number.data, self.day.data, self.is_advance.data, guarantee)


class YearForm(PersianForm):
    """The decision at the end of a year."""

    decision = Choice(N_("تصمیم"), Renewal, prompt=PROMPT, validators=[required(N_("تصمیم را برگزینید."))])
    reason = Prose(
        N_("شرط‌ها یا دلیل"),
        [optional(), up_to(1000)],
        description=N_("بر پایه ارزیابی ناظر و معاون صنایع کوچک؛ برای ادامه با شرط و پایان دادن لازم است."),
    )

    def value(self, year: int) -> Renewed:
        """Return the decision on a year."""
        return Renewed(year, self.decision.data, self.reason.data or "")
