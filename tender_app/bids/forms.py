"""The forms of the three envelopes; their values go into the envelope and nowhere else."""

from typing import Any

from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as PlainForm

from tender_app.bids.rules import GuaranteeKind, Original, Verdict
from tender_app.kernel import money
from tender_app.web.fields import (
    BooleanField,
    Choice,
    Day,
    Line,
    Money,
    PersianForm,
    Prose,
    SelectField,
    optional,
    required,
    up_to,
)


class GuaranteeForm(PersianForm):
    """Envelope الف."""

    kind = Choice("گونه تضمین", GuaranteeKind)
    issuer = Line("صادرکننده", [required(), up_to(120)], description="نام بانک، بیمه یا صندوق و شعبه")
    number = Line("شماره تضمین", [required(), up_to(60)])
    amount = Money("مبلغ تضمین (ریال)")
    expires_on = Day("اعتبار تا", description="دست‌کم تا پایان اعتبار پیشنهاد")
    sepam_no = Line("شناسه سپام", [optional(), up_to(40)], description="برای ضمانت‌نامه بانکی")

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {
            "kind": self.kind.data.value,
            "issuer": self.issuer.data,
            "number": self.number.data,
            "amount": self.amount.data,
            "expires_on": self.expires_on.data.isoformat(),
            "sepam_no": self.sepam_no.data or "",
        }


class TechnicalForm(PersianForm):
    """Envelope ب."""

    team = Prose(
        "تیم پیشنهادی",
        [required("دست‌کم سه نفر را بنویسید."), up_to(4000)],
        description="هر سطر یک نفر: نام، نقش، سال سابقه",
    )
    approach = Prose("روش اجرا و برنامه کار", [required(), up_to(20000)])
    experience = Prose("سابقه‌های همانند", [required(), up_to(8000)])
    declares = BooleanField(
        "اعلام می‌کنیم مشمول قانون منع مداخله نیستیم، تبانی نکرده‌ایم و اسناد را پذیرفته‌ایم",
        [required("بدون این اعلام پاکت ب پذیرفته نیست.")],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for three people at least (domain.md §5.2)."""
        fits = super().validate(extra_validators)
        if self.team.data and len(self._members()) < 3:  # noqa: PLR2004 -- the agent's team
            self.team.errors = [*self.team.errors, "تیم عامل دست‌کم سه نفر است: عامل، دستیار و دبیر."]
            fits = False
        return bool(fits)

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {
            "team": self._members(),
            "approach": self.approach.data,
            "experience": self.experience.data,
            "declares": True,
        }

    def _members(self) -> list[dict[str, str]]:
        found = []
        for line in (self.team.data or "").splitlines():
            parts = [p.strip() for p in line.replace(",", "،").split("،")]
            if parts[0]:
                found.append(dict(zip(("name", "role", "years"), [*parts, "", ""], strict=False)))
        return found


class PhaseRow(PlainForm):
    """A phase and its amount."""

    title = HiddenField()
    amount = Money("مبلغ (ریال)")


class PriceForm(PersianForm):
    """Envelope ج: an amount for each phase, and their total in figures and in words."""

    phases = FieldList(FormField(PhaseRow))
    total = Money("مبلغ کل (ریال)")
    words = Line("مبلغ کل به حروف", [required("مبلغ کل را به حروف بنویسید."), up_to(300)])
    includes_tax = BooleanField("مالیات بر ارزش افزوده در این مبلغ است")

    def validate(self, extra_validators: Any = None) -> bool:
        """Hold the phases against the total, and the figures against the words (R27)."""
        fits = bool(super().validate(extra_validators))
        amounts = [row.form.amount.data for row in self.phases]
        if self.total.data and all(amounts) and sum(amounts) != self.total.data:
            message = f"جمع مرحله‌ها {money.grouped(sum(amounts))} ریال است و با مبلغ کل یکی نیست."
            self.total.errors = [*self.total.errors, message]
            fits = False
        if (
            self.total.data
            and self.words.data
            and not money.same_words(self.words.data, money.in_words(self.total.data))
        ):
            message = f"مبلغ به حروف با رقم یکی نیست؛ به حروف: {money.in_words(self.total.data)} ریال."
            self.words.errors = [*self.words.errors, message]
            fits = False
        return fits

    def content(self) -> dict[str, Any]:
        """Return what is sealed."""
        return {
            "phases": [{"title": row.form.title.data, "amount": row.form.amount.data} for row in self.phases],
            "total": self.total.data,
            "words": money.in_words(self.total.data),
            "includes_tax": bool(self.includes_tax.data),
        }


class VerdictForm(PersianForm):
    """Why a guarantee is rejected."""

    reason = Prose("دلیل رد", [required("دلیل را بنویسید؛ در صورتجلسه می‌آید."), up_to(1000)])

    def value(self) -> Verdict:
        """Return the verdict."""
        return Verdict(self.reason.data)


class OriginalForm(PersianForm):
    """The paper original of a guarantee."""

    firm = SelectField("شرکت", coerce=int)
    number = Line("شماره تضمین روی اصل", [required(), up_to(60)])

    def value(self) -> Original:
        """Return what was handed over."""
        return Original(self.firm.data, self.number.data)
