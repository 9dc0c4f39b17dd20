"""The days of a tender: in which order they come, what is wrong with them, and what to propose (Arts. 13, 15, 18, 21)."""

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.regulation.days import WorkingCalendar
from tender_app.regulation.rules import Parameter
from tender_app.tenders.bid_period import BidPeriod, period_of

OLDEST_ROUND = dt.timedelta(days=365)
ONE_DAY = dt.timedelta(days=1)
CLOSING_HOUR, MEETING_HOUR = dt.time(14), dt.time(10)
STEPS = {
    "documents_until": N_("پایان دریافت اسناد"),
    "questions_until": N_("پایان مهلت پرسش"),
    "closes_at": N_("پایان مهلت تسلیم پیشنهاد"),
    "opens_at": N_("گشایش پاکت‌های الف و ب"),
    "prices_open_at": N_("گشایش پاکت‌های ج"),
}
DAYS = {"contract_by": N_("آخرین روز بستن قرارداد"), "valid_until": N_("پایان اعتبار پیشنهادها")}
PUBLISHED = N_("انتشار")
TOGETHER = {("documents_until", "questions_until"), ("closes_at", "opens_at")}  # these two may be one moment


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong or missing, and the field in which it is mended."""

    field: str
    text: str


def faults(values: Mapping[str, Any], now: dt.datetime, law: Mapping[Parameter, Any]) -> list[Fault]:
    """Return what contradicts itself, the law or the present in the days that are given; absent ones are passed over.

    `law` holds the values in force on the day that decides; `values` tells whether the tender is international.
    """
    steps = {name: values[name] for name in STEPS if values.get(name) is not None}
    return [
        *_past(steps, now),
        *_order(steps),
        *_time_for_bids(steps, period_of(law, is_international=bool(values.get("is_international")))),
        *_window(values),
        *_last_days(values),
    ]


def window_fault(values: Mapping[str, Any]) -> str | None:
    """Return why envelopes would be opened while bytes may still come, or None."""
    return next((fault.text for fault in _window(values)), None)


def absent(values: Mapping[str, Any]) -> list[str]:
    """Return the labels of the days that are not given."""
    return [label for name, label in (STEPS | DAYS).items() if values.get(name) is None]


def round_fault(day: dt.date, documents_until: dt.datetime | None, today: dt.date) -> str | None:
    """Return what is wrong with the day of a round of the notice: it calls for documents that can still be had."""
    if day < today - OLDEST_ROUND:
        return _("این روز بیش از یک سال پیش است؛ روز چاپ همین آگهی را بنویسید.")
    if documents_until is not None and day > calendar.today(documents_until):
        until = calendar.long_date(calendar.today(documents_until))
        return _("این روز پس از پایان دریافت اسناد ({until}) است؛ آگهی پیش از آن چاپ می‌شود.").format(until=until)
    return None


def warnings(values: Mapping[str, Any], days: WorkingCalendar, law: Mapping[Parameter, Any]) -> list[str]:
    """Return what is lawful but unwise: a short validity (R11), a closed day, a day about the new year (domain.md §8.5)."""
    names = STEPS | DAYS
    given = {name: day_of(values[name]) for name in names if values.get(name) is not None}
    told = [text for name, day in given.items() for text in _unwise(names[name], day, days, law)]
    least = law[Parameter.VALIDITY_DAYS]
    if {"closes_at", "valid_until"} <= given.keys() and (given["valid_until"] - given["closes_at"]).days < least:
        told.append(
            persian_digits(
                _("اعتبار پیشنهادها کمتر از {least} روز پس از پایان مهلت است؛ رایج {least} روز است.").format(
                    least=least
                )
            )
        )
    return told


def proposed(
    day: dt.date, days: WorkingCalendar, law: Mapping[Parameter, Any], *, is_international: bool = False
) -> dict[str, dt.datetime | dt.date]:
    """Return a lawful schedule for a tender that is published about `day`; every day falls on a working day."""
    documents = days.working(day + _span(law, Parameter.DOCUMENT_DAYS))
    closes = days.working(period_of(law, is_international=is_international).after(documents) + ONE_DAY)
    questions = max(documents, days.working_before(closes - _span(law, Parameter.QUESTION_DAYS)))
    opens = days.working(closes + _span(law, Parameter.OPENING_DAYS))
    prices = days.working(max(opens + _span(law, Parameter.TECHNICAL_DAYS), opens + ONE_DAY))
    contract = days.working(prices + _span(law, Parameter.CONTRACT_DAYS))
    return {
        "documents_until": calendar.instant(documents, CLOSING_HOUR),
        "questions_until": calendar.instant(questions, CLOSING_HOUR),
        "closes_at": calendar.instant(closes, CLOSING_HOUR),
        "opens_at": calendar.instant(opens, MEETING_HOUR),
        "prices_open_at": calendar.instant(prices, MEETING_HOUR),
        "contract_by": contract,
        "valid_until": days.working(max(closes + _span(law, Parameter.VALIDITY_DAYS) + ONE_DAY, contract)),
    }


def day_of(value: dt.date | dt.datetime) -> dt.date:
    """Return the day in Tehran of a date or an instant."""
    return calendar.today(value) if isinstance(value, dt.datetime) else value


def is_about_new_year(day: dt.date, law: Mapping[Parameter, Any]) -> bool:
    """Tell whether a day lies in the last days of a Jalali year or the first of the next, when little is done."""
    _unused, month, number = calendar.to_jalali(day)
    last, first = law[Parameter.NEW_YEAR_FROM], law[Parameter.NEW_YEAR_UNTIL]
    return (month == calendar.YEAR_MONTHS and number >= last) or (month == 1 and number <= first)


def _unwise(name: str, day: dt.date, days: WorkingCalendar, law: Mapping[Parameter, Any]) -> list[str]:
    told, shown = [], calendar.long_date(day)
    if days.is_closed(day):
        told.append(_("«{name}» در روز تعطیل است ({day}: {why}).").format(name=name, day=shown, why=days.why(day)))
    if is_about_new_year(day, law):
        told.append(_("«{name}» در روزهای پایان و آغاز سال است ({day}).").format(name=name, day=shown))
    return told


def _span(law: Mapping[Parameter, Any], parameter: Parameter) -> dt.timedelta:
    return dt.timedelta(days=law[parameter])


def _past(steps: Mapping[str, dt.datetime], now: dt.datetime) -> list[Fault]:
    return [
        Fault(name, _("«{name}» در گذشته است؛ زمانی پس از انتشار مناقصه بنویسید.").format(name=STEPS[name]))
        for name, at in steps.items()
        if at <= now
    ]


def _order(steps: Mapping[str, dt.datetime]) -> list[Fault]:
    return [
        Fault(after, _("«{after}» باید پس از «{before}» باشد.").format(after=STEPS[after], before=STEPS[before]))
        for (before, one), (after, other) in itertools.pairwise(steps.items())
        if other < one or (other == one and (before, after) not in TOGETHER)
    ]


def _time_for_bids(steps: Mapping[str, dt.datetime], period: BidPeriod) -> list[Fault]:
    begins, ends = steps.get("documents_until"), steps.get("closes_at")
    if begins is None or ends is None or ends < begins or ends >= period.over(begins):
        return []
    text = _(
        "از پایان دریافت اسناد تا پایان مهلت تسلیم باید دست‌کم {least} باشد (ماده ۱۵)؛ زودترین زمان {soonest} است."
    ).format(soonest=calendar.moment(period.over(begins)), least=period.told)
    return [Fault("closes_at", text)]


def _window(values: Mapping[str, Any]) -> list[Fault]:
    """Hold the opening behind the time in which bytes may still come whose digest was registered."""
    closes, opens, hours = (values.get(name) for name in ("closes_at", "opens_at", "bytes_hours"))
    if closes is None or opens is None or not hours or opens >= closes + dt.timedelta(hours=hours):
        return []
    text = _(
        "پاکت‌های ثبت‌شده تا {until} می‌رسند؛ «{opening}» نمی‌تواند پیش از آن باشد. آن را دیرتر بگذارید یا این مهلت را "
        "کوتاه‌تر کنید."
    ).format(until=calendar.moment(closes + dt.timedelta(hours=hours)), opening=STEPS["opens_at"])
    return [Fault("opens_at", text)]


def _last_days(values: Mapping[str, Any]) -> list[Fault]:
    prices, contract, valid = (values.get(name) for name in ("prices_open_at", "contract_by", "valid_until"))
    found = []
    if prices is not None and contract is not None and contract < calendar.today(prices):
        found.append(Fault("contract_by", _("آخرین روز بستن قرارداد نمی‌تواند پیش از گشایش پاکت‌های ج باشد.")))
    if contract is not None and valid is not None and valid < contract:
        found.append(Fault("valid_until", _("اعتبار پیشنهادها باید تا آخرین روز بستن قرارداد بماند (ماده ۲۱).")))
    return found
