"""Parts before the real server: its memory while many megabytes pass, and lines that break."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.house import House
from tender_app.bids.rules import EnvelopeKind
from tender_app.demo.stage import PASSWORD
from tender_app.ledger.models import LogLeaf
from tests.bids import ground, uploading
from tests.bids.ground import OLIVE
from tests.bids.uploading import PART, TUS
from tests.make import session_of
from tests.sealing.ground import MB

PART_SIZE = 8 * MB


@dataclass
class Firm:
    """A firm's browser before the real server."""

    port: int
    number: str
    cookie: str = ""
    token: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask once, on a line of its own; keep the cookie."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            sent = {**TUS, "Cookie": self.cookie, "X-CSRFToken": self.token}
            sent |= {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body=body or None, headers=sent)
            answer = line.getresponse()
            if given := answer.headers.get("Set-Cookie"):
                self.cookie = given.partition(";")[0]
            return answer.status, dict(answer.headers.items()), answer.read()

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, str], bytes]:
        """Post a form."""
        body = urlencode({**fields, "csrf_token": self.token}).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def look(self, path: str) -> None:
        """Take the token of a page's form."""
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[2])
        assert found is not None
        self.token = found[1].decode()

    def sign_in(self) -> None:
        """Sign in and begin a bid."""
        self.look("/login")
        assert self.post("/login", username="firm2", password=PASSWORD)[0] == 302
        self.look(f"/tenders/{self.number}/bid")
        assert self.post(f"/tenders/{self.number}/bid/start")[0] == 302

    def begin(self, length: int) -> str:
        """Begin an upload."""
        status, headers, _ = self.ask("POST", f"/tenders/{self.number}/bid/b/uploads", Upload_Length=str(length))
        assert status == 201
        return headers["Location"]

    def patch(self, path: str, offset: int, content: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a part."""
        return self.ask("PATCH", path, content, Upload_Offset=str(offset), Content_Type=PART)

    def offset(self, path: str) -> int:
        """Ask how much is safe."""
        status, headers, _ = self.ask("HEAD", path)
        assert status == 200
        return int(headers["Upload-Offset"])

    def broken(self, path: str, offset: int, content: bytes, announced: int) -> None:
        """Send the beginning of a part, and hang up."""
        head = {**TUS, "Cookie": self.cookie, "X-CSRFToken": self.token, "Host": "127.0.0.1", "Content-Type": PART}
        head |= {"Upload-Offset": str(offset), "Content-Length": str(announced)}
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + content)


def has_beaten(app: Flask) -> bool:
    """Tell whether the worker beside the server wrote its first leaf."""
    with session_of(app) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(LogLeaf)) != 0


@pytest.fixture
def house(sqlite_demo: Flask) -> Iterator[House]:
    """Give a real server over the demonstration, whose worker beats."""
    database = sqlite_demo.extensions["settings"].database_url
    made = House("ours", Path(database.removeprefix("sqlite:///")).parent, "/healthz")
    until = time.monotonic() + 60
    while not has_beaten(sqlite_demo):
        assert time.monotonic() < until, "the worker does not beat"
        time.sleep(0.1)
    yield made
    made.close()


@pytest.fixture
def firm(house: House, sqlite_demo: Flask) -> Firm:
    """Give a firm that has begun a bid."""
    made = Firm(house.port, ground.number_of(sqlite_demo, OLIVE))
    made.sign_in()
    return made


def held(house: House) -> dict[int, float]:
    """Return what each process of the server holds, in MB."""
    pids = [house.pid, *map(int, Path(f"/proc/{house.pid}/task/{house.pid}/children").read_text("ascii").split())]
    rows = {pid: re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii")) for pid in pids}
    return {pid: int(found[1]) / 1024 for pid, found in rows.items() if found}


@contextlib.contextmanager
def watched(house: House) -> Iterator[dict[int, float]]:
    """Give the most that each process holds meanwhile, once the block is over."""
    most, is_over = held(house), threading.Event()

    def watch() -> None:
        while not is_over.wait(0.005):
            for pid, now in held(house).items():
                most[pid] = max(most.get(pid, 0.0), now)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


def test_sixty_four_megabytes_arrive_and_are_placed_in_less_than_twenty_of_memory(
    sqlite_demo: Flask, house: House, firm: Firm
) -> None:
    plain = uploading.inside(ground.technical_form(), [("large.zip", b"PK\x03\x04" + b"x" * (64 * MB))])
    own = uploading.age_file(uploading.recipient(sqlite_demo, OLIVE, "b"), plain)
    for _ in range(8):
        firm.patch(small := firm.begin(1000), 0, b"x" * 1000)  # both workers know every page of the way
        firm.ask("DELETE", small)
    before = held(house)
    with watched(house) as most:
        path = firm.begin(len(own.payload))
        for start in range(0, len(own.payload), PART_SIZE):
            assert firm.patch(path, start, own.payload[start : start + PART_SIZE])[0] == 204
        form = own.form(upload=path.rsplit("/", 1)[1])
        status, _, said = firm.post(f"/tenders/{firm.number}/bid/b/place", **form)
    assert (status, own.digest in said.decode()) == (200, True)
    grown = {pid: most[pid] - before[pid] for pid in before}
    assert max(grown.values()) < 20, grown
    with session_of(sqlite_demo) as session:
        placed = ground.bids_of(session, ground.tender_on(session, OLIVE))[-1].envelope(EnvelopeKind.B)
        assert placed is not None
        assert placed.sealed.size == len(own.payload)


def test_what_came_before_the_line_broke_counts(firm: Firm) -> None:
    path, content = firm.begin(3 * MB), bytes(range(256)) * 4096 * 3
    firm.broken(path, 0, content[:MB], 2 * MB)
    until = time.monotonic() + 20
    while firm.offset(path) != MB and time.monotonic() < until:
        time.sleep(0.05)
    assert firm.offset(path) == MB
    assert firm.patch(path, 0, content[:MB])[0] == 409
    status, headers, _ = firm.patch(path, MB, content[MB:])
    assert (status, headers["Upload-Offset"]) == (204, str(3 * MB))


def test_a_part_of_unknown_length_is_not_received(firm: Firm) -> None:
    path = firm.begin(1000)
    with contextlib.closing(HTTPConnection("127.0.0.1", firm.port, timeout=60)) as line:
        headers = {**TUS, "Cookie": firm.cookie, "X-CSRFToken": firm.token, "Upload-Offset": "0", "Content-Type": PART}
        line.request("PATCH", path, body=iter([b"x" * 500]), headers=headers, encode_chunked=True)
        assert line.getresponse().status == 411
    assert firm.offset(path) == 0


def test_a_part_that_is_refused_is_read_to_its_end_so_that_its_answer_arrives(firm: Firm) -> None:
    path = firm.begin(16 * MB)
    status, _, said = firm.patch(path, 5, b"x" * PART_SIZE)
    assert (status, "از همان‌جا ادامه دهید" in json.loads(said)["reason"]) == (409, True)
    assert firm.patch(path, 0, b"x" * (PART_SIZE + 1))[0] == 413
