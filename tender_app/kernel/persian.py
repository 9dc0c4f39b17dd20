"""Persian text: digits, letter forms, folding for storage and for search, alphabetical order."""

from decimal import Decimal

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"
ASCII = "0123456789"
ZWNJ = "\u200c"
ALPHABET = "آاءبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

_TO_PERSIAN = str.maketrans(ASCII + ARABIC, PERSIAN * 2)
_TO_ASCII = str.maketrans(PERSIAN + ARABIC, ASCII * 2)
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "هٔ", "ة": "ه", "\u00a0": " "})
_CONTROLS = [*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0)]  # all but those that end a line
_MARKS = dict.fromkeys(
    [*_CONTROLS, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD]
)
_SEARCH = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و", "ئ": "ی", "ء": None, "ٔ": None, "ـ": None})
_SORT = str.maketrans({"أ": "ء", "إ": "ء", "ؤ": "ء", "ئ": "ء", "ٔ": None, "ـ": None})
_HARAKAT = dict.fromkeys(range(0x064B, 0x0653))
_ORDER = {letter: chr(0xE000 + place) for place, letter in enumerate(ALPHABET)}


def persian_digits(value: object) -> str:
    """Return `value` as text with every digit Persian."""
    return str(value).translate(_TO_PERSIAN)


def decimal_text(value: Decimal) -> str:
    """Return a decimal number in Persian figures with the Persian decimal sign, without needless zeros: ۰٫۲۵."""
    return persian_digits(f"{value.normalize():f}").replace(".", "٫")


def ascii_digits(text: str) -> str:
    """Return `text` with Persian and Arabic digits turned into 0-9."""
    return text.translate(_TO_ASCII)


def fold(text: str) -> str:
    """Return `text` as it is stored: Persian letter forms, no control characters or bidi marks, no stray spaces; ZWNJ and lines stay."""
    clean = text.translate(_LETTERS).translate(_MARKS)
    lines = (" ".join(line.split()).strip(ZWNJ + " ") for line in clean.splitlines())
    return "\n".join(lines).strip("\n")


def identifier(text: str) -> str:
    """Return `text` as an identifier: ASCII digits, no spaces, no ZWNJ, no bidi marks."""
    return "".join(ascii_digits(fold(text)).replace(ZWNJ, "").split())


def search_key(text: str) -> str:
    """Return what a search compares: one letter form, ASCII digits, no vowel signs, ZWNJ as nothing, lower case."""
    plain = ascii_digits(fold(text)).translate(_SEARCH).translate(_HARAKAT).replace(ZWNJ, "")
    return " ".join(plain.lower().split())


def sort_key(text: str) -> str:
    """Return a key that puts Persian words in the order of the alphabet: hamza, on any seat, between ا and ب."""
    plain = ascii_digits(fold(text)).translate(_SORT).translate(_HARAKAT).replace(ZWNJ, "")
    return "".join(_ORDER.get(letter, letter) for letter in plain)
