"""Visitors: plain sockets that stay connected, so that what is measured is the server and hardly its visitor."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What a visitor sends, and the status that is the right answer."""

    content: bytes
    status: int = 200


@dataclass
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes


def get(path: str, cookie: str = "") -> Request:
    """Return a request for a page."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")
    return Request(f"{head}\r\n".encode())


class Visitor:
    """One connection to a server of this machine."""

    def __init__(self, port: int, patience: float = 60.0) -> None:
        self._port, self._patience = port, patience
        self._socket = self._connect()

    def ask(self, request: Request) -> Answer:
        """Send a request and read its answer; a server that closes after an answer is called anew."""
        try:
            return self.send((request.content,))
        except ConnectionError:
            self._socket = self._connect()
            return self.send((request.content,))

    def send(self, parts: Sequence[bytes]) -> Answer:
        """Send a request that lies in parts, and read its answer; ConnectionError if the server hung up."""
        for part in parts:
            self._socket.sendall(part)
        return self._read()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=self._patience)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _read(self) -> Answer:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        parts, have = [body], len(body)
        while have < length:
            parts.append(self._more())
            have += len(parts[-1])
        return Answer(int(head.split()[1]), head, b"".join(parts))

    def _more(self) -> bytes:
        part = self._socket.recv(256 * 1024)
        if not part:
            raise ConnectionResetError
        return part


@dataclass
class Load:
    """What a server was asked, how long each answer took, and how long all of it."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Return requests per second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the time within which so large a share of the answers came, in ms."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


def press(load: Load, port: int, requests: Sequence[Request], times: int) -> None:
    """Let one visitor for each request send it so many times, all at once; add to the load."""
    gate = threading.Barrier(len(requests) + 1)
    found: list[list[float]] = [[] for _ in requests]
    threads = [
        threading.Thread(target=_visit, args=(gate, port, request, times, kept))
        for request, kept in zip(requests, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    load.seconds += time.perf_counter() - begun
    got = [spent for kept in found for spent in kept]
    if len(got) != len(requests) * times:
        raise SystemExit(f"port {port} answered {len(got)} requests rightly, not {len(requests) * times}")
    load.times += got


def _visit(gate: threading.Barrier, port: int, request: Request, times: int, kept: list[float]) -> None:
    visitor = Visitor(port)
    gate.wait()
    for _ in range(times):
        begun = time.perf_counter()
        if visitor.ask(request).status != request.status:
            break
        kept.append(time.perf_counter() - begun)
    visitor.close()
