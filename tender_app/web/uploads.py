"""Files that people send: known by their first bytes and by their name, whole, and not too large."""

from dataclasses import dataclass
from pathlib import PurePath

import filetype
from werkzeug.datastructures import FileStorage

from tender_app.kernel.errors import Invalid
from tender_app.kernel.persian import fold, persian_digits

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
PDF_TAIL = 2048


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received whole."""

    name: str
    media_type: str
    content: bytes


def received(file: FileStorage | None, field: str) -> Upload:
    """Return the file that was sent in a field, or raise Invalid with a message for that field."""
    if file is None or not file.filename:
        raise _bad(field, "پرونده‌ای برگزیده نشده است.")
    name = safe_name(file.filename)
    content = file.stream.read(LARGEST + 1)
    if fault := fault_of(name, content):
        raise _bad(field, fault)
    return Upload(name, TYPES[extension(name)], content)


def fault_of(name: str, content: bytes, size: int | None = None) -> str | None:
    """Return what is wrong with a file of this name and content (or only its head, when its `size` is given)."""
    size = len(content) if size is None else size
    kind = extension(name)
    if kind not in TYPES:
        return "این گونه پرونده پذیرفته نیست؛ PDF، DOCX، XLSX، ZIP، PNG یا JPG بفرستید."
    if size == 0:
        return "پرونده خالی است؛ شاید هنوز ذخیره نشده بود."
    if size > LARGEST:
        return persian_digits(f"پرونده از {LARGEST // 1024 // 1024} مگابایت بزرگ‌تر است؛ آن را کوچک‌تر یا چندپاره کنید.")
    guess = filetype.guess(content[:8192])
    found = guess.extension if guess else ""
    if found != ("jpg" if kind == "jpeg" else kind) and not (kind in ZIPPED and found in {*ZIPPED, "epub", "jar"}):
        return f"محتوای پرونده با پسوند .{kind} نمی‌خواند؛ پرونده درست را برگزینید."
    if kind == "pdf" and len(content) == size and b"%%EOF" not in content[-PDF_TAIL:]:
        return "پرونده PDF ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."
    if kind in ZIPPED and len(content) == size and b"PK\x05\x06" not in content[-66000:]:
        return "پرونده فشرده ناتمام است (پایان آن نرسیده)؛ دوباره بفرستید."
    return None


def extension(name: str) -> str:
    """Return the extension of a file's name, in lower case, without its dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def safe_name(name: str) -> str:
    """Return the bare name of a file, without folders or control characters."""
    bare = fold(name.replace("\\", "/").rsplit("/", 1)[-1])
    return "".join(c for c in bare if c.isprintable())[-180:] or "file"


def _bad(field: str, message: str) -> Invalid:
    return Invalid(message, {field: message})
