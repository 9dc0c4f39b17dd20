"""National identifiers: their formats and check digits (domain.md §7), and builders of invented valid ones."""

import re

from tender_app.kernel.persian import identifier

NATIONAL_CODE, LEGAL_ID = 10, 11
WEIGHTS = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
IBAN_TAIL = "182700"
NINETY_SEVEN = 97
LONGEST_ID = 18


def is_national_code(text: str) -> bool:
    """Tell whether the text is a person's national code (کد ملی): ten digits, the last a check digit."""
    code = identifier(text)
    return _is_digits(code, NATIONAL_CODE) and len(set(code)) > 1 and int(code[9]) == _national_control(code)


def is_legal_id(text: str) -> bool:
    """Tell whether the text is a legal entity's national id (شناسه ملی): eleven digits, the last a check digit."""
    code = identifier(text)
    if not _is_digits(code, LEGAL_ID) or len(set(code)) == 1 or code[3:9] == "000000":
        return False
    return int(code[10]) == _legal_control(code)


def is_iban(text: str) -> bool:
    """Tell whether the text is an Iranian IBAN (شبا): IR and 24 digits, remainder 1 of 97."""
    code = identifier(text).upper()
    return bool(re.fullmatch(r"IR\d{24}", code)) and int(code[4:] + "1827" + code[2:4]) % NINETY_SEVEN == 1


def is_mobile(text: str) -> bool:
    """Tell whether the text is an Iranian mobile number, 09 and nine digits."""
    return bool(re.fullmatch(r"09\d{9}", identifier(text)))


def is_postal_code(text: str) -> bool:
    """Tell whether the text has the form of a postal code (format only)."""
    return bool(re.fullmatch(r"[13-9]{4}[1346-9]\d{5}", identifier(text))) and identifier(text)[5:] != "00000"


def make_national_code(seed: int) -> str:
    """Return an invented national code with a valid check digit."""
    body = f"{seed % 10**9:09}"
    if len(set(body)) == 1:  # a code of one digit alone is never valid
        body = f"{body[:-1]}{(int(body[-1]) + 1) % 10}"
    return body + str(_national_control(body))


def make_legal_id(seed: int) -> str:
    """Return an invented legal national id with a valid check digit."""
    body = f"14{seed % 10**8:08}"
    if body[3:9] == "000000":  # an id with an empty middle is never valid
        body = f"{body[:3]}987654{body[9:]}"
    return body + str(_legal_control(body))


def make_iban(seed: int) -> str:
    """Return an invented IBAN with valid check digits."""
    body = f"{seed % 10**22:022}"
    return f"IR{98 - int(body + IBAN_TAIL) % NINETY_SEVEN:02}{body}"


def _is_digits(code: str, length: int) -> bool:
    return len(code) == length and code.isascii() and code.isdigit()


def _national_control(code: str) -> int:
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(code[:9])) % 11
    return rest if rest < 2 else 11 - rest  # noqa: PLR2004 -- the rule's own bound


def _legal_control(code: str) -> int:
    shift = int(code[9]) + 2
    return sum((int(digit) + shift) * weight for digit, weight in zip(code[:10], WEIGHTS, strict=True)) % 11 % 10


def row_id(text: str) -> int:
    """Return a row's id as an address carries it; raise ValueError for a number that no table can hold."""
    if len(text) > LONGEST_ID:
        msg = "no table has so many rows"
        raise ValueError(msg)
    return int(text)
