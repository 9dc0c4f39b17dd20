"""Rial: whole numbers, in figures and in words, shared out without losing one."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from tender_app.kernel.persian import ZWNJ, ascii_digits, fold, persian_digits
from tender_app.kernel.words import _

Rial = NewType("Rial", int)
LONGEST = 18
MOST = 10**LONGEST
SEPARATOR = "٬"

_ONES = ("صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده").split()
_TENS = " بیست سی چهل پنجاه شصت هفتاد هشتاد نود".split(" ")
_HUNDREDS = " صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد".split(" ")
_GROUPS = ("", "هزار", "میلیون", "میلیارد", "هزار میلیارد", "میلیون میلیارد")
THOUSAND, HUNDRED, TWENTY = 1000, 100, 20


def parse_rial(text: str) -> Rial:
    """Read a whole amount in rial, separators allowed; raise ValueError with a Persian message."""
    figures = re.sub(r"[\s,٬،_\u200c]|ریال", "", ascii_digits(fold(text)))
    if not re.fullmatch("[0-9]+", figures):
        message = _("مبلغ را به ریال و با رقم درست بنویسید، مانند ۹٬۸۰۰٬۰۰۰٬۰۰۰.")
        raise ValueError(message)
    figures = figures.lstrip("0") or "0"
    if len(figures) > LONGEST:
        message = _("این مبلغ از اندازه بیشتر است؛ شمار صفرها را ببینید.")
        raise ValueError(message)
    return Rial(int(figures))


def grouped(amount: int) -> str:
    """Return an amount in Persian figures with its thousands apart."""
    return persian_digits(f"{amount:,}").replace(",", SEPARATOR)


def in_words(amount: int) -> str:
    """Return a whole number below 10^18 in Persian words, without a unit; raise ValueError (Persian) for another."""
    if not 0 <= amount < MOST:
        message = _("این عدد به حروف نوشته نمی‌شود.")
        raise ValueError(message)
    if amount < THOUSAND:
        return _below_thousand(amount) if amount else _ONES[0]
    told: list[str] = []
    for place, group in reversed(list(enumerate(_thousands(amount)))):
        if group:
            told.append(f"{_below_thousand(group)} {_GROUPS[place]}".strip())
    return " و ".join(told)


def same_words(one: str, other: str) -> bool:
    """Tell whether two amounts in words say the same, whatever their spacing; هزار and یک هزار are one."""
    return _bare(one) == _bare(other)


def shares(total: int, weights: Sequence[Decimal | int]) -> list[Rial]:
    """Return the parts of `total` by weight, each rounded down; the last absorbs the rest, so that they sum exactly."""
    whole = sum((Fraction(w) for w in weights), Fraction(0))
    parts = [int(total * Fraction(w) / whole) for w in weights[:-1]]
    return [Rial(p) for p in (*parts, total - sum(parts))]


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, HUNDRED)
    told = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= TWENTY:
        told.append(_TENS[rest // 10 - 1])
        rest %= 10
    if rest:
        told.append(_ONES[rest])
    return " و ".join(told)


def _thousands(amount: int) -> list[int]:
    groups: list[int] = []
    while amount:
        amount, group = divmod(amount, THOUSAND)
        groups.append(group)
    return groups


def _bare(words: str) -> str:
    return re.sub(r"[\s\u200c]|ریال|تمام", "", fold(words).replace(ZWNJ, "")).replace("یکهزار", "هزار")
