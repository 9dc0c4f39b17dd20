"""Opening: where a tender's secret key is used; imported by bids.commands alone, for the law's opening acts.

What is wrong with an envelope is Damaged, and the bidder's to bear; what is wrong with our own disk or keys is not,
and stops the act with nothing done.
"""

import hashlib
import io
import tempfile
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

import pyrage

from tender_app.config import Settings
from tender_app.sealing.envelope import envelope_digest
from tender_app.sealing.inside import Entry, Inside, Judge, MisformedError, looking_inside
from tender_app.sealing.models import SealedEnvelope
from tender_app.store.files import Files, Stored, files_of, headers_of, keeping

UNREADABLE = "محتوای پاکت با کلید این مناقصه خوانده نشد."
MISFORMED = "درون پاکت به شکلی که باید نیست"
NEVER_CAME = "اثر انگشت این پاکت ثبت شده بود ولی خود آن تا پایان مهلت نرسید."
ENDS = 70_000  # bytes at either end of a file, by which its kind is judged


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


def anything(_name: str, _head: bytes, _tail: bytes, _size: int) -> str | None:
    """Judge no file: what is read is our own."""
    return None


def open_envelope(settings: Settings, sealed: SealedEnvelope, identity: Any, judge: Judge = anything) -> Opened:
    """Open an envelope with its tender's key; raise Damaged when its bytes are not those that were sealed, or no envelope.

    `judge` says what is wrong with a file by its name, first and last bytes and size, or None.
    Raises RuntimeError for another tender's identity, NoRoom or OutOfReach for a disk of ours: no fault of the envelope.
    """
    if sealed.is_awaited:
        raise Damaged(NEVER_CAME)
    store = files_of(settings)
    header = _header(settings, sealed)
    _check(store, sealed, header)
    if str(identity.to_public()) != sealed.tender_key.recipient:
        raise RuntimeError(f"envelope {sealed.id} is sealed to another key")
    with (
        keeping(),
        tempfile.TemporaryFile(dir=store.root) as plain,
    ):  # it has no name, so that nothing of it outlives this act
        with store.open(sealed.payload_key) as payload:
            _decrypt(_Joined(header, payload), identity, plain)
        return _unpack(store, plain, settings.sealed_limit, judge)


def _header(settings: Settings, sealed: SealedEnvelope) -> bytes:
    if sealed.destroyed_at is not None:
        raise Damaged("کلید این پاکت با کاری ثبت‌شده نابود شده است و دیگر گشوده نمی‌شود.")
    try:
        return headers_of(settings).read(sealed.header_key)
    except FileNotFoundError as gone:
        raise Damaged("سرآیند پاکت در جای خود نیست.") from gone


def _check(store: Files, sealed: SealedEnvelope, header: bytes) -> None:
    path = store.path(sealed.payload_key)
    if not path.is_file():
        raise Damaged("پرونده مهر و موم‌شده در انبار نیست.")
    if path.stat().st_size != sealed.size:
        raise Damaged("پاکت ناقص است: اندازه آن با اندازه هنگام مهر و موم یکی نیست.")
    with path.open("rb") as payload:
        found = hashlib.file_digest(payload, "sha256").hexdigest()
    if found != sealed.payload_digest or envelope_digest(header, found) != sealed.digest:
        raise Damaged("بایت‌های پاکت با اثر انگشت رسید یکی نیست.")


def _decrypt(whole: "_Joined", identity: Any, plain: IO[bytes]) -> None:
    try:
        pyrage.decrypt_io(whole, plain, [identity])
    except pyrage.DecryptError as broken:
        raise Damaged(UNREADABLE) from broken
    except OSError as broken:
        if broken.errno is not None:  # the machine's own failure: a full disk rejects no bid
            raise
        raise Damaged(UNREADABLE) from broken


def _unpack(store: Files, plain: IO[bytes], limit: int, judge: Judge) -> Opened:
    """Take the files out once each of them was read to its end and judged: never half of them, and none of a bad one."""
    try:
        with looking_inside(plain, limit=limit) as inside:
            for entry in inside.files:
                if fault := judge(entry.name, *_ends(inside, entry), entry.size):
                    raise Damaged(f"«{entry.name[:150]}»: {fault}")
            return Opened(inside.form, [(entry.name, store.put(inside.chunks(entry))) for entry in inside.files])
    except MisformedError as misformed:
        raise Damaged(f"{MISFORMED}: {misformed.cause}.") from misformed


def _ends(inside: Inside, entry: Entry) -> tuple[bytes, bytes]:
    """Read a file to its end; return its first and last bytes."""
    head = tail = b""
    for chunk in inside.chunks(entry):
        head += chunk[: max(ENDS - len(head), 0)]
        tail = (tail + chunk)[-ENDS:]
    return head, tail


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
