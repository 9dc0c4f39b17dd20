"""The forms of contracts."""

from wtforms import FieldList, HiddenField

from tender_app.contracts.rules import Guaranteed, Revised
from tender_app.kernel.words import N_
from tender_app.web.fields import (
    BooleanField,
    Day,
    Line,
    Number,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)


class DraftForm(PersianForm):
    """The draft: its first day, supervisor, special terms, shares."""

    starts_on = Day(N_("روز آغاز"), description=N_("روز پایان از مدت مناقصه به دست می‌آید و جزو مدت است."))
    supervisor = Line(N_("ناظر فنی"), [required(N_("ناظر فنی را بنویسید؛ بی او قرارداد امضا نمی‌شود.")), up_to(200)])
    special_terms = Prose(
        N_("شرایط ویژه"), [optional(), up_to(8000)], description=N_("هر سطر یک بند از پیوست «شرایط ویژه»")
    )
    shares = FieldList(Number(N_("سهم (درصد)")))
    edition = HiddenField()

    def value(self, years: int) -> Revised:
        """Return the changes to a draft of so many years."""
        shares = tuple(entry.data for entry in self.shares)
        day = self.starts_on.data
        seen = self.edition.data or ""
        return Revised(day, years, self.supervisor.data, self.special_terms.data or "", shares, seen)

    def look_at(self, edition: str) -> bool:
        """Remember the draft's present edition; tell whether the one that the form came with was another."""
        seen, self.edition.data = self.edition.data, edition
        return bool(seen) and seen != edition


class SignForm(PersianForm):
    """The agent's signature."""

    signatory = SelectField(N_("صاحب امضا"), coerce=int, validators=[required(N_("صاحب امضا را برگزینید."))])
    guarantee_no = Line(
        N_("شماره تضمین انجام تعهدات"),
        [required(N_("شماره تضمینی را که سپرده‌اید بنویسید.")), up_to(60)],
        description=N_("به مبلغی که در قرارداد آمده است؛ پیش از امضا به سازمان سپرده می‌شود (ماده ۲۱)."),
    )
    agrees = BooleanField(
        N_("متن قرارداد را خوانده‌ام و از سوی شرکت امضا می‌کنم"), [required(N_("برای امضا این خانه را بزنید."))]
    )

    def value(self) -> Guaranteed:
        """Return the signature."""
        return Guaranteed(self.guarantee_no.data, self.signatory.data)


class IssueForm(PersianForm):
    """The company's signature."""

    agrees = BooleanField(
        N_("متن قرارداد را خوانده‌ام و از سوی سازمان امضا می‌کنم"), [required(N_("برای امضا این خانه را بزنید."))]
    )

    despite = Prose(
        N_("دلیل صدور با وجود شکایت باز"),
        [required(N_("شکایتی باز است؛ دلیل صدور را بنویسید.")), up_to(1000)],
        description=N_("شکایت مانع بستن قرارداد نیست (ماده ۲۵)، ولی تصمیم با دلیل ثبت می‌شود."),
    )

    def value(self) -> Guaranteed:
        """Return the signature, with the reason for which it is given although a complaint is open."""
        return Guaranteed(despite=self.despite.data if "despite" in self else "")
