"""The steps of a tender's calendar as a table: the soonest lawful day of each, the usual one, and why (Arts. 13-22)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tender_app.kernel import calendar
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_
from tender_app.regulation.days import ONE_DAY, WorkingCalendar
from tender_app.regulation.rules import Parameter
from tender_app.tenders import schedule
from tender_app.tenders.bid_period import BidPeriod, period_of
from tender_app.tenders.deciding import Law

Days = Mapping[str, dt.date]
PUBLISHED, LAST_ROUND, AWARD, GUARANTEE = "published", "last_round", "award_by", "guarantee_until"


@dataclass(frozen=True)
class Ground:
    """The law in force and the working days under which a tender is planned."""

    law: Law
    days: WorkingCalendar
    bytes_hours: int = 0
    is_international: bool = False

    def span(self, parameter: Parameter) -> dt.timedelta:
        """Return a period of the law."""
        return dt.timedelta(days=self.law[parameter])

    @property
    def bid_period(self) -> BidPeriod:
        """Return how long bids may be prepared at least."""
        return period_of(self.law, is_international=self.is_international)

    def ahead(self, day: dt.date, parameter: Parameter) -> dt.date:
        """Return the working day on which a period after a day is over."""
        return self.days.working(day + self.span(parameter))

    def back(self, day: dt.date, parameter: Parameter) -> dt.date:
        """Return the working day from which a period leads up to a day."""
        return self.days.working_before(day - self.span(parameter))

    def last_round(self, published: dt.date) -> dt.date:
        """Return the day of the last round of the notice, one working day each."""
        return self.days.after(published, max(self.law[Parameter.INSERTIONS] - 1, 0))

    def soonest_opening(self, closes: dt.date) -> dt.date:
        """Return the first day whose meeting hour comes after the time in which registered bytes may still arrive."""
        over = calendar.instant(closes, schedule.CLOSING_HOUR) + dt.timedelta(hours=self.bytes_hours)
        day = calendar.today(over)
        return day if calendar.instant(day, schedule.MEETING_HOUR) >= over else day + ONE_DAY

    def told(self, text: str, parameter: Parameter | None) -> str:
        """Return a reason with the number or the period of the law that it names."""
        number = persian_digits(self.law[parameter]) if parameter else ""
        return str(text).format(n=number, period=self.bid_period.told)


Reckon = Callable[[Ground, Days], dt.date]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: `least`, `usual` and `most` reckon from the days of the steps above it in the table.

    `because` says why not sooner, `why` why there, and `until` why not later.
    """

    name: str
    label: str
    least: Reckon
    because: str
    usual: Reckon
    why: str
    parameter: Parameter | None = None
    most: Reckon | None = None
    until: str = ""


AFTER_PRICES = N_("برنده پس از گشایش قیمت‌ها شناخته می‌شود (ماده ۲۰)")
STEPS = (
    Step(
        PUBLISHED,
        N_("نوبت نخست آگهی و انتشار"),
        lambda _g, _d: dt.date.min,
        "",
        lambda _g, d: d[PUBLISHED],
        N_("آغاز فراخوان؛ ماده ۱۳"),
    ),
    Step(
        LAST_ROUND,
        N_("نوبت آخر آگهی"),
        lambda g, d: d[PUBLISHED] + ONE_DAY * (g.law[Parameter.INSERTIONS] - 1),
        N_("نوبت‌های آگهی در روزهای جدا چاپ می‌شود (ماده ۱۳)"),
        lambda g, d: g.last_round(d[PUBLISHED]),
        N_("آگهی {n} نوبت در روزنامه چاپ می‌شود؛ ماده ۱۳"),
        Parameter.INSERTIONS,
    ),
    Step(
        "documents_until",
        schedule.STEPS["documents_until"],
        lambda _g, d: d[LAST_ROUND],
        N_("آگهی پیش از پایان دریافت اسناد چاپ می‌شود (ماده ۱۳)"),
        lambda g, d: max(d[LAST_ROUND], g.ahead(d[PUBLISHED], Parameter.DOCUMENT_DAYS)),
        N_("{n} روز برای دریافت اسناد؛ عرف"),
        Parameter.DOCUMENT_DAYS,
    ),
    Step(
        "closes_at",
        schedule.STEPS["closes_at"],
        lambda g, d: g.bid_period.after(d["documents_until"]),
        N_("دست‌کم {period} پس از پایان دریافت اسناد (ماده ۱۵ بند ب)"),
        lambda g, d: g.days.working(g.bid_period.after(d["documents_until"]) + ONE_DAY),
        N_("{period} کامل پس از پایان دریافت اسناد؛ ماده ۱۵ بند ب"),
    ),
    Step(
        "questions_until",
        schedule.STEPS["questions_until"],
        lambda _g, d: d["documents_until"],
        N_("پرسش پس از دریافت اسناد است (ماده ۱۷)"),
        lambda g, d: max(d["documents_until"], g.back(d["closes_at"], Parameter.QUESTION_DAYS)),
        N_("{n} روز پیش از پایان مهلت، تا پاسخ به همه برسد؛ ماده ۱۷ و عرف"),
        Parameter.QUESTION_DAYS,
        most=lambda _g, d: d["closes_at"] - ONE_DAY,
        until=N_("پرسش پیش از پایان مهلت تسلیم پایان می‌یابد (ماده ۱۷)"),
    ),
    Step(
        "opens_at",
        schedule.STEPS["opens_at"],
        lambda g, d: g.soonest_opening(d["closes_at"]),
        N_("پاکت‌ها پس از پایان مهلت و رسیدن همه آنها گشوده می‌شود (ماده ۱۸)"),
        lambda g, d: g.days.working(
            max(g.soonest_opening(d["closes_at"]), d["closes_at"] + g.span(Parameter.OPENING_DAYS))
        ),
        N_("{n} روز پس از پایان مهلت تسلیم؛ ماده ۱۸"),
        Parameter.OPENING_DAYS,
    ),
    Step(
        "prices_open_at",
        schedule.STEPS["prices_open_at"],
        lambda _g, d: d["opens_at"] + ONE_DAY,
        N_("ارزیابی فنی پیش از گشایش قیمت است (ماده ۱۹)"),
        lambda g, d: g.days.working(d["opens_at"] + max(ONE_DAY, g.span(Parameter.TECHNICAL_DAYS))),
        N_("{n} روز برای ارزیابی فنی؛ مواد ۱۸ و ۱۹"),
        Parameter.TECHNICAL_DAYS,
    ),
    Step(
        "contract_by",
        schedule.DAYS["contract_by"],
        lambda _g, d: d["prices_open_at"],
        AFTER_PRICES,
        lambda g, d: g.ahead(d["prices_open_at"], Parameter.CONTRACT_DAYS),
        N_("{n} روز پس از گشایش قیمت؛ ماده ۲۱ و عرف"),
        Parameter.CONTRACT_DAYS,
    ),
    Step(
        AWARD,
        N_("ابلاغ به برنده"),
        lambda _g, d: d["prices_open_at"],
        AFTER_PRICES,
        lambda g, d: min(d["contract_by"], g.ahead(d["prices_open_at"], Parameter.AWARD_DAYS)),
        N_("تا {n} روز پس از گشایش قیمت؛ ماده ۲۲ و عرف"),
        Parameter.AWARD_DAYS,
        most=lambda _g, d: d["contract_by"],
        until=N_("ابلاغ پیش از بستن قرارداد است (ماده ۲۲)"),
    ),
    Step(
        "valid_until",
        schedule.DAYS["valid_until"],
        lambda _g, d: d["contract_by"],
        N_("قرارداد پیش از پایان اعتبار پیشنهادها بسته می‌شود (ماده ۲۱)"),
        lambda g, d: g.days.working(max(d["closes_at"] + g.span(Parameter.VALIDITY_DAYS) + ONE_DAY, d["contract_by"])),
        N_("دست‌کم {n} روز پس از پایان مهلت و نه پیش از قرارداد؛ ماده ۲۱"),
        Parameter.VALIDITY_DAYS,
    ),
    Step(
        GUARANTEE,
        N_("پایان اعتبار تضمین‌ها"),
        lambda _g, d: d["valid_until"],
        N_("تضمین تا پایان اعتبار پیشنهادها معتبر است"),
        lambda _g, d: d["valid_until"],
        N_("همراه اعتبار پیشنهادها؛ با تمدید آن یک بار و به همان اندازه تمدید می‌شود، ماده ۲۱"),
    ),
)
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
LABELS: Mapping[str, str] = {step.name: step.label for step in STEPS}
