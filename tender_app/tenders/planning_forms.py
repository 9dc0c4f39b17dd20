"""The forms of a tender's calendar: one wish, the days that may be moved, and the taking of all of them."""

import datetime as dt
from typing import Any

from wtforms import Form, HiddenField

from tender_app.kernel.words import N_
from tender_app.tenders.planning import WISHES
from tender_app.tenders.planning_steps import GUARANTEE, LABELS
from tender_app.web.fields import Day, PersianForm, SelectField, optional, required

MOVABLE = tuple(name for name in LABELS if name != GUARANTEE)  # it follows the validity
WAS = "was_"


class WishForm(Form):
    """What the officer wishes, and for which day."""

    wish = SelectField(N_("کدام روز را می‌خواهید؟"), choices=dict(WISHES))
    on = Day(N_("روز دلخواه"), [required()])


class _Days:
    """What forms of all days have in common."""

    def days(self: Any, prefix: str = "") -> dict[str, dt.date] | None:
        """Return every day, the last one following the validity; None while one of them is missing."""
        found = {name: self[prefix + name].data for name in MOVABLE}
        if any(day is None for day in found.values()):
            return None
        return {**found, GUARANTEE: found["valid_until"]}


class MoveForm(_Days, Form):
    """Every day as it may be moved, beside the day that it was when the page was shown."""

    def changed(self) -> list[str]:
        """Return which days were typed anew, in their order."""
        return [name for name in MOVABLE if self[name].data and self[name].data != self[WAS + name].data]


class TakeForm(_Days, PersianForm):
    """Every day as it is taken into the draft; `edition` says which state of the draft the officer looked at."""

    edition = HiddenField()


for _name in MOVABLE:
    setattr(MoveForm, _name, Day(LABELS[_name], [required()]))
    setattr(MoveForm, WAS + _name, Day(LABELS[_name], [optional()]))
    setattr(TakeForm, _name, Day(LABELS[_name], [required()]))
