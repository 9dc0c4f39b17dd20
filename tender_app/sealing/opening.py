"""Opening: the only reader of secret keys; imported by bids.commands alone, for the law's opening acts."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyrage

from tender_app.config import Settings
from tender_app.sealing.envelope import FORM, envelope_digest
from tender_app.sealing.keys import secret_path
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.files import CHUNK, Stored, files_of


class Damaged(Exception):  # noqa: N818 -- what the minutes call it
    """An envelope that cannot be read; `cause` is a Persian sentence for the minutes."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside: the form, and the files with their names, now in the store."""

    form: dict[str, Any]
    files: list[tuple[str, Stored]]


def open_envelope(settings: Settings, sealed: SealedEnvelope) -> Opened:
    """Open an envelope with its tender's key; raise Damaged when its bytes are not those that were sealed."""
    store = files_of(settings)
    _check(store.path(sealed.payload_key), sealed)
    identity = pyrage.x25519.Identity.from_str(secret_path(settings, sealed.tender_key).read_text("ascii").strip())
    plain = io.BytesIO()
    try:
        with store.open(sealed.payload_key) as payload:
            pyrage.decrypt_io(_Joined(sealed.header, payload), plain, [identity])
        with zipfile.ZipFile(plain) as inside:
            form = json.loads(inside.read(FORM))
            names = [n for n in inside.namelist() if n != FORM]
            return Opened(form, [(n.split("/", 2)[2], store.put(_chunks(inside, n))) for n in names])
    except (pyrage.DecryptError, zipfile.BadZipFile, KeyError, ValueError, OSError) as broken:
        raise Damaged("محتوای پاکت با کلید این مناقصه خوانده نشد.") from broken


def _check(path: Any, sealed: SealedEnvelope) -> None:
    if not path.is_file():
        raise Damaged("پرونده مهر و موم‌شده در انبار نیست.")
    with path.open("rb") as payload:
        found = hashlib.file_digest(payload, "sha256").hexdigest()
    if found != sealed.payload_digest or envelope_digest(sealed.header, found) != sealed.digest:
        raise Damaged("بایت‌های پاکت با اثر انگشت رسید یکی نیست.")


def _chunks(inside: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with inside.open(name) as entry:
        while chunk := entry.read(CHUNK):
            yield chunk


class _Joined(io.RawIOBase):
    """The header and the payload, read as the one file that they were."""

    def __init__(self, header: bytes, payload: BinaryIO) -> None:
        self._parts = [io.BytesIO(header), payload]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        for part in self._parts:
            if data := part.read(size):
                return data
        return b""
