"""The forms of a cluster's steps: letters with their scans, reports, reasons."""

from typing import Any

from wtforms import FileField

from tender_app.clusters.papers import Scan
from tender_app.clusters.rules import Letter
from tender_app.clusters.step_rules import Answer, Body, Report, Request, Why
from tender_app.kernel.words import N_
from tender_app.web.fields import Day, Line, PersianForm, Prose, optional, required, up_to

SCAN = N_("PDF، PNG یا JPG، تا ۲۰ مگابایت؛ اگر صفحه با خطا برگشت، پرونده را دوباره برگزینید.")
DAY = N_("مانند ۱۴۰۵/۰۷/۱۲")
NUMBER = N_("شماره نامه را بنویسید.")


class Attached(FileField):
    """A file that must come with the form; the view receives it."""

    def __init__(self, label: str, **kw: Any) -> None:
        super().__init__(label, **kw)
        self.flags.required = True


class LetterForm(PersianForm):
    """Number, day and scan of a letter."""

    number = Line(N_("شماره نامه"), [required(NUMBER), up_to(60)])
    day = Day(N_("تاریخ نامه"), description=DAY)
    note = Prose(N_("یادداشت"), [optional(), up_to(400)], description=N_("فقط کارکنان سازمان می‌بینند."))
    file = Attached(N_("تصویر نامه"), description=SCAN)

    def value(self, scan: Scan) -> Letter:
        """Return the letter."""
        return Letter(self.number.data, self.day.data, self.note.data or "", scan)


class ReportForm(PersianForm):
    """A report of a study."""

    author = Line(
        N_("تهیه‌کننده گزارش"), [required(N_("نام شخص یا گروهی را بنویسید که گزارش را نوشته است.")), up_to(120)]
    )
    number = Line(N_("شماره گزارش"), [required(N_("شماره گزارش را بنویسید.")), up_to(60)])
    day = Day(N_("تاریخ گزارش"), description=DAY)
    findings = Prose(
        N_("یافته‌ها"),
        [required(N_("یافته‌ها را در چند جمله بنویسید.")), up_to(4000)],
        description=N_("چرا این خوشه برای توسعه مناسب است یا نیست، و گلوگاه‌های آن."),
    )
    file = Attached(N_("پرونده گزارش"), description=SCAN)

    def value(self, scan: Scan) -> Report:
        """Return the report."""
        return Report(self.author.data, self.number.data, self.day.data, self.findings.data, scan)


class WhyForm(PersianForm):
    """Why a report goes back."""

    reason = Prose(N_("دلیل"), [required(N_("دلیل را بنویسید تا کارشناس بداند چه را اصلاح کند.")), up_to(1000)])

    def value(self) -> Why:
        """Return the reason."""
        return Why(self.reason.data)


class RequestForm(PersianForm):
    """The letter that asks for an approval."""

    number = Line(N_("شماره نامه درخواست"), [required(NUMBER), up_to(60)])
    day = Day(N_("تاریخ نامه درخواست"), description=DAY)
    file = Attached(N_("تصویر نامه درخواست"), description=SCAN)

    def value(self, cluster: object, body: Body, scan: Scan) -> Request:
        """Return the request."""
        return Request(cluster, body, self.number.data, self.day.data, scan)


class GrantForm(PersianForm):
    """The letter that grants an approval."""

    number = Line(N_("شماره نامه پاسخ"), [required(NUMBER), up_to(60)])
    day = Day(N_("تاریخ نامه پاسخ"), description=DAY)
    file = Attached(N_("تصویر نامه پاسخ"), description=SCAN)

    def value(self, scan: Scan) -> Answer:
        """Return the answer."""
        return Answer(self.number.data, self.day.data, scan)


class RefusalForm(GrantForm):
    """The letter that refuses an approval, with its reason."""

    reason = Prose(N_("دلیل رد"), [required(N_("دلیل رد را بنویسید.")), up_to(1000)])

    def value(self, scan: Scan) -> Answer:
        """Return the answer."""
        return Answer(self.number.data, self.day.data, scan, self.reason.data)
