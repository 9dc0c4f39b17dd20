"""The parameters of the law: what each is, its unit and article, its bounds, and the value before any decree is entered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tender_app.kernel import calendar, money
from tender_app.kernel.persian import decimal_text
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_, _


class Kind(Named):
    """What kind of value a parameter has, and with it its type in code."""

    WHOLE = "whole", "عدد درست"  # int
    DECIMAL = "decimal", "عدد"  # Decimal
    RIAL = "rial", "مبلغ"  # money.Rial
    WEEKDAYS = "weekdays", "روزهای هفته"  # frozenset of int, as date.weekday() counts
    YES_NO = "yes_no", "آری یا نه"  # bool


class Group(Named):
    """Under which heading a parameter stands."""

    SIZE = "size", "نصاب معاملات"
    TIMES = "times", "مهلت‌ها"
    SECURITIES = "securities", "تضمین‌ها"
    HAIRCUTS = "haircuts", "ارزش تضمین‌ها"
    EVALUATION = "evaluation", "ارزیابی"
    CONTRACT = "contract", "قرارداد و کسورات"
    DAYS = "days", "روزهای کاری"
    CHECKS = "checks", "بررسی‌های مشورتی"


class Parameter(Named):
    """A number of the law that changes by decree or is left to the client; `TABLE` says what each is."""

    SMALL_CEILING = "small_ceiling", "سقف معاملات کوچک"
    MEDIUM_CEILING = "medium_ceiling", "سقف معاملات متوسط"
    NOTICE_LEAD = "notice_lead", "فاصله پیشنهادی تا انتشار"
    INSERTIONS = "insertions", "کمترین نوبت آگهی روزنامه"
    DOCUMENT_DAYS = "document_days", "زمان پیشنهادی دریافت اسناد"
    BID_DAYS = "bid_days", "کمترین مهلت تسلیم، مناقصه داخلی"
    BID_MONTHS_INTERNATIONAL = "bid_months_international", "کمترین مهلت تسلیم، مناقصه بین‌المللی"
    QUESTION_DAYS = "question_days", "فاصله پایان پرسش‌ها تا پایان مهلت تسلیم"
    ADDENDUM_DAYS = "addendum_days", "کمترین زمان پس از الحاقیه تا پایان مهلت تسلیم"
    CURE_DAYS = "cure_days", "مهلت رفع نقص مدارک"
    OPENING_DAYS = "opening_days", "فاصله پیشنهادی پایان مهلت تا گشایش"
    TECHNICAL_DAYS = "technical_days", "زمان پیشنهادی ارزیابی فنی"
    ANALYSIS_DAYS = "analysis_days", "بیشترین زمان بررسی قیمت‌ها در کمیته"
    VALIDITY_DAYS = "validity_days", "اعتبار رایج پیشنهادها"
    AWARD_DAYS = "award_days", "مهلت پیشنهادی ابلاغ به برنده"
    CONTRACT_DAYS = "contract_days", "مهلت پیشنهادی بستن قرارداد"
    COMPLAINT_DAYS = "complaint_days", "مهلت پاسخ دستگاه به شکایت"
    BOARD_DAYS = "board_days", "مهلت رأی هیأت رسیدگی به شکایات"
    OBJECTION_MONTHS = "objection_months", "مهلت اعتراض پس از پایان اعتبار پیشنهادها"
    INVITED = "invited", "کمترین شمار دعوت‌شدگان مناقصه محدود"
    BID_SECURITY = "bid_security", "تضمین شرکت در فرآیند ارجاع کار"
    PERFORMANCE_SECURITY = "performance_security", "تضمین انجام تعهدات"
    HAIRCUT_BANK = "haircut_bank", "ضمانت‌نامه بانکی"
    HAIRCUT_CASH = "haircut_cash", "رسید واریز نقدی"
    HAIRCUT_INSURER = "haircut_insurer", "ضمانت‌نامه بیمه"
    HAIRCUT_NOTE = "haircut_note", "سفته"
    HAIRCUT_RECEIVABLE = "haircut_receivable", "گواهی خالص مطالبات"
    HAIRCUT_BONDS = "haircut_bonds", "اوراق مشارکت"
    HAIRCUT_MORTGAGE = "haircut_mortgage", "رهن ملک"
    HAIRCUT_FUND = "haircut_fund", "ضمانت‌نامه صندوق‌ها"
    IMPACT_LEAST = "impact_least", "کمترین ضریب تأثیر، قانون مناقصات"
    IMPACT_MOST = "impact_most", "بیشترین ضریب تأثیر، قانون مناقصات"
    IMPACT_LEAST_CONSULTING = "impact_least_consulting", "کمترین ضریب تأثیر، خرید خدمات مشاوره"
    IMPACT_MOST_CONSULTING = "impact_most_consulting", "بیشترین ضریب تأثیر، خرید خدمات مشاوره"
    MINIMUM_SCORE = "minimum_score", "حداقل امتیاز فنی پیشنهادی"
    MINIMUM_SCORE_LEAST = "minimum_score_least", "حداقل امتیاز فنی رایج، از"
    MINIMUM_SCORE_MOST = "minimum_score_most", "حداقل امتیاز فنی رایج، تا"
    EVALUATORS = "evaluators", "کمترین شمار ارزیابان"
    DEVIATION = "deviation", "اختلاف ارزیابان که دلیل می‌خواهد"
    TIE_YEARS = "tie_years", "سال‌هایی که رابطه پایان‌یافته هنوز تعارض منافع است"
    INTERVIEW_MINUTES = "interview_minutes", "کمترین زمان هر مصاحبه"
    INTERVIEW_PRESENCE = "interview_presence", "کمترین حضور ارزیاب در مصاحبه برای امتیاز دادن"
    RETENTION = "retention", "سپرده حسن انجام کار"
    INSURANCE = "insurance", "سپرده بیمه تأمین اجتماعی"
    VAT = "vat", "مالیات بر ارزش افزوده"
    ADVANCE_MOST = "advance_most", "بیشترین پیش‌پرداخت"
    CHANGE_MOST = "change_most", "بیشترین افزایش یا کاهش قرارداد"
    DELAY_WEEKLY = "delay_weekly", "جریمه هر هفته تأخیر"
    DELAY_MOST = "delay_most", "بیشترین جریمه تأخیر"
    STUDY_MONTHS = "study_months", "مهلت مطالعه شناختی"
    VISIT_MONTHS_STUDY = "visit_months_study", "فاصله بازدیدهای ناظر در دوره مطالعه"
    VISIT_MONTHS_LATER = "visit_months_later", "فاصله بازدیدهای ناظر پس از مطالعه"
    SPLIT_MONTHS = "split_months", "دوره‌ای که خریدهای دیگر آن برای خرد نشدن معامله دیده می‌شود"
    WEEKEND = "weekend", "روزهای تعطیل هفته"
    NEW_YEAR_FROM = "new_year_from", "آغاز روزهای پایان سال که هشدار دارد"
    NEW_YEAR_UNTIL = "new_year_until", "پایان روزهای آغاز سال که هشدار دارد"
    PRICE_RANGE = "price_range", "بررسی مشورتی دامنه قیمت‌های متناسب"
    PRICE_WARNING = "price_warning", "قیمتی که درباره آن نظر کمیته پرسیده می‌شود، از"
    LOW_PRICE_ESTIMATE = "low_price_estimate", "قیمتی که درباره آن توضیح خواسته می‌شود، زیر برآورد"
    LOW_PRICE_OTHERS = "low_price_others", "قیمتی که درباره آن توضیح خواسته می‌شود، زیر میانگین دیگران"
    EXPLANATION_DAYS = "explanation_days", "کمترین مهلت توضیح قیمت"
    HEAD_REPRESENTED = "head_represented", "نماینده رئیس دستگاه در مناقصه دومرحله‌ای"

    @property
    def terms(self) -> "Terms":
        """Return what it is."""
        return TABLE[self]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a parameter is: `default` holds where no decree is entered; `least` and `most` bound what may be."""

    group: Group
    kind: Kind
    unit: str
    article: str
    default: Any
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(100)


DAY, WORKING_DAY, MONTH, PERCENT, NUMBER = N_("روز"), N_("روز کاری"), N_("ماه"), N_("درصد"), N_("عدد")
YEAR = N_("سال")
RIAL, TIMES, SCORE = N_("ریال"), N_("نوبت"), N_("امتیاز از ۱۰۰")
PRACTICE = N_("عرف؛ قانون ساکت است")
BYLAW = N_("آیین‌نامه تضمین ۱۳۹۴، ماده ۴")
SECURITIES = N_("آیین‌نامه تضمین ۱۳۹۴")
RANGE = N_("آیین‌نامه بند ج ماده ۱۲؛ تأییدنشده")
CONSULTING = N_("آیین‌نامه خرید خدمات مشاوره؛ تأییدنشده")
LOW_PRICE = N_("ماده ۲۰ بند ب؛ عدد آن عرف است")
CLUSTERS = N_("دستورالعمل‌های خوشه‌ای سازمان")
MOST_RIAL = Decimal(money.MOST - 1)
MOST_DAYS = Decimal(400)
THURSDAY_AND_FRIDAY = frozenset({calendar.THURSDAY, calendar.FRIDAY})


def _days(default: int, article: str, unit: str = DAY, group: Group = Group.TIMES) -> Terms:
    return Terms(group, Kind.WHOLE, unit, article, default, most=MOST_DAYS)


def _percent(group: Group, default: str, article: str) -> Terms:
    return Terms(group, Kind.DECIMAL, PERCENT, article, Decimal(default))


def _impact(default: str, article: str) -> Terms:
    return Terms(Group.EVALUATION, Kind.DECIMAL, NUMBER, article, Decimal(default), most=Decimal(1))


def _score(default: int, article: str) -> Terms:
    return Terms(Group.EVALUATION, Kind.DECIMAL, SCORE, article, Decimal(default))


def _count(group: Group, default: int, unit: str, article: str, *, most: int = 30) -> Terms:
    return Terms(group, Kind.WHOLE, unit, article, default, Decimal(1), Decimal(most))


P = Parameter
TABLE: Mapping[Parameter, Terms] = {
    P.SMALL_CEILING: Terms(Group.SIZE, Kind.RIAL, RIAL, N_("ماده ۳"), money.Rial(2_850_000_000), most=MOST_RIAL),
    P.MEDIUM_CEILING: Terms(Group.SIZE, Kind.RIAL, RIAL, N_("ماده ۳"), money.Rial(28_500_000_000), most=MOST_RIAL),
    P.NOTICE_LEAD: _days(7, PRACTICE),
    P.INSERTIONS: _count(Group.TIMES, 2, TIMES, N_("ماده ۱۳")),
    P.DOCUMENT_DAYS: _days(10, PRACTICE),
    P.BID_DAYS: _days(10, N_("ماده ۱۵ بند ب")),
    P.BID_MONTHS_INTERNATIONAL: _days(1, N_("ماده ۱۵ بند ب"), MONTH),
    P.QUESTION_DAYS: _days(4, PRACTICE),
    P.ADDENDUM_DAYS: _days(5, N_("ماده ۱۷؛ شمار روزها عرف است")),
    P.CURE_DAYS: _days(3, N_("ماده ۶ بند ب؛ شمار روزها عرف است"), WORKING_DAY),
    P.OPENING_DAYS: _days(1, PRACTICE),
    P.TECHNICAL_DAYS: _days(10, N_("ماده ۱۹ بند ب؛ با کمیسیون")),
    P.ANALYSIS_DAYS: _days(14, N_("ماده ۲۰ بند ب")),
    P.VALIDITY_DAYS: _days(90, N_("ماده ۲۱؛ شمار روزها عرف است")),
    P.AWARD_DAYS: _days(7, N_("ماده ۲۲؛ شمار روزها عرف است")),
    P.CONTRACT_DAYS: _days(30, N_("ماده ۲۱؛ شمار روزها عرف است")),
    P.COMPLAINT_DAYS: _days(15, N_("ماده ۲۵ بند ب"), WORKING_DAY),
    P.BOARD_DAYS: _days(15, N_("ماده ۲۵ بند ج")),
    P.OBJECTION_MONTHS: _days(1, N_("ماده ۸ تبصره ۱"), MONTH),
    P.INVITED: _count(Group.TIMES, 3, N_("شرکت"), N_("مواد ۱۲ و ۲۷")),
    P.BID_SECURITY: _percent(Group.SECURITIES, "5", SECURITIES),
    P.PERFORMANCE_SECURITY: _percent(Group.SECURITIES, "10", SECURITIES),
    P.HAIRCUT_BANK: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.HAIRCUT_CASH: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.HAIRCUT_INSURER: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.HAIRCUT_NOTE: _percent(Group.HAIRCUTS, "80", BYLAW),
    P.HAIRCUT_RECEIVABLE: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.HAIRCUT_BONDS: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.HAIRCUT_MORTGAGE: _percent(Group.HAIRCUTS, "85", BYLAW),
    P.HAIRCUT_FUND: _percent(Group.HAIRCUTS, "100", BYLAW),
    P.IMPACT_LEAST: _impact("0.1", RANGE),
    P.IMPACT_MOST: _impact("0.4", RANGE),
    P.IMPACT_LEAST_CONSULTING: _impact("0.1", CONSULTING),
    P.IMPACT_MOST_CONSULTING: _impact("0.9", CONSULTING),
    P.MINIMUM_SCORE: _score(65, PRACTICE),
    P.MINIMUM_SCORE_LEAST: _score(60, PRACTICE),
    P.MINIMUM_SCORE_MOST: _score(70, PRACTICE),
    P.EVALUATORS: _count(Group.EVALUATION, 3, N_("نفر"), N_("ماده ۲ بند د")),
    P.DEVIATION: _score(20, PRACTICE),
    P.TIE_YEARS: _count(Group.EVALUATION, 3, YEAR, PRACTICE),
    P.INTERVIEW_MINUTES: _count(Group.EVALUATION, 30, N_("دقیقه"), PRACTICE, most=480),
    P.INTERVIEW_PRESENCE: _percent(Group.EVALUATION, "80", PRACTICE),
    P.RETENTION: _percent(Group.CONTRACT, "10", SECURITIES),
    P.INSURANCE: _percent(Group.CONTRACT, "5", N_("قانون تأمین اجتماعی، ماده ۳۸")),
    P.VAT: _percent(Group.CONTRACT, "10", N_("قانون مالیات بر ارزش افزوده")),
    P.ADVANCE_MOST: _percent(Group.CONTRACT, "25", SECURITIES),
    P.CHANGE_MOST: _percent(Group.CONTRACT, "25", PRACTICE),
    P.DELAY_WEEKLY: _percent(Group.CONTRACT, "0.5", PRACTICE),
    P.DELAY_MOST: _percent(Group.CONTRACT, "10", PRACTICE),
    P.STUDY_MONTHS: _count(Group.CONTRACT, 4, MONTH, CLUSTERS, most=24),
    P.VISIT_MONTHS_STUDY: _count(Group.CONTRACT, 1, MONTH, CLUSTERS, most=24),
    P.VISIT_MONTHS_LATER: _count(Group.CONTRACT, 2, MONTH, CLUSTERS, most=24),
    P.SPLIT_MONTHS: _count(Group.SIZE, 12, MONTH, N_("تبصره ۳ ماده ۳؛ قانون دوره‌ای نام نمی‌برد"), most=60),
    P.WEEKEND: Terms(
        Group.DAYS,
        Kind.WEEKDAYS,
        N_("روز هفته"),
        N_("قانون مدیریت خدمات کشوری، ماده ۸۷"),
        THURSDAY_AND_FRIDAY,
    ),
    P.NEW_YEAR_FROM: _count(Group.DAYS, 25, N_("اسفند"), PRACTICE),
    P.NEW_YEAR_UNTIL: _count(Group.DAYS, 14, N_("فروردین"), PRACTICE),
    P.PRICE_RANGE: Terms(Group.CHECKS, Kind.YES_NO, "", N_("بخشنامه ۹۴/۲۵۸۰۴؛ برای خدمات الزامی نیست"), default=False),
    P.PRICE_WARNING: Terms(
        Group.CHECKS, Kind.DECIMAL, N_("درصد برآورد"), N_("ماده ۲۰ بند ب"), Decimal(120), Decimal(100), Decimal(1000)
    ),
    P.LOW_PRICE_ESTIMATE: _percent(Group.CHECKS, "25", LOW_PRICE),
    P.LOW_PRICE_OTHERS: _percent(Group.CHECKS, "20", LOW_PRICE),
    P.EXPLANATION_DAYS: _days(3, LOW_PRICE, WORKING_DAY),
    P.HEAD_REPRESENTED: Terms(Group.EVALUATION, Kind.YES_NO, "", N_("ماده ۵ بند الف"), default=False),
}


def read(parameter: Parameter, text: str) -> Any:
    """Return the value that a stored text means, of the type that the parameter's kind names."""
    match parameter.terms.kind:
        case Kind.WHOLE:
            return int(text)
        case Kind.DECIMAL:
            return Decimal(text)
        case Kind.RIAL:
            return money.Rial(int(text))
        case Kind.WEEKDAYS:
            return frozenset(int(day) for day in text.split(",") if day)
        case Kind.YES_NO:
            return text == "yes"


def stored(value: Any) -> str:
    """Return the text in which a value is kept, the same for equal values."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ",".join(str(day) for day in sorted(value))
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def shown(parameter: Parameter, value: Any) -> str:
    """Return a value with its unit, as people read it."""
    kind, unit = parameter.terms.kind, str(parameter.terms.unit)
    if kind is Kind.YES_NO:
        return _("روشن") if value else _("خاموش")
    if kind is Kind.WEEKDAYS:
        return weekdays(value)
    told = money.grouped(value) if kind is Kind.RIAL else decimal_text(Decimal(value))
    return f"{told} {unit}"


def weekdays(days: frozenset[int]) -> str:
    """Return days of the week by name, in the order of the Persian week."""
    ordered = sorted(days, key=lambda day: (day - calendar.SATURDAY) % 7)
    return _(" و ").join(calendar.WEEKDAYS[day] for day in ordered) or _("هیچ روز")


def fault(parameter: Parameter, value: Any) -> str | None:
    """Return why a value cannot be that of the parameter, or None."""
    terms = parameter.terms
    if terms.kind is Kind.WEEKDAYS:
        return None if len(value) <= 3 else _("بیش از سه روز هفته تعطیل نمی‌شود.")  # noqa: PLR2004
    if terms.kind is Kind.YES_NO or terms.least <= Decimal(value) <= terms.most:
        return None
    bounds = (
        money.grouped(int(bound)) if terms.kind is Kind.RIAL else decimal_text(bound)
        for bound in (terms.least, terms.most)
    )
    return _("مقدار باید میان {least} و {most} باشد.").format(**dict(zip(("least", "most"), bounds, strict=True)))


class SettingState(Named):
    """Where a dated value stands; whether it is past, in force or coming follows from its date."""

    STANDING = "standing", "ثبت‌شده"
    WITHDRAWN = "withdrawn", "پس‌گرفته"


class SettingAct(Named):
    """What is done with a dated value."""

    ENACT = "enact", "ثبت مقدار تازه"
    WITHDRAW = "withdraw", "پس گرفتن مقدار"


@dataclass(frozen=True, slots=True)
class Enacted:
    """A value from a day on, with the decree that says so."""

    parameter: Parameter
    value: Any
    effective_from: dt.date
    decree_no: str = ""
    decree_date: dt.date | None = None
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Keep all of it."""
        return {
            "parameter": self.parameter.value,
            "value": stored(self.value),
            "effective_from": self.effective_from.isoformat(),
            "decree_no": self.decree_no,
            "decree_date": self.decree_date.isoformat() if self.decree_date else "",
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Why:
    """The reason for taking something back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A dated value as it is looked up: from which day it holds, and from when to when it was known."""

    parameter: Parameter
    value: Any
    effective_from: dt.date
    known_from: dt.datetime
    known_until: dt.datetime | None = None

    def is_known(self, at: dt.datetime) -> bool:
        """Tell whether it was entered, and not yet taken back, at an instant."""
        return self.known_from <= at and (self.known_until is None or at < self.known_until)


DEFAULTS: Mapping[Parameter, Any] = {parameter: terms.default for parameter, terms in TABLE.items()}


def values_of(rows: Sequence[Row], on: dt.date, known_at: dt.datetime) -> dict[Parameter, Any]:
    """Return every parameter's value on a day, as it was known at an instant; later rows supersede earlier ones.

    `rows` are in the order of their day, then of their entering.
    """
    return {**DEFAULTS, **{r.parameter: r.value for r in rows if r.effective_from <= on and r.is_known(known_at)}}
