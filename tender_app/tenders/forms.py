"""The forms of seats, insertions, documents, questions, answers, returns and attendance."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tender_app.kernel import calendar
from tender_app.kernel.vocabulary import Role
from tender_app.kernel.words import N_, _
from tender_app.tenders.bases import Basis
from tender_app.tenders.judging import seat_faults
from tender_app.tenders.models import Tender
from tender_app.tenders.prebid import Meeting
from tender_app.tenders.rules import SEATS, Answer, InsertionFacts, Outlet, Present, Reason, Release, Seating
from tender_app.tenders.schedule import round_fault
from tender_app.web.fields import Choice, Day, Line, PersianForm, Prose, SelectField, optional, required, up_to

LONGEST_NAME, LONGEST_TITLE = 120, 200


class People(SelectMultipleField):
    """Several people, each with a box to tick."""

    is_choice_group = True
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _whole(value: Any) -> int | None:
    return int(value) if value else None


class SeatsForm(PersianForm):
    """The commission, its secretary and the evaluators; seats that are not known yet stay empty."""

    head = SelectField(
        N_("رئیس کمیسیون"), [optional()], coerce=_whole, description=N_("مدیرعامل یا نماینده او (ماده ۵)")
    )
    finance = SelectField(N_("عضو مالی"), [optional()], coerce=_whole, description=N_("ذی‌حساب یا بالاترین مسئول مالی"))
    technical = SelectField(
        N_("عضو فنی"), [optional()], coerce=_whole, description=N_("مسئول فنی دستگاه یا واحد درخواست‌کننده")
    )
    secretary = SelectField(
        N_("دبیر کمیسیون"), [optional()], coerce=_whole, description=N_("بدون رأی؛ عضو کمیسیون نیست")
    )
    evaluators = People(
        N_("ارزیابان"),
        coerce=int,
        description=N_("به شماری که بالای صفحه آمده، جز اعضا و دبیر کمیسیون و تهیه‌کننده اسناد"),
    )
    needed_shares = SelectField(
        N_("سهم‌های لازم برای گشودن"),
        choices={2: N_("۲ سهم از ۳ سهم کلید"), 3: N_("هر ۳ سهم کلید")},
        coerce=int,
        default=2,
        description=N_("سهم کلید جدا از رسمیت جلسه است: حضور هر سه عضو همیشه لازم است (ماده ۵)."),
    )
    edition = HiddenField()

    def offer(self, people: Any) -> None:
        """Fill the lists; nobody is chosen until somebody chooses."""
        choices = [(p.id, f"{p.name} — {p.position}" if p.position else p.name) for p in people]
        for field in self.single():
            field.choices = [("", _("برگزینید")), *choices]
        self.evaluators.choices = choices

    def seat(self, holders: Callable[[Role], list[int]], needed: int) -> None:
        """Show who sits where, and how many of them open the tender's keys."""
        for role, field in zip(SEATS, self.single(), strict=True):
            field.data = next(iter(holders(role)), None)
        self.evaluators.data = holders(Role.EVALUATOR)
        self.needed_shares.data = needed

    def single(self) -> list[Any]:
        """Return the fields of the seats that one person holds, in the order of SEATS."""
        return [self.head, self.finance, self.technical, self.secretary]

    def fits(self, tender: Tender) -> bool:
        """Tell at its own field who may not sit there."""
        found = seat_faults(self.value(), tender.prepared_by)
        for name, message in found:
            self[name].errors = [*self[name].errors, tender.basis.said(message)]
        return not found

    def speak(self, basis: Basis) -> None:
        """Call the seats and what is asked of them by the words of the tender's law."""
        for role, seat in zip(SEATS, self.single(), strict=True):
            seat.label.text = basis.word(role)
        for said in self:
            said.description = basis.said(_(said.description))

    def look_at(self, edition: str) -> bool:
        """Remember the present edition of the seats; tell whether the one that the form came with was another."""
        seen, self.edition.data = self.edition.data, edition
        return bool(seen) and seen != edition

    def value(self) -> Seating:
        """Return the seating."""
        head, finance, technical, secretary = (field.data for field in self.single())
        evaluators = tuple(self.evaluators.data or ())
        return Seating(
            head, finance, technical, secretary, evaluators, self.edition.data or "", self.needed_shares.data or 2
        )


class InsertionForm(PersianForm):
    """A round of the notice."""

    outlet = Choice(N_("کجا"), Outlet)
    name = Line(N_("نام روزنامه یا تارنما"), [required(), up_to(120)])
    issue_no = Line(N_("شماره"), [optional(), up_to(30)])
    day = Day(N_("روز چاپ یا درج"), description=N_("روزی که آگهی چاپ شده یا سفارش آن داده شده است، مانند ۱۴۰۵/۰۹/۰۵"))

    def fits(self, tender: Tender, now: dt.datetime) -> bool:
        """Hold the day to the time in which the documents can be had."""
        fault = round_fault(self.day.data, tender.documents_until, calendar.today(now))
        self.day.errors = [*self.day.errors, *([fault] if fault else [])]
        return not fault

    def value(self) -> InsertionFacts:
        """Return the round."""
        return InsertionFacts(self.outlet.data, self.name.data, self.issue_no.data or "", self.day.data)


class DocumentForm(PersianForm):
    """A document to attach; the file itself is read by the view."""

    title = Line(N_("عنوان سند"), [required(), up_to(200)])


class QuestionForm(PersianForm):
    """A question."""

    text = Prose(
        N_("پرسش"),
        [required(N_("پرسش خود را بنویسید.")), up_to(4000)],
        description=N_("نام شما به کسی نشان داده نمی‌شود."),
    )


class AnswerForm(PersianForm):
    """An answer for all."""

    text = Prose(N_("پاسخ به همه"), [required(N_("پاسخ را بنویسید.")), up_to(4000)])
    public_text = Prose(
        N_("پرسش به عبارت دیگر"),
        [optional(), up_to(4000)],
        description=N_(
            "اگر پرسش نشانی از پرسنده دارد، آن را این‌جا بی آن نشان بنویسید؛ این منتشر می‌شود و متن اصلی برای حسابرس می‌ماند."
        ),
    )

    def value(self) -> Answer:
        """Return the answer."""
        return Answer(self.text.data, self.public_text.data or "")


class MergingForm(PersianForm):
    """Which question asks the same."""

    into = SelectField(N_("پرسشی که همین را می‌پرسد"), coerce=_whole, validators=[required(N_("یکی را برگزینید."))])


class ReleaseForm(PersianForm):
    """Whose answers are released, as they were shown."""

    questions = HiddenField()

    def value(self) -> Release:
        """Return the questions."""
        return Release(tuple(int(part) for part in (self.questions.data or "").split() if part.isdecimal()))


class PrebidForm(PersianForm):
    """Who came to the pre-bid meeting, and what was asked and answered."""

    attendees = Prose(
        N_("نمایندگان حاضر"),
        [optional(), up_to(4000)],
        description=N_("هر سطر: نام، شرکت. به هیچ شرکتی نشان داده نمی‌شود."),
    )
    items = Prose(
        N_("پرسش‌ها و پاسخ‌ها"),
        [optional(), up_to(12000)],
        description=N_("هر پرسش در سطری که با «پ:» و پاسخ آن در سطری که با «ج:» آغاز می‌شود، بی نام پرسنده."),
    )
    text = Prose(N_("گزارش جلسه"), [optional(), up_to(8000)])

    def validate_items(self, field: Any) -> None:
        """Hold the text to pairs of a question and its answer."""
        items = self._items(field.data)
        if items is None or any(not answer for _question, answer in items):
            raise ValidationError(_("هر پرسش («پ:») باید پاسخ خود («ج:») را پس از خود داشته باشد."))
        if not items and not self.text.data:
            raise ValidationError(_("پرسش‌ها و پاسخ‌ها یا گزارش جلسه را بنویسید."))

    def fill(self, attendees: Any, items: Any, text: str) -> None:
        """Show what was kept."""
        self.attendees.data = "\n".join("، ".join(part for part in row if part) for row in attendees)
        self.items.data = "\n".join(f"پ: {question}\nج: {answer}" for question, answer in items)
        self.text.data = text

    def value(self) -> Meeting:
        """Return the meeting."""
        parts = (line.replace(",", "،").partition("،") for line in (self.attendees.data or "").splitlines())
        came = tuple((name.strip(), firm.strip()) for name, _unused, firm in parts if name.strip())
        return Meeting(came, tuple(self._items(self.items.data) or ()), self.text.data or "")

    def _items(self, text: str | None) -> list[tuple[str, str]] | None:
        """Return the pairs; lines without a mark go on with what stands before; None where there is no question yet."""
        found: list[list[str]] = []
        for line in filter(None, map(str.strip, (text or "").splitlines())):
            mark, _unused, rest = line.partition(":")
            if mark.strip() == "پ":
                found.append([rest.strip(), ""])
            elif not found:
                return None
            elif mark.strip() == "ج":
                found[-1][1] = rest.strip()
            else:
                place = 1 if found[-1][1] else 0
                found[-1][place] = f"{found[-1][place]}\n{line}"
        return [(question, answer) for question, answer in found]


class ReturnForm(PersianForm):
    """Why a draft goes back."""

    text = Prose(N_("دلیل برگرداندن"), [required(N_("دلیل را بنویسید.")), up_to(1000)])

    def value(self) -> Reason:
        """Return the reason."""
        return Reason(self.text.data)


class AttendanceForm(PersianForm):
    """Who is present."""

    members = People(N_("حاضران از کمیسیون"), coerce=int, description=N_("هر که هم‌اکنون در جلسه است."))
    guests = Prose(N_("نمایندگان شرکت‌ها و دیگران"), [optional(), up_to(2000)], description=N_("هر سطر: نام، سمت"))

    def validate_guests(self, field: Any) -> None:
        """Hold each line to what the minutes can carry."""
        for name, title in self._guests(field.data):
            if len(name) > LONGEST_NAME or len(title) > LONGEST_TITLE:
                raise ValidationError(
                    _("این سطر دراز است: «{name}…»؛ نام و سمت را کوتاه‌تر بنویسید.").format(name=name[:40])
                )

    def validate_members(self, field: Any) -> None:
        """Ask for somebody: what registers nobody is a slip."""
        if not field.data and not self._guests(self.guests.data):
            raise ValidationError(_("هنوز کسی را برنگزیده‌اید؛ هر که در جلسه است نشان بزنید یا نامش را بنویسید."))

    def value(self) -> Present:
        """Return who is present."""
        return Present(tuple(self.members.data), tuple(self._guests(self.guests.data)))

    def _guests(self, text: str | None) -> list[tuple[str, str]]:
        parts = (line.replace(",", "،").partition("،") for line in (text or "").splitlines())
        return [(name.strip(), title.strip()) for name, _unused, title in parts if name.strip()]
