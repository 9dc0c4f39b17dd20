"""The forms of an addendum: what it explains and changes, beside what stands."""

from typing import Any

from wtforms import HiddenField

from tender_app.kernel.words import N_
from tender_app.tenders.addenda_rules import CHANGEABLE, INSTANTS, NUMBERS, TEXTS, Revision, lines
from tender_app.tenders.models import Tender
from tender_app.tenders.schedule import Fault
from tender_app.web.fields import (
    BooleanField,
    Count,
    Day,
    Line,
    Moment,
    Money,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)


class AddendumForm(PersianForm):
    """An addendum: its reason, its explanation, and every fact that it may change, filled with what stands."""

    edition = HiddenField()
    reason = Prose(N_("دلیل الحاقیه"), [required(N_("دلیل را بنویسید؛ همه آن را می‌خوانند.")), up_to(1000)])
    text = Prose(N_("توضیح"), [optional(), up_to(8000)], description=N_("آنچه روشن می‌شود، بی آن که شرطی عوض شود."))
    is_material = BooleanField(
        N_("شرایط را عوض می‌کند"),
        description=N_("اگر مقداری یا سندی عوض شود، همیشه چنین است و مهلت قانونی باید بماند."),
    )
    subject = Prose(N_("موضوع و شرح کار"), [optional(), up_to(8000)])
    terms = Prose(N_("شرح خدمات عامل"), [optional(), up_to(12000)])
    guarantee = Money(N_("مبلغ تضمین (ریال)"), [optional()])
    minimum_bids = Count(N_("کمترین شمار پیشنهادها"), [optional()], least="1", most="9")
    opening_place = Line(N_("محل گشایش پاکت‌ها"), [optional(), up_to(300)])
    documents_until = Moment(N_("پایان دریافت اسناد"), [optional()])
    questions_until = Moment(N_("پایان مهلت پرسش"), [optional()])
    closes_at = Moment(N_("پایان مهلت تسلیم پیشنهاد"), [optional()])
    opens_at = Moment(N_("گشایش پاکت‌های الف و ب"), [optional()])
    prices_open_at = Moment(N_("گشایش پاکت‌های ج"), [optional()])
    contract_by = Day(N_("آخرین روز بستن قرارداد"), [optional()])
    valid_until = Day(N_("پایان اعتبار پیشنهادها"), [optional()])
    prebid_at = Moment(N_("جلسه توضیح اسناد"), [optional()])
    prebid_place = Line(N_("محل یا نشانی جلسه توضیح اسناد"), [optional(), up_to(300)])

    GROUPS = (
        (N_("متن‌ها"), ("subject", "terms", "opening_place")),
        (N_("زمان‌ها"), (*(n for n in INSTANTS if n != "prebid_at"), "contract_by", "valid_until")),
        (N_("مقدارها"), tuple(NUMBERS)),
        (N_("جلسه توضیح اسناد"), ("prebid_at", "prebid_place")),
    )

    def fill(self, tender: Tender, changes: dict[str, Any]) -> None:
        """Show what stands, with what the draft changes of it."""
        for name in CHANGEABLE:
            self[name].data = changes.get(name, getattr(tender, name))

    def fits(self, faults: list[Fault]) -> bool:
        """Mark what is wrong at its field; tell whether nothing is."""
        for fault in faults:
            self[fault.field].errors = [*self[fault.field].errors, fault.text]
        return not faults

    def value(self, tender: Tender) -> Revision:
        """Return the content, with every fact as it was typed; what equals the tender's changes nothing."""
        names = [n for n in CHANGEABLE if n != "guarantee" or tender.has_envelope_a]
        changes = {name: self._typed(name) for name in names}
        return Revision(
            lines(self.reason.data or ""),
            lines(self.text.data or ""),
            self.is_material.data,
            changes,
            self.edition.data,
        )

    def _typed(self, name: str) -> Any:
        data = self[name].data
        return lines(data or "") if name in TEXTS else data


class EnclosureForm(PersianForm):
    """A document to enclose, and which one it replaces; the file itself is read by the view."""

    title = Line(N_("عنوان سند"), [required(), up_to(200)])
    replaces = SelectField(N_("به جای"), [optional()], coerce=lambda value: int(value) if value else None)

    def offer(self, tender: Tender) -> None:
        """Fill the list of what may be replaced."""
        self.replaces.choices = [("", N_("سند تازه، به جای هیچ‌یک")), *((d.id, d.title) for d in tender.documents)]


class IssueForm(PersianForm):
    """The act of issuing what is seen."""

    edition = HiddenField()
