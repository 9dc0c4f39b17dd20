"""Reading a PDF back as pdfium draws it: its lines, each with the characters from left to right as they stand."""

from ctypes import byref, c_double
from itertools import groupby
from typing import NamedTuple
from unicodedata import normalize

import pypdfium2
from pypdfium2 import raw

from tender_app.documents.paper import Paper, Stamp, render
from tender_app.documents.rows import Block

UNSEEN = {0x200C: None, 0x200D: None, 0x200F: None, 0x2066: None, 0x2067: None, 0x2069: None, 0xA0: " ", 0xFFFE: None}


class Drawn(NamedTuple):
    """A drawn line: its baseline in points from the bottom, where it starts and ends, and what stands in it."""

    page: int
    baseline: float
    left: float
    right: float
    text: str

    @property
    def packed(self) -> str:
        """The text without spaces: a gap is geometry, not a character."""
        return self.text.replace(" ", "")


def paper_of(*blocks: Block, stamp: Stamp | None = None) -> Paper:
    """Return a paper of these blocks."""
    return Paper("شرکت نمونه", "سند", "QZ-1405-01", blocks, stamp)


def lines_of(pdf: bytes, *, is_body: bool = True) -> list[Drawn]:
    """Return the drawn lines from top to bottom; the running head and foot are left out of the body."""
    found: list[Drawn] = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        text = page.get_textpage()
        placed = sorted((_place(text, index) for index in _signs(text)), key=lambda c: -c[0])
        for _, group in groupby(placed, lambda c: round(c[0])):
            signs = sorted(group, key=lambda c: c[1])
            line = normalize("NFKC", "".join(sign for *_, sign in signs)).translate(UNSEEN)
            edges = (signs[0][1], max(right for _, _, right, _ in signs))
            if not is_body or 66 < signs[0][0] < 768:
                found.append(Drawn(number, signs[0][0], *edges, line))
    return found


def drawn(*blocks: Block) -> list[Drawn]:
    """Return the lines of a paper of these blocks."""
    return lines_of(render(paper_of(*blocks)))


def extracted(pdf: bytes) -> str:
    """Return what a reader copies out of the pages, NFKC, without half-spaces."""
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    return normalize("NFKC", "\n".join(pages)).translate(UNSEEN).replace("\r\n", "\n")


def _signs(text: pypdfium2.PdfTextPage) -> list[int]:
    """Return the characters that were drawn; pdfium adds spaces and line ends of its own."""
    return [index for index in range(text.count_chars()) if not raw.FPDFText_IsGenerated(text, index)]


def _place(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, str]:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text, index, byref(x), byref(y))
    right = text.get_charbox(index)[2]
    return y.value, x.value, right, chr(raw.FPDFText_GetUnicode(text, index))
