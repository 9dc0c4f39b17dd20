"""The form of a negotiation: with whom, what it came to, and the price agreed."""

from collections.abc import Sequence

from tender_app.evaluation.rules import Negotiated, Outcome
from tender_app.kernel.words import N_, _
from tender_app.web.fields import Choice, Money, PersianForm, Prose, SelectField, optional, required, up_to


class NegotiationForm(PersianForm):
    """A negotiation with one of the bids whose turn it is; equals are chosen among by lot."""

    bid_id = SelectField(N_("مذاکره با"), [required()], coerce=int)
    outcome = Choice(
        N_("نتیجه"), Outcome, prompt=N_("— برگزینید —"), validators=[required(N_("نتیجه مذاکره را برگزینید."))]
    )
    agreed = Money(N_("قیمت توافق‌شده (ریال)"), [optional()], description=N_("اگر توافق شد"))
    note = Prose(N_("شرح مذاکره"), [optional(), up_to(1000)], description=N_("اگر به نتیجه نرسید، دلیل آن"))

    def offer(self, bids: Sequence[tuple[int, str]]) -> None:
        """Offer the bids whose turn it is."""
        self.bid_id.choices = dict(bids)

    def validate_agreed(self, field: Money) -> None:
        """Ask for the price where one was agreed, and for none where it failed."""
        if self.outcome.data is Outcome.AGREED and field.data is None:
            raise ValueError(_("قیمت توافق‌شده را بنویسید."))
        if self.outcome.data is Outcome.FAILED and field.data is not None:
            raise ValueError(_("مذاکره‌ای که به نتیجه نرسید قیمت توافق‌شده ندارد؛ این خانه را خالی کنید."))

    def value(self) -> Negotiated:
        """Return the negotiation."""
        return Negotiated(self.bid_id.data, self.agreed.data, self.note.data or "")
