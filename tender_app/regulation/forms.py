"""The forms of dated settings and of closed days."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from tender_app.kernel import calendar
from tender_app.kernel.words import N_
from tender_app.people.models import Organisation
from tender_app.regulation.days import Announced, Closure, Entered, HolidayKind, Moved
from tender_app.regulation.rules import Enacted, Kind, Parameter, Why
from tender_app.web.fields import (
    BooleanField,
    Choice,
    Count,
    Day,
    Line,
    Money,
    Number,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)

WEEK = {day: calendar.WEEKDAYS[day] for day in ((calendar.SATURDAY + n) % 7 for n in range(7))}
DATE = N_("مانند ۱۴۰۶/۰۱/۰۱")


class Weekdays(SelectMultipleField):
    """Days of the week, each with a box to tick."""

    is_choice_group = True
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SettingForm(PersianForm):
    """A value from a day on; `value` is of the parameter's own kind."""

    effective_from = Day(N_("از چه روزی"), description=DATE)
    decree_no = Line(N_("شماره مصوبه یا بخشنامه"), [optional(), up_to(80)])
    decree_date = Day(N_("تاریخ مصوبه"), [optional()], description=DATE)
    note = Prose(N_("توضیح"), [optional(), up_to(400)])
    understood = BooleanField(N_("می‌دانم که این روز گذشته است و مناقصه‌های منتشرشده مقدار زمان خود را نگه می‌دارند"))

    def enacted(self, parameter: Parameter) -> Enacted:
        """Return the value to enact."""
        value = self["value"].data
        if parameter.terms.kind is Kind.WEEKDAYS:
            value = frozenset(value)
        return Enacted(
            parameter,
            value,
            self.effective_from.data,
            self.decree_no.data or "",
            self.decree_date.data,
            self.note.data or "",
        )


def setting_form(parameter: Parameter) -> SettingForm:
    """Return the form of a parameter, its value read by its kind and held to its bounds."""
    form: SettingForm = type("ParameterForm", (SettingForm,), {"value": _value_field(parameter)})()
    return form


def _value_field(parameter: Parameter) -> Any:
    terms, label = parameter.terms, N_("مقدار تازه")
    bounds = {"least": str(terms.least), "most": str(terms.most)}
    match terms.kind:
        case Kind.WHOLE:
            return Count(label, description=str(terms.unit), **bounds)
        case Kind.DECIMAL:
            return Number(label, description=str(terms.unit), **bounds)
        case Kind.RIAL:
            return Money(label, description=str(terms.unit))
        case Kind.WEEKDAYS:
            return Weekdays(label, coerce=int, choices=WEEK)
        case Kind.YES_NO:
            return BooleanField(N_("روشن باشد"))


class WhyForm(PersianForm):
    """The reason for taking something back."""

    reason = Prose(N_("دلیل"), [required(N_("دلیل را بنویسید.")), up_to(400)])

    def value(self) -> Why:
        """Return the reason."""
        return Why(self.reason.data)


class HolidayForm(PersianForm):
    """A holiday of the whole country."""

    day = Day(N_("روز"), description=DATE)
    title = Line(N_("مناسبت"), [required(), up_to(200)])
    kind = Choice(N_("گونه"), HolidayKind)
    source = Line(N_("منبع"), [required(), up_to(200)], description=N_("شماره نامه یا خبر رسمی"))
    is_estimate = BooleanField(N_("روز آن هنوز تخمینی است"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Offer the kinds that the whole country has."""
        super().__init__(*args, **kw)
        self.kind.choices = {k.value: k.label for k in HolidayKind if k is not HolidayKind.CLOSURE}

    def value(self) -> Entered:
        """Return the holiday."""
        return Entered(self.day.data, self.title.data, self.kind.data, self.source.data, self.is_estimate.data)


class ClosureForm(PersianForm):
    """A day on which the offices of one organisation are closed."""

    organisation = SelectField(N_("سازمان"), coerce=int)
    day = Day(N_("روز"), description=DATE)
    title = Line(N_("دلیل تعطیلی"), [required(), up_to(200)], description=N_("مانند آلودگی هوا، صرفه‌جویی انرژی"))
    letter = Line(N_("شماره نامه یا مصوبه"), [required(), up_to(200)])

    def offer(self, organisations: Sequence[Organisation]) -> None:
        """Offer the organisations for which the person acts."""
        self.organisation.choices = {o.id: o.name for o in organisations}

    def value(self, organisations: Sequence[Organisation]) -> Closure:
        """Return the closure."""
        own = next(o for o in organisations if o.id == self.organisation.data)
        return Closure(own, self.day.data, self.title.data, self.letter.data)


class MoveForm(PersianForm):
    """The day to which a holiday moves."""

    day = Day(N_("روز اعلام‌شده"), description=DATE)
    source = Line(N_("منبع اعلام"), [required(), up_to(200)])

    def value(self) -> Moved:
        """Return the day."""
        return Moved(self.day.data, self.source.data)


class ConfirmForm(PersianForm):
    """By what announcement an estimate is certain."""

    source = Line(
        N_("منبع اعلام"), [required(), up_to(200)], description=N_("مانند تقویم رسمی سال، اعلام ستاد استهلال")
    )

    def value(self) -> Announced:
        """Return the announcement."""
        return Announced(self.source.data)
