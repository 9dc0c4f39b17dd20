"""Sealing: an envelope is one age file around a ZIP of `form.json` and files, encrypted as its bytes arrive.

Plain bytes pass through memory only. The age header is kept apart from the payload: without it nobody can open.
"""

import hashlib
import json
import queue
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import pyrage

from tender_app.kernel.errors import Refusal
from tender_app.sealing.models import SealedIn
from tender_app.store.files import CHUNK, Files, Pending, Stored

FORM = "form.json"
HEADER_END = b"\n---"
LONGEST_HEADER = 16 * 1024
AHEAD = 16  # chunks that may wait between the receiver and the cipher


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed envelope: what its row keeps. `digest` is SHA-256(SHA-256(header) ‖ SHA-256(payload)), hex."""

    header: bytes
    payload_key: str
    payload_digest: str
    digest: str
    size: int
    sealed_in: SealedIn = SealedIn.SERVER


def envelope_digest(header: bytes, payload_digest: str) -> str:
    """Return SHA-256(SHA-256(header) ‖ SHA-256(payload)) in hex; `payload_digest` is the inner hash in hex."""
    return hashlib.sha256(hashlib.sha256(header).digest() + bytes.fromhex(payload_digest)).hexdigest()


class Envelope:
    """An envelope that is being filled; `seal` closes it for ever, `abandon` leaves nothing of it, sealed or not."""

    def __init__(self, recipient: str, files: Files) -> None:
        key = pyrage.x25519.Recipient.from_str(recipient)
        self._pipe = _Pipe()
        self._split = _Split(files)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._encrypt, args=(key,), daemon=True)
        self._thread.start()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_STORED)
        self._entry: IO[bytes] | None = None

    def file(self, place: int, name: str) -> IO[bytes]:
        """Return a writer for one file; `end_file` closes it before the next one. The name is kept inside."""
        self._entry = self._zip.open(zipfile.ZipInfo(f"files/{place}/{name}"), "w", force_zip64=True)
        return self._entry

    def end_file(self) -> None:
        """Close the file that was opened last."""
        if self._entry is not None:
            self._entry.close()
            self._entry = None

    def seal(self, form: Mapping[str, Any]) -> Sealed:
        """Write the form, close the envelope and return what is to be kept.

        Raises NoRoom or OutOfReach if the store refused meanwhile: what came after that was read and thrown away.
        """
        content = json.dumps(form, ensure_ascii=False).encode()
        self.end_file()
        with self._zip.open(zipfile.ZipInfo(FORM), "w") as entry:
            entry.write(content)
        self._zip.close()
        self._pipe.end()
        self._thread.join()
        if self._failure:
            self._split.abandon()
            raise self._failure
        stored = self._split.keep()
        digest = envelope_digest(self._split.header, stored.digest)
        return Sealed(self._split.header, stored.key, stored.digest, digest, stored.size)

    def abandon(self) -> None:
        """Throw the envelope away; after `seal` too, while no row names it."""
        self._pipe.break_off()
        self.end_file()  # what the ZIP writes at its end goes nowhere
        self._zip.close()
        self._thread.join()
        self._split.abandon()

    def _encrypt(self, key: Any) -> None:
        try:
            pyrage.encrypt_io(self._pipe, self._split, [key])
        except BaseException as failure:  # noqa: BLE001 -- handed over to the thread that seals
            self._failure = self._split.refusal or failure
            self._pipe.drain()


class _Pipe:
    """Bytes from the thread that receives to the thread that encrypts, a bounded number at a time."""

    def __init__(self) -> None:
        self._queue: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self._rest = memoryview(b"")
        self._small = bytearray()
        self._is_over = False
        self._is_broken = False

    def write(self, data: bytes) -> int:
        if not self._is_broken:
            self._small += data
        if len(self._small) >= CHUNK:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Keep small writes together; ZipFile flushes after each of them."""

    def close(self) -> None:
        """Leave the pipe open: ZipFile closes only what it opened itself."""

    def end(self) -> None:
        self._send()
        self._queue.put(None)

    def break_off(self) -> None:
        if not self._is_broken:
            self._is_broken = True
            self._small.clear()
            self._queue.put(None)

    def read(self, size: int = CHUNK) -> bytes:
        if not self._rest and not self._is_over:
            part = self._queue.get()
            if part is None:
                self._is_over = True
            else:
                self._rest = memoryview(part)
        if self._is_broken:
            raise BrokenPipeError
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)

    def drain(self) -> None:
        """Let the receiver go on after a failure; what it sends is thrown away."""
        while not self._is_over:
            self._is_over = self._queue.get() is None

    def _send(self) -> None:
        if self._small:
            self._queue.put(bytes(self._small))
            self._small.clear()


class _Split:
    """What the cipher writes: the header is held, the payload goes to the store."""

    def __init__(self, files: Files) -> None:
        self.header = b""
        self.refusal: Refusal | None = None  # the cipher tells of it in words of its own
        self._held = bytearray()
        self._files = files
        self._blob: Pending | None = None

    def write(self, data: bytes) -> int:
        try:
            self._write(data)
        except Refusal as refusal:
            self.refusal = refusal
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing waits here but an unfinished header."""

    def keep(self) -> Stored:
        """Give the finished payload its key."""
        if self._blob is None:
            raise ValueError("nothing was encrypted")
        return self._blob.keep()

    def abandon(self) -> None:
        """Remove what was written."""
        if self._blob is not None:
            self._blob.abandon()

    def _write(self, data: bytes) -> None:
        if self._blob is not None:
            self._blob.writer.write(data)
            return
        self._held += data
        start = self._held.find(HEADER_END)
        end = self._held.find(b"\n", start + 1) if start >= 0 else -1
        if end >= 0:
            self.header = bytes(self._held[: end + 1])
            self._blob = Pending(self._files)
            self._blob.writer.write(bytes(self._held[end + 1 :]))
            self._held.clear()
        elif len(self._held) > LONGEST_HEADER:
            raise ValueError("no end of the age header")
