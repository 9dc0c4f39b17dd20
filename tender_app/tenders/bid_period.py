"""How long bids may be prepared at least: days in a domestic tender, months in an international one (Art. 15-b, R10)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.regulation.rules import Parameter


@dataclass(frozen=True, slots=True)
class BidPeriod:
    """So many units of a parameter of the law, from the last day for documents to the deadline."""

    parameter: Parameter
    count: int

    @property
    def told(self) -> str:
        """Return it in words, «۱۰ روز» or «۱ ماه»."""
        return persian_digits(f"{self.count} {self.parameter.terms.unit}")

    def after(self, day: dt.date) -> dt.date:
        """Return the day on which it is over, counted from a day."""
        if self.parameter is Parameter.BID_MONTHS_INTERNATIONAL:
            return calendar.add_months(day, self.count)
        return day + dt.timedelta(days=self.count)

    def before(self, day: dt.date) -> dt.date:
        """Return a day from which it is over no later than a day."""
        if self.parameter is Parameter.BID_MONTHS_INTERNATIONAL:
            return calendar.add_months(day, -self.count)
        return day - dt.timedelta(days=self.count)

    def over(self, at: dt.datetime) -> dt.datetime:
        """Return the moment at which it is over, counted from a moment."""
        local = calendar.tehran(at)
        return calendar.instant(self.after(local.date()), local.time())


def period_of(law: Mapping[Parameter, Any], *, is_international: bool) -> BidPeriod:
    """Return the period of a tender under the values in force."""
    parameter = Parameter.BID_MONTHS_INTERNATIONAL if is_international else Parameter.BID_DAYS
    return BidPeriod(parameter, law[parameter])
