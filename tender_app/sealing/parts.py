"""Payloads that arrive in parts: one file each, of which only so many bytes count as its row says.

The row is written after the bytes are safe (fsync), never before. So what a crash left beyond the row's offset was
acknowledged to nobody, and may have holes where the machine lost power: the next part is written over it.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tender_app.sealing.envelope import Sealed, envelope_digest
from tender_app.sealing.models import SealedIn
from tender_app.store.files import CHUNK, Files, sync_folder

TOKEN = re.compile(r"[0-9a-f]{32}")


class LostError(Exception):
    """The bytes that the row counts are not in the file: the disk is not the one that took them."""


class Parts:
    """The unfinished payloads of one installation, in a folder beside its blobs."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.root = files.root / "uploads"

    def begin(self) -> str:
        """Make an empty payload; return its token, which nobody can guess."""
        self.root.mkdir(parents=True, exist_ok=True)
        token = secrets.token_hex(16)
        os.close(os.open(self._path(token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(self.root)
        return token

    @contextlib.contextmanager
    def alone(self, token: str) -> Iterator["Part | None"]:
        """Give a payload to this request alone, or None if there is none; BlockingIOError while another has it.

        One that was kept as a blob ends with the block; if that ends badly, the blob is taken back and the payload stays.
        """
        with contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(self._path(token).open("r+b", buffering=0))
            except FileNotFoundError:
                yield None
                return
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part = Part(self._path(token), file, self._files)
            try:
                yield part
            except BaseException:
                part.take_back()
                raise
            if part.is_kept:
                self.end(token)

    def end(self, token: str) -> None:
        """Remove a payload's file, if it is there; a blob that was kept of it stays."""
        self._path(token).unlink(missing_ok=True)

    def untouched(self, seconds: float) -> set[str]:
        """Return the tokens of the files here that were written for the last time so long ago, by the system's clock."""
        before = time.time() - seconds
        found = self.root.iterdir() if self.root.is_dir() else ()
        return {path.name for path in found if path.stat().st_mtime < before}

    def _path(self, token: str) -> Path:
        if not TOKEN.fullmatch(token):
            raise FileNotFoundError(token)
        return self.root / token


class Part:
    """A payload while one request has it."""

    def __init__(self, path: Path, file: BinaryIO, files: Files) -> None:
        self._path = path
        self._file = file
        self._files = files
        self._kept = ""

    def append(self, offset: int, chunks: Iterable[bytes]) -> int:
        """Write what comes after the first `offset` bytes; return how many came, once they are safe on the disk.

        Raises LostError if fewer than `offset` bytes are there, OSError (and nothing stays) if the disk takes no more.
        """
        if os.fstat(self._file.fileno()).st_size < offset:
            raise LostError
        self._file.truncate(offset)
        self._file.seek(offset)
        try:
            size = sum(self._write(chunk) for chunk in chunks)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(offset)
            raise
        return size

    def digest(self) -> tuple[str, int]:
        """Return the SHA-256 of what is there (hex) and its size, read in small pieces."""
        self._file.seek(0)
        found, size = hashlib.sha256(), 0
        while chunk := self._file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
        return found.hexdigest(), size

    def keep(self, header: bytes, payload_digest: str, size: int) -> Sealed:
        """Make the whole payload a blob without moving a byte; it is the envelope of this header, sealed elsewhere."""
        self._kept = self._files.adopt(self._path)
        return sealed_elsewhere(header, payload_digest, size, self._kept)

    @property
    def is_kept(self) -> bool:
        """Tell whether the payload became a blob."""
        return bool(self._kept)

    def take_back(self) -> None:
        """Take the blob back, while no row names it; the payload itself stays."""
        if self._kept:
            self._files.path(self._kept).unlink(missing_ok=True)

    def _write(self, chunk: bytes) -> int:
        view = memoryview(chunk)
        while view:
            view = view[self._file.write(view) :]
        return len(chunk)


def sealed_elsewhere(header: bytes, payload_digest: str, size: int, payload_key: str = "") -> Sealed:
    """Return the envelope that a firm sealed itself; without a key, one whose bytes are still to come."""
    digest = envelope_digest(header, payload_digest)
    return Sealed(header, payload_key, payload_digest, digest, size, SealedIn.BROWSER)
