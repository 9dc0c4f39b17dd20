"""Write-once blobs: a file gets a random key when it is whole and safe on the disk, and never changes again."""

import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tender_app.config import Settings
from tender_app.kernel.errors import NoRoom, OutOfReach

LOG = logging.getLogger("tender_app.store")
CHUNK = 64 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
KEY = re.compile(r"[0-9a-f]{32}")


@contextlib.contextmanager
def keeping() -> Iterator[None]:
    """Turn what the disk refuses into what people are told: NoRoom where it is full, OutOfReach else."""
    try:
        yield
    except OSError as failed:
        LOG.exception("storage-failed cause=%s", errno.errorcode.get(failed.errno or 0, "unknown"))
        raise (NoRoom() if failed.errno in FULL else OutOfReach()) from failed


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored blob: its key, the SHA-256 of its bytes (hex) and their number."""

    key: str
    digest: str
    size: int


class Writer:
    """A blob while it is written; hashes as it goes. What the disk refuses is NoRoom or OutOfReach."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Append bytes."""
        self._hash.update(data)
        self.size += len(data)
        with keeping():
            self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        with keeping():
            self._file.flush()

    def close(self) -> str:
        """Make the bytes safe on the disk; return their digest."""
        with keeping():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return self._hash.hexdigest()

    def abandon(self) -> None:
        """Stop writing; what a full disk does not take at the end is not wanted either."""
        with contextlib.suppress(OSError):
            self._file.close()


class Files:
    """The blobs of one installation, in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes | Iterable[bytes]) -> Stored:
        """Store bytes or a stream of them."""
        with self.writing() as pending:
            for chunk in (data,) if isinstance(data, bytes) else data:
                pending.writer.write(chunk)
        return pending.stored

    @contextlib.contextmanager
    def writing(self) -> Iterator["Pending"]:
        """Give a blob to write; it is kept if the block ends well, and leaves nothing behind otherwise."""
        pending = Pending(self)
        try:
            yield pending
            pending.keep()
        except BaseException:
            pending.abandon()
            raise

    def adopt(self, path: Path) -> str:
        """Make a finished file on the same disk a blob under a key of its own, copying nothing; its old name stays too.

        The caller has made its bytes safe (fsync) and lets nobody write it any more.
        """
        place = self.make_place(key := secrets.token_hex(16))
        os.link(path, place)
        sync_folder(place.parent)
        return key

    def destroy(self, key: str) -> None:
        """Overwrite a blob and remove it: the one exception to what is written here staying for ever."""
        path = self.path(key)
        with path.open("r+b") as file:
            file.write(b"\0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        """Open a blob for reading; FileNotFoundError if there is none."""
        return self.path(key).open("rb")

    def read(self, key: str) -> bytes:
        """Return a blob's bytes."""
        return self.path(key).read_bytes()

    def path(self, key: str) -> Path:
        """Return where a key's blob lies; a text that is no key raises FileNotFoundError."""
        if not KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self.root / key[:2] / key

    def make_place(self, key: str) -> Path:
        """Return where a new key's blob will lie, in a folder that is there."""
        path = self.path(key)
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self.root)
        return path


class Pending:
    """A blob that is being written, under a name that no reader looks for."""

    stored: Stored

    def __init__(self, files: Files) -> None:
        self.key = secrets.token_hex(16)
        with keeping():
            self._path = files.make_place(self.key)
            self._part = self._path.with_suffix(".part")
            self.writer = Writer(self._part)

    def keep(self) -> Stored:
        """Give the finished blob its key."""
        digest = self.writer.close()
        with keeping():
            self._part.rename(self._path)
            sync_folder(self._path.parent)
        self.stored = Stored(self.key, digest, self.writer.size)
        return self.stored

    def abandon(self) -> None:
        """Remove what was written, whole or not: no row was kept that names it."""
        self.writer.abandon()
        with contextlib.suppress(OSError):  # a folder that lets nothing be written lets nothing be removed either
            self._part.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)


def is_writable(folder: Path) -> bool:
    """Tell whether a file can be written into a folder, which is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            return trial.write(b"trial") > 0
    except OSError:
        return False


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe on the disk, as fsync makes a file's bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def headers_of(settings: Settings) -> Files:
    """Return the headers of sealed envelopes: small blobs in a folder of their own, which only its owner enters."""
    if not settings.headers.is_dir():
        with keeping():
            settings.headers.mkdir(parents=True, exist_ok=True)
            settings.headers.chmod(0o700)
    return Files(settings.headers)


def files_of(settings: Settings) -> Files:
    """Return the installation's blobs."""
    return Files(settings.storage)
