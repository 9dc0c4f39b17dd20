"""Real file systems that are small, full, or closed to writers: mounted where that is allowed."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

MB = 1024 * 1024


class Disk:
    """A small file system of its own, over a folder that is moved into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no room."""
        with (self.folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(b"\0" * 4096)

    def clear(self) -> None:
        """Give the room back."""
        (self.folder / "filler").unlink()

    def close_to_writers(self) -> None:
        """Let nothing be written."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def open_to_writers(self) -> None:
        """Let everything be written again."""
        _run("mount", "-o", "remount,rw", str(self.folder))


@contextlib.contextmanager
def disk_under(folder: Path, size: int) -> Iterator[Disk]:
    """Put a folder on a file system of so many bytes; skip the test where nobody may mount one."""
    folder.mkdir(exist_ok=True)
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.mkdir()
    if os.geteuid() != 0 or not _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip("a file system can be mounted by root alone")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield Disk(folder)
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> bool:
    return (
        shutil.which(command[0]) is not None
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )
