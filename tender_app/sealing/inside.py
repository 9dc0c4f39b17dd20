"""What is inside an opened envelope, read as strictly as it is written: a stored ZIP of files and of the form that lists them.

Whoever sealed it may be an enemy: nothing is believed of its directory, names, sizes or JSON, and nothing large is held.
"""

import json
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from tender_app.sealing.age import DIRECTORY, LARGEST_FORM
from tender_app.sealing.envelope import FORM
from tender_app.store.files import CHUNK

MOST_FILES = 500
PLACE = re.compile(r"files/(0|[1-9][0-9]{0,3})/([^/\\]{1,255})")
FLAGS = 0x808  # sizes behind the content, names in UTF-8
DEEPEST = 5
LARGEST_FIGURE = 10**18
LINES = "\n\r\t"
Judge = Callable[[str, bytes, bytes, int], str | None]  # a file's name, first and last bytes and size: what is wrong

NO_ZIP = "بسته درستی نیست"
COMPRESSED = "پرونده‌های آن فشرده یا رمزدار است"
NAMES = "نام یا جای پرونده‌ای در آن نادرست است"
TWICE = "دو پرونده در یک جای آن است"
MANY = f"بیش از {MOST_FILES} پرونده در آن است"
LARGE = "پرونده‌های آن با هم بزرگ‌تر از اندازه پذیرفته است"
NO_FORM = "فرم آن نیست یا خوانا نیست"
SIGNS = "در فرم آن نشانه‌ای هست که نوشته نیست"
FIGURES = "عددی در فرم آن درست نیست"
LISTED = "پرونده‌های آن همان نیست که فرم آن می‌شمارد"


class MisformedError(Exception):
    """What is inside is not an envelope; `cause` is a Persian clause for the minutes."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Entry:
    """A file inside: its name as the form lists it, and its size."""

    name: str
    size: int
    place: str


class Inside:
    """The form and the files of an envelope whose directory and form are sound; `chunks` reads a file, to its checksum."""

    def __init__(self, archive: zipfile.ZipFile, limit: int) -> None:
        self._archive = archive
        self.files = _entries(archive, limit)
        self.form = _form(archive)
        listed = self.form.get("files")
        if not isinstance(listed, list) or [_listed(row) for row in listed] != [(e.name, e.size) for e in self.files]:
            raise MisformedError(LISTED)

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """Return a file's bytes in small pieces; MisformedError at the end if they are not those that were put in."""
        with _suspecting(), self._archive.open(entry.place) as file:
            while chunk := file.read(CHUNK):
                yield chunk


@contextmanager
def looking_inside(plain: IO[bytes], *, limit: int) -> Iterator[Inside]:
    """Give what is inside, whose files together may have `limit` bytes; raise MisformedError if it is no envelope."""
    with _suspecting():
        archive = zipfile.ZipFile(_Bounded(plain))
    with archive:
        with _suspecting():
            inside = Inside(archive, limit)
        yield inside


@contextmanager
def _suspecting() -> Iterator[None]:
    """Take what the readers stumble over for what it is here: something that is no envelope."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, LookupError, ValueError, RuntimeError, OverflowError, struct.error) as broken:
        raise MisformedError(NO_ZIP) from broken


def _entries(archive: zipfile.ZipFile, limit: int) -> list[Entry]:
    rows = archive.infolist()
    if len(rows) > MOST_FILES + 1:
        raise MisformedError(MANY)
    if any(row.compress_type != zipfile.ZIP_STORED or row.flag_bits & ~FLAGS for row in rows):
        raise MisformedError(COMPRESSED)
    if any(row.compress_size != row.file_size for row in rows):
        raise MisformedError(NO_ZIP)
    names = [row.filename for row in rows]
    if names.count(FORM) != 1:
        raise MisformedError(NO_FORM)
    found = {row.filename: _entry(row) for row in rows if row.filename != FORM}
    places = [int(name.split("/")[1]) for name in found]
    if len(found) != len(rows) - 1 or places != sorted(set(places)):
        raise MisformedError(TWICE)
    if sum(entry.size for entry in found.values()) > limit:
        raise MisformedError(LARGE)
    return list(found.values())


def _entry(row: zipfile.ZipInfo) -> Entry:
    parts = PLACE.fullmatch(row.filename)
    if parts is None or row.orig_filename != row.filename or parts[2] in {".", ".."} or not _is_text(parts[2], ""):
        raise MisformedError(NAMES)
    return Entry(parts[2], row.file_size, row.filename)


def _form(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(FORM).file_size > LARGEST_FORM:
        raise MisformedError(NO_FORM)
    with archive.open(FORM) as file:
        content = b"".join(iter(lambda: file.read(CHUNK), b""))
    try:
        form = json.loads(content.decode(), object_pairs_hook=_object, parse_float=_figure, parse_constant=_figure)
    except (ValueError, RecursionError) as unreadable:
        raise MisformedError(NO_FORM) from unreadable
    if not isinstance(form, dict):
        raise MisformedError(NO_FORM)
    _check(form, DEEPEST)
    return form


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise MisformedError(NO_FORM)
    return made


def _figure(_text: str) -> Any:
    """Refuse a fraction, NaN and infinity: no envelope has any."""
    raise MisformedError(FIGURES)


def _check(value: Any, depth: int) -> None:
    """See that what the form holds can be kept and shown: texts of signs, whole figures of a size, not too deep."""
    if depth == 0:
        raise MisformedError(NO_FORM)
    if isinstance(value, str) and not _is_text(value, LINES):
        raise MisformedError(SIGNS)
    if isinstance(value, int) and abs(value) >= LARGEST_FIGURE:
        raise MisformedError(FIGURES)
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _check(part, depth - 1)


def _is_text(text: str, lines: str) -> bool:
    """Tell whether a text has no control character (but those of its lines) and no half of a pair."""
    return all(sign in lines or unicodedata.category(sign) not in {"Cc", "Cs"} for sign in text)


def _listed(row: Any) -> tuple[Any, Any]:
    return (row.get("name"), row.get("size")) if isinstance(row, dict) else (None, None)


class _Bounded:
    """A file of which no reader takes much at once, nor looks outside: what a directory says of it may be a lie."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, 2)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        target = offset + (0, self._file.tell(), self._size)[whence]
        if not 0 <= target <= self._size:
            raise ValueError("outside of the file")
        return self._file.seek(target)

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._file.tell() if size < 0 else size
        if wanted > DIRECTORY:
            raise ValueError("too much at once")
        return self._file.read(wanted)
