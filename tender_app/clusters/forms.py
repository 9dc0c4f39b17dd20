"""The form of an approval's letter."""

from tender_app.clusters.rules import Letter
from tender_app.kernel.words import N_
from tender_app.web.fields import Day, Line, PersianForm, Prose, optional, required, up_to


class LetterForm(PersianForm):
    """Number and day of a letter."""

    number = Line(N_("شماره نامه"), [required(N_("شماره نامه را بنویسید.")), up_to(60)])
    day = Day(N_("تاریخ نامه"), description=N_("مانند ۱۴۰۵/۰۷/۱۲"))
    note = Prose(N_("یادداشت"), [optional(), up_to(400)], description=N_("فقط کارکنان سازمان می‌بینند."))

    def value(self) -> Letter:
        """Return the letter."""
        return Letter(self.number.data, self.day.data, self.note.data or "")
