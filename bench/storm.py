"""A storm of bidders: submissions at a pace, and two hundred uploads within ten seconds, each on a line of its own."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.load import Load, Request, Visitor

PATIENCE = 120.0  # seconds before an answer that does not come is an error


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one bidder sends, in parts: the large one in the middle is shared by all, so that it lies in memory once."""

    parts: tuple[bytes, ...]
    status: int = 302


@dataclass
class Storm:
    """How long each answer took from the moment its request was due, how long all of it, and what went wrong."""

    load: Load = field(default_factory=Load)
    errors: int = 0


def offer(port: int, parcels: Sequence[Parcel], every: float) -> Storm:
    """Send each parcel when it is due, one every so many seconds, whether or not those before it were answered."""
    storm, lock = Storm(), threading.Lock()
    begun = time.perf_counter() + 0.2

    def one(place: int, parcel: Parcel) -> None:
        due = begun + place * every
        time.sleep(max(0.0, due - time.perf_counter()))
        is_right = _sent(port, parcel)
        with lock:
            if is_right:
                storm.load.times.append(time.perf_counter() - due)
            else:
                storm.errors += 1

    threads = [threading.Thread(target=one, args=(place, parcel)) for place, parcel in enumerate(parcels)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    storm.load.seconds = time.perf_counter() - begun
    return storm


def drain(port: int, shares: Sequence[Sequence[Request]]) -> Load:
    """Let each visitor send its own requests one after another, all visitors at once; each answer must be right."""
    load, lock = Load(), threading.Lock()

    def one(requests: Sequence[Request]) -> None:
        with contextlib.closing(Visitor(port)) as visitor:
            for request in requests:
                begun = time.perf_counter()
                is_right = visitor.ask(request).status == request.status
                with lock:
                    load.times += [time.perf_counter() - begun] if is_right else []

    threads = [threading.Thread(target=one, args=(requests,)) for requests in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    asked = sum(map(len, shares))
    if len(load.times) != asked:
        raise SystemExit(f"port {port} answered {len(load.times)} requests rightly, not {asked}")
    return load


def _sent(port: int, parcel: Parcel) -> bool:
    """Send a parcel on a new line; tell whether it was answered as it should be."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            for part in parcel.parts:
                line.sendall(part)
            return next(_answers(line)) == parcel.status
    except (OSError, StopIteration, ValueError):
        return False


def _answers(line: socket.socket) -> Iterator[int]:
    got = b""
    while b"\r\n\r\n" not in got:
        part = line.recv(65_536)
        if not part:
            return
        got += part
    yield int(got.split(maxsplit=2)[1])
