"""Receiving an envelope: each file is encrypted as it arrives, by the form parser's own streams; nothing is spooled.

Werkzeug's default writes large uploads to a temporary file in the clear; here the parser is given streams that
hand every chunk to the cipher and keep no more than a head and a tail, by which the file's kind is judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import persian_digits
from tender_app.sealing.envelope import Envelope, Sealed
from tender_app.store.files import Files
from tender_app.web.uploads import fault_of, safe_name

ENDS = 70_000
MOST_TEXT = 2 * 1024 * 1024
BROKEN = "ارسال ناتمام رسید (خط قطع شد). چیزی نگه داشته نشد؛ دوباره بفرستید."


@dataclass
class Received:
    """What came: the text fields, and what is wrong with the files; `seal` or `abandon` ends it."""

    envelope: Envelope
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    files: list["_Part"] = field(default_factory=list)

    def faults(self) -> dict[str, str]:
        """Return the fault of each file field that has one."""
        return {part.field: fault for part in self.files if (fault := part.fault())}

    def has(self, name: str) -> bool:
        """Tell whether a file came in this field."""
        return any(part.field == name for part in self.files)

    def seal(self, form: Mapping[str, Any]) -> Sealed:
        """Seal the envelope with this form; the names and kinds of its files go inside."""
        listed = [{"field": p.field, "name": p.name, "size": p.size} for p in self.files]
        return self.envelope.seal({**form, "files": listed})

    def abandon(self) -> None:
        """Throw away what came."""
        self.envelope.abandon()


def receive(request: Request, recipient: str, files: Files, *, limit: int) -> Received:
    """Parse a multipart post into an envelope for `recipient`; raise Invalid if it is too large or came in part."""
    length = request.content_length or 0
    if length > limit:
        raise Invalid(persian_digits(f"جمع پرونده‌ها از {limit // 1024 // 1024} مگابایت بیشتر است؛ آنها را کوچک‌تر کنید."))
    received = Received(Envelope(recipient, files))
    streams = _Streams(received)
    parser = FormDataParser(
        streams.make, max_form_memory_size=MOST_TEXT, max_content_length=limit, silent=False
    )
    try:
        _, received.fields, uploads = parser.parse(request.stream, request.mimetype, length, request.mimetype_params)
        streams.close()
        for name, storages in uploads.lists():
            for storage in storages:
                storage.stream.part.field = name
    except (HTTPException, ValueError, OSError) as cut:
        received.abandon()
        raise Invalid(BROKEN) from cut
    except BaseException:
        received.abandon()
        raise
    received.files = [part for part in received.files if part.name]
    return received


@dataclass
class _Part:
    """A file that came: its ends are held for judging, never the whole of it."""

    name: str
    field: str = ""
    size: int = 0
    head: bytes = b""
    tail: bytes = b""

    def fault(self) -> str | None:
        return fault_of(self.name, self.head, self.size) or self._tail_fault()

    def _tail_fault(self) -> str | None:
        whole = self.head if self.size <= len(self.head) else self.head[:8192] + self.tail
        return fault_of(self.name, whole)


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
        writer = self._received.envelope.file(place, part.name).write if part.name else _nowhere
        self._open = _Stream(part, writer, self._received.envelope)
        return self._open  # type: ignore[return-value]

    def close(self) -> None:
        """Close the file that is being received."""
        if self._open is not None:
            self._open.finish()
            self._open = None


class _Stream:
    """What the parser writes a file into."""

    def __init__(self, part: _Part, write: Callable[[bytes], int], envelope: Envelope) -> None:
        self.part = part
        self._write = write
        self._envelope = envelope

    def write(self, data: bytes) -> int:
        self.part.size += len(data)
        if len(self.part.head) < ENDS:
            self.part.head += data[: ENDS - len(self.part.head)]
        self.part.tail = (self.part.tail + data)[-ENDS:]
        return self._write(data)

    def seek(self, _place: int) -> int:
        """The parser rewinds a finished file; there is nothing to read again."""
        return 0

    def finish(self) -> None:
        if self.part.name:
            self._envelope.end_file()

    def close(self) -> None:
        """Werkzeug closes files at the end of a request."""


def _nowhere(data: bytes) -> int:
    return len(data)
