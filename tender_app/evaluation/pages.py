"""Pages on which a score stands: as an evaluator writes them («ص ۱۲، پیوست ۲؛ ص ۳») and as they are kept (pure)."""

import re
from collections.abc import Sequence

from tender_app.evaluation.rules import Pages
from tender_app.kernel.persian import ascii_digits, fold, persian_digits
from tender_app.kernel.words import _

MOST, LAST = 12, 9_999
ATTACHMENT = re.compile(r"پیوست(?:\s*شماره)?\s*([0-9]{1,3})")
NUMBER = re.compile(r"[0-9]{1,6}")
FILLING = re.compile(r"صفحه[\s\u200c]*های|صفحات|صفحه|ص\.?|و|[،,\s]")


def read(text: str, files: Sequence[int]) -> Pages:
    """Return (file, page) of each page that is named, `files` being those that are numbered from 1; or ValueError (Persian)."""
    found = [
        page for part in re.split(r"[؛;\n]", ascii_digits(fold(text))) if part.strip() for page in _part(part, files)
    ]
    if len(found) > MOST:
        raise ValueError(persian_digits(_("بیش از {most} صفحه نوشته نمی‌شود.").format(most=MOST)))
    return tuple(dict.fromkeys(found))


def told(pages: Pages, files: Sequence[int]) -> str:
    """Return pages as they are written."""
    return "؛ ".join(named(file, page, files) for file, page in pages)


def named(file: int, page: int, files: Sequence[int]) -> str:
    """Return how one page is called; the attachment's number is left out where there is one alone."""
    place = files.index(file) + 1 if file in files else 0
    attachment = _("، پیوست {place}").format(place=place) if len(files) != 1 else ""
    return persian_digits(_("ص {page}").format(page=page) + attachment)


def _part(part: str, files: Sequence[int]) -> list[tuple[int, int]]:
    places = [int(place) for place in ATTACHMENT.findall(part)]
    rest = ATTACHMENT.sub(" ", part)
    numbers = [int(number) for number in NUMBER.findall(rest)]
    if FILLING.sub("", NUMBER.sub("", rest)) or not numbers or len(places) > 1:
        raise ValueError(_("صفحه‌ها را چنین بنویسید: «ص ۱۲، پیوست ۲؛ ص ۳، پیوست ۱»."))
    place = places[0] if places else 1
    if not 1 <= place <= len(files):
        told_number = _("این پیشنهاد پیوست {place} ندارد.").format(place=place)
        raise ValueError(persian_digits(told_number))
    if not all(1 <= number <= LAST for number in numbers):
        raise ValueError(_("شماره صفحه درست نیست."))
    return [(files[place - 1], number) for number in numbers]
