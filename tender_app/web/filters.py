"""How values look on a page: Persian digits, money, Jalali dates and times, sizes, codes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from flask import Flask
from markupsafe import Markup

from tender_app.kernel import calendar, money, persian
from tender_app.kernel.vocabulary import Named
from tender_app.kernel.words import N_, _

ZONE = " به وقت تهران"
DASH = "—"
UNITS = (N_("کیلوبایت"), N_("مگابایت"), N_("گیگابایت"))
KIB = 1024
TIME, TIME_TEXT, TIME_END = Markup('<time datetime="'), Markup('">'), Markup("</time>")
LTR, LTR_END = Markup('<bdi dir="ltr" class="code">'), Markup("</bdi>")


def fa(value: object) -> str:
    """Return `value` as text in Persian digits, a decimal point as ٫; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return persian.persian_digits(f"{value:f}").replace(".", "٫")
    return persian.persian_digits(str(value))


def grouped(value: int | None) -> str:
    """Return a whole number in Persian digits with thousands apart, for cells; a dash for None."""
    return DASH if value is None else money.grouped(value)


def rial(value: int | None) -> str:
    """Return an amount with its unit, for running text; a dash for None."""
    return DASH if value is None else _("{value} ریال").format(value=money.grouped(value))


def rial_words(value: int | None) -> str:
    """Return an amount in Persian words with its unit; a dash for None."""
    return DASH if value is None else _("{value} ریال").format(value=money.in_words(value))


def score(value: Decimal | None, places: int = 2) -> str:
    """Return a score rounded half up, for showing only; a dash for None."""
    return DASH if value is None else exact(Fraction(value), places)


def exact(value: Fraction, places: int = 2) -> str:
    """Return an exact fraction rounded half up, for showing only; a minus stands at the left of the figures."""
    scale = 10**places
    whole = int((abs(value) * scale * 2 + 1) // 2)
    digits = f"{whole:0{places + 1}}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    shown = fa(text).replace(".", "٫")
    return _with_sign("−", shown) if value < 0 and whole else shown


def signed(value: Fraction | Decimal, places: int = 2) -> str:
    """Return a value that may lie below nothing, its sign at the left of the figures whatever stands around."""
    shown = exact(abs(Fraction(value)), places)
    is_nothing = not any(figure in shown for figure in "۱۲۳۴۵۶۷۸۹")
    return shown if is_nothing else _with_sign("−" if value < 0 else "+", shown)


def grouped_text(value: str) -> str:
    """Return whole figures given as text with their thousands apart."""
    return money.grouped(int(persian.ascii_digits(value)))


def percent(value: Decimal | int) -> str:
    """Return a share with its sign, without needless zeros: ۲۰٪ or ۲۲٫۵٪."""
    text = f"{Decimal(value):f}"
    return fa(Decimal(text.rstrip("0").rstrip(".")) if "." in text else Decimal(text)) + "٪"


def jdate(value: date | None) -> str:
    """Return a Jalali date in figures, ۱۴۰۵/۰۹/۰۲; an instant is taken on its day in Tehran."""
    return DASH if value is None else calendar.numeric(_day(value))


def jlong(value: date | None) -> str:
    """Return a Jalali date with its weekday and month."""
    return DASH if value is None else calendar.long_date(_day(value))


def moment(value: datetime | None) -> str:
    """Return weekday, date, hour and zone: the only way in which a deadline is written."""
    return DASH if value is None else calendar.moment(value)


def hour(value: datetime | None) -> str:
    """Return the hour in Tehran, ۱۴:۰۰."""
    return DASH if value is None else fa(f"{calendar.tehran(value):%H:%M}")


def second(value: datetime | None) -> str:
    """Return the hour in Tehran to the second, ۱۴:۰۰:۰۹, for receipts."""
    return DASH if value is None else fa(f"{calendar.tehran(value):%H:%M:%S}")


def at(value: datetime | None) -> str | Markup:
    """Return an instant as a time element, with its zone."""
    if value is None:
        return DASH
    return _time(value, calendar.moment(value))


def at_short(value: datetime | None) -> str | Markup:
    """Return an instant as a time element without the zone, where one line names it for all."""
    if value is None:
        return DASH
    return _time(value, calendar.moment(value).removesuffix(ZONE))


def on(value: date | None) -> str | Markup:
    """Return a day as a time element with weekday and month."""
    if value is None:
        return DASH
    day = _day(value)
    return _element(day.isoformat(), calendar.long_date(day))


def remaining(value: timedelta) -> str:
    """Return what is left, in two units."""
    return calendar.remaining(value)


def words(value: Named | None) -> str:
    """Return the Persian name of a word of the law; a dash for None."""
    return DASH if value is None else value.label


def filesize(value: int) -> str:
    """Return a size in Persian: ۶۴۰ کیلوبایت, ۱٫۸ مگابایت."""
    if value < KIB:
        return _("{value} بایت").format(value=fa(value))
    amount = Decimal(value)
    unit = ""
    for unit in UNITS:  # noqa: B007 -- the last unit tried is the one that is shown
        amount /= KIB
        if amount < KIB:
            break
    places = 0 if amount >= 10 else 1  # noqa: PLR2004 -- one figure after the point below ten
    text = f"{amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"
    return f"{fa(text.removesuffix('.0')).replace('.', '٫')} {unit}"


def ltr(value: object) -> Markup:
    """Return a code, number with letters or file type as an isolated left-to-right run."""
    return LTR + (value if isinstance(value, str) else str(value)) + LTR_END


def digest(value: str, shown: int = 0) -> Markup:
    """Return a digest in groups of four; with `shown`, its first and last so many characters."""
    text = f"{value[:shown]}…{value[-shown:]}" if shown else " ".join(_fours(value))
    return Markup('<bdi dir="ltr" class="hash" translate="no">{}</bdi>').format(text)


def instant(value: datetime) -> str:
    """Return an instant for machines, in UTC, for attributes that scripts read."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


FILTERS: tuple[Callable[..., object], ...] = (
    fa, grouped, grouped_text, rial, rial_words, score, exact, signed, percent, jdate, jlong, moment, hour, second, at, at_short, on,
    remaining, words, filesize, ltr, digest, instant,
)  # fmt: skip


def register(app: Flask) -> None:
    """Give every template the filters, each under its own name."""
    for function in FILTERS:
        app.add_template_filter(function, function.__name__)


def _with_sign(sign: str, shown: str) -> str:
    """Return figures after their sign, as a left-to-right run that no text around turns."""
    return f"\u2066{sign}{shown}\u2069"


def _day(value: date) -> date:
    return calendar.tehran(value).date() if isinstance(value, datetime) else value


def _time(value: datetime, text: str) -> Markup:
    return _element(instant(value), text)


def _element(machine: str, text: str) -> Markup:
    """Return a time element; put together by sums, which escape and take a tenth of what `format` does."""
    return TIME + machine + TIME_TEXT + text + TIME_END


def _fours(value: str) -> list[str]:
    return [value[start : start + 4] for start in range(0, len(value), 4)]
