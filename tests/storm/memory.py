"""Looking for canaries in what a running process holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)")
STEP = 8 * 1024 * 1024
WITHOUT = ("[vvar]", "[vsyscall]")


def found_in_memory(pid: int, needles: Mapping[str, Iterable[bytes]]) -> set[str]:
    """Return the names of the canaries that lie somewhere in the memory of a process; PermissionError if it is closed to us."""
    longest = max(len(one) for spelt in needles.values() for one in spelt)
    found: set[str] = set()
    for part in _parts(pid, longest):
        found |= {name for name, spelt in needles.items() if name not in found and any(one in part for one in spelt)}
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
