"""Receiving an envelope: each file is encrypted as it arrives, by the form parser's own streams; nothing is spooled.

Werkzeug's default writes large uploads to a temporary file in the clear; here the parser is given streams that
hand every chunk to the cipher and keep no more than a head and a tail, by which the file's kind is judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, cast

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import persian_digits
from tender_app.kernel.words import N_, _
from tender_app.sealing.envelope import Envelope, Sealed
from tender_app.store.files import Files
from tender_app.web.uploads import fault_of_ends, safe_name

ENDS = 70_000
MOST_TEXT = 2 * 1024 * 1024
MOST_PARTS = 500
READ_ON = 4  # so many times the limit is read to its end: a browser that is cut off shows no answer and loses the text
CUT = N_("ارسال ناتمام رسید (خط قطع شد). چیزی نگه داشته نشد؛ دوباره بفرستید.")
MISFORMED = N_("فرم به شکلی که باید نرسید؛ شاید ارسال آن ناتمام مانده است. چیزی نگه داشته نشد؛ دوباره بفرستید.")
LONG = N_("متنی که فرستادید بیش از اندازه بلند است؛ آن را کوتاه کنید یا در یک پرونده پیوست کنید.")


@dataclass
class Received:
    """What came: the text fields, and what is wrong with the files; `seal` or `abandon` ends it."""

    envelope: Envelope
    limit: int
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    files: list["_Part"] = field(default_factory=list)
    size: int = 0

    @property
    def is_too_large(self) -> bool:
        """Tell whether the files together are larger than may be; nothing of them is kept then."""
        return self.size > self.limit

    def faults(self) -> dict[str, str]:
        """Return the faults of each file field that has any; each names its file."""
        found: dict[str, str] = {}
        for part in self.files:
            if fault := part.fault():
                found[part.field] = f"{found.get(part.field, '')} «{part.name}»: {fault}".strip()
        return {**found, **dict.fromkeys(self._beyond(), too_large(self.limit))}

    @property
    def count(self) -> int:
        """Return how many files came."""
        return len(self.files)

    def has(self, name: str) -> bool:
        """Tell whether a file came in this field."""
        return any(part.field == name for part in self.files)

    def seal(self, form: Mapping[str, Any]) -> Sealed:
        """Seal the envelope with this form and the names of its files; raise Invalid if a file has a fault."""
        if faults := self.faults():
            raise Invalid(next(iter(faults.values())), faults)
        listed = [{"field": p.field, "name": p.name, "size": p.size} for p in self.files]
        return self.envelope.seal({**form, "files": listed})

    def abandon(self) -> None:
        """Throw away what came, and what was sealed of it if it was not placed."""
        self.envelope.abandon()

    def _beyond(self) -> set[str]:
        return {part.field for part in self.files if part.is_beyond}


def receive(request: Request, recipient: str, files: Files, *, limit: int) -> Received:
    """Parse a post into an envelope for `recipient`, whose files together may have `limit` bytes.

    Raises Invalid if it came in part, misformed, or so large that it was not read; faults of single files are told
    by the result, beside the text that came with them.
    """
    received = Received(Envelope(recipient, files), limit)
    try:
        _parse(request, received)
    except RequestEntityTooLarge as large:
        received.abandon()
        is_text = received.size <= limit and (request.content_length or 0) <= READ_ON * limit
        raise Invalid(LONG if is_text else too_large(limit)) from large
    except (ClientDisconnected, OSError) as cut:
        received.abandon()
        raise Invalid(CUT) from cut
    except ValueError as misformed:
        received.abandon()
        raise Invalid(CUT if _ended_early(request) else MISFORMED) from misformed
    except BaseException:
        received.abandon()
        raise
    return received


def too_large(limit: int) -> str:
    """Return what is said of files that are together larger than the limit."""
    return persian_digits(
        _("جمع پرونده‌ها از {megabytes} مگابایت بیشتر است؛ آنها را کوچک‌تر کنید.").format(megabytes=limit // 1024 // 1024)
    )


def _ended_early(request: Request) -> bool:
    """Tell whether the stream ended before the length that was announced (gunicorn ends it without an error)."""
    return request.stream.tell() < (request.content_length or 0) and not request.stream.read(1)


def _parse(request: Request, received: Received) -> None:
    is_multipart = request.mimetype == "multipart/form-data"
    request.max_content_length = READ_ON * received.limit if is_multipart else MOST_TEXT
    streams = _Streams(received)
    parser = FormDataParser(streams.make, max_form_memory_size=MOST_TEXT, max_form_parts=MOST_PARTS, silent=False)
    length, options = request.content_length, request.mimetype_params
    _unused, received.fields, uploads = parser.parse(request.stream, request.mimetype, length, options)
    streams.close()
    for name, storages in uploads.lists():
        for storage in storages:
            cast("_Stream", storage.stream).part.field = name or ""
    received.files = [part for part in received.files if part.name]


@dataclass
class _Part:
    """A file that came: its ends are held for judging, never the whole of it."""

    name: str
    field: str = ""
    size: int = 0
    head: bytes = b""
    tail: bytes = b""
    is_beyond: bool = False  # it passed, or came after, the limit of all files together

    def fault(self) -> str | None:
        return fault_of_ends(self.name, self.head, self.tail, self.size)


class _Streams:
    """Makes the parser's streams, one after another."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._open: _Stream | None = None

    def make(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Return the stream of the next file."""
        del total_content_length, content_type, content_length
        self.close()
        part = _Part(safe_name(filename) if filename else "")
        place = len(self._received.files)
        self._received.files.append(part)
        is_kept = part.name and not self._received.is_too_large
        writer = self._received.envelope.file(place, part.name).write if is_kept else _nowhere
        self._open = _Stream(part, writer, self._received)
        return self._open  # type: ignore[return-value]

    def close(self) -> None:
        """Close the file that is being received."""
        if self._open is not None:
            self._open.finish()
            self._open = None


class _Stream:
    """What the parser writes a file into."""

    def __init__(self, part: _Part, write: Callable[[bytes], int], received: Received) -> None:
        self.part = part
        self._write = write
        self._received = received

    def write(self, data: bytes) -> int:
        self.part.size += len(data)
        self._received.size += len(data)
        if self._received.is_too_large:
            return self._pass_by(data)
        if len(self.part.head) < ENDS:
            self.part.head += data[: ENDS - len(self.part.head)]
        self.part.tail = (self.part.tail + data)[-ENDS:]
        return self._write(data)

    def _pass_by(self, data: bytes) -> int:
        """Read on without keeping anything."""
        self.part.is_beyond = True
        self._received.abandon()
        return len(data)

    def seek(self, _place: int) -> int:
        """The parser rewinds a finished file; there is nothing to read again."""
        return 0

    def finish(self) -> None:
        if self.part.name:
            self._received.envelope.end_file()

    def close(self) -> None:
        """Werkzeug closes files at the end of a request."""


def _nowhere(data: bytes) -> int:
    return len(data)
