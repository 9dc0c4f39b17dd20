"""A storm of bidders: submissions at a pace, and two hundred uploads within ten seconds, each on a line of its own."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.load import Load, Request, Visitor

PATIENCE = 120.0  # seconds before an answer that does not come is an error
Errand = Callable[
    [Visitor], bool
]  # what one bidder does on a line of its own; whether all was answered as it should be


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one bidder sends, in parts: the large one in the middle is shared by all, so that it lies in memory once."""

    parts: tuple[bytes, ...]
    status: int = 302

    def __call__(self, line: Visitor) -> bool:
        """Send it; tell whether it was answered as it should be."""
        return line.send(self.parts).status == self.status


@dataclass
class Storm:
    """How long each errand took from the moment it was due, how long all of them, and how many went wrong."""

    load: Load = field(default_factory=Load)
    errors: int = 0


def offer(port: int, errands: Sequence[Errand], every: float) -> Storm:
    """Begin each errand when it is due, one every so many seconds, whether or not those before it are done."""
    storm, lock = Storm(), threading.Lock()
    begun = time.perf_counter() + 0.2

    def one(place: int, errand: Errand) -> None:
        due = begun + place * every
        time.sleep(max(0.0, due - time.perf_counter()))
        is_right = _done(port, errand)
        with lock:
            if is_right:
                storm.load.times.append(time.perf_counter() - due)
            else:
                storm.errors += 1

    threads = [threading.Thread(target=one, args=(place, errand)) for place, errand in enumerate(errands)]
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


def _done(port: int, errand: Errand) -> bool:
    """Do an errand on a new line; tell whether all of it was answered as it should be."""
    try:
        with contextlib.closing(Visitor(port, PATIENCE)) as line:
            return errand(line)
    except (OSError, ValueError):
        return False
