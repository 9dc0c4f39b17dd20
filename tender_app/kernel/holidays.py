"""The public holidays of Iran as the `holidays` package lists them: the seed of the table, and its stand-in (domain.md §8.3)."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from tender_app.kernel import calendar

ESTIMATE = "(تخمینی)"
SOLAR = frozenset(
    {
        "پیروزی انقلاب اسلامی",
        "روز ملی شدن صنعت نفت ایران",
        "جشن نوروز",
        "عیدنوروز",
        "روز جمهوری اسلامی",
        "روز طبیعت",
        "رحلت حضرت امام خمینی",
        "قیام 15 خرداد",
    }
)
SPECIAL = "تعطیلی عمومی"


@dataclass(frozen=True, slots=True)
class Listed:
    """A holiday in the package's list; what is neither fixed in the solar year nor special follows the moon."""

    day: dt.date
    title: str

    @property
    def is_solar(self) -> bool:
        """Tell whether it falls on the same Jalali day each year."""
        return self.title in SOLAR

    @property
    def is_special(self) -> bool:
        """Tell whether it was decreed for that day alone."""
        return self.title.startswith(SPECIAL)

    @property
    def is_lunar(self) -> bool:
        """Tell whether it follows the moon: until it is announced, its day is an estimate."""
        return not self.is_solar and not self.is_special


@lru_cache(maxsize=8)
def listed(year: int) -> tuple[Listed, ...]:
    """Return the holidays of a Jalali year, in their order; two on one day stand apart."""
    import holidays  # noqa: PLC0415 -- slow to import, and not needed by most commands

    first, last = calendar.from_jalali(year, 1, 1), calendar.from_jalali(year, 12, calendar.month_length(year, 12))
    days = holidays.country_holidays("IR", language="fa_IR", years=[first.year, last.year])
    return tuple(
        Listed(day, title.replace(ESTIMATE, "").strip())
        for day, titles in sorted(days.items())
        if first <= day <= last
        for title in titles.split("; ")
    )
