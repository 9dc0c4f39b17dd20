"""The words that several lives share: who acts, where a capacity is held, what may be seen."""

from enum import StrEnum
from typing import Self

from tender_app.kernel.words import _


class Named(StrEnum):
    """A word of the law with the Persian name that people read."""

    persian: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep `value` for the database and its Persian name for the page."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.persian = label
        return word

    @property
    def label(self) -> str:
        """Return its name in the language in force."""
        return _(self.persian)


class Role(Named):
    """A capacity in which a person acts on a case."""

    ANYONE = "anyone", "همگان"
    PERSON = "person", "خود شخص"
    ADMIN = "admin", "راهبر سامانه"
    OFFICER = "officer", "کارشناس"
    MANAGER = "manager", "مدیرعامل"
    SECRETARY = "secretary", "دبیر کمیسیون"
    HEAD = "commission_head", "رئیس کمیسیون"
    FINANCE = "commission_finance", "عضو مالی کمیسیون"
    TECHNICAL = "commission_technical", "عضو فنی کمیسیون"
    EVALUATOR = "evaluator", "ارزیاب"
    FIRM = "firm", "شرکت پیشنهاددهنده"
    AUDITOR = "auditor", "حسابرس"
    OBSERVER = "observer", "ناظر"


COMMISSION = frozenset({Role.HEAD, Role.FINANCE, Role.TECHNICAL})


class Scope(StrEnum):
    """Where a capacity is held."""

    INSTALLATION = "installation"
    ORGANISATION = "organisation"
    TENDER = "tender"
    FIRM = "firm"
    PERSON = "person"


class Sight(Named):
    """Something about a case that not everyone may see at every moment."""

    PAGE = "page", "صفحه پرونده"
    WORK = "work", "صفحه کار"
    OWN = "own", "پرونده خود"
    BIDDERS = "bidders", "نام پیشنهاددهندگان"
    GUARANTEE = "guarantee", "پاکت الف"
    TECHNICAL = "technical", "پاکت ب"
    SCORES = "scores", "امتیازها"
    CONFLICTS = "conflicts", "هشدارهای تعارض منافع"
    PRICES = "prices", "قیمت‌ها"
    RESULT = "result", "نتیجه"
    LIVE = "live", "صفحه زنده جلسه"
    LIVE_PRICES = "live_prices", "قیمت‌های خوانده‌شده در جلسه"
    PRICE_ADVICE = "price_advice", "سنجش دامنه قیمت‌ها"
    DEBRIEFS = "debriefs", "کارنامه پیشنهادهای دیگران"
    LEDGER = "ledger", "دفتر رویدادها"
    ACCESS = "access", "بازدید پرونده‌ها"
    CASE_FILE = "case_file", "پرونده حسابرسی"
