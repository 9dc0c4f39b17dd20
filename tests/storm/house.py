"""A real server over a test's database and folder: its workers can be killed, and it can be started again."""

import contextlib
import dataclasses
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from flask import Flask

from bench.bidders import Browser
from bench.house import free_port
from tender_app.config import Settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
Act = Callable[[], object]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str
    offset: int | None = None  # of an upload in parts: how many bytes are safe


def children(pid: int) -> list[int]:
    """Return the ids of the processes that this one began."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []


class House:
    """A gunicorn master with its two workers, of four threads each."""

    def __init__(self, app: Flask, **changed: object) -> None:
        settings: Settings = app.extensions["settings"]
        self.settings = dataclasses.replace(settings, testing=False, **changed)  # type: ignore[arg-type]
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start the master and wait until it serves."""
        told = json.dumps(dataclasses.asdict(self.settings), default=str)
        command = [sys.executable, "-m", "tests.storm.server", told, str(self.port)]
        self._master = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=self._environment())
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers that it can serve."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.is_alive(), "the master ended"
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self).get("/readyz").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("the server does not serve")

    def is_alive(self) -> bool:
        """Tell whether the master runs."""
        return self._master.poll() is None

    def processes(self) -> list[int]:
        """Return the ids of the master and of all that it began."""
        return [self._master.pid, *self.workers()]

    def workers(self) -> list[int]:
        """Return the ids of the processes that the master began, and of what those began."""
        return [pid for child in children(self._master.pid) for pid in (child, *children(child))]

    def kill_workers(self) -> None:
        """End every worker in the middle of whatever it does."""
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the master and its workers at once, as a machine does that loses power."""
        workers = self.workers()
        self._master.kill()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._master.wait(PATIENCE)

    def close(self) -> None:
        """End the server."""
        if self.is_alive():
            self._master.send_signal(signal.SIGINT)
            try:
                self._master.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def serving(app: Flask, **changed: object) -> Iterator[House]:
    """Give a server over the application's database and folder."""
    house = House(app, **changed)
    try:
        yield house
    finally:
        house.close()


class Visitor:
    """Somebody with a browser: cookies are kept, forms carry their token; each request has a connection of its own."""

    def __init__(self, house: House, browser: Browser | None = None) -> None:
        self._house, self._token = house, browser.token if browser else ""
        self._cookies = dict([browser.cookie.split("=", 1)]) if browser else {}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path)

    def post(self, path: str, values: Mapping[str, str] | None = None) -> Answer:
        """Send a form."""
        body = urllib.parse.urlencode({"csrf_token": self._token, **(values or {})}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(
        self, path: str, values: Mapping[str, str], field: str, content: bytes, halfway: Act | None = None
    ) -> Answer:
        """Send a form with a PDF."""
        body, kind = _form_with_pdf({"csrf_token": self._token, **values}, field, content)
        return self.ask("POST", path, body, {"Content-Type": kind}, halfway)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        heads: Mapping[str, str] | None = None,
        halfway: Act | None = None,
    ) -> Answer:
        """Ask with these headers besides a browser's own; do something when half of the body is sent, and no more yet."""
        host = f"127.0.0.1:{self._house.port}"
        line = http.client.HTTPConnection("127.0.0.1", self._house.port, timeout=PATIENCE)
        sent = {
            "Host": host,
            "Origin": f"http://{host}",
            "Connection": "close",
            "Content-Length": str(len(body)),
            **(heads or {}),
        }
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if self._token:
            sent["X-CSRFToken"] = self._token
        with contextlib.closing(line):
            line.request(method, path, _in_halves(body, halfway) if halfway else body or None, sent)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            told = answer.headers.get("Upload-Offset")
            return Answer(answer.status, answer.headers.get("Location", ""), text, int(told) if told else None)


def _in_halves(content: bytes, halfway: Act) -> Iterator[bytes]:
    yield content[: len(content) // 2]
    halfway()
    yield content[len(content) // 2 :]


def _form_with_pdf(values: Mapping[str, str], field: str, content: bytes) -> tuple[bytes, str]:
    """Return a form with a file, as it is posted, and its content type."""
    edge = "----edge-of-a-part"
    said = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    )
    file = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="plan.pdf"\r\n\r\n'
    body = said.encode() + file.encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"
