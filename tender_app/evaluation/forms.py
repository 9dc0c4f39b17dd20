"""The forms of evaluation: the head's words on the locked scores, and an evaluator named anew."""

from collections.abc import Sequence

from tender_app.evaluation.rules import Locking, Replacement
from tender_app.kernel.words import N_
from tender_app.people.models import Person
from tender_app.web.fields import PersianForm, Prose, SelectField, optional, required, up_to


class LockForm(PersianForm):
    """The locking of the scores."""

    note = Prose(
        N_("توضیح رئیس"),
        [optional(), up_to(1000)],
        description=N_(
            "اگر اختلاف زیاد ارزیابان در این صفحه آمده است، دلیل پذیرفتن آن را بنویسید؛ در گزارش فنی می‌آید."
        ),
    )

    def demand_note(self) -> None:
        """Ask for the reason, where evaluators lie farther apart than the law lets pass without one."""
        self.note.validators = [
            required(N_("دلیل پذیرفتن اختلاف ارزیابان را بنویسید؛ در گزارش فنی می‌آید.")),
            up_to(1000),
        ]
        self.note.flags.required = True

    def value(self) -> Locking:
        """Return the remark."""
        return Locking(self.note.data or "")


class ReplacementForm(PersianForm):
    """An evaluator in place of one who stepped aside."""

    person = SelectField(N_("ارزیاب تازه"), coerce=int, validators=[required(N_("یک نفر را برگزینید."))])

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people."""
        self.person.choices = [(0, "—"), *((p.id, f"{p.name}، {p.position}") for p in people)]

    def value(self) -> Replacement:
        """Return the person."""
        return Replacement(int(self.person.data))
