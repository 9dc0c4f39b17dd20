"""The forms of votes and decisions."""

from typing import Any

from wtforms import RadioField

from tender_app.awards.rules import Ballot, Ending, Naming, Returned
from tender_app.kernel.words import N_, _
from tender_app.tenders.rules import CancellationReason, Matter, RenewalReason
from tender_app.web.fields import Choice, PersianForm, Prose, optional, required, up_to

PROMPT = N_("— برگزینید —")


class VoteForm(PersianForm):
    """A member's vote; one against gives its reason, which is minuted."""

    matter = Choice(N_("موضوع رأی"), Matter, prompt=PROMPT, validators=[required(N_("موضوع رأی را برگزینید."))])
    opinion = RadioField(
        N_("رأی من"),
        choices={"1": N_("موافق"), "0": N_("مخالف")},
        validators=[required(N_("رأی خود را برگزینید؛ ممتنع نیست."))],
    )
    reason = Prose(
        N_("توضیح یا دلیل مخالفت"), [optional(), up_to(1000)], description=N_("رأی مخالف با دلیل در صورتجلسه می‌آید.")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the reason of a vote against (Art. 5: every member states an opinion)."""
        fits = super().validate(extra_validators)
        if self.opinion.data == "0" and not self.reason.data:
            self.reason.errors = [*self.reason.errors, _("دلیل مخالفت را بنویسید؛ در صورتجلسه می‌آید.")]
            fits = False
        return bool(fits)

    def value(self) -> Ballot:
        """Return the ballot."""
        return Ballot(self.matter.data, self.opinion.data == "1", self.reason.data or "")


class NamingForm(PersianForm):
    """The naming of the winners."""

    reason = Prose(N_("توضیح"), [optional(), up_to(1000)], description=N_("در صورتجلسه و نتیجه می‌آید."))

    def value(self) -> Naming:
        """Return the decision."""
        return Naming(self.reason.data or "")


class ReturnForm(PersianForm):
    """Why a decision goes back."""

    text = Prose(N_("دلیل برگرداندن"), [required(N_("دلیل را بنویسید؛ برای اعضا فرستاده می‌شود.")), up_to(1000)])

    def value(self) -> Returned:
        """Return the reason."""
        return Returned(self.text.data)


class RenewForm(PersianForm):
    """Renewal, for one of the law's reasons."""

    reason = Choice(
        N_("دلیل تجدید"),
        RenewalReason,
        prompt=PROMPT,
        validators=[required(N_("یکی از دلیل‌های قانون را برگزینید."))],
    )
    note = Prose(N_("توضیح"), [optional(), up_to(1000)])

    def value(self) -> Ending:
        """Return the ending."""
        return Ending(self.reason.data, self.note.data or "")


class CancelForm(PersianForm):
    """Cancellation, for one of the law's reasons."""

    reason = Choice(
        N_("دلیل لغو"),
        CancellationReason,
        prompt=PROMPT,
        validators=[required(N_("یکی از دلیل‌های قانون را برگزینید."))],
    )
    note = Prose(N_("توضیح"), [optional(), up_to(1000)])

    def value(self) -> Ending:
        """Return the ending."""
        return Ending(self.reason.data, self.note.data or "")
