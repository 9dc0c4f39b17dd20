"""Looking for a canary in bytes: in every spelling in which it could lie there, in archives and streams too."""

import base64
import html
import io
import json
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping

from pypdfium2 import PdfDocument, PdfiumError

from tender_app.kernel import money
from tender_app.kernel.persian import persian_digits

CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
DEEPEST = 4
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHORTEST_BASE64 = 12


def needles_of(canary: str | int) -> set[bytes]:
    """Return the bytes by which a text, or an amount of rial, would be found."""
    found: set[bytes] = set()
    for said in _spellings(canary):
        found |= {said.encode(coding) for coding in CODINGS}
        escaped = json.dumps(said)[1:-1]
        found |= {escaped.encode(), escaped.upper().replace("\\U", "\\u").encode()}
        found |= {urllib.parse.quote(said).encode(), urllib.parse.quote_plus(said).encode()}
        found.add(html.escape(said).encode())
        found.add(said.encode("ascii", "xmlcharrefreplace"))
        found |= {said.encode().hex().encode(), said.encode().hex().upper().encode()}
        found |= set(_base64(said.encode()))
    return found


def _spellings(canary: str | int) -> set[str]:
    if isinstance(canary, str):
        return {canary}
    plain, western = str(canary), f"{canary:,}"
    grouped = money.grouped(canary)
    arabic = plain.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    return {plain, western, persian_digits(plain), persian_digits(western), grouped, arabic, money.in_words(canary)}


def _base64(content: bytes) -> Iterator[bytes]:
    """Give what of the content's base64 is the same whatever stands before and after it."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + content)
        inner = coded[(shift * 8 + 5) // 6 :].rstrip(b"=")
        inner = inner if (shift + len(content)) % 3 == 0 else inner[:-1]
        if len(inner) >= SHORTEST_BASE64:
            yield from (inner, inner.replace(b"+", b"-").replace(b"/", b"_"))


def found_in(content: bytes, needles: Mapping[str, Iterable[bytes]], depth: int = 0) -> set[str]:
    """Return the names of the canaries that lie in the content, or in what is packed in it."""
    found = {name for name, spelt in needles.items() if any(one in content for one in spelt)}
    if depth < DEEPEST:
        for inner in _unpacked(content):
            found |= found_in(inner, needles, depth + 1)
    return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Give what a ZIP, a PDF or a compressed stream holds; nothing of what is none."""
    if content.startswith(b"PK"):
        yield from _zipped(content)
    if content.startswith(b"%PDF"):
        yield from (out for match in STREAM.finditer(content) if (out := _inflated(match[1])))
        yield from _typeset(content)
    if content[:2] in {b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b"} and (out := _inflated(content)):
        yield out


def _zipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        return


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(content)
    except zlib.error:
        return b""


def _typeset(content: bytes) -> Iterator[bytes]:
    try:
        pages = PdfDocument(content)
    except PdfiumError:
        return
    for page in pages:
        yield page.get_textpage().get_text_range().encode()
