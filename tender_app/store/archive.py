"""A ZIP that is sent while it is written: nothing of it lies in memory or on the disk as a whole."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator


class Archive:
    """Files one after another, stored as they are; `digests` maps each finished one's name to its SHA-256 (hex)."""

    def __init__(self) -> None:
        self._out = _Drain()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_STORED)
        self.digests: dict[str, str] = {}

    def add(self, name: str, content: Iterable[bytes], size: int = 0) -> Iterator[bytes]:
        """Add a file and give what of the archive is ready; `size` is needed of files beyond 2 GB."""
        entry, digest = zipfile.ZipInfo(name), hashlib.sha256()
        entry.file_size = size
        with self._zip.open(entry, "w") as file:
            for chunk in content:
                digest.update(chunk)
                file.write(chunk)
                yield self._out.taken()
        self.digests[name] = digest.hexdigest()
        yield self._out.taken()

    def end(self) -> bytes:
        """Return the rest: the directory of what was added."""
        self._zip.close()
        return self._out.taken()


class _Drain(io.RawIOBase):
    """Takes what is written and lets it be fetched; it cannot go back, so that the archive is written straight on."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(memoryview(data))  # type: ignore[arg-type]
        self._waiting.append(chunk)
        return len(chunk)

    def taken(self) -> bytes:
        ready = b"".join(self._waiting)
        self._waiting.clear()
        return ready
