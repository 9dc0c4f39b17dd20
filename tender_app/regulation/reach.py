"""What a change of the law's values or days reaches; later stages say it, for they know what was decided by them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tender_app.store.context import Context


@dataclass(frozen=True, slots=True)
class Reached:
    """Something that a change reaches: where it is shown, its words, and the instant that matters."""

    path: str
    title: str
    label: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the calendar: from a first one to a last one, if there is one, those of some days of the week."""

    first: dt.date
    last: dt.date | None
    weekdays: frozenset[int] = frozenset(range(7))

    def __contains__(self, day: dt.date) -> bool:
        """Tell whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last) and day.weekday() in self.weekdays


Deadlines = Callable[[Context, Days, int | None], list[Reached]]
Decided = Callable[[Context, dt.date], list[Reached]]
_deadlines: list[Deadlines] = []
_decided: list[Decided] = []


def says_deadlines(tell: Deadlines) -> Deadlines:
    """Let a later stage say which of its deadlines fall on some days, for an organisation or for all."""
    _deadlines.append(tell)
    return tell


def says_decided(tell: Decided) -> Decided:
    """Let a later stage say what was decided from a day on."""
    _decided.append(tell)
    return tell


def deadlines_on(ctx: Context, days: Days, organisation_id: int | None = None) -> list[Reached]:
    """Return the deadlines of running tenders and drafts that fall on some days; nothing moves them by itself."""
    return [reached for tell in _deadlines for reached in tell(ctx, days, organisation_id)]


def decided_since(ctx: Context, day: dt.date) -> list[Reached]:
    """Return what was decided from a day on: it keeps the values that were known then."""
    return [reached for tell in _decided for reached in tell(ctx, day)]
