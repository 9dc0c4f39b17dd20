"""Looking for canaries in what a running process holds."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)")
STEP = 256 * 1024
WITHOUT = ("[vvar]", "[vsyscall]")


def found_in_memory(pids: Iterable[int], needles: Mapping[str, Iterable[bytes]]) -> dict[int, set[str]]:
    """Return the names of the canaries that lie somewhere in the memory of each process; PermissionError if one is closed to us.

    What processes share is read in each and looked through once.
    """
    longest = max(len(one) for spelt in needles.values() for one in spelt)
    known: dict[bytes, set[str]] = {}
    found: dict[int, set[str]] = {}
    for pid in pids:
        found[pid] = set()
        for part in _parts(pid, longest):
            digest = hashlib.blake2b(part, digest_size=16).digest()
            if digest not in known:
                known[digest] = {name for name, spelt in needles.items() if any(one in part for one in spelt)}
            found[pid] |= known[digest]
    return found


def _parts(pid: int, overlap: int) -> Iterator[bytes]:
    """Give the readable memory in parts that overlap, so that nothing lies unseen between two."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in _regions(pid):
            for place in range(start, end, STEP):
                try:
                    memory.seek(place)
                    yield memory.read(min(STEP + overlap, end - place))
                except (OSError, ValueError, OverflowError):  # a region that is gone meanwhile, or of the kernel
                    break


def _regions(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace").splitlines():
        mapped = MAPPED.match(line)
        if mapped and mapped[3] not in WITHOUT:
            yield int(mapped[1], 16), int(mapped[2], 16)
