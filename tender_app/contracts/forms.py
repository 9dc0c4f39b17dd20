"""The forms of contracts."""

from wtforms import FieldList

from tender_app.contracts.rules import Guaranteed, Revised
from tender_app.web.fields import BooleanField, Count, Day, Line, Number, PersianForm, Prose, optional, required, up_to


class DraftForm(PersianForm):
    """The draft: term, supervisor, special terms, shares."""

    starts_on = Day("روز آغاز")
    years = Count("مدت (سال)", least="1", most="5")
    supervisor = Line("ناظر فنی", [required("ناظر فنی را بنویسید."), up_to(200)])
    special_terms = Prose("شرایط ویژه", [optional(), up_to(8000)], description="هر سطر یک بند")
    shares = FieldList(Number("سهم (درصد)"))

    def value(self) -> Revised:
        """Return the changes."""
        return Revised(
            self.starts_on.data,
            self.years.data,
            self.supervisor.data,
            self.special_terms.data or "",
            tuple(entry.data for entry in self.shares),
        )


class SignForm(PersianForm):
    """The agent's signature."""

    guarantee_no = Line("شماره تضمین انجام تعهدات", [required("شماره تضمین سپرده‌شده را بنویسید."), up_to(60)])
    agrees = BooleanField(
        "متن قرارداد را خوانده‌ام و از سوی شرکت امضا می‌کنم", [required("برای امضا این خانه را بزنید.")]
    )

    def value(self) -> Guaranteed:
        """Return the signature."""
        return Guaranteed(self.guarantee_no.data)


class IssueForm(PersianForm):
    """The company's signature."""

    agrees = BooleanField(
        "متن قرارداد را خوانده‌ام و از سوی سازمان امضا می‌کنم", [required("برای امضا این خانه را بزنید.")]
    )

    def value(self) -> Guaranteed:
        """Return the signature."""
        return Guaranteed()
