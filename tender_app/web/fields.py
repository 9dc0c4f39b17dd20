"""Form fields for Persian input: digits of any script, Jalali dates, rial, national identifiers; each with its own message."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation, ValidationError

from tender_app.documents.fonts import MissingGlyph, unprintable
from tender_app.kernel import calendar, identifiers, money
from tender_app.kernel.persian import ascii_digits, decimal_text, fold, identifier, persian_digits
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_, _
from tender_app.web.form import PersianForm

__all__ = [
    "BooleanField",
    "Choice",
    "Count",
    "Day",
    "Identifier",
    "Line",
    "Moment",
    "Money",
    "Number",
    "PasswordField",
    "PersianForm",
    "Prose",
    "SelectField",
    "iban",
    "legal_id",
    "mobile",
    "national_code",
    "optional",
    "postal_code",
    "required",
    "up_to",
]


FINEST = -2  # two figures after the point
NUMBER = re.compile(
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
)  # no exponent: 0e999999999 is a zero that takes hours to compute with


def required(message: str = "") -> Any:
    """Return the validator of a field that must be filled."""
    return DataRequired(message or N_("این مورد را پر کنید."))


def given() -> Any:
    """Return the validator of a field that must be filled, where zero is a value."""
    return InputRequired(N_("این مورد را پر کنید."))


def optional() -> Any:
    """Return the validator of a field that may stay empty."""
    return Optional(strip_whitespace=True)


def up_to(most: int) -> Any:
    """Return the validator of a longest length; no browser may cut what is pasted without a word."""
    length = Length(max=most, message=N_("بیش از {most} نویسه پذیرفته نیست.").format(most=persian_digits(most)))
    length.field_flags = {}
    return length


class _Printable:
    """Text that may stand on a paper one day: what no paper can show is refused where it is typed."""

    data: Any

    def pre_validate(self, form: Any) -> None:
        """Refuse a character outside the faces of the papers, by its name."""
        del form
        if found := unprintable(self.data or ""):
            raise StopValidation(MissingGlyph(found[0]).reason)


class Line(_Printable, StringField):
    """One line of text, folded to Persian letter forms."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the folded text."""
        self.data = fold(valuelist[0]) if valuelist else ""


class Prose(_Printable, TextAreaField):
    """Several lines of text, folded to Persian letter forms."""

    is_long = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the folded text."""
        self.data = fold(valuelist[0]) if valuelist else ""


class Identifier(StringField):
    """A number with a format of its own: kept in ASCII digits, without spaces."""

    is_ltr = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the bare identifier."""
        self.data = identifier(valuelist[0]) if valuelist else ""

    def _value(self) -> str:
        """Show figures as the page does; letters, and figures among them, as they are."""
        shown = self.data or ""
        return persian_digits(shown) if shown.isdecimal() else shown


class _Read(Field):
    """A text input whose text is read into a value; what was typed comes back when it cannot be read."""

    widget = StringField.widget
    is_ltr = True
    data: Any

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kw: Any) -> None:
        super().__init__(label, validators, **kw)
        self.flags.required = not any(isinstance(v, Optional) for v in validators or ())

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the text; an empty one is None."""
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = self.read(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Ask for a value unless the field may stay empty; WTForms' own chain sees the text alone."""
        del form
        if self.process_errors:
            raise StopValidation
        if self.data is None and self.flags.required:
            raise StopValidation(_("این مورد را پر کنید."))

    def read(self, text: str) -> Any:
        """Return the value of a text; raise ValueError with a Persian message."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """Return the text of a value."""
        return persian_digits(value)


class Day(_Read):
    """A Jalali date, ۱۴۰۵/۰۹/۰۲; the value is a date."""

    is_day = True

    def read(self, text: str) -> dt.date:
        """Read the date."""
        return calendar.parse_date(text)

    def show(self, value: dt.date) -> str:
        """Write it in Persian figures."""
        return calendar.numeric(value)


class Moment(_Read):
    """A Jalali date and an hour in Tehran, ۱۴۰۵/۰۹/۲۰ ۱۴:۰۰; the value is an instant in UTC."""

    def read(self, text: str) -> dt.datetime:
        """Read date and hour."""
        day, _unused, hour = fold(text).replace("،", " ").replace("ساعت", " ").strip().partition(" ")
        if not hour.strip():
            raise ValueError(_("پس از تاریخ، ساعت را هم بنویسید، مانند ۱۴۰۵/۰۹/۲۰ ۱۴:۰۰."))
        return calendar.instant(calendar.parse_date(day), calendar.parse_time(hour))

    def show(self, value: dt.datetime) -> str:
        """Write both in Persian figures."""
        local = calendar.tehran(value)
        return f"{calendar.numeric(local.date())} {persian_digits(f'{local:%H:%M}')}"


class Money(_Read):
    """An amount in rial; the value is a whole number above zero."""

    is_money = True

    def read(self, text: str) -> int:
        """Read the amount."""
        amount = money.parse_rial(text)
        if amount == 0:
            raise ValueError(_("مبلغ نمی‌تواند صفر باشد."))
        return amount

    def show(self, value: int) -> str:
        """Write it with its thousands apart."""
        return money.grouped(value)


class Number(_Read):
    """A decimal number read from text, never through a binary fraction; `least` and `most` are inclusive."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        least: str = "0",
        most: str = "100",
        **kw: Any,
    ) -> None:
        super().__init__(label, validators, **kw)
        self.least, self.most = Decimal(least), Decimal(most)

    def read(self, text: str) -> Decimal:
        """Read the number and hold it to its bounds."""
        return read_number(text, self.least, self.most)

    def show(self, value: Decimal) -> str:
        """Write it with the Persian decimal sign."""
        return decimal_text(value)


def read_number(text: str, least: Decimal, most: Decimal) -> Decimal:
    """Read a number between two bounds, with two figures after the point at most; raise ValueError (Persian)."""
    plain = ascii_digits(fold(text)).replace("٫", ".").replace("/", ".").replace("٪", "").strip()
    if not NUMBER.fullmatch(plain):
        raise ValueError(_("عدد را با رقم بنویسید، مانند ۶۵ یا ۰٫۲۵."))
    value = Decimal(plain)
    if not least <= value <= most:
        raise ValueError(
            _("عدد باید میان {least} و {most} باشد.").format(least=decimal_text(least), most=decimal_text(most))
        )
    if value.as_tuple().exponent < FINEST:  # type: ignore[operator]  # finite numbers have a whole exponent
        raise ValueError(_("بیش از دو رقم پس از ممیز پذیرفته نیست."))
    return value


class Count(Number):
    """A whole number between its bounds."""

    def read(self, text: str) -> Any:
        """Read the number."""
        value = super().read(text)
        if value != value.to_integral_value():
            raise ValueError(_("عدد باید درست و بدون ممیز باشد."))
        return int(value)

    def show(self, value: Any) -> str:
        """Write it in Persian figures."""
        return persian_digits(value)


class Choice(SelectField):
    """One of the words of an enumeration; the value is its member."""

    is_select = True

    def __init__(self, label: str, words: type[Named], *, prompt: str = "", **kw: Any) -> None:
        choices = ({"": prompt} if prompt else {}) | {w.value: w.label for w in words}
        if not prompt:
            kw.setdefault("validators", [required()])
        super().__init__(label, choices=choices, coerce=_member(words), **kw)


def _member(words: type[Named]) -> Callable[[Any], Named | None]:
    def read(value: Any) -> Named | None:
        return words(value) if value else None

    return read


def _checked(holds: Callable[[str], bool], message: str) -> Callable[[Any, Any], None]:
    def check(_form: Any, field: Any) -> None:
        if field.data and not holds(field.data):
            raise ValidationError(message)

    return check


national_code = _checked(
    identifiers.is_national_code, N_("این کد ملی درست نیست؛ ده رقم آن را دوباره ببینید (رقم کنترل نمی‌خواند).")
)
legal_id = _checked(
    identifiers.is_legal_id, N_("این شناسه ملی درست نیست؛ یازده رقم آن را دوباره ببینید (رقم کنترل نمی‌خواند).")
)
iban = _checked(identifiers.is_iban, N_("این شماره شبا درست نیست؛ با IR آغاز می‌شود و ۲۴ رقم دارد."))
mobile = _checked(identifiers.is_mobile, N_("شماره همراه با ۰۹ آغاز می‌شود و ۱۱ رقم دارد."))
postal_code = _checked(identifiers.is_postal_code, N_("کد پستی ده رقم دارد و رقم‌های نخست آن صفر و ۲ نیست."))
