"""What the sealing tests are made of: small true files, the hour, and envelopes filled with them."""

import contextlib
import dataclasses
import datetime as dt
import io
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tender_app.config import Settings
from tender_app.sealing.envelope import Envelope
from tender_app.sealing.models import SealedEnvelope, TenderKey
from tender_app.store.context import Context
from tender_app.store.files import Files, files_of, headers_of

NOW = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
TENDER = 7
MB = 1024 * 1024
SAID = "زیتون سبز کنار رودخانه"
SECRETS: dict[str, Any] = {}  # of the keys that a test made, by their public halves
FORM = {"team": ["مریم احمدی", "رضا ملکی"], "total": 9_750_000_000}
PDF = b"%PDF-1.4\n" + b"1 0 obj << >> endobj\n" * 40 + b"%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 600 + b"IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 600 + b"\xff\xd9"


def zipped(*names: str) -> bytes:
    """Return a real ZIP with these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>" * 20)
    return made.getvalue()


def secret(key: TenderKey) -> Any:
    """Return the secret half of a key that the test made, as its members' shares gave it."""
    return SECRETS[key.recipient]


def row_of(settings: Settings, key: TenderKey, *, header: bytes, **kept: Any) -> SealedEnvelope:
    """Return the row of a sealed envelope, its header where headers lie."""
    stored = headers_of(settings).put(header)
    return SealedEnvelope(tender_key=key, header_key=stored.key, header_digest=stored.digest, sealed_at=NOW, **kept)


def blobs(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@contextlib.contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """Let no file of this process grow past a size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(store: Files, recipient: str, *files: tuple[str, bytes]) -> Envelope:
    """Return an envelope with these files in it, not yet sealed."""
    envelope = Envelope(recipient, store)
    for place, (name, content) in enumerate(files):
        writer = envelope.file(place, name)
        for start in range(0, len(content), 65_536):
            writer.write(content[start : start + 65_536])
        envelope.end_file()
    return envelope


def seal(ctx: Context, key: TenderKey, *files: tuple[str, bytes], recipient: str = "") -> SealedEnvelope:
    """Return the row of an envelope sealed to a key (or, wrongly, to another recipient)."""
    listed = [{"field": "files", "name": name, "size": len(content)} for name, content in files]
    sealed = fill(files_of(ctx.settings), recipient or key.recipient, *files).seal({**FORM, "files": listed})
    row = row_of(ctx.settings, key, **dataclasses.asdict(sealed))
    ctx.session.add(row)
    ctx.session.flush()
    return row
