"""A server that runs for a while: started, watched for its memory, ended."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.load import Answer, Request, Visitor, get

EVERY = 0.05  # seconds between two looks at the memory


class House:
    """A server's processes: its port, the seconds to its first answer, the most memory that all held at once (MB)."""

    def __init__(self, kind: str, folder: Path, first: str) -> None:
        self.port = free_port()
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", kind, str(folder), str(self.port)], stderr=subprocess.DEVNULL
        )
        self._wait(first)
        self.seconds = time.perf_counter() - begun
        self.peak = 0.0
        self._is_over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """Return the process that the others come from."""
        return self._process.pid

    def ask(self, request: Request) -> Answer:
        """Ask once; any other answer than the right one ends the benchmark."""
        with contextlib.closing(Visitor(self.port)) as visitor:
            answer = visitor.ask(request)
        if answer.status != request.status:
            raise SystemExit(f"{request.content[:60]!r} was answered {answer.status}, not {request.status}")
        return answer

    def close(self) -> None:
        """End the server and the watching."""
        self._is_over.set()
        self._watcher.join()
        self._process.send_signal(signal.SIGINT)  # at once: a gentler end waits for visitors that stay connected
        self._process.wait(90)

    def _wait(self, path: str) -> None:
        while self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.ask(get(path))
                return
            time.sleep(0.01)
        raise SystemExit("the server did not start")

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY):
            self.peak = max(self.peak, sum(_held(pid) for pid in _tree(self._process.pid)))


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _held(pid: int) -> float:
    """Return what a process holds in MB; memory that several share is divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
