"""The forms of contracts."""

from wtforms import FieldList

from tender_app.contracts.rules import Guaranteed, Revised
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

    starts_on = Day("روز آغاز", description="روز پایان از مدت مناقصه به دست می‌آید و جزو مدت است.")
    supervisor = Line("ناظر فنی", [required("ناظر فنی را بنویسید؛ بی او قرارداد امضا نمی‌شود."), up_to(200)])
    special_terms = Prose("شرایط ویژه", [optional(), up_to(8000)], description="هر سطر یک بند از پیوست «شرایط ویژه»")
    shares = FieldList(Number("سهم (درصد)"))

    def value(self, years: int) -> Revised:
        """Return the changes to a draft of so many years."""
        shares = tuple(entry.data for entry in self.shares)
        day = self.starts_on.data
        return Revised(day, years, self.supervisor.data, self.special_terms.data or "", shares)


class SignForm(PersianForm):
    """The agent's signature."""

    signatory = SelectField("صاحب امضا", coerce=int, validators=[required("صاحب امضا را برگزینید.")])
    guarantee_no = Line(
        "شماره تضمین انجام تعهدات",
        [required("شماره تضمینی را که سپرده‌اید بنویسید."), up_to(60)],
        description="ده درصد مبلغ قرارداد؛ پیش از امضا به سازمان سپرده می‌شود (ماده ۲۱).",
    )
    agrees = BooleanField(
        "متن قرارداد را خوانده‌ام و از سوی شرکت امضا می‌کنم", [required("برای امضا این خانه را بزنید.")]
    )

    def value(self) -> Guaranteed:
        """Return the signature."""
        return Guaranteed(self.guarantee_no.data, self.signatory.data)


class IssueForm(PersianForm):
    """The company's signature."""

    agrees = BooleanField(
        "متن قرارداد را خوانده‌ام و از سوی سازمان امضا می‌کنم", [required("برای امضا این خانه را بزنید.")]
    )

    def value(self) -> Guaranteed:
        """Return the signature."""
        return Guaranteed()
