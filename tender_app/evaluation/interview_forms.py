"""The forms of the interviews and what is said above each: the plan, another hour, who comes, what was said, absence."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from tender_app.evaluation.interview_rules import (
    AbsenceDecided,
    Attending,
    Held,
    InterviewAct,
    InterviewCancelled,
    Plan,
    Remote,
    SlotMoved,
)
from tender_app.kernel.words import N_, _
from tender_app.tenders.forms import People
from tender_app.web.fields import Count, Line, Moment, PersianForm, Prose, SelectField, optional, required, up_to

LONGEST = 1000
LONGEST_NAME, LONGEST_POSITION = 120, 200
NAMES = N_("هر سطر: نام، سمت")


class PlanForm(PersianForm):
    """When the first begins and how long each is; the questions of each leaf are added by `plan_form`."""

    starts_at = Moment(N_("آغاز نخستین مصاحبه"), description=N_("مانند ۱۴۰۵/۰۹/۲۰ ۰۹:۰۰"))
    minutes = Count(N_("مدت هر مصاحبه، دقیقه"), least="1", most="480")
    gap = Count(N_("فاصله میان دو مصاحبه، دقیقه"), least="0", most="480", default=15)
    place = Line(N_("جا یا نشانی پیوستن از راه دور"), [required(), up_to(300)])
    leaves: Sequence[Any] = ()

    def value(self, bids: Sequence[int]) -> Plan:
        """Return the plan; the bids have their slots one after another."""
        step = dt.timedelta(minutes=self.minutes.data + self.gap.data)
        slots = tuple((bid, self.starts_at.data + place * step) for place, bid in enumerate(bids))
        questions = [(leaf.id, text) for leaf in self.leaves for text in _lines(self[f"q_{leaf.id}"].data)]
        return Plan(tuple(questions), slots, self.minutes.data, self.place.data)


def plan_form(leaves: Sequence[Any]) -> PlanForm:
    """Return the form of a plan over these leaves."""
    fields = {
        f"q_{leaf.id}": Prose(
            _("پرسش‌های «{leaf}»").format(leaf=leaf.title),
            [optional(), up_to(4000), _short_lines],
            description=_("هر سطر یک پرسش؛ اگر این معیار با مصاحبه سنجیده نمی‌شود، خالی بگذارید."),
        )
        for leaf in leaves
    }
    made: PlanForm = type("PlanOfLeaves", (PlanForm,), {**fields, "leaves": leaves})()
    return made


class MoveForm(PersianForm):
    """Another hour."""

    starts_at = Moment(N_("آغاز تازه"), description=N_("مانند ۱۴۰۵/۰۹/۲۰ ۰۹:۰۰"))
    reason = Prose(N_("دلیل"), [required(), up_to(LONGEST)])

    def value(self) -> SlotMoved:
        """Return the hour."""
        return SlotMoved(self.starts_at.data, self.reason.data)


class AttendingForm(PersianForm):
    """Who of the firm comes, or came."""

    people = Prose(N_("نام و سمت حاضران"), [required(), up_to(2000)], description=NAMES)

    def validate_people(self, field: Any) -> None:
        """Hold each line to what the minutes can carry."""
        for name, position in self.value().people:
            if len(name) > LONGEST_NAME or len(position) > LONGEST_POSITION:
                raise ValidationError(
                    _("این سطر دراز است: «{name}…»؛ نام و سمت را کوتاه‌تر بنویسید.").format(name=name[:40])
                )
        del field

    def value(self) -> Attending:
        """Return the persons."""
        parts = (line.replace(",", "،").partition("،") for line in _lines(self.people.data))
        return Attending(tuple((name.strip(), position.strip()) for name, _unused, position in parts if name.strip()))


class RemoteForm(PersianForm):
    """Who takes part from afar."""

    people = People(N_("اعضای از راه دور"), coerce=int, description=N_("هر که نشان نخورد حضوری است."))

    def value(self) -> Remote:
        """Return the members."""
        return Remote(tuple(self.people.data or ()))


class HeldForm(PersianForm):
    """What was said."""

    text = Prose(
        N_("گزارش کوتاه پرسش و پاسخ"),
        [required(), up_to(8000)],
        description=N_("در صورتجلسه می‌آید؛ از امتیاز و قیمت چیزی ننویسید."),
    )

    def value(self) -> Held:
        """Return the words."""
        return Held(self.text.data)


class CancelForm(PersianForm):
    """Why it is not held."""

    reason = Prose(N_("دلیل لغو"), [required(), up_to(LONGEST)])

    def value(self) -> InterviewCancelled:
        """Return the reason."""
        return InterviewCancelled(self.reason.data)


class AbsenceForm(PersianForm):
    """What the head decides of a member who was not there long enough."""

    person = SelectField(N_("ارزیاب"), [required()], coerce=int)
    decision = SelectField(N_("تصمیم"), [required(N_("تصمیم را برگزینید."))])
    reason = Prose(N_("دلیل"), [required(), up_to(LONGEST)])

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer these members."""
        self.person.choices = list(people)
        self.decision.choices = [
            ("", _("برگزینید")),
            ("yes", _("امتیاز می‌دهد")),
            ("no", _("امتیاز نمی‌دهد و باید کناره بگیرد")),
        ]

    def value(self) -> AbsenceDecided:
        """Return the decision."""
        return AbsenceDecided(self.person.data, self.decision.data == "yes", self.reason.data)


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _short_lines(_form: Any, field: Any) -> None:
    if any(len(line) > LONGEST for line in _lines(field.data)):
        raise ValidationError(_("این پرسش دراز است؛ آن را کوتاه‌تر یا در دو سطر بنویسید."))


LEADS = {
    InterviewAct.CONFIRM_SLOT: N_(
        "نام و سمت کسانی را که به مصاحبه می‌آیند بنویسید؛ اشخاص کلیدی پیشنهاد بهتر است خود بیایند."
    ),
    InterviewAct.MOVE_SLOT: N_("مدت مصاحبه همان می‌ماند؛ نامه تازه صادر می‌شود و شرکت دوباره تأیید می‌کند."),
    InterviewAct.MARK_REMOTE: N_("پیوستن، قطع و بازگشت هر عضو با لحظه آن ثبت می‌شود، از راه دور باشد یا حضوری."),
    InterviewAct.REGISTER_GUESTS: N_("هر که از شرکت در مصاحبه حاضر است."),
    InterviewAct.CLOSE_INTERVIEW: N_(
        "حضور همه پایان می‌یابد و صورتجلسه صادر می‌شود؛ سپس هر ارزیاب جداگانه در برگه خود امتیاز می‌دهد."
    ),
    InterviewAct.CANCEL_INTERVIEW: N_(
        "با لغو، معیارهای این مصاحبه در این پیشنهاد بی مصاحبه امتیاز می‌گیرد. شرکت آگاه می‌شود."
    ),
    InterviewAct.DECIDE_ABSENCE: N_(
        "ارزیابی که به اندازه لازم حاضر نبوده، فقط با تصمیم شما معیارهای مصاحبه این پیشنهاد را امتیاز می‌دهد."
    ),
}
FORMS: dict[InterviewAct, Any] = {
    InterviewAct.CONFIRM_SLOT: AttendingForm,
    InterviewAct.MOVE_SLOT: MoveForm,
    InterviewAct.MARK_REMOTE: RemoteForm,
    InterviewAct.REGISTER_GUESTS: AttendingForm,
    InterviewAct.CLOSE_INTERVIEW: HeldForm,
    InterviewAct.CANCEL_INTERVIEW: CancelForm,
    InterviewAct.DECIDE_ABSENCE: AbsenceForm,
}
