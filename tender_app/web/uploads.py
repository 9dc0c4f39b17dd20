"""Files that people send: known by their first bytes and by their name, whole, and not too large."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any, TypeVar, cast

import filetype
from flask import Flask, Request, current_app, session
from werkzeug.datastructures import FileStorage

from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import fold, persian_digits
from tender_app.kernel.words import _

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = 20 * 1024 * 1024
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
ZIPPED = {"docx", "xlsx", "zip"}
END_OF_ZIP = (b"PK\x05\x06", 66_000)
ENDINGS = {  # what stands within so many bytes before the end of a whole file
    "pdf": (b"%%EOF", 2_048),
    "png": (b"IEND", 66_000),
    **dict.fromkeys(("jpg", "jpeg"), (b"\xff\xd9", 66_000)),
    **dict.fromkeys(ZIPPED, END_OF_ZIP),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received whole."""

    name: str
    media_type: str
    content: bytes


class Digest:
    """What a file is read into that nobody wants to read again: its SHA-256, and no byte of it."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Hash on."""
        self._hash.update(data)
        return len(data)

    def seek(self, _place: int) -> int:
        """The parser rewinds a finished file; there is nothing to read again."""
        return 0

    def close(self) -> None:
        """Werkzeug closes files at the end of a request."""

    def hex(self) -> str:
        """Return the SHA-256 in hex."""
        return self._hash.hexdigest()


def holds_files(view: View) -> View:
    """Declare that a view reads the files that are posted to it; of any other post's files, only the digest is kept."""
    view.holds_files = True  # type: ignore[attr-defined]
    return view


class HeldRequest(Request):
    """A request whose files never touch the disk (the parser's own way is to put large ones there, in the clear).

    They stay in memory where a view takes them from somebody who is signed in; nobody else can fill the memory.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        view = current_app.view_functions.get(self.endpoint or "")
        is_held = getattr(view, "holds_files", False) and "_user_id" in session
        return BytesIO() if is_held else cast("IO[bytes]", Digest())


def register(app: Flask) -> None:
    """Let no page of `app`, by any reading of a post, write it to a temporary file."""
    app.request_class = HeldRequest


def received(file: FileStorage | None, field: str) -> Upload:
    """Return the file that was sent in a field, or raise Invalid with a message for that field."""
    if file is None or not file.filename:
        raise _bad(field, _("پرونده‌ای برگزیده نشده است."))
    name = safe_name(file.filename)
    content = file.stream.read(LARGEST + 1)
    if fault := fault_of(name, content):
        raise _bad(field, fault)
    return Upload(name, TYPES[extension(name)], content)


def received_all(files: Sequence[FileStorage], field: str, most: int) -> list[Upload]:
    """Return the files that were sent in a field, so many at most; Invalid where one of them is not to be taken."""
    sent = [file for file in files if file.filename]
    if len(sent) > most:
        raise _bad(
            field,
            persian_digits(_("بیش از {most} پرونده پذیرفته نیست؛ آنها را در یک ZIP بفرستید.").format(most=most)),
        )
    return [received(file, field) for file in sent]


def fault_of_ends(name: str, head: bytes, tail: bytes, size: int, largest: int = LARGEST) -> str | None:
    """Return what is wrong with a file of which only both ends (and its size) are held."""
    whole = head if size <= len(head) else head[:8192] + tail
    return fault_of(name, head, size, largest) or fault_of(name, whole, None, largest)


def fault_of(name: str, content: bytes, size: int | None = None, largest: int = LARGEST) -> str | None:
    """Return what is wrong with a file of this name and content (or only its head, when its `size` is given)."""
    size = len(content) if size is None else size
    kind = extension(name)
    if kind not in TYPES:
        return _("این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید.")
    if size == 0:
        return _("پرونده خالی است؛ شاید هنوز ذخیره نشده بود.")
    if size > largest:
        return persian_digits(
            _("پرونده از {megabytes} مگابایت بزرگ‌تر است؛ آن را کوچک‌تر یا چندپاره کنید.").format(
                megabytes=largest // 1024 // 1024
            )
        )
    if not _is_of_kind(kind, content):
        return _("محتوای پرونده با پسوند .{kind} نمی‌خواند؛ پرونده درست را برگزینید.").format(kind=kind)
    if len(content) == size and _is_cut(kind, content):
        return _("پرونده .{kind} ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید.").format(kind=kind)
    return None


def _is_of_kind(kind: str, content: bytes) -> bool:
    guess = filetype.guess(content[:8192])
    found = guess.extension if guess else ""
    return found == ("jpg" if kind == "jpeg" else kind) or (kind in ZIPPED and found in {*ZIPPED, "epub", "jar"})


def _is_cut(kind: str, content: bytes) -> bool:
    end, within = ENDINGS[kind]
    return end not in content[-within:]


def extension(name: str) -> str:
    """Return the extension of a file's name, in lower case, without its dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def safe_name(name: str) -> str:
    """Return the bare name of a file, without folders or control characters."""
    bare = fold(name.replace("\\", "/").rsplit("/", 1)[-1])
    return "".join(c for c in bare if c.isprintable())[-180:] or "file"


def _bad(field: str, message: str) -> Invalid:
    return Invalid(message, {field: message})
