"""The forms of votes and decisions."""

from wtforms import RadioField

from tender_app.awards.rules import Ballot, Ending, Naming, Returned
from tender_app.tenders.rules import CancellationReason, Matter, RenewalReason
from tender_app.web.fields import Choice, PersianForm, Prose, SelectField, optional, required, up_to


class VoteForm(PersianForm):
    """A member's vote."""

    matter = Choice("موضوع رأی", Matter)
    opinion = RadioField("رأی", choices=[("1", "موافق"), ("0", "مخالف")], validators=[required("رأی خود را برگزینید.")])
    reason = Prose(
        "توضیح یا دلیل مخالفت", [optional(), up_to(1000)], description="رأی مخالف با دلیل در صورتجلسه می‌آید."
    )

    def value(self) -> Ballot:
        """Return the ballot."""
        return Ballot(self.matter.data, self.opinion.data == "1", self.reason.data or "")


class NamingForm(PersianForm):
    """The naming of the winners."""

    reason = Prose("توضیح", [optional(), up_to(1000)])
    drawn = SelectField("نتیجه قرعه", coerce=int, choices=[(0, "قرعه لازم نشد")])

    def value(self) -> Naming:
        """Return the decision."""
        return Naming(self.reason.data or "", self.drawn.data or None)


class ReturnForm(PersianForm):
    """Why a decision goes back."""

    text = Prose("دلیل برگرداندن", [required("دلیل را بنویسید؛ برای کمیسیون فرستاده می‌شود."), up_to(1000)])

    def value(self) -> Returned:
        """Return the reason."""
        return Returned(self.text.data)


class RenewForm(PersianForm):
    """Renewal, for one of the law's reasons."""

    reason = Choice("دلیل تجدید (ماده ۲۴ الف)", RenewalReason)
    note = Prose("توضیح", [optional(), up_to(1000)])

    def value(self) -> Ending:
        """Return the ending."""
        return Ending(self.reason.data, self.note.data or "")


class CancelForm(PersianForm):
    """Cancellation, for one of the law's reasons."""

    reason = Choice("دلیل لغو (ماده ۲۴ ب)", CancellationReason)
    note = Prose("توضیح", [optional(), up_to(1000)])

    def value(self) -> Ending:
        """Return the ending."""
        return Ending(self.reason.data, self.note.data or "")
