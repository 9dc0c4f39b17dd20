"""Invisible marks inside a paper's text: direction isolates, clause numbers, bold runs; and how to read past them."""

import re

from tender_app.kernel.persian import persian_digits

LRI, RLI, PDI, RLM, NBSP = "\u2066", "\u2067", "\u2069", "\u200f", "\u00a0"
BOLD, REGULAR = "\x0e", "\x0f"  # shift out, shift in: the control characters that once changed a printer's type

_UNSEEN = re.compile("[\x0e\x0f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def ltr(text: str) -> str:
    """Text that keeps its left-to-right order inside Persian: tender numbers, codes, digests, addresses."""
    return f"{LRI}{text}{PDI}"


def clause_number(*parts: int) -> str:
    """`clause_number(5, 1)` is ۵-۱ read from the right: the article first, then its clause, whatever surrounds it."""
    return RLI + f"{RLM}-{RLM}".join(persian_digits(part) for part in parts) + PDI


def bold(text: str) -> str:
    """Text drawn in the bold face inside a regular paragraph."""
    return f"{BOLD}{text}{REGULAR}"


def unbroken(text: str) -> str:
    """Text whose spaces never end a line: «۵ درصد», «ماده ۵»."""
    return text.replace(" ", NBSP)


def readable(text: str) -> str:
    """What a reader sees of the text: no marks, and every space an ordinary one."""
    return _UNSEEN.sub("", text).replace(NBSP, " ")
