"""`make bench`: requests per second and p95 of pages and of sealing, beside their floors, as a table and bench.json."""

import dataclasses
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.floor import floor_app
from bench.many import more_tenders, open_number
from tender_app import create_app
from tender_app.config import Settings
from tender_app.demo.seed import seed
from tender_app.demo.stage import PASSWORD
from tender_app.store.migrations import upgrade

ROUNDS, WARM = 120, 10
MB = 1024 * 1024
FEW, MANY = 200, 20_000


@dataclasses.dataclass
class Measure:
    """One line of the result."""

    name: str
    ours: float
    floor: float
    ratio: float
    unit: str
    p50_ms: float
    p95_ms: float
    n: int


def main() -> None:
    """Measure, print the table, write bench.json."""
    with tempfile.TemporaryDirectory() as scratch:
        found = list(_measures(Path(scratch)))
    print(f"{'name':<16}{'ours':>12}{'floor':>12}{'ratio':>8}  {'unit':<8}{'p50 ms':>9}{'p95 ms':>9}{'n':>6}")
    for m in found:
        row = f"{m.name:<16}{m.ours:>12.2f}{m.floor:>12.2f}{m.ratio:>8.2f}  {m.unit:<8}"
        print(f"{row}{m.p50_ms:>9.2f}{m.p95_ms:>9.2f}{m.n:>6}")
    Path("bench.json").write_text(json.dumps([dataclasses.asdict(m) for m in found], indent=1) + "\n")


def _measures(folder: Path) -> Any:
    settings = _settings(folder)
    upgrade(settings.database_url)
    app = create_app(settings, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    seed(app.extensions["database"], settings)
    more_tenders(app, FEW)
    public, number = app.test_client(), open_number(app)
    board_200, page = _times(lambda: _get(public, "/")), _times(lambda: _get(public, f"/tenders/{number}"))
    officer = _signed_in(app, "officer")
    desk = _times(lambda: _get(officer, "/desk"))
    floors = {}
    for name, client, path in (
        ("board", public, "/"),
        ("page", public, f"/tenders/{number}"),
        ("desk", officer, "/desk"),
    ):
        (folder / name).mkdir()
        bare = floor_app(folder / name, rows=20, weight=len(client.get(path).data)).test_client()
        floors[name] = _times(lambda bare=bare: _get(bare, "/"))  # type: ignore[misc]
    yield _rate("tender_page", page, floors["page"])
    yield _rate("desk", desk, floors["desk"])
    yield _seal(app, folder, number)
    more_tenders(app, MANY)
    board = _times(lambda: _get(public, "/"))
    yield _rate("board", board, floors["board"])
    growth = _median(board) / _median(board_200)
    yield Measure(
        "growth_board", _median(board) * 1e3, _median(board_200) * 1e3, growth, "ms", *_quantiles(board), len(board)
    )
    yield _cold_start(settings)
    yield _memory(settings)


def _seal(app: Any, folder: Path, number: str) -> Measure:
    firm = _signed_in(app, "firm1")
    firm.post(f"/tenders/{number}/bid/start")
    content = b"%PDF-1.7\n" + os.urandom(5 * MB) + b"\n%%EOF\n"
    team = [("الف", "عامل", "۵"), ("ب", "دستیار", "۴"), ("پ", "دبیر", "۳")]
    rows = {
        f"team-{n}-{cell}": row[i] for n, row in enumerate(team) for i, cell in enumerate(("name", "role", "years"))
    }
    fields = {**rows, "approach": "روش", "experience": "سابقه", "declares": "y"}

    def ours() -> None:
        data = {**fields, "files": (io.BytesIO(content), "plan.pdf")}
        answer = firm.post(f"/tenders/{number}/bid/b", data=data, content_type="multipart/form-data")
        assert answer.status_code == 302, answer.status_code

    (folder / "seal").mkdir()
    bare = floor_app(folder / "seal", rows=1, weight=0).test_client()

    def floor() -> None:
        data = {"files": (io.BytesIO(content), "plan.pdf")}
        assert bare.post("/upload", data=data, content_type="multipart/form-data").status_code == 303

    return _rate("seal_5mb", _times(ours, 20), _times(floor, 20))


def _cold_start(settings: Settings) -> Measure:
    code = "from tender_app import create_app; create_app()"
    ours = _times(lambda: _run(code, settings), 5, 1)
    floor = _times(lambda: _run("import flask, sqlalchemy, jinja2; flask.Flask('x')", settings), 5, 1)
    ratio = _median(ours) / _median(floor)
    return Measure("cold_start", _median(ours) * 1e3, _median(floor) * 1e3, ratio, "ms", *_quantiles(ours), len(ours))


PEAK = "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')][0])"


def _memory(settings: Settings) -> Measure:
    """Peak of one serving process after a page of each kind, beside a process that only imported the libraries."""
    visits = "c = create_app().test_client(); [c.get(p) for p in ('/', '/clusters', '/login', '/verify')]"
    ours = int(_run(f"from tender_app import create_app; {visits}; {PEAK}", settings)) / 1024
    bare = int(_run(f"import flask, sqlalchemy; {PEAK}", settings)) / 1024
    return Measure("memory", ours, bare, ours / bare, "MB", ours, ours, 1)


def _run(code: str, settings: Settings) -> str:
    environment = {**os.environ, "TENDER_DEMO": "1", "TENDER_DATABASE_URL": settings.database_url}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    ).stdout


def _settings(folder: Path) -> Settings:
    return Settings(
        f"sqlite:///{folder / 'bench.sqlite3'}",
        folder / "files",
        folder / "keys",
        "b" * 40,
        demo=True,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
    )


def _signed_in(app: Any, username: str) -> FlaskClient:
    client: FlaskClient = app.test_client()
    assert client.post("/login", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def _get(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def _times(act: Callable[[], Any], rounds: int = ROUNDS, warm: int = WARM) -> list[float]:
    for _ in range(warm):
        act()
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return found


def _rate(name: str, ours: list[float], floor: list[float]) -> Measure:
    mine, bare = len(ours) / sum(ours), len(floor) / sum(floor)
    return Measure(name, mine, bare, mine / bare, "req/s", *_quantiles(ours), len(ours))


def _quantiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2] * 1e3, ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] * 1e3


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    main()
