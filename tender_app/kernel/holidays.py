"""Days on which offices are closed: Thursday, Friday and the public holidays of Iran (domain.md §8.3, §8.4)."""

import datetime as dt
from functools import lru_cache
from typing import Any

from tender_app.kernel.calendar import FRIDAY, THURSDAY, next_working_day


def is_closed(day: dt.date) -> bool:
    """Tell whether offices are closed; lunar holidays of coming years are estimates until they are announced."""
    return day.weekday() in {THURSDAY, FRIDAY} or day in _public()


def working(day: dt.date) -> dt.date:
    """Return the day, or the next on which offices are open."""
    return next_working_day(day, is_closed)


@lru_cache(maxsize=1)
def _public() -> Any:
    import holidays  # noqa: PLC0415 -- slow to import, and not needed by most commands

    return holidays.country_holidays("IR")
