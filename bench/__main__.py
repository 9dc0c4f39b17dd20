"""`make bench`: requests per second and p95 of pages and of sealing, beside their floors, as a table and bench.json.

Ours and the floor are served by the same gunicorn with the same workers, on this machine, at the same time; they are
asked in turns, so that whatever else the machine does meets both.
"""

import contextlib
import dataclasses
import json
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from bench.evaluation import scoring
from bench.floor import fill
from bench.house import House
from bench.law import law
from bench.load import Load, Request, get, press
from bench.many import more_tenders, open_number
from bench.measure import Measure
from bench.ranking import fragility_50x60x9, rank_50x60x9
from bench.rehearsal import rehearsal_2000
from bench.server import settings_in
from bench.storms import storms
from bench.visits import sealing, signed_in, upload
from tender_app import procedures
from tender_app.demo.seed import seed
from tender_app.store.database import Database
from tender_app.store.migrations import upgrade

FEW, MANY = 200, 20_000
TURNS = 6  # ours and the floor in turns
VISITORS, VISITS = 4, 25  # at once, and requests of each in a turn
FIRMS, UPLOADS = ("firm1", "firm2", "firm3"), 2
STARTS = 4
T = TypeVar("T")


@dataclasses.dataclass
class Houses:
    """The three servers: ours with few tenders and with many, and the floor."""

    few: House
    many: House
    floor: House

    def press(self, ours: Sequence[Request], floor: Sequence[Request], times: int) -> tuple[Load, Load, Load]:
        """Ask all three in turns; return what each bore, in the order of the fields."""
        loads = (Load(), Load(), Load())
        asked = ((self.few, ours), (self.many, ours), (self.floor, floor))
        for turn in range(TURNS + 1):  # the first turn only warms
            for load, (house, requests) in zip(loads, asked, strict=True):
                press(load if turn else Load(), house.port, requests, times)
        return loads


def main() -> None:
    """Measure, print the table, write bench.json."""
    procedures.install_all()
    with tempfile.TemporaryDirectory() as scratch:
        found = list(_measures(Path(scratch)))
    print(f"{'name':<18}{'ours':>10}{'floor':>10}{'ratio':>8}  {'unit':<7}{'p50 ms':>9}{'p95 ms':>9}{'n':>6}")
    for m in found:
        row = f"{m.name:<18}{m.ours:>10.2f}{m.floor:>10.2f}{m.ratio:>8.2f}  {m.unit:<7}"
        print(f"{row}{m.p50_ms:>9.2f}{m.p95_ms:>9.2f}{m.n:>6}")
    Path("bench.json").write_text(json.dumps([dataclasses.asdict(m) for m in found], indent=1) + "\n")


def _measures(scratch: Path) -> Iterator[Measure]:
    number = _fill(scratch)
    with _houses(scratch, number) as houses:
        yield from _pages(houses, number)
        yield _seal(houses, number)
        few, many, floor = (house.peak for house in (houses.few, houses.many, houses.floor))
    yield rehearsal_2000()
    yield rank_50x60x9()
    yield fragility_50x60x9()
    yield from _with_database(scratch / "few", lambda d: list(law(d, settings_in(scratch / "few"))))
    yield from scoring(scratch)
    yield from storms(scratch)
    yield _cold_start(scratch)
    yield Measure("memory", many, floor, many / floor, "MB", 0, 0, 1)
    yield Measure("growth_memory", many, few, many / few, "MB", 0, 0, 1)


def _fill(scratch: Path) -> str:
    """Make a folder with the demonstration and a few more tenders, and one with many; return an open tender's number."""
    settings = settings_in(scratch / "few")
    upgrade(settings.database_url)
    _with_database(scratch / "few", lambda database: seed(database, settings))
    _with_database(scratch / "few", lambda database: more_tenders(database, FEW))
    shutil.copytree(scratch / "few", scratch / "many")
    _with_database(scratch / "many", lambda database: more_tenders(database, MANY))
    return _with_database(scratch / "few", open_number)


def _with_database(folder: Path, act: Callable[[Database], T]) -> T:
    database = Database(settings_in(folder).database_url)
    try:
        return act(database)
    finally:
        database.dispose()


@contextlib.contextmanager
def _houses(scratch: Path, number: str) -> Iterator[Houses]:
    """Give the three servers; a page of the floor weighs what ours of that name does."""
    with _open("ours", scratch / "few", "/") as few, _open("ours", scratch / "many", "/") as many:
        weights = {name: len(many.ask(page).body) for name, page in _ours(many, number).items()}
        fill(scratch / "floor", weights)
        with _open("floor", scratch / "floor", "/board") as floor:
            yield Houses(few, many, floor)


def _open(kind: str, folder: Path, first: str) -> contextlib.closing[House]:
    return contextlib.closing(House(kind, folder, first))


def _ours(house: House, number: str) -> dict[str, Request]:
    return {
        "board": get("/"),
        "tender_page": get(f"/tenders/{number}"),
        "desk": get("/desk", signed_in(house, "officer")),
    }


def _pages(houses: Houses, number: str) -> Iterator[Measure]:
    for name, page in _ours(houses.many, number).items():
        few, many, floor = houses.press([page] * VISITORS, [get(f"/{name}")] * VISITORS, VISITS)
        if name == "board":
            yield _rate("board_200", few, floor)
        yield _rate(name, many, floor)
        if name == "board":
            cost, before = 1e3 / many.rate, 1e3 / few.rate
            yield Measure("growth_board", cost, before, cost / before, "ms", *_quantiles(many))


def _seal(houses: Houses, number: str) -> Measure:
    cookies = [signed_in(houses.many, firm) for firm in FIRMS]
    for house in (houses.few, houses.many):
        posts = [sealing(house, cookie, number) for cookie in cookies]
    _, many, floor = houses.press(posts, [upload("/upload")] * len(FIRMS), UPLOADS)
    return _rate("seal_5mb", many, floor)


def _cold_start(scratch: Path) -> Measure:
    """From the command to the first page, beside a bare application's."""
    ours, floor = [], []
    for _ in range(STARTS):
        with _open("ours", scratch / "many", "/") as house:
            ours.append(house.seconds)
        with _open("floor", scratch / "floor", "/board") as house:
            floor.append(house.seconds)
    load = Load(ours)
    mine, bare = statistics.median(ours) * 1e3, statistics.median(floor) * 1e3
    return Measure("cold_start", mine, bare, mine / bare, "ms", *_quantiles(load))


def _rate(name: str, ours: Load, floor: Load) -> Measure:
    return Measure(name, ours.rate, floor.rate, ours.rate / floor.rate, "req/s", *_quantiles(ours))


def _quantiles(load: Load) -> tuple[float, float, int]:
    return load.quantile(0.5), load.quantile(0.95), len(load.times)


if __name__ == "__main__":
    main()
